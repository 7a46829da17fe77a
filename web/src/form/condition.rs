//! A condition as a line of a sentence, or as a group of lines.
//!
//! What is on the screen is made anew only when the condition's shape changes, never while a value is typed: the cursor stays.

use halyard_core::{Json, Pointer};
use leptos::prelude::*;
use leptos::task::{spawn_local, tick};
use wasm_bindgen::JsCast as _;

use super::fields::{Add, Choice, Field, Instant, Remove, Suggestions, Writes, id};
use super::kinds::{Op, What, object};
use super::operand::Compared;
use super::order::{Handle, Order};
use super::tokens::Tokens;
use super::{at, form};
use crate::ui::icon::Icon;
use crate::ui::problems::ProblemText;

/// As deep as conditions may be nested.
const DEEPEST: usize = halyard_core::limits::CONDITION_DEPTH;

/// A condition where it is the whole: a rule's `when`, a stage's `audience`. A single line offers to become several.
#[component]
pub(crate) fn Condition(at: Pointer, #[prop(into)] label: String) -> impl IntoView {
    let form = form();
    let place = StoredValue::new(at.clone());
    let what = Memo::new(move |_| place.with_value(|at| form.get(at)).as_ref().and_then(What::of));
    let group = move || matches!(what.get(), Some(What::All | What::Any));
    // "And" on a single line puts it into a group together with a new one.
    let join = move |with: What| {
        place.with_value(|at| {
            form.change(|json| {
                if let Some(one) = at::get(json, at).cloned() {
                    at::set(json, at, Some(object([(with.member(), Json::Array(vec![one, What::Attribute.fresh()]))])));
                }
            });
        });
        focus_later(place.with_value(|at| id(&at.at(with.member()).at(1).at("attribute"))));
    };
    view! {
        <div class="condition" role="group" aria-label=label>
            <Node at=at.clone() depth=1 taken=Callback::new(move |()| place.with_value(|at| form.put(at, object([("all", Json::Array(Vec::new()))])))) />
            {move || (!group() && !form.locked.get()).then(|| view! {
                <div class="actions"><Add word="And …" add=move |()| join(What::All) /><Add word="Or …" add=move |()| join(What::Any) /></div>
            })}
        </div>
    }
}

/// The shape of a condition: what decides which fields it has.
#[derive(Clone, PartialEq)]
enum Shape {
    Line(What, Option<Op>),
    Group(What, usize),
    Not,
    Other,
}

fn shape(condition: Option<&Json>) -> Shape {
    let Some(condition) = condition else { return Shape::Other };
    match What::of(condition) {
        Some(what @ (What::All | What::Any)) => match condition.get(what.member()).and_then(Json::as_array) {
            Some(list) => Shape::Group(what, list.len()),
            None => Shape::Other,
        },
        Some(What::Not) => Shape::Not,
        Some(What::Attribute) => Shape::Line(What::Attribute, Op::of(condition)),
        Some(what) => Shape::Line(what, None),
        None => Shape::Other,
    }
}

/// Whether something that has to be filled in is empty.
fn is_empty(condition: Option<&Json>) -> bool {
    let nothing = |value: &Json| value.as_str() == Some("") || value.as_array().is_some_and(<[Json]>::is_empty);
    condition.and_then(Json::as_object).is_some_and(|members| members.values().any(nothing))
}

/// Any condition, at a depth.
#[component]
fn Node(at: Pointer, depth: usize, taken: Callback<()>) -> impl IntoView {
    let form = form();
    let place = StoredValue::new(at);
    let shape = Memo::new(move |_| place.with_value(|at| shape(at::get(&form.json.read(), at))));
    move || {
        let at = place.get_value();
        match shape.get() {
            Shape::Line(what, op) => view! { <Line at what op taken /> }.into_any(),
            Shape::Group(what, len) => view! { <Group at what len depth taken /> }.into_any(),
            Shape::Not => view! { <Negated at depth taken /> }.into_any(),
            Shape::Other => view! { <Raw at taken /> }.into_any(),
        }
    }
}

/// Whether it held for the user that is asked about.
#[component]
pub(crate) fn Verdict(at: Pointer) -> impl IntoView {
    let form = form();
    let verdict = Memo::new(move |_| form.verdicts.read().get(&at).copied());
    move || {
        match verdict.get() {
        Some(true) => view! { <span class="verdict good-ink"><Icon name="check" size=16 /><span class="sr">"holds for this user"</span></span> }.into_any(),
        Some(false) => view! { <span class="verdict bad-ink"><Icon name="cross" size=16 /><span class="sr">"does not hold for this user"</span></span> }.into_any(),
        None => view! { <span class="verdict"></span> }.into_any(),
    }
    }
}

/// What is wrong with the line at a place.
#[component]
pub(crate) fn Wrong(
    at: Pointer,
    /// Whether only what is wrong with the place itself is shown, not what is wrong within.
    #[prop(optional)]
    own: bool,
) -> impl IntoView {
    let form = form();
    let problems = Memo::new(move |_| if own { form.problems_at(&at) } else { form.problems_in(&at) });
    move || {
        let problems = problems.get();
        (!problems.is_empty()).then(|| {
            view! {
                <ul class="wrong-lines small">{problems.into_iter().map(|problem| {
                    let class = if problem.is_error() { "bad-ink" } else { "warn-ink" };
                    let icon = if problem.is_error() { "error" } else { "alert" };
                    view! { <li><span class=class><Icon name=icon size=16 /></span><div><ProblemText problem /></div></li> }
                }).collect_view()}</ul>
            }
        })
    }
}

/// The buttons behind a line.
#[component]
fn LineButtons(at: Pointer, taken: Callback<()>) -> impl IntoView {
    let form = form();
    let negated = at::split(&at).1.as_deref() == Some("not");
    let negate = move |_| {
        form.change(|json| {
            if let Some(one) = at::get(json, &at).cloned() {
                at::set(json, &at, Some(object([("not", one)])));
            }
        });
    };
    view! {
        <span class="line-buttons">
            {move || (!negated && !form.locked.get()).then(|| view! { <button type="button" class="button quiet small" title="Whoever this does not hold for" on:click=negate.clone()>"Not"</button> })}
            <Remove label="Remove this condition" gone=taken />
        </span>
    }
}

/// A condition without conditions of its own.
#[component]
fn Line(at: Pointer, what: What, op: Option<Op>, taken: Callback<()>) -> impl IntoView {
    let form = form();
    let place = StoredValue::new(at.clone());
    let change = move |event| {
        let chosen = event_target_value(&event);
        if let Some(what) = What::LINES.into_iter().find(|what| what.member() == chosen) {
            place.with_value(|at| form.put(at, what.fresh()));
            focus_later(place.with_value(|at| id(&at.at(what.member()))));
        }
    };
    let kinds =
        What::LINES.into_iter().map(|one| view! { <option value=one.member() selected=one == what>{one.word()}</option> }).collect_view();
    let fields = match what {
        What::Attribute => view! { <AttributeFields at=at.clone() op /> }.into_any(),
        What::Segment => {
            let segments = form.known.with_value(|known| known.segments.clone());
            view! { <Choice at=at.at("segment") label="Segment" options=segments /> }.into_any()
        }
        What::Flag => view! { <FlagFields at=at.clone() /> }.into_any(),
        What::Percent => view! { <PercentFields at=at.clone() /> }.into_any(),
        What::Ramp => view! { <RampFields at=at.clone() /> }.into_any(),
        What::After => view! { <Instant at=at.at("after") label="From this time on" /> }.into_any(),
        _ => view! { <Instant at=at.at("before") label="Until this time" /> }.into_any(),
    };
    // What has just been made and is being filled in is not wrong yet: it is marked when the cursor leaves it.
    let empty = Memo::new(move |_| place.with_value(|at| is_empty(at::get(&form.json.read(), at))));
    view! {
        <div class="line" class:fresh=move || empty.get()>
            <Verdict at=at.clone() />
            <select class="word kind" aria-label="What this is about" disabled=move || form.locked.get() on:change=change>{kinds}</select>
            {fields}
            <LineButtons at=at.clone() taken />
            <Wrong at />
        </div>
    }
}

#[component]
fn AttributeFields(at: Pointer, op: Option<Op>) -> impl IntoView {
    let form = form();
    let place = StoredValue::new(at.clone());
    let name = Memo::new(move |_| place.with_value(|at| form.text(&at.at("attribute"))));
    // The operator's list and what is offered follow the attribute once its name is whole.
    let settled = RwSignal::new(name.get_untracked());
    let field = id(&at.at("attribute"));
    Effect::new(move |_| {
        let name = name.get();
        // It is whole, too, when it comes from elsewhere: another line that was moved here, an undo.
        if document().active_element().is_none_or(|element| element.id() != field) {
            settled.set(name);
        }
    });
    let list = format!("{}-names", id(&at));
    let names: Vec<String> = form.known.with_value(|known| known.attributes().cloned().collect());
    let change = move |event| {
        let chosen = event_target_value(&event);
        if let Some(op) = Op::ALL.into_iter().find(|op| op.words() == chosen) {
            place.with_value(|at| {
                form.change(|json| {
                    if let Some(condition) = at::get(json, at) {
                        let changed = op.instead(condition);
                        at::set(json, at, Some(changed));
                    }
                });
            });
        }
    };
    let options = move || {
        let (used, others) = form.known.with_value(|known| known.operators(&settled.read()));
        let option = move |one: Op| view! { <option value=one.words() selected=Some(one) == op>{one.words()}</option> };
        let (any, rest) = (!used.is_empty(), others.into_iter().map(option).collect_view());
        let used = used.into_iter().map(option).collect_view();
        if any {
            view! { <optgroup label="As elsewhere">{used}</optgroup><optgroup label="Others">{rest}</optgroup> }.into_any()
        } else {
            rest.into_any()
        }
    };
    let meant = Memo::new(move |_| form.known.with_value(|known| known.meant(&name.read()).map(str::to_owned)));
    let take = move |_| {
        if let Some(meant) = meant.get_untracked() {
            place.with_value(|at| form.put(&at.at("attribute"), Json::from(meant.as_str())));
            settled.set(meant);
        }
    };
    view! {
        <Suggestions id=list.clone() words=names />
        <span on:change=move |_| settled.set(name.get_untracked())>
            <Field at=at.at("attribute") label="Attribute" width=7 placeholder="country" list mono=true />
        </span>
        <select class="word" aria-label="How it is compared" disabled=move || form.locked.get() on:change=change>
            {op.is_none().then(|| view! { <option value="" selected=true>"choose…"</option> })}
            {options}
        </select>
        {op.map(|op| view! { <Compared at=at.clone() op attribute=settled /> })}
        {move || meant.get().map(|meant| view! {
            <p class="meant small warn-ink"><Icon name="alert" size=16 />"Nothing else mentions this attribute. Did you mean "<button type="button" class="linkish mono" on:click=take>{meant}</button>"?"</p>
        })}
    }
}

#[component]
fn FlagFields(at: Pointer) -> impl IntoView {
    let form = form();
    let place = StoredValue::new(at.clone());
    let flag = Memo::new(move |_| place.with_value(|at| form.text(&at.at("flag"))));
    view! {
        <Choice at=at.at("flag") label="Flag" options=form.flags() />
        "is any of"
        {move || {
            let offered = form.variants_of(&flag.read());
            view! { <Tokens at=place.with_value(|at| at.at("is")) label="Variants" offered texts=true /> }
        }}
    }
}

/// By what people are told apart, and with which seed: seldom needed, so folded away.
#[component]
pub(crate) fn Bucketing(at: Pointer) -> impl IntoView {
    let form = form();
    let list = format!("{}-by", id(&at));
    let names: Vec<String> = form.known.with_value(|known| known.attributes().cloned().collect());
    let open = untrack(|| form.get(&at.at("by")).is_some() || form.get(&at.at("seed")).is_some());
    view! {
        <details class="fold small bucketing" open=open>
            <summary>"by whom"</summary>
            <Suggestions id=list.clone() words=names />
            <span class="line">"each "<Field at=at.at("by") label="The attribute that people are told apart by" writes=Writes::Optional width=12 placeholder="targetingKey" list mono=true />
            " keeps its place; with the seed "<Field at=at.at("seed") label="Seed" writes=Writes::Optional width=12 placeholder="(this one’s key)" mono=true /></span>
        </details>
    }
}

#[component]
fn PercentFields(at: Pointer) -> impl IntoView {
    let form = form();
    let place = StoredValue::new(at.at("percent"));
    let range = Memo::new(move |_| place.with_value(|at| form.get(at)).is_some_and(|percent| percent.as_array().is_some()));
    let widen = move |_| {
        place.with_value(|at| {
            let to = form.get(at).unwrap_or_default();
            form.put(at, Json::Array(vec![Json::from(0.0), to]));
        })
    };
    let narrow = move |_| place.with_value(|at| form.put(at, form.get(&at.at(1)).unwrap_or_default()));
    view! {
        {move || {
            let at = place.get_value();
            if range.get() {
                view! {
                    "from "<Field at=at.at(0) label="From this percentage" writes=Writes::Number width=3 />"% to "<Field at=at.at(1) label="To this percentage" writes=Writes::Number width=3 />"% of users"
                    <button type="button" class="linkish small" on:click=narrow>"from the start"</button>
                }.into_any()
            } else {
                view! {
                    <Field at label="Percentage" writes=Writes::Number width=3 />"% of users"
                    <button type="button" class="linkish small" on:click=widen>"a slice of them"</button>
                }.into_any()
            }
        }}
        <Bucketing at />
    }
}

#[component]
fn RampFields(at: Pointer) -> impl IntoView {
    let form = form();
    let points = StoredValue::new(at.at("ramp"));
    let shape = StoredValue::new(at.at("shape"));
    let len = Memo::new(move |_| points.with_value(|at| at::len(&form.json.read(), at)));
    let linear = Memo::new(move |_| shape.with_value(|at| form.text(at)) == "linear");
    let choose = move |event| shape.with_value(|at| form.put(at, (event_target_value(&event) == "linear").then(|| Json::from("linear"))));
    let add = move |()| {
        points.with_value(|at| {
            form.change(|json| {
                let end = at::len(json, at);
                at::insert(json, at, end, object([("at", Json::from("")), ("percent", Json::from(100.0))]));
            })
        })
    };
    view! {
        <select class="word" aria-label="How it grows" disabled=move || form.locked.get() on:change=choose>
            <option value="linear" selected=move || linear.get()>"growing evenly"</option>
            <option value="steps" selected=move || !linear.get()>"growing in steps"</option>
        </select>
        <ol class="points">
            {move || (0..len.get()).map(|index| {
                let at = points.with_value(|at| at.at(index));
                let gone = at.clone();
                view! {
                    <li class="line">
                        <Field at=at.at("percent") label=format!("Percentage {}", index + 1) writes=Writes::Number width=3 />"% at "<Instant at=at.at("at") label=format!("Time {}", index + 1) />
                        <Remove label="Remove this point" gone=move |()| form.put(&gone, None) />
                    </li>
                }
            }).collect_view()}
            <li><Add word="Point" add /></li>
        </ol>
        <Bucketing at />
    }
}

/// "All of these" or "any of these", and the lines.
#[component]
fn Group(at: Pointer, what: What, len: usize, depth: usize, taken: Callback<()>) -> impl IntoView {
    let form = form();
    let place = StoredValue::new(at.clone());
    let list = StoredValue::new(at.at(what.member()));
    let swap = move |event| {
        let other = if event_target_value(&event) == "any" { What::Any } else { What::All };
        place.with_value(|at| {
            form.change(|json| {
                if let Some(items) = at::get(json, at).and_then(|group| group.get(what.member())).cloned() {
                    at::set(json, at, Some(object([(other.member(), items)])));
                }
            })
        });
    };
    let add = move |new: Json, field: Option<&'static str>| {
        list.with_value(|list| form.change(|json| at::insert(json, list, len, new)));
        if let Some(field) = field {
            focus_later(list.with_value(|list| id(&list.at(len).at(field))));
        }
    };
    let add_group = move |()| {
        let inner = if what == What::All { What::Any } else { What::All };
        add(object([(inner.member(), Json::Array(vec![What::Attribute.fresh()]))]), None);
        focus_later(list.with_value(|list| id(&list.at(len).at(inner.member()).at(0).at("attribute"))));
    };
    let word = if what == What::All { "and" } else { "or" };
    let order = Order::of(list.get_value(), Signal::stored(len), None);
    let lines = (0..len)
        .map(|index| {
            let at = list.with_value(|list| list.at(index));
            let gone = at.clone();
            let what = match (index, what) {
                (0, _) => "Condition",
                (_, What::All) => "and, condition",
                _ => "or, condition",
            };
            let joint = if index > 0 { view! { {word} }.into_any() } else { view! { <Icon name="grip" size=16 /> }.into_any() };
            view! {
                <li class:over=move || order.is_over(index) data-list=order.name() data-row=index.to_string()>
                    {(len > 1).then(|| view! { <Handle order index what>{joint}</Handle> })}
                    <Node at depth=depth + 1 taken=Callback::new(move |()| form.put(&gone, None)) />
                </li>
            }
        })
        .collect_view();
    let empty = (len == 0).then(|| view! { <p class="soft">{if what == What::All { "Everyone: there is no condition." } else { "Nobody: there is no condition that could hold." }}</p> });
    let at_own = StoredValue::new(at.clone());
    let own = Memo::new(move |_| at_own.with_value(|at| [form.problems_at(at), form.problems_at(&at.at(what.member()))].concat()));
    view! {
        <div class="group" class:inner={depth > 1} role=(depth > 1).then_some("group") aria-label=(depth > 1).then(|| what.word())>
            {(len > 0 || depth > 1).then(|| view! {
                <div class="group-head line">
                    <Verdict at=at.clone() />
                    <select class="word" aria-label="How these conditions are joined" disabled=move || form.locked.get() on:change=swap>
                        <option value="all" selected=what == What::All>"all of these"</option>
                        <option value="any" selected=what == What::Any>"any of these"</option>
                    </select>
                    {(depth > 1).then(|| view! { <LineButtons at=at.clone() taken /> })}
                </div>
            })}
            {empty}
            <ul class="group-lines">{lines}</ul>
            {move || own.get().into_iter().map(|problem| view! { <div class="small bad-ink"><ProblemText problem /></div> }).collect_view()}
            <div class="actions">
                <Add word="Condition" add=move |()| add(What::Attribute.fresh(), Some("attribute")) />
                {(depth + 1 < DEEPEST).then(|| view! { <Add word="Group" add=add_group /> })}
            </div>
        </div>
    }
}

/// "Not", before a line or a group.
#[component]
fn Negated(at: Pointer, depth: usize, taken: Callback<()>) -> impl IntoView {
    let form = form();
    let place = StoredValue::new(at.clone());
    let undo = move |_| {
        place.with_value(|at| {
            form.change(|json| {
                if let Some(inner) = at::get(json, &at.at("not")).cloned() {
                    at::set(json, at, Some(inner));
                }
            })
        })
    };
    view! {
        <div class="negated">
            <div class="line">
                <Verdict at=at.clone() />
                <button type="button" class="chip not" title="Take “not” away" disabled=move || form.locked.get() on:click=undo>"not"<span class="sr">": take it away"</span><Icon name="close" size=12 /></button>
            </div>
            <Node at=at.at("not") depth=depth + 1 taken />
        </div>
    }
}

/// What no form fits: as JSON, to be kept or taken away.
#[component]
fn Raw(at: Pointer, taken: Callback<()>) -> impl IntoView {
    let form = form();
    let place = StoredValue::new(at.clone());
    let text = Memo::new(move |_| place.with_value(|at| form.get(at)).map(|json| json.canonical()).unwrap_or_else(|| "nothing".to_owned()));
    view! {
        <div class="line">
            <Verdict at=at.clone() />
            <code>{move || text.get()}</code>
            <button type="button" class="linkish small" disabled=move || form.locked.get() on:click=move |_| place.with_value(|at| form.put(at, What::Attribute.fresh()))>"write it as a condition"</button>
            <LineButtons at=at.clone() taken />
            <Wrong at />
        </div>
    }
}

/// Puts the cursor into the field of that id, as soon as the page has been made anew: before it is painted, and before the next key.
pub(crate) fn focus_later(id: String) {
    spawn_local(async move {
        tick().await;
        if let Some(field) = document().get_element_by_id(&id).and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok()) {
            drop(field.focus());
        }
    });
}
