//! What the edge and the browser load stays within `budget.json`.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use crate::build::{self, node_script};
use crate::fail::{Doing, Fail, Result};
use crate::{place, run, ui};

/// A part's size in bytes, as it is and as brotli sends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Size {
    raw: u64,
    brotli: u64,
}

/// Compares every part with its budget and tells the sizes.
pub(crate) fn check() -> Result<()> {
    let sizes = measure(&build::parts()?)?;
    for (name, size) in &sizes {
        ui::note(&format!("{name}: {} bytes, {} as brotli", grouped(size.raw), grouped(size.brotli)));
    }
    let path = place::root().join("budget.json");
    let text = fs::read_to_string(&path).doing(|| format!("read `{}`", path.display()))?;
    let budget: BTreeMap<String, u64> = serde_json::from_str(&text).doing(|| "read `budget.json`".to_owned())?;
    super::settle(findings(&sizes, &budget), "make it smaller, or raise `budget.json` in the change that is worth it and say why")
}

fn measure(parts: &[(String, Vec<PathBuf>)]) -> Result<BTreeMap<String, Size>> {
    let files = parts.iter().flat_map(|(_, files)| files);
    let printed = run::captured(&mut node_script("sizes.mjs", files.map(|file| file.as_os_str())))?;
    let mut lines = printed.lines();
    let mut sizes = BTreeMap::new();
    for (name, files) in parts {
        let mut whole = Size { raw: 0, brotli: 0 };
        for file in files {
            let size = lines.next().and_then(read_size).ok_or_else(|| Fail::new(format!("could not measure `{}`", file.display())))?;
            whole = Size { raw: whole.raw + size.raw, brotli: whole.brotli + size.brotli };
        }
        sizes.insert(name.clone(), whole);
    }
    Ok(sizes)
}

fn read_size(line: &str) -> Option<Size> {
    let (raw, brotli) = line.split_once(' ')?;
    Some(Size { raw: raw.parse().ok()?, brotli: brotli.parse().ok()? })
}

/// What is over its budget, what has none, and what has one but is gone.
fn findings(sizes: &BTreeMap<String, Size>, budget: &BTreeMap<String, u64>) -> Vec<String> {
    let mut findings = Vec::new();
    for (name, size) in sizes {
        match budget.get(name) {
            None => findings.push(format!("`{name}` has no budget; it takes {} bytes as brotli", grouped(size.brotli))),
            Some(most) if size.brotli > *most => {
                findings.push(format!(
                    "`{name}` has grown to {} bytes as brotli, {} over its budget of {}",
                    grouped(size.brotli),
                    grouped(size.brotli - most),
                    grouped(*most)
                ));
            }
            Some(_) => {}
        }
    }
    findings.extend(budget.keys().filter(|name| !sizes.contains_key(*name)).map(|name| format!("`{name}` has a budget but is not built")));
    findings
}

/// `1234567` as `1,234,567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(pairs: &[(&str, u64)]) -> BTreeMap<String, Size> {
        pairs.iter().map(|(name, brotli)| ((*name).to_owned(), Size { raw: brotli * 3, brotli: *brotli })).collect()
    }

    fn budget(pairs: &[(&str, u64)]) -> BTreeMap<String, u64> {
        pairs.iter().map(|(name, most)| ((*name).to_owned(), *most)).collect()
    }

    #[test]
    fn at_its_budget_is_within_it_and_a_byte_more_is_told_by_how_much() {
        assert!(findings(&sizes(&[("worker", 2000)]), &budget(&[("worker", 2000)])).is_empty());
        assert_eq!(
            findings(&sizes(&[("worker", 2001)]), &budget(&[("worker", 2000)])),
            ["`worker` has grown to 2,001 bytes as brotli, 1 over its budget of 2,000"]
        );
    }

    #[test]
    fn budget_and_modules_name_the_same_things() {
        let found = findings(&sizes(&[("new", 5)]), &budget(&[("old", 9)]));
        assert_eq!(found.len(), 2);
        assert!(found[0].contains("`new` has no budget") && found[1].contains("`old` has a budget"), "{found:?}");
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!([grouped(0), grouped(999), grouped(1000), grouped(1_234_567)], ["0", "999", "1,000", "1,234,567"]);
    }
}
