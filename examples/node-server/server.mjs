// A shop whose checkout is behind a feature flag. Each request is answered for the user who sent it.
import { createServer } from "node:http";
import { OFREPProvider } from "@openfeature/ofrep-provider";
import { OpenFeature } from "@openfeature/server-sdk";

const { HALYARD_URL, HALYARD_KEY, PORT = "3000" } = process.env;
if (!HALYARD_URL || !HALYARD_KEY) throw new Error("set HALYARD_URL, and HALYARD_KEY to an environment's server key");

await OpenFeature.setProviderAndWait(
  new OFREPProvider({
    baseUrl: HALYARD_URL,
    headers: { Authorization: `Bearer ${HALYARD_KEY}` },
    // The provider itself would wait for ever.
    fetchImplementation: (request) => fetch(request, { signal: AbortSignal.timeout(1000) }),
  }),
);
const flags = OpenFeature.getClient();

const server = createServer(async (request, response) => {
  const { searchParams } = new URL(request.url, "http://shop");
  // A shop knows these from its session; here they come with the address: /?user=ann&email=ann@acme.example&country=NL
  const user = searchParams.get("user") ?? "nobody";
  const context = { targetingKey: user, email: searchParams.get("email") ?? "", country: searchParams.get("country") ?? "" };

  // The second argument is what the shop does when there is no answer. It never waits for a flag in vain, and never fails for one.
  const [onePage, most, shipping] = await Promise.all([
    flags.getBooleanValue("new-checkout", false, context),
    flags.getNumberValue("max-cart-items", 50, context),
    flags.getObjectValue("shipping-rates", { standard: 5.95, freeFrom: 60 }, context),
  ]);
  response.setHeader("content-type", "text/plain; charset=utf-8");
  response.end(`${user}: checkout on ${onePage ? "one page" : "four pages"}, up to ${most} items, shipping ${shipping.standard} and free from ${shipping.freeFrom}\n`);
});
server.listen(Number(PORT), "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
