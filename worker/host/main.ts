// The worker's entry. What the node is asked goes to the node, everything else to the admin app's files. No request sees another's state.
import { app } from "./app.js";
import { lengthOf, readBody, SHORT, textOf } from "./body.js";
import { type Answer, drive } from "./drive.js";
import { keep, later, localCache, pause, type Surroundings } from "./effects.js";
import { type Asked, begin, type Configuration, configured, describe, hold, proceed } from "./instance.js";
import { refuse } from "./refuse.js";
import { rehearse } from "./rehearsal.js";

/** What the deployment gives us; see wrangler.jsonc. */
interface Env {
  BUCKET: R2Bucket;
  /** The admin app's files; absent where this deployment only evaluates. */
  ASSETS?: Fetcher;
  HALYARD_SURFACE?: string;
  /** Origins beside our own from which the admin app may be used, with blanks between them. */
  HALYARD_ORIGINS?: string;
  HALYARD_REFRESH_MS?: string | number;
  HALYARD_MAX_STALE_MS?: string | number;
}

const NOTHING = new Uint8Array(0);
const POLICY = "content-security-policy";
const NO_FRAMES: [string, string] = [POLICY, "default-src 'none'; frame-ancestors 'none'"];
/** On the app's pages and what they are made of: no framing, no referrer elsewhere. */
const GUARDS: [string, string][] = [["referrer-policy", "same-origin"], ["cross-origin-opener-policy", "same-origin"], NO_FRAMES];
/** On the node's answers, which are no pages: each header costs every request. */
const GUARDING = new Headers([NO_FRAMES]);
/** Responses without a body, by the heads of the answers that they were made of. */
const PREPARED = new Map<string, Response>();
const MOST_PREPARED = 100;
/** An ETag is that of one body, a cookie is one person's: such a head hardly comes again. */
const SELDOM = /\n(?:etag|set-cookie)\n/;
const BODILESS = new Set(["GET", "HEAD"]);
/** Where a body is a context: what is no text there is refused, and nothing of it is kept. */
const TEXTS = "/ofrep/";
const NODE = /^\/(?:(?:ofrep|v1|api)(?:\/|$)|(?:health|version)$)/;

// (No response with a body can be made yet.)
await rehearse((answer) => respond("HEAD", answer));

export default {
  // (Not itself `async`: each promise around the answer costs every request.)
  fetch(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
    const { method, url } = request;
    const { pathname, origin } = parts(url);
    if (!NODE.test(pathname) && env.ASSETS && surface(env) !== "evaluation") return app(request, env.ASSETS).then(guarded);
    return node(request, { method, url, pathname, origin }, env, ctx);
  },
} satisfies ExportedHandler<Env>;

async function node(request: Request, asked: Asked, env: Env, ctx: ExecutionContext): Promise<Response> {
  const { method, pathname, origin } = asked;
  try {
    configured(() => configuration(env));
    let body: string | Uint8Array | null = NOTHING;
    if (!BODILESS.has(method)) {
      // (Here and not in a function of its own, which would be a promise more: half a microsecond of each request.)
      const length = lengthOf(request);
      body = length <= SHORT && pathname.startsWith(TEXTS) ? textOf(await request.text(), length) : await readBody(request, length);
    }
    if (body === null) return guarded(refuse(pathname, 413, "too large", "a body may have 8 MiB at most"));
    const first = begin(asked, request.headers, body);
    // A warm node's answer: nothing is made for what it does not need.
    if (first.kind === "answer" && first.keep.length === 0 && !first.background) return respond(method, first);
    const at: Surroundings = { bucket: env.BUCKET, cache: localCache, origin, waitUntil: (work) => ctx.waitUntil(work), later };
    const answer = await drive(first, at);
    ctx.waitUntil(afterwards(answer, at));
    return respond(method, answer);
  } catch (error) {
    console.error(`${method} ${pathname} could not be answered: ${describe(error)}`);
    return guarded(refuse(pathname, 500, "internal error", "this request could not be answered; others can be"));
  }
}

/** Does what there is to do behind an answer, when it is on its way: keeps what the node wants kept, and brings it up to date. */
async function afterwards({ keep: names, background }: Answer, at: Surroundings): Promise<void> {
  if (names.length === 0 && !background) return;
  await pause(0, at);
  for (const name of names) {
    const bytes = hold(name);
    if (bytes) at.waitUntil(keep(name, bytes, at));
  }
  if (!background) return;
  try {
    await afterwards(await drive(proceed(background, 0, { kind: "begin" }, NOTHING), at), at);
  } catch (error) {
    console.error(`a refresh came to nothing: ${describe(error)}`);
  }
}

function respond(method: string, { head, body }: Answer): Response {
  const like = PREPARED.get(head);
  if (like) return new Response(hasBody(method, like.status) ? body : null, like);
  const [line, ...headers] = head.split("\n");
  const status = Number(line);
  const response = new Response(hasBody(method, status) ? body : null, { status, headers: GUARDING });
  for (let at = 0; at < headers.length; at += 2) response.headers.append(headers[at] ?? "", headers[at + 1] ?? "");
  if (!SELDOM.test(head)) prepare(head, response);
  return response;
}

/** Keeps what was made of a head: to answer like a response that is there costs half of making its headers anew. */
function prepare(head: string, response: Response): void {
  if (PREPARED.size === MOST_PREPARED) PREPARED.clear();
  PREPARED.set(head, new Response(null, response));
}

function hasBody(method: string, status: number): boolean {
  return method !== "HEAD" && status !== 204 && status !== 304;
}

/** The app's files, and refusals of our own. (The node itself forbids to sniff.) */
function guarded(response: Response): Response {
  const { headers } = response;
  headers.set("x-content-type-options", "nosniff");
  for (const [name, value] of GUARDS) if (name !== POLICY || !headers.has(POLICY)) headers.set(name, value);
  return response;
}

/** Scheme and host, and the path. A request's URL is written in full: taking it apart by hand is a tenth of what parsing it costs. */
function parts(url: string): { origin: string; pathname: string } {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  const length = url.slice(start).search(/[?#]/);
  return { origin: url.slice(0, start), pathname: length < 0 ? url.slice(start) : url.slice(start, start + length) };
}

function surface(env: Env): string {
  return env.HALYARD_SURFACE || "all";
}

/** The node's configuration; what is no number goes on as it is, so that the node can say so. */
function configuration(env: Env): Configuration {
  const number = (value: string | number | undefined) => (value === undefined || value === "" ? undefined : Number.isNaN(Number(value)) ? value : Number(value));
  const origins = env.HALYARD_ORIGINS?.split(/[\s,]+/).filter((origin) => origin !== "");
  return { surface: surface(env), origins, refreshMs: number(env.HALYARD_REFRESH_MS), maxStaleMs: number(env.HALYARD_MAX_STALE_MS) };
}
