// The admin app's static files, with the headers that keep its pages to themselves.

/** A file whose name says what is in it never changes. The bundler writes a 64-bit hash without its leading zeros. */
const HASHED = /-[0-9a-f]{8,16}(?:_bg)?\.[a-z0-9]+$/;
const INLINE_SCRIPT = /<script\b(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g;

/** Answers from the static files. The app's own routes come back as its one page. */
export async function app(request: Request, assets: Fetcher): Promise<Response> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    return new Response("method not allowed\n", { status: 405, headers: { allow: "GET, HEAD", "content-type": "text/plain; charset=utf-8" } });
  }
  let found = await assets.fetch(isPage(request) ? unconditional(request) : request);
  // A flag's page may end in what looks like a file's extension.
  if (found.status === 404 && isPage(request)) found = await assets.fetch(new Request(new URL("/", request.url), { method: request.method }));
  const response = new Response(found.body, found);
  const page = found.headers.get("content-type")?.startsWith("text/html") ?? false;
  if (!page) {
    if (found.status === 200 && HASHED.test(new URL(request.url).pathname)) response.headers.set("cache-control", "public, max-age=31536000, immutable");
    return response;
  }
  const html = request.method === "HEAD" ? "" : await response.text();
  response.headers.set("content-security-policy", policy(await hashes(html)));
  response.headers.set("cache-control", "no-cache");
  return new Response(request.method === "HEAD" ? null : html, response);
}

function isPage(request: Request): boolean {
  return !/\.[a-z0-9]+$/i.test(new URL(request.url).pathname) || (request.headers.get("accept") ?? "").includes("text/html");
}

/** "Not modified" would come without the page whose scripts the policy names. */
function unconditional(request: Request): Request {
  const headers = new Headers(request.headers);
  headers.delete("if-none-match");
  headers.delete("if-modified-since");
  return new Request(request.url, { method: request.method, headers });
}

/** The page's own inline scripts (the bundler writes one that loads the wasm), as the policy names them. */
async function hashes(html: string): Promise<string[]> {
  const scripts = Array.from(html.matchAll(INLINE_SCRIPT), ([, text]) => new TextEncoder().encode(text ?? ""));
  return Promise.all(
    scripts.map(async (text) => {
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
      return `'sha256-${btoa(String.fromCharCode(...digest))}'`;
    }),
  );
}

function policy(scripts: string[]): string {
  return [
    "default-src 'none'",
    ["script-src 'self' 'wasm-unsafe-eval'", ...scripts].join(" "),
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
