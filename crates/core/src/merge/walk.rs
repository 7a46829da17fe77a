//! Walks through three versions of a document at once, in the steps in which `diff` compares two.

use std::collections::BTreeMap;

use super::{Clash, Side, order};
use crate::check::{decode_flag, decode_plan, decode_release};
use crate::diff::{Change, Naming, is_opened};
use crate::json::{Json, Object};

/// Who is to win at a place; the flag tells a list's order from the list itself.
pub(super) type Choices = BTreeMap<(Vec<String>, bool), Side>;

/// What the three versions have at one place.
#[derive(Clone, Copy)]
struct Three<'a> {
    base: Option<&'a Json>,
    mine: Option<&'a Json>,
    head: Option<&'a Json>,
}

/// A clash, before it is told what each side did.
pub(super) struct Found {
    path: Vec<String>,
    order: bool,
    base: Option<Json>,
    mine: Option<Json>,
    theirs: Option<Json>,
}

impl Found {
    /// The whole document clashes.
    pub(super) fn whole([base, mine, head]: &[Json; 3]) -> Found {
        let some = |json: &Json| Some(json.clone());
        Found { path: Vec::new(), order: false, base: some(base), mine: some(mine), theirs: some(head) }
    }

    /// What tells it from all others.
    pub(super) fn place(&self) -> (&Vec<String>, bool) {
        (&self.path, self.order)
    }

    /// The clash, with what each side did there.
    pub(super) fn told(self, mine: &[Change], theirs: &[Change]) -> Clash {
        let there = |changes: &[Change]| -> Vec<Change> {
            let order = changes.iter().filter(|change| self.order && change.path == self.path).cloned().collect::<Vec<_>>();
            // A new element may also have brought the order with it: then whatever was done to the list tells it.
            if order.is_empty() { changes.iter().filter(|change| self.has(change)).cloned().collect() } else { order }
        };
        let (my_changes, their_changes) = (there(mine), there(theirs));
        Clash { path: self.path, order: self.order, base: self.base, mine: self.mine, theirs: self.theirs, my_changes, their_changes }
    }

    /// Whether a change belongs to it: lies within, or retires the key of the flag that it is about.
    fn has(&self, change: &Change) -> bool {
        change.path.starts_with(&self.path) || is_retiring_of(&change.path, &self.path)
    }
}

/// Whether `path` is the retired key of the flag at `flag`: who deletes a flag retires its key, and the two stand or fall together.
fn is_retiring_of(path: &[String], flag: &[String]) -> bool {
    match (path, flag) {
        ([retired, key], [flags, flag]) => retired == "retired" && flags == "flags" && key == flag,
        _ => false,
    }
}

/// A walk in progress.
pub(super) struct Walk {
    path: Vec<String>,
    choices: Choices,
    found: Vec<Found>,
    /// Who wins where nothing is chosen.
    otherwise: Side,
}

impl Walk {
    /// Merges base, mine and head; where they clash, head's side stands unless a choice says mine.
    pub(super) fn over([base, mine, head]: &[Json; 3], choices: Choices) -> (Json, Vec<Found>) {
        let mut walk = Walk { path: Vec::new(), choices, found: Vec::new(), otherwise: Side::Theirs };
        let merged = walk.value(Three { base: Some(base), mine: Some(mine), head: Some(head) });
        (merged.unwrap_or_default(), walk.found)
    }

    fn at<T>(&mut self, segment: &str, merge: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(segment.to_owned());
        let merged = merge(self);
        self.path.pop();
        merged
    }

    fn value(&mut self, three: Three<'_>) -> Option<Json> {
        let Three { base, mine, head } = three;
        if let Some(side) = self.retired_with_its_flag() {
            return if side == Side::Mine { mine } else { head }.cloned();
        }
        // Who has won a flag decides on its retired key too, even where one side alone retired keys.
        let is_decided = !(self.path == ["retired"] && self.found.iter().any(|found| found.path.len() == 2));
        if is_decided && (mine == base || mine == head) {
            return head.cloned();
        }
        if is_decided && head == base {
            return mine.cloned();
        }
        if !self.choices.is_empty() && self.choices.contains_key(&(self.path.clone(), false)) {
            return self.clash(three);
        }
        if let Some(naming) = Naming::of(&self.path) {
            // An absent list is an empty one.
            let list = |side: Option<&Json>| side.map_or(Some(Vec::new()), |json| json.as_array().map(<[Json]>::to_vec));
            if let (Some(base), Some(mine), Some(head)) = (list(base), list(mine), list(head))
                && let (Some(b), Some(m), Some(h)) = (naming.names(&base), naming.names(&mine), naming.names(&head))
            {
                return Some(self.list([(&b, &base), (&m, &mine), (&h, &head)]));
            }
        }
        let nothing = Object::new();
        // A collection (or a flag's variants or metadata) that is absent is an empty one; an entity that is absent is not there.
        let object = |side: Option<&'_ Json>| match side {
            None if self.path.len() != 2 => Some(nothing.clone()),
            side => side.and_then(Json::as_object).cloned(),
        };
        if is_opened(&self.path)
            && let (Some(b), Some(m), Some(h)) = (object(base), object(mine), object(head))
        {
            let before = self.found.len();
            let merged = self.object([&b, &m, &h]);
            // Two deletions may leave a flag without a variant, or a release without a stage, now or when all that clashes is mine:
            // then the part clashes as a whole.
            if is_sound(&self.path, &merged) && (self.found.len() == before || self.is_sound_as_mine([&b, &m, &h])) {
                return Some(merged);
            }
            self.found.truncate(before);
        }
        self.clash(three)
    }

    /// Whether a part that has clashes is sound when mine wins them all.
    fn is_sound_as_mine(&self, versions: [&Object; 3]) -> bool {
        let mut walk = Walk { path: self.path.clone(), choices: Choices::new(), found: Vec::new(), otherwise: Side::Mine };
        is_sound(&self.path, &walk.object(versions))
    }

    fn object(&mut self, [base, mine, head]: [&Object; 3]) -> Json {
        let mut keys: Vec<&String> = base.keys().chain(mine.keys()).chain(head.keys()).collect();
        keys.sort_unstable();
        keys.dedup();
        let mut merged = Object::new();
        for key in keys {
            let three = Three { base: base.get(key), mine: mine.get(key), head: head.get(key) };
            if let Some(value) = self.at(key, |walk| walk.value(three)) {
                merged.insert(key.clone(), value);
            }
        }
        Json::Object(merged)
    }

    /// Merges three lists, each with its elements' names: element by element, then their order.
    fn list(&mut self, [base, mine, head]: [(&Vec<&str>, &Vec<Json>); 3]) -> Json {
        let by_name = |(names, list): (&Vec<&str>, &Vec<Json>)| -> BTreeMap<String, Json> {
            names.iter().map(|name| (*name).to_owned()).zip(list.iter().cloned()).collect()
        };
        let elements = [base, mine, head].map(by_name);
        let [b, m, h] = &elements;
        let mut merged: BTreeMap<&str, Json> = BTreeMap::new();
        let only_mine = mine.0.iter().filter(|name| !h.contains_key(**name));
        for name in head.0.iter().chain(only_mine) {
            let three = Three { base: b.get(*name), mine: m.get(*name), head: h.get(*name) };
            if let Some(element) = self.at(name, |walk| walk.value(three)) {
                merged.insert(name, element);
            }
        }
        let orders = order::Orders { base: base.0, mine: mine.0, head: head.0 };
        let side = if orders.clash() {
            let names = |names: &[&str]| Some(Json::Array(names.iter().map(|name| Json::from(*name)).collect()));
            let found = Found { path: self.path.clone(), order: true, base: names(base.0), mine: names(mine.0), theirs: names(head.0) };
            self.note(found)
        } else {
            orders.leading()
        };
        let arranged = orders.arrange(side, |name| merged.contains_key(name));
        Json::Array(arranged.into_iter().filter_map(|name| merged.get(name).cloned()).collect())
    }

    fn clash(&mut self, Three { base, mine, head }: Three<'_>) -> Option<Json> {
        let (base, theirs) = (base.cloned(), head.cloned());
        let found = Found { path: self.path.clone(), order: false, base, mine: mine.cloned(), theirs };
        if self.note(found) == Side::Mine { mine } else { head }.cloned()
    }

    /// Notes a clash; whose side is to stand.
    fn note(&mut self, found: Found) -> Side {
        let side = self.choices.get(&(found.path.clone(), found.order)).copied().unwrap_or(self.otherwise);
        self.found.push(found);
        side
    }

    /// At a retired key whose flag clashes as a whole: who has won there.
    fn retired_with_its_flag(&self) -> Option<Side> {
        let flag = self.found.iter().find(|found| is_retiring_of(&self.path, &found.path))?;
        Some(self.choices.get(&(flag.path.clone(), false)).copied().unwrap_or(self.otherwise))
    }
}

/// Whether what was merged is one of a document's parts, if the path names one: it may lack what it must have.
fn is_sound(path: &[String], merged: &Json) -> bool {
    let [collection, _] = path else { return true };
    match collection.as_str() {
        "flags" => decode_flag(merged).is_ok(),
        "plans" => decode_plan(merged).is_ok(),
        "releases" => decode_release(merged).is_ok(),
        // A segment must have its condition alone, which nobody can take away.
        _ => true,
    }
}
