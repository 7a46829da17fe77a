// What a page of the docs tells its reader to do, in order: commands with the answers that it shows, and steps in the app.
//
// A `sh` block is a command; the `text` or `json` block behind it is its answer, in which `…` stands for anything. A list behind
// `<!-- in the app -->` is steps: **bold** is pressed, `text` into **a field** is typed, `choice` in **a field** is chosen, and
// *italics* are what the app must say. A comment `<!-- not run: why -->` before a block leaves it out.

const STEP = /`([^`]+)` (into|in) \*\*([^*]+)\*\*|\*\*([^*]+)\*\*|\*([^*]+)\*/g;

/** `[{ run, answer? } | { steps }]`, each with the line at which it begins. */
export function partsOf(markdown) {
  const parts = [];
  const lines = markdown.split("\n");
  let left = null; // Why the next block is left out.
  let inApp = false;
  let last = null; // The commands that may still be given an answer.
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at];
    const comment = line.match(/^\s*<!-- (.+) -->$/)?.[1];
    if (comment === "in the app") inApp = true;
    else if (comment?.startsWith("not run")) left = comment;
    const fence = line.match(/^(\s*)```(\w*)/);
    if (fence) {
      const from = at + 1;
      do at++;
      while (!lines[at].startsWith(`${fence[1]}\`\`\``));
      const text = lines.slice(from, at).map((each) => each.slice(fence[1].length)).join("\n");
      if (left === null && fence[2] === "sh") parts.push((last = { line: from, run: text }));
      else if (left === null && ["text", "json"].includes(fence[2]) && last) [last.answer, last] = [text, null];
      left = null;
    } else if (inApp && /^\d+\. /.test(line)) {
      const steps = { line: at + 1, steps: [] };
      for (; at < lines.length && lines[at].trim() !== "" && !lines[at].startsWith("```"); at++) steps.steps.push(...stepsOf(lines[at]));
      at--;
      parts.push(steps);
      [inApp, last] = [false, null];
    }
  }
  return parts;
}

function stepsOf(line) {
  return [...line.matchAll(STEP)].map(([said, text, how, field, press, see]) => {
    if (field) return { said, [how === "into" ? "type" : "choose"]: text, field };
    return press ? { said, press } : { said, see };
  });
}

/** Whether `answer`, as a page shows it, is what was said; `…` in it stands for anything. */
export function isAnswer(answer, said) {
  const pattern = answer.trim().split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${pattern.join("[^]*?")}$`).test(said.trim());
}
