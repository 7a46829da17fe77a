// What a provider tells OpenFeature's SDKs. A small emitter of our own: the SDKs' brings a library with it.
import type { AnyProviderEvent, EventContext, EventHandler, Logger, ProviderEventEmitter } from "@openfeature/core";

/** The events that a provider tells by itself; the SDKs tell the rest. */
export const enum Event {
  Ready = "PROVIDER_READY",
  Error = "PROVIDER_ERROR",
  Stale = "PROVIDER_STALE",
  Changed = "PROVIDER_CONFIGURATION_CHANGED",
}

export class Events implements ProviderEventEmitter<AnyProviderEvent> {
  private readonly handlers = new Map<string, EventHandler[]>();
  private logger: Logger | undefined;

  /** Tells everybody who listens; one who throws keeps nobody else from hearing. */
  emit(event: AnyProviderEvent | Event, told?: EventContext): void {
    for (const handler of this.getHandlers(event as AnyProviderEvent)) {
      void Promise.resolve()
        .then(() => handler(told as never))
        .catch((error: unknown) => this.logger?.error("a handler of a provider's event failed:", error));
    }
  }

  addHandler(event: AnyProviderEvent, handler: EventHandler): void {
    this.handlers.set(event, [...this.getHandlers(event), handler]);
  }

  removeHandler(event: AnyProviderEvent, handler: EventHandler): void {
    const left = [...this.getHandlers(event)];
    const at = left.lastIndexOf(handler);
    if (at >= 0) left.splice(at, 1);
    this.handlers.set(event, left);
  }

  removeAllHandlers(event?: AnyProviderEvent): void {
    if (event === undefined) this.handlers.clear();
    else this.handlers.delete(event);
  }

  getHandlers(event: AnyProviderEvent): EventHandler[] {
    return this.handlers.get(event) ?? [];
  }

  setLogger(logger: Logger): this {
    this.logger = logger;
    return this;
  }
}
