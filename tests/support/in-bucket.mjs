// What most tests of nodes begin with: a project in a bucket.
import { after, before } from "node:test";
import { startBucket } from "./bucket.mjs";
import { makeProject } from "./project.mjs";

/** Has a project in a bucket before this file's first test, and gives `begin` both; what is given to `after` is done behind the last one. */
export function inBucket(begin) {
  const cleanup = [];
  const later = (work) => cleanup.push(work);
  before(async () => {
    const bucket = await startBucket();
    later(() => bucket.stop());
    await begin({ bucket, project: await makeProject(bucket, later), after: later });
  });
  after(async () => {
    for (const work of cleanup.reverse()) await work();
  });
}
