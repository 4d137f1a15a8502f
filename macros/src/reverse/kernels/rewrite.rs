//! Rewriting of a reversed loop's body for a kernel.
//!
//! Input: a body that indexes containers, and the slices that stand for them. Output: the body with the slices. Invariant: each rewriting keeps what the body computes; only the
//! order in which a cotangent's contributions are added may change.

use super::slices::{Names, Slice};
use crate::tokens::{calls, unspaced};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use syn::visit::Visit;
use syn::visit_mut::VisitMut;
use syn::{BinOp, Block, Expr};

/// What is indexed by `k`: `v` of `v[k]`, `v[a..]` of `v[a + k]`.
pub(super) fn by(i: &syn::ExprIndex, k: &Ident) -> Option<Expr> {
    let mut terms = vec![];
    sum(&i.index, &mut terms);
    let own = terms.iter().position(|e| matches!(e, Expr::Path(p) if p.path.is_ident(k)))?;
    terms.remove(own);
    let literal: usize = terms.iter().filter_map(|e| number(e)).sum();
    let mut start = terms.iter().filter(|e| number(e).is_none()).map(|e| (*e).clone()).reduce(|a, b| syn::parse_quote!(#a + #b));
    if literal > 0 {
        let n = syn::LitInt::new(&literal.to_string(), proc_macro2::Span::call_site());
        start = Some(start.map_or_else(|| syn::parse_quote!(#n), |s| syn::parse_quote!(#s + #n)));
    }
    let of = &i.expr;
    Some(match start {
        None => (**of).clone(),
        Some(s @ (Expr::Path(_) | Expr::Lit(_) | Expr::Paren(_))) => syn::parse_quote!(#of[#s..]),
        Some(s) => syn::parse_quote!(#of[(#s)..]),
    })
}

/// The terms of a sum.
fn sum<'e>(e: &'e Expr, terms: &mut Vec<&'e Expr>) {
    match e {
        Expr::Paren(p) => sum(&p.expr, terms),
        Expr::Group(g) => sum(&g.expr, terms),
        Expr::Binary(b) if matches!(b.op, BinOp::Add(_)) => {
            sum(&b.left, terms);
            sum(&b.right, terms);
        }
        _ => terms.push(e),
    }
}

fn number(e: &Expr) -> Option<usize> {
    match e {
        Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(n), .. }) => n.base10_parse().ok(),
        _ => None,
    }
}

/// The variable that a place is a part of.
pub(super) fn base(e: &Expr) -> Option<&Ident> {
    match e {
        Expr::Path(p) => p.path.get_ident(),
        Expr::Index(i) if matches!(&*i.index, Expr::Range(_)) => base(&i.expr),
        _ => None,
    }
}

/// Where a part of a variable starts, if that is a number.
pub(super) fn start_of(of: &Expr) -> Option<usize> {
    match of {
        Expr::Path(_) => Some(0),
        Expr::Index(i) if matches!(&*i.expr, Expr::Path(_)) => match &*i.index {
            Expr::Range(r) => number(r.start.as_ref()?),
            _ => None,
        },
        _ => None,
    }
}

/// Where a part of a variable starts: a number of elements.
pub(super) fn offset(of: &Expr) -> Option<TokenStream> {
    match of {
        Expr::Path(_) => Some(quote!(0)),
        Expr::Index(i) if matches!(&*i.expr, Expr::Path(_)) => match &*i.index {
            Expr::Range(r) => r.start.as_ref().map(ToTokens::to_token_stream),
            _ => None,
        },
        _ => None,
    }
}

/// `v[a..b][k]` is `v[a + k]`.
pub(super) fn normal(e: &mut Expr, sequences: &dyn Fn(&Ident) -> bool) {
    struct Normal<'a>(&'a dyn Fn(&Ident) -> bool);
    impl VisitMut for Normal<'_> {
        fn visit_expr_index_mut(&mut self, i: &mut syn::ExprIndex) {
            syn::visit_mut::visit_expr_index_mut(self, i);
            while let (false, Expr::Index(inner)) = (matches!(&*i.index, Expr::Range(_)), &*i.expr)
                && let Expr::Range(r) = &*inner.index
                && base(&inner.expr).is_some_and(self.0)
            {
                let (at, of) = (&i.index, inner.expr.clone());
                let index = match &r.start {
                    Some(start) => syn::parse_quote!((#start) + #at),
                    None => (**at).clone(),
                };
                (*i.index, i.expr) = (index, of);
            }
        }
    }
    Normal(sequences).visit_expr_mut(e);
}

/// The same in a body.
pub(super) fn normalized(block: &Block, sequences: &dyn Fn(&Ident) -> bool) -> Block {
    let mut e = Expr::Block(syn::ExprBlock { attrs: vec![], label: None, block: block.clone() });
    normal(&mut e, sequences);
    match e {
        Expr::Block(b) => b.block,
        _ => block.clone(),
    }
}

/// Takes the tests for symbolic zeros out of a body, and says which slices must have none instead. A body that tests anything else stays as it is.
pub(super) fn untested(body: &mut Block, k: &Ident, slices: &[Slice]) -> Vec<Ident> {
    let mut taken = HashMap::new();
    for stmt in &body.stmts {
        if let syn::Stmt::Local(l) = stmt
            && let (syn::Pat::Ident(p), Some(init)) = (&l.pat, &l.init)
            && let Some(of) = element_of(&init.expr, k)
            && let Some(slice) = slices.iter().find(|s| s.name == *of)
        {
            taken.insert(p.ident.to_string(), slice.name.clone());
        }
    }
    let mut without = Untested { taken: &taken, found: BTreeMap::new(), others: false };
    let mut copy = body.clone();
    without.visit_block_mut(&mut copy);
    if without.others {
        return vec![];
    }
    *body = copy;
    without.found.into_values().collect()
}

/// `v[k]`, or what takes it out: the variable.
fn element_of<'e>(e: &'e Expr, k: &Ident) -> Option<&'e Ident> {
    match e {
        Expr::Index(i) if by(i, k).is_some() => base(&i.expr),
        Expr::Call(c) if calls(c, "::pullback::call::lift") => match c.args.first()? {
            Expr::Reference(r) => element_of(&r.expr, k),
            _ => None,
        },
        _ => None,
    }
}

struct Untested<'a> {
    /// Cotangents that are elements of slices.
    taken: &'a HashMap<String, Ident>,
    found: BTreeMap<String, Ident>,
    others: bool,
}

impl VisitMut for Untested<'_> {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        if let Expr::Call(c) = e
            && calls(c, "::pullback::rule::used")
        {
            let slice = if let Expr::Path(p) = &c.args[0] { p.path.get_ident().and_then(|i| self.taken.get(&i.to_string())) } else { None };
            let Some(slice) = slice else {
                self.others = true;
                return;
            };
            self.found.insert(slice.to_string(), slice.clone());
            *e = c.args[1].clone();
        }
        syn::visit_mut::visit_expr_mut(self, e);
    }
}

/// Indexes the slices, which have their containers' names.
pub(super) struct Shorten<'a> {
    pub(super) k: &'a Ident,
    pub(super) slices: &'a [Slice],
}

impl VisitMut for Shorten<'_> {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        if let Expr::Index(i) = &*e
            && let Some(of) = by(i, self.k)
            && let Some(base) = base(&of)
        {
            let (text, k) = (unspaced(&of), self.k);
            // of parts that overlap there is one slice, and what is carried along
            let overlapping = self.slices.iter().find(|s| s.base == *base && s.behind > 0);
            if let (Some(slice), Some(start)) = (overlapping, start_of(&of)) {
                let name = slice.carried(start - start_of(&slice.of).unwrap_or_default());
                *e = syn::parse_quote!(#name);
                return;
            }
            if let Some(slice) = self.slices.iter().find(|s| s.base == *base && unspaced(&s.of) == text) {
                let name = &slice.name;
                *e = syn::parse_quote!(#name[#k]);
                return;
            }
        }
        syn::visit_mut::visit_expr_mut(self, e);
    }
}

/// Reads what is the same in all iterations once.
pub(super) struct Once<'a> {
    pub(super) fixed: &'a BTreeSet<String>,
    pub(super) own: &'a HashSet<String>,
    pub(super) found: BTreeMap<String, (Ident, Expr)>,
}

impl VisitMut for Once<'_> {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        if let Expr::Index(i) = &*e
            && self.fixed.contains(&unspaced(e))
            && let Some(base) = base(&i.expr)
        {
            let mut names = Names(HashSet::new());
            names.visit_expr(e);
            if names.0.is_disjoint(self.own) {
                let name = format_ident!("{}_once_{}", base, self.found.len());
                let (name, _) = self.found.entry(unspaced(e)).or_insert_with(|| (name, e.clone()));
                *e = syn::parse_quote!(#name);
                return;
            }
        }
        syn::visit_mut::visit_expr_mut(self, e);
    }
}

/// Without tests whether cotangents are wanted that are.
pub(super) struct Certain<'a> {
    pub(super) wanted: &'a [TokenStream],
}

impl VisitMut for Certain<'_> {
    fn visit_block_mut(&mut self, b: &mut Block) {
        syn::visit_mut::visit_block_mut(self, b);
        let wanted: Vec<String> = self.wanted.iter().map(ToString::to_string).collect();
        let each = std::mem::take(&mut b.stmts).into_iter().flat_map(|s| match s {
            syn::Stmt::Expr(Expr::If(i), _) if i.else_branch.is_none() && wanted.contains(&i.cond.to_token_stream().to_string()) => {
                i.then_branch.stmts
            }
            other => vec![other],
        });
        b.stmts = each.collect();
    }
}

/// Sums by lane.
pub(super) struct Lanes<'a> {
    pub(super) k: &'a Ident,
    pub(super) sums: &'a BTreeSet<String>,
}

impl VisitMut for Lanes<'_> {
    fn visit_expr_binary_mut(&mut self, b: &mut syn::ExprBinary) {
        syn::visit_mut::visit_expr_binary_mut(self, b);
        let sum = if let Expr::Path(p) = &*b.left { p.path.get_ident().filter(|i| self.sums.contains(&i.to_string())) } else { None };
        if let (Some(name), BinOp::AddAssign(_) | BinOp::SubAssign(_)) = (sum, &b.op) {
            let (lanes, k) = (lanes_of(&name.to_string()), self.k);
            *b.left = syn::parse_quote!(#lanes[#k]);
        }
    }
}

/// The variable that holds a sum's lanes.
pub(super) fn lanes_of(sum: &str) -> Ident {
    format_ident!("{}_lanes", sum)
}
