//! A call on its way: what was asked, of which host, and where it stands.

use halyard_edge::store::Scope;
use halyard_edge::{Effect, EffectResult, Principal, Request};

use crate::invariants::served::Question;
use crate::ledger::Order;

/// What a call is for.
#[derive(Clone, Debug)]
pub(crate) enum Asked {
    Evaluate(Question),
    Health,
    Read {
        scope: Scope,
    },
    Records {
        scope: Scope,
    },
    Publish(Order),
    /// What a node does behind its answer.
    Background,
}

/// Where a call stands. Between any two of these, everything else may happen.
pub(crate) enum Stage {
    Asked {
        request: Box<Request>,
        principal: Option<Principal>,
    },
    Begins {
        continuation: Vec<u8>,
    },
    Wants {
        effect: Effect,
        beside: Vec<Effect>,
        continuation: Vec<u8>,
    },
    /// The result of the effect, or of one beside it, by place.
    Has {
        place: usize,
        result: EffectResult,
        continuation: Vec<u8>,
    },
}

/// One call.
pub(crate) struct Call {
    pub(crate) id: u64,
    pub(crate) host: usize,
    pub(crate) asked: Asked,
    pub(crate) stage: Stage,
    /// What came of effects of which the node has not heard yet: others were there first.
    pub(crate) unheard: Vec<(Effect, EffectResult)>,
    /// How many effects it has had.
    pub(crate) effects: u32,
    /// When it began, and when it asked for its effect.
    pub(crate) began: i64,
    pub(crate) since: i64,
    /// In which era of its host it began: a trap and a clock that jumps end one.
    pub(crate) era: u64,
    /// It stays where it is for so many steps of the world.
    pub(crate) stalled: u32,
    /// How many late reads it has had: nobody reads late for ever.
    pub(crate) late: u32,
    /// The head that it looks at for its node, to follow it, and until when nobody else should.
    pub(crate) looks_at: Option<(String, i64)>,
}

impl Call {
    /// When it can go on.
    pub(crate) fn ready_at(&self) -> i64 {
        match &self.stage {
            Stage::Wants { effect: Effect::Sleep { ms }, .. } => self.since + i64::from(*ms),
            _ => i64::MIN,
        }
    }

    /// Who asks, for the trace.
    pub(crate) fn who(&self) -> String {
        let what = match &self.asked {
            Asked::Evaluate(question) => question.flag.unwrap_or("all flags").to_owned(),
            Asked::Health => "health".to_owned(),
            Asked::Read { scope } => format!("read {}", scope.folder()),
            Asked::Records { scope } => format!("history of {}", scope.folder()),
            Asked::Publish(order) => format!("publish {} on {}", order.id.as_deref().unwrap_or("-"), order.base.1),
            Asked::Background => "refresh".to_owned(),
        };
        format!("call {} at node {} ({what})", self.id, self.host)
    }
}
