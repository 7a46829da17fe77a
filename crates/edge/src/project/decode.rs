//! From JSON to a [`Project`], or to every reason why not.

mod shapes;

use std::collections::BTreeMap;

use halyard_core::authority::{Grant, Pattern, Reach, roles};
use halyard_core::document::Purpose;
use halyard_core::json::Object;
use halyard_core::{Code, Json, Pointer, Problem};
use shapes::Decoder;

use super::{
    BYTES, EVERYWHERE, Environment, KeyKind, Limits, OWN_ROLES, Person, PreviousKey, Project, Role, Roles, SdkKey, TOKENS, Token, is_admin,
};

pub(super) fn read(bytes: &[u8]) -> Result<Project, Vec<Problem>> {
    if bytes.len() > BYTES {
        let message = format!("the project has {} bytes, and {BYTES} is the most", bytes.len());
        return Err(vec![Problem::error(Code::TooLarge, Pointer::root(), message, "remove keys and tokens that nobody uses")]);
    }
    let (json, mut problems) = Json::parse_leniently(bytes);
    let Some(json) = json else { return Err(problems) };
    let mut decoder = Decoder { problems: Vec::new() };
    let project = decoder.project(&json);
    problems.append(&mut decoder.problems);
    match project {
        Some(project) if problems.is_empty() => Ok(project),
        _ => Err(problems),
    }
}

/// What people, tokens and keys may name.
struct Known {
    environments: Vec<String>,
    roles: Vec<String>,
}

impl Decoder {
    fn project(&mut self, json: &Json) -> Option<Project> {
        let root = Pointer::root();
        let fields = ["format", "name", "environments", "roles", "people", "keys", "tokens", "limits"];
        let object = self.object(json, &root, &fields, &["format", "name"])?;
        match object.get("format") {
            Some(Json::Number(format)) if (*format - 1.0).abs() < f64::EPSILON => {}
            Some(Json::Number(format)) if *format > 1.0 => {
                let message = format!("the project is of format {}, and this Halyard reads format 1", Json::Number(*format));
                self.error(Code::NewerFormat, &root.at("format"), message, "use a newer Halyard");
            }
            Some(_) => self.error(Code::BadValue, &root.at("format"), "the format must be 1", "write \"format\": 1"),
            None => {}
        }
        let mut project = Project::new(&self.text(object, "name", &root).unwrap_or_default());
        project.environments = self.entries(object, "environments", &root, Decoder::environment);
        project.roles = self.entries(object, "roles", &root, Decoder::role);
        self.at_most(project.roles.len(), OWN_ROLES, "roles", &root);
        let known = Known {
            environments: project.environments.keys().cloned().collect(),
            roles: roles::BUILT_IN.iter().map(|role| role.name.to_owned()).chain(project.roles.keys().cloned()).collect(),
        };
        project.people = self.entries(object, "people", &root, |decoder, key, json, at| decoder.person(key, json, at, &known));
        project.keys = self.entries(object, "keys", &root, |decoder, key, json, at| decoder.sdk_key(key, json, at, &known));
        project.tokens = self.entries(object, "tokens", &root, |decoder, key, json, at| decoder.token(key, json, at, &known));
        self.at_most(project.tokens.len(), TOKENS, "tokens", &root);
        if let Some(limits) = object.get("limits") {
            project.limits = self.limits(limits, &root.at("limits"));
        }
        if self.problems.is_empty() && !project.people.values().any(|person| is_admin(&person.roles)) {
            let hint = "give at least one person {\"roles\": {\"*\": [\"admin\"]}}, or nobody could change the project again";
            self.error(Code::MissingField, &root.at("people"), "nobody is an admin of the project", hint);
        }
        self.same_hash_twice(&project);
        Some(project)
    }

    fn environment(&mut self, key: &str, json: &Json, at: &Pointer) -> Option<Environment> {
        self.key(key, at);
        let object = self.object(json, at, &["name", "overrides"], &["name"])?;
        let overrides = match object.get("overrides") {
            None | Some(Json::Bool(false)) => false,
            Some(Json::Bool(true)) => true,
            Some(other) => {
                let message = format!("`overrides` must be true or false, not {}", other.kind());
                self.error(Code::WrongType, &at.at("overrides"), message, "leave it out where testers may not override anything");
                false
            }
        };
        Some(Environment { name: self.text(object, "name", at)?, overrides })
    }

    fn role(&mut self, name: &str, json: &Json, at: &Pointer) -> Option<Role> {
        self.key(name, at);
        if roles::built_in(name).is_some() {
            self.error(Code::BadKey, at, format!("`{name}` is the name of a built-in role"), "give this role a name of its own");
        }
        let object = self.object(json, at, &["description", "may"], &["may"])?;
        let description = self.description(object, at);
        let at = at.at("may");
        let Some(list) = self.list(object.get("may")?, &at, "[{\"changes\": [\"release.open\"]}]") else {
            return Some(Role { description, may: Vec::new() });
        };
        self.at_most(list.len(), OWN_ROLES, "grants", &at);
        let may = list.iter().enumerate().filter_map(|(index, json)| self.grant(json, &at.at(index))).collect();
        Some(Role { description, may })
    }

    fn grant(&mut self, json: &Json, at: &Pointer) -> Option<Grant> {
        let object = self.object(json, at, &["changes", "purposes", "tags", "owners", "reach"], &["changes"])?;
        let words: Vec<String> = Pattern::words().collect();
        let changes = self.words(object, "changes", at, "kind of change", &words, Pattern::parse);
        if object.get("changes").and_then(Json::as_array).is_some_and(<[Json]>::is_empty) {
            let hint = "name the kinds of change that it allows, or take it away";
            self.error(Code::BadValue, &at.at("changes"), "this allows no change", hint);
        }
        let purposes: Vec<String> = Purpose::ALL.into_iter().map(|purpose| purpose.as_str().to_owned()).collect();
        let by_word = |text: &str| Purpose::ALL.into_iter().find(|purpose| purpose.as_str() == text);
        let reach = match object.get("reach").map(|json| (json, json.as_str())) {
            None | Some((_, Some("same"))) => Reach::Same,
            Some((_, Some("anything"))) => Reach::Anything,
            Some((json, _)) => {
                let hint = "leave it out (what it reaches must be within what it may touch), or write \"anything\"";
                self.error(Code::BadValue, &at.at("reach"), format!("{json} is not a reach"), hint);
                Reach::Same
            }
        };
        Some(Grant {
            changes,
            purposes: self.words(object, "purposes", at, "purpose", &purposes, by_word),
            tags: self.words(object, "tags", at, "tag", &[], |text| Some(text.to_owned())),
            owners: self.words(object, "owners", at, "owner", &[], |text| Some(text.to_owned())),
            reach,
        })
    }

    fn person(&mut self, email: &str, json: &Json, at: &Pointer, known: &Known) -> Option<Person> {
        let is_address = email.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
        if !is_address || email.len() > 254 || email.chars().any(|c| c.is_whitespace() || c.is_control() || c.is_uppercase()) {
            self.error(Code::BadKey, at, format!("`{email}` is not an e-mail address in small letters"), "write ann@acme.example");
        }
        let object = self.object(json, at, &["name", "roles"], &["name"])?;
        let name = self.text(object, "name", at);
        let roles = self.roles(object, at, known);
        Some(Person { name: name?, roles })
    }

    /// Roles by environment or `*`.
    fn roles(&mut self, object: &Object, at: &Pointer, known: &Known) -> Roles {
        self.entries(object, "roles", at, |decoder, place, json, at| {
            if place != EVERYWHERE {
                decoder.reference(place, &known.environments, at, "environment");
            }
            let list = decoder.list(json, at, "[\"editor\"]")?;
            let items = list.iter().enumerate();
            let mut roles: Vec<String> = Vec::new();
            for (index, item) in items {
                decoder.word(item, &at.at(index), "role", &known.roles, &mut roles, |text| {
                    known.roles.iter().any(|role| role == text).then(|| text.to_owned())
                });
            }
            Some(roles)
        })
    }

    fn sdk_key(&mut self, id: &str, json: &Json, at: &Pointer, known: &Known) -> Option<SdkKey> {
        self.key(id, at);
        let required = ["environment", "kind", "hash", "created"];
        let object = self.object(json, at, &["environment", "kind", "hash", "created", "previous"], &required)?;
        let environment = self.text(object, "environment", at);
        if let Some(environment) = &environment {
            self.reference(environment, &known.environments, &at.at("environment"), "environment");
        }
        let kind = self.text(object, "kind", at).and_then(|word| {
            let kind = [KeyKind::Server, KeyKind::Browser].into_iter().find(|kind| kind.as_str() == word);
            if kind.is_none() {
                self.error(Code::BadValue, &at.at("kind"), format!("`{word}` is not a kind of key"), "a key is `server` or `browser`");
            }
            kind
        });
        let (hash, created) = (self.hash(object, at), self.date(object, "created", at));
        let previous = object.get("previous").map(|json| self.previous(json, &at.at("previous")));
        Some(SdkKey { environment: environment?, kind: kind?, hash: hash?, created: created?, previous: previous.flatten() })
    }

    fn previous(&mut self, json: &Json, at: &Pointer) -> Option<PreviousKey> {
        let object = self.object(json, at, &["hash", "created"], &["hash", "created"])?;
        let (hash, created) = (self.hash(object, at), self.date(object, "created", at));
        Some(PreviousKey { hash: hash?, created: created? })
    }

    fn token(&mut self, id: &str, json: &Json, at: &Pointer, known: &Known) -> Option<Token> {
        self.key(id, at);
        let fields = ["description", "roles", "hash", "created", "createdBy", "expires"];
        let object = self.object(json, at, &fields, &["hash", "created", "createdBy", "expires"])?;
        let (description, roles) = (self.description(object, at), self.roles(object, at, known));
        let (hash, created) = (self.hash(object, at), self.date(object, "created", at));
        let (created_by, expires) = (self.text(object, "createdBy", at), self.time(object, "expires", at));
        Some(Token { description, roles, hash: hash?, created: created?, created_by: created_by?, expires: expires? })
    }

    fn limits(&mut self, json: &Json, at: &Pointer) -> Limits {
        let fields = ["temporaryFlags", "variants", "segments", "liveReleases"];
        let Some(object) = self.object(json, at, &fields, &[]) else { return Limits::DEFAULT };
        let mut limit = |name: &str| {
            let json = object.get(name)?;
            let number = json.as_f64().filter(|number| number.fract() == 0.0 && (1.0..=10_000.0).contains(number));
            if number.is_none() {
                self.error(Code::BadValue, &at.at(name), format!("a limit cannot be {json}"), "write a whole number from 1 to 10000");
            }
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number from 1 to 10000")]
            number.map(|number| number as u32)
        };
        Limits {
            temporary_flags: limit("temporaryFlags"),
            variants: limit("variants"),
            segments: limit("segments"),
            live_releases: limit("liveReleases"),
        }
    }

    fn same_hash_twice(&mut self, project: &Project) {
        let root = Pointer::root();
        let keys = project.keys.iter().map(|(id, key)| (id, &key.hash, root.at("keys").at(id)));
        let previous =
            project.keys.iter().filter_map(|(id, key)| Some((id, &key.previous.as_ref()?.hash, root.at("keys").at(id).at("previous"))));
        let tokens = project.tokens.iter().map(|(id, token)| (id, &token.hash, root.at("tokens").at(id)));
        let mut seen = BTreeMap::new();
        for (id, hash, at) in keys.chain(previous).chain(tokens) {
            if let Some(other) = seen.insert(hash, id) {
                let message = format!("`{id}` has the same hash as `{other}`");
                self.error(Code::DuplicateId, &at.at("hash"), message, "make a new secret for it");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"format": 1, "name": "Acme", "environments": {"production": {"name": "Production"}},
        "people": {"ann@acme.example": {"name": "Ann", "roles": {"*": ["admin"]}}, "bo@acme.example": {"name": "Bo", "roles": {"production": ["viewer"]}}},
        "keys": {"server-1": {"environment": "production", "kind": "server", "created": "2026-11-01",
            "hash": "0000000000000000000000000000000000000000000000000000000000000001",
            "previous": {"created": "2026-10-01", "hash": "0000000000000000000000000000000000000000000000000000000000000003"}}},
        "tokens": {"ci": {"roles": {"production": ["tagger"]}, "created": "2026-11-01", "createdBy": "ann@acme.example",
            "expires": "2027-11-01T00:00:00Z", "hash": "0000000000000000000000000000000000000000000000000000000000000002"}},
        "roles": {"tagger": {"description": "tags flags", "may": [{"changes": ["flag.describe", "key.*"], "purposes": ["release"],
            "tags": ["shop"], "owners": ["ops"], "reach": "anything"}]}},
        "limits": {"variants": 4}}"#;

    #[test]
    fn a_good_project_reads_back_from_its_canonical_text() {
        let project = read(GOOD.as_bytes()).unwrap();
        assert_eq!(read(project.canonical().as_bytes()).unwrap(), project);
        assert_eq!(project.limits.variants, Some(4));
    }

    #[test]
    fn each_fault_is_told_at_its_place() {
        let cases = [
            (r#""name": "Acme""#, r#""name": 5"#, "/name", Code::WrongType),
            (r#""name": "Acme""#, r#""name": " ""#, "/name", Code::BadValue),
            (r#""name": "Acme", "#, "", "", Code::MissingField),
            (r#""format": 1"#, r#""format": 2"#, "/format", Code::NewerFormat),
            (r#""format": 1"#, r#""format": "1""#, "/format", Code::BadValue),
            (
                r#""environments": {"production""#,
                r#""environments": {"pro/duction": {"name": "P"}, "production""#,
                "/environments/pro~1duction",
                Code::BadKey,
            ),
            ("bo@acme.example", "bo", "/people/bo", Code::BadKey),
            ("bo@acme.example", "Bo@acme.example", "/people/Bo@acme.example", Code::BadKey),
            (r#"["viewer"]"#, r#"["owner"]"#, "/people/bo@acme.example/roles/production/0", Code::BadValue),
            (r#"["viewer"]"#, r#"["viewer", "viewer"]"#, "/people/bo@acme.example/roles/production/1", Code::DuplicateId),
            (r#"["viewer"]"#, r#""viewer""#, "/people/bo@acme.example/roles/production", Code::WrongType),
            (
                r#"{"production": ["viewer"]}"#,
                r#"{"staging": ["viewer"]}"#,
                "/people/bo@acme.example/roles/staging",
                Code::UnknownReference,
            ),
            (r#"["admin"]"#, r#"["editor"]"#, "/people", Code::MissingField),
            (r#""kind": "server""#, r#""kind": "page""#, "/keys/server-1/kind", Code::BadValue),
            ("0001\"", "1\"", "/keys/server-1/hash", Code::BadValue),
            ("0002\"", "0001\"", "/tokens/ci/hash", Code::DuplicateId),
            ("0003\"", "0001\"", "/keys/server-1/previous/hash", Code::DuplicateId),
            (r#""createdBy": "ann@acme.example","#, "", "/tokens/ci", Code::MissingField),
            (r#""expires": "2027-11-01T00:00:00Z","#, "", "/tokens/ci", Code::MissingField),
            (r#"["tagger"]"#, r#"["tager"]"#, "/tokens/ci/roles/production/0", Code::BadValue),
            (r#""tagger": {"#, r#""editor": {"#, "/roles/editor", Code::BadKey),
            (r#""flag.describe""#, r#""flag.descibe""#, "/roles/tagger/may/0/changes/0", Code::BadValue),
            (r#""flag.describe""#, r#""person.roles""#, "/roles/tagger/may/0/changes/0", Code::BadValue),
            (r#""flag.describe""#, "7", "/roles/tagger/may/0/changes/0", Code::WrongType),
            (r#"["flag.describe", "key.*"]"#, "[]", "/roles/tagger/may/0/changes", Code::BadValue),
            (r#"["flag.describe", "key.*"]"#, r#""*""#, "/roles/tagger/may/0/changes", Code::WrongType),
            (r#"["release"]"#, r#"["relase"]"#, "/roles/tagger/may/0/purposes/0", Code::BadValue),
            (r#"["shop"]"#, r#"["shop", "shop"]"#, "/roles/tagger/may/0/tags/1", Code::DuplicateId),
            (r#""anything""#, r#""everything""#, "/roles/tagger/may/0/reach", Code::BadValue),
            (r#""owners""#, r#""owner""#, "/roles/tagger/may/0/owner", Code::UnknownField),
            ("2026-11-01", "2026-11-01T00:00:00Z", "/keys/server-1/created", Code::BadValue),
            ("2027-11-01T00:00:00Z", "next year", "/tokens/ci/expires", Code::BadValue),
            (r#"{"variants": 4}"#, r#"{"variants": 0}"#, "/limits/variants", Code::BadValue),
            (r#"{"variants": 4}"#, r#"{"flags": 4}"#, "/limits/flags", Code::UnknownField),
            (r#"{"variants": 4}"#, r#"[]"#, "/limits", Code::WrongType),
            (r#""limits""#, r#""name": "Twice", "limits""#, "/name", Code::DuplicateKey),
        ];
        for (from, to, pointer, code) in cases {
            assert!(GOOD.contains(from), "{from}");
            let problems = read(GOOD.replacen(from, to, 1).as_bytes()).unwrap_err();
            assert!(
                problems.iter().any(|problem| problem.pointer.as_str() == pointer && problem.code == code && !problem.hint.is_empty()),
                "{from} → {to}: {problems:?}"
            );
        }
    }

    #[test]
    fn a_mistyped_word_finds_the_one_that_was_meant() {
        let hint = |from: &str, to: &str| {
            let problems = read(GOOD.replacen(from, to, 1).as_bytes()).unwrap_err();
            format!("{}: {}", problems[0].message, problems[0].hint)
        };
        assert_eq!(hint("flag.describe", "flag.descibe"), "`flag.descibe` is not a kind of change: did you mean `flag.describe`?");
        assert_eq!(
            hint("flag.describe", "everything"),
            "`everything` is not a kind of change: a kind of change is one of `*`, `flag.*`, `segment.*`, `plan.*`, `release.*`, `scenarios.*`, \
             `retired.*` or `key.*`, …"
        );
        assert_eq!(
            hint(r#"["admin"]"#, r#"["boss"]"#),
            "`boss` is not a role: a role is one of `viewer`, `releaser`, `operator`, `editor`, `admin` or `tagger`"
        );
    }

    #[test]
    fn no_truncation_of_a_good_project_is_good() {
        for length in 0..GOOD.len() {
            assert!(read(&GOOD.as_bytes()[..length]).is_err(), "cut at {length}");
        }
    }
}
