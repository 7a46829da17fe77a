// One image in one wasm instance: contexts are written into its memory, answers come back as numbers.
import type { Context, Json } from "../types.js";
import { FORMAT } from "../generated.js";
import type { Exports } from "./wasm.js";

/** "HLYD", format, SHA-256 of the document, words, bytes. */
const HEAD = 48;

const enum Kind {
  Missing = 0,
  Object = 1,
  False = 2,
  True = 3,
  Number = 4,
  Text = 5,
  List = 6,
}
/** The words of a slot: kind, one that `bind` writes, start, length, and the halves of a number. */
const SLOT = 6;

/** An attribute that some condition asks for. */
interface Attribute {
  path: string;
  /** The path in parts, where it has dots. */
  parts: string[] | undefined;
  /** Some part of it is a name that every object has, so that only looking for an own one tells. */
  odd: boolean;
  /** It is hashed: of a number, the text is wanted as well. */
  text: boolean;
}

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
  private readonly wasm: Exports;
  private readonly head: Uint8Array;
  private readonly imageAt: number;
  private readonly imageSize: number;
  private readonly attributes: Attribute[];
  private readonly index = new Map<string, number>();
  private readonly values: (Json | undefined)[] = [];
  private names: readonly string[] | undefined;
  private bytes!: Uint8Array;
  private words!: Uint32Array;
  private slots = 0;
  private slotRoom = 0;
  private byteAt = 0;
  private byteRoom = 0;
  /** Of the context that is being written: bytes and slots so far. */
  private used = 0;
  private taken = 0;

  constructor(module: WebAssembly.Module, image: Uint8Array) {
    const head = new DataView(image.buffer, image.byteOffset, image.byteLength);
    const [words, bytes] = image.length < HEAD || head.getUint32(0) !== 0x484c5944 ? [] : [head.getUint32(40, true), head.getUint32(44, true)];
    if (words === undefined || bytes === undefined) throw new Error("this is no image");
    if (head.getUint32(4, true) !== FORMAT) throw new Error(`the image is of format ${head.getUint32(4, true)}, and this is a reader of format ${FORMAT}`);
    if (image.length !== HEAD + 4 * words + bytes) throw new Error("the image is not as long as it says");
    this.digest = `sha256-${Array.from(image.subarray(8, 40), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
    const wasm = (this.wasm = new WebAssembly.Instance(module).exports as unknown as Exports);
    this.head = image.slice(0, HEAD);
    this.imageAt = wasm.image(words, bytes);
    this.imageSize = 4 * words + bytes;
    this.look();
    this.bytes.set(image.subarray(HEAD), this.imageAt);
    if (!wasm.open()) throw new Error("the image contradicts itself");
    this.look();
    this.attributes = Array.from({ length: wasm.attributes() }, (_, attribute) => {
      const path = this.text(wasm.attribute_path(attribute));
      const parts = path.split(".");
      return { path, parts: parts[1] === undefined ? undefined : parts, odd: path in {}, text: wasm.attribute_needs(attribute) > 0 };
    });
    this.makeRoom(this.attributes.length + 8, 512);
  }

  /** Looks at the memory anew: it is another when it has grown. */
  private look(): void {
    const { buffer } = this.wasm.memory;
    this.bytes = new Uint8Array(buffer);
    this.words = new Uint32Array(buffer);
  }

  private text(length: number): string {
    if (!this.bytes.length) this.look();
    const at = this.wasm.text();
    return decoder.decode(this.bytes.subarray(at, at + length));
  }

  /** The flag of that key, or -1. */
  flag(key: string): number {
    return this.index.get(key) ?? this.find(key);
  }

  private find(key: string): number {
    // As long as a key may be; what is not ASCII is none.
    if (typeof key !== "string" || key.length > 128) return -1;
    const at = this.wasm.scratch(key.length);
    if (!this.bytes.length) this.look();
    for (let i = 0; i < key.length; i++) {
      const unit = key.charCodeAt(i);
      if (unit > 127) return -1;
      this.bytes[at + i] = unit;
    }
    const flag = this.wasm.find();
    if (flag >= 0) this.index.set(key, flag);
    return flag;
  }

  keys(): readonly string[] {
    return (this.names ??= Object.freeze(Array.from({ length: this.wasm.flags() }, (_, flag) => this.text(this.wasm.flag_key(flag)))));
  }

  /** The value of the variant with that index. */
  private value(variant: number): Json {
    const { values } = this;
    const known = values[variant];
    if (known !== undefined) return known;
    while (values.length < variant) values.push(undefined);
    return (values[variant] = freeze(JSON.parse(this.text(this.wasm.variant_value(variant)))));
  }

  /** The value that a flag has for whoever is bound; undefined: none. */
  evaluate(flag: number, now: number): Json | undefined {
    const variant = (this.wasm.evaluate(flag, now) >> 4) - 1;
    return variant < 0 ? undefined : (this.values[variant] ?? this.value(variant));
  }

  /** The same of all flags, in the order of their keys. */
  evaluateAll(now: number): (Json | undefined)[] {
    const at = this.wasm.evaluate_all(now) >> 2;
    if (!this.bytes.length) this.look();
    const packed = this.words.slice(at, at + this.wasm.flags());
    return Array.from(packed, (one) => (one >> 4 ? this.value((one >> 4) - 1) : undefined));
  }

  /** EVALUATION.md's answer. */
  details(flag: number, now: number): { value?: Json; variant?: string; reason: string; errorCode?: string; metadata?: object } {
    return freeze(JSON.parse(this.text(this.wasm.details(flag, now)))) as any;
  }

  variants(flag: number): { [name: string]: Json } {
    const packed = this.wasm.variants(flag);
    const all: { [name: string]: Json } = {};
    for (let variant = packed >> 7; variant < (packed >> 7) + (packed & 127); variant++) all[this.text(this.wasm.variant_name(variant))] = this.value(variant);
    return all;
  }

  isPublic(flag: number): boolean {
    return this.wasm.visible(flag) > 0;
  }

  image(): Uint8Array {
    if (!this.bytes.length) this.look();
    const image = new Uint8Array(HEAD + this.imageSize);
    image.set(this.head);
    image.set(this.bytes.subarray(this.imageAt, this.imageAt + this.imageSize), HEAD);
    return image;
  }

  nextChange(now: number): number | undefined {
    const at = this.wasm.next_change(now);
    return at === at ? at : undefined;
  }

  /** Brings a context into the instance. One that throws while it is read is nobody's. */
  bind(bound: Bound): void {
    if (!this.bytes.length) this.look();
    try {
      while (!this.write(bound.context)) this.makeRoom(2 * this.taken, 2 * this.used);
    } catch {
      this.write({});
    }
    this.wasm.bind();
    this.bound = bound;
  }

  private makeRoom(slots: number, bytes: number): void {
    this.slotRoom = Math.max(slots, this.slotRoom);
    this.byteRoom = Math.max(bytes, this.byteRoom);
    this.byteAt = this.wasm.room(this.slotRoom, this.byteRoom);
    this.slots = this.wasm.slots() >> 2;
    this.look();
  }

  /** Writes a slot for each attribute; false: there is too little room, and `used` and `taken` say for how much at least. */
  private write(context: any): boolean {
    const { attributes } = this;
    this.used = 0;
    this.taken = attributes.length;
    for (let i = 0; i < attributes.length; i++) {
      const attribute = attributes[i]!;
      const { path, parts } = attribute;
      this.put(i, attribute.odd ? own(context, path) : context[path], attribute.text, false);
      if (parts && !this.words[this.slots + SLOT * i]) {
        let value: unknown = context;
        for (const part of parts) value = value && typeof value === "object" && !Array.isArray(value) ? own(value, part) : undefined;
        this.put(i, value, attribute.text, false);
      }
    }
    return this.used <= this.byteRoom && this.taken <= this.slotRoom;
  }

  private put(slot: number, value: any, text: boolean, within: boolean): void {
    const { words } = this;
    const at = this.slots + SLOT * slot;
    switch (typeof value) {
      case "string":
        words[at] = Kind.Text;
        return this.putText(at, value);
      case "number":
        words[at] = Number.isFinite(value) ? Kind.Number : Kind.Missing;
        double[0] = value;
        words[at + 4] = halves[0]!;
        words[at + 5] = halves[1]!;
        words[at + 3] = 0;
        if (text) this.putText(at, String(value));
        return;
      case "boolean":
        words[at] = value ? Kind.True : Kind.False;
        return;
      case "object":
        if (!value || within && Array.isArray(value)) break;
        if (typeof value.toJSON === "function") return this.put(slot, value.toJSON(), text, within);
        if (!Array.isArray(value)) {
          words[at] = within ? Kind.Missing : Kind.Object;
          return;
        }
        words[at] = Kind.List;
        words[at + 2] = this.taken;
        words[at + 3] = value.length;
        const first = this.taken;
        this.taken += value.length;
        if (this.taken <= this.slotRoom) value.forEach((element, i) => this.put(first + i, element, false, true));
        return;
    }
    words[at] = Kind.Missing;
  }

  private putText(at: number, text: string): void {
    const { length } = text;
    const start = this.used;
    // Where the room might not do, it is only counted.
    this.used += length;
    if (this.used > this.byteRoom) return;
    const { bytes } = this;
    const from = this.byteAt + start;
    let size = length;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 127) {
        if (start + 3 * length > this.byteRoom) {
          this.used = start + 3 * length;
          return;
        }
        size = encoder.encodeInto(text, bytes.subarray(from)).written;
        break;
      }
      bytes[from + i] = unit;
    }
    this.used = start + size;
    this.words[at + 2] = start;
    this.words[at + 3] = size;
  }
}
