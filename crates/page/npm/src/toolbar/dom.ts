// Elements without a framework, and without HTML from texts: pages may forbid that.

export type Child = Node | string | undefined | false;

/** An element with attributes and listeners (`onclick`), and what is in it. An attribute that is undefined or false is left out. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: { [name: string]: string | boolean | undefined | ((event: any) => void) } = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  fill(element, ...children);
  return element;
}

/** Puts these in the place of what is there. */
export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren(...children.filter((child): child is Node | string => child !== undefined && child !== false));
}

/** A text in which what stands between backticks is code. */
export function coded(text: string): Child[] {
  return text.split("`").map((part, nth) => (nth % 2 ? h("code", {}, part) : part));
}

/** Halyard's mark, a flag on its line, in the text's colour. */
export function mark(): SVGElement {
  const svg = shape("svg", { viewBox: "0 0 32 32", "aria-hidden": "true", class: "mark" });
  svg.append(
    shape("path", { d: "M9 29V5.5a2 2 0 1 1 4 0", fill: "none", stroke: "currentColor", "stroke-width": "2.4", "stroke-linecap": "round" }),
    shape("path", { d: "M9 8h9v12H9z", fill: "currentColor" }),
    shape("path", { d: "M18 8h11l-5 6 5 6H18z", class: "tail" }),
  );
  return svg;
}

function shape(tag: string, attributes: Record<string, string>): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
