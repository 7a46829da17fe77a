//! Last good bytes outside the node: how a copy is packed for the host to keep, or to be bundled as a snapshot.

use halyard_core::Timestamp;
use halyard_core::document::digest;
use halyard_core::evaluate::Audience;
use serde::{Deserialize, Serialize};

use crate::http::to_json;
use crate::image;
use crate::store::Head;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Label {
    format: u32,
    pub(super) head: Head,
    pub(super) etag: Option<String>,
    pub(super) seen: Timestamp,
}

/// A head and its document as one: a line of JSON that says what it is, and the document, or the object of its image
/// ([`crate::image::object`]). A host keeps such bytes for a node ([`crate::Node::packed`]), and a deployment may bundle them, as text and
/// therefore with the document ([`crate::Config::snapshots`]).
///
/// ```
/// use halyard_core::{Document, Timestamp};
/// use halyard_edge::{follow, store::Head};
/// let document = Document::default();
/// let hash = document.digest().replace("sha256-", "");
/// let head = Head { format: 1, lineage: "a".into(), version: 1, record: format!("00000001-{hash}"), document: document.digest() };
/// let packed = follow::pack(&head, None, Timestamp(5), document.canonical().as_bytes());
/// assert_eq!(follow::unpack(&packed).unwrap().0, head);
/// ```
pub fn pack(head: &Head, etag: Option<&str>, seen: Timestamp, document: &[u8]) -> Vec<u8> {
    let label = Label { format: 1, head: head.clone(), etag: etag.map(str::to_owned), seen };
    let mut bytes = to_json(&label);
    bytes.push(b'\n');
    bytes.extend_from_slice(document);
    bytes
}

/// The head, its ETag, when it was seen, and the document of a packed copy, or the object of its image; none unless it is the one that
/// the head names.
///
/// ```
/// use halyard_core::{Document, Timestamp};
/// use halyard_edge::{follow, store::Head};
/// let document = Document::default();
/// let record = format!("00000001-{}", "0f".repeat(32));
/// let head = Head { format: 1, lineage: "a".into(), version: 1, record, document: document.digest() };
/// let packed = follow::pack(&head, Some("e1"), Timestamp(5), document.canonical().as_bytes());
/// assert_eq!(follow::unpack(&packed), Some((head, Some("e1".to_owned()), Timestamp(5), document.canonical().as_bytes())));
/// assert_eq!(follow::unpack(&packed[..packed.len() - 1]), None, "it is not the document that the head names");
/// ```
pub fn unpack(bytes: &[u8]) -> Option<(Head, Option<String>, Timestamp, &[u8])> {
    let (label, content) = opened(bytes)?;
    let name = &label.head.document;
    let is_it = digest(content) == *name || image::open(content, name, Audience::Server).is_some();
    is_it.then_some((label.head, label.etag, label.seen, content))
}

/// What a packed copy says that it is, and what it holds; whether that is so is still to be seen.
pub(super) fn opened(bytes: &[u8]) -> Option<(Label, &[u8])> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let (label, content) = (bytes.get(..end)?, bytes.get(end + 1..)?);
    let label: Label = serde_json::from_slice(label).ok()?;
    let head = Head::parse(&label.head.to_bytes()).ok()?;
    (label.format == 1).then_some((Label { head, ..label }, content))
}
