// The last good in this browser: bounded, and read as mistrustfully as what comes from the net.
import { fingerprint, read, write, type Snapshot } from "./snapshot.js";
import type { ClientOptions } from "./types.js";

/** The most characters to keep; browsers give a site about five million. A larger image is left out, its values are not. */
const MOST = 2_000_000;

export class Keeper {
  private readonly name: string;
  private readonly storage: ClientOptions["storage"];

  constructor(storage: ClientOptions["storage"], url: string | undefined, key: string | undefined) {
    this.name = `halyard-flags:${fingerprint(`${url} ${key}`)}`;
    try {
      this.storage = storage === undefined ? globalThis.localStorage : storage;
    } catch {
      this.storage = null;
    }
  }

  load(): Snapshot | undefined {
    try {
      return read(this.storage?.getItem(this.name));
    } catch {
      return undefined;
    }
  }

  save(snapshot: Snapshot): void {
    try {
      let text = write(snapshot);
      if (text.length > MOST) text = write({ ...snapshot, etag: undefined, image: undefined });
      if (text.length > MOST) this.forget();
      else this.storage?.setItem(this.name, text);
    } catch {
      // Full or forbidden: what lies there may be half of two things.
      this.forget();
    }
  }

  forget(): void {
    try {
      this.storage?.removeItem(this.name);
    } catch {
      // There is nothing to forget where nothing may be kept.
    }
  }
}
