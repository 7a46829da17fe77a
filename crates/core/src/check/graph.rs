//! Who depends on whom: cycles, long chains, and what evaluating costs at worst.
//!
//! Nodes are flags, segments and live releases. A flag depends on what it requires, on what its rules name, and on its live
//! release, which depends on what its stages name. Everything here is iterative and linear in the document: it may chain ten
//! thousand segments, and a stack may not.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::decode::Notes;
use crate::check::path::Path;
use crate::check::walk::{self, Owner};
use crate::document::{Condition, Document};
use crate::limits;
use crate::problem::{Code, Pointer, Problem};

/// What can be depended on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Node<'d> {
    Flag(&'d str),
    Segment(&'d str),
    Release(&'d str),
}

impl Node<'_> {
    fn is_flag(self) -> bool {
        matches!(self, Node::Flag(_))
    }

    fn is_segment(self) -> bool {
        matches!(self, Node::Segment(_))
    }

    /// Where it is written.
    fn place(self) -> Pointer {
        match self {
            Node::Flag(key) => Pointer::root().at("flags").at(key),
            Node::Segment(key) => Pointer::root().at("segments").at(key),
            Node::Release(key) => Pointer::root().at("releases").at(key),
        }
    }
}

/// What one node needs, and where it says so.
struct Edge<'d> {
    to: Node<'d>,
    place: Pointer,
}

#[derive(Default)]
struct Links<'d> {
    edges: Vec<Edge<'d>>,
    /// Condition steps of its own, what it follows not counted.
    steps: u64,
}

/// What a node comes to, with all that it follows.
#[derive(Clone, Copy, Debug, Default)]
struct Weight {
    /// Flags on the longest way down, itself included.
    flags: usize,
    /// Segments on the longest way down that names segments only, itself included.
    segments: usize,
    /// Condition steps at worst.
    steps: u64,
    /// A flag further down is over the limit of steps by itself.
    costly: bool,
}

/// Notes cycles, chains that are too long, and flags that cost too much.
pub(crate) fn check(notes: &mut Notes, document: &Document) {
    let graph = build(document);
    let (order, cycles) = order(&graph);
    for cycle in cycles {
        notes.push(cycle);
    }
    let mut weights: BTreeMap<Node<'_>, Weight> = BTreeMap::new();
    for node in order {
        let weight = weigh(node, &graph, &weights);
        weights.insert(node, weight);
    }
    too_much(notes, &graph, &weights);
}

/// Who rests on whom: the graph the other way round.
pub(crate) struct Dependents<'d>(BTreeMap<Node<'d>, Vec<Node<'d>>>);

impl<'d> Dependents<'d> {
    pub(crate) fn of(document: &'d Document) -> Dependents<'d> {
        let mut resting: BTreeMap<Node<'d>, Vec<Node<'d>>> = BTreeMap::new();
        for (node, links) in build(document) {
            for edge in links.edges {
                resting.entry(edge.to).or_default().push(node);
            }
        }
        Dependents(resting)
    }

    /// The flags that rest on a node, directly or through others.
    pub(crate) fn flags_on(&self, node: Node<'_>) -> BTreeSet<&'d str> {
        let (mut seen, mut flags): (BTreeSet<Node<'d>>, BTreeSet<&'d str>) = (BTreeSet::new(), BTreeSet::new());
        let mut way: Vec<Node<'d>> = self.0.get(&node).cloned().unwrap_or_default();
        while let Some(node) = way.pop() {
            if seen.insert(node) {
                flags.extend(if let Node::Flag(key) = node { Some(key) } else { None });
                way.extend(self.0.get(&node).into_iter().flatten());
            }
        }
        flags
    }
}

fn build(document: &Document) -> BTreeMap<Node<'_>, Links<'_>> {
    let mut graph: BTreeMap<Node<'_>, Links<'_>> = BTreeMap::new();
    document.segments.keys().for_each(|key| drop(graph.insert(Node::Segment(key), Links::default())));
    document.flags.keys().for_each(|key| drop(graph.insert(Node::Flag(key), Links::default())));
    for (key, flag) in &document.flags {
        let Some(links) = graph.get_mut(&Node::Flag(key)) else { continue };
        for (index, requirement) in flag.requires.iter().enumerate() {
            let place = Pointer::root().at("flags").at(key).at("requires").at(index).at("flag");
            links.steps += 1;
            links.edges.push(Edge { to: Node::Flag(&requirement.flag), place });
        }
    }
    for (key, release) in document.releases.iter().filter(|(_, release)| release.is_live()) {
        graph.insert(Node::Release(key), Links::default());
        for (index, member) in release.flags.iter().enumerate() {
            if let Some(links) = graph.get_mut(&Node::Flag(&member.flag)) {
                let place = Pointer::root().at("releases").at(key).at("flags").at(index).at("flag");
                links.edges.push(Edge { to: Node::Release(key), place });
            }
        }
    }
    walk::roots(document, &mut |owner, condition, at| {
        let node = match owner {
            Owner::Plan => return,
            Owner::Segment(key) => Node::Segment(key),
            Owner::Flag(key) => Node::Flag(key),
            Owner::Release(key) => Node::Release(key),
        };
        if let Some(links) = graph.get_mut(&node) {
            add(links, condition, at);
        }
    });
    graph
}

fn add<'d>(links: &mut Links<'d>, condition: &'d Condition, at: &Path<'_>) {
    walk::within(condition, at, &mut |condition, at| {
        links.steps += 1;
        match condition {
            Condition::Segment { segment } => links.edges.push(Edge { to: Node::Segment(segment), place: at.key("segment").pointer() }),
            Condition::Flag { flag, .. } => links.edges.push(Edge { to: Node::Flag(flag), place: at.key("flag").pointer() }),
            _ => {}
        }
    });
}

/// The nodes, each behind all that it depends on, and a problem for every cycle with a node that no earlier one had.
fn order<'d>(graph: &BTreeMap<Node<'d>, Links<'d>>) -> (Vec<Node<'d>>, Vec<Problem>) {
    let (mut done, mut cycles): (Vec<Node<'d>>, Vec<Problem>) = (Vec::new(), Vec::new());
    let mut open: BTreeMap<Node<'d>, bool> = BTreeMap::new();
    let mut told: BTreeSet<Node<'d>> = BTreeSet::new();
    for start in graph.keys() {
        // The way down: each node, and how many of its edges have been followed.
        let mut way: Vec<(Node<'d>, usize)> = Vec::new();
        if !open.contains_key(start) {
            open.insert(*start, true);
            way.push((*start, 0));
        }
        while let Some((node, followed)) = way.last_mut() {
            let (node, edge) = (*node, graph.get(node).and_then(|links| links.edges.get(*followed)));
            *followed += 1;
            match edge {
                None => {
                    open.insert(node, false);
                    done.push(node);
                    way.pop();
                }
                Some(edge) if !graph.contains_key(&edge.to) => {}
                Some(edge) => match open.get(&edge.to) {
                    None => {
                        open.insert(edge.to, true);
                        way.push((edge.to, 0));
                    }
                    Some(false) => {}
                    Some(true) => {
                        let round: Vec<Node<'d>> = way.iter().map(|(node, _)| *node).skip_while(|node| *node != edge.to).collect();
                        if round.iter().any(|node| told.insert(*node)) {
                            told.extend(&round);
                            cycles.push(cycle(&round, &edge.place));
                        }
                    }
                },
            }
        }
    }
    (done, cycles)
}

/// How many nodes of a cycle a message names.
const NAMED: usize = 12;

/// The place is that of the link that closes the cycle.
fn cycle(round: &[Node<'_>], place: &Pointer) -> Problem {
    let flags = round.iter().any(|node| node.is_flag());
    let name = |node: &Node<'_>| match node {
        Node::Segment(key) if flags => format!("segment `{key}`"),
        Node::Flag(key) | Node::Segment(key) => format!("`{key}`"),
        Node::Release(key) => format!("release `{key}`"),
    };
    let mut names: Vec<String> = round.iter().take(NAMED).map(name).collect();
    if round.len() > NAMED {
        names.push("…".to_owned());
    }
    names.extend(round.first().map(name));
    let what = if flags { "flags" } else { "segments" };
    Problem::error(
        Code::Cycle,
        place.clone(),
        format!("{what} depend on each other in a circle: {}", names.join(" → ")),
        "take out one of these links: a requirement, a condition or a release's stage",
    )
}

/// What follows a cycle's closing link is not weighed yet, and counts nothing.
fn weigh<'d>(node: Node<'d>, graph: &BTreeMap<Node<'d>, Links<'d>>, weights: &BTreeMap<Node<'d>, Weight>) -> Weight {
    let Some(links) = graph.get(&node) else { return Weight::default() };
    let mut weight = Weight { steps: links.steps, ..Weight::default() };
    for edge in &links.edges {
        let below = weights.get(&edge.to).copied().unwrap_or_default();
        weight.flags = weight.flags.max(below.flags);
        weight.steps = weight.steps.saturating_add(below.steps);
        weight.costly |= if edge.to.is_flag() { below.steps > steps_limit() } else { below.costly };
        if edge.to.is_segment() && node.is_segment() {
            weight.segments = weight.segments.max(below.segments);
        }
    }
    weight.flags += usize::from(node.is_flag());
    weight.segments += usize::from(node.is_segment());
    weight
}

/// Only the first of a chain is named, and of flags that cost too much only those that do so by themselves: the rest would
/// repeat it.
fn too_much(notes: &mut Notes, graph: &BTreeMap<Node<'_>, Links<'_>>, weights: &BTreeMap<Node<'_>, Weight>) {
    let weight = |node: &Node<'_>| weights.get(node).copied().unwrap_or_default();
    let (mut below_flags, mut below_segments) = (BTreeSet::new(), BTreeSet::new());
    for (node, links) in graph {
        let own = weight(node);
        if own.flags > limits::FLAG_CHAIN {
            below_flags.extend(links.edges.iter().map(|edge| edge.to));
        }
        if own.segments > limits::SEGMENT_CHAIN {
            below_segments.extend(links.edges.iter().map(|edge| edge.to));
        }
    }
    for node in graph.keys() {
        let own = weight(node);
        if node.is_flag() && own.flags > limits::FLAG_CHAIN && !below_flags.contains(node) {
            let message =
                format!("a chain of {} flags starts here, and at most {} may depend on each other", own.flags, limits::FLAG_CHAIN);
            notes.push(Problem::error(Code::TooDeep, node.place(), message, "let it depend on the flags that matter directly"));
        }
        if own.segments > limits::SEGMENT_CHAIN && !below_segments.contains(node) {
            let message =
                format!("a chain of {} segments starts here, and at most {} may use each other", own.segments, limits::SEGMENT_CHAIN);
            notes.push(Problem::error(Code::TooDeep, node.place(), message, "join some of them into one segment"));
        }
        if node.is_flag() && own.steps > steps_limit() && !own.costly {
            let steps = if own.steps == u64::MAX { "more than 10^19".to_owned() } else { own.steps.to_string() };
            let message = format!("evaluating this flag can take {steps} condition steps, and at most {} are allowed", limits::STEPS);
            notes.push(Problem::error(
                Code::TooExpensive,
                node.place(),
                message,
                "use lists in place of many conditions, and simpler segments",
            ));
        }
    }
}

fn steps_limit() -> u64 {
    limits::STEPS as u64
}
