// Compiles a wasm module with V8, which validates it: node validate.mjs MODULE
import { readFile } from "node:fs/promises";

const bytes = await readFile(process.argv[2]);
try {
  await WebAssembly.compile(bytes);
} catch (error) {
  console.error(`${process.argv[2]}: ${error.message}`);
  process.exit(1);
}
