// Waiting until the node answers, and bringing workerd back when it was killed.

const PATIENCE_MS = 30_000;
const PULSE_MS = 500;

/** Resolves once /health answers at all with 200; throws when it does not within half a minute. */
export async function untilHealthy(url) {
  const deadline = Date.now() + PATIENCE_MS;
  let last = "no answer";
  while (Date.now() < deadline) {
    try {
      const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(5000) });
      if (response.ok) return;
      last = `${response.status} ${(await response.text()).slice(0, 300)}`;
    } catch (error) {
      last = error.cause?.message ?? error.message;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the node does not answer at ${url}/health: ${last}`);
}

/** Looks now and then; where nobody listens any more, `restart` is called. A slow answer is no reason. */
export function keepAlive(url, restart) {
  let stopped = false;
  async function look() {
    try {
      await fetch(`${url}/version`, { signal: AbortSignal.timeout(10_000) });
    } catch (error) {
      if (stopped || error.cause?.code !== "ECONNREFUSED") return;
      console.error("workerd has ended; starting it again");
      await restart().catch((problem) => console.error(`it does not start: ${problem.message}`));
    }
  }
  (async () => {
    while (!stopped) {
      await new Promise((resolve) => setTimeout(resolve, PULSE_MS));
      if (!stopped) await look();
    }
  })();
  return { stop: () => (stopped = true) };
}
