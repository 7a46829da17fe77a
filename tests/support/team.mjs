// The demo as several people use it at once: one node over a bucket, and a browser context for whoever signs in.
import { join } from "node:path";
import { answerFrom } from "../../crates/xtask/node/assets.mjs";
import { launch, open, signIn } from "./browser.mjs";
import { startBucket } from "./bucket.mjs";
import { startNode } from "./node.mjs";
import { DIST } from "./place.mjs";
import { makeLink, makeProject } from "./project.mjs";

/** Starts it: `{ url, bucket, token, sdkKeys, enter, signInAgain, stop }`. */
export async function team(after) {
  const bucket = await startBucket();
  const made = await makeProject(bucket, after);
  const node = await startNode(bucket, { assets: answerFrom(join(DIST, "admin")) });
  const browser = await launch();
  const signInAgain = async (page, person) => signIn(page, node.url + (await makeLink(bucket, person)));
  return {
    url: node.url,
    bucket,
    browser,
    token: made.token,
    sdkKeys: made.sdkKeys,
    /** A page of somebody who has just signed in, in a browser context of their own. */
    async enter(person, options) {
      const page = await open(browser, options);
      await signInAgain(page, person);
      return page;
    },
    signInAgain,
    async stop() {
      await browser.close();
      await node.stop();
      await bucket.stop();
    },
  };
}
