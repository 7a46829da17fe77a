// The admin app's files as a service that the worker's ASSETS binding asks, the way the deployed one does.
import { readFile } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";
import { Response } from "miniflare";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".wasm": "application/wasm",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
};

/** A handler that answers from `folder`; a path without a file and without an extension is the app's own route. */
export function answerFrom(folder) {
  return async (request) => {
    if (request.method !== "GET" && request.method !== "HEAD") return new Response("method not allowed\n", { status: 405, headers: { allow: "GET, HEAD" } });
    const found = await find(folder, new URL(request.url).pathname);
    if (!found) return new Response("not found\n", { status: 404, headers: { "content-type": "text/plain; charset=utf-8" } });
    // What may be kept for longer is the worker's to say.
    const headers = { "content-type": TYPES[extname(found.path)] ?? "application/octet-stream", "cache-control": "no-cache" };
    return new Response(request.method === "HEAD" ? null : found.bytes, { headers });
  };
}

async function find(folder, pathname) {
  let path;
  try {
    path = normalize(join(folder, decodeURIComponent(pathname)));
  } catch {
    return null;
  }
  if (path !== folder && !path.startsWith(folder + sep)) return null;
  const wanted = extname(path) === "" ? join(folder, "index.html") : path;
  try {
    return { path: wanted, bytes: await readFile(wanted) };
  } catch {
    return null;
  }
}
