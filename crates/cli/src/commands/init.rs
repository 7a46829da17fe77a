//! `halyard init`: a new project in a folder or a bucket, with its first admin, keys and (for the demo) a history.

use std::collections::BTreeSet;
use std::sync::Arc;

use clap::Args;
use halyard_edge::Moment;
use halyard_edge::init::{self, NewEnvironment, NewPerson, Options, Told};
use halyard_edge::store::is_key;

use crate::commands::link::is_address;
use crate::demo;
use crate::failure::{Failure, Outcome};
use crate::output::{self, FAINT, STRONG, styled};
use crate::store::memory::Memory;
use crate::store::objects::{Demand, Objects, Put, hold_to_conditions};
use crate::{host, store, words};

/// What `halyard init` takes.
#[derive(Args, Debug)]
#[command(after_help = "\
The keys, the token and the link are printed once: the store holds only their hashes. A store that holds a project \
already is left as it is, and the exit code is 3.

Examples:
  halyard init --store file:///srv/flags --name Acme --admin ann@acme.example --env production --env staging
  halyard init --store file:demo --name Acme --admin ann@acme.example --demo --json")]
pub(crate) struct Init {
    /// Where to make the project: a folder, `file:///dir`, or a bucket, `s3://bucket/prefix?endpoint=…&region=…`.
    #[arg(long, value_name = "URL")]
    store: String,
    /// The project's name.
    #[arg(long, value_name = "NAME")]
    name: String,
    /// The first admin's e-mail address.
    #[arg(long, value_name = "EMAIL")]
    admin: String,
    /// An environment's key; give it once for each. `production` by default.
    #[arg(long = "env", value_name = "NAME")]
    environments: Vec<String>,
    /// Fill it with the demo: a shop's flags, releases and three weeks of history in `production` and `staging`.
    #[arg(long)]
    demo: bool,
    /// Print {sdkKeys, token, link, people} instead.
    #[arg(long)]
    json: bool,
}

/// Runs it.
pub(crate) fn run(args: &Init) -> Result<Outcome, Failure> {
    let environments = environments(args)?;
    if args.name.trim().is_empty() {
        return Err(Failure::call("`--name` is empty: say what the project is called"));
    }
    if !is_address(&args.admin) {
        return Err(Failure::call(format!("`{}` is no e-mail address; `--admin` is who may do everything in the project", args.admin)));
    }
    let Some(store) = store::objects(&args.store)? else {
        return Err(Failure::call(
            "a project is made where its objects are: use `s3://bucket`, or `file:///dir` and copy the folder into the node's bucket",
        ));
    };
    let taken = || Failure::store(format!("there is a project in `{}` already; nothing was changed", args.store));
    let failed = |error: std::io::Error| Failure::store(format!("`{}` cannot be used as a store: {error}", args.store));
    if store.object(PROJECT).map_err(failed)?.is_some() {
        return Err(taken());
    }
    // It is made aside and moved in, the project's head last: whatever happens in between, there is a whole project or none.
    let draft = Arc::new(Memory::default());
    let told = make(args, environments, &draft, &failed)?;
    if !move_in(&*draft, &*store).map_err(failed)? {
        return Err(taken());
    }
    if args.json {
        output::json(&told)?
    } else {
        output::people(&said(args, &told))?
    }
    Ok(Outcome::Fine)
}

/// The object that makes a store a project.
const PROJECT: &str = "project/head.json";

fn environments(args: &Init) -> Result<Vec<String>, Failure> {
    if args.demo {
        let other = args.environments.iter().find(|environment| !demo::ENVIRONMENTS.contains(&environment.as_str()));
        return match other {
            Some(other) => Err(Failure::call(format!("the demo's environments are {}, not `{other}`", demo::ENVIRONMENTS.join(" and ")))),
            None => Ok(demo::ENVIRONMENTS.map(str::to_owned).to_vec()),
        };
    }
    let asked = if args.environments.is_empty() { vec!["production".to_owned()] } else { args.environments.clone() };
    let mut seen = BTreeSet::new();
    for environment in &asked {
        if !is_key(environment) {
            return Err(Failure::call(format!(
                "`{environment}` is no environment's key: letters, digits, `.`, `_` and `-`, at most 128, a letter or digit first"
            )));
        }
        if !seen.insert(environment) {
            return Err(Failure::call(format!("the environment `{environment}` is named twice")));
        }
    }
    Ok(asked)
}

/// Makes the project in an empty store.
fn make(args: &Init, environments: Vec<String>, draft: &Arc<Memory>, failed: &dyn Fn(std::io::Error) -> Failure) -> Result<Told, Failure> {
    let now = host::now();
    let admin = NewPerson::admin(&args.admin, args.admin.split('@').next().unwrap_or_default());
    let (people, begun) = if args.demo { (demo::people(admin)?, demo::begun(now)?) } else { (vec![admin], now) };
    let environments = environments.into_iter().map(|key| {
        let document = args.demo.then(|| demo::start(now)).transpose()?;
        Ok(NewEnvironment { name: capitalised(&key), key, document })
    });
    let options = Options { name: args.name.trim().to_owned(), people, environments: environments.collect::<Result<_, Failure>>()? };
    let made = init::init(&options, Moment { now: begun, random: host::random()? }).map_err(|problems| {
        let said: Vec<String> = problems.iter().filter(|problem| problem.is_error()).map(ToString::to_string).collect();
        Failure::call(format!("no project can be made of this: {}", said.join("; ")))
    })?;
    let put = |key: &str, body: &[u8]| match draft.put(key, body, Demand::Absent) {
        Ok(_) => Ok(()),
        Err(error) => Err(failed(error)),
    };
    // The link counts from now on, however old the demo's project is.
    let link = init::link(&args.admin, Moment { now, random: host::random()? });
    for (key, body) in made.objects.iter().filter(|(key, _)| !key.starts_with("sign-in/")) {
        put(key, body)?;
    }
    put(&link.key, link.object.as_bytes())?;
    if args.demo {
        demo::play(draft.clone(), now)?;
    }
    Ok(Told { link: link.link, ..made.told })
}

/// Moves every object over, heads behind what they point to and the project's last. False: somebody else was faster.
fn move_in(draft: &dyn Objects, store: &dyn Objects) -> std::io::Result<bool> {
    let (mut keys, _) = draft.list("", None, usize::MAX)?;
    keys.sort_by_key(|key| (key == PROJECT, key.ends_with("/head.json")));
    for (index, key) in keys.into_iter().enumerate() {
        let Some(object) = draft.object(&key)? else { continue };
        if store.put(&key, &object.body, Demand::Absent)? == Put::Conflict {
            if key == PROJECT {
                return Ok(false);
            }
            // No project, but a part of one: an earlier `init` was cut off. Nobody can be using what it left.
            if let Some(left) = store.object(&key)?.filter(|left| left.body != object.body) {
                store.put(&key, &object.body, Demand::Match(&left.etag))?;
            }
        }
        if index == 0 {
            hold_to_conditions(store, &key, &object.body)?;
        }
    }
    Ok(true)
}

fn capitalised(key: &str) -> String {
    let mut letters = key.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn said(args: &Init, told: &Told) -> String {
    let admin = words::printable(&args.admin);
    let first = told.sdk_keys.keys().next().map_or("production", String::as_str);
    let mut text = format!("The project {} is made in {}", styled(STRONG, words::printable(args.name.trim())), args.store);
    text.push_str(&match told.people.len() {
        0 | 1 => format!(", with {admin} as its admin.\n"),
        _ => format!(", for {}.\n", told.people.join(", ")),
    });
    text.push_str(&format!("\n{} {}\n", styled(STRONG, "SDK keys"), styled(FAINT, "(shown once; the store keeps only their hashes)")));
    for (environment, keys) in &told.sdk_keys {
        text.push_str(&format!("  {environment}\n    servers  {}\n    pages    {}\n", keys.server, keys.browser));
    }
    let token = format!("{} {}", styled(STRONG, "Token"), styled(FAINT, format!("({admin}'s, for programs; shown once)")));
    text.push_str(&format!("\n{token}\n  {}\n", told.token));
    let link = format!(
        "{} {}",
        styled(STRONG, "Link"),
        styled(FAINT, format!("(signs {admin} in at a node over this store, once, within a day)"))
    );
    text.push_str(&format!("\n{link}\n  {}\n", told.link));
    text.push_str(&format!("\n{}\n", styled(STRONG, "Next")));
    let store = store::for_a_shell(&args.store);
    for next in [
        format!("halyard log --store {store} --env {first}"),
        format!("halyard get --store {store} --env {first} --output {first}.json"),
        format!("halyard link --store {store} --person {admin}"),
    ] {
        text.push_str(&format!("  {next}\n"));
    }
    text
}
