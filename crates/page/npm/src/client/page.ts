// The client of a page: what it serves, and what makes that change.
import { createEvaluatorSync, loadModule } from "../index.js";
import type { Context, Details, Evaluator, Json } from "../types.js";
import { ServerClock } from "./clock.js";
import { Keeper } from "./kept.js";
import { look, type Unreachable } from "./node.js";
import { exchange, keep, kept, tokenFromAddress } from "./overrides.js";
import { fingerprint, read, type Snapshot } from "./snapshot.js";
import { after, Timing } from "./timing.js";
import type { Client, ClientEvents, ClientOptions, Overrides } from "./types.js";

type Values = { readonly [flag: string]: Json };
type Image = { readonly image: Uint8Array; readonly version: number | undefined; readonly etag: string | undefined };
/** An image that was found good. */
type Opened = Image & { readonly evaluator: Evaluator };

/** How long an older version than ours is taken for a node that has not caught up, in ms. */
const LAGS = 60_000;

export class PageClient implements Client {
  readonly ready: Promise<void>;
  readonly url: string | undefined;
  readonly key: string | undefined;
  readonly fetch: typeof fetch;
  context: Context;
  overrides: Overrides | undefined;
  private settle!: () => void;
  private readonly clock = new ServerClock();
  private readonly keeper: Keeper;
  private readonly timing: Timing;
  private readonly listeners: { [E in keyof ClientEvents]?: Set<(event: any) => void> } = {};
  private readonly renderedIn: Snapshot | undefined;
  private readonly module: Promise<WebAssembly.Module>;
  /** What is served; undefined: nothing yet. */
  private values: Values | undefined;
  /** What that comes from, and what waits for the next load. */
  private current: Opened | undefined;
  private waiting: Opened | undefined;
  /** Values have changed since they were kept. */
  private unkept = false;
  private closed = false;
  private looking: Promise<void> | undefined;
  /** What was at hand is being opened. */
  private opening: Promise<unknown> = Promise.resolve();
  private failing = false;
  private olderSince: number | undefined;
  private stopTimer: () => void = () => {};

  constructor(private readonly options: ClientOptions) {
    this.url = options.url?.replace(/\/+$/, "");
    this.key = options.key;
    this.fetch = options.fetch ?? ((...asked) => fetch(...asked));
    this.keeper = new Keeper(options.storage, this.url, this.key);
    const { rendered = "halyard-flags" } = options;
    this.renderedIn = rendered === null ? undefined : read(rendered.startsWith("{") ? rendered : document.getElementById(rendered)?.textContent);
    const mine = this.keeper.load();
    this.context = options.initialContext ?? this.renderedIn?.context ?? {};
    for (const snapshot of [this.renderedIn, mine]) if (snapshot) this.clock.assume(snapshot.time);
    if (this.renderedIn) this.values = this.renderedIn.values;
    else if (mine?.who && mine.who === this.who()) this.values = mine.values;
    this.overrides = kept();
    this.ready = new Promise((resolve) => (this.settle = resolve));
    if (this.values) this.settle();
    this.module = loadModule(options.module);
    this.timing = new Timing(options, () => void this.refresh(), () => this.reevaluate("time"), () => this.unkept && this.save());
    // Whoever made the client can listen before anything is told.
    void Promise.resolve().then(() => this.begin(mine));
  }

  private begin(mine: Snapshot | undefined): void {
    if (this.closed) return;
    if (this.values) this.tell("ready", { version: this.version });
    const token = this.options.overrideParameter === null ? undefined : tokenFromAddress(this.options.overrideParameter ?? "halyard-override");
    if (token !== undefined && this.url) {
      exchange(this.fetch, this.url, this.key, token).then(
        (got) => this.lay(got),
        (error) => this.tell("error", { error }),
      );
    }
    // The newer one of what is at hand. That the page was rendered a while ago is told by its version.
    const [newest] = [this.renderedIn, mine].filter((one) => one?.image).sort((a, b) => (b!.version ?? 0) - (a!.version ?? 0));
    if (newest?.image) {
      const { image, version, etag } = newest;
      // Damaged, or of another format: as if it were not there.
      this.opening = this.open({ image, version, etag }).then(
        (opened) => this.serve(opened),
        () => newest === mine && this.keeper.forget(),
      );
    }
    if (this.url) void this.refresh(newest?.etag);
    else void this.opening.then(this.settle);
  }

  get state(): Client["state"] {
    return this.values ? (this.failing ? "stale" : "ready") : this.failing ? "error" : "loading";
  }

  get evaluator(): Evaluator | undefined {
    return this.current?.evaluator;
  }

  get version(): number | undefined {
    return this.current ? this.current.version : this.renderedIn?.version;
  }

  get digest(): string | undefined {
    return this.evaluator?.digest;
  }

  now(): number {
    return this.clock.now();
  }

  boolean(key: string, fallback: boolean): boolean {
    const value = this.values?.[key];
    return typeof value === "boolean" ? value : fallback;
  }

  string<T extends string>(key: string, fallback: T): T {
    const value = this.values?.[key];
    return typeof value === "string" ? (value as T) : fallback;
  }

  number<T extends number>(key: string, fallback: T): T {
    const value = this.values?.[key];
    return typeof value === "number" ? (value as T) : fallback;
  }

  object<T extends object>(key: string, fallback: T): T {
    const value = this.values?.[key];
    return typeof value === "object" ? (value as T) : fallback;
  }

  details<T = Json>(key: string, fallback: T): Details<T> {
    const { evaluator } = this;
    const base = { flagKey: key, value: fallback, flagMetadata: {} };
    if (evaluator) {
      const details = evaluator.details<any>(key, null);
      const variant = this.laid(key);
      const told = variant === undefined ? details : { ...details, variant, value: evaluator.variants(key)[variant], reason: "OVERRIDE" as const };
      const { value } = told;
      if (value === null || value === undefined) return { ...told, value: fallback };
      return fallback == null || typeof value === typeof fallback ? told : evaluator.details(key, fallback);
    }
    const value: any = this.values?.[key];
    if (value === undefined) return { ...base, reason: "ERROR", errorCode: "PROVIDER_NOT_READY", errorMessage: "the flags have not come yet" };
    if (fallback != null && typeof value !== typeof fallback) {
      return { ...base, reason: "ERROR", errorCode: "TYPE_MISMATCH", errorMessage: `\`${key}\` is of type ${typeof value}, and the default of type ${typeof fallback}` };
    }
    return { ...base, value, reason: "CACHED" };
  }

  all(): { [flag: string]: Json } {
    return { ...this.values };
  }

  keys(): readonly string[] {
    return this.evaluator?.keys() ?? Object.keys(this.values ?? {});
  }

  variants(key: string): { readonly [variant: string]: Json } {
    return this.evaluator?.variants(key) ?? {};
  }

  rendered<T extends Json>(key: string, fallback: T): T {
    const value = this.renderedIn?.values[key];
    return typeof value === typeof fallback ? (value as T) : fallback;
  }

  setContext(context: Context): void {
    this.context = context ?? {};
    this.evaluator?.setContext(this.context);
    // What was rendered in is somebody else's now.
    if (!this.evaluator && this.waiting) this.apply();
    else this.reevaluate("context");
  }

  override(flag: string, variant: string | null): void {
    if (!this.overrides) return;
    const { [flag]: _, ...others } = this.overrides.variants;
    this.lay({ ...this.overrides, variants: variant === null ? others : { ...others, [flag]: variant } });
  }

  endOverrides(): void {
    this.lay(undefined);
  }

  private lay(overrides: Overrides | undefined): void {
    this.overrides = overrides;
    keep(overrides);
    this.reevaluate("override");
  }

  /** The variant that a tester has instead, where the flag is public and has such a one. */
  private laid(key: string): string | undefined {
    const variant = this.overrides?.variants[key];
    return variant !== undefined && this.evaluator?.isPublic(key) && Object.hasOwn(this.evaluator.variants(key), variant) ? variant : undefined;
  }

  apply(): void {
    const { waiting } = this;
    this.waiting = undefined;
    if (waiting) this.serve(waiting);
  }

  on<E extends keyof ClientEvents>(event: E, listener: (event: ClientEvents[E]) => void): () => void {
    const all = (this.listeners[event] ??= new Set()) as Set<(event: ClientEvents[E]) => void>;
    // A function of its own, so that who listens twice stops listening once.
    const own = (told: ClientEvents[E]): void => listener(told);
    all.add(own);
    return () => void all.delete(own);
  }

  close(): void {
    this.closed = true;
    this.timing.end();
    this.stopTimer();
    this.settle();
  }

  /** Looks for a new version; looks that overlap are one. */
  refresh(etag = this.waiting?.etag ?? this.current?.etag): Promise<void> {
    return (this.looking ??= this.lookOnce(etag).finally(() => (this.looking = undefined)));
  }

  private async lookOnce(etag: string | undefined): Promise<void> {
    if (!this.url) return;
    this.timing.began();
    const before = this.state;
    try {
      const ask = (etag: string | undefined): ReturnType<typeof look> => look(this.fetch, this.url!, this.key, etag, this.clock);
      let found = await ask(etag);
      await this.opening;
      // It is the same as something that turned out to be damaged.
      if (!found && !this.current) found = await ask(undefined);
      if (this.closed) return;
      if (found && !this.isLagging(found.version)) {
        const opened = await this.open(found);
        // What nothing has been evaluated of yet cannot be kept back for long: only what the server rendered in can stand in for it.
        const mayWait = this.current || (this.renderedIn && opened.version !== this.version);
        if (this.options.apply === "next-load" && mayWait) this.waiting = opened;
        else this.serve(opened);
        this.save();
      } else this.reevaluate("time");
      this.timing.succeeded();
      this.failing = false;
      if (before === "stale") this.tell("ready", { version: this.version });
    } catch (error) {
      this.timing.failed((error as Unreachable).retryAfter);
      const first = !this.failing;
      this.failing = true;
      if (first && this.values) this.tell("stale", { error: error as Error });
      this.tell("error", { error: error as Error });
      this.settle();
    }
  }

  /** Whether a node is behind the one that we asked before. One that stays behind is an environment made anew. */
  private isLagging(version: number | undefined): boolean {
    const ours = this.waiting?.version ?? this.version;
    if (version === undefined || ours === undefined || version >= ours) {
      this.olderSince = undefined;
      return false;
    }
    this.olderSince ??= performance.now();
    if (performance.now() - this.olderSince >= LAGS) return false;
    this.timing.plan(LAGS / 4);
    return true;
  }

  /** @throws (rejects) when it is no image that can be evaluated. */
  private async open(image: Image): Promise<Opened> {
    const { version, etag } = image;
    const module = await this.module;
    return { ...image, evaluator: createEvaluatorSync(image.image, { module, initialContext: this.context, now: this.clock.now, version, etag }) };
  }

  /** Serves this image from now on. */
  private serve(opened: Opened): void {
    const first = !this.values;
    this.current = opened;
    opened.evaluator.setContext(this.context);
    this.reevaluate("version");
    this.settle();
    if (first) this.tell("ready", { version: opened.version });
  }

  /** Evaluates all flags, tells which changed, and waits for when time will change the next one. */
  private reevaluate(because: ClientEvents["change"]["because"]): void {
    const { evaluator, values: before } = this;
    if (!evaluator || this.closed) return;
    if (this.overrides && this.overrides.until <= this.now()) {
      this.overrides = undefined;
      keep(undefined);
    }
    const after: { [flag: string]: Json } = Object.assign(Object.create(null), evaluator.all());
    for (const flag of Object.keys(this.overrides?.variants ?? {})) {
      const variant = this.laid(flag);
      if (variant !== undefined) after[flag] = evaluator.variants(flag)[variant]!;
    }
    this.values = after;
    this.waitForChange();
    this.unkept = true;
    if (!before) return;
    const flags = Object.keys(before).filter((flag) => !(flag in after));
    for (const flag of Object.keys(after)) {
      // What is the same stays the same object, too.
      if (differ(before[flag], after[flag])) flags.push(flag);
      else after[flag] = before[flag]!;
    }
    if (flags.length) this.tell("change", { flags: flags.sort(), because });
  }

  private waitForChange(): void {
    this.stopTimer();
    const next = Math.min(this.evaluator?.nextChange() ?? Infinity, this.overrides?.until ?? Infinity);
    if (next < Infinity) this.stopTimer = after(next - this.clock.read(), () => this.reevaluate("time"));
  }

  private who(): string {
    try {
      return fingerprint(JSON.stringify(this.context));
    } catch {
      return "";
    }
  }

  /** Keeps what the next load should begin with. */
  private save(): void {
    const opened = this.waiting ?? this.current;
    if (!opened || !this.url || this.closed) return;
    const { image, version, etag, evaluator } = opened;
    evaluator.setContext(this.context);
    this.keeper.save({ format: 1, version, etag, time: this.clock.read(), context: undefined, who: this.who(), values: evaluator.all(), image });
    this.unkept = false;
  }

  private tell<E extends keyof ClientEvents>(event: E, told: ClientEvents[E]): void {
    for (const listener of [...(this.listeners[event] ?? [])]) {
      try {
        listener(told);
      } catch (error) {
        // One listener's mistake is not the next one's: it is told as one that nobody caught.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}

/** Whether two values differ. Both are JSON with its keys in order. */
function differ(a: Json | undefined, b: Json | undefined): boolean {
  return a !== b && (typeof a !== "object" || typeof b !== "object" || JSON.stringify(a) !== JSON.stringify(b));
}
