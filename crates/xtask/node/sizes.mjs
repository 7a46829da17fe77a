// Prints a line for each file: its bytes, and its bytes as the best brotli: node sizes.mjs FILE…
import { readFile } from "node:fs/promises";
import { brotliCompressSync, constants } from "node:zlib";

for (const path of process.argv.slice(2)) {
  const bytes = await readFile(path);
  const packed = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  console.log(`${bytes.length} ${packed.length}`);
}
