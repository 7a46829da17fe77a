// Follows an environment from a process that serves many: one image for all, a context for each.
import type { Unreachable } from "../client/node.js";
import { createEvaluatorSync, loadModule } from "../index.js";
import type { Context, Evaluator, Flags } from "../types.js";
import { Node } from "./node.js";
import { NOTHING } from "./nothing.js";
import type { FollowEvents, Follower, FollowOptions, Found, Look, Platform, Published } from "./types.js";

/** A look that a platform has cut short keeps nobody else from looking for longer than this, in ms. */
const LEASE = 15_000;
/** The first and the longest wait after errors, in ms. */
const [SOON, LATE] = [1_000, 60_000];
/** How long an older version than ours is taken for a node that has not caught up, in ms. */
const LAGS = 60_000;

/**
 * Requests share nothing but the image and a few numbers: no promise of one request is awaited by another, which Workers forbid.
 * So each request that finds nothing looks for itself, and of those that find an old copy, the first does.
 */
export class Following implements Follower {
  evaluator: Evaluator | undefined;
  private readonly node: Node | undefined;
  private readonly look: Look;
  private readonly now: () => number;
  private readonly refreshAfter: number;
  private readonly patience: number;
  private readonly staleAfter: number;
  private readonly listeners: { [E in keyof FollowEvents]?: Set<(event: any) => void> } = {};
  private module: WebAssembly.Module | undefined;
  /** When an answer came for the last time; there was none before. */
  private heard = -Infinity;
  /** Nobody else looks before. */
  private leased = -Infinity;
  private failures = 0;
  private failed: Error | undefined;
  private wasStale = false;
  private olderSince: number | undefined;
  private running = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: FollowOptions) {
    const { url, look, now = Date.now, refresh = 5_000, patience = 1_000, staleAfter = 30_000 } = options;
    if (!url && !look) throw new Error("there is nothing to follow: name a node (`url`, `key`), or a way to look for images (`look`)");
    this.node = url ? new Node(options) : undefined;
    this.look = look ?? this.node!.look;
    [this.now, this.refreshAfter, this.patience, this.staleAfter] = [now, refresh, patience, staleAfter];
    if (options.module instanceof WebAssembly.Module) this.module = options.module;
    this.begin();
  }

  /** Serves the image that came with the program, as soon as that can be. */
  private begin(): void {
    const { image } = this.options;
    if (!image || !this.module || this.evaluator) return;
    try {
      this.evaluator = this.open({ image: image instanceof Uint8Array ? image : new Uint8Array(image), version: undefined, etag: undefined });
    } catch (error) {
      // It is as if there were none; the node may have a good one.
      console.error(error);
    }
  }

  get state(): Follower["state"] {
    if (!this.evaluator) return this.failed ? "error" : "loading";
    return this.isStale() ? "stale" : "ready";
  }

  get version(): number | undefined {
    return this.evaluator?.version;
  }

  get digest(): string | undefined {
    return this.evaluator?.digest;
  }

  async withContext(context: Context, platform?: Platform): Promise<Flags> {
    const now = this.now();
    if (now - this.heard >= this.refreshAfter && (now >= this.leased || (!this.evaluator && !this.failed))) {
      const work = this.refresh();
      platform?.waitUntil(work);
      if (!this.evaluator || this.isStale()) await within(this.patience, work);
    }
    return this.evaluator?.withContext(context) ?? NOTHING;
  }

  async refresh(): Promise<void> {
    this.leased = this.now() + LEASE;
    try {
      this.module ??= await loadModule(this.options.module);
      this.begin();
      const found = await this.look(this.evaluator?.etag);
      if (found && !this.isLagging(found.version)) this.adopt(this.open(found));
      this.succeeded();
    } catch (error) {
      this.failedWith(error as Error);
    }
  }

  /** @throws when it is no image that can be evaluated. */
  private open({ image, version, etag }: Found): Evaluator {
    const { now } = this.options;
    return createEvaluatorSync(image, { module: this.module!, ...(now ? { now } : {}), version, etag });
  }

  private adopt(evaluator: Evaluator): void {
    const before = this.evaluator;
    this.evaluator = evaluator;
    if (before && before.digest !== evaluator.digest) this.tell("change", { version: evaluator.version, digest: evaluator.digest });
  }

  /** Whether a node is behind the one that was asked before. One that stays behind is an environment made anew. */
  private isLagging(version: number | undefined): boolean {
    const ours = this.version;
    if (version === undefined || ours === undefined || version >= ours) {
      this.olderSince = undefined;
      return false;
    }
    this.olderSince ??= this.now();
    return this.now() - this.olderSince < LAGS;
  }

  private isStale(): boolean {
    return this.now() - this.heard >= this.staleAfter && this.failed !== undefined;
  }

  private succeeded(): void {
    const again = this.heard === -Infinity || this.wasStale;
    this.heard = this.now();
    this.leased = -Infinity;
    this.failures = 0;
    this.failed = undefined;
    this.wasStale = false;
    if (again) this.tell("ready", { version: this.version });
  }

  private failedWith(error: Error): void {
    this.failed = error;
    const wait = Math.min(LATE, SOON * 2 ** this.failures++) * (0.5 + 0.5 * Math.random());
    this.leased = this.now() + Math.max(wait, Math.min((error as Unreachable).retryAfter ?? 0, LATE));
    if (this.evaluator && this.isStale() && !this.wasStale) {
      this.wasStale = true;
      this.tell("stale", { error });
    }
    this.tell("error", { error });
  }

  async start(): Promise<void> {
    this.stop();
    this.running = true;
    await this.refresh();
    this.goOn();
    if (!this.evaluator) throw this.failed;
  }

  /** Looks again a little before a copy is old, and after errors when they have been waited for. */
  private goOn(): void {
    if (!this.running) return;
    const wait = this.failed ? this.leased - this.now() : this.refreshAfter * (0.8 + 0.2 * Math.random());
    this.timer = setTimeout(() => void this.refresh().then(() => this.goOn()), Math.max(0, wait));
    // Nothing is kept alive for flags alone.
    (this.timer as { unref?(): void }).unref?.();
  }

  stop(): void {
    this.running = false;
    clearTimeout(this.timer);
  }

  async document(): Promise<Published | undefined> {
    return this.node?.document();
  }

  on<E extends keyof FollowEvents>(event: E, listener: (event: FollowEvents[E]) => void): () => void {
    const all = (this.listeners[event] ??= new Set()) as Set<(event: FollowEvents[E]) => void>;
    const own = (told: FollowEvents[E]): void => listener(told);
    all.add(own);
    return () => void all.delete(own);
  }

  private tell<E extends keyof FollowEvents>(event: E, told: FollowEvents[E]): void {
    for (const listener of [...(this.listeners[event] ?? [])]) {
      try {
        listener(told);
      } catch (error) {
        console.error(error);
      }
    }
  }
}

/** Waits for `work`, but no longer than `ms`. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  await Promise.race([work, new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}
