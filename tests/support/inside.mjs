// The wasm node itself, without workerd: this process is its host, so that a test can choose the time.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { DIST, ROOT } from "./place.mjs";

const GLUE = join(ROOT, "target/web/bindgen/worker/halyard_worker.js");
const RANDOM = new Uint8Array(32).fill(7);
const sha = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** RFC 8785, of what JSON.parse gives: keys by their UTF-16 units, numbers as JavaScript writes them. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

/** The module that is deployed, with a store in memory: `{ serve, ask }`. */
export async function inside() {
  if (!existsSync(GLUE)) throw new Error("wasm-bindgen's glue is gone from `target`: remove `dist/worker` and run `cargo xtask build`");
  const wasm = await import(pathToFileURL(GLUE));
  wasm.initSync({ module: await WebAssembly.compile(await readFile(join(DIST, "worker/halyard_worker_bg.wasm"))) });
  const store = new Map();
  let last;
  const key = `halyard_server_test_${"K".repeat(43)}`;

  const put = (scope, document) => {
    const text = canonical(document);
    const digest = `sha256-${sha(text)}`;
    const record = canonical({ lineage: "test", version: 1, parent: null, publish: "p", at: 0, by: "test", via: "init", message: "", changes: [], document: digest, recent: [] });
    const name = `00000001-${sha(record)}`;
    store.set(`${scope}/documents/${digest}.json`, text);
    store.set(`${scope}/records/${name}.json`, record);
    store.set(`${scope}/head.json`, canonical({ format: 1, lineage: "test", version: 1, record: name, document: digest }));
  };

  const carryOut = (effect) => {
    if (effect.kind === "get") {
      const text = store.get(effect.key);
      return text === undefined ? [{ kind: "missing" }] : [{ kind: "found", etag: sha(text) }, Buffer.from(text)];
    }
    if (effect.kind === "list") return [{ kind: "listed", keys: [...store.keys()].filter((name) => name.startsWith(effect.prefix)).sort(), more: false }];
    return [{ kind: effect.kind === "kept" ? "missing" : effect.kind === "sleep" ? "done" : "failed", message: "read only" }];
  };

  /** What a frame says: `{ effect, continuation }` of one that reads (its first effect: none beside it is needed), or `{ status, text }`. */
  const read = (frame) => {
    const end = 4 + frame.readUInt32LE(0);
    const head = frame.toString("utf8", 4, end);
    if (head.startsWith("{")) return { effect: JSON.parse(head).effects[0], continuation: Buffer.from(frame.subarray(end)) };
    const [length, , status] = head.split("\n", 3);
    // None: it is the last answer's, as its headers are.
    if (status !== "") last = Number(status);
    return { status: last, text: frame.toString("utf8", end, end + Number(length)) };
  };

  /** Sends a request as of `now`; the answer's status and text. */
  const ask = (method, path, body, now) => {
    const head = [method, `http://node${path}`, "content-type", "application/json", "authorization", `Bearer ${key}`].join("\n");
    const call = (work) => {
      wasm.stir(RANDOM);
      const length = work();
      return read(Buffer.from(wasm.linear_memory().buffer, wasm.frame(), length));
    };
    let step = call(() => wasm.start(head, Buffer.from(body), now));
    for (let effects = 0; step.effect; effects += 1) {
      if (effects > 100) throw new Error("it asks for ever");
      const { effect, continuation } = step;
      const [result, bytes = Buffer.alloc(0)] = carryOut(effect);
      step = call(() => wasm.resume(continuation, 0, JSON.stringify(result), bytes, now));
    }
    return step;
  };

  return {
    ask,
    /** Starts anew over this document as an environment's first version. */
    serve(document) {
      store.clear();
      const keys = { test: { environment: "test", kind: "server", hash: sha(key), created: "2026-11-01" } };
      put("project", { format: 1, name: "test", environments: { test: { name: "test" } }, people: { "a@b.example": { name: "a", roles: { "*": ["admin"] } } }, keys, tokens: {} });
      put("environments/test", document);
      wasm.__wbg_reset_state();
      wasm.configure("{}");
    },
  };
}
