//! Where in a document something is named: what has to go before it can go, and what has to follow when it gets another name.

use halyard_core::check::decode_document;
use halyard_core::document::Document;
use halyard_core::{Json, Pointer};
use leptos::prelude::*;

use crate::app::route::Page;
use crate::draft::workspace;
use crate::ui::rich::Rich;

/// Something that other parts of a document name.
#[derive(Clone, Copy)]
pub(crate) enum Thing<'a> {
    /// A flag.
    Flag(&'a str),
    /// A variant of a flag.
    Variant(&'a str, &'a str),
    /// A segment.
    Segment(&'a str),
}

/// A place that names it, for people.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Use {
    /// The page that shows it.
    pub(crate) page: Page,
    /// What is there: "rule `half-of-nl` of `new-cart`".
    pub(crate) what: String,
}

/// The places that name a thing, in the order of the document.
pub(crate) fn uses(document: &Document, thing: Thing<'_>) -> Vec<Use> {
    let mut json = document.to_json();
    let mut places = Vec::new();
    visit(&mut json, thing, &mut |place, _| places.push(place.clone()));
    let mut uses: Vec<Use> = Vec::new();
    for place in places {
        let used = said(document, &place);
        if !uses.contains(&used) {
            uses.push(used);
        }
    }
    uses
}

/// The document with another name for a variant, wherever it is named; none: it cannot have that name.
pub(crate) fn renamed(document: &Document, flag: &str, from: &str, to: &str) -> Option<Document> {
    let mut json = document.to_json();
    visit(&mut json, Thing::Variant(flag, from), &mut |_, name| *name = Json::from(to));
    if let Some(Json::Object(variants)) = at(&mut json, &["flags", flag, "variants"])
        && !variants.contains_key(to)
    {
        let value = variants.remove(from)?;
        variants.insert(to.to_owned(), value);
        return decode_document(&json).ok();
    }
    None
}

fn at<'j>(json: &'j mut Json, path: &[&str]) -> Option<&'j mut Json> {
    path.iter().try_fold(json, |json, name| match json {
        Json::Object(members) => members.get_mut(*name),
        _ => None,
    })
}

/// Says why something cannot go: the places that name it, with the way to each.
#[component]
pub(crate) fn Uses(uses: Vec<Use>, of: String) -> impl IntoView {
    let workspace = workspace();
    view! {
        <div class="callout warn small" role="alert"><div>
            <p>"Take "<code>{of}</code>" out of these first:"</p>
            <ul class="uses">{uses.into_iter().map(|used| view! { <li><a href=workspace.href(&used.page)><Rich text=used.what /></a></li> }).collect_view()}</ul>
        </div></div>
    }
}

type Found<'f> = &'f mut dyn FnMut(&Pointer, &mut Json);

/// Shows `found` every value that names the thing, but for the thing itself.
fn visit(json: &mut Json, thing: Thing<'_>, found: Found<'_>) {
    let root = Pointer::root();
    for part in ["segments", "plans", "flags", "releases"] {
        if let Some(json) = at(json, &[part]) {
            named_below(json, &root.at(part), thing, found);
        }
    }
    if let Thing::Variant(flag, variant) = thing {
        let own = root.at("flags").at(flag);
        for member in ["offVariant", "otherwise"] {
            if let Some(serve) = at(json, &["flags", flag, member]) {
                served(serve, &own.at(member), variant, found);
            }
        }
        if let Some(Json::Array(rules)) = at(json, &["flags", flag, "rules"]) {
            for (index, rule) in rules.iter_mut().enumerate() {
                if let Some(serve) = at(rule, &["serve"]) {
                    served(serve, &own.at("rules").at(index).at("serve"), variant, found);
                }
            }
        }
    }
    if let (Thing::Flag(flag) | Thing::Variant(flag, _), Some(Json::Array(scenarios))) = (thing, at(json, &["scenarios"])) {
        for (index, scenario) in scenarios.iter_mut().enumerate() {
            if let Some(expected) = at(scenario, &["expect", flag])
                && !matches!(thing, Thing::Variant(_, variant) if expected.as_str() != Some(variant))
            {
                found(&root.at("scenarios").at(index), expected);
            }
        }
    }
}

/// What a flag serves: a variant, or a split of several.
fn served(serve: &mut Json, place: &Pointer, variant: &str, found: Found<'_>) {
    match serve {
        Json::String(name) if name == variant => found(place, serve),
        Json::Object(_) => {
            if let Some(Json::Array(parts)) = at(serve, &["split"]) {
                for part in parts {
                    if let Some(name) = at(part, &["variant"]).filter(|name| name.as_str() == Some(variant)) {
                        found(place, name);
                    }
                }
            }
        }
        _ => {}
    }
}

/// Conditions, requirements and releases' moves: objects with a member `segment`, or with `flag` beside `is` or `variant`.
fn named_below(json: &mut Json, place: &Pointer, thing: Thing<'_>, found: Found<'_>) {
    match json {
        Json::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                named_below(item, &place.at(index), thing, found);
            }
        }
        Json::Object(members) => {
            let is = |name: &str, key: &str| members.get(name).and_then(Json::as_str) == Some(key);
            match thing {
                Thing::Segment(key) if is("segment", key) => {
                    return members.get_mut("segment").into_iter().for_each(|name| found(place, name));
                }
                Thing::Flag(key) if is("flag", key) => return members.get_mut("flag").into_iter().for_each(|name| found(place, name)),
                Thing::Variant(key, variant) if is("flag", key) => {
                    for name in ["is", "variant"] {
                        let values = match members.get_mut(name) {
                            Some(Json::Array(values)) => values.iter_mut().collect(),
                            other => Vec::from_iter(other),
                        };
                        values.into_iter().filter(|value| value.as_str() == Some(variant)).for_each(|value| found(place, value));
                    }
                    return;
                }
                _ => {}
            }
            // What an application gets is its own, whatever its members are called.
            for (name, inner) in members.iter_mut().filter(|(name, _)| !matches!(name.as_str(), "variants" | "metadata")) {
                named_below(inner, &place.at(name), thing, found);
            }
        }
        _ => {}
    }
}

/// What is at a place, in words.
fn said(document: &Document, place: &Pointer) -> Use {
    let segments: Vec<String> = place.segments().collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let index = |text: &str| text.parse::<usize>().unwrap_or_default();
    let what = match segments.as_slice() {
        ["flags", flag, "rules", rule, ..] => {
            let rule =
                document.flags.get(*flag).and_then(|flag| flag.rules.get(index(rule))).map(|rule| rule.id.as_str()).unwrap_or_default();
            format!("rule `{rule}` of `{flag}`")
        }
        ["flags", flag, "requires", ..] => format!("what `{flag}` requires"),
        ["flags", flag, "otherwise", ..] => format!("what everyone else gets of `{flag}`"),
        ["flags", flag, ..] => format!("what everyone gets while `{flag}` is off"),
        ["scenarios", scenario, ..] => {
            let name = document.scenarios.get(index(scenario)).map(|scenario| scenario.name.as_str()).unwrap_or_default();
            format!("scenario “{name}”")
        }
        [part, key, ..] => format!("{} `{key}`", part.trim_end_matches('s')),
        _ => place.to_string(),
    };
    let page = segments.first().zip(segments.get(1)).and_then(|(part, key)| Page::of(part, key)).unwrap_or(Page::Overview);
    Use { page, what }
}

#[cfg(test)]
mod tests {
    use super::*;
    use halyard_core::check::{Cap, check};
    use halyard_core::read;
    use proptest::prelude::*;

    fn document() -> Document {
        let text = br#"{"format": 1,
            "segments": {"staff": {"when": {"attribute": "segment", "is": ["staff"]}}, "both": {"when": {"any": [{"segment": "staff"}]}}},
            "plans": {"p": {"stages": [{"name": "one", "audience": {"flag": "cart", "is": ["v2"]}}]}},
            "flags": {
                "cart": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "offVariant": "v1", "otherwise": {"split": [{"variant": "v1", "weight": 1}, {"variant": "v2", "weight": 1}]},
                    "variants": {"v1": {"flag": "cart", "is": "v2"}, "v2": {"segment": "staff"}},
                    "rules": [{"id": "r", "when": {"not": {"segment": "staff"}}, "serve": "v2"}]},
                "pay": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"v2": true, "off": false}, "requires": [{"flag": "cart", "is": ["v1", "v2"]}], "otherwise": "v2"}},
            "releases": {"x": {"title": "X", "owner": "o", "flags": [{"flag": "cart", "variant": "v2"}], "stages": [{"name": "s", "audience": {"segment": "both"}}]}},
            "scenarios": [{"name": "s", "context": {"flag": "cart"}, "expect": {"cart": "v2", "pay": "v2"}}, {"name": "t", "context": {}, "expect": {"cart": "v1"}}]}"#;
        read(text, Cap::Reader).checked.unwrap().into_inner()
    }

    fn told(thing: Thing<'_>) -> Vec<String> {
        uses(&document(), thing).into_iter().map(|used| used.what).collect()
    }

    #[test]
    fn everything_that_names_a_thing_is_found_and_nothing_else() {
        assert_eq!(told(Thing::Segment("staff")), ["segment `both`", "rule `r` of `cart`"]);
        assert_eq!(told(Thing::Segment("both")), ["release `x`"]);
        assert_eq!(told(Thing::Flag("cart")), ["plan `p`", "what `pay` requires", "release `x`", "scenario “s”", "scenario “t”"]);
        assert_eq!(told(Thing::Flag("pay")), ["scenario “s”"]);
        assert_eq!(
            told(Thing::Variant("cart", "v1")),
            ["what `pay` requires", "what everyone gets while `cart` is off", "what everyone else gets of `cart`", "scenario “t”"]
        );
    }

    #[test]
    fn a_variant_gets_another_name_wherever_it_is_named() {
        let document = document();
        let after = renamed(&document, "cart", "v2", "new").unwrap();
        assert!(check(&after).checked.is_some(), "{:?}", check(&after).problems);
        assert!(uses(&after, Thing::Variant("cart", "v2")).is_empty());
        assert_eq!(uses(&after, Thing::Variant("cart", "new")), uses(&document, Thing::Variant("cart", "v2")));
        assert_eq!(after.flags["cart"].variants["v1"], document.flags["cart"].variants["v1"], "what an application gets stays");
        assert_eq!(after.flags["pay"], {
            let mut pay = document.flags["pay"].clone();
            pay.requires[0].is[1] = "new".to_owned();
            pay
        });
        assert_eq!(renamed(&after, "cart", "new", "v2"), Some(document.clone()));
        assert_eq!(renamed(&document, "cart", "v1", "v2"), None);
    }

    proptest! {
        /// Whatever the document: with every variant renamed there and back, it is the same; and renaming breaks nothing.
        #[test]
        fn renaming_breaks_nothing_and_can_be_taken_back(document in halyard_reference::generate::document()) {
            let document = decode_document(&Json::from(document)).unwrap();
            let errors = |document: &Document| check(document).problems.iter().filter(|problem| problem.is_error()).count();
            for (key, flag) in &document.flags {
                for variant in flag.variants.keys() {
                    let after = renamed(&document, key, variant, "quite-new").unwrap();
                    prop_assert_eq!(errors(&after), errors(&document));
                    prop_assert!(uses(&after, Thing::Variant(key, variant)).is_empty());
                    prop_assert_eq!(renamed(&after, key, "quite-new", variant), Some(document.clone()));
                }
            }
        }
    }
}
