//! `halyard-bench native|document|show`: runs the native benches, and tells what any bench has found. `cargo xtask bench` calls it.

mod native_run;
mod options;

use std::process::ExitCode;

use halyard_bench::Result;

fn main() -> ExitCode {
    match carry_out() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn carry_out() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    match command.as_str() {
        "native" => native_run::native(&options::read(&rest)?),
        "count" => native_run::count(&options::read(&rest)?),
        "document" => document(&rest),
        _ => Err(format!("there is no command `{command}`: native, document")),
    }
}

/// The configuration with so many flags, for benches in other languages.
fn document(rest: &[String]) -> Result<()> {
    let flags = rest.first().and_then(|text| text.parse().ok()).ok_or("say how many flags")?;
    let text = String::from_utf8(halyard_bench::configuration::document(flags)).map_err(|error| error.to_string())?;
    println!("{text}");
    Ok(())
}
