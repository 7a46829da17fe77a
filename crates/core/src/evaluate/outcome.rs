//! A flag's answer in one number: it comes back in a register, and pages are given it as it is.

#[cfg(feature = "document")]
use super::ErrorCode;
use super::Reason;

/// The number; [`crate::image::Image::decide`] says how it is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Outcome(pub(super) u32);

impl Outcome {
    pub(crate) const FLAG_NOT_FOUND: Outcome = Outcome(5);
    pub(crate) const TARGETING_KEY_MISSING: Outcome = Outcome(6);

    pub(crate) fn new(variant: Option<u32>, reason: Reason) -> Outcome {
        Outcome(variant.map_or(0, |variant| variant.wrapping_add(1) << 4) | reason as u32)
    }

    pub(crate) fn variant(self) -> Option<u32> {
        (self.0 >> 4).checked_sub(1)
    }

    pub(crate) fn is_error(self) -> bool {
        self.0 & 15 >= Outcome::FLAG_NOT_FOUND.0
    }

    /// Why, or what went wrong.
    #[cfg(feature = "document")]
    pub(crate) fn reason(self) -> Result<Reason, ErrorCode> {
        match self.0 & 15 {
            0 => Ok(Reason::Static),
            1 => Ok(Reason::Default),
            2 => Ok(Reason::TargetingMatch),
            3 => Ok(Reason::Split),
            4 => Ok(Reason::Disabled),
            5 => Err(ErrorCode::FlagNotFound),
            _ => Err(ErrorCode::TargetingKeyMissing),
        }
    }
}
