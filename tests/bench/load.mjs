// Requests over connections that stay open, a request at a time on each: a client that costs little itself. Every answer must be a 200.
import { connect } from "node:net";

const END = Buffer.from("\r\n\r\n");
const LAST_CHUNK = Buffer.from("0\r\n\r\n");

/** A request as bytes. */
export function request(port, { method, path, headers = {}, body = "" }) {
  const lines = [`${method} ${path} HTTP/1.1`, `host: 127.0.0.1:${port}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)];
  if (body !== "") lines.push(`content-length: ${Buffer.byteLength(body)}`);
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${body}`);
}

/**
 * Sends `bytes` to a worker `times` times over `connections`. Resolves to the seconds that it took, and to its nanoseconds of CPU. The
 * client stays awake: to wake one that sleeps is the work of whoever sends to it, and how often it sleeps says something about the client.
 */
export async function load(worker, bytes, { times, connections = 8 }) {
  const clients = await Promise.all(Array.from({ length: connections }, () => open(worker.port)));
  let left = times;
  let isDone = false;
  const stayAwake = () => isDone || setImmediate(stayAwake);
  stayAwake();
  try {
    const [before, began] = [await worker.cpu(), performance.now()];
    await Promise.all(
      clients.map(async (client) => {
        while (left-- > 0) await client.ask(bytes);
      }),
    );
    const seconds = (performance.now() - began) / 1000;
    return { seconds, cpu: (await worker.cpu()) - before };
  } finally {
    isDone = true;
    for (const client of clients) client.close();
  }
}

/** One request over a connection of its own: the milliseconds until its answer was whole. */
export async function once(port, bytes) {
  const client = await open(port);
  const began = performance.now();
  await client.ask(bytes);
  const took = performance.now() - began;
  client.close();
  return took;
}

async function open(port) {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  let answered, failed;
  let seen = Buffer.alloc(0);
  socket.on("data", (bytes) => {
    seen = seen.length === 0 ? bytes : Buffer.concat([seen, bytes]);
    if (!whole(seen)) return;
    const answer = seen;
    seen = Buffer.alloc(0);
    if (answer.subarray(9, 12).toString() === "200") answered();
    else failed(new Error(`answered with ${answer.subarray(0, 300)}`));
  });
  socket.on("error", (error) => failed?.(error));
  socket.on("close", () => failed?.(new Error("the connection was closed")));
  return {
    ask: (bytes) =>
      new Promise((resolve, reject) => {
        [answered, failed] = [resolve, reject];
        socket.write(bytes);
      }),
    close() {
      failed = undefined;
      socket.destroy();
    },
  };
}

function whole(bytes) {
  const end = bytes.indexOf(END);
  if (end < 0) return false;
  const length = /\r\ncontent-length: *(\d+)/i.exec(bytes.subarray(0, end + 2).toString("latin1"));
  return length ? bytes.length >= end + END.length + Number(length[1]) : bytes.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK);
}
