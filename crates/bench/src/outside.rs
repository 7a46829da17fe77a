//! `halyard-bench edge|page|reliability`: has a Node program measure workers in workerd and evaluators in JavaScript, and keeps what it
//! found.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use halyard_bench::run::{Row, Run, load};
use halyard_bench::{Result, configuration, inputs};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::options::Options;

/// What a Node program writes.
#[derive(Deserialize)]
struct Found {
    rows: Vec<Row>,
    #[serde(default)]
    samples: BTreeMap<String, Vec<f64>>,
    #[serde(default)]
    notes: Vec<String>,
    tools: String,
}

/// Requests through workerd.
pub(crate) fn edge(options: &Options) -> Result<Run> {
    in_folder(|folder| {
        let documents = documents(folder)?;
        let single = configuration::key(configuration::MIDDLE);
        let (sets, warm, rounds, times, colds) = if options.smoke { (1, 0, 1, 16, 1) } else { (5, 100, 20, 250, 21) };
        measure(
            "edge",
            &json!({"documents": documents, "single": single, "sets": sets, "warm": warm, "rounds": rounds, "times": times, "colds": colds}),
        )
    })
}

/// The page's evaluator beside its peers.
pub(crate) fn page(options: &Options) -> Result<Run> {
    in_folder(|folder| {
        let sizes: &[usize] = if options.smoke { &[1000] } else { &[1000, 10_000] };
        let mut told = inputs::write(folder, sizes)?;
        if let Some(told) = told.as_object_mut() {
            told.insert("smoke".to_owned(), options.smoke.into());
            told.insert("sizes".to_owned(), json!(sizes));
            told.insert("only".to_owned(), json!(options.only));
        }
        measure("page", &told)
    })
}

/// Has a folder for this, which is gone afterwards.
fn in_folder(work: impl FnOnce(&Path) -> Result<Run>) -> Result<Run> {
    let folder = std::env::temp_dir().join(format!("halyard-bench-{}", std::process::id()));
    let say = |error: std::io::Error| format!("`{}`: {error}", folder.display());
    fs::create_dir_all(&folder).map_err(say)?;
    let run = work(&folder);
    let removed = fs::remove_dir_all(&folder).map_err(say);
    run.and_then(|run| removed.map(|()| run))
}

/// From publish to seen.
pub(crate) fn reliability(options: &Options) -> Result<Run> {
    let (publishes, spread) = if options.smoke { (1, 0) } else { (200, 5000) };
    measure("reliability", &json!({"publishes": publishes, "every": 250, "spread": spread}))
}

/// Writes the configuration's documents: 1,000 flags for production, 100 for staging.
fn documents(folder: &Path) -> Result<Value> {
    let write = |flags: usize| -> Result<PathBuf> {
        let file = folder.join(format!("{flags}.json"));
        fs::write(&file, configuration::document(flags)).map_err(|error| format!("`{}`: {error}", file.display()))?;
        Ok(file)
    };
    Ok(json!({"production": write(1000)?, "staging": write(100)?}))
}

fn measure(bench: &str, options: &Value) -> Result<Run> {
    let mut run = Run::here(bench);
    let script = format!("tests/bench/{bench}.mjs");
    let output = Command::new("node")
        .arg(&script)
        .arg(options.to_string())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("node does not start: {error}"))?;
    if !output.status.success() {
        return Err(format!("`{script}` failed ({})", output.status));
    }
    let found: Found = serde_json::from_slice(&output.stdout).map_err(|error| format!("what `{script}` found: {error}"))?;
    (run.rows, run.samples, run.notes) = (found.rows, found.samples, found.notes);
    run.tools = found.tools;
    run.beside = format!("{} before, {} after", run.beside, load());
    Ok(run)
}
