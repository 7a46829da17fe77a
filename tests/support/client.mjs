// What an application and a person's program say to a node.

/** OFREP with an SDK key. */
export function ofrep(url, key) {
  const post = async (path, body, headers = {}) => {
    const authorization = key === null ? {} : { authorization: `Bearer ${key}` };
    const response = await fetch(`${url}/ofrep/v1/evaluate/flags${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...authorization, ...headers },
      body: typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body),
    });
    return answer(response);
  };
  return {
    flag: (flag, context, headers) => post(`/${encodeURIComponent(flag)}`, { context }, headers),
    all: (context, headers) => post("", { context }, headers),
    post,
  };
}

/** The API with a person's token. */
export function api(url, token) {
  const call = async (method, path, { body, headers = {} } = {}) => {
    const authorization = token === null ? {} : { authorization: `Bearer ${token}` };
    const raw = body === undefined || typeof body === "string" || body instanceof Uint8Array || body instanceof ReadableStream;
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...authorization, ...headers },
      body: raw ? body : JSON.stringify(body),
      ...(body instanceof ReadableStream ? { duplex: "half" } : {}),
    });
    return answer(response);
  };
  const environment = (name) => {
    const base = `/api/environments/${name}`;
    const document = async () => {
      const got = await call("GET", `${base}/document`);
      return { document: got.json, etag: got.headers.get("etag"), version: Number(got.headers.get("halyard-version")), text: got.text };
    };
    const publish = (text, { etag, message = "a test", query = "" } = {}) =>
      call("PUT", `${base}/document?message=${encodeURIComponent(message)}${query}`, { body: text, headers: etag === undefined ? {} : { "if-match": etag } });
    return {
      base,
      document,
      publish,
      records: (query = "") => call("GET", `${base}/records${query}`),
      rollback: (version, message, etag) => call("POST", `${base}/rollback`, { body: { version, message }, headers: { "if-match": etag } }),
      /** Reads the head, lets `change` have its way with the document, and publishes that. */
      async edit(change, message = "a test") {
        const { document: head, etag } = await document();
        change(head);
        return publish(JSON.stringify(head), { etag, message });
      },
    };
  };
  return { call, environment };
}

async function answer(response) {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const text = new TextDecoder().decode(bytes);
  let json;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: response.status, headers: response.headers, text, json, bytes };
}
