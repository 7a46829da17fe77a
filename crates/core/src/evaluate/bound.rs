//! A context, bound to an image: for each attribute that some condition asks for, what the context has there. Flat, as the image is:
//! slots that name stretches of one row of bytes.

use crate::context::Context;
use crate::image::Image;
use crate::image::part::Span;
use crate::image::row::{Attribute, Root};
use crate::image::{Section, writer::narrow};
use crate::json::{Json, Object};
use crate::operators::scalar;

/// What there is at one attribute, or in one place of its list.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Slot {
    kind: Kind,
    /// The listed text that it is, if it is one.
    listed: Option<u32>,
    /// Of a text, or of a number that is hashed, its text: a stretch of the bytes. Of a list, its elements: a stretch of the slots.
    stretch: Span,
    number: f64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Missing,
    Object,
    False,
    True,
    Number,
    Text,
    List,
}

/// A value, as conditions see it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'c> {
    Missing,
    /// Something that is there and that no operator takes.
    Object,
    Bool(bool),
    Number(f64),
    /// A text; and which of the listed ones it is.
    Text(&'c [u8], Option<u32>),
    List(&'c [Slot]),
}

/// The slots of a context: first one for each attribute, then the elements of lists.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slots {
    slots: Vec<Slot>,
    bytes: Vec<u8>,
}

impl Slots {
    /// Looks up what the image asks for. It costs as much as the context is large, not the document.
    pub(crate) fn bind(image: Image<'_>, context: &Context) -> Slots {
        let count = image.count(Section::Attributes) as usize;
        let mut slots = Slots { slots: vec![Slot::default(); count], bytes: Vec::new() };
        for (name, value) in context.attributes() {
            if let Some(root) = image.root(name.as_bytes()) {
                slots.bind_root(image, name, root, value);
            }
        }
        slots
    }

    fn bind_root(&mut self, image: Image<'_>, name: &str, Root { whole, nested, .. }: Root, value: &Json) {
        if let Some(attribute) = whole.filter(|_| !value.is_null()) {
            self.set(image, attribute, value);
        }
        let Some(object) = value.as_object() else { return };
        for attribute in image.list(Section::Nested, nested) {
            let Some(Attribute { path, .. }) = image.row(*attribute) else { continue };
            let rest = image.str(path).get(name.len() + 1..).unwrap_or_default();
            let is_set = self.slots.get(*attribute as usize).is_none_or(|slot| slot.kind != Kind::Missing);
            if let Some(value) = within(object, rest).filter(|value| !value.is_null() && !is_set) {
                self.set(image, *attribute, value);
            }
        }
    }

    fn set(&mut self, image: Image<'_>, attribute: u32, value: &Json) {
        let Some(row) = image.row::<Attribute>(attribute) else { return };
        let slot = match value {
            Json::Array(elements) => {
                let slots: Vec<Slot> = elements.iter().map(|element| self.scalar(image, row, element)).collect();
                let stretch = Span { start: narrow(self.slots.len()), len: narrow(slots.len()) };
                self.slots.extend(slots);
                Slot { kind: Kind::List, stretch, ..Slot::default() }
            }
            Json::Object(_) => Slot { kind: Kind::Object, ..Slot::default() },
            scalar => self.scalar(image, row, scalar),
        };
        if let Some(place) = self.slots.get_mut(attribute as usize) {
            *place = slot;
        }
    }

    /// The slot of a scalar. Lists and objects within a list are nothing: no operator takes them.
    fn scalar(&mut self, image: Image<'_>, row: Attribute, value: &Json) -> Slot {
        match value {
            Json::String(text) => {
                let listed = if row.is_listed { image.listed(text.as_bytes()) } else { None };
                Slot { kind: Kind::Text, stretch: self.keep(text), listed, ..Slot::default() }
            }
            Json::Number(number) => {
                let stretch = if row.is_hashed { scalar::with_text(value, |text| self.keep(text)) } else { None };
                Slot { kind: Kind::Number, stretch: stretch.unwrap_or_default(), number: *number, ..Slot::default() }
            }
            Json::Bool(yes) => Slot { kind: if *yes { Kind::True } else { Kind::False }, ..Slot::default() },
            Json::Null | Json::Array(_) | Json::Object(_) => Slot::default(),
        }
    }

    fn keep(&mut self, text: &str) -> Span {
        let start = narrow(self.bytes.len());
        self.bytes.extend(text.as_bytes());
        Span { start, len: narrow(text.len()) }
    }

    /// What there is at an attribute.
    pub(crate) fn value(&self, attribute: u32) -> Value<'_> {
        self.slots.get(attribute as usize).map_or(Value::Missing, |slot| self.value_of(*slot))
    }

    /// What there is in a slot.
    pub(crate) fn value_of(&self, slot: Slot) -> Value<'_> {
        match slot.kind {
            Kind::Missing => Value::Missing,
            Kind::Object => Value::Object,
            Kind::False => Value::Bool(false),
            Kind::True => Value::Bool(true),
            Kind::Number => Value::Number(slot.number),
            Kind::Text => Value::Text(stretch(&self.bytes, slot.stretch), slot.listed),
            Kind::List => Value::List(stretch(&self.slots, slot.stretch)),
        }
    }

    /// The text of what there is at an attribute that is hashed: a text itself, a number as JavaScript writes it, `true` or `false`.
    pub(crate) fn text(&self, attribute: u32) -> Option<&[u8]> {
        let slot = self.slots.get(attribute as usize)?;
        match slot.kind {
            Kind::Text | Kind::Number => Some(stretch(&self.bytes, slot.stretch)),
            Kind::True => Some(b"true"),
            Kind::False => Some(b"false"),
            Kind::Missing | Kind::Object | Kind::List => None,
        }
    }
}

/// What is found by names with dots between them.
fn within<'c>(object: &'c Object, path: &str) -> Option<&'c Json> {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let found = object.get(first)?;
    rest.map_or(Some(found), |rest| rest.split('.').try_fold(found, |value, name| value.get(name)))
}

fn stretch<T>(all: &[T], Span { start, len }: Span) -> &[T] {
    all.get(start as usize..).and_then(|rest| rest.get(..len as usize)).unwrap_or_default()
}
