// What a page begins with: the values of a moment, and the image that they came from. A server renders one in; a browser keeps one.
import type { Context, Evaluator, Json } from "../types.js";

/** The number of this form; another one is not read. */
const FORMAT = 1;

export interface Snapshot {
  readonly format: typeof FORMAT;
  readonly version: number | undefined;
  /** Of the image's response, to ask whether there is another. */
  readonly etag: string | undefined;
  /** When the values were these, by the server's clock, in ms since 1970. */
  readonly time: number;
  /** Whose values they are: the context, or only its fingerprint. */
  readonly context: Context | undefined;
  readonly who: string | undefined;
  readonly values: { readonly [flag: string]: Json };
  readonly image: Uint8Array | undefined;
}

export interface RenderInOptions {
  /** Who asks. It is written into the page, and evaluated with: leave out what the page may not know. */
  context: Context;
  /** Whether to write the image as well, so that the page can evaluate without asking the node first; true by default. */
  image?: boolean;
  /** The element's id; `halyard-flags` by default. */
  id?: string;
  /** The time of rendering, in ms since 1970; the server's clock by default. */
  now?: number;
  /** A nonce, where the page's policy wants one for any script element. */
  nonce?: string;
}

/**
 * For servers: the element to put into the page, before the scripts that use it. It holds the values of the public flags, the
 * context and the image, as JSON in which no `<` is left: nothing in it can end the element.
 *
 * The image of an evaluator with private flags is never written, and neither are their values.
 */
export function renderIn(evaluator: Evaluator, { context, image = true, id = "halyard-flags", now = Date.now(), nonce }: RenderInOptions): string {
  const flags = evaluator.withContext(context);
  const values = flags.all();
  const privates = evaluator.keys().filter((key) => !evaluator.isPublic(key));
  for (const key of privates) delete values[key];
  const written = write({
    format: FORMAT,
    version: evaluator.version,
    etag: evaluator.etag,
    time: now,
    context,
    who: undefined,
    values,
    image: image && !privates.length ? evaluator.image() : undefined,
  });
  const attribute = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return `<script type="application/json" id="${attribute(id)}"${nonce === undefined ? "" : ` nonce="${attribute(nonce)}"`}>${written.replaceAll("<", "\\u003c")}</script>`;
}

/** As text. */
export function write(snapshot: Snapshot): string {
  return JSON.stringify({ ...snapshot, image: snapshot.image && base64(snapshot.image) });
}

/** From text; nothing where it is not what `write` writes. */
export function read(text: string | null | undefined): Snapshot | undefined {
  try {
    const { format, version, etag, time, context, who, values, image } = JSON.parse(text || "0");
    if (format !== FORMAT || !Number.isFinite(time) || !values || typeof values !== "object") return undefined;
    return {
      format,
      version: typeof version === "number" ? version : undefined,
      etag: typeof etag === "string" ? etag : undefined,
      time,
      context: context && typeof context === "object" ? context : undefined,
      who: typeof who === "string" ? who : undefined,
      values: Object.assign(Object.create(null), values),
      image: typeof image === "string" ? Uint8Array.from(atob(image), (unit) => unit.charCodeAt(0)) : undefined,
    };
  } catch {
    return undefined;
  }
}

function base64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  return btoa(text);
}

/** Tells contexts apart without saying what is in them: 53 bits (cyrb53). */
export function fingerprint(text: string): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (4294967296 * (2097151 & b) + (a >>> 0)).toString(36);
}
