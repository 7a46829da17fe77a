// What a page of the tests has at hand: OpenFeature's web SDK, bundled as an application's own script is, over dist/page.
import { OpenFeature, ProviderEvents } from "@openfeature/web-sdk";
import { hookInto } from "../clients/answers.mjs";
import { createClient } from "/page/client.js";
import { HalyardWebProvider } from "/page/openfeature/web.js";

const TYPES = { boolean: "Boolean", string: "String", number: "Number", object: "Object" };
const quiet = () => {};
OpenFeature.setLogger({ error: quiet, warn: quiet, info: quiet, debug: quiet });

window.told = [];
window.providers = {};
const listening = new Set();

/** Writes down what a domain's client is told. */
function listen(domain) {
  if (listening.has(domain)) return;
  listening.add(domain);
  for (const event of Object.values(ProviderEvents)) {
    OpenFeature.getClient(domain).addHandler(event, (it) => window.told.push({ event, domain, flagsChanged: it?.flagsChanged, message: it?.message }));
  }
}

Object.assign(window, {
  OpenFeature,
  createClient,
  hookInto,
  listen,
  /** Sets a provider made of a client's options, and waits until it is ready: what went wrong, or null. */
  async start(options, { domain, own = false } = {}) {
    listen(domain);
    const provider = new HalyardWebProvider(own ? createClient(options) : options);
    window.providers[domain ?? ""] = provider;
    return window.again(domain);
  },
  async again(domain) {
    const provider = window.providers[domain ?? ""];
    try {
      await (domain ? OpenFeature.setProviderAndWait(domain, provider) : OpenFeature.setProviderAndWait(provider));
      return null;
    } catch (error) {
      return error.message;
    }
  },
  details(flag, fallback, domain) {
    const got = OpenFeature.getClient(domain)[`get${TYPES[typeof fallback]}Details`](flag, fallback);
    const { value, variant, reason, errorCode, errorMessage, flagMetadata } = got;
    return { value, variant, reason, errorCode, errorMessage, metadata: { ...flagMetadata } };
  },
  statusOf: (domain) => OpenFeature.getClient(domain).providerStatus,
});
