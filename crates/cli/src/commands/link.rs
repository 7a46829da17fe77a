//! `halyard link`: a new one-time link by which a person signs in.

use clap::Args;
use halyard_core::Json;
use halyard_edge::{Moment, init};

use crate::failure::{Failure, Outcome};
use crate::host;
use crate::output;
use crate::store;
use crate::store::local::Local;
use crate::store::objects::{Demand, Put};

/// What `halyard link` takes.
#[derive(Args, Debug)]
#[command(after_help = "\
A link opens the admin app once, within a day. Whoever may write to the store can make one: without --store it prints \
the object to put into a bucket, and where.

Examples:
  halyard link --store file:///srv/flags --person ann@acme.example
  halyard link --person ann@acme.example --json | jq -r .object > link.json")]
pub(crate) struct Link {
    /// The store, `file:///dir` or `s3://bucket`, to put the link into; without it the object to put is printed.
    #[arg(long, value_name = "URL")]
    store: Option<String>,
    /// The e-mail address of the person whom it signs in; they must be among the project's people.
    #[arg(long, value_name = "EMAIL")]
    person: String,
    /// Print {key, object, link} instead.
    #[arg(long)]
    json: bool,
}

/// Runs it.
pub(crate) fn run(args: &Link) -> Result<Outcome, Failure> {
    if !is_address(&args.person) {
        return Err(Failure::call(format!("`{}` is no e-mail address", args.person)));
    }
    let local = args.store.as_deref().map(|url| match store::objects(url)? {
        Some(objects) => Local::open(objects, url),
        None => Err(Failure::call(
            "a node gives nobody a link: whoever holds its store makes one. name the store, `file:///dir` or `s3://bucket`, or leave out \
             --store and put the object into its bucket",
        )),
    });
    let local = local.transpose()?;
    if let Some(local) = &local {
        known(local, &args.person)?;
    }
    let link = init::link(&args.person, Moment { now: host::now(), random: host::random()? });
    if let Some(local) = &local {
        match local.objects().put(&link.key, link.object.as_bytes(), Demand::Absent) {
            Ok(Put::Stored { .. }) => {}
            Ok(Put::Conflict) => return Err(Failure::store("the link is there already; try again")),
            Err(error) => return Err(Failure::store(format!("the link cannot be written: {error}"))),
        }
    }
    if args.json {
        output::json(&link)?;
    } else if local.is_some() {
        output::plain(&format!("{}\n", link.link))?;
        output::say(&format!("open this behind your node's address: it signs {} in, once, within a day\n", args.person));
    } else {
        output::plain(&format!("key:    {}\nobject: {}\nlink:   {}\n", link.key, link.object, link.link))?;
        output::say(&format!(
            "put the object at that key of the store's bucket; the link then signs {} in, once, within a day\n",
            args.person
        ));
    }
    Ok(Outcome::Fine)
}

/// Whether a text looks like an e-mail address: somebody, at something, and nothing that is not shown.
pub(crate) fn is_address(text: &str) -> bool {
    let named = text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'));
    named && text.len() <= 254 && text.chars().all(|c| !c.is_whitespace() && !c.is_control())
}

/// Refuses a link for somebody who is not of the project: it would sign nobody in.
fn known(local: &Local, person: &str) -> Result<(), Failure> {
    let request = halyard_edge::Request::new("GET", format!("{}/api/project/document", crate::store::local::ORIGIN));
    let response = local.send(request)?;
    let project = Json::parse(&response.body).map_err(|_| Failure::store("the project's document cannot be read"))?;
    let people = project.get("people").and_then(Json::as_object);
    if people.is_some_and(|people| people.contains_key(person)) {
        return Ok(());
    }
    let names: Vec<String> = people.map(|people| people.keys().map(|name| format!("`{name}`")).collect()).unwrap_or_default();
    Err(Failure::call(format!("`{person}` is not one of the project's people, who are {}", names.join(", "))))
}
