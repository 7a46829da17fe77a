// A shop in React: components ask for flags, and are rendered again when one that they use has another value.
import { useState } from "react";
import { createRoot } from "react-dom/client";
import { anonymousId, createClient } from "halyard-flags/client";
import wasm from "halyard-flags/page.wasm";
import { HalyardProvider, useBoolean, useFlags, useString } from "halyard-flags/react";

// A page of yours has these written in it. A browser key is no secret: it opens public flags, and nothing else.
const { node, key } = Object.fromEntries(new URLSearchParams(location.search));
const anonymous = anonymousId();
const flags = createClient({
  url: node,
  key,
  initialContext: { targetingKey: anonymous, anonymousId: anonymous, country: "NL" },
  // Where this bundler put it.
  module: new URL(wasm, import.meta.url),
});

function Search() {
  const suggests = useBoolean("search-autocomplete", false);
  return (
    <p>
      <label>
        Search <input type="search" autoComplete={suggests ? "on" : "off"} />
      </label>{" "}
      <span id="suggestions">{suggests ? "with suggestions" : "without suggestions"}</span>
    </p>
  );
}

function Layout() {
  return (
    <p>
      This page has the layout <b id="layout">{useString("product-page-layout", "classic")}</b>.
    </p>
  );
}

function SignIn() {
  const [name, setName] = useState("");
  const flags = useFlags();
  const signIn = (event) => {
    event.preventDefault();
    flags.setContext({ ...flags.context, targetingKey: name });
  };
  return (
    <form onSubmit={signIn}>
      <label>
        Your name <input id="user" required value={name} onChange={(event) => setName(event.target.value)} />
      </label>{" "}
      <button>Sign in</button>
    </form>
  );
}

// What this browser kept is there already; the first time, the page waits for the node's answer rather than show one thing and then another.
await flags.ready;
createRoot(document.querySelector("#shop")).render(
  <HalyardProvider flags={flags}>
    <h1>A shop</h1>
    <Layout />
    <Search />
    <SignIn />
  </HalyardProvider>,
);
