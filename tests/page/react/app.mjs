// A small application with flags in its components; the same on the server and in the page.
import { createElement as h } from "react";

/** `hooks` are those of `halyard-flags/react`; `rendered` hears the name of each component that is rendered. */
export function appOf({ useBoolean, useFlag, useFlags, useNumber, useObject, useString }, rendered = () => {}) {
  function Banner() {
    rendered("Banner");
    return useBoolean("banner", false) ? h("p", { id: "banner" }, "Sale!") : null;
  }
  function Limit() {
    rendered("Limit");
    return h("p", { id: "limit" }, `${useNumber("limit", 1)} items, ${useString("layout", "classic")}, ${useFlag("layout", "classic")}`);
  }
  function Theme() {
    rendered("Theme");
    const { colours } = useObject("theme", { colours: ["grey"] });
    return h("p", { id: "theme" }, colours.join(" and "));
  }
  function SignIn() {
    const flags = useFlags();
    return h("button", { onClick: () => flags.setContext({ targetingKey: "ann" }) }, "Sign in");
  }
  return () => h("main", null, h(Banner), h(Limit), h(Theme), h(SignIn));
}
