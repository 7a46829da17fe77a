// One image in one wasm instance: contexts are written into its memory, answers come back as numbers.
// A function with what it remembers, not a class: names that nobody sees from outside minify.
import { ERRORS, FORMAT, REASONS, Word } from "../generated.js";
import type { Context, Details, Json } from "../types.js";
import type { Exports } from "./wasm.js";

/** Before the image's words, as there are: "HLYD", format, SHA-256 of the document, and three lengths: words, texts, lists. */
const HEAD = 52;

const enum Kind {
  Missing = 0,
  Object = 1,
  False = 2,
  True = 3,
  Number = 4,
  Text = 5,
  List = 6,
}
/** The words of a slot: kind, one that `bind` writes, start, length, two of a number's halves or of where the text in lower case is, one that `bind` writes. */
const SLOT = 7;

const enum Needs {
  /** Of a number or a boolean its text: it is hashed. */
  Text = 1,
  /** Of a text the same in lower case. */
  LowerCase = 2,
}

/** An attribute that some condition asks for. */
interface Attribute {
  path: string;
  /** The path in parts, where it has dots. */
  parts: string[] | undefined;
  /** It is a name that every object has, so that only looking for an own one tells. */
  odd: boolean;
  needs: number;
}

/** Who may be bound to an engine: what it was bound to last is found out by looking who that was. */
export interface Bound {
  context: Context;
}

export interface Engine {
  digest: string;
  /** Whose context is in the instance. */
  bound: Bound | undefined;
  /** Brings a context into the instance. One that throws while it is read is nobody's. */
  bind(who: Bound): void;
  /** The flag of that key, or -1. */
  flag(key: string): number;
  keys(): readonly string[];
  /** The value that a flag has for whoever is bound; undefined: none. */
  evaluate(flag: number, now: number): Json | undefined;
  /** The same of all flags that have one. */
  all(now: number): { [flag: string]: Json };
  /** The answer for whoever is bound, but for the flag's key. */
  details(flag: number, now: number): Partial<Details>;
  variants(flag: number): { [name: string]: Json };
  isPublic(flag: number): boolean;
  image(): Uint8Array;
  nextChange(now: number): number | undefined;
}

/** What an answer's metadata says of what decided, by its number, and where that is written: nothing, a rule, a stage of a release, a flag that is required. */
const CAUSES: readonly (readonly (readonly [name: string, word: Word])[])[] = [
  [],
  [["rule", Word.RuleId]],
  [
    ["release", Word.ReleaseKey],
    ["stage", Word.StageName],
  ],
  [["blockedBy", Word.Key]],
];
/** As many keys that no flag has are remembered. */
const STRANGERS = 1000;
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

/** @throws when the bytes are no image, or a damaged one. */
export function engineOf(module: WebAssembly.Module, image: Uint8Array): Engine {
  // A copy, so that nothing here holds on to the image: it is in the instance.
  const head = Uint8Array.from(image.subarray(0, HEAD));
  const numbers = head.length < HEAD ? [] : new Uint32Array(head.buffer);
  if (numbers[0] !== 0x44594c48 || numbers[1] !== FORMAT) throw new Error(`this is no image of format ${FORMAT}`);
  const lengths = numbers.slice(10) as unknown as [number, number, number];
  const size = 4 * lengths[0] + lengths[1] + lengths[2];
  const damaged = (): Error => new Error("the image is damaged");
  if (image.length !== HEAD + size) throw damaged();
  const wasm = new WebAssembly.Instance(module).exports as unknown as Exports;
  const index = new Map<string, number>();
  const values: (Json | undefined)[] = [];
  let names: readonly string[] | undefined;
  let bytes: Uint8Array;
  let words: Uint32Array;
  /** Where the slots and the context's bytes are, and how many there may be. */
  let slots = 0;
  let slotRoom = 0;
  let byteAt = 0;
  let byteRoom = 0;
  /** Of the context that is being written: bytes and slots so far. */
  let used = 0;
  let taken = 0;

  /** Looks at the memory anew where it is another: it has grown. */
  function look(): void {
    if (bytes?.length) return;
    const { buffer } = wasm.memory;
    bytes = new Uint8Array(buffer);
    words = new Uint32Array(buffer);
  }

  /** Where the rows of a word's section begin, and how many there are. */
  const start = (word: Word): number => words[base + 2 * (word >> 8)]!;
  const count = (word: Word): number => words[base + 2 * (word >> 8) + 1]!;
  /** A word of a section's row. */
  const read = (word: Word, row: number): number => words[base + start(word) + row * ((word >> 4) & 15) + (word & 15)]!;

  /** The text of which a row's word tells the number. */
  function text(word: Word, row: number): string {
    look();
    const number = read(word, row);
    return decoder.decode(bytes.subarray(texts + read(Word.Text, number), texts + read(Word.Text, number + 1)));
  }

  /** The flag of a key, by halves: they are in order. What is found is remembered, and so is, up to a point, that there is none. */
  function find(key: string): number {
    look();
    let flag = -1;
    for (let from = 0, to = typeof key === "string" ? count(Word.Key) : 0; from < to; ) {
      const middle = (from + to) >> 1;
      const other = text(Word.Key, middle);
      if (other === key) {
        flag = middle;
        break;
      }
      if (other < key) from = middle + 1;
      else to = middle;
    }
    if (flag >= 0 || index.size < count(Word.Key) + STRANGERS) index.set(key, flag);
    return flag;
  }

  /** The value of the variant with that index. */
  function value(variant: number): Json {
    const known = values[variant];
    if (known !== undefined) return known;
    while (values.length < variant) values.push(undefined);
    return (values[variant] = freeze(JSON.parse(text(Word.VariantValue, variant))));
  }

  const keys = (): readonly string[] => {
    look();
    return (names ??= Array.from({ length: count(Word.Key) }, (_, flag) => text(Word.Key, flag)));
  };

  function makeRoom(wantedSlots: number, wantedBytes: number): void {
    slotRoom = Math.max(wantedSlots, slotRoom);
    byteRoom = Math.max(wantedBytes, byteRoom);
    slots = wasm.room(slotRoom, byteRoom) >> 2;
    byteAt = 4 * (slots + SLOT * slotRoom);
    look();
  }

  /** Writes a slot for each attribute; false: there is too little room, and `used` and `taken` say for how much at least. */
  function write(context: any): boolean {
    used = 0;
    taken = attributes.length;
    let at = slots;
    for (let i = 0; i < attributes.length; i++, at += SLOT) {
      const { path, parts, odd, needs } = attributes[i]!;
      put(at, odd ? own(context, path) : context[path], needs, false);
      if (parts && !words[at]) {
        let value: unknown = context;
        for (const part of parts) value = value && typeof value === "object" && !Array.isArray(value) ? own(value, part) : undefined;
        put(at, value, needs, false);
      }
    }
    return used <= byteRoom && taken <= slotRoom;
  }

  function put(at: number, value: any, needs: number, within: boolean): void {
    words[at] = Kind.Missing;
    if (typeof value === "string") {
      words[at] = Kind.Text;
      putText(at + 2, value);
      if (needs & Needs.LowerCase) {
        const lower = value.toLowerCase();
        words[at + 4] = words[at + 2]!;
        words[at + 5] = words[at + 3]!;
        if (lower !== value) putText(at + 4, lower);
      }
    } else if (typeof value === "number") {
      if (!Number.isFinite(value)) return;
      words[at] = Kind.Number;
      double[0] = value;
      words[at + 4] = halves[0]!;
      words[at + 5] = halves[1]!;
      if (needs & Needs.Text) putText(at + 2, String(value));
    } else if (typeof value === "boolean") {
      words[at] = value ? Kind.True : Kind.False;
      if (needs & Needs.Text) putText(at + 2, String(value));
    } else if (value && typeof value === "object") {
      if (typeof value.toJSON === "function") put(at, value.toJSON(), needs, within);
      else if (!within) {
        words[at] = Kind.Object;
        if (!Array.isArray(value)) return;
        words[at] = Kind.List;
        words[at + 2] = taken;
        words[at + 3] = value.length;
        let element = slots + SLOT * taken;
        taken += value.length;
        // Where the room does not do, it is only counted.
        if (taken > slotRoom) return;
        for (const one of value) {
          put(element, one, needs, true);
          element += SLOT;
        }
      }
    }
  }

  /** Writes a text, and at a place among the words where it is, and how long. */
  function putText(at: number, text: string): void {
    const { length } = text;
    const start = used;
    used += length;
    if (used > byteRoom) return;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 127) {
        used = start + 3 * length;
        if (used > byteRoom) return;
        used = start + encoder.encodeInto(text, bytes.subarray(byteAt + start)).written;
        break;
      }
      bytes[byteAt + start + i] = unit;
    }
    words[at] = start;
    words[at + 1] = used - start;
  }

  const imageAt = wasm.image(...lengths);
  const base = imageAt >> 2;
  const texts = imageAt + 4 * lengths[0];
  look();
  bytes!.set(image.subarray(HEAD), imageAt);
  if (!wasm.open()) throw damaged();
  look();
  const attributes = Array.from({ length: count(Word.Path) }, (_, attribute): Attribute => {
    const path = text(Word.Path, attribute);
    const parts = path.split(".");
    return { path, parts: parts[1] === undefined ? undefined : parts, odd: path in {}, needs: read(Word.Needs, attribute) };
  });
  makeRoom(attributes.length + 8, 512);

  return {
    digest: `sha256-${Array.from(head.subarray(8, 40), (byte) => byte.toString(16).padStart(2, "0")).join("")}`,
    bound: undefined,
    bind(who) {
      look();
      try {
        while (!write(who.context)) makeRoom(2 * taken, 2 * used);
      } catch {
        write({});
      }
      wasm.bind();
      this.bound = who;
    },
    flag: (key) => index.get(key) ?? find(key),
    keys,
    evaluate(flag, now) {
      const variant = (wasm.evaluate(flag, now) >> 4) - 1;
      return variant < 0 ? undefined : (values[variant] ?? value(variant));
    },
    all(now) {
      // Without a prototype it is a hash table from the first key on; with one it becomes that on the way, for half as much again.
      const all: { [flag: string]: Json } = Object.create(null);
      const flags = keys();
      let at = wasm.evaluate_all(now) >> 2;
      look();
      for (const key of flags) {
        const variant = (words[at++]! >> 4) - 1;
        if (variant >= 0) all[key] = values[variant] ?? value(variant);
      }
      return Object.setPrototypeOf(all, Object.prototype);
    },
    details(flag, now) {
      const packed = wasm.evaluate(flag, now);
      const variant = (packed >> 4) - 1;
      const errorCode = ERRORS[(packed & 15) - REASONS.length];
      if (errorCode) return { errorCode };
      look();
      const flagMetadata: { [name: string]: string } = {};
      const first = read(Word.Metadata, flag);
      for (let entry = first; entry < first + read(Word.MetadataCount, flag); entry++) flagMetadata[text(Word.MetadataName, entry)] = JSON.parse(text(Word.MetadataValue, entry));
      let cause = wasm.cause() >> 2;
      for (const [name, word] of CAUSES[words[cause]!]!) flagMetadata[name] = text(word, words[++cause]!);
      return { ...(variant < 0 ? {} : { value: value(variant), variant: text(Word.VariantName, variant) }), reason: REASONS[packed & 15]!, flagMetadata };
    },
    variants(flag) {
      look();
      const first = read(Word.Variants, flag);
      return Object.fromEntries(Array.from({ length: read(Word.VariantCount, flag) }, (_, nth) => [text(Word.VariantName, first + nth), value(first + nth)]));
    },
    isPublic(flag) {
      look();
      return read(Word.IsPublic, flag) > 0;
    },
    image() {
      look();
      const image = new Uint8Array(HEAD + size);
      image.set(head);
      image.set(bytes.subarray(imageAt, imageAt + size), HEAD);
      return image;
    },
    nextChange(now) {
      const at = wasm.next_change(now);
      return at === at ? at : undefined;
    },
  };
}
