// The built wasm module with a trap put into it: the first calls of an export go through, one does not.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import binaryen from "binaryen";
import { DIST } from "./place.mjs";

/** What the build enables. With all features, binaryen writes what V8 refuses. */
const { BulkMemory, NontrappingFPToInt, SignExt, MutableGlobals, ReferenceTypes, Multivalue } = binaryen.Features;
const FEATURES = BulkMemory | NontrappingFPToInt | SignExt | MutableGlobals | ReferenceTypes | Multivalue;

/** The module's bytes, so that the `nth` call of `name` in each instance traps; every later one too where `always`. */
export async function trapping(name, nth, { always = false } = {}) {
  const module = binaryen.readBinary(await readFile(join(DIST, "worker/halyard_worker_bg.wasm")));
  try {
    module.setFeatures(FEATURES);
    const exported = binaryen.getExportInfo(module.getExport(name));
    const { params, results } = binaryen.getFunctionInfo(module.getFunction(exported.value));
    const count = () => module.global.get("calls", binaryen.i32);
    const traps = always ? module.i32.ge_u(count(), module.i32.const(nth)) : module.i32.eq(count(), module.i32.const(nth));
    module.addGlobal("calls", binaryen.i32, true, module.i32.const(0));
    const types = binaryen.expandType(params);
    const call = module.call(exported.value, types.map((type, place) => module.local.get(place, type)), results);
    module.addFunction("counted", params, results, [], module.block(null, [
      module.global.set("calls", module.i32.add(count(), module.i32.const(1))),
      module.if(traps, module.unreachable()),
      call,
    ], results));
    module.removeExport(name);
    module.addFunctionExport("counted", name);
    return Buffer.from(module.emitBinary());
  } finally {
    module.dispose();
  }
}
