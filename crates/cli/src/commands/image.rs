//! `halyard image`: a document as what pages, workers and servers evaluate without compiling it.

use std::fs;
use std::io::Write as _;

use clap::Args;
use halyard_core::compile;

use crate::failure::{Failure, Outcome};
use crate::{input, output};

/// What `halyard image` takes.
#[derive(Args, Debug)]
#[command(after_help = "\
An image is what the npm package `halyard-flags` evaluates, and what a node answers to GET /v1/document. Every flag is in it, unless \
--public is given: then it has what a page may hold, the public flags and what they rest on.

Examples:
  halyard image production.json --public --output public/flags.image
  halyard get --store file:///srv/flags --env production | halyard image - --public --output flags.image")]
pub(crate) struct Image {
    /// The document, or `-` for stdin.
    #[arg(value_name = "DOC")]
    document: String,
    /// Only what pages may hold.
    #[arg(long)]
    public: bool,
    /// The file to write, or `-` for stdout.
    #[arg(long, short, value_name = "FILE")]
    output: String,
}

/// Runs it.
pub(crate) fn run(args: &Image) -> Result<Outcome, Failure> {
    let document = input::document(&args.document)?;
    let document = if args.public { document.public() } else { document };
    let image = compile(&document).to_image(&sha256(&document.digest()));
    if args.output == input::STDIN {
        let mut out = output::programs();
        out.write_all(&image).and_then(|()| out.flush()).map_err(|error| Failure::output(&error))?;
    } else {
        fs::write(&args.output, image).map_err(|error| Failure::call(format!("`{}` cannot be written: {error}", args.output)))?;
    }
    Ok(Outcome::Fine)
}

/// The bytes of a digest's text.
fn sha256(digest: &str) -> [u8; 32] {
    let hex = digest.trim_start_matches("sha256-");
    let byte = |place: usize| hex.get(2 * place..2 * place + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()).unwrap_or_default();
    std::array::from_fn(byte)
}
