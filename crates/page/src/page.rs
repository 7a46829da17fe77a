//! What an instance holds.

use alloc::string::String;
use alloc::vec::Vec;

use halyard_core::Timestamp;
use halyard_core::evaluate::slots::{Slot, Slots, look_up};
use halyard_core::image::Image;

/// An image, a context that is bound to it, and the text that was asked for last.
#[derive(Debug)]
pub struct Page {
    /// The image's words; and behind them its bytes, the last word filled up.
    image: Vec<u32>,
    words: usize,
    bytes: usize,
    slots: Vec<Slot>,
    context: Vec<u8>,
    all: Vec<u32>,
    text: String,
    scratch: Vec<u8>,
}

impl Page {
    /// Nothing yet.
    pub const fn new() -> Page {
        Page {
            image: Vec::new(),
            words: 0,
            bytes: 0,
            slots: Vec::new(),
            context: Vec::new(),
            all: Vec::new(),
            text: String::new(),
            scratch: Vec::new(),
        }
    }

    /// Room for an image of so many words and bytes.
    pub fn make_room(&mut self, words: usize, bytes: usize) -> &mut [u32] {
        (self.words, self.bytes) = (words, bytes);
        self.image = alloc::vec![0; words.saturating_add(bytes.div_ceil(4))];
        &mut self.image
    }

    /// The image as it lies.
    pub fn image(&self) -> Image<'_> {
        let (words, bytes) = self.image.split_at_checked(self.words).unwrap_or_default();
        Image::new(words, bytemuck::cast_slice(bytes).get(..self.bytes).unwrap_or_default())
    }

    /// Looks the image through, and makes room for what it asks of a context.
    pub fn open(&mut self) -> bool {
        let is_sound = self.image().is_sound();
        if is_sound {
            self.room(self.image().attributes() as usize, 0);
        }
        is_sound
    }

    /// Room for a context: so many slots, so many bytes.
    pub fn room(&mut self, slots: usize, bytes: usize) -> (&mut [Slot], &mut [u8]) {
        self.slots.resize(slots, Slot::default());
        self.context.resize(bytes, 0);
        (&mut self.slots, &mut self.context)
    }

    /// Finishes a context that was written.
    pub fn bind(&mut self) {
        let (words, bytes) = self.image.split_at_checked(self.words).unwrap_or_default();
        let image = Image::new(words, bytemuck::cast_slice(bytes).get(..self.bytes).unwrap_or_default());
        look_up(image, &mut self.slots, &self.context);
    }

    fn context(&self) -> Slots<'_> {
        Slots::new(&self.slots, &self.context)
    }

    /// The slots of the bound context.
    pub fn slots(&mut self) -> &mut [Slot] {
        &mut self.slots
    }

    /// A flag's answer in one number.
    pub fn evaluate(&self, flag: u32, now: Timestamp) -> u32 {
        self.image().decide(flag, self.context(), now)
    }

    /// Each flag's answer.
    pub fn evaluate_all(&mut self, now: Timestamp) -> &[u32] {
        let mut all = core::mem::take(&mut self.all);
        all.clear();
        all.extend((0..self.image().flags()).map(|flag| self.evaluate(flag, now)));
        self.all = all;
        &self.all
    }

    /// A flag's answer as canonical JSON; how long it is.
    pub fn details(&mut self, flag: u32, now: Timestamp) -> usize {
        let mut text = core::mem::take(&mut self.text);
        text.clear();
        self.image().evaluate(flag, self.context(), now).write_canonical("flag", &mut text);
        self.text = text;
        self.text.len()
    }

    /// Keeps a text of the image where it can be read.
    pub fn tell(&mut self, text: impl FnOnce(Image<'_>) -> &str) -> usize {
        let mut told = core::mem::take(&mut self.text);
        told.clear();
        told.push_str(text(self.image()));
        self.text = told;
        self.text.len()
    }

    /// The text that was asked for last.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Room for a key that is looked for.
    pub fn scratch(&mut self, len: usize) -> &mut [u8] {
        self.scratch.resize(len, 0);
        &mut self.scratch
    }

    /// The flag whose key was written there.
    pub fn find(&self) -> Option<u32> {
        self.image().flag(&self.scratch)
    }
}

impl Default for Page {
    fn default() -> Page {
        Page::new()
    }
}
