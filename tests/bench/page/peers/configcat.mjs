// ConfigCat: its configuration from a cache, as an application without a connection has it; a snapshot evaluates without waiting.
import { PollingMode, User, createConsoleLogger, getClient } from "@configcat/sdk";
import { text } from "../flags.mjs";

const OFF = -1;
let made = 0;

export async function ready(bytes) {
  // A client for each key: nobody is to get one that is ready already.
  made += 1;
  const key = `configcat-sdk-1/${String(made).padStart(22, "0")}/1234567890123456789012`;
  const client = getClient(key, PollingMode.ManualPoll, {
    cache: { get: () => `${Date.now()}\netag\n${text(bytes)}`, set() {} },
    offline: true,
    logger: createConsoleLogger(OFF),
  });
  await client.waitForReady();
  const snapshot = client.snapshot();
  const keys = snapshot.getAllKeys();
  return {
    context: (id, country, plan, email, app, ip) => new User(id, email, country, { plan, app, ip }),
    one: (key, user) => snapshot.getValue(key, false, user),
    all: (user) => keys.map((key) => snapshot.getValue(key, false, user)),
    end: () => client.dispose(),
  };
}

export const on = (all) => all.filter(Boolean).length;
