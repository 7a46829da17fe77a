// Who somebody is before they sign in: an id in a cookie, which a server that renders the page sees as well.

/**
 * The id of this browser, made where there is none. Give it to the context as an attribute of its own (`anonymousId`), and let
 * splits that must not move people when they sign in be `by` that attribute.
 *
 * A server may set the cookie instead (browsers keep such ones for longer): then this reads it.
 */
export function anonymousId({ cookie = "halyard-id", days = 365 }: { cookie?: string; days?: number } = {}): string {
  for (const one of document.cookie.split("; ")) {
    const at = one.indexOf("=");
    if (one.slice(0, at) === cookie && at + 1 < one.length) return decodeURIComponent(one.slice(at + 1));
  }
  const id = newId();
  document.cookie = `${cookie}=${id}; Path=/; Max-Age=${days * 86_400}; SameSite=Lax${location.protocol === "https:" ? "; Secure" : ""}`;
  return id;
}

/** 128 random bits. (`randomUUID` is not there on pages without https.) */
const newId = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
