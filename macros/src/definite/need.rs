//! What the result needs of variables, part by part.
//!
//! Input: reads and assignments, last ones first. Output: what is needed before them. Invariant: where two paths meet, what both need; a part that the
//! tokens do not name is *some* part, which says of no part that it is needed.

use crate::ir::{Operand, Place, Range, Step};
use crate::tokens::unspaced;
use std::collections::{BTreeSet, HashMap, HashSet};

/// How many elements a loop may touch that are listed one by one.
const LISTED: usize = 16;

/// A part of a variable: `[2]`, `.field`, `[i]`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Part(String);

impl Part {
    pub(super) fn element(k: usize) -> Part {
        Part(format!("[{k}]"))
    }

    pub(super) fn field(member: &syn::Member) -> Part {
        Part(match member {
            syn::Member::Named(name) => format!(".{name}"),
            syn::Member::Unnamed(k) => format!(".{}", k.index),
        })
    }

    /// Whether it is the same part everywhere.
    pub(super) fn is_fixed(&self) -> bool {
        self.0.starts_with('.') || self.0.as_bytes().get(1).is_some_and(u8::is_ascii_digit)
    }

    /// Whether it is the element whose number is in a variable.
    pub(super) fn is_at(&self, name: &str) -> bool {
        self.0.strip_prefix('[').and_then(|t| t.strip_suffix(']')) == Some(name)
    }
}

/// The part that a path of one step leads to.
pub(super) fn part(place: &Place) -> Option<Part> {
    let steps: Vec<&Step> = place.path.iter().filter(|s| !matches!(s, Step::Deref)).collect();
    match &steps[..] {
        [Step::Field(member)] => Some(Part::field(member)),
        [Step::Index { index, .. }] => match syn::parse2::<syn::LitInt>(index.clone()) {
            Ok(k) => Some(Part::element(k.base10_parse().ok()?)),
            Err(_) => Some(Part(format!("[{}]", syn::parse2::<syn::Ident>(index.clone()).ok()?))),
        },
        _ => None,
    }
}

/// What is needed of one variable.
#[derive(Clone, PartialEq, Default, Debug)]
pub(super) struct Need {
    /// All of it, but for `except`.
    whole: bool,
    except: BTreeSet<Part>,
    parts: BTreeSet<Part>,
    /// A part, whichever.
    some: bool,
}

impl Need {
    pub(super) fn all() -> Need {
        Need { whole: true, ..Need::default() }
    }

    pub(super) fn some() -> Need {
        Need { some: true, ..Need::default() }
    }

    fn of(part: Part) -> Need {
        Need { parts: BTreeSet::from([part]), ..Need::default() }
    }

    pub(super) fn is_whole(&self) -> bool {
        self.whole && self.except.is_empty()
    }

    /// Whether any part of it is needed.
    pub(super) fn is_some(&self) -> bool {
        self.some || !self.parts.is_empty() || self.is_whole()
    }

    pub(super) fn has(&self, part: &Part) -> bool {
        self.parts.contains(part) || self.whole && !self.except.contains(part)
    }

    fn join(&mut self, other: &Need) {
        self.except = match (self.whole, other.whole) {
            (true, true) => self.except.intersection(&other.except).cloned().collect(),
            (true, false) => self.except.clone(),
            (false, _) => other.except.clone(),
        };
        self.whole |= other.whole;
        self.some |= other.some;
        self.parts.extend(other.parts.iter().cloned());
    }

    fn meet(&self, other: &Need) -> Need {
        let whole = self.whole && other.whole;
        Need {
            whole,
            except: if whole { self.except.union(&other.except).cloned().collect() } else { BTreeSet::new() },
            parts: self.parts.union(&other.parts).filter(|p| self.has(p) && other.has(p)).cloned().collect(),
            some: self.is_some() && other.is_some(),
        }
    }
}

/// What is needed of all variables.
#[derive(Clone, PartialEq, Default, Debug)]
pub(super) struct Needs(HashMap<String, Need>);

impl Needs {
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn of(&self, name: &str) -> Need {
        self.0.get(name).cloned().unwrap_or_default()
    }

    pub(super) fn remove(&mut self, name: &str) -> Need {
        self.0.remove(name).unwrap_or_default()
    }

    fn add(&mut self, name: String, need: &Need) {
        self.0.entry(name).or_default().join(need);
    }

    /// An operand that is used.
    pub(super) fn read(&mut self, operand: &Operand) {
        self.read_as(operand, &Need::all());
    }

    /// An operand of which so much is used.
    pub(super) fn read_as(&mut self, operand: &Operand, need: &Need) {
        let Some(place) = operand.place() else { return };
        if place.path.is_empty() {
            self.add(place.base.to_string(), need);
        } else {
            self.read_place(place);
        }
    }

    /// A place that is used.
    pub(super) fn read_place(&mut self, place: &Place) {
        let need = match part(place) {
            Some(part) => Need::of(part),
            None if place.path.is_empty() => Need::all(),
            None if place.path.iter().all(|s| matches!(s, Step::Field(_) | Step::Index { .. } | Step::Deref)) => Need::some(),
            None => return,
        };
        self.add(place.base.to_string(), &need);
    }

    /// Before a part of a variable got its value.
    pub(super) fn overwrite(&mut self, name: &str, part: &Part) {
        if let Some(need) = self.0.get_mut(name) {
            // an element whose number is in a variable may be this one
            need.parts.retain(|p| p.is_fixed() && p != part);
            need.some = false;
            if need.whole {
                need.except.insert(part.clone());
            }
        }
    }

    pub(super) fn meet(&self, other: &Needs) -> Needs {
        let both = self.0.iter().filter_map(|(name, need)| Some((name.clone(), need.meet(other.0.get(name)?))));
        Needs(both.filter(|(_, need)| *need != Need::default()).collect())
    }

    /// Before an iteration: the number it has is not that of the one before it.
    pub(super) fn leave(&mut self, induction: Option<&str>) {
        for need in self.0.values_mut() {
            let named = need.parts.iter().filter(|p| !p.is_fixed() || induction.is_some_and(|name| p.is_at(name)));
            let named: Vec<Part> = named.cloned().collect();
            for part in named {
                need.parts.remove(&part);
                need.some = true;
            }
        }
    }

    /// Before a loop that runs: what all iterations read of what none of them writes.
    pub(super) fn expand(&mut self, induction: &str, range: &Range, written: &HashSet<String>) {
        let first = unspaced(&range.lo).parse::<usize>().ok();
        let ends = first.zip(range.literal()).filter(|(_, n)| *n <= LISTED);
        for (name, need) in &mut self.0 {
            let at = need.parts.iter().any(|p| p.is_at(induction));
            if let (true, Some((first, n)), false) = (at, ends, written.contains(name)) {
                need.parts.extend((first..first + n).map(Part::element));
            }
        }
        self.leave(Some(induction));
    }
}
