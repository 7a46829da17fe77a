// Reading a request's body with a hard cap: what is larger is not kept, and what is much larger is not even read.

/** A reader's largest document, and a little for what is around it. */
const CAP = 8 * 1024 * 1024 + 64 * 1024;
/** Up to here the rest is read and dropped: a client that is still sending sees a reset connection, not our answer. */
const DRAIN = 4 * CAP;
/** What is longer is not kept twice. */
export const SHORT = 64 * 1024;
const FAULT = "\ufffd";
/** No UTF-8. */
const NO_TEXT = new Uint8Array([0xff]);
const NOTHING = new Uint8Array(0);

/** How many bytes a request says that its body has; not a number where it does not say. */
export function lengthOf(request: Request): number {
  const said = request.headers.get("content-length");
  return said === null ? Number.NaN : Number(said);
}

/**
 * A body of that many bytes that was read as a text, what costs a platform less than bytes do. To read one drops a mark of byte order and
 * puts U+FFFD for what is no UTF-8: the length shows it. (Three bytes of a character of four are the one fault that it does not show.)
 */
export function textOf(text: string, length: number): string | Uint8Array {
  const isAscii = text.length === length && !text.includes(FAULT);
  return isAscii || new TextEncoder().encode(text).byteLength === length ? text : NO_TEXT;
}

/** The body's bytes, or null where it is larger than the cap. Throws when the client goes away. */
export async function readBody(request: Request, length: number): Promise<Uint8Array | null> {
  if (length > DRAIN) return null;
  // HTTP holds a body to the length that it says: the platform reads it at once. A stream, even one that is only looked at, costs more.
  if (length <= CAP) return new Uint8Array(await request.arrayBuffer());
  if (!request.body) return NOTHING;
  const reader = request.body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > DRAIN) {
      reader.cancel().catch(() => {});
      return null;
    }
    if (size > CAP) chunks.length = 0;
    else chunks.push(value);
  }
  return size > CAP ? null : joined(chunks, size);
}

function joined(chunks: Uint8Array[], size: number): Uint8Array {
  const first = chunks[0];
  if (chunks.length === 1 && first) return first;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
