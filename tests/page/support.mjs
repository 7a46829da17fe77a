// What the package's tests need: images of documents, a node that says what a test wants, and pages that load the package.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { DIST, HALYARD } from "../support/place.mjs";

export const PACKAGE = join(DIST, "page");
/** As the node answers pages of other origins. */
const CORS = [
  ["access-control-allow-origin", "*"],
  ["access-control-allow-headers", "authorization, if-none-match"],
  ["access-control-expose-headers", "etag, halyard-version, halyard-time, retry-after"],
];
const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm", ".html": "text/html; charset=utf-8", ".map": "application/json" };

/** One of the package's entry points, as `dist/page` has it. */
export function load(name = "index") {
  const file = join(PACKAGE, `${name}.js`);
  if (!existsSync(file)) throw new Error(`\`dist/page/${name}.js\` is missing: run \`cargo xtask build\` first`);
  return import(pathToFileURL(file));
}

/** The image of a document: all its flags, or what a page may hold. */
export function imageOf(document, { isPublic = false } = {}) {
  return execFileSync(HALYARD, ["image", "-", ...(isPublic ? ["--public"] : []), "--output", "-"], { input: JSON.stringify(document), maxBuffer: 1 << 28 });
}

/** A flag with what a flag must have. Everything is public unless a test says otherwise. */
export const flag = (rest) => ({ purpose: "operational", owner: "team", created: "2026-11-01", visibility: "public", ...rest });
export const toggle = (rest) => flag({ variants: { on: true, off: false }, otherwise: "off", ...rest });
export const documentOf = (flags, rest = {}) => ({ format: 1, flags, ...rest });

/** Whoever answers for the evaluation routes, and for the page's files, at one origin. */
export async function startSite() {
  const site = {
    /** What is served, and as which version: to pages, to servers (`all=true`), and in words (`as=json`). */
    image: undefined,
    whole: undefined,
    document: undefined,
    version: 0,
    /** What the node's clock shows, as the difference to this machine's, in ms. */
    ahead: 0,
    /** Answers nothing any more, or only with this status. */
    down: false,
    status: undefined,
    /** How long it thinks before it answers, in ms. */
    thinks: 0,
    /** Tokens of overrides, and what happens before they are told. */
    overrides: {},
    afterwards: undefined,
    /** What was asked for: `{ path, query, etag, at }`. */
    asked: [],
    /** Pages by their paths. */
    pages: {},
    streams: new Set(),
    publish(document) {
      site.image = imageOf(document, { isPublic: true });
      site.whole = imageOf(document);
      site.document = document;
      site.version += 1;
    },
    /** Sends an event to whoever listens. */
    send(data = "{}", event = "refetchEvaluation") {
      for (const stream of site.streams) stream.write(`event: ${event}\ndata: ${data}\n\n`);
    },
    looks: () => site.asked.filter(({ path }) => path === "/v1/document").length,
    stop: () => (server.closeAllConnections(), new Promise((resolve) => server.close(resolve))),
  };
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, "http://site");
    const path = url.pathname;
    const file = files(path);
    if (file) return response.setHeader("content-type", TYPES[extname(file)] ?? "text/plain").end(await readFile(file));
    if (path in site.pages) return response.setHeader("content-type", TYPES[".html"]).end(typeof site.pages[path] === "function" ? site.pages[path](url) : site.pages[path]);
    if (path === "/favicon.ico") return response.writeHead(204).end();
    site.asked.push({ path, query: url.search, etag: request.headers["if-none-match"], authorization: request.headers.authorization, at: Date.now() });
    if (site.down) return request.socket.destroy();
    if (path === "/events") {
      response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
      site.streams.add(response);
      return request.socket.on("close", () => site.streams.delete(response));
    }
    if (site.thinks) await new Promise((resolve) => setTimeout(resolve, site.thinks));
    for (const [name, value] of CORS) response.setHeader(name, value);
    if (request.method === "OPTIONS") return response.writeHead(204).end();
    response.setHeader("halyard-time", String(Date.now() + site.ahead));
    if (site.status) return response.writeHead(site.status).end();
    if (path === "/v1/document") {
      const { all, as } = Object.fromEntries(url.searchParams);
      const image = all === "true" ? site.whole : site.image;
      const etag = `"v${site.version}-${image.subarray(8, 16).toString("hex")}"`;
      response.setHeader("etag", etag).setHeader("halyard-version", String(site.version));
      if (request.headers["if-none-match"] === etag) return response.writeHead(304).end();
      if (as === "json") return response.setHeader("content-type", "application/json").end(JSON.stringify(site.document));
      return response.setHeader("content-type", "application/vnd.halyard.image").end(image);
    }
    const token = /^\/v1\/overrides\/(.+)$/.exec(path)?.[1];
    if (token) await site.afterwards;
    if (token && site.overrides[token]) return response.setHeader("content-type", "application/json").end(JSON.stringify(site.overrides[token]));
    response.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  site.url = `http://127.0.0.1:${server.address().port}`;
  return site;
}

/** Where a path leads into the package; nowhere for any other. */
function files(path) {
  if (!path.startsWith("/page/")) return undefined;
  const file = normalize(join(PACKAGE, path.slice("/page/".length)));
  return file.startsWith(PACKAGE + sep) && existsSync(file) ? file : undefined;
}
