// The page's own script: no framework, no bundler.
import { createClient } from "halyard-flags/client";

const { node, key } = document.querySelector("script[data-node]").dataset;
// The values that the server rendered in are there at once; the node is asked meanwhile, and again when somebody comes back to the page.
const flags = createClient({ url: node, key });

function show() {
  const suggests = flags.boolean("search-autocomplete", false);
  document.querySelector("#layout").textContent = flags.string("product-page-layout", "classic");
  document.querySelector("#search").setAttribute("autocomplete", suggests ? "on" : "off");
  document.querySelector("#suggestions").textContent = suggests ? "with suggestions" : "without suggestions";
}
show();
flags.on("ready", show);
flags.on("change", show);

// Somebody signs in: the same page, and nobody has to be asked for their flags.
document.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  flags.setContext({ ...flags.context, targetingKey: document.querySelector("#user").value });
});
