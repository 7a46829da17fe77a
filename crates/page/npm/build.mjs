// Makes the package's JavaScript: node build.mjs OUT GLUE. One minified ES module for each entry point that package.json exports;
// entry points import each other, and everything else that one needs is in it. `page.wasm` and `explain.wasm` must lie in OUT already, and in the folder GLUE wasm-bindgen's `explain.js`.
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "src");
const out = resolve(process.argv[2]);
const glue = resolve(process.argv[3] ?? out);
const manifest = JSON.parse(await readFile(join(here, "package.json"), "utf8"));
const wasm = await readFile(join(out, "page.wasm"));

const files = Object.values(manifest.exports).flatMap((entry) => (typeof entry === "object" ? Object.values(entry) : []));
const names = [...new Set(files.filter((file) => file.endsWith(".js") && file !== "./inline.js"))].map((file) => file.slice(2, -3));
const fileOf = (name) => [".ts", ".tsx"].map((extension) => join(source, name + extension)).find(existsSync);

/** An import of another entry point, of npm or of wasm stays one, as seen from where `name` will lie. */
const stay = (name) => ({
  name: "entry points stay apart",
  setup({ onResolve }) {
    onResolve({ filter: /.*/ }, ({ path, resolveDir, kind }) => {
      if (kind === "entry-point") return undefined;
      if (path === "halyard-explain-glue") return { path: join(glue, "explain.js") };
      if (!path.startsWith(".")) return { path, external: true };
      const wanted = relative(source, join(resolveDir, path)).replace(/\.js$/, "");
      if (path.endsWith(".wasm")) return { path, external: true };
      if (!names.includes(wanted)) return undefined;
      const seen = relative(dirname(name), `${wanted}.js`);
      return { path: seen.startsWith(".") ? seen : `./${seen}`, external: true };
    });
  },
});

const one = (name) =>
  build({
    entryPoints: [{ in: fileOf(name), out: name }],
    outdir: out,
    plugins: [stay(name)],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    jsx: "automatic",
    logLevel: "warning",
  });
await Promise.all(names.map(one));

// The same wasm as text, for where a second file is in the way.
await writeFile(join(out, "inline.js"), `const t=atob("${wasm.toString("base64")}"),b=new Uint8Array(t.length);for(let i=0;i<b.length;i++)b[i]=t.charCodeAt(i);export const module=b;\n`);
await writeFile(join(out, "inline.d.ts"), "/** The wasm of this package, for `createEvaluator(…, { module })`. */\nexport declare const module: Uint8Array;\n");
for (const file of ["package.json", "README.md"]) await copyFile(join(here, file), join(out, file));
