// What the host itself has to refuse, in the shape that the path's clients read: OFREP's failures, or problem+json (RFC 9457).

const SINGLE = /^\/ofrep\/v1\/evaluate\/flags\/([^/]+)$/;

/** An answer to a request that does not reach the node, or that the node could not answer. */
export function refuse(pathname: string, status: number, title: string, detail: string): Response {
  if (!pathname.startsWith("/ofrep/")) {
    const body = { type: "about:blank", title, status, detail };
    return new Response(`${JSON.stringify(body)}\n`, { status, headers: { "content-type": "application/problem+json", "cache-control": "no-store" } });
  }
  const key = SINGLE.exec(pathname)?.[1];
  const body = { ...(key === undefined ? {} : { key: decoded(key) }), errorCode: status < 500 ? "PARSE_ERROR" : "GENERAL", errorDetails: detail };
  // A page may read it from another origin, as any OFREP answer: there is nothing in it but our own words.
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", "cache-control": "no-store", "access-control-allow-origin": "*" } });
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}
