// One image in one wasm instance: contexts are written into its memory, answers come back as numbers.
import { FORMAT } from "../generated.js";
import type { Context, Json } from "../types.js";
import type { Exports } from "./wasm.js";

/** Before the image's words, as there are: "HLYD", format, SHA-256 of the document, and three lengths: words, texts, lists. */
let HEAD = 52;

const enum Kind {
  Missing = 0,
  Object = 1,
  False = 2,
  True = 3,
  Number = 4,
  Text = 5,
  List = 6,
}
/** The words of a slot: kind, one that `bind` writes, start, length, and two of a number's halves, or of where the text in lower case is. */
const SLOT = 6;

const enum Needs {
  /** Of a number its text: it is hashed. */
  Text = 1,
  /** Of a text the same in lower case. */
  LowerCase = 2,
}

/** An attribute that some condition asks for. */
interface Attribute {
  path: string;
  /** The path in parts, where it has dots. */
  parts: string[] | undefined;
  /** Some part of it is a name that every object has, so that only looking for an own one tells. */
  odd: boolean;
  needs: number;
}

/** The reasons and the causes of an answer, by the numbers that the wasm has for them. */
const REASONS = ["STATIC", "DEFAULT", "TARGETING_MATCH", "SPLIT", "DISABLED"];
const CAUSES = [[], ["rule"], ["release", "stage"], ["blockedBy"]];

/** A number as a slot has it: its two halves. */
const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const own = (object: object, name: string): unknown => (Object.hasOwn(object, name) ? (object as Record<string, unknown>)[name] : undefined);

function freeze(value: any): Json {
  if (value && typeof value === "object") Object.values(Object.freeze(value)).forEach(freeze);
  return value;
}

/** Who may be bound to an engine: what it was bound to last is found out by looking who that was. */
export interface Bound {
  context: Context;
}

export class Engine {
  readonly digest: string;
  /** Whose context is in the instance. */
  bound: Bound | undefined;
  readonly #wasm: Exports;
  readonly #head: Uint8Array;
  /** Where the image lies, and how long it is without its head. */
  readonly #at: number;
  readonly #size: number;
  readonly #attributes: Attribute[];
  readonly #index = new Map<string, number>();
  readonly #values: (Json | undefined)[] = [];
  #names: readonly string[] | undefined;
  #bytes!: Uint8Array;
  #words!: Uint32Array;
  /** Where the slots and the context's bytes are, and how many there may be. */
  #slots = 0;
  #slotRoom = 0;
  #byteAt = 0;
  #byteRoom = 0;
  /** Of the context that is being written: bytes and slots so far. */
  #used = 0;
  #taken = 0;

  constructor(module: WebAssembly.Module, image: Uint8Array) {
    const wasm = (this.#wasm = new WebAssembly.Instance(module).exports as unknown as Exports);
    HEAD = 40 + 4 * wasm.image.length;
    const head = new DataView(image.buffer, image.byteOffset, image.byteLength);
    if (image.length < HEAD || head.getUint32(0) !== 0x484c5944) throw new Error("this is no image");
    const [format, ...lengths] = [4, 40, 44, 48].map((at) => (at < HEAD ? head.getUint32(at, true) : 0)) as [number, number, number, number];
    if (format !== FORMAT) throw new Error(`the image is of format ${format}, and this is a reader of format ${FORMAT}`);
    this.#size = 4 * lengths[0] + lengths[1] + lengths[2];
    if (image.length !== HEAD + this.#size) throw new Error("the image is not as long as it says");
    this.#head = image.slice(0, HEAD);
    this.digest = `sha256-${Array.from(image.subarray(8, 40), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
    this.#at = wasm.image(...lengths);
    this.#look();
    this.#bytes.set(image.subarray(HEAD), this.#at);
    if (!wasm.open()) throw new Error("the image contradicts itself");
    this.#attributes = Array.from({ length: wasm.attributes() }, (_, attribute) => {
      const path = this.#text(wasm.attribute_path(attribute));
      const parts = path.split(".");
      return { path, parts: parts[1] === undefined ? undefined : parts, odd: path in {}, needs: wasm.attribute_needs(attribute) };
    });
    this.#makeRoom(this.#attributes.length + 8, 512);
  }

  /** Looks at the memory anew: it is another when it has grown. */
  #look(): void {
    const { buffer } = this.#wasm.memory;
    this.#bytes = new Uint8Array(buffer);
    this.#words = new Uint32Array(buffer);
  }

  #text(length: number): string {
    const at = this.#wasm.text();
    if (!this.#bytes.length) this.#look();
    return decoder.decode(this.#bytes.subarray(at, at + length));
  }

  /** The flag of that key, or -1. */
  flag(key: string): number {
    return this.#index.get(key) ?? this.#find(key);
  }

  #find(key: string): number {
    // As long as a key may be; what is not ASCII is none.
    if (typeof key !== "string" || key.length > 128) return -1;
    const at = this.#wasm.scratch(key.length);
    if (!this.#bytes.length) this.#look();
    for (let i = 0; i < key.length; i++) {
      const unit = key.charCodeAt(i);
      if (unit > 127) return -1;
      this.#bytes[at + i] = unit;
    }
    const flag = this.#wasm.find();
    if (flag >= 0) this.#index.set(key, flag);
    return flag;
  }

  keys(): readonly string[] {
    const wasm = this.#wasm;
    return (this.#names ??= Object.freeze(Array.from({ length: wasm.flags() }, (_, flag) => this.#text(wasm.flag_key(flag)))));
  }

  /** The value of the variant with that index. */
  #value(variant: number): Json {
    const values = this.#values;
    const known = values[variant];
    if (known !== undefined) return known;
    while (values.length < variant) values.push(undefined);
    return (values[variant] = freeze(JSON.parse(this.#text(this.#wasm.variant_value(variant)))));
  }

  /** The value that a flag has for whoever is bound; undefined: none. */
  evaluate(flag: number, now: number): Json | undefined {
    const variant = (this.#wasm.evaluate(flag, now) >> 4) - 1;
    return variant < 0 ? undefined : (this.#values[variant] ?? this.#value(variant));
  }

  /** The same of all flags that have one. */
  all(now: number): { [flag: string]: Json } {
    const keys = this.keys();
    const all: { [flag: string]: Json } = {};
    let at = this.#wasm.evaluate_all(now) >> 2;
    if (!this.#bytes.length) this.#look();
    // The first use of a value may move the memory, but not what was read of it.
    let words = this.#words;
    for (const key of keys) {
      const variant = (words[at++]! >> 4) - 1;
      if (variant < 0) continue;
      all[key] = this.#values[variant] ?? this.#value(variant);
      if (!words.length) words = this.#words;
    }
    return all;
  }

  /** The answer in full. */
  details(flag: number, now: number): { value?: Json; variant?: string; reason: string; errorCode?: string; metadata?: object } {
    const wasm = this.#wasm;
    const packed = wasm.evaluate(flag, now);
    const reason = packed & 15;
    const variant = (packed >> 4) - 1;
    if (reason > 4) return { reason: "ERROR", errorCode: reason > 5 ? "TARGETING_KEY_MISSING" : "FLAG_NOT_FOUND" };
    const metadata: { [name: string]: Json } = {};
    const first = wasm.metadata(flag);
    for (let entry = first; entry < first + wasm.metadata_count(flag); entry++) {
      metadata[this.#text(wasm.metadata_name(entry))] = JSON.parse(this.#text(wasm.metadata_value(entry)));
    }
    // What decided goes over the flag's own.
    CAUSES[wasm.cause()]!.forEach((name, part) => (metadata[name] = this.#text(wasm.cause_name(part))));
    return freeze({
      ...(variant < 0 ? {} : { value: this.#values[variant] ?? this.#value(variant), variant: this.#text(wasm.variant_name(variant)) }),
      reason: REASONS[reason],
      ...(Object.keys(metadata).length ? { metadata } : {}),
    }) as any;
  }

  variants(flag: number): { [name: string]: Json } {
    const packed = this.#wasm.variants(flag);
    const all: { [name: string]: Json } = {};
    for (let variant = packed >> 7; variant < (packed >> 7) + (packed & 127); variant++) all[this.#text(this.#wasm.variant_name(variant))] = this.#value(variant);
    return all;
  }

  isPublic(flag: number): boolean {
    return this.#wasm.visible(flag) > 0;
  }

  image(): Uint8Array {
    if (!this.#bytes.length) this.#look();
    const image = new Uint8Array(HEAD + this.#size);
    image.set(this.#head);
    image.set(this.#bytes.subarray(this.#at, this.#at + this.#size), HEAD);
    return image;
  }

  nextChange(now: number): number | undefined {
    const at = this.#wasm.next_change(now);
    return at === at ? at : undefined;
  }

  /** Brings a context into the instance. One that throws while it is read is nobody's. */
  bind(bound: Bound): void {
    if (!this.#bytes.length) this.#look();
    try {
      while (!this.#write(bound.context)) this.#makeRoom(2 * this.#taken, 2 * this.#used);
    } catch {
      this.#write({});
    }
    this.#wasm.bind();
    this.bound = bound;
  }

  #makeRoom(slots: number, bytes: number): void {
    this.#slotRoom = Math.max(slots, this.#slotRoom);
    this.#byteRoom = Math.max(bytes, this.#byteRoom);
    this.#byteAt = this.#wasm.room(this.#slotRoom, this.#byteRoom);
    this.#slots = this.#wasm.slots() >> 2;
    this.#look();
  }

  /** Writes a slot for each attribute; false: there is too little room, and `used` and `taken` say for how much at least. */
  #write(context: any): boolean {
    const attributes = this.#attributes;
    this.#used = 0;
    this.#taken = attributes.length;
    let at = this.#slots;
    for (let i = 0; i < attributes.length; i++, at += SLOT) {
      const { path, parts, odd, needs } = attributes[i]!;
      this.#put(at, odd ? own(context, path) : context[path], needs, false);
      if (parts && !this.#words[at]) {
        let value: unknown = context;
        for (const part of parts) value = value && typeof value === "object" && !Array.isArray(value) ? own(value, part) : undefined;
        this.#put(at, value, needs, false);
      }
    }
    return this.#used <= this.#byteRoom && this.#taken <= this.#slotRoom;
  }

  #put(at: number, value: any, needs: number, within: boolean): void {
    const words = this.#words;
    words[at] = Kind.Missing;
    switch (typeof value) {
      case "string":
        words[at] = Kind.Text;
        this.#putText(at + 2, value);
        if (needs & Needs.LowerCase) {
          const lower = value.toLowerCase();
          words[at + 4] = words[at + 2]!;
          words[at + 5] = words[at + 3]!;
          if (lower !== value) this.#putText(at + 4, lower);
        }
        return;
      case "number":
        if (!Number.isFinite(value)) return;
        words[at] = Kind.Number;
        double[0] = value;
        words[at + 4] = halves[0]!;
        words[at + 5] = halves[1]!;
        words[at + 3] = 0;
        if (needs & Needs.Text) this.#putText(at + 2, String(value));
        return;
      case "boolean":
        words[at] = value ? Kind.True : Kind.False;
        return;
      case "object":
        if (!value) return;
        if (typeof value.toJSON === "function") return this.#put(at, value.toJSON(), needs, within);
        if (within) return;
        words[at] = Kind.Object;
        if (!Array.isArray(value)) return;
        words[at] = Kind.List;
        words[at + 2] = this.#taken;
        words[at + 3] = value.length;
        let element = this.#slots + SLOT * this.#taken;
        this.#taken += value.length;
        if (this.#taken > this.#slotRoom) return;
        for (const one of value) {
          this.#put(element, one, needs & Needs.LowerCase, true);
          element += SLOT;
        }
    }
  }

  /** Writes a text, and at a place among the words where it is, and how long. */
  #putText(at: number, text: string): void {
    const { length } = text;
    const start = this.#used;
    // Where the room might not do, it is only counted.
    this.#used += length;
    if (this.#used > this.#byteRoom) return;
    const bytes = this.#bytes;
    const from = this.#byteAt + start;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 127) {
        this.#used = start + 3 * length;
        if (this.#used > this.#byteRoom) return;
        this.#used = start + encoder.encodeInto(text, bytes.subarray(from)).written;
        break;
      }
      bytes[from + i] = unit;
    }
    this.#words[at] = start;
    this.#words[at + 1] = this.#used - start;
  }
}
