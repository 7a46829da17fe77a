// A shop whose product page is tested A/B at the edge: who sees what is decided here, before the page is sent, so nothing flickers.
import { createFlags } from "halyard-flags/worker";

const FLAG = "product-page-layout";
/** What the shop does while there is no answer. */
const FALLBACK = "classic";
/** The cookie by which a browser stays in its variant. `anonymousId()` of `halyard-flags/client` reads the same one. */
const COOKIE = "halyard-id";

/** One for the isolate. It holds the flags, and nothing of a request. */
let flags;

export default {
  async fetch(request, env, ctx) {
    if (request.method !== "GET" || !isPage(request)) return env.SHOP.fetch(request);
    flags ??= createFlags({ url: env.HALYARD_URL, key: env.HALYARD_KEY });

    const known = visitorOf(request);
    const visitor = known ?? crypto.randomUUID();
    const own = await flags.withContext({ targetingKey: visitor, country: request.cf?.country }, ctx);
    const variant = own.details(FLAG, FALLBACK).variant ?? FALLBACK;

    const page = await pageFor(variant, request, env, ctx);
    const answer = page.headers.get("etag") === request.headers.get("if-none-match") ? new Response(null, { status: 304, headers: page.headers }) : new Response(page.body, page);
    // What lies in this worker's cache is the same for everybody who has the variant. What a browser keeps is its own, and asks whether it is still good.
    answer.headers.set("cache-control", "private, no-cache");
    answer.headers.set("vary", "cookie");
    if (!known) answer.headers.append("set-cookie", `${COOKIE}=${visitor}; Path=/; Max-Age=31536000; SameSite=Lax${request.url.startsWith("https:") ? "; Secure" : ""}`);
    return answer;
  },
};

/** The page with one variant left in it: from the cache, which has each variant once, or made from the shop's own. */
async function pageFor(variant, request, env, ctx) {
  const address = new URL(request.url);
  address.searchParams.set("halyard-variant", variant);
  const cached = await caches.default.match(address.href);
  if (cached) return cached;

  const original = await env.SHOP.fetch(new Request(request.url, { headers: { accept: "text/html" } }));
  if (original.status !== 200 || !original.headers.get("content-type")?.startsWith("text/html")) return original;
  const page = new HTMLRewriter()
    // For styles, and for whatever counts which variant sold what.
    .on("html", { element: (html) => void html.setAttribute("data-layout", variant) })
    .on("[data-variant]", { element: (part) => part.getAttribute("data-variant") === variant || part.remove() })
    .transform(new Response(original.body, original));
  page.headers.set("etag", `"${(original.headers.get("etag") ?? "").replaceAll(/^W\/|"/g, "")}-${variant}"`);
  page.headers.set("cache-control", "public, max-age=60");
  ctx.waitUntil(caches.default.put(address.href, page.clone()));
  return page;
}

const isPage = (request) => request.headers.get("accept")?.includes("text/html") ?? false;

/** The id in the cookie, if it is one that somebody made for that. */
function visitorOf(request) {
  const cookies = request.headers.get("cookie")?.split("; ") ?? [];
  const id = cookies.find((cookie) => cookie.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
  return /^[\w-]{16,64}$/.test(id ?? "") ? id : undefined;
}
