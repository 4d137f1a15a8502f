//! Chains of calls: where a pullback is put behind a `Box<dyn Fn>`.
//!
//! Input: a function's name and the names of those it calls. Output: whether it is boxed. Invariant: this changes the time that rustc takes and the place
//! where a pullback lives, never a result, so that names may be compared as words.
//!
//! The type of a pullback contains those of the pullbacks it calls. A function that calls itself would have a type that contains itself (E0720), and
//! a chain of hundreds of functions has types so deep that rustc takes minutes, or overflows. Both end at a box. All functions of a crate
//! are expanded by one process: of each cycle the last one expanded sees the whole of it, and of each chain some function sees that it has grown long.

use crate::ir::{Callee, Func, Op, Stmt, walk};
use crate::signature::Signature;
use std::collections::{HashMap, HashSet};
use std::sync::{LazyLock, Mutex, PoisonError};

/// How many pullbacks may lie within one another without a box.
const DEPTH: usize = 8;

/// What is known of a function that was expanded before.
struct Known {
    callees: HashSet<String>,
    boxed: bool,
    /// How many pullbacks lie within its own, itself included, up to the next box.
    within: usize,
    /// How many its own lies within.
    around: usize,
}

static TABLE: LazyLock<Mutex<HashMap<String, Known>>> = LazyLock::new(Mutex::default);

/// Whether a function's pullback is boxed. `flat`: it contains no other, whatever the function calls.
pub(crate) fn boxed(sig: &Signature, func: &Func, flat: bool, recursive: bool) -> bool {
    let name = if sig.associated { method_key(&sig.name.to_string()) } else { sig.name.to_string() };
    let callees = if flat { HashSet::new() } else { callees(func) };
    // a box must not hold what a type parameter may borrow
    let generic = sig.generics.type_params().next().is_some() || !sig.outer.is_empty();
    let mut table = TABLE.lock().unwrap_or_else(PoisonError::into_inner);
    note(&mut table, name, callees, recursive, !generic)
}

fn note(table: &mut HashMap<String, Known>, name: String, callees: HashSet<String>, recursive: bool, may_box: bool) -> bool {
    let depth = |boxed: bool, depth: usize| if boxed { 0 } else { depth };
    let within = 1 + callees.iter().filter_map(|c| table.get(c)).map(|k| depth(k.boxed, k.within)).max().unwrap_or(0);
    let around = table.values().filter(|k| k.callees.contains(&name)).map(|k| 1 + depth(k.boxed, k.around)).max().unwrap_or(0);
    let boxed = recursive || reaches(table, &callees, &name) || (may_box && within + around > DEPTH);
    table.insert(name, Known { callees, boxed, within, around });
    boxed
}

/// Whether a function is called from these, directly or not.
fn reaches(table: &HashMap<String, Known>, from: &HashSet<String>, name: &str) -> bool {
    let mut seen: HashSet<&String> = HashSet::new();
    let mut next: Vec<&String> = from.iter().collect();
    while let Some(callee) = next.pop() {
        if callee == name {
            return true;
        }
        if seen.insert(callee) {
            next.extend(table.get(callee).into_iter().flat_map(|k| &k.callees));
        }
    }
    false
}

/// Methods by their names alone, whatever their types.
fn method_key(name: &str) -> String {
    format!(".{name}")
}

fn callees(func: &Func) -> HashSet<String> {
    let mut all = HashSet::new();
    walk(&func.body, &mut |s| {
        if let Stmt::Let { op: Op::Call { callee, .. }, .. } = s {
            all.insert(match callee {
                Callee::Function(..) => return,
                Callee::Method(_, name) => method_key(&name.to_string()),
                Callee::Path(path) => {
                    let name = path.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
                    if crate::emit::is_of_type(path) { method_key(&name) } else { name }
                }
            });
        }
    });
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(table: &mut HashMap<String, Known>, name: &str, callees: &[&str]) -> bool {
        note(table, name.to_owned(), callees.iter().map(|c| (*c).to_owned()).collect(), false, true)
    }

    #[test]
    fn a_chain_is_cut_every_few_functions_in_both_orders() {
        for reversed in [false, true] {
            let mut table = HashMap::new();
            let mut numbers: Vec<usize> = (1..=100).collect();
            if reversed {
                numbers.reverse();
            }
            let mut cuts: Vec<usize> = vec![];
            for k in numbers {
                let callee = format!("f{}", k - 1);
                if noted(&mut table, &format!("f{k}"), &[&callee]) {
                    cuts.push(k);
                }
            }
            assert!(cuts.windows(2).all(|w| w[0].abs_diff(w[1]) <= DEPTH + 1), "{cuts:?}");
            assert!(cuts.len() >= 10 && cuts.len() <= 13, "{cuts:?}");
        }
    }

    #[test]
    fn the_last_function_of_a_cycle_is_boxed() {
        let mut table = HashMap::new();
        assert!(!noted(&mut table, "even", &["odd"]));
        assert!(!noted(&mut table, "other", &["even"]));
        assert!(noted(&mut table, "odd", &["even"]));
        assert!(noted(&mut table, "own", &["own"]));
    }
}
