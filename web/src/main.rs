//! The admin app: Halyard's screens, over the node's HTTP API and core's meaning.
//!
//! `api` talks, `draft` holds what is being edited, `core` says what it means; the other folders are pages, one a folder.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails may panic")
)]
#![allow(unreachable_pub, reason = "`#[component]` makes a `pub` of every visibility")]

mod api;
mod app;
mod draft;
mod flags;
mod form;
mod history;
mod kill_switches;
mod kinds;
mod overview;
mod project;
mod random;
mod releases;
mod review;
mod session;
mod shelf;
mod shell;
mod ui;
mod uses;

fn main() {
    std::panic::set_hook(Box::new(|panic| {
        web_sys::console::error_1(&panic.to_string().into());
        ui::page::say_that_it_broke();
    }));
    ui::page::remove_the_loading_note();
    leptos::mount::mount_to_body(app::App);
}
