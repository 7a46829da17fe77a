//! How much memory a ruleset holds, and how much loading it takes at most: a binary of its own, because it counts what its
//! allocator is asked for. Writes JSON: flags → [bytes of text, of the ruleset, of the most while loading].

use std::collections::BTreeMap;
use std::process::ExitCode;

use halyard_bench::load::SIZES;
use halyard_core::check::check_json;
use halyard_core::{Json, compile};

fn main() -> ExitCode {
    let figures: Option<BTreeMap<String, [u64; 3]>> = SIZES.into_iter().map(|flags| Some((flags.to_string(), measured(flags)?))).collect();
    match figures.and_then(|figures| serde_json::to_string(&figures).ok()) {
        Some(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        None => ExitCode::FAILURE,
    }
}

fn measured(flags: usize) -> Option<[u64; 3]> {
    let bytes = halyard_bench::configuration::document(flags);
    let mut ruleset = None;
    let info = allocation_counter::measure(|| {
        ruleset = Json::parse(&bytes).ok().and_then(|json| check_json(&json).checked).map(|checked| compile(&checked));
    });
    ruleset.is_some().then_some([u64::try_from(bytes.len()).ok()?, u64::try_from(info.bytes_current).ok()?, info.bytes_max])
}
