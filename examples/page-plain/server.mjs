// A shop's server. It renders each page with the visitor's flags in it, so that nothing flickers when the script starts.
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { basename } from "node:path";
import { createEvaluator } from "halyard-flags";
import { renderIn } from "halyard-flags/client";

const { HALYARD_URL: node, HALYARD_KEY: key, PORT = "3003" } = process.env;
const headers = { authorization: `Bearer ${key}` };

/** The newest image; nothing before the first one has come. */
let flags;
async function refresh() {
  try {
    const response = await fetch(`${node}/v1/document?format=2`, { headers: flags?.etag ? { ...headers, "if-none-match": flags.etag } : headers });
    if (response.status !== 304) flags = await createEvaluator(response);
  } catch (error) {
    // What was there stays; without anything, pages have their defaults.
    console.error(`no flags: ${error.message}`);
  }
}
await refresh();
setInterval(refresh, 5_000).unref();

/** Whoever comes for the first time gets an id, which is theirs before and after they sign in. */
function visitor(request, response) {
  const known = /(?:^|; )halyard-id=([\w-]+)/.exec(request.headers.cookie ?? "")?.[1];
  const id = known ?? randomUUID();
  if (!known) response.setHeader("set-cookie", `halyard-id=${id}; Path=/; Max-Age=31536000; SameSite=Lax`);
  return { targetingKey: id, anonymousId: id, country: "NL" };
}

function page(context) {
  const mine = flags?.withContext(context);
  const layout = mine?.string("product-page-layout", "classic") ?? "classic";
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>A shop that renders its flags in</title>
    <script type="importmap">{ "imports": { "halyard-flags/client": "/flags/client.js" } }</script>
    ${flags ? renderIn(flags, { context }) : ""}
    <script type="module" src="/main.js" data-node="${node}" data-key="${key}"></script>
  </head>
  <body>
    <h1>A shop</h1>
    <p>This page has the layout <b id="layout">${layout}</b>.</p>
    <p><label>Search <input id="search" type="search" /></label> <span id="suggestions"></span></p>
    <form><label>Your name <input id="user" required /></label> <button>Sign in</button></form>
  </body>
</html>`;
}

const types = { js: "text/javascript", wasm: "application/wasm" };
/** The package as it is, for a page without a bundler: every file of it lies beside its entry points. */
const packaged = (name) => readFile(new URL(`./${basename(name)}`, import.meta.resolve("halyard-flags")));

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, "http://shop");
  if (pathname === "/") return response.setHeader("content-type", "text/html; charset=utf-8").end(page(visitor(request, response)));
  try {
    const file = pathname === "/main.js" ? await readFile(new URL("main.js", import.meta.url)) : await packaged(pathname);
    response.setHeader("content-type", types[pathname.split(".").pop()] ?? "text/plain").end(file);
  } catch {
    response.writeHead(404).end();
  }
});
server.listen(Number(PORT), "127.0.0.1", () => console.log(`http://127.0.0.1:${PORT}`));
