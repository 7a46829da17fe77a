//! Instants for people: how long ago or ahead, with the exact local time behind it.

use gloo_timers::future::TimeoutFuture;
use halyard_core::{Date, Timestamp};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;

/// The present. Whatever asks for it is told again every ten seconds.
#[derive(Clone, Copy)]
pub(crate) struct Clock(Trigger);

impl Clock {
    pub(crate) fn start() -> Clock {
        let clock = Clock(Trigger::new());
        spawn_local(async move {
            loop {
                TimeoutFuture::new(10_000).await;
                clock.0.notify();
            }
        });
        clock
    }

    /// Now, tracked.
    pub(crate) fn get(self) -> Timestamp {
        self.0.track();
        now()
    }
}

/// The clock of the app.
pub(crate) fn clock() -> Clock {
    expect_context()
}

/// This very instant.
pub(crate) fn now() -> Timestamp {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit")]
    Timestamp(js_sys::Date::now() as i64)
}

fn local(at: Timestamp, options: &[(&str, &str)]) -> String {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are far below 2^53")]
    let date = js_sys::Date::new(&JsValue::from_f64(at.0 as f64));
    let wanted = js_sys::Object::new();
    for (name, value) in options {
        let _ = js_sys::Reflect::set(&wanted, &(*name).into(), &(*value).into());
    }
    // The app speaks English, so its dates do too; the time zone is the reader's.
    date.to_locale_string("en-GB", &wanted).into()
}

/// `1 Dec 2026, 10:00`, in the reader's time zone.
pub(crate) fn exact(at: Timestamp) -> String {
    local(at, &[("dateStyle", "medium"), ("timeStyle", "short")])
}

/// The reader's calendar day of an instant, as date fields have it: `2026-12-01`.
pub(crate) fn local_day(at: Timestamp) -> String {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are far below 2^53")]
    let date = js_sys::Date::new(&JsValue::from_f64(at.0 as f64));
    format!("{:04}-{:02}-{:02}", date.get_full_year(), date.get_month() + 1, date.get_date())
}

/// When the reader's calendar day begins, some days later; none: this is no day.
pub(crate) fn start_of_local_day(day: &str, later: i32) -> Option<Timestamp> {
    let day = Date::parse(day)?;
    let numbers: Vec<i32> = day.to_string().split('-').filter_map(|part| part.parse().ok()).collect();
    let [year, month, date] = numbers.as_slice() else { return None };
    #[expect(clippy::cast_sign_loss, reason = "calendar fields are positive")]
    let start = js_sys::Date::new_with_year_month_day(*year as u32, month - 1, date + later);
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit")]
    Some(Timestamp(start.get_time() as i64))
}

/// `1 December 2026 at 10:00:00 CET`.
fn in_full(at: Timestamp) -> String {
    local(at, &[("dateStyle", "long"), ("timeStyle", "long")])
}

/// A calendar date, `20 Dec 2026`: the same day everywhere.
pub(crate) fn day(date: Date) -> String {
    local(date.start(), &[("dateStyle", "medium"), ("timeZone", "UTC")])
}

/// `3 minutes ago`, `in 2 days`.
pub(crate) fn relative(at: Timestamp, now: Timestamp) -> String {
    let away = at.0 - now.0;
    let seconds = away.abs() / 1000;
    let (number, unit) = match seconds {
        // The clock of the server, which says when something was published, may be a little ahead.
        0..45 => return if away > 5_000 { "in a moment".to_owned() } else { "just now".to_owned() },
        45..5_400 => ((seconds + 30) / 60, "minute"),
        5_400..129_600 => ((seconds + 1_800) / 3_600, "hour"),
        129_600..3_888_000 => ((seconds + 43_200) / 86_400, "day"),
        3_888_000..47_304_000 => ((seconds + 1_296_000) / 2_592_000, "month"),
        _ => ((seconds + 15_768_000) / 31_536_000, "year"),
    };
    let many = if number == 1 { "" } else { "s" };
    if away < 0 { format!("{number} {unit}{many} ago") } else { format!("in {number} {unit}{many}") }
}

/// How long ago or ahead, with the exact time as its title.
#[component]
pub(crate) fn Ago(at: Timestamp) -> impl IntoView {
    let clock = clock();
    view! { <time datetime=at.to_string() title=in_full(at)>{move || relative(at, clock.get())}</time> }
}

/// The exact time, with how far away it is.
#[component]
pub(crate) fn At(at: Timestamp) -> impl IntoView {
    let clock = clock();
    view! { <time datetime=at.to_string() title=in_full(at)>{exact(at)}" ("{move || relative(at, clock.get())}")"</time> }
}
