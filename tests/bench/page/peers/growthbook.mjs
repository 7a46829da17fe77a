// GrowthBook: one client for many users; its documentation gives the context to each call.
import { GrowthBookClient } from "@growthbook/growthbook";
import { text } from "../flags.mjs";

export function ready(bytes) {
  const client = new GrowthBookClient().initSync({ payload: JSON.parse(text(bytes)) });
  const keys = Object.keys(client.getFeatures());
  return {
    context: (id, country, plan, email, app, ip) => ({ attributes: { id, country, plan, email, app, ip } }),
    one: (key, context) => client.isOn(key, context),
    // It has no call for all of them.
    all: (context) => keys.map((key) => client.isOn(key, context)),
  };
}

export const on = (all) => all.filter(Boolean).length;
