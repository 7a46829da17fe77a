// The toolbar itself: `<halyard-toolbar>`, a button in a corner that opens a panel of the page's flags.
import type { Client } from "../client.js";
import type { ToolbarOptions } from "../toolbar.js";
import { coded, fill, h, mark } from "./dom.js";
import { Row } from "./row.js";
import { STYLE } from "./style.js";
import { counted } from "./words.js";

const NAME = "halyard-toolbar";
/** From so many flags on there is a field to find one. */
const MANY = 7;

export class HalyardToolbar extends HTMLElement {
  private client!: Client;
  private options: ToolbarOptions = {};
  private readonly rows = new Map<string, Row>();
  private readonly count = h("span", { class: "count" });
  private readonly opener = h("button", { type: "button", class: "opener", "aria-expanded": "false", "aria-haspopup": "dialog", onclick: () => this.open(Boolean(this.panel.hidden)) }, mark(), this.count);
  private readonly state = h("p", { class: "state" });
  private readonly notice = h("div", { class: "notice" });
  private readonly said = h("p", { class: "said", role: "status" });
  private readonly search = h("input", { type: "search", placeholder: "Find a flag", "aria-label": "Find a flag", autocomplete: "off", spellcheck: "false", oninput: () => this.sift() });
  private readonly list = h("ul", { class: "flags" });
  private readonly nothing = h("p", { class: "quiet empty", hidden: true });
  private readonly panel = h(
    "section",
    { class: "panel", role: "dialog", "aria-labelledby": "title", hidden: true, tabindex: "-1" },
    h("header", {}, h("h2", { id: "title" }, "Feature flags"), this.state, h("button", { type: "button", class: "close", "aria-label": "Close", onclick: () => this.open(false) })),
    this.notice,
    this.said,
    this.search,
    h("div", { class: "scroll" }, this.list, this.nothing),
  );
  private first: ReadonlySet<string> = new Set();
  private ends: (() => void)[] = [];

  /** Makes one; the element's name is taken once for each page. */
  static define(): HalyardToolbar {
    const known = customElements.get(NAME) as typeof HalyardToolbar | undefined;
    if (!known) customElements.define(NAME, HalyardToolbar);
    return new (known ?? HalyardToolbar)();
  }

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    // Not as an element: a page's policy may forbid those.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    root.append(this.opener, this.panel);
    root.addEventListener("keydown", (event) => {
      // What is typed here is not meant for the page.
      event.stopPropagation();
      if ((event as KeyboardEvent).key === "Escape" && !this.panel.hidden) this.open(false);
    });
  }

  /** Says whose flags these are; comes before it is put into a page. */
  begin(client: Client, options: ToolbarOptions): void {
    [this.client, this.options] = [client, options];
    this.dataset["corner"] = options.corner ?? "bottom-right";
  }

  connectedCallback(): void {
    this.ends = (["change", "ready", "stale", "error"] as const).map((event) => this.client.on(event, () => this.update()));
    this.update();
  }

  disconnectedCallback(): void {
    for (const end of this.ends.splice(0)) end();
  }

  private open(opens: boolean): void {
    this.panel.hidden = !opens;
    this.opener.setAttribute("aria-expanded", String(opens));
    if (opens) {
      this.rank();
      this.update();
    }
    (opens ? this.panel : this.opener).focus();
  }

  private update(): void {
    const { client } = this;
    const overridden = Object.keys(client.overrides?.variants ?? {}).filter((flag) => client.details(flag, null).reason === "OVERRIDE").length;
    this.count.textContent = overridden ? String(overridden) : "";
    this.opener.setAttribute("aria-label", `Feature flags${overridden ? `, ${overridden} overridden` : ""}`);
    this.opener.classList.toggle("overriding", overridden > 0);
    if (this.panel.hidden) return;
    this.fillState();
    this.fillNotice(overridden);
    this.fillList();
  }

  private fillState(): void {
    const { state, version } = this.client;
    const words = { loading: "loading", ready: "up to date", stale: "the node could not be asked: last good", error: "the node could not be asked" };
    this.state.dataset["state"] = state;
    fill(this.state, version === undefined ? "" : `Version ${version} · `, words[state]);
  }

  private fillNotice(overridden: number): void {
    const { overrides } = this.client;
    this.notice.classList.toggle("warm", overrides !== undefined);
    if (!overrides) {
      return fill(this.notice, h("p", {}, "To see other variants in this browser, ask for a tester's link: in Halyard, whoever may override flags makes one."));
    }
    // By the device's own clock, which is what whoever reads it looks at.
    const until = new Date(Date.now() + overrides.until - this.client.now());
    const day = until.toDateString() === new Date().toDateString() ? {} : ({ day: "numeric", month: "short" } as const);
    const end = until.toLocaleString(undefined, { hour: "2-digit", minute: "2-digit", ...day });
    fill(
      this.notice,
      h("p", {}, h("b", {}, overridden ? `${counted(overridden, "flag")} overridden` : "Nothing overridden"), ` in this tab, until ${end}`),
      h(
        "div",
        { class: "actions" },
        overrides.token !== undefined && h("button", { type: "button", onclick: () => void this.copy(overrides.token!) }, "Copy link"),
        h("button", { type: "button", onclick: () => this.clear() }, "Clear all"),
      ),
    );
  }

  /** What is overridden comes first. Only opening ranks them: nothing jumps away from under a choice. */
  private rank(): void {
    this.first = new Set(Object.keys(this.client.overrides?.variants ?? {}));
  }

  private fillList(): void {
    const all = this.client.keys();
    const keys = [...all.filter((flag) => this.first.has(flag)), ...all.filter((flag) => !this.first.has(flag))];
    for (const [flag, row] of this.rows) {
      if (keys.includes(flag)) continue;
      row.element.remove();
      this.rows.delete(flag);
    }
    for (const flag of keys) {
      const row = this.rows.get(flag);
      if (row) row.update();
      else this.rows.set(flag, new Row(this.client, flag));
    }
    // Only what is not in its place is moved: the focus stays where it is.
    keys.forEach((flag, nth) => {
      const { element } = this.rows.get(flag)!;
      if (this.list.children[nth] !== element) this.list.insertBefore(element, this.list.children[nth] ?? null);
    });
    this.search.hidden = keys.length < MANY;
    this.sift();
  }

  /** Shows the flags that are looked for. */
  private sift(): void {
    const wanted = this.search.hidden ? "" : this.search.value.trim().toLowerCase();
    let found = 0;
    for (const row of this.rows.values()) {
      row.element.hidden = !row.flag.toLowerCase().includes(wanted);
      if (!row.element.hidden) found += 1;
    }
    this.nothing.hidden = found > 0;
    fill(this.nothing, ...coded(this.rows.size ? `No flag has \`${wanted}\` in its name.` : "There are no public flags."));
  }

  private async copy(token: string): Promise<void> {
    const address = new URL(location.href);
    address.searchParams.set(this.options.overrideParameter ?? "halyard-override", token);
    try {
      await navigator.clipboard.writeText(address.href);
      fill(this.said, "Link copied. It brings what it was made with, not what was changed in this tab.");
    } catch {
      // The clipboard may be forbidden: then the link is there to be copied by hand.
      const field = h("input", { readonly: true, value: address.href, "aria-label": "Link" });
      fill(this.said, field);
      field.select();
    }
  }

  private clear(): void {
    this.client.endOverrides();
    this.update();
    fill(this.said, "All overrides are taken away. The link brings them back until it ends.");
    this.panel.focus();
  }
}
