// JSON with comments and trailing commas, as wrangler.jsonc is written.

/** Parses it; comments and trailing commas inside strings are left alone. */
export function parseJsonc(text) {
  const plain = text.replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, string) => string ?? " ");
  return JSON.parse(plain.replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, (_, string) => string ?? ""));
}
