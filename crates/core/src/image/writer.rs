//! Writes an image, row by row.

use std::collections::BTreeMap;

use super::part::{Part, Row, Span};
use super::row::{Attribute, Root, Scalars};
use super::{Section, hash, lists};

/// An image that is being written. A row's index is known as soon as it is written.
#[derive(Default)]
pub(crate) struct Writer<'d> {
    sections: [Vec<u32>; Section::COUNT],
    text: String,
    texts: BTreeMap<String, u32>,
    /// Texts, and the list that has each.
    listed: Vec<(&'d str, u32)>,
    attributes: BTreeMap<String, u32>,
}

impl<'d> Writer<'d> {
    fn section(&mut self, section: Section) -> Option<&mut Vec<u32>> {
        self.sections.get_mut(section as usize)
    }

    /// Writes a row; its index.
    pub(crate) fn push<R: Row>(&mut self, row: &R) -> u32 {
        let Some(words) = self.section(R::SECTION) else { return 0 };
        let index = words.len() / R::WORDS;
        row.put(words);
        narrow(index)
    }

    /// Writes a list of rows.
    pub(crate) fn append<R: Row>(&mut self, rows: &[R]) -> Span {
        let Some(words) = self.section(R::SECTION) else { return Span::default() };
        let start = words.len() / R::WORDS;
        rows.iter().for_each(|row| row.put(words));
        Span { start: narrow(start), len: narrow(rows.len()) }
    }

    /// Writes a list of what takes `N` words each and has no type of its own.
    pub(crate) fn list<const N: usize>(&mut self, section: Section, items: &[[u32; N]]) -> Span {
        let Some(words) = self.section(section) else { return Span::default() };
        let start = words.len() / N.max(1);
        words.extend(items.as_flattened());
        Span { start: narrow(start), len: narrow(items.len()) }
    }

    /// Keeps a text, once.
    pub(crate) fn text(&mut self, text: &str) -> u32 {
        if let Some(known) = self.texts.get(text) {
            return *known;
        }
        let start = narrow(self.text.len());
        self.text.push_str(text);
        let index = self.list(Section::Texts, &[[start]]).start;
        self.texts.insert(text.to_owned(), index);
        index
    }

    /// Writes a list of scalars, which has these texts; its index.
    pub(crate) fn scalars(&mut self, texts: impl Iterator<Item = &'d str>, row: &Scalars) -> u32 {
        let list = self.push(row);
        self.listed.extend(texts.map(|text| (text, list)));
        list
    }

    /// The attribute of that path.
    pub(crate) fn attribute(&mut self, path: &str, needs: u32) -> u32 {
        let Some(index) = self.attributes.get(path).copied() else {
            let path_text = self.text(path);
            let index = self.push(&Attribute { path: path_text, needs });
            self.attributes.insert(path.to_owned(), index);
            return index;
        };
        if let Some(known) = self.needs(index) {
            *known |= needs;
        }
        index
    }

    /// What is asked of an attribute so far.
    fn needs(&mut self, attribute: u32) -> Option<&mut u32> {
        let last = (attribute as usize + 1) * Attribute::WORDS - 1;
        self.section(Section::Attributes)?.get_mut(last)
    }

    /// The finished image: its words, its text, and its lists.
    pub(crate) fn finish(mut self) -> (Vec<u32>, String, Vec<u8>) {
        self.roots();
        let count = self.sections.get(Section::Scalars as usize).map_or(0, |words| words.len() / Scalars::WORDS);
        let (bounds, lists) = lists::write(std::mem::take(&mut self.listed), narrow(count));
        self.list(Section::Buckets, &bounds);
        let end = narrow(self.text.len());
        self.list(Section::Texts, &[[end]]);
        let mut words = Vec::new();
        let mut start = Section::HEADER;
        for (section, width) in self.sections.iter().zip(Section::WIDTHS) {
            words.extend([narrow(start), narrow(section.len() / width)]);
            start += section.len();
        }
        self.sections.iter().for_each(|section| words.extend(section));
        (words, self.text, lists)
    }

    /// The names that a context is looked through by, as a hash table.
    fn roots(&mut self) {
        let attributes = std::mem::take(&mut self.attributes);
        let mut roots: BTreeMap<&str, (Option<u32>, Vec<[u32; 1]>)> = BTreeMap::new();
        for (path, index) in &attributes {
            roots.entry(path).or_default().0 = Some(*index);
            if let Some((first, _)) = path.split_once('.') {
                roots.entry(first).or_default().1.push([*index]);
            }
        }
        let mut entries = Vec::new();
        for (name, (whole, nested)) in &roots {
            let needs = whole.map_or(0, |attribute| self.needs(attribute).copied().unwrap_or(0));
            let root = Root { name: Some(self.text(name)), whole: *whole, needs, nested: self.list(Section::Nested, nested) };
            entries.push((*name, root));
        }
        self.append(&table(entries, Root { name: None, whole: None, needs: 0, nested: Span::default() }));
    }

    /// Writes the hash table that finds flags by their keys.
    pub(crate) fn flags_by_key<'k>(&mut self, keys: impl Iterator<Item = &'k str>) {
        self.list(Section::FlagsByKey, &table(keys.zip((1..).map(|next| [next])).collect(), [0]));
    }
}

/// A hash table of these, each at its text's place or the next that is free: at most half of them are taken.
fn table<T: Clone + PartialEq>(entries: Vec<(&str, T)>, nothing: T) -> Vec<T> {
    let size = if entries.is_empty() { 0 } else { (entries.len() * 2).next_power_of_two() };
    let mut table = vec![nothing.clone(); size];
    for (text, entry) in entries {
        let first = hash::place(text.as_bytes(), narrow(size)) as usize;
        let free = (0..size).map(|step| (first + step) & (size - 1)).find(|place| table.get(*place) == Some(&nothing));
        if let Some(place) = free.and_then(|place| table.get_mut(place)) {
            *place = entry;
        }
    }
    table
}

/// An index as the image keeps it. A document's size keeps it far below 2³².
pub(crate) fn narrow(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
