//! How effects are carried out: on the store, with what goes wrong on the way.

use halyard_edge::{Condition, Effect, EffectResult};

use super::World;
use crate::call::{Asked, Call};
use crate::fault::{Fault, Outcome};
use crate::invariants::{Held, Violation, hold};
use crate::random::Random;

/// What an outage does to every effect.
pub(super) const OUTAGES: [Fault; 6] = [Fault::Failed, Fault::TimedOut, Fault::Throttled, Fault::Missing, Fault::Null, Fault::Empty];

/// How many reads of one call are late at most.
const LATE: u32 = 2;

impl World {
    /// Carries out what a call wants.
    pub(super) fn carry_out(&mut self, call: &mut Call, effect: &Effect) -> Result<EffectResult, Violation> {
        if let Effect::Sleep { .. } = effect {
            return Ok(EffectResult::Done);
        }
        self.chances += 1;
        let mut random = Random::new(self.setup.seed ^ 0x5eed, self.chances);
        let fault = self.weather.fault(&mut random).filter(|_| !self.setup.without.contains(&self.chances));
        let fault = fault.filter(|fault| *fault != Fault::Late || call.late < LATE);
        if let Effect::Kept { name } = effect {
            return Ok(self.kept(call.host, name, fault, &mut random));
        }
        if let Effect::Put { key, condition, .. } = effect
            && !super::is_note(key)
        {
            hold(6, matches!(call.asked, Asked::Publish(_)), || format!("a call that publishes nothing writes {key}"))?;
            let may_be_put_over = *condition == Condition::IfAbsent || key.ends_with("/head.json");
            hold(6, may_be_put_over, || format!("{key}, which never changes, is put over"))?;
        }
        if let Effect::Get { deadline_ms, .. } = effect
            && self.now > call.since + i64::from(*deadline_ms)
        {
            return Ok(EffectResult::TimedOut);
        }
        if self.now < self.down_until {
            return Ok(outage(OUTAGES.get(self.down_by).copied().unwrap_or(Fault::Failed), effect));
        }
        let Some(fault) = fault else {
            let result = self.store.perform(effect, 0);
            self.see(call.id, effect, &result)?;
            return Ok(result);
        };
        let number = self.chances;
        call.late += u32::from(fault == Fault::Late);
        self.troubles.push((number, format!("{fault:?}")));
        self.note(|| format!("trouble {number}: {fault:?}"));
        match fault.spoil(&mut self.store, effect, &mut random) {
            Outcome::Result(result) => Ok(result),
            Outcome::Late(done, heard) => {
                self.see(call.id, effect, &done)?;
                Ok(heard)
            }
            Outcome::Adrift => {
                self.adrift.push((call.id, effect.clone()));
                Ok(EffectResult::TimedOut)
            }
        }
    }

    fn kept(&mut self, host: usize, name: &str, fault: Option<Fault>, random: &mut Random) -> EffectResult {
        let Some(host) = self.hosts.get_mut(host) else { return EffectResult::Missing };
        let Some(body) = host.kept(name).cloned() else { return EffectResult::Missing };
        let Some(fault) = fault else { return EffectResult::Found { etag: String::new(), body } };
        host.kept_failed = true;
        let broken = [Fault::Empty, Fault::Null, Fault::Page, Fault::Cut, Fault::Swapped];
        if !broken.contains(&fault) {
            return EffectResult::Missing;
        }
        EffectResult::Found { etag: String::new(), body: fault.body(&self.store, body, random) }
    }

    /// A put that nobody waits for any more arrives, or never does.
    pub(crate) fn something_arrives(&mut self, is_lost: bool) -> Held {
        if self.adrift.is_empty() {
            return Ok(());
        }
        let (call, effect) = self.adrift.swap_remove(self.random.below(self.adrift.len()));
        if is_lost {
            return Ok(());
        }
        let result = self.store.perform(&effect, 0);
        self.note(|| format!("call {call}: {}, adrift until now → {}", say(&effect), say_result(&result)));
        self.see(call, &effect, &result)
    }

    /// Sees what a put has changed.
    fn see(&mut self, call: u64, effect: &Effect, result: &EffectResult) -> Held {
        if matches!(result, EffectResult::Stored { .. }) { self.stored(call, effect) } else { Ok(()) }
    }
}

/// What comes of an effect while nothing reaches the store.
fn outage(fault: Fault, effect: &Effect) -> EffectResult {
    let is_put = matches!(effect, Effect::Put { .. });
    match fault {
        Fault::TimedOut => EffectResult::TimedOut,
        Fault::Missing if !is_put => EffectResult::Missing,
        Fault::Null if !is_put => EffectResult::Found { etag: "null".to_owned(), body: b"null".to_vec() },
        Fault::Empty if !is_put => EffectResult::Found { etag: String::new(), body: Vec::new() },
        _ => EffectResult::Failed { message: "the store is down".to_owned() },
    }
}

/// An effect in short.
pub(super) fn say(effect: &Effect) -> String {
    let short = |key: &str| {
        let (folder, name) = key.rsplit_once('/').unwrap_or(("", key));
        format!("{folder}/{}", name.get(..20).unwrap_or(name))
    };
    match effect {
        Effect::Get { key, immutable, deadline_ms, if_none_match } => {
            let known = if if_none_match.is_some() { " if new" } else { "" };
            format!("get {}{}{known} within {deadline_ms}", short(key), if *immutable { " (immutable)" } else { "" })
        }
        Effect::Put { key, condition: Condition::IfAbsent, .. } => format!("put {} if absent", short(key)),
        Effect::Put { key, condition: Condition::IfMatch(etag), .. } => format!("put {} over {etag}", short(key)),
        Effect::List { prefix, .. } => format!("list {prefix}"),
        Effect::Kept { name } => format!("kept {name}"),
        Effect::Sleep { ms } => format!("sleep {ms}"),
    }
}

/// A result in short.
pub(super) fn say_result(result: &EffectResult) -> String {
    match result {
        EffectResult::Found { etag, body } => {
            let text = String::from_utf8_lossy(body);
            let version = text.rsplit_once("\"version\":").map(|(_, rest)| rest.chars().take_while(char::is_ascii_digit).collect());
            let version = version.map(|version: String| format!(", version {version}")).unwrap_or_default();
            format!("found {etag}, {} bytes{version}", body.len())
        }
        EffectResult::Stored { etag } => format!("stored {etag}"),
        EffectResult::Listed { keys, .. } => format!("{} keys", keys.len()),
        EffectResult::Failed { message } => format!("failed: {message}"),
        other => format!("{other:?}"),
    }
}
