// A tester's own variants: brought by a signed link, kept for this tab until they end.
import type { Overrides } from "./types.js";

const NAME = "halyard-overrides";

const tab = (): Storage | undefined => {
  try {
    return globalThis.sessionStorage;
  } catch {
    // Storage may be forbidden: then they last as long as the page.
    return undefined;
  }
};

/** Takes a token out of the page's address, so that nobody passes it on by accident. */
export function tokenFromAddress(parameter: string): string | undefined {
  const address = new URL(location.href);
  const token = address.searchParams.get(parameter);
  if (token === null) return undefined;
  address.searchParams.delete(parameter);
  history.replaceState(history.state, "", address);
  return token;
}

/** What a link is good for. @throws (rejects) when it is good for nothing, any more or at all. */
export async function exchange(fetcher: typeof fetch, url: string, key: string | undefined, token: string): Promise<Overrides> {
  const response = await fetcher(`${url}/v1/overrides/${encodeURIComponent(token)}`, { headers: key ? { authorization: `Bearer ${key}` } : {}, cache: "no-store" });
  if (!response.ok) throw new Error(`the link with overrides is refused (${response.status})`);
  const got = sound({ ...(await response.json()), token });
  if (!got) throw new Error("the link with overrides brought none");
  return got;
}

/** Those of this tab. */
export function kept(): Overrides | undefined {
  try {
    return sound(JSON.parse(tab()?.getItem(NAME) ?? "null"));
  } catch {
    return undefined;
  }
}

/** Keeps them for this tab; undefined: forgets them. */
export function keep(overrides: Overrides | undefined): void {
  try {
    if (overrides) tab()?.setItem(NAME, JSON.stringify(overrides));
    else tab()?.removeItem(NAME);
  } catch {
    // As above.
  }
}

function sound(json: any): Overrides | undefined {
  if (!json || typeof json.variants !== "object" || !Number.isFinite(json.until)) return undefined;
  const variants = Object.fromEntries(Object.entries(json.variants ?? {}).filter((pair): pair is [string, string] => typeof pair[1] === "string"));
  return { variants, until: json.until, token: typeof json.token === "string" ? json.token : undefined };
}
