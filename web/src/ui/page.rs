//! What concerns the page as a whole: its title, its loading note, and the note that it broke.

use leptos::prelude::*;

/// Sets the window's title.
pub(crate) fn set_title(title: &str) {
    document().set_title(&format!("{title} · Halyard"));
}

/// Takes the note away that stands in `index.html` until the app runs.
pub(crate) fn remove_the_loading_note() {
    if let Some(note) = document().get_element_by_id("loading") {
        note.remove();
    }
}

/// The last words of an app that panicked: it cannot go on, but a reload can, and the draft is in storage.
pub(crate) fn say_that_it_broke() {
    let Some(body) = document().body() else { return };
    let Ok(note) = document().create_element("div") else { return };
    let _ = note.set_attribute("class", "notice warn");
    let _ = note.set_attribute("role", "alert");
    note.set_text_content(Some(
        "Something in this page broke, and it has stopped. Reload it to go on: what you had not published is kept.",
    ));
    let _ = body.prepend_with_node_1(&note);
}
