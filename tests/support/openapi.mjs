// OFREP's own description as a judge of answers. It contradicts itself in places; there it is read leniently.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import Ajv from "ajv/dist/2020.js";
import { parse } from "yaml";
import { CONFORMANCE } from "./place.mjs";

/** The description, read leniently: docs/ofrep.md has the reasons for each line. Null where it is not here. */
export async function description() {
  const text = await readFile(join(process.env.HALYARD_CONFORMANCE ?? CONFORMANCE, "ofrep/openapi.yaml"), "utf8").catch(() => null);
  if (text === null) return null;
  const api = parse(text);
  const { bulkEvaluationSuccess, context, evaluationSuccess, evaluationFailure, objectFlag } = api.components.schemas;
  const [described, typed] = evaluationSuccess.allOf;
  described.properties.reason.enum.push("DEFAULT", "ERROR");
  // Whatever has a value also fits `codeDefaultFlag`, which asks for nothing, and a whole number fits integer and float.
  typed.anyOf = typed.oneOf;
  delete typed.oneOf;
  objectFlag.properties.value.type = ["object", "array"];
  evaluationFailure.properties.errorCode.enum.push("FLAG_NOT_FOUND");
  bulkEvaluationSuccess.properties.flags.items.anyOf = bulkEvaluationSuccess.properties.flags.items.oneOf;
  delete bulkEvaluationSuccess.properties.flags.items.oneOf;
  delete context.required;
  context.properties.targetingKey = {};
  api.components.parameters.flagConfigLastModified.schema = { type: "string" };
  return api;
}

/** A function from a schema's name and an answer to what is wrong with it; null where the description is not here. */
export async function schemas() {
  const api = await description();
  if (api === null) return null;
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  ajv.addSchema(api, "ofrep");
  return (name, json) => {
    const validate = ajv.getSchema(`ofrep#/components/schemas/${name}`);
    return validate(json) ? [] : validate.errors.map((error) => `${error.instancePath} ${error.message}`);
  };
}
