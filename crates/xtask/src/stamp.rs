//! Stamps: a note beside an output of what it was made from, so that what would come out the same is not made again.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use crate::fail::{Doing, Result};

/// What an output is made from, as one short text.
pub(crate) struct Stamp {
    text: String,
    file: PathBuf,
}

impl Stamp {
    /// Hashes these files and all files below these folders, with `salt` (tool versions, options).
    pub(crate) fn of(name: &str, salt: &str, inputs: &[PathBuf]) -> Result<Self> {
        let mut hasher = DefaultHasher::new();
        salt.hash(&mut hasher);
        for input in inputs {
            for file in files_below(input)? {
                file.hash(&mut hasher);
                fs::read(&file).doing(|| format!("read `{}`", file.display()))?.hash(&mut hasher);
            }
        }
        Ok(Self { text: format!("{name} {:016x}\n", hasher.finish()), file: PathBuf::new() })
    }

    /// Where it is kept; inside the output, so that they vanish together.
    pub(crate) fn kept_in(mut self, file: PathBuf) -> Self {
        self.file = file;
        self
    }

    /// Whether the output was made from exactly this.
    pub(crate) fn holds(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|text| text == self.text)
    }

    /// Notes that it now was.
    pub(crate) fn keep(&self) -> Result<()> {
        fs::write(&self.file, &self.text).doing(|| format!("write `{}`", self.file.display()))
    }
}

/// The file itself, or every file below the folder, sorted. What is not there counts as empty.
pub(crate) fn files_below(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut files = Vec::new();
    if path.is_dir() {
        let mut entries: Vec<PathBuf> = Vec::new();
        for entry in fs::read_dir(path).doing(|| format!("read `{}`", path.display()))? {
            entries.push(entry.doing(|| format!("read `{}`", path.display()))?.path());
        }
        entries.sort();
        for entry in entries {
            files.extend(files_below(&entry)?);
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_holds_until_an_input_changes() {
        let folder = std::env::temp_dir().join(format!("halyard-stamp-{}", std::process::id()));
        fs::create_dir_all(folder.join("in/deep")).unwrap();
        fs::write(folder.join("in/deep/a"), "1").unwrap();
        let stamp = |salt: &str| Stamp::of("test", salt, &[folder.join("in")]).unwrap().kept_in(folder.join("stamp"));
        assert!(!stamp("v1").holds());
        stamp("v1").keep().unwrap();
        assert!(stamp("v1").holds());
        assert!(!stamp("v2").holds(), "another tool version");
        fs::write(folder.join("in/deep/a"), "2").unwrap();
        assert!(!stamp("v1").holds(), "another content");
        fs::remove_dir_all(folder).unwrap();
    }
}
