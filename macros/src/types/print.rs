//! Types as text, for dumps.
//!
//! Input: what is known. Output: a variable a line, in the order of their names. Invariant: the same knowledge gives the same text.

use super::{Kind, Ty, Types};
use std::fmt;

impl fmt::Display for Types {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut known: Vec<(&String, &Ty)> = self.known.iter().collect();
        known.sort_by_key(|(name, _)| *name);
        known.iter().try_for_each(|(name, ty)| writeln!(f, "{name}: {ty}"))
    }
}

impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ty::Scalar(s) => f.write_str(s),
            Ty::Seq(e, Kind::Slice) => write!(f, "[{e}]"),
            Ty::Seq(e, Kind::Array) => write!(f, "[{e}; _]"),
            Ty::Seq(e, _) => write!(f, "Vec<{e}>"),
            Ty::Ref(t) => write!(f, "&{t}"),
            Ty::Int => f.write_str("an integer"),
            Ty::Literal => f.write_str("any scalar"),
            Ty::Free => f.write_str("_"),
        }
    }
}
