// `halyard-flags/openfeature/web`: a provider for OpenFeature's web SDK over the page's client. It evaluates in the page.
import type { EvaluationContext, JsonValue, Provider, ResolutionDetails } from "@openfeature/web-sdk";
import { createClient, type Client, type ClientOptions } from "../client.js";
import type { Context } from "../types.js";
import { Event, Events } from "./events.js";
import { resolution } from "./resolution.js";

/**
 * A page's flags behind OpenFeature's API. Made of the client's options it has a client of its own from `initialize` to
 * `onClose`, and may be set again afterwards; made of a client, that stays the application's own.
 */
export class HalyardWebProvider implements Provider {
  readonly metadata = { name: "halyard" } as const;
  readonly runsOn = "client";
  /** It is bound to one context, so the SDK must not bind it to two domains. */
  readonly domainScoped = true;
  readonly events = new Events();
  private readonly source: Client | ClientOptions;
  private current: Client | undefined;
  private ends: (() => void)[] = [];

  constructor(source: Client | ClientOptions) {
    this.source = source;
  }

  /** The client: for the toolbar, `explain`, or what OpenFeature has no word for. There is one from `initialize` to `onClose`. */
  get client(): Client | undefined {
    return this.current;
  }

  async initialize(context: EvaluationContext = {}): Promise<void> {
    this.end();
    // A context that nobody has set says nothing: what the server rendered in for, or the client has, stays.
    const known = Object.keys(context).length > 0;
    let client: Client;
    if (isClient(this.source)) {
      client = this.source;
      if (known) client.setContext(context as Context);
    } else {
      client = createClient(known ? { ...this.source, initialContext: context as Context } : this.source);
      this.ends.push(() => client.close());
    }
    this.current = client;
    let failure: Error | undefined;
    // The SDK tells by itself how this ends.
    let began = false;
    this.ends.push(
      client.on("change", ({ flags, because }) => {
        if (began && because !== "context") this.events.emit(Event.Changed, { flagsChanged: [...flags], message: MESSAGES[because] });
      }),
      client.on("ready", () => began && this.events.emit(Event.Ready)),
      client.on("stale", ({ error }) => began && this.events.emit(Event.Stale, { message: error.message })),
      client.on("error", ({ error }) => {
        failure = error;
        if (began && client.state === "error") this.events.emit(Event.Error, { message: error.message });
      }),
    );
    const ended = new Promise<void>((resolve) => this.ends.push(resolve));
    await Promise.race([client.ready, ended]);
    if (this.current !== client) throw new Error("the provider was closed before it was ready");
    began = true;
    if (client.state === "error" || client.state === "loading") throw failure ?? new Error("there are no flags yet");
    this.tellStale();
  }

  onContextChange(_: EvaluationContext, context: EvaluationContext): Promise<void> | void {
    const { current: client } = this;
    if (!client) return;
    client.setContext(context as Context);
    if (client.evaluator) return this.tellStale();
    // What was rendered in is of the context before: until there is an evaluator, the SDK is reconciling.
    return client.refresh().then(() => {
      if (!client.evaluator) throw new Error("there is nothing to evaluate by yet");
      this.tellStale();
    });
  }

  /** The SDK takes a provider that has initialised, or has a new context, for ready; that it is stale it must hear after that. */
  private tellStale(): void {
    setTimeout(() => {
      if (this.current?.state === "stale") this.events.emit(Event.Stale, { message: "the node could not be asked; these are the last flags that were good" });
    });
  }

  async onClose(): Promise<void> {
    this.end();
  }

  private end(): void {
    for (const end of this.ends.splice(0)) end();
    this.current = undefined;
  }

  resolveBooleanEvaluation(key: string, fallback: boolean): ResolutionDetails<boolean> {
    return resolution(this.current, "boolean", key, fallback);
  }

  resolveStringEvaluation(key: string, fallback: string): ResolutionDetails<string> {
    return resolution(this.current, "string", key, fallback);
  }

  resolveNumberEvaluation(key: string, fallback: number): ResolutionDetails<number> {
    return resolution(this.current, "number", key, fallback);
  }

  resolveObjectEvaluation<T extends JsonValue>(key: string, fallback: T): ResolutionDetails<T> {
    return resolution(this.current, "object", key, fallback);
  }
}

const MESSAGES = { version: "a new version", time: "the clock", override: "a tester's overrides" };

const isClient = (source: Client | ClientOptions): source is Client => "setContext" in source;
