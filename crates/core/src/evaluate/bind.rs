//! Binds a context: looks up what an image asks for.

use crate::context::Value;
use crate::evaluate::few::Few;
use crate::evaluate::slots::{Slot, Slots, kind, words_of_text};
use crate::image::part::words_of;
use crate::image::row::{Attribute, Root};
use crate::image::writer::narrow;
use crate::image::{Image, Section, needs};
use crate::json::{Json, Object};
use crate::operators::scalar;

/// A context's slots, and what they name.
#[derive(Clone, Debug)]
pub(crate) struct Binding {
    slots: Few<Slot, { room(16) }>,
    bytes: Few<u8, { room(128) }>,
}

/// Room for as many as most contexts have. (None in a page, where every byte of code counts.)
const fn room(usual: usize) -> usize {
    if cfg!(target_arch = "wasm32") { 0 } else { usual }
}

impl Binding {
    /// Looks up what the image asks for. It costs as much as the context is large, not the document.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(crate) fn new<'c>(image: Image<'_>, context: impl Iterator<Item = (&'c str, Value<'c>)>) -> Binding {
        let mut binding = Binding { slots: Few::of(image.count(Section::Attributes) as usize), bytes: Few::of(0) };
        for (name, value) in context {
            if let Some(root) = image.root(name.as_bytes()) {
                binding.root(&image, name, root, value);
            }
        }
        binding
    }

    /// What evaluating reads.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(crate) fn slots(&self) -> Slots<'_> {
        Slots::new(self.slots.all(), self.bytes.all())
    }

    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    fn root(&mut self, image: &Image<'_>, name: &str, root: Root, value: Value<'_>) {
        match (root.whole, value) {
            (_, Value::Null) => {}
            // (Most are, and this is found out where it is asked.)
            (Some(attribute), Value::Text(text)) => {
                let slot = self.text(image, root.needs, text);
                self.set(attribute, slot);
            }
            _ => self.other(image, name, root, value),
        }
    }

    /// The same of what is neither a text nor null.
    #[cfg_attr(not(target_arch = "wasm32"), inline(never))]
    fn other(&mut self, image: &Image<'_>, name: &str, Root { whole, needs, nested, .. }: Root, value: Value<'_>) {
        if let Some(attribute) = whole {
            let slot = self.slot(image, needs, value);
            self.set(attribute, slot);
        }
        let Value::Object(object) = value else { return };
        for attribute in image.list(Section::Nested, nested) {
            let Some(Attribute { path, needs }) = image.row(*attribute) else { continue };
            let rest = image.str(path).get(name.len() + 1..).unwrap_or_default();
            let is_set = self.slots.all().get(*attribute as usize).is_none_or(|[kind, ..]| *kind != kind::MISSING);
            if let Some(value) = within(object, rest).filter(|value| !value.is_null() && !is_set) {
                let slot = self.slot(image, needs, value.into());
                self.set(*attribute, slot);
            }
        }
    }

    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    fn set(&mut self, attribute: u32, slot: Slot) {
        if let Some(place) = self.slots.get_mut(attribute as usize) {
            *place = slot;
        }
    }

    fn slot(&mut self, image: &Image<'_>, needs: u32, value: Value<'_>) -> Slot {
        match value {
            Value::List(elements) => {
                let slots: Vec<Slot> = elements.iter().map(|element| self.scalar(image, needs, element.into())).collect();
                let start = narrow(self.slots.len());
                self.slots.extend(&slots);
                [kind::LIST, 0, start, narrow(elements.len()), 0, 0, 0]
            }
            Value::Object(_) => [kind::OBJECT, 0, 0, 0, 0, 0, 0],
            scalar => self.scalar(image, needs, scalar),
        }
    }

    /// The slot of a scalar. Lists and objects within a list are nothing: no operator takes them.
    fn scalar(&mut self, image: &Image<'_>, needs: u32, value: Value<'_>) -> Slot {
        match value {
            Value::Text(text) => self.text(image, needs, text),
            Value::Number(number) => {
                let text = if needs & needs::TEXT == 0 { [0; 2] } else { scalar::with_text(number, |text| self.keep(text)) };
                let ([start, len], [low, high]) = (text, words_of(number));
                [kind::NUMBER, 0, start, len, low, high, 0]
            }
            Value::Bool(yes) => {
                let (kind, text) = if yes { (kind::TRUE, "true") } else { (kind::FALSE, "false") };
                let [start, len] = if needs & needs::TEXT == 0 { [0; 2] } else { self.keep(text) };
                [kind, 0, start, len, 0, 0, 0]
            }
            Value::Null | Value::List(_) | Value::Object(_) => Slot::default(),
        }
    }

    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    fn text(&mut self, image: &Image<'_>, needs: u32, text: &str) -> Slot {
        // (Of most texts only lists or versions are asked, and that is found out now.)
        let at = if needs & (needs::TEXT | needs::LETTERS | needs::LOWER_CASE) == 0 { [0; 2] } else { self.keep(text) };
        let [low, high] = if needs & needs::LOWER_CASE == 0 { [0; 2] } else { self.lower_case(text, at) };
        let ([start, len], [listed, version]) = (at, words_of_text(image, needs, text.as_bytes()));
        [kind::TEXT, listed, start, len, low, high, version]
    }

    /// Where the same is in lower case: there as well, where it is that already.
    #[cfg_attr(not(target_arch = "wasm32"), inline(never))]
    fn lower_case(&mut self, text: &str, at: [u32; 2]) -> [u32; 2] {
        // (All bytes are looked at, many at once.)
        let is_other = text.bytes().fold(false, |is_other, byte| is_other | !byte.is_ascii() | byte.is_ascii_uppercase());
        if is_other { self.keep(&text.to_lowercase()) } else { at }
    }

    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    fn keep(&mut self, text: &str) -> [u32; 2] {
        let start = narrow(self.bytes.len());
        self.bytes.extend(text.as_bytes());
        [start, narrow(text.len())]
    }
}

/// What is found by names with dots between them.
fn within<'c>(object: &'c Object, path: &str) -> Option<&'c Json> {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let found = object.get(first)?;
    rest.map_or(Some(found), |rest| rest.split('.').try_fold(found, |value, name| value.get(name)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Cap;
    use crate::compile::compile;
    use crate::evaluate::slots::look_up;
    use crate::{Context, Ruleset, Timestamp, read};

    /// Of texts in lower case and others, an object, a list, a number and what is nothing.
    #[test]
    fn values_are_bound_where_they_lie_as_a_context_is() {
        let report = read(
            br#"{"format": 1, "flags": {"f": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"on": true, "off": false},
                "rules": [{"id": "r", "when": {"all": [{"attribute": "name", "startsWith": ["ann"], "ignoreCase": true},
                    {"attribute": "company.id", "is": [7]}, {"attribute": "tags", "is": [true]}, {"attribute": "plan", "exists": false}]}, "serve": "on"}],
                "otherwise": "off"}}}"#,
            Cap::Reader,
        );
        let ruleset = compile(&report.checked.unwrap());
        let variant = |name: &str, plan: Value<'_>| {
            let context = Context::parse(br#"{"company": {"id": 7}, "tags": ["x", true]}"#).unwrap();
            let bound = ruleset.bind_values(context.values().chain([("name", Value::from(name)), ("plan", plan)]));
            bound.evaluate("f", Timestamp(0)).variant
        };
        for (name, on) in [("ann", true), ("Ann", true), ("aNN-1", true), ("an", false), ("Bob", false), ("Ánn", false)] {
            assert_eq!(variant(name, Value::Null) == Some("on"), on, "{name}");
        }
        assert_eq!(variant("ann", Value::from(f64::NAN)), Some("on"));
        assert_eq!(variant("ann", Value::from(false)), Some("off"));
    }

    /// An attribute for each thing that may be asked of it, one for both that is looked up, and one for all that is read.
    fn asked() -> Ruleset {
        let report = read(
            br#"{"format": 1, "flags": {"f": {"purpose": "operational", "owner": "o", "created": "2026-11-01", "variants": {"on": true},
                "rules": [{"id": "r", "serve": "on", "when": {"any": [
                    {"attribute": "seats", "atLeast": 9},
                    {"attribute": "plan", "is": ["x", "1.2.0-RC"]}, {"attribute": "app", "version": "<1"},
                    {"attribute": "release", "is": ["1.2.0-RC"]}, {"attribute": "release", "version": ">2"},
                    {"attribute": "mail", "contains": ["@"]}, {"attribute": "city", "contains": ["@"], "ignoreCase": true},
                    {"percent": 5, "by": "account", "seed": "a"},
                    {"attribute": "id", "contains": ["@"]}, {"attribute": "id", "endsWith": ["@"], "ignoreCase": true},
                    {"percent": 5, "by": "id", "seed": "b"}]}}]}}}"#,
            Cap::Reader,
        );
        compile(&report.checked.unwrap())
    }

    #[test]
    fn only_what_is_asked_of_a_value_is_kept_and_looked_up() {
        let ruleset = asked();
        for (name, of_text, is_looked_up, of_number) in [
            ("seats", "", [false, false], ""),
            ("plan", "", [true, false], ""),
            ("app", "", [false, true], ""),
            ("release", "", [true, true], ""),
            ("mail", "1.2.0-RC", [false, false], ""),
            ("city", "1.2.0-RC1.2.0-rc", [false, false], ""),
            ("account", "1.2.0-RC", [false, false], "7"),
            ("id", "1.2.0-RC1.2.0-rc", [false, false], "7"),
        ] {
            let bound = |value| Binding::new(ruleset.image(), [(name, value)].into_iter());
            let binding = bound(Value::Text("1.2.0-RC"));
            assert_eq!(std::str::from_utf8(binding.bytes.all()), Ok(of_text), "{name}");
            let [_, listed, .., version] = binding.slots.all().iter().find(|slot| slot[0] == kind::TEXT).unwrap();
            assert_eq!([*listed != 0, *version != 0], is_looked_up, "{name}");
            assert_eq!(std::str::from_utf8(bound(Value::Number(7.0)).bytes.all()), Ok(of_number), "{name}");
        }
    }

    #[test]
    fn pages_look_up_what_binding_does() {
        let (ruleset, names) = (asked(), ["seats", "plan", "app", "release", "mail", "city", "account", "id"]);
        for texts in [&["1.2.0-RC"][..], &["3.0.0"], &["y"], &["y", "1.2.0-RC", "", "x"]] {
            let value =
                if let [one] = texts { Json::from(*one) } else { Json::Array(texts.iter().map(|text| Json::from(*text)).collect()) };
            let bound = Binding::new(ruleset.image(), names.map(|name| (name, (&value).into())).into_iter());
            let (mut slots, mut bytes) = (bound.slots.all().to_vec(), Vec::new());
            // As a page writes them: every text, and nothing looked up.
            for (slot, text) in slots.iter_mut().filter(|slot| slot[0] == kind::TEXT).zip(texts.iter().cycle()) {
                *slot = [kind::TEXT, 0, narrow(bytes.len()), narrow(text.len()), 0, 0, 0];
                bytes.extend(text.as_bytes());
            }
            look_up(ruleset.image(), &mut slots, &bytes);
            let looked_up = |slots: &[Slot]| slots.iter().map(|slot| [slot[0], slot[1], slot[6]]).collect::<Vec<_>>();
            assert_eq!(looked_up(&slots), looked_up(bound.slots.all()), "{texts:?}");
        }
    }
}
