// Why a flag is what it is: core's own explanation, loaded when somebody opens a flag.
import type { Client } from "../client.js";
import type { Explanation, Step } from "../explain/types.js";
import { coded, fill, h, type Child } from "./dom.js";

const OUTCOMES = { holds: ["✓", "holds"], fails: ["✗", "does not hold"], note: ["•", ""] } as const;

/** Fills `place` with why `flag` is what it is; with `failure` where that cannot be had. */
export async function explainIn(place: Element, client: Client, flag: string, fallback: string): Promise<void> {
  const began = String(Number(place.getAttribute("data-turn") ?? 0) + 1);
  place.setAttribute("data-turn", began);
  if (!place.firstChild) fill(place, h("p", { class: "quiet" }, "Looking up why …"));
  let told: Child[];
  try {
    const { explainerOf } = await import("../explain.js");
    const explainer = await explainerOf(client);
    const explanation = explainer.explain(flag, client.context, client.now());
    told = tell(explanation, client.details(flag, null).reason === "OVERRIDE");
    if (explainer.version !== client.version) {
      told.push(h("p", { class: "quiet" }, `This is said of version ${explainer.version}; the page serves ${client.version ?? "another"}.`));
    }
  } catch (error) {
    told = [h("p", { class: "quiet" }, ...coded(`${fallback}. More cannot be told now: ${(error as Error).message}.`))];
  }
  // Another look may have begun since, for other flags.
  if (place.getAttribute("data-turn") === began) fill(place, ...told);
}

function tell({ summary, steps }: Explanation, overridden: boolean): Child[] {
  return [
    h("p", { class: "summary" }, ...coded(overridden ? `Without the override: ${summary}` : summary)),
    steps.length > 0 && h("ul", { class: "steps", "aria-label": "What was looked at" }, ...steps.map(item)),
  ];
}

function item({ depth, outcome, text }: Step): HTMLLIElement {
  const [sign, words] = OUTCOMES[outcome];
  const line = h("li", { class: outcome }, h("span", { class: "sign", "aria-hidden": "true" }, sign), h("span", {}, ...coded(text), words && h("span", { class: "unseen" }, ` (${words})`)));
  // Through the object model: a page's policy may forbid style attributes.
  line.style.setProperty("--depth", String(Math.min(depth, 6)));
  return line;
}
