//! From JSON to a [`Project`], or to every reason why not.

use std::collections::BTreeMap;

use halyard_core::json::Object;
use halyard_core::{Code, Date, Json, Pointer, Problem, Time};

use super::{BYTES, EVERYWHERE, Environment, KeyKind, Limits, Person, Project, Role, SdkKey, Token};
use crate::secrets::Hash;
use crate::store::is_key;

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

struct Decoder {
    problems: Vec<Problem>,
}

impl Decoder {
    fn error(&mut self, code: Code, at: &Pointer, message: impl Into<String>, hint: &str) {
        self.problems.push(Problem::error(code, at.clone(), message, hint));
    }

    fn project(&mut self, json: &Json) -> Option<Project> {
        let root = Pointer::root();
        let fields = ["format", "name", "environments", "people", "keys", "tokens", "limits"];
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
        let environments: Vec<String> = project.environments.keys().cloned().collect();
        project.people = self.entries(object, "people", &root, |decoder, key, json, at| decoder.person(key, json, at, &environments));
        project.keys = self.entries(object, "keys", &root, |decoder, key, json, at| decoder.sdk_key(key, json, at, &environments));
        let people: Vec<String> = project.people.keys().cloned().collect();
        project.tokens = self.entries(object, "tokens", &root, |decoder, key, json, at| decoder.token(key, json, at, &people));
        if let Some(limits) = object.get("limits") {
            project.limits = self.limits(limits, &root.at("limits"));
        }
        if self.problems.is_empty() && !project.people.values().any(Person::is_admin) {
            let hint = "give at least one person {\"roles\": {\"*\": [\"admin\"]}}, or nobody could change the project again";
            self.error(Code::MissingField, &root.at("people"), "nobody is an admin of the project", hint);
        }
        self.same_hash_twice(&project);
        Some(project)
    }

    fn environment(&mut self, key: &str, json: &Json, at: &Pointer) -> Option<Environment> {
        self.key(key, at);
        let object = self.object(json, at, &["name"], &["name"])?;
        Some(Environment { name: self.text(object, "name", at)? })
    }

    fn person(&mut self, email: &str, json: &Json, at: &Pointer, environments: &[String]) -> Option<Person> {
        let is_address = email.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
        if !is_address || email.len() > 254 || email.chars().any(|c| c.is_whitespace() || c.is_control() || c.is_uppercase()) {
            self.error(Code::BadKey, at, format!("`{email}` is not an e-mail address in small letters"), "write ann@acme.example");
        }
        let object = self.object(json, at, &["name", "roles"], &["name"])?;
        let name = self.text(object, "name", at);
        let roles = self.entries(object, "roles", at, |decoder, place, json, at| decoder.roles(place, json, at, environments));
        Some(Person { name: name?, roles })
    }

    fn roles(&mut self, place: &str, json: &Json, at: &Pointer, environments: &[String]) -> Option<Vec<Role>> {
        if place != EVERYWHERE {
            self.reference(place, environments, at, "environment");
        }
        let Some(list) = json.as_array() else {
            self.error(Code::WrongType, at, format!("roles must be a list, not {}", json.kind()), "write [\"editor\"]");
            return None;
        };
        let mut roles = Vec::new();
        for (index, item) in list.iter().enumerate() {
            match item.as_str().and_then(Role::parse) {
                Some(role) if roles.contains(&role) => {
                    self.error(Code::DuplicateId, &at.at(index), format!("`{}` is listed twice", role.as_str()), "keep one of them");
                }
                Some(role) => roles.push(role),
                None => {
                    let hint = "a role is `viewer`, `editor` or `admin`";
                    self.error(Code::BadValue, &at.at(index), format!("{item} is not a role"), hint);
                }
            }
        }
        Some(roles)
    }

    fn sdk_key(&mut self, id: &str, json: &Json, at: &Pointer, environments: &[String]) -> Option<SdkKey> {
        self.key(id, at);
        let fields = ["environment", "kind", "hash", "created"];
        let object = self.object(json, at, &fields, &fields)?;
        let environment = self.text(object, "environment", at);
        if let Some(environment) = &environment {
            self.reference(environment, environments, &at.at("environment"), "environment");
        }
        let kind = self.text(object, "kind", at).and_then(|word| {
            let kind = [KeyKind::Server, KeyKind::Browser].into_iter().find(|kind| kind.as_str() == word);
            if kind.is_none() {
                self.error(Code::BadValue, &at.at("kind"), format!("`{word}` is not a kind of key"), "a key is `server` or `browser`");
            }
            kind
        });
        let (hash, created) = (self.hash(object, at), self.date(object, "created", at));
        Some(SdkKey { environment: environment?, kind: kind?, hash: hash?, created: created? })
    }

    fn token(&mut self, id: &str, json: &Json, at: &Pointer, people: &[String]) -> Option<Token> {
        self.key(id, at);
        let object = self.object(json, at, &["person", "hash", "created", "expires"], &["person", "hash", "created"])?;
        let person = self.text(object, "person", at);
        if let Some(person) = &person {
            self.reference(person, people, &at.at("person"), "person");
        }
        let (hash, created) = (self.hash(object, at), self.date(object, "created", at));
        let expires = object.contains_key("expires").then(|| self.time(object, "expires", at));
        Some(Token { person: person?, hash: hash?, created: created?, expires: expires.flatten() })
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
        let keys = project.keys.iter().map(|(id, key)| ("keys", id, &key.hash));
        let tokens = project.tokens.iter().map(|(id, token)| ("tokens", id, &token.hash));
        let mut seen = BTreeMap::new();
        for (collection, id, hash) in keys.chain(tokens) {
            if let Some(other) = seen.insert(hash, id) {
                let message = format!("`{id}` has the same hash as `{other}`");
                self.error(Code::DuplicateId, &Pointer::root().at(collection).at(id).at("hash"), message, "make a new secret for it");
            }
        }
    }

    // The shapes that everything is made of.

    fn object<'j>(&mut self, json: &'j Json, at: &Pointer, fields: &[&str], required: &[&str]) -> Option<&'j Object> {
        let Some(object) = json.as_object() else {
            self.error(Code::WrongType, at, format!("this must be an object, not {}", json.kind()), "write {…}");
            return None;
        };
        for name in object.keys().filter(|name| !fields.contains(&name.as_str())) {
            let known = fields.iter().map(|field| format!("`{field}`")).collect::<Vec<_>>().join(", ");
            self.error(
                Code::UnknownField,
                &at.at(name),
                format!("there is no field `{name}` here"),
                &format!("what there can be: {known}"),
            );
        }
        for name in required.iter().filter(|name| !object.contains_key(**name)) {
            self.error(Code::MissingField, at, format!("`{name}` is missing"), &format!("add \"{name}\""));
        }
        Some(object)
    }

    fn entries<T>(
        &mut self,
        object: &Object,
        name: &str,
        at: &Pointer,
        mut entry: impl FnMut(&mut Decoder, &str, &Json, &Pointer) -> Option<T>,
    ) -> BTreeMap<String, T> {
        let (Some(json), at) = (object.get(name), at.at(name)) else { return BTreeMap::new() };
        let Some(entries) = json.as_object() else {
            self.error(Code::WrongType, &at, format!("`{name}` must be an object, not {}", json.kind()), "write {…}");
            return BTreeMap::new();
        };
        let mut read = BTreeMap::new();
        for (key, json) in entries {
            if let Some(value) = entry(self, key, json, &at.at(key)) {
                read.insert(key.clone(), value);
            }
        }
        read
    }

    /// A text with something in it; that it is there at all is [`Decoder::object`]'s business.
    fn text(&mut self, object: &Object, name: &str, at: &Pointer) -> Option<String> {
        let json = object.get(name)?;
        match json.as_str() {
            Some(text) if !text.trim().is_empty() && text.len() <= 1024 => return Some(text.to_owned()),
            Some(_) => self.error(Code::BadValue, &at.at(name), format!("`{name}` must have from 1 to 1024 bytes"), "write a short text"),
            None => self.error(Code::WrongType, &at.at(name), format!("`{name}` must be a string, not {}", json.kind()), "write \"…\""),
        }
        None
    }

    fn date(&mut self, object: &Object, name: &str, at: &Pointer) -> Option<Date> {
        let text = self.text(object, name, at)?;
        let date = Date::parse(&text);
        if date.is_none() {
            self.error(Code::BadValue, &at.at(name), format!("`{text}` is not a date"), "write 2026-12-01");
        }
        date
    }

    fn time(&mut self, object: &Object, name: &str, at: &Pointer) -> Option<Time> {
        let text = self.text(object, name, at)?;
        let time = Time::parse(&text);
        if time.is_none() {
            self.error(Code::BadValue, &at.at(name), format!("`{text}` is not a time"), "write 2026-12-01T09:00:00Z");
        }
        time
    }

    fn hash(&mut self, object: &Object, at: &Pointer) -> Option<Hash> {
        let text = self.text(object, "hash", at)?;
        let hash = Hash::parse(&text);
        if hash.is_none() {
            let hint = "write the SHA-256 of the whole secret in 64 hex digits, never the secret itself";
            self.error(Code::BadValue, &at.at("hash"), "this is not a hash", hint);
        }
        hash
    }

    fn key(&mut self, key: &str, at: &Pointer) {
        if !is_key(key) {
            let hint = "a key has letters, digits, `.`, `_` and `-`, begins with a letter or digit, and has 128 characters at most";
            self.error(Code::BadKey, at, format!("`{key}` is not a key"), hint);
        }
    }

    fn reference(&mut self, key: &str, known: &[String], at: &Pointer, what: &str) {
        if !known.iter().any(|other| other == key) {
            self.error(
                Code::UnknownReference,
                at,
                format!("there is no {what} `{key}`"),
                &format!("add the {what}, or name one that there is"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"format": 1, "name": "Acme", "environments": {"production": {"name": "Production"}},
        "people": {"ann@acme.example": {"name": "Ann", "roles": {"*": ["admin"]}}, "bo@acme.example": {"name": "Bo", "roles": {"production": ["viewer"]}}},
        "keys": {"server-1": {"environment": "production", "kind": "server", "created": "2026-11-01",
            "hash": "0000000000000000000000000000000000000000000000000000000000000001"}},
        "tokens": {"ann-1": {"person": "ann@acme.example", "created": "2026-11-01", "expires": "2027-11-01T00:00:00Z",
            "hash": "0000000000000000000000000000000000000000000000000000000000000002"}},
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
            ("0002\"", "0001\"", "/tokens/ann-1/hash", Code::DuplicateId),
            (r#""person": "ann@acme.example""#, r#""person": "eve@acme.example""#, "/tokens/ann-1/person", Code::UnknownReference),
            ("2026-11-01", "2026-11-01T00:00:00Z", "/keys/server-1/created", Code::BadValue),
            ("2027-11-01T00:00:00Z", "next year", "/tokens/ann-1/expires", Code::BadValue),
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
    fn no_truncation_of_a_good_project_is_good() {
        for length in 0..GOOD.len() {
            assert!(read(&GOOD.as_bytes()[..length]).is_err(), "cut at {length}");
        }
    }
}
