//! What an instance holds.

use alloc::string::String;
use alloc::vec::Vec;

use halyard_core::Timestamp;
use halyard_core::evaluate::Cause;
use halyard_core::evaluate::slots::{Slot, Slots, look_up};
use halyard_core::image::Image;

/// An image, a context that is bound to it, and the text that was asked for last.
#[derive(Debug)]
pub struct Page {
    words: Vec<u32>,
    /// The image's text and lists, until it is opened.
    written: [Vec<u8>; 2],
    image_text: String,
    lists: Vec<u8>,
    slots: Vec<Slot>,
    context: Vec<u8>,
    all: Vec<u32>,
    cause: Cause,
    text: String,
    scratch: Vec<u8>,
}

impl Page {
    /// Nothing yet.
    pub const fn new() -> Page {
        Page {
            words: Vec::new(),
            written: [Vec::new(), Vec::new()],
            image_text: String::new(),
            lists: Vec::new(),
            slots: Vec::new(),
            context: Vec::new(),
            all: Vec::new(),
            cause: Cause::None,
            text: String::new(),
            scratch: Vec::new(),
        }
    }

    /// Room for an image: its words, its text and its lists, one behind the other where the allocator gives what follows.
    pub fn make_room(&mut self, words: usize, text: usize, lists: usize) -> (&mut [u32], [&mut [u8]; 2]) {
        self.words = alloc::vec![0; words];
        self.written = [alloc::vec![0; text], alloc::vec![0; lists]];
        (&mut self.words, self.written.each_mut().map(Vec::as_mut_slice))
    }

    /// The image as it lies.
    pub fn image(&self) -> Image<'_> {
        Image::new(&self.words, &self.image_text, &self.lists)
    }

    /// Looks the image through, and makes room for what it asks of a context.
    pub fn open(&mut self) -> bool {
        let [text, lists] = core::mem::take(&mut self.written);
        let Ok(text) = String::from_utf8(text) else { return false };
        (self.image_text, self.lists) = (text, lists);
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
        let image = Image::new(&self.words, &self.image_text, &self.lists);
        look_up(image, &mut self.slots, &self.context);
    }

    fn context(&self) -> Slots<'_> {
        Slots::new(&self.slots, &self.context)
    }

    /// The slots of the bound context.
    pub fn slots(&mut self) -> &mut [Slot] {
        &mut self.slots
    }

    /// A flag's answer in one number. What decided is kept.
    pub fn evaluate(&mut self, flag: u32, now: Timestamp) -> u32 {
        let (answer, cause) = self.image().decide(flag, self.context(), now);
        self.cause = cause;
        answer
    }

    /// What decided about the flag that was evaluated last.
    pub fn cause(&self) -> Cause {
        self.cause
    }

    /// Each flag's answer.
    pub fn evaluate_all(&mut self, now: Timestamp) -> &[u32] {
        let mut all = core::mem::take(&mut self.all);
        all.clear();
        all.extend((0..self.image().flags()).map(|flag| self.image().decide(flag, self.context(), now).0));
        self.all = all;
        &self.all
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
