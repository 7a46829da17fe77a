//! A split: a bar whose parts are dragged, moved by the arrow keys, or typed.

use halyard_core::{Json, Pointer};
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html::Div;
use leptos::prelude::*;

use super::fields::{Add, Choice, Field, Remove, Writes};
use super::form;
use super::kinds::object;
use super::shares::{drag, said, shares};

fn weights(split: Option<&Json>) -> Vec<u32> {
    let weight = |part: &Json| {
        let weight = part.get("weight").and_then(Json::as_f64).filter(|weight| weight.is_finite()).unwrap_or(0.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what fits")]
        let weight = weight.clamp(0.0, f64::from(u32::MAX)) as u32;
        weight
    };
    split.and_then(Json::as_array).map(|parts| parts.iter().map(weight).collect()).unwrap_or_default()
}

/// The split at a place.
#[component]
pub(crate) fn Split(at: Pointer, variants: Memo<Vec<String>>) -> impl IntoView {
    let form = form();
    let list = StoredValue::new(at.at("split"));
    let parts = Memo::new(move |_| weights(list.with_value(|at| form.get(at)).as_ref()));
    let len = Memo::new(move |_| parts.read().len());
    let bar: NodeRef<Div> = NodeRef::new();
    let held = RwSignal::new(None::<usize>);

    let set = move |weights: Vec<u32>| {
        list.with_value(|list| {
            form.change(|json| {
                for (index, weight) in weights.into_iter().enumerate() {
                    super::at::set(json, &list.at(index).at("weight"), Some(Json::from(f64::from(weight))));
                }
            });
        });
    };
    let to = move |border: usize, percent: f64| set(drag(&parts.read_untracked(), border, percent));
    let moving = move |event: PointerEvent| {
        if let (Some(border), Some(bar)) = (held.get_untracked(), bar.get_untracked()) {
            let frame = bar.get_bounding_client_rect();
            if frame.width() > 0.0 {
                to(border, (f64::from(event.client_x()) - frame.left()) * 100.0 / frame.width());
            }
        }
    };
    let reached = move |border: usize| shares(&parts.read()).iter().take(border + 1).sum::<f64>();
    let add = move |()| {
        list.with_value(|list| {
            form.change(|json| {
                let end = super::at::len(json, list);
                let unused = variants.get_untracked().into_iter().nth(end).unwrap_or_default();
                super::at::insert(json, list, end, object([("variant", Json::from(unused.as_str())), ("weight", Json::from(0.0))]));
            });
        });
    };
    let name = move |index: usize| list.with_value(|list| form.text(&list.at(index).at("variant")));
    view! {
        <div class="split-form">
            <div class="bar" node_ref=bar on:pointermove=moving on:pointerup=move |_| held.set(None) on:pointercancel=move |_| held.set(None)>
                {move || (0..len.get()).map(|index| {
                    let width = move || format!("{}%", shares(&parts.read()).get(index).copied().unwrap_or(0.0));
                    view! { <div class=format!("part tint-{}", index % 6) style:width=width><span aria-hidden="true">{move || name(index)}</span></div> }
                }).collect_view()}
                {move || (0..len.get().saturating_sub(1)).map(|border| {
                    let grab = move |event: PointerEvent| {
                        if form.locked.get_untracked() { return; }
                        held.set(Some(border));
                        if let Some(bar) = bar.get_untracked() { drop(bar.set_pointer_capture(event.pointer_id())); }
                    };
                    let keys = move |event: KeyboardEvent| {
                        let step = if event.shift_key() { 10.0 } else { 1.0 };
                        let target = match event.key().as_str() {
                            "ArrowLeft" | "ArrowDown" => reached(border) - step,
                            "ArrowRight" | "ArrowUp" => reached(border) + step,
                            "Home" => 0.0,
                            "End" => 100.0,
                            _ => return,
                        };
                        event.prevent_default();
                        if !form.locked.get_untracked() { to(border, target); }
                    };
                    view! {
                        <div class="border" role="slider" tabindex="0" aria-orientation="horizontal" aria-valuemin="0" aria-valuemax="100"
                            aria-label=move || format!("Where {} ends and {} begins", name(border), name(border + 1))
                            aria-valuenow=move || said(reached(border)) aria-valuetext=move || format!("{}%", said(reached(border)))
                            style:left=move || format!("{}%", reached(border)) on:pointerdown=grab on:keydown=keys></div>
                    }
                }).collect_view()}
            </div>
            <ul class="parts">
                {move || (0..len.get()).map(|index| {
                    let at = list.with_value(|list| list.at(index));
                    let gone = at.clone();
                    view! {
                        <li class="line">
                            <span class=format!("swatch tint-{}", index % 6) aria-hidden="true"></span>
                            <Choice at=at.at("variant") label=format!("Variant of part {}", index + 1) options=variants.get() />
                            "weight "<Field at=at.at("weight") label=format!("Weight of part {}", index + 1) writes=Writes::Number width=4 />
                            <span class="soft small share">{move || format!("= {}%", said(shares(&parts.read()).get(index).copied().unwrap_or(0.0)))}</span>
                            <Remove label=format!("Remove part {}", index + 1) gone=move |()| form.put(&gone, None) />
                        </li>
                    }
                }).collect_view()}
            </ul>
            {move || (!form.locked.get()).then(|| view! {
                <div class="actions">
                    <Add word="Part" add />
                    <button type="button" class="button quiet small" on:click=move |_| set(vec![1; len.get_untracked()])>"Equal parts"</button>
                </div>
            })}
        </div>
    }
}
