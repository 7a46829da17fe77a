//! The app's drawings: one stroke width, one grid of 20.

use leptos::prelude::*;

/// An icon. It is never the only thing that says something: the text beside it, or its button's label, does.
#[component]
pub(crate) fn Icon(name: &'static str, #[prop(default = 20)] size: u32) -> impl IntoView {
    view! {
        <svg width=size height=size viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" inner_html=drawing(name)></svg>
    }
}

fn drawing(name: &str) -> &'static str {
    match name {
        "compass" => r#"<circle cx="10" cy="10" r="7.5"/><path d="m13 7-1.7 4.3L7 13l1.7-4.3z"/>"#,
        "flag" => r#"<path d="M5 18V2.8M5 3.5h10.5l-2.6 3.7 2.6 3.8H5"/>"#,
        "release" => r#"<path d="M6 18V3M6 3l8 3.2L6 9.5M3 18h6M14.5 18v-6M12.3 13.8l2.2-2.2 2.2 2.2"/>"#,
        "power" => r#"<path d="M10 2.5v7M5.6 5.2a6.5 6.5 0 1 0 8.8 0"/>"#,
        "people" => {
            r#"<circle cx="7.5" cy="6.5" r="3"/><path d="M2 17c.3-3 2.5-5 5.5-5s5.200 2 5.500 5M13 3.800a3 3 0 0 1 0 5.400M15 12.400c1.700.8 2.800 2.400 3 4.600"/>"#
        }
        "clock" => r#"<circle cx="10" cy="10" r="7.500"/><path d="M10 5.500V10l3 2"/>"#,
        "review" => r#"<path d="M4 2.500h12v15H4zM7 7l1.200 1.200L10.500 6M7 12.500l1.200 1.200 2.300-2.200M12.500 7.500h1M12.500 13h1"/>"#,
        "search" => r#"<circle cx="9" cy="9" r="5.500"/><path d="m13 13 4 4"/>"#,
        "sun" => {
            r#"<circle cx="10" cy="10" r="3.500"/><path d="M10 2v1.500M10 16.500V18M2 10h1.500M16.500 10H18M4.300 4.300l1.100 1.100M14.600 14.600l1.100 1.100M4.300 15.700l1.100-1.100M14.600 5.400l1.100-1.100"/>"#
        }
        "moon" => r#"<path d="M16.500 11.800A7 7 0 0 1 8.200 3.500a7 7 0 1 0 8.300 8.300z"/>"#,
        "close" => r#"<path d="m5 5 10 10M15 5 5 15"/>"#,
        "alert" => r#"<path d="M10 3 2.300 16.500h15.400zM10 8v4M10 14.300v.1"/>"#,
        "error" => r#"<circle cx="10" cy="10" r="7.500"/><path d="m7.300 7.300 5.400 5.400M12.700 7.300l-5.400 5.400"/>"#,
        "good" => r#"<circle cx="10" cy="10" r="7.500"/><path d="m6.700 10.200 2.300 2.300 4.300-4.700"/>"#,
        "note" => r#"<circle cx="10" cy="10" r="7.500"/><path d="M10 9.200v4.300M10 6.500v.1"/>"#,
        "check" => r#"<path d="m4 10.500 4 4 8-9"/>"#,
        "cross" => r#"<path d="m5.500 5.500 9 9M14.500 5.500l-9 9"/>"#,
        "pause" => r#"<path d="M7 4v12M13 4v12" stroke-width="2.400"/>"#,
        "back" => r#"<path d="M4 8h8a4.500 4.500 0 0 1 0 9H8M7.500 4 3.500 8l4 4" stroke-width="2"/>"#,
        "rise" => r#"<path d="M4 14.500 9 9l3 3 5-6.500M12.500 5.500H17V10" stroke-width="2"/>"#,
        "disc" => r#"<circle cx="10" cy="10" r="7" fill="currentColor" stroke="none"/>"#,
        "half" => {
            r#"<circle cx="10" cy="10" r="6.500" stroke-width="2"/><path d="M10 3.500a6.500 6.500 0 0 1 0 13z" fill="currentColor" stroke="none"/>"#
        }
        "ring" => r#"<circle cx="10" cy="10" r="6" stroke-width="2.200"/>"#,
        "pennant" => r#"<path d="M2 1v18" stroke-width="0"/><path d="M10 2h22l-6 6 6 6H10z" fill="currentColor" stroke="none"/>"#,
        "anchor" => {
            r#"<circle cx="10" cy="4" r="1.800"/><path d="M10 5.800V17M6.500 8.500h7M3.500 11.500c.3 3.300 3 5.500 6.500 5.500s6.200-2.200 6.500-5.500"/>"#
        }
        "role" => r#"<path d="M10 2.500 4 4.500v5c0 4 2.500 6.500 6 8 3.500-1.500 6-4 6-8v-5zM7.500 10l1.800 1.800L12.800 8"/>"#,
        "key" => r#"<circle cx="6.500" cy="13.500" r="3.500"/><path d="m9 11 7.500-7.500M13 7l2.500 2.500M15 5l1.500 1.500"/>"#,
        "token" => r#"<path d="M2.500 6.500h15v7h-15zM6 10h.1M9 10h.1M12 10h2.500"/>"#,
        "settings" => r#"<path d="M3 6h8M15 6h2M3 14h2M9 14h8"/><circle cx="13" cy="6" r="2"/><circle cx="7" cy="14" r="2"/>"#,
        "copy" => r#"<path d="M7 7h10v10H7zM13 7V3H3v10h4"/>"#,
        "chevron" => r#"<path d="m7.500 4.500 5 5.500-5 5.500"/>"#,
        "lock" => r#"<rect x="4.500" y="9" width="11" height="8" rx="1.500"/><path d="M7 9V6.500a3 3 0 0 1 6 0V9"/>"#,
        "undo" => r#"<path d="M4 8h8a4.500 4.500 0 0 1 0 9H8M7.500 4 3.500 8l4 4"/>"#,
        "redo" => r#"<path d="M16 8H8a4.500 4.500 0 0 0 0 9h4M12.500 4l4 4-4 4"/>"#,
        "merge" => {
            r#"<circle cx="5.500" cy="4.500" r="1.800"/><circle cx="5.500" cy="15.500" r="1.800"/><circle cx="14.500" cy="12" r="1.800"/><path d="M5.500 6.300v7.400M5.500 6.800c.6 3.600 3.500 5.200 7.200 5.200"/>"#
        }
        "plan" => r#"<path d="M3 5.500h3M3 10h3M3 14.500h3M9 5.500h3M9 10h5M9 14.500h8"/>"#,
        "grip" => r#"<path d="M7.500 5v.1M12.500 5v.1M7.500 10v.1M12.500 10v.1M7.500 15v.1M12.500 15v.1" stroke-width="2.200"/>"#,
        "plus" => r#"<path d="M10 4v12M4 10h12"/>"#,
        _ => "",
    }
}

/// Halyard's mark: a flag going up its line.
#[component]
pub(crate) fn Mark(#[prop(default = 28)] size: u32) -> impl IntoView {
    view! {
        <svg width=size height=size viewBox="0 0 32 32" fill="none" aria-hidden="true">
            <path d="M9 29V5.500a2 2 0 1 1 4 0" stroke="currentColor" stroke-width="2.400" stroke-linecap="round" />
            <path d="M9 8h9v12H9z" fill="currentColor" />
            <path d="M18 8h11l-5 6 5 6H18z" fill="var(--flag)" />
        </svg>
    }
}
