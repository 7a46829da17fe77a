// What a page of the tests has at hand. Bundled by page.test.mjs, as an application's own script is.
import { OFREPWebProvider } from "@openfeature/ofrep-web-provider";
import { OpenFeature, ProviderEvents } from "@openfeature/web-sdk";

const EVENTS = [ProviderEvents.Ready, ProviderEvents.Error, ProviderEvents.Stale, ProviderEvents.ConfigurationChanged];
const client = OpenFeature.getClient();
const events = [];
for (const event of EVENTS) client.addHandler(event, (told) => events.push({ event, flagsChanged: told?.flagsChanged, message: told?.message }));

window.flags = {
  /** Sets the context and a provider, and waits until it is ready: what went wrong, or null. */
  async start(context, options, key) {
    await OpenFeature.setContext(context);
    try {
      await OpenFeature.setProviderAndWait(new OFREPWebProvider({ cacheMode: "disabled", headers: [["Authorization", `Bearer ${key}`]], ...options }));
      return null;
    } catch (error) {
      return error.message;
    }
  },
  context: (context) => OpenFeature.setContext(context),
  details(flag, fallback) {
    const type = { boolean: "Boolean", string: "String", number: "Number", object: "Object" }[typeof fallback];
    const { value, variant, reason, errorCode, flagMetadata } = client[`get${type}Details`](flag, fallback);
    return { value, variant, reason, errorCode, metadata: { ...flagMetadata } };
  },
  status: () => client.providerStatus,
  events,
};
