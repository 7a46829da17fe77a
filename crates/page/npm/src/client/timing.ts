// When to look for a new version: after a return to the page, after a while in view, when the server says so, and after errors.
// A page that nobody sees asks nobody: it looks when somebody returns.
import type { ClientOptions } from "./types.js";

/** The longest that a timer can wait. */
const LONGEST = 2 ** 31 - 1;
/** The first and the longest wait after errors, in ms. */
const [SOON, LATE] = [1_000, 300_000];

/** Calls `work` after `ms`, however long that is, until what is returned is called. */
export function after(ms: number, work: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const until = performance.now() + ms;
  const wait = (): void => {
    const left = until - performance.now();
    timer = left > LONGEST ? setTimeout(wait, LONGEST) : setTimeout(work, Math.max(0, Math.ceil(left)));
  };
  wait();
  return () => clearTimeout(timer);
}

export class Timing {
  private readonly minInterval: number;
  private readonly every: number;
  private readonly jitter: number;
  private readonly listening = new AbortController();
  private events: EventSource | undefined;
  private last = -Infinity;
  private failures = 0;
  /** It was time to look while nobody saw the page. */
  private missed = false;
  private planned: { at: number; cancel: () => void } | undefined;

  /** `look` is called when it is time to look, `seen` when the page is in view again, `left` when it may be gone for good. */
  constructor(
    { minInterval = 60_000, every = 300_000, jitter = 2_000, events }: ClientOptions,
    private readonly look: () => void,
    seen: () => void,
    left: () => void,
  ) {
    [this.minInterval, this.every, this.jitter] = [minInterval, every, jitter];
    const returned = (): void => {
      if (document.visibilityState === "hidden") return left();
      seen();
      if (this.missed || performance.now() - this.last >= this.minInterval) this.plan(Math.random() * this.jitter);
    };
    const { signal } = this.listening;
    document.addEventListener("visibilitychange", returned, { signal });
    for (const event of ["focus", "pageshow"]) addEventListener(event, returned, { signal });
    addEventListener("online", () => this.failures && this.plan(Math.random() * this.jitter), { signal });
    if (events) {
      this.events = new EventSource(events);
      const told = (): void => this.plan(Math.random() * this.jitter);
      for (const event of ["message", "refetchEvaluation"]) this.events.addEventListener(event, told, { signal });
    }
  }

  /** Looks after `ms`, unless that is to be sooner anyway. */
  plan(ms: number): void {
    const at = performance.now() + ms;
    if (this.listening.signal.aborted || (this.planned && this.planned.at <= at)) return;
    this.planned?.cancel();
    const cancel = after(ms, () => {
      this.planned = undefined;
      this.missed = document.visibilityState === "hidden";
      if (!this.missed) this.look();
    });
    this.planned = { at, cancel };
  }

  /** A look begins. */
  began(): void {
    this.planned?.cancel();
    this.planned = undefined;
    this.missed = false;
    this.last = performance.now();
  }

  /** It brought an answer. */
  succeeded(): void {
    this.failures = 0;
    if (this.every) this.plan(this.every * (0.9 + 0.2 * Math.random()));
  }

  /** It did not: the next one waits longer each time, and never as long as another page's. */
  failed(retryAfter: number | undefined): void {
    const wait = Math.min(LATE, SOON * 2 ** this.failures++) * (0.5 + 0.5 * Math.random());
    this.plan(Math.max(wait, Math.min(retryAfter ?? 0, LATE)));
  }

  end(): void {
    this.listening.abort();
    this.events?.close();
    this.planned?.cancel();
  }
}
