// One flag in the toolbar: its value and reason in a line, and opened its variants and why.
import type { Client } from "../client.js";
import type { Details, Json } from "../types.js";
import { coded, fill, h } from "./dom.js";
import { explainIn } from "./why.js";
import * as words from "./words.js";

let numbered = 0;

export class Row {
  readonly element: HTMLLIElement;
  private readonly button: HTMLButtonElement;
  private readonly chip = h("span", { class: "chip" });
  private readonly why = h("span", { class: "reason" });
  private readonly body = h("div", { class: "body", hidden: true });
  private readonly variants = h("div");
  private readonly explained = h("div", { class: "why" });
  private readonly id = `flag-${(numbered += 1)}`;
  private shown = "";

  constructor(
    private readonly client: Client,
    readonly flag: string,
  ) {
    this.body.id = this.id;
    this.button = h(
      "button",
      { type: "button", class: "row", "aria-expanded": "false", "aria-controls": this.id, onclick: () => this.toggle() },
      h("span", { class: "key" }, flag),
      this.chip,
      this.why,
    );
    fill(this.body, this.variants, this.explained);
    this.element = h("li", {}, h("h3", {}, this.button), this.body);
    this.update();
  }

  /** Shows what the client answers now. */
  update(): void {
    const { client, flag } = this;
    const details = client.details<Json | undefined>(flag, undefined);
    const may = client.overrides !== undefined && details.reason !== "CACHED";
    const shown = JSON.stringify([details, may, client.version]);
    if (shown === this.shown) return;
    this.shown = shown;
    this.element.classList.toggle("overridden", details.reason === "OVERRIDE");
    this.chip.dataset["tone"] = words.tone(details.value);
    this.chip.textContent = details.variant ?? words.value(details.value);
    fill(this.why, ...coded(words.reason(details)));
    if (!this.body.hidden) void this.fillBody(details, may);
  }

  private toggle(): void {
    const opens = this.body.hidden;
    this.body.hidden = !opens;
    this.button.setAttribute("aria-expanded", String(opens));
    if (!opens) return;
    const explained = this.fillBody(this.client.details<Json | undefined>(this.flag, undefined), this.client.overrides !== undefined);
    this.element.scrollIntoView({ block: "nearest" });
    void explained.then(() => this.element.scrollIntoView({ block: "nearest" }));
  }

  private fillBody(details: Details<Json | undefined>, may: boolean): Promise<void> {
    // A choice that is being made keeps the keyboard where it is.
    const focused = (this.element.getRootNode() as ShadowRoot).activeElement;
    const chosen = focused instanceof HTMLInputElement && this.variants.contains(focused) ? focused.value : undefined;
    const variants = Object.entries(this.client.variants(this.flag));
    if (may && variants.length) {
      const override = details.reason === "OVERRIDE" ? details.variant : undefined;
      fill(
        this.variants,
        h(
          "fieldset",
          { onchange: (event: Event) => this.choose((event.target as HTMLInputElement).value) },
          h("legend", {}, "In this tab"),
          this.option("", h("span", {}, "As served"), override === undefined),
          ...variants.map(([name, value]) => this.option(`=${name}`, valued(name, value), override === name)),
        ),
      );
      if (chosen !== undefined) this.variants.querySelector<HTMLInputElement>(`input[value="${CSS.escape(chosen)}"]`)?.focus();
    } else {
      const current = variants.map(([name, value]) => h("li", { "aria-current": name === details.variant && "true" }, valued(name, value)));
      fill(this.variants, current.length > 0 && h("ul", { class: "variants", "aria-label": "Variants" }, ...current));
    }
    return explainIn(this.explained, this.client, this.flag, sentence(words.reason(details)));
  }

  private option(value: string, label: Node, checked: boolean): HTMLLabelElement {
    const input = h("input", { type: "radio", name: this.id, value });
    input.checked = checked;
    return h("label", {}, input, label);
  }

  private choose(value: string): void {
    this.client.override(this.flag, value === "" ? null : value.slice(1));
  }
}

function valued(name: string, value: Json): HTMLElement {
  const text = words.value(value);
  return h("span", {}, h("b", {}, name), text !== name && text !== JSON.stringify(name) && h("code", {}, text));
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
