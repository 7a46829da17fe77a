//! Addresses: every page has one, in types; links are ordinary `<a href>`s that are followed without loading anew.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// What an address names.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Place {
    /// `/`: whichever environment was looked at last.
    Home,
    /// `/sign-in`.
    SignIn,
    /// `/environments/{environment}/…`.
    Environment { environment: String, page: Page },
    /// `/project/…`.
    Project(ProjectPage),
    /// Anything else.
    Lost,
}

/// A page of an environment.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Page {
    Overview,
    Flags,
    Flag(String),
    Releases,
    Release(String),
    KillSwitches,
    Segments,
    Plans,
    Scenarios,
    Review,
    History,
    Version(u64),
    /// What lies between two versions.
    Compare(u64, u64),
    Lost,
}

/// A page of the project itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ProjectPage {
    People,
    Roles,
    Keys,
    Tokens,
    Settings,
    History,
    Version(u64),
    Compare(u64, u64),
    Lost,
}

impl Place {
    fn read(path: &str) -> Place {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            [] => Place::Home,
            ["sign-in"] => Place::SignIn,
            ["environments", environment, rest @ ..] => {
                Place::Environment { environment: (*environment).to_owned(), page: Page::read(rest) }
            }
            ["project", rest @ ..] => Place::Project(ProjectPage::read(rest)),
            _ => Place::Lost,
        }
    }
}

impl Page {
    fn read(parts: &[&str]) -> Page {
        match parts {
            [] => Page::Overview,
            ["flags"] => Page::Flags,
            ["flags", key] => Page::Flag((*key).to_owned()),
            ["releases"] => Page::Releases,
            ["releases", key] => Page::Release((*key).to_owned()),
            ["kill-switches"] => Page::KillSwitches,
            ["segments"] => Page::Segments,
            ["plans"] => Page::Plans,
            ["scenarios"] => Page::Scenarios,
            ["review"] => Page::Review,
            ["history"] => Page::History,
            ["history", version] => match version.split_once('-') {
                None => version.parse().map_or(Page::Lost, Page::Version),
                Some((from, to)) => from.parse().ok().zip(to.parse().ok()).map_or(Page::Lost, |(from, to)| Page::Compare(from, to)),
            },
            _ => Page::Lost,
        }
    }

    /// The page that shows what a part of the document has under a key.
    pub(crate) fn of(part: &str, key: &str) -> Option<Page> {
        Some(match part {
            "flags" => Page::Flag(key.to_owned()),
            "releases" => Page::Release(key.to_owned()),
            "segments" => Page::Segments,
            "plans" => Page::Plans,
            "scenarios" => Page::Scenarios,
            _ => return None,
        })
    }

    /// The page's address in an environment.
    pub(crate) fn href(&self, environment: &str) -> String {
        let rest = match self {
            Page::Overview | Page::Lost => String::new(),
            Page::Flags => "/flags".to_owned(),
            Page::Flag(key) => format!("/flags/{key}"),
            Page::Releases => "/releases".to_owned(),
            Page::Release(key) => format!("/releases/{key}"),
            Page::KillSwitches => "/kill-switches".to_owned(),
            Page::Segments => "/segments".to_owned(),
            Page::Plans => "/plans".to_owned(),
            Page::Scenarios => "/scenarios".to_owned(),
            Page::Review => "/review".to_owned(),
            Page::History => "/history".to_owned(),
            Page::Version(version) => format!("/history/{version}"),
            Page::Compare(from, to) => format!("/history/{from}-{to}"),
        };
        format!("/environments/{environment}{rest}")
    }

    /// The page's part of the navigation: a flag's page is among the flags.
    pub(crate) fn part(&self) -> Page {
        match self {
            Page::Flag(_) => Page::Flags,
            Page::Release(_) => Page::Releases,
            Page::Version(_) | Page::Compare(..) => Page::History,
            page => page.clone(),
        }
    }

    /// What it is called, in titles and trails.
    pub(crate) fn title(&self) -> String {
        match self {
            Page::Overview => "Overview".to_owned(),
            Page::Flags => "Flags".to_owned(),
            Page::Releases => "Releases".to_owned(),
            Page::KillSwitches => "Kill switches".to_owned(),
            Page::Segments => "Segments".to_owned(),
            Page::Plans => "Plans".to_owned(),
            Page::Scenarios => "Scenarios".to_owned(),
            Page::Review => "Review".to_owned(),
            Page::History => "History".to_owned(),
            Page::Flag(key) | Page::Release(key) => key.clone(),
            Page::Version(version) => format!("Version {version}"),
            Page::Compare(from, to) => format!("Versions {from} and {to}"),
            Page::Lost => "Not found".to_owned(),
        }
    }

    /// The same page where another environment has it too: one thing's page becomes the list that it is in.
    pub(crate) fn elsewhere(&self) -> Page {
        match self {
            Page::Flag(_) | Page::Release(_) => self.clone(),
            Page::Review => Page::Overview,
            page => page.part(),
        }
    }
}

impl ProjectPage {
    fn read(parts: &[&str]) -> ProjectPage {
        match parts {
            [] | ["people"] => ProjectPage::People,
            ["roles"] => ProjectPage::Roles,
            ["keys"] => ProjectPage::Keys,
            ["tokens"] => ProjectPage::Tokens,
            ["settings"] => ProjectPage::Settings,
            ["history", ..] => match Page::read(parts) {
                Page::History => ProjectPage::History,
                Page::Version(version) => ProjectPage::Version(version),
                Page::Compare(from, to) => ProjectPage::Compare(from, to),
                _ => ProjectPage::Lost,
            },
            _ => ProjectPage::Lost,
        }
    }

    /// The page's address.
    pub(crate) fn href(self) -> String {
        match self {
            ProjectPage::People | ProjectPage::Lost => "/project/people".to_owned(),
            ProjectPage::Roles => "/project/roles".to_owned(),
            ProjectPage::Keys => "/project/keys".to_owned(),
            ProjectPage::Tokens => "/project/tokens".to_owned(),
            ProjectPage::Settings => "/project/settings".to_owned(),
            ProjectPage::History => "/project/history".to_owned(),
            ProjectPage::Version(version) => format!("/project/history/{version}"),
            ProjectPage::Compare(from, to) => format!("/project/history/{from}-{to}"),
        }
    }

    /// The page's part of the navigation.
    pub(crate) fn part(self) -> ProjectPage {
        match self {
            ProjectPage::Version(_) | ProjectPage::Compare(..) => ProjectPage::History,
            page => page,
        }
    }

    /// What it is called, in titles and trails.
    pub(crate) fn title(self) -> String {
        match self {
            ProjectPage::People => "People".to_owned(),
            ProjectPage::Roles => "Roles".to_owned(),
            ProjectPage::Keys => "SDK keys".to_owned(),
            ProjectPage::Tokens => "Tokens".to_owned(),
            ProjectPage::Settings => "Settings".to_owned(),
            ProjectPage::History => "Project history".to_owned(),
            ProjectPage::Version(version) => Page::Version(version).title(),
            ProjectPage::Compare(from, to) => Page::Compare(from, to).title(),
            ProjectPage::Lost => "Not found".to_owned(),
        }
    }
}

/// Where the app is, and how to go elsewhere.
#[derive(Clone, Copy)]
pub(crate) struct Navigation {
    path: RwSignal<String>,
    query: RwSignal<String>,
}

impl Navigation {
    /// Reads the address and follows it: links, back and forward.
    pub(crate) fn start() -> Navigation {
        let navigation = Navigation { path: RwSignal::new(String::new()), query: RwSignal::new(String::new()) };
        navigation.read_address();
        let back = window_event_listener(ev::popstate, move |_| navigation.read_address());
        let click = window_event_listener(ev::click, move |event| {
            if let Some(href) = followed(&event) {
                event.prevent_default();
                navigation.go(&href);
            }
        });
        on_cleanup(move || {
            back.remove();
            click.remove();
        });
        navigation
    }

    /// What the address names.
    pub(crate) fn place(self) -> Memo<Place> {
        Memo::new(move |_| Place::read(&self.path.read()))
    }

    /// Goes to an address of this app.
    pub(crate) fn go(self, href: &str) {
        if let Ok(history) = window().history() {
            let _ = history.push_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(href));
        }
        self.read_address();
        window().scroll_to_with_x_and_y(0.0, 0.0);
    }

    /// Takes everything behind the path out of the address bar and out of the browser's history.
    pub(crate) fn forget_the_hash() {
        if let (Ok(history), Ok(path)) = (window().history(), window().location().pathname()) {
            let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&path));
        }
    }

    /// Everything behind the path, tracked: `?kind=flag.enable`.
    pub(crate) fn query(self) -> Memo<String> {
        Memo::new(move |_| self.query.get())
    }

    /// Stays where it is on the same page, which shows something else of itself: `href` differs in its query.
    pub(crate) fn turn(self, href: &str) {
        if let Ok(history) = window().history() {
            let _ = history.push_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(href));
        }
        self.read_address();
    }

    /// A parameter of the query, as the address had it when it was last followed.
    pub(crate) fn parameter(self, name: &str) -> Option<String> {
        let query = self.query.get_untracked();
        let pairs = query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
        pairs.into_iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
    }

    fn read_address(self) {
        let location = window().location();
        self.query.set(location.search().unwrap_or_default());
        let path = location.pathname().unwrap_or_default();
        if *self.path.read_untracked() != path {
            self.path.set(path);
        }
    }
}

/// The address of a link that was clicked and that the app itself can follow.
fn followed(event: &web_sys::MouseEvent) -> Option<String> {
    if event.default_prevented() || event.button() != 0 || event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key() {
        return None;
    }
    let target: web_sys::Element = event.target()?.dyn_into().ok()?;
    let link: HtmlElement = target.closest("a[href]").ok()??.dyn_into().ok()?;
    if link.has_attribute("target") || link.has_attribute("download") {
        return None;
    }
    link.get_attribute("href").filter(|href| href.starts_with('/') && !href.starts_with("/api/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_what_its_own_address_names() {
        let pages = [
            Page::Overview,
            Page::Flags,
            Page::Flag("a.b-c_d".to_owned()),
            Page::Releases,
            Page::Release("r".to_owned()),
            Page::KillSwitches,
            Page::Segments,
            Page::Plans,
            Page::Scenarios,
            Page::Review,
            Page::History,
            Page::Version(7),
            Page::Compare(3, 70),
        ];
        for page in pages {
            assert_eq!(Place::read(&page.href("staging")), Place::Environment { environment: "staging".to_owned(), page });
        }
        let pages = [
            ProjectPage::People,
            ProjectPage::Roles,
            ProjectPage::Keys,
            ProjectPage::Tokens,
            ProjectPage::Settings,
            ProjectPage::History,
            ProjectPage::Version(7),
            ProjectPage::Compare(3, 70),
        ];
        for page in pages {
            assert_eq!(Place::read(&page.href()), Place::Project(page));
        }
    }

    #[test]
    fn what_no_page_has_is_lost() {
        assert_eq!(Place::read("/somewhere"), Place::Lost);
        let page = |path| Place::read(path);
        assert_eq!(page("/project/history/3-x"), Place::Project(ProjectPage::Lost));
        assert_eq!(page("/environments/e/history/x"), Place::Environment { environment: "e".to_owned(), page: Page::Lost });
    }
}
