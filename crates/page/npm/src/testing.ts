// `halyard-flags/testing`: flags for an application's own tests.
export { configurations, eachConfiguration, type Dimensions } from "./testing/configurations.js";
export { fixedFlags, type FixedFlags } from "./testing/fixed.js";
export { recordedFlags, type Evaluated, type RecordedFlags } from "./testing/recorded.js";
