//! The project as this person sees it: loaded once for all its pages, and changed one action at a time.
//!
//! An action is one publish of the project's document. Where somebody else was faster, it goes on top of theirs by itself, unless
//! they changed the very thing that it is about: then it is shown again before anything happens.

use std::sync::Arc;

use halyard_core::Json;
use halyard_edge::project::{EVERYWHERE, Project, diff, is_admin};
use halyard_edge::wire::{Edit, Published, Session};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{Api, Failure, Head, How, Subject};
use crate::project::secret::Made;
use crate::random;
use crate::session;
use crate::ui::toast::Toasts;

/// How often an action goes on top of somebody else's by itself before the person is asked.
const TRIES: usize = 5;

/// The project's published document.
#[derive(Clone)]
pub(crate) struct Loaded {
    /// Which version it is.
    pub(crate) head: Head,
    /// What it says.
    pub(crate) project: Arc<Project>,
}

/// Something to do to the project, to be confirmed.
#[derive(Clone)]
pub(crate) struct Action {
    /// What it does, as the dialog's heading.
    pub(crate) title: String,
    /// What that means, in a sentence or two.
    pub(crate) lead: String,
    /// What ought to be thought of before.
    pub(crate) warnings: Vec<String>,
    /// The message that is offered for the record.
    pub(crate) message: String,
    /// Whether it takes something away.
    pub(crate) danger: bool,
    /// What it is about: where somebody else changed one of these, it is not put on top of theirs unasked.
    pub(crate) about: Vec<Vec<String>>,
    /// The edit.
    pub(crate) apply: Arc<dyn Fn(&mut Project) + Send + Sync>,
    /// A secret that becomes valid with it, shown once when it has.
    pub(crate) made: Option<Made>,
    /// Called when it is done: the form that asked for it closes.
    pub(crate) done: Option<Callback<()>>,
}

impl Action {
    /// One that takes something away; its title is what the record says too.
    pub(crate) fn removal(
        title: String,
        lead: String,
        warnings: Vec<String>,
        about: Vec<Vec<String>>,
        apply: impl Fn(&mut Project) + Send + Sync + 'static,
    ) -> Action {
        Action { message: title.clone(), title, lead, warnings, danger: true, about, apply: Arc::new(apply), made: None, done: None }
    }
}

/// How an action ended.
pub(crate) enum Outcome {
    /// It is live.
    Done,
    /// Somebody changed the same thing: these changes are theirs. Nothing was published.
    Overtaken(u64, Vec<Edit>),
}

/// One try to publish: tried again, it must be the same publish.
struct Attempt {
    what: String,
    id: String,
}

/// The project of all its pages.
#[derive(Clone, Copy)]
pub(crate) struct Space {
    api: Api,
    toasts: Toasts,
    /// The document as far as is known; none while it loads.
    loaded: RwSignal<Option<Loaded>>,
    /// The document that pages show: it stays as it is while somebody fills in a form or confirms an action over it.
    pub(crate) shown: Memo<Option<Arc<Project>>>,
    /// How many forms are open.
    forms: RwSignal<u32>,
    /// Why it could not be loaded.
    pub(crate) failure: RwSignal<Option<Failure>>,
    /// The action that waits to be confirmed.
    pub(crate) action: RwSignal<Option<Action>>,
    /// The secret to be shown now.
    pub(crate) made: RwSignal<Option<Made>>,
    attempt: StoredValue<Option<Attempt>>,
}

impl Space {
    pub(crate) fn new() -> Space {
        let loaded = RwSignal::new(None::<Loaded>);
        let action = RwSignal::new(None::<Action>);
        let forms = RwSignal::new(0_u32);
        let shown = Memo::new_owning(move |before: Option<Option<Arc<Project>>>| {
            let now = loaded.read().as_ref().map(|loaded| loaded.project.clone());
            let held = forms.get() > 0 || action.read().is_some();
            match before {
                Some(Some(before)) if held => (Some(before), false),
                before => {
                    let is_same = matches!((&before, &now), (Some(Some(before)), Some(now)) if Arc::ptr_eq(before, now));
                    let changed = before.is_none() || !is_same;
                    (now, changed)
                }
            }
        });
        Space {
            api: expect_context(),
            toasts: expect_context(),
            loaded,
            shown,
            forms,
            failure: RwSignal::new(None),
            action,
            made: RwSignal::new(None),
            attempt: StoredValue::new(None),
        }
    }

    /// Loads it anew; what is shown stays until then.
    pub(crate) fn load(self) {
        spawn_local(async move {
            match self.fetch().await {
                Ok(loaded) => self.take(loaded),
                Err(failure) => {
                    self.failure.try_set(Some(failure));
                }
            }
        });
    }

    fn take(self, loaded: Loaded) {
        // Only where there was one: what is shown would be drawn anew, and a form in it lost.
        if self.failure.try_get_untracked().flatten().is_some() {
            self.failure.set(None);
        }
        if self.loaded.try_get_untracked().flatten().is_none_or(|now| now.head != loaded.head) {
            self.loaded.try_set(Some(loaded));
        }
    }

    async fn fetch(self) -> Result<Loaded, Failure> {
        let fetched = self.api.document_at(&Subject::Project, None).await?;
        let project = Project::read(fetched.text.as_bytes()).map_err(|problems| {
            let first = problems.first().map(ToString::to_string);
            Failure::Unreadable(first.unwrap_or_else(|| "a project with errors".to_owned()))
        })?;
        Ok(Loaded { head: Head { version: fetched.version, etag: fetched.etag }, project: Arc::new(project) })
    }

    /// A form is open from now on, until what is around it goes: the page under it stays as it is.
    pub(crate) fn hold(self) {
        self.forms.update(|forms| *forms += 1);
        on_cleanup(move || {
            self.forms.try_update(|forms| *forms = forms.saturating_sub(1));
        });
    }

    /// Asks for an action to be confirmed.
    pub(crate) fn propose(self, action: Action) {
        self.action.set(Some(action));
    }

    /// A browser without randomness can make no secrets.
    pub(crate) fn say_no_randomness(self) {
        self.toasts.bad("This browser has no secure randomness, so no secret can be made in it. Use another one.");
    }

    /// Whether this person may change people, roles, tokens, environments and limits.
    pub(crate) fn is_admin(self) -> bool {
        self.api.session.read_untracked().person().is_some_and(|session| session.admin)
    }

    /// Whether this person may change the SDK keys of an environment.
    pub(crate) fn manages_keys(self, environment: &str) -> bool {
        self.api
            .session
            .read_untracked()
            .person()
            .is_some_and(|session| session.admin || session.manage_keys.iter().any(|key| key == environment))
    }

    /// The newest project with this action done.
    pub(crate) fn with(self, action: &Action) -> Option<Project> {
        let loaded = self.loaded.get()?;
        let mut project = (*loaded.project).clone();
        (action.apply)(&mut project);
        Some(project)
    }

    /// The newest project.
    pub(crate) fn newest(self) -> Option<Arc<Project>> {
        self.loaded.get_untracked().map(|loaded| loaded.project)
    }

    /// Publishes an action, on top of whatever others publish meanwhile, as long as they leave alone what it is about. `seen` is the
    /// project as the person knew it when they decided.
    pub(crate) async fn publish(self, action: &Action, seen: &Project, message: &str) -> Result<Outcome, Failure> {
        for _ in 0..TRIES {
            let Some(base) = self.loaded.get_untracked() else { return Err(Failure::Unreachable) };
            if !same(seen, &base.project, &action.about) {
                return Ok(Outcome::Overtaken(base.head.version, edits_between(seen, &base.project, action)));
            }
            let mut next = (*base.project).clone();
            (action.apply)(&mut next);
            match self.put(&base.head, &next, message).await {
                Ok(published) => {
                    self.adopt(published, next).await;
                    return Ok(Outcome::Done);
                }
                Err(failure) if failure.status() == Some(412) => {
                    // On top of theirs, if they left alone what this is about: the next turn sees.
                    let newer = self.fetch().await?;
                    self.take(newer);
                }
                Err(failure) => return Err(failure),
            }
        }
        Err(Failure::Unreachable)
    }

    async fn put(self, head: &Head, next: &Project, message: &str) -> Result<Published<Edit>, Failure> {
        let text = next.canonical();
        let what = format!("{}\n{message}\n{text}", head.etag);
        let id =
            self.attempt.with_value(|attempt| attempt.as_ref().filter(|attempt| attempt.what == what).map(|attempt| attempt.id.clone()));
        let id = id.unwrap_or_else(random::name);
        self.attempt.set_value(Some(Attempt { what, id: id.clone() }));
        let published = self.api.publish_project(&head.etag, text, message, How::Publish(&id)).await?;
        self.attempt.set_value(None);
        Ok(published)
    }

    async fn adopt(self, published: Published<Edit>, project: Project) {
        self.toasts.good(format!("Version {} of the project is live.", published.version));
        self.take(Loaded { head: Head { version: published.version, etag: published.etag }, project: Arc::new(project) });
        // What this person may do, and which environments there are, may be other than before.
        session::refresh(self.api).await;
    }
}

/// What others did to what an action is about.
fn edits_between(seen: &Project, now: &Project, action: &Action) -> Vec<Edit> {
    let touches = |edit: &Edit| action.about.iter().any(|place| edit.path.iter().zip(place).all(|(one, other)| one == other));
    diff(seen, now).into_iter().filter(touches).collect()
}

/// Whether two projects say the same of these places.
fn same(before: &Project, now: &Project, places: &[Vec<String>]) -> bool {
    let (before, now) = (Json::from_value(before), Json::from_value(now));
    let at = |json: &Json, place: &[String]| place.iter().try_fold(json.clone(), |json, part| json.get(part).cloned());
    places.iter().all(|place| at(&before, place) == at(&now, place))
}

/// The people who may change the project, for whoever may not.
pub(crate) fn admins(project: &Project) -> Vec<String> {
    project.people.iter().filter(|(_, person)| is_admin(&person.roles)).map(|(email, _)| email.clone()).collect()
}

/// The project's environments, everywhere first, with what they are called.
pub(crate) fn places(project: &Project) -> Vec<(String, String)> {
    let everywhere = (EVERYWHERE.to_owned(), "Everywhere".to_owned());
    std::iter::once(everywhere)
        .chain(project.environments.iter().map(|(key, environment)| (key.clone(), environment.name.clone())))
        .collect()
}

/// Who is signed in.
pub(crate) fn me(api: Api) -> String {
    api.session.read_untracked().person().map(|Session { person, .. }| person.clone()).unwrap_or_default()
}

/// The project of the pages around.
pub(crate) fn space() -> Space {
    expect_context()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_goes_on_top_of_others_that_left_alone_what_it_is_about() {
        let project = |production: &str, staging: &str| {
            let mut project = Project::new("Acme");
            for (key, name) in [("production", production), ("staging", staging)] {
                name.clone_into(&mut project.environments.entry(key.to_owned()).or_default().name);
            }
            project
        };
        let about = |place: &[&str]| vec![place.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>()];
        let (base, theirs) = (project("Production", "Staging"), project("Production", "Stage"));
        assert!(same(&base, &theirs, &about(&["environments", "production"])));
        assert!(!same(&base, &theirs, &about(&["environments", "staging"])));
        assert!(same(&base, &theirs, &about(&["people", "new@acme.example"])), "nobody there before, nobody now");
    }
}
