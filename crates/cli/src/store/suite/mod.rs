//! The store suite: what the protocol rests on, tried on every store that can hold a project. A property is a function; `over!` makes a
//! test of each of them for a store. `tests/stores` has the servers.

mod properties;
mod protocol;
mod r2;
mod server;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::directory::Directory;
use super::memory::Memory;
use super::objects::Objects;
use super::s3;

/// A store for one test alone.
struct Store {
    objects: Arc<dyn Objects>,
    /// The same store, as another process has it.
    other: Arc<dyn Objects>,
    /// What must outlive it: a folder, or the turn at a server, which one test at a time has for itself. Many at once would make each wait
    /// for longer than the node does.
    _held: Held,
}

#[expect(dead_code, reason = "what is in it is for its end, not to be read")]
enum Held {
    Nothing,
    Folder(tempfile::TempDir),
    Turn(MutexGuard<'static, ()>),
}

/// A test of each property, over the store that an expression opens; none: `skipped: …` has been said.
macro_rules! over {
    ($name:ident, $open:expr, [$($module:ident :: $property:ident),* $(,)?]) => {
        mod $name {
            $(
                #[test]
                fn $property() {
                    if let Some(store) = $open {
                        super::$module::$property(&store);
                    }
                }
            )*
        }
    };
    ($name:ident, $open:expr) => {
        over!($name, $open, [
            properties::writers_at_once_lose_no_update_and_win_none_twice,
            properties::of_many_who_create_one_object_exactly_one_does,
            properties::what_was_put_is_what_the_next_get_finds,
            properties::the_etag_of_a_get_is_the_etag_of_its_put,
            properties::the_same_bytes_again_are_held_to_the_same_conditions,
            properties::what_is_missing_and_what_is_not_modified_is_told,
            properties::long_lists_come_whole_in_order_and_page_by_page,
            properties::lists_hold_what_begins_with_the_prefix_and_nothing_else,
            properties::keys_of_every_shape_that_is_used_are_kept_apart,
            properties::large_bodies_come_back_as_they_went,
            protocol::no_two_heads_of_a_history_are_alike,
            protocol::publishers_at_once_lose_nothing,
        ]);
    };
}

over!(in_memory, Some(super::memory()));
over!(in_a_folder, Some(super::file()));
over!(in_s3, super::bucket());
over!(in_r2, super::r2());

fn memory() -> Store {
    let objects = Arc::new(Memory::default());
    Store { objects: objects.clone(), other: objects, _held: Held::Nothing }
}

fn file() -> Store {
    // In memory where the system has such a folder: this is about the protocol, and thousands of waits for a disk teach nothing about it.
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    let open = || Arc::new(Directory::new(folder.path().join("store")));
    Store { objects: open(), other: open(), _held: Held::Folder(folder) }
}

fn bucket() -> Option<Store> {
    static TURN: Mutex<()> = Mutex::new(());
    let endpoint = server::s3()?;
    let number = server::next();
    let address = || s3::Address::parse(&format!("s3://bucket-{number}/teams/a%20b+c?endpoint={endpoint}&region=eu-west-1")).unwrap();
    let open = || Arc::new(s3::Bucket::with(address(), rusty_s3::Credentials::new("key", "secret")));
    let objects = open();
    let turn = take(&TURN);
    objects.make().unwrap();
    Some(Store { objects, other: open(), _held: Held::Turn(turn) })
}

fn r2() -> Option<Store> {
    static TURN: Mutex<()> = Mutex::new(());
    let url = server::r2()?;
    let number = server::next();
    Some(Store {
        objects: Arc::new(r2::R2::new(url, number, false)),
        other: Arc::new(r2::R2::new(url, number, true)),
        _held: Held::Turn(take(&TURN)),
    })
}

/// A turn at a server; a test that failed has left nothing that the next one, in a bucket of its own, could see.
fn take(turn: &'static Mutex<()>) -> MutexGuard<'static, ()> {
    turn.lock().unwrap_or_else(PoisonError::into_inner)
}
