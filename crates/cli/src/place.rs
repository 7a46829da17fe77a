//! What a command is about: an environment of a store, or the project in it.

use clap::Args;

use crate::failure::Failure;
use crate::store::{Store, percent_encode};

/// What every command that reads or writes something published takes.
#[derive(Args, Debug)]
pub(crate) struct Place {
    /// The store: `file:///dir` (or a folder's path) or `s3://bucket/prefix?endpoint=…&region=…` as its owner, or the address of a node,
    /// with your token in HALYARD_TOKEN.
    #[arg(long, value_name = "URL")]
    pub(crate) store: String,
    #[command(flatten)]
    subject: Subject,
}

/// Either of the two.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct Subject {
    /// The environment's key.
    #[arg(long = "env", value_name = "NAME")]
    environment: Option<String>,
    /// The project's own document instead: its people, roles, keys, tokens, environments and limits.
    #[arg(long)]
    project: bool,
}

impl Place {
    /// The store, and the path of this part of the API.
    ///
    /// # Errors
    /// The call is at fault where the URL is none or a folder has no such environment, the store where it holds no project.
    pub(crate) fn open(&self) -> Result<(Store, String), Failure> {
        let store = Store::open(&self.store)?;
        let Some(environment) = &self.subject.environment else { return Ok((store, "/api/project".to_owned())) };
        if environment.is_empty() {
            return Err(Failure::call("`--env` is empty: name an environment, such as `production`"));
        }
        if let Store::Local(local) = &store {
            local.knows(environment, &self.store)?;
        }
        Ok((store, format!("/api/environments/{}", percent_encode(environment))))
    }

    /// Whether it is the project's own document.
    pub(crate) fn is_project(&self) -> bool {
        self.subject.project
    }

    /// What it is called in messages.
    pub(crate) fn name(&self) -> &str {
        self.subject.environment.as_deref().unwrap_or("the project")
    }
}
