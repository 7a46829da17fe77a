//! A store in a folder. Several processes may use one folder at a time, and one may be killed at any instant: readers see the old object
//! or the new one, never a part.
//!
//! An object is a file, named by its key with whatever a path would misread percent-encoded. `.halyard/` beside them holds the lock and files
//! that are still being written; no key's path begins so.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use halyard_core::document::digest;

use crate::store::objects::{Demand, Got, Object, Objects, Put};

/// A folder that holds a store.
#[derive(Clone, Debug)]
pub(crate) struct Directory {
    root: PathBuf,
}

/// Our own folder within the store's, for what is no object.
const OURS: &str = ".halyard";

impl Directory {
    /// The store in this folder; the folder itself is made by the first put.
    pub(crate) fn new(root: PathBuf) -> Directory {
        Directory { root }
    }

    /// The lock that puts hold. The system lets go of it when the file is closed, also when its process is killed.
    fn lock(&self) -> io::Result<File> {
        let ours = self.root.join(OURS);
        make_folder(&ours)?;
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(ours.join("lock"))?;
        file.lock()?;
        Ok(file)
    }

    /// The path of a key's file.
    fn path(&self, key: &str) -> io::Result<PathBuf> {
        let mut path = self.root.clone();
        for segment in key.split('/') {
            if segment.is_empty() {
                return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("`{key}` is no key of a store: a part of it is empty")));
            }
            path.push(encode(segment));
        }
        Ok(path)
    }
}

impl Objects for Directory {
    fn get(&self, key: &str, known: Option<&str>, _: Duration) -> io::Result<Got> {
        // No lock: a rename replaces the whole file at once.
        let object = match fs::read(self.path(key)?) {
            Ok(body) => Some(Object { etag: digest(&body), body }),
            Err(error) if is_missing(&error) => None,
            Err(error) => return Err(error),
        };
        Ok(Got::of(object, known))
    }

    /// When this returns, the object is on disk.
    fn put(&self, key: &str, body: &[u8], demand: Demand<'_>) -> io::Result<Put> {
        let path = self.path(key)?;
        let _locked = self.lock()?;
        if !demand.is_met_by(self.object(key)?.as_ref()) {
            return Ok(Put::Conflict);
        }
        let folder = path.parent().unwrap_or(&self.root);
        make_folder(folder)?;
        // One name is enough: whoever writes it holds the lock, and what a killed process left is written over.
        let draft = self.root.join(OURS).join("draft");
        let mut file = File::create(&draft)?;
        file.write_all(body)?;
        file.sync_all()?;
        drop(file);
        fs::rename(&draft, &path)?;
        sync_folder(folder)?;
        Ok(Put::Stored { etag: digest(body) })
    }

    fn list(&self, prefix: &str, after: Option<&str>, limit: usize) -> io::Result<(Vec<String>, bool)> {
        let mut keys = Vec::new();
        // Only the folders above the prefix's last slash can hold a match.
        let start = prefix.rfind('/').and_then(|end| prefix.get(..end)).unwrap_or("");
        let folder = if start.is_empty() { self.root.clone() } else { self.path(start)? };
        walk(&folder, start, &mut keys)?;
        keys.retain(|key| key.starts_with(prefix) && after.is_none_or(|after| key.as_str() > after));
        keys.sort_unstable();
        let more = keys.len() > limit;
        keys.truncate(limit);
        Ok((keys, more))
    }
}

/// A part of a key as a file's name: letters, digits, `-`, `_` and inner dots stay; all else is percent-encoded, a leading dot too. So no
/// key leads out of the folder, and none into `.halyard`.
fn encode(segment: &str) -> String {
    let mut name = String::with_capacity(segment.len());
    for (index, byte) in segment.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => name.push(char::from(byte)),
            b'.' if index > 0 => name.push('.'),
            _ => name.push_str(&format!("%{byte:02X}")),
        }
    }
    name
}

/// The part of a key that a file's name stands for; none: the file is no object of ours.
fn decode(name: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    let segment = String::from_utf8(bytes).ok()?;
    // What we would have named otherwise was put here by somebody else.
    (encode(&segment) == name).then_some(segment)
}

fn walk(folder: &Path, key: &str, keys: &mut Vec<String>) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if is_missing(&error) => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        let Some(segment) = entry.file_name().to_str().and_then(decode) else { continue };
        let key = if key.is_empty() { segment } else { format!("{key}/{segment}") };
        let kind = entry.file_type()?;
        if kind.is_dir() {
            walk(&entry.path(), &key, keys)?;
        } else if kind.is_file() {
            keys.push(key);
        }
    }
    Ok(())
}

/// Nothing is there: also where a file stands in place of a folder on the way.
fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Makes a folder and those above it, and sees to it that their names survive a loss of power.
fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let above = folder.parent().filter(|above| !above.as_os_str().is_empty());
    if let Some(above) = above {
        make_folder(above)?;
    }
    match fs::create_dir(folder) {
        Ok(()) => sync_folder(above.unwrap_or(Path::new("."))),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

/// Writes a folder's list of names to disk. Only Unix can.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> (tempfile::TempDir, Directory) {
        let folder = tempfile::tempdir().unwrap();
        let store = Directory::new(folder.path().join("deep/store"));
        (folder, store)
    }

    #[test]
    fn an_object_is_put_once_and_then_replaced_by_whoever_knows_it() {
        let (_folder, store) = store();
        assert_eq!(store.object("a/head.json").unwrap(), None);
        let Put::Stored { etag } = store.put("a/head.json", b"1", Demand::Absent).unwrap() else { panic!("it was absent") };
        assert_eq!(store.object("a/head.json").unwrap(), Some(Object { etag: etag.clone(), body: b"1".to_vec() }));
        assert_eq!(store.put("a/head.json", b"2", Demand::Absent).unwrap(), Put::Conflict);
        assert_eq!(store.put("a/head.json", b"2", Demand::Match("sha256-else")).unwrap(), Put::Conflict);
        assert_eq!(store.put("a/none.json", b"2", Demand::Match(&etag)).unwrap(), Put::Conflict);
        assert!(matches!(store.put("a/head.json", b"2", Demand::Match(&etag)).unwrap(), Put::Stored { .. }));
        assert_eq!(store.object("a/head.json").unwrap().unwrap().body, b"2");
    }

    #[test]
    fn keys_are_listed_in_order_and_page_by_page() {
        let (_folder, store) = store();
        assert_eq!(store.list("", None, 10).unwrap(), (vec![], false));
        for key in ["b/2.json", "b/1.json", "b/10.json", "a.json", "b/c/d.json", "bb.json"] {
            store.put(key, b"{}", Demand::Absent).unwrap();
        }
        let all = |prefix, after, limit| store.list(prefix, after, limit).unwrap();
        assert_eq!(all("", None, 10).0, ["a.json", "b/1.json", "b/10.json", "b/2.json", "b/c/d.json", "bb.json"]);
        assert_eq!(all("b/", None, 2), (vec!["b/1.json".to_owned(), "b/10.json".to_owned()], true));
        assert_eq!(all("b/", Some("b/10.json"), 2), (vec!["b/2.json".to_owned(), "b/c/d.json".to_owned()], false));
        assert_eq!(all("b/1", None, 9).0, ["b/1.json", "b/10.json"]);
        assert_eq!(all("none/", None, 9).0, Vec::<String>::new());
    }

    #[test]
    fn no_key_leads_out_of_the_folder_or_into_ours() {
        let (folder, store) = store();
        for key in ["../../outside", "a/../../../outside", "./here", ".halyard/lock", "a\\..\\b", "c:", "ü ?*", "%2e", "a."] {
            store.put(key, key.as_bytes(), Demand::Absent).unwrap();
            assert_eq!(store.object(key).unwrap().unwrap().body, key.as_bytes(), "{key}");
        }
        assert_eq!(store.list("", None, 100).unwrap().0.len(), 9);
        let beside: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(beside, ["deep"]);
        for key in ["", "/etc/passwd", "a//b", "a/"] {
            assert!(store.put(key, b"", Demand::Absent).is_err(), "{key}");
        }
    }

    #[test]
    fn what_somebody_else_left_in_the_folder_is_no_object() {
        let (_folder, store) = store();
        store.put("a.json", b"{}", Demand::Absent).unwrap();
        for name in [".DS_Store", "a b.txt", "%zz", "%61"] {
            fs::write(store.root.join(name), "").unwrap();
        }
        assert_eq!(store.list("", None, 100).unwrap().0, ["a.json"]);
    }

    #[test]
    fn of_many_at_once_exactly_one_wins_each_round() {
        let (_folder, store) = store();
        let Put::Stored { etag } = store.put("head.json", b"begin", Demand::Absent).unwrap() else { panic!("it was absent") };
        let wins = std::thread::scope(|scope| {
            let racers: Vec<_> = (0..8)
                .map(|racer: u32| {
                    let (store, etag) = (&store, &etag);
                    scope.spawn(move || store.put("head.json", racer.to_string().as_bytes(), Demand::Match(etag)).unwrap() != Put::Conflict)
                })
                .collect();
            racers.into_iter().filter_map(|racer| racer.join().ok()).filter(|won| *won).count()
        });
        assert_eq!(wins, 1);
    }
}
