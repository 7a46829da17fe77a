//! What an instance holds.

use core::mem::take;

use halyard_core::Timestamp;
use halyard_core::evaluate::Cause;
use halyard_core::evaluate::slots::{Slot, Slots, look_up};
use halyard_core::image::Image;

use crate::memory::zeros;

/// An image, a context that is bound to it, and what was asked for last.
#[derive(Debug, Default)]
pub struct Page {
    words: &'static mut [u32],
    /// The image's text as it was written, until it is opened.
    written: &'static mut [u8],
    text: &'static str,
    lists: &'static mut [u8],
    slots: &'static mut [Slot],
    context: &'static mut [u8],
    all: &'static mut [u32],
    key: &'static mut [u8],
    key_len: usize,
    cause: Cause,
    told: usize,
}

impl Page {
    /// Nothing yet.
    pub const fn new() -> Page {
        Page {
            words: &mut [],
            written: &mut [],
            text: "",
            lists: &mut [],
            slots: &mut [],
            context: &mut [],
            all: &mut [],
            key: &mut [],
            key_len: 0,
            cause: Cause::None,
            told: 0,
        }
    }

    /// Room for an image: its words, and behind them its text and its lists.
    pub fn make_room(&mut self, words: usize, text: usize, lists: usize) -> &[u32] {
        self.words = zeros(words);
        self.written = zeros(text);
        self.lists = zeros(lists);
        self.words
    }

    /// The image as it lies.
    pub fn image(&self) -> Image<'_> {
        Image::new(self.words, self.text, self.lists)
    }

    /// Looks the image through, and makes room for what it asks of a context.
    pub fn open(&mut self) -> bool {
        let written: &'static mut [u8] = take(&mut self.written);
        let Ok(text) = core::str::from_utf8(written) else { return false };
        self.text = text;
        let is_sound = self.image().is_sound();
        if is_sound {
            self.slots = zeros(self.image().attributes() as usize);
            self.all = zeros(self.image().flags() as usize);
        }
        is_sound
    }

    /// Room for a context: so many slots, so many bytes.
    pub fn room(&mut self, slots: usize, bytes: usize) -> &[u8] {
        self.slots = zeros(slots);
        self.context = zeros(bytes);
        self.context
    }

    /// The slots of the context.
    pub fn slots(&self) -> &[Slot] {
        self.slots
    }

    /// Finishes a context that was written.
    pub fn bind(&mut self) {
        look_up(Image::new(self.words, self.text, self.lists), self.slots, self.context);
    }

    fn context(&self) -> Slots<'_> {
        Slots::new(self.slots, self.context)
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
        let all = take(&mut self.all);
        for (flag, answer) in (0..).zip(&mut *all) {
            *answer = self.image().decide(flag, self.context(), now).0;
        }
        self.all = all;
        self.all
    }

    /// Keeps where a text of the image lies; how long it is.
    pub fn tell(&mut self, text: impl FnOnce(Image<'_>) -> &str) -> usize {
        let text = text(self.image());
        let (at, len) = (text.as_ptr().addr(), text.len());
        self.told = at;
        len
    }

    /// Where the text lies that was asked for last.
    pub fn told(&self) -> usize {
        self.told
    }

    /// Room for a key that is looked for.
    pub fn key(&mut self, len: usize) -> &[u8] {
        if self.key.len() < len {
            self.key = zeros(len.next_power_of_two());
        }
        self.key_len = len;
        self.key
    }

    /// The flag whose key was written there.
    pub fn find(&self) -> Option<u32> {
        self.image().flag(self.key.get(..self.key_len)?)
    }
}
