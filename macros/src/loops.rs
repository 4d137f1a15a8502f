//! Loops: the places whose cotangents an iteration can only add to.
//!
//! Input: a loop's body. Output: candidates for sums in a variable. Invariant: a candidate's variable is declared outside the loop, reached in the
//! body through this place alone, and only read there, by operations of scalars.
//!
//!     for j in … { s += w[i] * x[j] }        →        w[i]: one sum over the loop, added to w_bar[i] after it; x[j] is not asked for outside

use crate::ir::{Op, Operand, Place, Stmt, walk};
use std::collections::BTreeMap;

/// The pass.
pub(crate) fn summed(body: &[Stmt]) -> Vec<&Place> {
    let mut found: BTreeMap<String, Option<(String, &Place)>> = BTreeMap::new();
    walk(body, &mut |s| {
        let (reads, others): (Vec<&Operand>, Vec<&Operand>) = match s {
            Stmt::Let { op: op @ (Op::Rule { .. } | Op::Copy(_)), .. } => (op.reads(), vec![]),
            Stmt::Let { op, .. } => (vec![], op.reads()),
            Stmt::Store { value, .. } => (vec![value], vec![]),
            _ => (vec![], vec![]),
        };
        let bound = if let Stmt::Bound { place, .. } = s { Some(place) } else { None };
        if let Stmt::Let { dst, .. } | Stmt::Declare { dst, .. } | Stmt::Bound { dst, .. } = s {
            // its cotangent does not outlive the iteration
            found.insert(dst.to_string(), None);
        }
        for place in s.writes().into_iter().chain(bound).chain(others.into_iter().filter_map(Operand::place)) {
            found.insert(place.base.to_string(), None);
        }
        for place in reads.into_iter().filter_map(Operand::place) {
            let text = place.tokens.to_string();
            let known = found.entry(place.base.to_string()).or_insert_with(|| Some((text.clone(), place)));
            if known.as_ref().is_some_and(|(t, _)| *t != text) {
                *known = None;
            }
        }
    });
    found.into_values().flatten().map(|(_, place)| place).filter(|p| !p.path.is_empty()).collect()
}
