// `halyard-flags/toolbar`: shows testers a page's flags. This part waits, and weighs nothing; the toolbar itself is loaded when somebody wants it.
import type { Client } from "./client.js";

export interface ToolbarOptions {
  /** Shows it at once. */
  show?: boolean;
  /** The URL parameter by which anybody may ask for it (`?halyard-toolbar`); null: none. What it shows, the page has anyway. */
  parameter?: string | null;
  /** The client's `overrideParameter`, for the link that is copied. */
  overrideParameter?: string;
  /** Where the button sits; `bottom-right` by default. */
  corner?: "bottom-right" | "bottom-left" | "top-right" | "top-left";
}

/**
 * Puts `<halyard-toolbar>` into the page as soon as a tester's overrides are in force, or the toolbar is asked for. What is returned
 * takes it away again.
 */
export function toolbar(client: Client, options: ToolbarOptions = {}): () => void {
  const { show = false, parameter = "halyard-toolbar" } = options;
  let ended = false;
  let element: HTMLElement | undefined;
  let loading = false;

  const wanted = (): boolean => show || client.overrides !== undefined || (parameter !== null && new URLSearchParams(location.search).has(parameter));
  const load = async (): Promise<void> => {
    if (loading || ended || !wanted()) return;
    loading = true;
    try {
      const { HalyardToolbar } = await import("./toolbar/element.js");
      if (ended) return;
      const made = HalyardToolbar.define();
      made.begin(client, options);
      document.body.append((element = made));
    } catch {
      // Nobody's page stops for want of it; the next change of overrides tries again.
      loading = false;
    }
  };
  const stop = client.on("change", ({ because }) => because === "override" && void load());
  void load();
  return () => {
    ended = true;
    stop();
    element?.remove();
  };
}
