//! The project's own commands: `cargo xtask setup|build|serve|test|tidy|fuzz|mutants|bench`.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        reason = "a test may stop at what should not be"
    )
)]
#![allow(clippy::disallowed_methods, reason = "this is a shell: it reads the environment, waits and measures time")]

mod arguments;
mod bench;
mod build;
mod fail;
mod fuzz;
mod mutants;
mod place;
mod run;
mod serve;
mod setup;
mod stamp;
mod test;
mod tidy;
mod ui;

use std::process::ExitCode;
use std::time::Instant;

use arguments::Asked;

fn main() -> ExitCode {
    match arguments::read(std::env::args_os().skip(1)).and_then(carry_out) {
        Ok(code) => code,
        Err(fail) => {
            ui::failed(&fail);
            ExitCode::from(fail.code)
        }
    }
}

fn carry_out(asked: Asked) -> fail::Result<ExitCode> {
    match asked {
        Asked::Help => ui::answer(arguments::HELP.trim_end()),
        Asked::Setup => {
            let began = Instant::now();
            setup::everything()?;
            ui::done(&format!("everything is there, after {:.1} s", began.elapsed().as_secs_f32()));
        }
        Asked::Build => build::everything()?,
        Asked::Serve(options) => serve::serve(&options)?,
        Asked::Test => return Ok(test::everything()),
        Asked::Tidy { fix } => tidy::everything(fix)?,
        Asked::Fuzz { targets, minutes } => fuzz::run(&targets, minutes)?,
        Asked::Bench { arguments } => bench::run(&arguments)?,
        Asked::Mutants { options } => mutants::run(&options)?,
    }
    Ok(ExitCode::SUCCESS)
}
