//! Files that are no document of ours: a flag by itself, or what another system exports. One problem says so, in place of dozens.

use crate::json::Json;

/// A message and a hint, where the text is known for something else.
pub(super) fn known(json: &Json) -> Option<(&'static str, &'static str)> {
    if json.get("format").is_some() {
        return None;
    }
    if json.get("variants").is_some() {
        return Some(("this is a flag by itself, not a document", "put it into {\"format\": 1, \"flags\": {\"its-key\": …}}"));
    }
    if json.get("features").is_some_and(|features| features.as_array().is_some()) {
        return Some((
            "this looks like an export of Unleash, not like a document of Halyard",
            "write it anew: `features` become `flags` under their names, `strategies` become `rules`, and a `rollout` becomes a `percent`",
        ));
    }
    let flags = json.get("flags").and_then(Json::as_object);
    let any_has = |name: &str| flags.is_some_and(|flags| flags.values().any(|flag| flag.get(name).is_some()));
    if any_has("variations") {
        return Some((
            "this looks like an export of LaunchDarkly, not like a document of Halyard",
            "write it anew: `variations` become `variants` with names, `on` becomes `enabled`, a rule's `clauses` become its `when`, and `fallthrough` becomes `otherwise`",
        ));
    }
    if any_has("defaultVariant") {
        return Some((
            "this looks like a file of flagd, not like a document of Halyard",
            "write it anew: `state` becomes `enabled`, `defaultVariant` becomes `otherwise`, and `targeting` becomes `rules`",
        ));
    }
    None
}
