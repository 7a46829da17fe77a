//! The options of a bench.

use std::path::PathBuf;

use halyard_bench::Result;

/// What was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// Only see that it runs.
    pub(crate) smoke: bool,
    /// No times, only counts.
    pub(crate) counts_only: bool,
    /// Where the run is kept.
    pub(crate) json: Option<PathBuf>,
    /// A run to compare with.
    pub(crate) against: Option<PathBuf>,
    /// Write the figures into their page.
    pub(crate) docs: bool,
    /// Only native benches whose name has this in it; of the peers only those.
    pub(crate) only: Option<String>,
}

/// Reads them.
pub(crate) fn read(arguments: &[String]) -> Result<Options> {
    let mut options = Options::default();
    let mut rest = arguments.iter();
    while let Some(name) = rest.next() {
        let mut value = || rest.next().cloned().ok_or_else(|| format!("`{name}` wants a value"));
        match name.as_str() {
            "--smoke" => options.smoke = true,
            "--counts" => options.counts_only = true,
            "--docs" => options.docs = true,
            "--json" => options.json = Some(value()?.into()),
            "--against" => options.against = Some(value()?.into()),
            "--only" => options.only = Some(value()?),
            _ => return Err(format!("there is no option `{name}`: --smoke, --counts, --only TEXT, --json FILE, --against FILE, --docs")),
        }
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(line: &str) -> Result<Options> {
        read(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn options_are_read_and_others_are_refused_by_name() {
        let all = asked("--smoke --counts --only percent --json a.json --against b.json --docs").unwrap();
        assert_eq!(
            all,
            Options {
                smoke: true,
                counts_only: true,
                docs: true,
                json: Some("a.json".into()),
                against: Some("b.json".into()),
                only: Some("percent".to_owned())
            }
        );
        assert!(asked("--quick").unwrap_err().contains("`--quick`"));
        assert!(asked("--json").unwrap_err().contains("wants a value"));
    }
}
