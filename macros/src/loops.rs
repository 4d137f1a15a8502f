//! Loops: the places whose cotangents an iteration can only add to.
//!
//! Input: a loop's body. Output: candidates for sums in a variable. Invariant: a candidate's variable is declared outside the loop, reached in the
//! body through this place alone, and only read there, by operations of scalars.
//!
//!     for j in … { s += w[i] * x[j] }        →        w[i]: one sum over the loop, added to w_bar[i] after it; x[j] is not asked for outside

use crate::activity::Activity;
use crate::ir::{Op, Operand, Place, Stmt, walk};
use crate::types::{Ty, Types};
use proc_macro2::{Ident, Spacing, TokenStream, TokenTree};
use std::collections::{BTreeMap, HashMap, HashSet};

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

/// Whether the iterations of a loop may be reversed in any order. The ones that a loop writes are sums, which nothing in it reads: an iteration's adjoint reads
/// their cotangents and changes none; to the cotangents of everything else from outside it only adds.
pub(crate) fn is_free(body: &[Stmt], activity: &Activity) -> bool {
    let (mut own, mut sums, mut free) = (HashSet::new(), HashSet::new(), true);
    walk(body, &mut |s| own.extend(s.defined()));
    walk(body, &mut |s| {
        let outside = |p: &&Place| activity.is_active(p) && !own.contains(&p.base.to_string());
        match s {
            Stmt::Exit { .. } => free = false,
            Stmt::Store { place, operator: Some(op), .. } if op == "Add" || op == "Sub" => {
                sums.extend(Some(place).filter(outside).map(|p| p.base.to_string()));
            }
            _ => free &= !s.writes().iter().any(outside),
        }
    });
    walk(body, &mut |s| {
        let read = match s {
            Stmt::Let { op, .. } => op.reads(),
            Stmt::Store { value, .. } => vec![value],
            Stmt::Change(c) => c.value.iter().collect(),
            _ => vec![],
        };
        let bound = if let Stmt::Bound { place, .. } = s { Some(place) } else { None };
        free &= !read.into_iter().filter_map(Operand::place).chain(bound).any(|p| sums.contains(&p.base.to_string()));
    });
    free
}

/// Integers from outside a loop that each iteration steps, by statements of its own level alone: `start += n`.
pub(crate) fn moving(body: &[Stmt], types: &Types) -> HashSet<String> {
    let (mut own, mut assigned) = (HashSet::new(), HashMap::<String, usize>::new());
    walk(body, &mut |s| {
        own.extend(s.defined());
        if let Stmt::Opaque(t) = s {
            assigned_in(t, &mut |name| *assigned.entry(name).or_default() += 1);
        }
    });
    let mut found: HashMap<String, usize> = HashMap::new();
    for (name, _) in body.iter().filter_map(step) {
        *found.entry(name.to_string()).or_default() += 1;
    }
    let integer = |name: &String| matches!(types.variable(name), Some(Ty::Int));
    found
        .into_iter()
        .filter(|(name, n)| integer(name) && !own.contains(name) && assigned.get(name) == Some(n))
        .map(|(name, _)| name)
        .collect()
}

/// `start += n` and its like: the variable and the statement.
pub(crate) fn step(stmt: &Stmt) -> Option<(Ident, syn::ExprBinary)> {
    use syn::BinOp as B;
    let Stmt::Opaque(tokens) = stmt else { return None };
    let Ok(syn::Stmt::Expr(syn::Expr::Binary(b), _)) = syn::parse2(tokens.clone()) else { return None };
    let syn::Expr::Path(p) = &*b.left else { return None };
    let known = matches!(b.op, B::AddAssign(_) | B::SubAssign(_) | B::MulAssign(_) | B::DivAssign(_) | B::RemAssign(_));
    p.path.get_ident().filter(|_| known).cloned().map(|name| (name, b))
}

/// Calls `found` for each variable that tokens assign or lend mutably.
fn assigned_in(tokens: &TokenStream, found: &mut impl FnMut(String)) {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    for (k, tree) in trees.iter().enumerate() {
        match tree {
            TokenTree::Group(g) => assigned_in(&g.stream(), found),
            TokenTree::Ident(name) => {
                let lent = k >= 2
                    && matches!((&trees[k - 2], &trees[k - 1]), (TokenTree::Punct(p), TokenTree::Ident(m)) if p.as_char() == '&' && m == "mut");
                if lent || assigns(&trees[k + 1..]) {
                    found(name.to_string());
                }
            }
            _ => {}
        }
    }
}

/// Whether what follows a variable assigns it: `=`, `+=`, `<<=`, but not `==`, `=>`.
fn assigns(after: &[TokenTree]) -> bool {
    let punct =
        |t: Option<&TokenTree>| if let Some(TokenTree::Punct(p)) = t { Some((p.as_char(), p.spacing() == Spacing::Joint)) } else { None };
    match (punct(after.first()), punct(after.get(1)), punct(after.get(2))) {
        (Some(('=', joint)), next, _) => !(joint && matches!(next, Some(('=' | '>', _)))),
        (Some(('+' | '-' | '*' | '/' | '%' | '^' | '&' | '|', true)), Some(('=', _)), _) => true,
        (Some(('<' | '>', true)), Some(('<' | '>', true)), Some(('=', _))) => true,
        _ => false,
    }
}
