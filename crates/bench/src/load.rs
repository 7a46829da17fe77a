//! From bytes to what can be evaluated: read JSON, check, compile, each apart.

use halyard_core::check::{Checked, check_json};
use halyard_core::{Json, compile};

use crate::Result;
use crate::bench::Bench;
use crate::configuration;

/// The table's name.
pub const LOADING: &str = "loading";
/// How many flags.
pub const SIZES: [usize; 3] = [10, 1000, 10_000];

/// A document on its way.
pub struct Document {
    /// How many flags it has.
    pub flags: usize,
    /// Its text.
    pub bytes: Vec<u8>,
    json: Json,
    checked: Checked,
}

impl Document {
    /// The configuration with so many flags. 10,000 of them are more bytes than a node would read; its parts take them all the same.
    ///
    /// # Errors
    /// When it is refused.
    pub fn new(flags: usize) -> Result<Document> {
        let bytes = configuration::document(flags);
        let json = Json::parse(&bytes).map_err(|problems| format!("the bench's own document is no JSON: {problems:?}"))?;
        let checked = check_json(&json).checked.ok_or("the bench's own document is refused")?;
        Ok(Document { flags, bytes, json, checked })
    }

    /// The benches.
    pub fn benches(&self) -> Vec<Bench<'_>> {
        let name = named(self.flags);
        vec![
            Bench::once(LOADING, &name, "read JSON", || Json::parse(&self.bytes)),
            Bench::once(LOADING, &name, "check", || check_json(&self.json)),
            Bench::once(LOADING, &name, "compile", || compile(&self.checked)),
        ]
    }
}

/// The row of so many flags.
///
/// ```
/// assert_eq!(halyard_bench::load::named(10_000), "10,000 flags");
/// ```
pub fn named(flags: usize) -> String {
    format!("{} flags", crate::table::grouped(flags))
}
