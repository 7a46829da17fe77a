//! What an instance holds.

use halyard_core::Timestamp;
use halyard_core::evaluate::Cause;
use halyard_core::evaluate::slots::{Slot, Slots, look_up};
use halyard_core::image::Image;

use crate::memory::zeros;

/// An image, a context that is bound to it, and what was asked for last.
#[derive(Debug, Default)]
pub struct Page {
    words: &'static mut [u32],
    text: &'static mut [u8],
    lists: &'static mut [u8],
    slots: &'static mut [Slot],
    context: &'static mut [u8],
    /// For what is asked of all flags.
    all: &'static mut [u32],
    cause: [u32; 3],
}

impl Page {
    /// Nothing yet.
    pub const fn new() -> Page {
        Page { words: &mut [], text: &mut [], lists: &mut [], slots: &mut [], context: &mut [], all: &mut [], cause: [0; 3] }
    }

    /// Room for an image: its words, and behind them its text and its lists.
    pub fn make_room(&mut self, words: usize, text: usize, lists: usize) -> &[u32] {
        self.words = zeros(words);
        self.text = zeros(text);
        self.lists = zeros(lists);
        self.words
    }

    /// The image as it lies.
    pub fn image(&self) -> Image<'_> {
        Image::new(self.words, self.text, self.lists)
    }

    /// Looks the image through, and makes room for what it asks of a context.
    pub fn open(&mut self) -> bool {
        let is_sound = self.image().is_sound();
        if is_sound {
            self.slots = zeros(self.image().attributes() as usize);
            self.all = zeros(self.image().room());
        }
        is_sound
    }

    /// Room for a context: so many slots, and right behind them so many bytes.
    pub fn room(&mut self, slots: usize, bytes: usize) -> &[Slot] {
        self.slots = zeros(slots);
        self.context = zeros(bytes);
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
        self.cause = match cause {
            Cause::None => [0; 3],
            Cause::Rule(rule) => [1, rule, 0],
            Cause::Stage(release, stage) => [2, release, stage],
            Cause::BlockedBy(flag) => [3, flag, 0],
        };
        answer
    }

    /// What decided about the flag that was evaluated last: its kind, and where it is in the image.
    pub fn cause(&self) -> &[u32] {
        &self.cause
    }

    /// Each flag's answer.
    pub fn evaluate_all(&mut self, now: Timestamp) -> &[u32] {
        let image = Image::new(self.words, self.text, self.lists);
        image.decide_all(Slots::new(self.slots, self.context), now, self.all)
    }
}
