//! Writes an image, row by row.

use std::collections::BTreeMap;

use super::part::{Part, Row, Span};
use super::row::{Attribute, Flag, Root, Weighed};
use super::{Image, Section, place_in_table};

/// An image that is being written. A row's index is known as soon as it is written.
#[derive(Default)]
pub(crate) struct Writer {
    sections: [Vec<u32>; Section::COUNT],
    bytes: Vec<u8>,
    texts: BTreeMap<String, u32>,
    /// Texts that some list has, by index.
    listed: BTreeMap<u32, String>,
    attributes: BTreeMap<String, u32>,
}

impl Writer {
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
        let start = narrow(self.bytes.len());
        self.bytes.extend(text.as_bytes());
        let index = self.list(Section::Texts, &[[start]]).start;
        self.texts.insert(text.to_owned(), index);
        index
    }

    /// Keeps texts that a list asks for: a context's texts are looked up among them.
    pub(crate) fn listed<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) -> Span {
        let mut indices = Vec::new();
        for text in texts {
            let index = self.text(text);
            self.listed.entry(index).or_insert_with(|| text.to_owned());
            indices.push([index]);
        }
        indices.sort_unstable();
        indices.dedup();
        self.list(Section::Listed, &indices)
    }

    /// The attribute of that path.
    pub(crate) fn attribute(&mut self, path: &str, is_listed: bool, is_hashed: bool) -> u32 {
        let asked = Attribute { path: self.text(path), is_listed, is_hashed };
        let Some(index) = self.attributes.get(path).copied() else {
            let index = self.push(&asked);
            self.attributes.insert(path.to_owned(), index);
            return index;
        };
        let width = Attribute::WORDS;
        if let Some(words) = self.section(Section::Attributes).and_then(|words| words.get_mut(index as usize * width..)) {
            let known = Attribute::take(&mut &*words);
            let mut row = Vec::with_capacity(width);
            Attribute { is_listed: known.is_listed || is_listed, is_hashed: known.is_hashed || is_hashed, ..known }.put(&mut row);
            words.iter_mut().zip(row).for_each(|(word, new)| *word = new);
        }
        index
    }

    /// The finished image: its words and its bytes.
    pub(crate) fn finish(mut self) -> (Vec<u32>, Vec<u8>) {
        self.roots();
        let listed = std::mem::take(&mut self.listed);
        self.table(Section::TextsByContent, listed.iter().map(|(index, text)| (text.as_str(), *index)).collect());
        let end = narrow(self.bytes.len());
        self.list(Section::Texts, &[[end]]);
        let mut words = Vec::new();
        let mut start = Section::HEADER;
        for (section, width) in self.sections.iter().zip(Section::WIDTHS) {
            words.extend([narrow(start), narrow(section.len() / width)]);
            start += section.len();
        }
        self.sections.iter().for_each(|section| words.extend(section));
        settle(&mut words, &self.bytes);
        (words, self.bytes)
    }

    /// The names that a context is looked through by.
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
            let root = Root { name: self.text(name), whole: *whole, nested: self.list(Section::Nested, nested) };
            entries.push((*name, self.push(&root)));
        }
        self.table(Section::RootsByKey, entries);
    }

    /// Writes the hash table that finds flags by their keys.
    pub(crate) fn flags_by_key<'k>(&mut self, keys: impl Iterator<Item = &'k str>) {
        self.table(Section::FlagsByKey, keys.zip(0..).collect());
    }

    fn table(&mut self, section: Section, entries: Vec<(&str, u32)>) {
        let size = if entries.is_empty() { 0 } else { (entries.len() * 2).next_power_of_two() };
        let mut table = vec![[0]; size];
        for (text, index) in entries {
            let first = place_in_table(text.as_bytes(), narrow(size)).unwrap_or(0) as usize;
            let free = (0..size).map(|step| (first + step) & (size - 1)).find(|place| table.get(*place) == Some(&[0]));
            if let Some(slot) = free.and_then(|place| table.get_mut(place)) {
                *slot = [index + 1];
            }
        }
        self.list(section, &table);
    }
}

/// Writes down what each flag and condition costs. What follows something may come before or behind it, so this goes on until
/// nothing changes: as often as the longest way down is long.
fn settle(words: &mut [u32], bytes: &[u8]) {
    loop {
        let image = Image::new(words, bytes);
        let nodes = (0..image.count(Section::Nodes)).filter_map(|index| {
            let row: Weighed = image.row(index)?;
            let cost = image.cost_of(&row.node);
            (row.cost != cost).then(|| (image.last_word_of::<Weighed>(index), cost))
        });
        let flags = (0..image.count(Section::Flags)).filter_map(|index| {
            let row: Flag = image.row(index)?;
            let cost = image.cost_of_flag(&row);
            (row.cost != cost).then(|| (image.last_word_of::<Flag>(index), cost))
        });
        let mut changes: Vec<(usize, u32)> = Vec::new();
        for (place, cost) in nodes.chain(flags) {
            let mut word = Vec::with_capacity(1);
            cost.put(&mut word);
            changes.extend(word.first().map(|word| (place, *word)));
        }
        if changes.is_empty() {
            return;
        }
        for (place, cost) in changes {
            if let Some(word) = words.get_mut(place) {
                *word = cost;
            }
        }
    }
}

/// An index as the image keeps it. A document's size keeps it far below 2³².
pub(crate) fn narrow(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
