// OFREP's own description as a judge of answers. It contradicts itself in places; there it is read leniently.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import Ajv from "ajv/dist/2020.js";
import { parse } from "yaml";
import { CONFORMANCE } from "./place.mjs";

/** A function from a schema's name and an answer to what is wrong with it; null where the description is not here. */
export async function schemas() {
  const text = await readFile(join(process.env.HALYARD_CONFORMANCE ?? CONFORMANCE, "ofrep/openapi.yaml"), "utf8").catch(() => null);
  if (text === null) return null;
  const api = parse(text);
  const { evaluationSuccess, evaluationFailure } = api.components.schemas;
  const [described, typed] = evaluationSuccess.allOf;
  // Its examples and decisions use reasons that its list omits, and a whole number is an integer and a float at once.
  described.properties.reason.enum.push("DEFAULT", "ERROR");
  typed.anyOf = typed.oneOf;
  delete typed.oneOf;
  evaluationFailure.properties.errorCode.enum.push("FLAG_NOT_FOUND");
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  ajv.addSchema(api, "ofrep");
  return (name, json) => {
    const validate = ajv.getSchema(`ofrep#/components/schemas/${name}`);
    return validate(json) ? [] : validate.errors.map((error) => `${error.instancePath} ${error.message}`);
  };
}
