// `halyard-flags/openfeature/server`: a provider for OpenFeature's server SDK. It evaluates in the server's own process, for each call's context.
import type { EvaluationContext, JsonValue, Provider, ResolutionDetails } from "@openfeature/server-sdk";
import type { Context } from "../types.js";
import { Following } from "../worker/follower.js";
import type { Follower, FollowOptions } from "../worker/types.js";
import { changed, footprints } from "./changed.js";
import { Event, Events } from "./events.js";
import { resolution, type Type } from "./resolution.js";

/**
 * An environment's flags behind OpenFeature's API. From `initialize` to `onClose` it follows the node: made of a follower's
 * options with one of its own, made of a follower (`createFlags` of `halyard-flags/worker`) with that one.
 */
export class HalyardServerProvider implements Provider {
  readonly metadata = { name: "halyard" } as const;
  readonly runsOn = "server";
  readonly events = new Events();
  /** What follows the node: for what OpenFeature has no word for. */
  readonly follower: Follower;
  private ends: (() => void)[] = [];
  private prints: Map<string, string> | undefined;
  /** Documents are compared one after the other. */
  private comparing: Promise<void> = Promise.resolve();

  constructor(source: Follower | FollowOptions) {
    this.follower = "withContext" in source ? source : new Following(source);
  }

  async initialize(): Promise<void> {
    const { follower } = this;
    this.end();
    let failure: Error | undefined;
    // The SDK tells by itself how this ends.
    let began = false;
    this.ends.push(
      follower.on("change", () => began && this.compare(true)),
      follower.on("ready", () => began && this.events.emit(Event.Ready)),
      follower.on("stale", ({ error }) => began && this.events.emit(Event.Stale, { message: error.message })),
      follower.on("error", ({ error }) => {
        failure = error;
        if (began && follower.state === "error") this.events.emit(Event.Error, { message: error.message });
      }),
    );
    try {
      await follower.start();
      this.compare(false);
      // It is ready, says the SDK, when this has ended; that it is stale it must hear after that.
      setTimeout(() => follower.state === "stale" && this.events.emit(Event.Stale, { message: failure?.message ?? "" }));
    } finally {
      began = true;
    }
  }

  /** Learns what the flags rest on now, and tells which of them changed where that was known before too. */
  private compare(tell: boolean): void {
    this.comparing = this.comparing.then(async () => {
      const before = this.prints;
      // Which flags changed is more than has to be told: without the document it is only told that some did.
      const published = await this.follower.document().catch(() => undefined);
      const { version } = this.follower;
      this.prints = published && published.version === version ? footprints(published.document) : undefined;
      if (!tell) return;
      const flagsChanged = before && this.prints && changed(before, this.prints);
      this.events.emit(Event.Changed, { message: `version ${version}`, ...(flagsChanged ? { flagsChanged } : {}) });
    });
  }

  async onClose(): Promise<void> {
    this.end();
    this.follower.stop();
  }

  private end(): void {
    for (const end of this.ends.splice(0)) end();
    this.prints = undefined;
  }

  private async resolve<T>(type: Type, key: string, fallback: T, context: EvaluationContext): Promise<ResolutionDetails<T>> {
    return resolution(this.follower.evaluator?.withContext(context as Context), type, key, fallback);
  }

  resolveBooleanEvaluation(key: string, fallback: boolean, context: EvaluationContext): Promise<ResolutionDetails<boolean>> {
    return this.resolve("boolean", key, fallback, context);
  }

  resolveStringEvaluation(key: string, fallback: string, context: EvaluationContext): Promise<ResolutionDetails<string>> {
    return this.resolve("string", key, fallback, context);
  }

  resolveNumberEvaluation(key: string, fallback: number, context: EvaluationContext): Promise<ResolutionDetails<number>> {
    return this.resolve("number", key, fallback, context);
  }

  resolveObjectEvaluation<T extends JsonValue>(key: string, fallback: T, context: EvaluationContext): Promise<ResolutionDetails<T>> {
    return this.resolve("object", key, fallback, context);
  }
}
