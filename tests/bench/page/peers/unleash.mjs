// Unleash's client for Node, started from a bootstrap; there is no server to ask.
import { InMemStorageProvider, Unleash } from "unleash-client";
import { text } from "../flags.mjs";

export async function ready(bytes) {
  const client = new Unleash({
    appName: "bench",
    url: "http://127.0.0.1:9/",
    refreshInterval: 0,
    disableMetrics: true,
    skipInstanceCountWarning: true,
    storageProvider: new InMemStorageProvider(),
    bootstrap: { data: JSON.parse(text(bytes)).features },
  });
  client.on("error", () => {}).on("warn", () => {});
  await new Promise((resolve) => client.once("ready", resolve));
  const keys = client.getFeatureToggleDefinitions().map(({ name }) => name);
  return {
    context: (userId, country, plan, email, app, remoteAddress) => ({ userId, remoteAddress, properties: { country, plan, email, app } }),
    one: (key, context) => client.isEnabled(key, context),
    all: (context) => keys.map((key) => client.isEnabled(key, context)),
    end: () => client.destroy(),
  };
}

export const on = (all) => all.filter(Boolean).length;
