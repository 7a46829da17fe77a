//! `halyard`: documents, releases and their stores from the command line. A shell: what flags mean is core's business, what a
//! publish is is edge's; this crate reads arguments, files and the clock, and prints.
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails may panic")
)]

mod args;
mod commands;
mod demo;
mod failure;
mod host;
mod input;
mod output;
mod place;
mod store;
mod trouble;
mod words;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Cli, Command};

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Check(args) => commands::check::run(&args),
        Command::Eval(args) => commands::eval::run(&args),
        Command::Explain(args) => commands::explain::run(&args),
        Command::Diff(args) => commands::diff::run(&args),
        Command::Image(args) => commands::image::run(&args),
        Command::Test(args) => commands::test::run(&args),
        Command::Init(args) => commands::init::run(&args),
        Command::Link(args) => commands::link::run(&args),
        Command::Log(args) => commands::log::run(&args),
        Command::Get(args) => commands::get::run(&args),
        Command::Publish(args) => commands::publish::run(&args),
        Command::Rollback(args) => commands::rollback::run(&args),
    };
    match done {
        Ok(outcome) => outcome.into(),
        Err(failure) => failure.report(),
    }
}
