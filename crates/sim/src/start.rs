//! How every schedule begins: a project that `halyard init` would make, and the ledger that knows of it.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use halyard_core::{Json, Timestamp};
use halyard_edge::init::{self, NewEnvironment, NewPerson, Options};
use halyard_edge::store::{Head, RecordObject, Scope};
use halyard_edge::{Config, Moment, follow};

use crate::flags::{ENVIRONMENT, FIRST};
use crate::ledger::{Commit, Ledger};
use crate::random::Random;
use crate::store::Store;

/// When schedules begin: 2026-11-30T00:53:20Z, in milliseconds.
pub(crate) const START: i64 = 1_796_000_000_000;

/// The project of every schedule. It is the same one: making it takes as long as a dozen steps.
pub(crate) struct Beginning {
    objects: Vec<(String, Vec<u8>)>,
    pub(crate) token: String,
    pub(crate) key: String,
    snapshots: BTreeMap<String, String>,
    pub(crate) now: i64,
}

impl Beginning {
    /// The one beginning; none if the code under test cannot even make a project.
    pub(crate) fn get() -> Option<&'static Beginning> {
        static BEGINNING: OnceLock<Option<Beginning>> = OnceLock::new();
        BEGINNING.get_or_init(|| Beginning::make(Moment { now: Timestamp(START), random: [7; 32] })).as_ref()
    }

    fn make(moment: Moment) -> Option<Beginning> {
        let environment =
            NewEnvironment { key: ENVIRONMENT.to_owned(), name: "Production".to_owned(), document: Some(FIRST.as_bytes().to_vec()) };
        let options =
            Options { name: "Acme".to_owned(), people: vec![NewPerson::admin("ann@acme.example", "Ann")], environments: vec![environment] };
        let made = init::init(&options, moment).ok()?;
        let key = made.told.sdk_keys.get(ENVIRONMENT)?.server.clone();
        let mut store = Store::default();
        for (key, bytes) in &made.objects {
            store.write(key, bytes.clone());
        }
        let mut snapshots = BTreeMap::new();
        for scope in [Scope::Project, Scope::Environment(ENVIRONMENT.to_owned())] {
            let head = Head::parse(store.body(&scope.head())?).ok()?;
            let packed = follow::pack(&head, None, moment.now, store.body(&scope.document(&head.document))?);
            snapshots.insert(scope.folder(), String::from_utf8(packed).ok()?);
        }
        Some(Beginning { objects: made.objects, token: made.told.token, key, snapshots, now: START })
    }

    /// A store with the project in it, and the ledger of that.
    pub(crate) fn objects(&self, etags_by_content: bool) -> (Store, Ledger) {
        let mut store = Store::new(etags_by_content);
        for (key, bytes) in &self.objects {
            store.write(key, bytes.clone());
        }
        let mut ledger = Ledger::default();
        for scope in [Scope::Project, Scope::Environment(ENVIRONMENT.to_owned())] {
            enter(&mut ledger, &store, &scope);
        }
        (store, ledger)
    }

    /// How a node is set up, with or without a snapshot of the beginning bundled.
    pub(crate) fn config(&self, is_bundled: bool) -> Config {
        Config { snapshots: if is_bundled { self.snapshots.clone() } else { BTreeMap::new() }, ..Config::default() }
    }
}

/// Enters the version that a history begins with.
fn enter(ledger: &mut Ledger, store: &Store, scope: &Scope) -> Option<()> {
    let head = Head::parse(store.body(&scope.head())?).ok()?;
    let record = RecordObject::<Json>::parse(&head.record, store.body(&scope.record(&head.record))?).ok()?;
    let document = store.body(&scope.document(&head.document))?.to_vec();
    ledger.add(scope, Commit { head, record, call: None }, &document);
    Some(())
}

/// Makes the environment anew: another lineage, which begins at 1.
pub(crate) fn anew(store: &mut Store, ledger: &mut Ledger, now: i64, random: &mut Random) -> Option<()> {
    let moment = Moment { now: Timestamp(now), random: random.bytes() };
    let made = Beginning::make(moment)?;
    let scope = Scope::Environment(ENVIRONMENT.to_owned());
    let folder = scope.folder();
    for (key, bytes) in made.objects.into_iter().filter(|(key, _)| key.starts_with(&folder)) {
        store.write(&key, bytes);
    }
    ledger.anew += 1;
    enter(ledger, store, &scope)
}
