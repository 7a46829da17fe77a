// A shop's page. Its flags are evaluated once for whoever looks at it, kept in the browser, and asked for again now and then.
import { OFREPWebProvider } from "@openfeature/ofrep-web-provider";
import { OpenFeature, ProviderEvents } from "@openfeature/web-sdk";

// A page of yours has these written in it. A browser key is no secret: it opens public flags, and nothing else.
const { node, key } = Object.fromEntries(new URLSearchParams(location.search));

const flags = OpenFeature.getClient();
flags.addHandler(ProviderEvents.Ready, show);
flags.addHandler(ProviderEvents.ConfigurationChanged, show);
flags.addHandler(ProviderEvents.ContextChanged, show);
// Without an answer the page is as its defaults say.
flags.addHandler(ProviderEvents.Error, show);

function show() {
  const layout = flags.getStringValue("product-page-layout", "classic");
  const suggests = flags.getBooleanValue("search-autocomplete", false);
  document.querySelector("#layout").textContent = layout;
  document.querySelector("#search").setAttribute("autocomplete", suggests ? "on" : "off");
  document.querySelector("#suggestions").textContent = suggests ? "with suggestions" : "without suggestions";
}

// Somebody signs in: the same page, other flags.
document.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  await OpenFeature.setContext({ targetingKey: document.querySelector("#user").value, country: "NL" });
});

show();
await OpenFeature.setContext({ targetingKey: "visitor-1", country: "NL" });
OpenFeature.setProvider(
  new OFREPWebProvider({
    baseUrl: node,
    headers: [["Authorization", `Bearer ${key}`]],
    // How long a page that stays open may show the old answer, in milliseconds. A poll that finds nothing new costs a 304.
    pollInterval: 10_000,
    // Ask first, and use what was kept only where there is no answer. The default shows what was kept, then asks.
    cacheMode: "network-first",
  }),
);
