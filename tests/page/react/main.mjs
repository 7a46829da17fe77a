// Brings the application to life in the page.
import { createElement as h } from "react";
import { createRoot, hydrateRoot } from "react-dom/client";
import { createClient } from "halyard-flags/client";
import * as hooks from "halyard-flags/react";
import { appOf } from "./app.mjs";

window.renders = {};
window.wrong = [];
// A bundle does not lie where the package's wasm does.
const client = (window.client = createClient({ url: location.origin, jitter: 20, module: "/page/page.wasm", initialContext: window.context }));
// A page whose scripts come late: the client has gone on before the application hydrates.
if (window.late) await new Promise((resolve) => client.on("change", resolve));
const App = appOf(hooks, (name) => (window.renders[name] = (window.renders[name] ?? 0) + 1));
const app = h(hooks.HalyardProvider, { flags: client }, h(App));
const root = document.querySelector("#root");
const onRecoverableError = (error) => window.wrong.push(String(error));
if (root.firstChild) hydrateRoot(root, app, { onRecoverableError });
else createRoot(root).render(app);
client.on("change", (change) => (window.changes ??= []).push(change.flags));
