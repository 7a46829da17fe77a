//! Chromium, which only the browser tests need.

use std::path::PathBuf;

use crate::fail::{Fail, Result};
use crate::setup::apt;
use crate::{place, ui};

const NAMES: [&str; 5] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const ELSEWHERE: [&str; 4] = [
    "/snap/bin/chromium",
    "/opt/google/chrome/chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/// The browser, if there is one: `HALYARD_CHROMIUM`, PATH, the usual places.
pub(crate) fn find() -> Option<PathBuf> {
    let named = std::env::var_os("HALYARD_CHROMIUM").map(PathBuf::from);
    named
        .into_iter()
        .chain(NAMES.into_iter().filter_map(place::on_path))
        .chain(ELSEWHERE.into_iter().map(PathBuf::from))
        .find(|file| file.is_file())
}

/// Finds it, or installs Debian's.
pub(crate) fn ensure() -> Result<PathBuf> {
    if let Some(found) = find() {
        return Ok(found);
    }
    let hint = "install Chromium or Chrome, or name one in HALYARD_CHROMIUM";
    if !apt::is_debian() {
        return Err(Fail::new("there is no Chromium here for the browser tests").hint(hint));
    }
    apt::install(&["chromium"], "Chromium for the browser tests")?;
    let found = find().ok_or_else(|| Fail::new("Debian's package brought no `chromium`").hint(hint))?;
    ui::done("Chromium");
    Ok(found)
}
