//! Images in the store: a document as publishing compiled it, so that a node that evaluates need not.
//!
//! An object is an image ([`Ruleset::to_image`]) and, behind it, a seal: a hash of the image and of what it is the image of. The seal
//! notices an object that was cut short, mixed up or damaged on its way. It is no signature: whoever can write an image under its
//! key can as well write a head that names another document. So what trust rests on is the right to write to the store, as for
//! everything in it; and what publishing compiled has passed `check`, which a node need not repeat.

use halyard_core::evaluate::Audience;
use halyard_core::{Ruleset, check::Checked, compile};

use crate::hash::{hash128, hash128_in_a_hurry};

/// The bytes of a seal.
const SEAL: usize = 16;
/// What an image begins with, and a document does not.
const MAGIC: &[u8] = b"HLYD";

/// The object of an image: all flags of the document of this digest for servers, or its public part for pages.
///
/// A page's image has the digest of the public part for its document: that of the whole could confirm a guess at what is private.
///
/// ```
/// use halyard_core::{check::Cap, evaluate::Audience, read};
/// use halyard_edge::image;
/// let checked = read(br#"{"format": 1}"#, Cap::Publisher).checked.unwrap();
/// let object = image::object(&checked, &checked.digest(), Audience::Server);
/// assert!(image::open(&object, &checked.digest(), Audience::Server).is_some());
/// assert!(image::open(&object, &checked.digest(), Audience::Page).is_none(), "it is another image");
/// ```
pub fn object(document: &Checked, name: &str, audience: Audience) -> Vec<u8> {
    match audience {
        Audience::Server => of_all(&compile(document), name),
        Audience::Page => sealed(of_public(&document.public()), name, audience),
    }
}

/// The object of all flags.
pub(crate) fn of_all(ruleset: &Ruleset, name: &str) -> Vec<u8> {
    sealed(ruleset.to_image(&bits(name).unwrap_or_default()), name, Audience::Server)
}

fn sealed(mut image: Vec<u8>, name: &str, audience: Audience) -> Vec<u8> {
    image.extend(seal(&image, name, audience));
    image
}

/// The image of a document's public part.
pub(crate) fn of_public(public: &Checked) -> Vec<u8> {
    compile(public).to_image(&bits(&public.digest()).unwrap_or_default())
}

/// The image in an object; none unless it is whole, and that of the document of this digest.
///
/// ```
/// use halyard_core::{Ruleset, check::Cap, evaluate::Audience, read};
/// use halyard_edge::image;
/// let checked = read(br#"{"format": 1}"#, Cap::Publisher).checked.unwrap();
/// let mut object = image::object(&checked, &checked.digest(), Audience::Page);
/// assert!(Ruleset::from_image(image::open(&object, &checked.digest(), Audience::Page).unwrap()).is_ok());
/// object[60] ^= 1;
/// assert!(image::open(&object, &checked.digest(), Audience::Page).is_none());
/// ```
pub fn open<'o>(object: &'o [u8], name: &str, audience: Audience) -> Option<&'o [u8]> {
    let (image, sealed) = object.split_last_chunk::<SEAL>()?;
    (seal(image, name, audience) == *sealed).then_some(image)
}

/// Whether bytes are meant to be an image rather than a document.
pub(crate) fn is_image(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// The ruleset in the object of all flags.
pub(crate) fn load(object: &[u8], name: &str) -> Option<Ruleset> {
    let (ruleset, document) = Ruleset::from_image(open(object, name, Audience::Server)?).ok()?;
    (Some(document) == bits(name)).then_some(ruleset)
}

/// The SHA-256 in a document's name.
pub(crate) fn bits(name: &str) -> Option<[u8; 32]> {
    crate::frame::unhex(name.strip_prefix("sha256-")?)
}

/// The SHA-256 of the document that a good image is of.
pub(crate) fn document_of(image: &[u8]) -> Option<&[u8; 32]> {
    image.get(MAGIC.len() + 4..)?.first_chunk()
}

fn seal(image: &[u8], name: &str, audience: Audience) -> [u8; SEAL] {
    let of = [name.as_bytes(), audience_name(audience).as_bytes(), &hash128_in_a_hurry(image, 0)].concat();
    hash128(&of, 0)
}

/// As it stands in the object's key.
pub(crate) fn audience_name(audience: Audience) -> &'static str {
    match audience {
        Audience::Server => "all",
        Audience::Page => "public",
    }
}
