//! What a reversed loop does with containers, and the slices that stand for them.
//!
//! Input: the primal's body and the reversed one. Output: for each container that is indexed by the loop's variable alone, `x[k]`, `x[a + k]`, its parts.
//! Invariant: a part is one that the primal has indexed in each iteration, and starts at the same place in all of them.
//!
//!     x_bar[k] += x[k + 1] * w[n + k]        →        x_bar: the whole; x: from 1; w: from n

use super::rewrite::{base, by, normal, start_of};
use super::{Knows, span};
use crate::ir::{Op, Operand, Place, Step, Stmt};
use crate::tokens::unspaced;
use crate::types::{Ty, Types, peeled};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use syn::visit::Visit;
use syn::visit_mut::VisitMut;
use syn::{BinOp, Block, Expr};

/// A container, or a part of one, that is indexed by the loop's variable alone.
pub(super) struct Slice {
    /// The variable that holds it in the kernel.
    pub(super) name: Ident,
    /// The container's variable.
    pub(super) base: Ident,
    /// What is indexed: the container or a part of it.
    pub(super) of: Expr,
    pub(super) mutable: bool,
    /// The type of its elements.
    pub(super) element: Option<TokenStream>,
    /// Whether other parts of the container are changed, too: then all of them are borrowed at once.
    pub(super) apart: bool,
    /// How many elements behind the last one are changed as well: parts that overlap.
    pub(super) behind: usize,
}

impl Slice {
    /// The borrow.
    pub(super) fn whole(&self, knows: &dyn Knows) -> TokenStream {
        let (of, base, mutable) = (&self.of, &self.base, self.mutable.then(|| quote!(mut)));
        if self.apart {
            return self.name.to_token_stream();
        }
        let end = span(self.behind);
        match knows.wanted(base) {
            Some(on) => quote!(if #on { &#mutable #of[#end] } else { &#mutable #base[..0] }),
            None => quote!(&#mutable #of[#end]),
        }
    }

    /// Where the part starts.
    pub(super) fn start(&self) -> TokenStream {
        super::rewrite::offset(&self.of).unwrap_or_default()
    }

    /// As a closure's parameter.
    pub(super) fn parameter(&self) -> Option<TokenStream> {
        let (name, element, mutable) = (&self.name, self.element.as_ref()?, self.mutable.then(|| quote!(mut)));
        Some(quote!(#name: &#mutable [#element]))
    }

    /// As fours, and the rest.
    pub(super) fn split(&self) -> TokenStream {
        let (name, split) = (&self.name, if self.mutable { quote!(as_chunks_mut) } else { quote!(as_chunks) });
        quote!(#name.#split::<4>())
    }

    /// Four numbers, copied before anything is written, and written back.
    pub(super) fn copied(&self) -> (TokenStream, TokenStream) {
        let (name, four) = (&self.name, format_ident!("{}_four", self.name));
        match (&self.element, self.mutable) {
            (None, _) => (quote!(), quote!()),
            (Some(_), false) => (quote!(let #name = *#name;), quote!()),
            (Some(_), true) => (quote!(let #four = #name; let mut #name = *#four;), quote!(*#four = #name;)),
        }
    }

    /// The variable that sums up an iteration's contributions to an element, by how far behind it is.
    pub(super) fn carried(&self, behind: usize) -> Ident {
        format_ident!("{}_to_{}", self.base, behind)
    }
}

/// What may be a slice, as text, and the type of its elements.
pub(super) type Indexed = BTreeMap<String, Option<String>>;

/// The containers that the primal indexes with `k` in each iteration, as text, and their cotangents.
pub(super) fn indexed(primal: &[Stmt], k: &Ident, types: &Types) -> Indexed {
    let mut found = BTreeMap::new();
    let mut note = |p: &Place| {
        let whole = Place { path: p.path[..p.path.len().saturating_sub(1)].to_vec(), ..p.clone() };
        let Some(Step::Index { index, container, .. }) = p.path.last() else { return };
        if !matches!(types.place(&whole).map(peeled), Some(Ty::Seq(..))) {
            return;
        }
        let element = match types.place(p).map(peeled) {
            Some(Ty::Scalar(s)) => Some(s),
            _ => None,
        };
        for text in [quote!(#container[#index]), p.again().clone()] {
            let Ok(mut e) = syn::parse2::<Expr>(text) else { continue };
            normal(&mut e, &|_| true);
            let Expr::Index(i) = &e else { continue };
            let Some(of) = by(i, k) else { continue };
            let mut of_bar = of.clone();
            Rename { from: &p.base, to: crate::ir::bar(&p.base) }.visit_expr_mut(&mut of_bar);
            found.insert(unspaced(&of), element.clone());
            found.insert(unspaced(&of_bar), element.clone());
        }
    };
    for stmt in primal {
        match stmt {
            Stmt::Let { op: op @ (Op::Rule { .. } | Op::Copy(_)), .. } => {
                op.reads().into_iter().filter_map(Operand::place).for_each(&mut note);
            }
            Stmt::Store { place, value, .. } => value.place().into_iter().chain([place]).for_each(&mut note),
            _ => {}
        }
    }
    found
}

/// Whether a variable is a container that is indexed, or the cotangent of one.
pub(super) fn is_indexed(indexed: &Indexed, name: &Ident) -> bool {
    let name = name.to_string();
    indexed.keys().any(|text| text.strip_prefix(&name).is_some_and(|rest| rest.is_empty() || rest.starts_with('[')))
}

/// The numbers that the primal reads in each iteration, as text.
pub(super) fn fixed(primal: &[Stmt], types: &Types) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for stmt in primal {
        if let Stmt::Let { op: op @ (Op::Rule { .. } | Op::Copy(_)), .. } = stmt {
            for p in op.reads().into_iter().filter_map(Operand::place) {
                if !p.path.is_empty() && matches!(types.place(p), Some(Ty::Scalar(_))) {
                    found.insert(unspaced(p.again()));
                }
            }
        }
    }
    found
}

struct Rename<'a> {
    from: &'a Ident,
    to: Ident,
}

impl VisitMut for Rename<'_> {
    fn visit_expr_index_mut(&mut self, i: &mut syn::ExprIndex) {
        // the container alone: an index may have the same name
        self.visit_expr_mut(&mut i.expr);
    }
    fn visit_ident_mut(&mut self, i: &mut Ident) {
        if i == self.from {
            *i = self.to.clone();
        }
    }
}

/// What a reversed loop's body does with its variable and with containers.
pub(super) struct Found<'a> {
    k: &'a Ident,
    indexed: &'a Indexed,
    pub(super) own: HashSet<String>,
    /// Variables that are assigned.
    assigned: HashSet<String>,
    /// Containers by their variable: the parts that are indexed, unless one is not of these.
    parts: BTreeMap<String, Option<Vec<Part>>>,
    /// Variables that occur in another way, and those that are only added to.
    others: HashSet<String>,
    added: BTreeSet<String>,
    /// Loops, closures and macros are left as they are.
    pub(super) nested: bool,
}

/// A part that is indexed, and what is done with its elements.
struct Part {
    of: Expr,
    changed: bool,
    /// Whether anything but `+=` and `-=` is done.
    looked_at: bool,
}

impl<'a> Found<'a> {
    pub(super) fn new(k: &'a Ident, indexed: &'a Indexed, block: &Block) -> Found<'a> {
        let mut own = Own { bound: HashSet::from([k.to_string()]), assigned: HashSet::new() };
        own.visit_block(block);
        let mut found = Found {
            k,
            indexed,
            own: own.bound,
            assigned: own.assigned,
            parts: BTreeMap::new(),
            others: HashSet::new(),
            added: BTreeSet::new(),
            nested: false,
        };
        found.visit_block(block);
        found
    }

    /// The containers that can be slices. `forwards`: whether the loop visits the elements first to last.
    pub(super) fn slices(&self, forwards: bool) -> Vec<Slice> {
        let usable = self.parts.iter().filter(|(name, _)| !self.others.contains(*name));
        usable.filter_map(|(_, parts)| self.of_container(parts.as_ref()?, forwards)).flatten().collect()
    }

    fn of_container(&self, parts: &[Part], forwards: bool) -> Option<Vec<Slice>> {
        let base = base(&parts.first()?.of)?.clone();
        let slice = |part: &Part, name: Ident, mutable: bool| {
            let element = self.indexed.get(&unspaced(&part.of)).and_then(|element| element.as_ref()?.parse().ok());
            Slice { name, base: base.clone(), of: part.of.clone(), mutable, element, apart: false, behind: 0 }
        };
        if let [part] = parts {
            return Some(vec![slice(part, base.clone(), part.changed)]);
        }
        let each = |mutable: bool, apart: bool| {
            let named = parts.iter().enumerate().map(|(n, p)| Slice { apart, ..slice(p, format_ident!("{}_part_{}", base, n), mutable) });
            named.collect::<Vec<_>>()
        };
        if !parts.iter().any(|p| p.changed) {
            return Some(each(false, false));
        }
        let starts: Option<Vec<usize>> = parts.iter().map(|p| start_of(&p.of)).collect();
        let Some(starts) = starts else {
            return parts.iter().all(|p| super::rewrite::offset(&p.of).is_some()).then(|| each(true, true));
        };
        // overlapping ones: what the next iterations add to is carried along
        let (first, last) = (*starts.iter().min()?, *starts.iter().max()?);
        if !forwards || last - first > super::CARRIED || parts.iter().any(|p| p.looked_at) {
            return None;
        }
        let float = |p: &Part| matches!(self.indexed.get(&unspaced(&p.of)), Some(Some(ty)) if ty == "f64" || ty == "f32");
        if !parts.iter().all(float) {
            return None;
        }
        let part = parts.iter().zip(&starts).find(|(_, start)| **start == first)?.0;
        Some(vec![Slice { behind: last - first, ..slice(part, base.clone(), true) }])
    }

    /// Whether the variable does nothing but index these.
    pub(super) fn only(&self, slices: &[Slice]) -> bool {
        !self.others.contains(&self.k.to_string()) && self.parts.keys().all(|name| slices.iter().any(|s| s.base == *name))
    }

    /// Variables from outside that are only added to.
    pub(super) fn sums(&self, slices: &[Slice], is_float: &dyn Fn(&str) -> bool) -> BTreeSet<String> {
        let is_sum = |name: &&String| {
            let outside = !self.own.contains(*name) && !self.others.contains(*name);
            outside && !slices.iter().any(|s| s.base == *name) && is_float(name)
        };
        self.added.iter().filter(is_sum).cloned().collect()
    }

    /// What is indexed, if it is the same in all iterations: a variable, or a part of one.
    fn note(&mut self, of: &Expr, changed: bool, looked_at: bool) -> bool {
        let Some(base) = base(of) else { return false };
        if !self.indexed.contains_key(&unspaced(of)) {
            return false;
        }
        let mut names = Names(HashSet::new());
        names.visit_expr(of);
        if !names.0.is_disjoint(&self.own) || !names.0.is_disjoint(&self.assigned) {
            return false;
        }
        if let Some(parts) = self.parts.entry(base.to_string()).or_insert_with(|| Some(vec![])) {
            match parts.iter_mut().find(|p| unspaced(&p.of) == unspaced(of)) {
                Some(part) => (part.changed, part.looked_at) = (part.changed || changed, part.looked_at || looked_at),
                None => parts.push(Part { of: of.clone(), changed, looked_at }),
            }
        }
        true
    }

    /// Whether an expression is an element, or was noted as one.
    fn element(&mut self, e: &Expr, changed: bool, looked_at: bool) -> bool {
        let Expr::Index(i) = e else { return false };
        by(i, self.k).is_some_and(|of| self.note(&of, changed, looked_at))
    }
}

impl<'ast> Visit<'ast> for Found<'_> {
    fn visit_expr(&mut self, e: &'ast Expr) {
        match e {
            // what a part's ends are made of is read elsewhere
            Expr::Index(_) if self.element(e, false, true) => return,
            Expr::Reference(r) if r.mutability.is_some() && self.element(&r.expr, true, true) => return,
            Expr::Binary(b) if matches!(b.op, BinOp::AddAssign(_) | BinOp::SubAssign(_)) => {
                if self.element(&b.left, true, false) {
                    return self.visit_expr(&b.right);
                }
                if let Expr::Path(p) = &*b.left
                    && let Some(name) = p.path.get_ident()
                {
                    self.added.insert(name.to_string());
                    return self.visit_expr(&b.right);
                }
            }
            Expr::Assign(syn::ExprAssign { left, right, .. }) if self.element(left, true, true) => return self.visit_expr(right),
            Expr::Binary(b) if is_compound(b) && self.element(&b.left, true, true) => return self.visit_expr(&b.right),
            Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_) | Expr::Closure(_) | Expr::Macro(_) => self.nested = true,
            _ => {}
        }
        syn::visit::visit_expr(self, e);
    }
    fn visit_macro(&mut self, _: &'ast syn::Macro) {
        self.nested = true;
    }
    fn visit_expr_path(&mut self, p: &'ast syn::ExprPath) {
        if let Some(name) = p.path.get_ident() {
            self.others.insert(name.to_string());
        }
    }
}

/// `+=` and its like.
fn is_compound(b: &syn::ExprBinary) -> bool {
    let text = b.op.to_token_stream().to_string();
    text.ends_with('=') && !["==", "!=", "<=", ">="].contains(&text.as_str())
}

/// The variables that a body binds, and those that it assigns.
struct Own {
    bound: HashSet<String>,
    assigned: HashSet<String>,
}

impl Own {
    fn assigned(&mut self, e: &Expr) {
        if let Expr::Path(p) = e {
            self.assigned.extend(p.path.get_ident().map(ToString::to_string));
        }
    }
}

impl<'ast> Visit<'ast> for Own {
    fn visit_pat_ident(&mut self, p: &'ast syn::PatIdent) {
        self.bound.insert(p.ident.to_string());
    }
    fn visit_expr(&mut self, e: &'ast Expr) {
        match e {
            Expr::Assign(a) => self.assigned(&a.left),
            Expr::Binary(b) if is_compound(b) => self.assigned(&b.left),
            Expr::Reference(r) if r.mutability.is_some() => self.assigned(&r.expr),
            _ => {}
        }
        syn::visit::visit_expr(self, e);
    }
}

/// The variables that an expression names.
pub(super) struct Names(pub(super) HashSet<String>);

impl<'ast> Visit<'ast> for Names {
    fn visit_expr_path(&mut self, p: &'ast syn::ExprPath) {
        self.0.extend(p.path.get_ident().map(ToString::to_string));
    }
}
