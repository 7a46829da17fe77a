//! `halyard explain`: why somebody gets what they get.

use clap::Args;
use halyard_core::explain::{Explanation, Outcome as Held};
use halyard_core::{Context, Timestamp, compile};

use crate::args::instant;
use crate::failure::{Failure, Outcome};
use crate::output::{BAD, FAINT, GOOD, STRONG, styled};
use crate::{host, input, output};

/// What `halyard explain` takes.
#[derive(Args, Debug)]
#[command(after_help = "\
An answer with reason ERROR (a flag that is not there, say) is an answer too: the exit code is 0.

Examples:
  halyard explain production.json new-checkout --context '{\"targetingKey\": \"u1\", \"country\": \"NL\"}'
  halyard explain production.json new-checkout --context @user.json --at 2026-12-01T09:00:00Z --json")]
pub(crate) struct Explain {
    /// The document, or `-` for stdin.
    #[arg(value_name = "DOC")]
    document: String,
    /// The flag's key.
    #[arg(value_name = "FLAG")]
    flag: String,
    /// The evaluation context: a JSON object, `@FILE` that holds one, or `-` for stdin.
    #[arg(long, value_name = "JSON")]
    context: String,
    /// The time to evaluate at, RFC 3339; now by default.
    #[arg(long, value_name = "RFC3339", value_parser = instant)]
    at: Option<Timestamp>,
    /// Print {answer, summary, steps} instead.
    #[arg(long)]
    json: bool,
}

/// Runs it.
pub(crate) fn run(args: &Explain) -> Result<Outcome, Failure> {
    let source = match args.context.strip_prefix('@') {
        Some(path) => Some(path),
        None => (args.context == input::STDIN).then_some(input::STDIN),
    };
    input::once(&[Some(&args.document), source])?;
    let text = match source {
        Some(path) => input::bytes(path)?,
        None => args.context.clone().into_bytes(),
    };
    let context = Context::parse(&text).map_err(|problems| {
        let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
        Failure::input(format!("the context cannot be used. {}", said.join("; ")))
    })?;
    let document = input::document(&args.document)?;
    let explanation = compile(&document).explain(&document, &args.flag, &context, args.at.unwrap_or_else(host::now));
    if args.json {
        output::json(&explanation)?
    } else {
        output::people(&told(&args.flag, &explanation))?
    }
    Ok(Outcome::Fine)
}

fn told(flag: &str, explanation: &Explanation) -> String {
    let mut text = format!("{}: {}\n", styled(STRONG, flag), explanation.summary);
    if !explanation.steps.is_empty() {
        text.push('\n');
    }
    for step in &explanation.steps {
        let mark = match step.outcome {
            Held::Holds => styled(GOOD, "✓"),
            Held::Fails => styled(BAD, "✗"),
            Held::Note => styled(FAINT, "·"),
        };
        text.push_str(&format!("{:indent$}  {mark} {}\n", "", step.text, indent = step.depth * 2));
    }
    text.push_str(&format!("\n{}\n", styled(FAINT, explanation.answer.canonical())));
    text
}
