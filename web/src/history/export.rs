//! Taking the filtered history along: every page of it, as a file that this browser makes.

use halyard_core::Json;
use halyard_edge::export;
use halyard_edge::wire::{Record, Records};
use js_sys::Array;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;

use crate::api::{Api, Failure, Subject};
use crate::history::filter::Filter;
use crate::ui::dialog::Dialog;
use crate::ui::icon::Icon;
use crate::ui::rich::count;

#[derive(Clone, Copy, PartialEq)]
enum Format {
    Csv,
    Ndjson,
}

impl Format {
    fn begin(self) -> String {
        if self == Format::Csv { export::csv_head() } else { String::new() }
    }

    fn write(self, record: &Record<Json>) -> String {
        match self {
            Format::Csv => export::csv(record),
            Format::Ndjson => Json::from_value(record).canonical() + "\n",
        }
    }

    fn mime(self) -> &'static str {
        if self == Format::Csv { "text/csv;charset=utf-8" } else { "application/x-ndjson" }
    }

    fn ending(self) -> &'static str {
        if self == Format::Csv { "csv" } else { "ndjson" }
    }
}

#[derive(Clone, Debug, PartialEq)]
enum State {
    Asking,
    Gathering,
    Failed(Failure),
    Done,
}

/// What has been gathered. It stays when a request fails, so that the next try goes on from there.
struct Gathered {
    format: Format,
    text: String,
    before: Option<u64>,
    begun: bool,
}

/// Asks for the format, gathers with its progress in view, and hands the file over.
#[component]
pub(super) fn Export(subject: Subject, filter: Filter, close: Callback<()>) -> impl IntoView {
    let api = expect_context::<Api>();
    let format = RwSignal::new(Format::Csv);
    let state = RwSignal::new(State::Asking);
    let found = RwSignal::new(0_usize);
    let reached = RwSignal::new(None::<u64>);
    let wanted = StoredValue::new(true);
    let gathered = StoredValue::new(None::<Gathered>);
    let narrowed = !filter.is_empty();
    let name = match &subject {
        Subject::Environment(key) => format!("{key}-history"),
        Subject::Project => "project-history".to_owned(),
    };
    let (subject, query, name) = (StoredValue::new(subject), StoredValue::new(filter.query()), StoredValue::new(name));
    let gather = move || {
        let format = format.get_untracked();
        if gathered.with_value(|gathered| gathered.as_ref().is_none_or(|gathered| gathered.format != format)) {
            gathered.set_value(Some(Gathered { format, text: format.begin(), before: None, begun: false }));
            found.set(0);
        }
        wanted.set_value(true);
        state.set(State::Gathering);
        spawn_local(async move {
            loop {
                let so_far =
                    gathered.try_with_value(|gathered| gathered.as_ref().map(|gathered| (gathered.begun, gathered.before))).flatten();
                let Some((begun, before)) = so_far else { return };
                if (begun && before.is_none()) || wanted.try_get_value() != Some(true) {
                    break;
                }
                let page: Result<Records<Json>, Failure> = api.history(&subject.get_value(), before, &query.get_value()).await;
                match page {
                    Ok(page) => {
                        let text: String = page.records.iter().map(|record| format.write(record)).collect();
                        found.try_update(|found| *found += page.records.len());
                        reached.try_set(page.before);
                        gathered.try_update_value(|gathered| {
                            if let Some(gathered) = gathered {
                                gathered.text.push_str(&text);
                                (gathered.before, gathered.begun) = (page.before, true);
                            }
                        });
                    }
                    Err(failure) => {
                        state.try_set(State::Failed(failure));
                        return;
                    }
                }
            }
            // Closed in the meantime: nothing is wanted any more.
            if state.try_get_untracked() != Some(State::Gathering) {
                return;
            }
            let text = gathered.try_update_value(Option::take).flatten().map(|gathered| gathered.text).unwrap_or_default();
            hand_over(&format!("{}.{}", name.get_value(), format.ending()), format.mime(), &text);
            state.set(State::Done);
        });
    };
    let idle = move || state.get() != State::Gathering;
    let choice = move |value: Format, id: &'static str, title: &'static str, about: &'static str| {
        view! {
            <label class="choice" for=id>
                <input type="radio" name="format" id=id prop:checked=move || format.get() == value disabled=move || !idle() on:change=move |_| format.set(value) />
                <span><strong>{title}</strong><span class="small soft">{about}</span></span>
            </label>
        }
    };
    let progress = move || {
        let versions = count(found.get(), "version", "versions");
        match (state.get(), reached.get()) {
            (State::Asking, _) => String::new(),
            (State::Gathering, Some(before)) => format!("{versions} so far, back to version {before}…"),
            (State::Gathering, None) => "Gathering…".to_owned(),
            (State::Failed(_), _) => format!("{versions} before it stopped."),
            (State::Done, Some(before)) => format!("{versions} saved, back to version {before}, where you stopped."),
            (State::Done, None) => format!("{versions} saved: all of them."),
        }
    };
    view! {
        <Dialog title="Export the history" close>
            <div class="dialog-body">
                <p>{if narrowed { "Every version that the filter of this page lets through." } else { "Every version, from the newest to the first." }}" Nothing leaves this browser but the questions to the node."</p>
                <fieldset class="choices">
                    <legend class="label">"As"</legend>
                    {choice(Format::Csv, "format-csv", "CSV", "For spreadsheets: a line for each change.")}
                    {choice(Format::Ndjson, "format-ndjson", "NDJSON", "For programs: a version a line, with every change in full.")}
                </fieldset>
                <p role="status">{progress}</p>
                {move || match state.get() {
                    State::Failed(failure) => Some(view! {
                        <div class="callout bad" role="alert"><Icon name="alert" /><div><p>{failure.to_string()}</p><p class="small">"Go on from where it stopped, or try again later."</p></div></div>
                    }),
                    _ => None,
                }}
            </div>
            <div class="dialog-foot">
                {move || match state.get() {
                    State::Gathering => view! { <button type="button" class="button" on:click=move |_| wanted.set_value(false)>"Stop, and save what there is"</button> }.into_any(),
                    State::Done => view! {
                        <button type="button" class="button" on:click=move |_| gather()>"Export again"</button>
                        <button type="button" class="button primary" on:click=move |_| close.run(())>"Done"</button>
                    }.into_any(),
                    State::Asking | State::Failed(_) => view! {
                        <button type="button" class="button" on:click=move |_| close.run(())>"Cancel"</button>
                        <button type="button" class="button primary" on:click=move |_| gather()>{if state.get_untracked() == State::Asking { "Export" } else { "Go on" }}</button>
                    }.into_any(),
                }}
            </div>
        </Dialog>
    }
}

/// Lets the browser save a text as a file.
fn hand_over(name: &str, mime: &str, text: &str) {
    let kind = web_sys::BlobPropertyBag::new();
    kind.set_type(mime);
    let Ok(blob) = web_sys::Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &kind) else { return };
    let Ok(url) = web_sys::Url::create_object_url_with_blob(&blob) else { return };
    let link = document().create_element("a").ok().and_then(|link| link.dyn_into::<web_sys::HtmlAnchorElement>().ok());
    if let Some(link) = link {
        link.set_href(&url);
        link.set_download(name);
        link.click();
    }
    let _ = web_sys::Url::revoke_object_url(&url);
}
