//! Values in the reverse sweep: read where they stand, evaluated again, or saved.
//!
//! Input: an operand at a statement. Output: the tokens that read its value in the reversed block. Invariant: the value is the one that the
//! operation read. What is cheap to compute of what can be read is computed again; a variable is saved once, in the record of the block
//! that binds it, whoever asks for it; a place that changes is saved before it does, once for all statements that read the same value.
//!
//!     let a = 1.0 - x[i]; s += a * a        →        for i in … { let a = 1.0 - x[i]; … x_bar[i] -= … }
//!
//! The pass may run twice: what the first run saved is there in the second one to compute other values from, if that run has asked for it.

use super::frames::Version;
use super::{Reverse, strip_reference};
use crate::ir::{Func, Op, Operand, Place, Step, Stmt, Why, walk};
use crate::report::Saved;
use crate::types::{Kind, Ty};
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::collections::HashSet;

/// Operations that cost no more than reading their result from memory.
const CHEAP: &[&str] = &["Add", "Sub", "Mul", "Neg"];

/// Changes of containers that leave the length as it is.
const KEEPING: &[&str] = &["copy_from_slice", "fill", "swap", "reverse", "rotate_left", "rotate_right"];

/// How many of them may stand for one value.
const BUDGET: u32 = 8;

/// What a run of the pass has saved.
#[derive(Default, Clone)]
pub(super) struct Kept {
    pub(super) names: HashSet<String>,
    /// Expressions, with the block and the statement.
    pub(super) versions: HashSet<(usize, usize, String)>,
}

/// Variables, and expressions with their blocks, of which a run wanted to know whether they are saved.
#[derive(Default)]
pub(super) struct Asked {
    names: HashSet<String>,
    versions: HashSet<(usize, String)>,
}

impl Asked {
    pub(super) fn is_answered_by(&self, saved: &Kept) -> bool {
        !self.names.is_disjoint(&saved.names) || saved.versions.iter().any(|(id, _, text)| self.versions.contains(&(*id, text.clone())))
    }
}

impl Reverse<'_> {
    fn here(&self) -> (usize, usize) {
        let f = self.frames.len() - 1;
        (f, self.frames[f].current)
    }

    /// An operand's value in the reverse sweep: a reference, and a place.
    pub(super) fn value(&mut self, operand: &Operand, keep: &mut TokenStream) -> (TokenStream, TokenStream) {
        let (stem, t) = match operand {
            Operand::Place(p) | Operand::Ref(p) | Operand::Mut(p) => {
                if let Some(value) = self.place_again(p) {
                    return value;
                }
                if let (Operand::Place(p), true) = (operand, p.path.is_empty())
                    && let Some(value) = self.at_definition(p)
                {
                    return value;
                }
                (p.base.to_string(), p.tokens.clone())
            }
            Operand::Never => return (quote!(), quote!()),
            Operand::Const(t) => {
                let t = strip_reference(t);
                let source = self.sourced(&t);
                if self.again(&source) {
                    return (crate::ir::reference(&source), source);
                }
                let may_borrow = matches!(self.types.operand(operand), None | Some(Ty::Ref(_)));
                if may_borrow && syn::parse2::<proc_macro2::Ident>(t.clone()).is_ok() {
                    // of what a reference leads to: the pullback holds none
                    return self.save("const", &quote!(::pullback::call::keep(&#t)), false, keep);
                }
                ("const".to_owned(), t)
            }
        };
        let read = crate::ir::reference(&t);
        let ty = self.types.operand(operand);
        if let (Operand::Place(_), Some(Ty::Ref(_))) = (operand, &ty) {
            // what is behind the reference is kept, and read through a new one
            let (read, place) = self.save(&stem, &quote!(::pullback::call::keep(#read)), false, keep);
            return (quote!((&#read)), quote!((&#place)));
        }
        if operand.place().is_some_and(|p| !is_sized(self.types.place(p).as_ref())) {
            return self.save(&stem, &quote!(::pullback::call::keep(#read)), false, keep);
        }
        let copied = matches!(ty, Some(Ty::Scalar(_) | Ty::Int));
        self.save(&stem, &quote!(::core::clone::Clone::clone(#read)), copied, keep)
    }

    /// Keeps a value and returns how it reads in the reverse sweep: as a reference, and as a place.
    pub(super) fn save(&mut self, stem: &str, value: &TokenStream, copied: bool, keep: &mut TokenStream) -> (TokenStream, TokenStream) {
        let text = value.to_string();
        let (f, i) = self.here();
        if let Some(known) = self.version(&text, value, f, i) {
            return known;
        }
        let (kept, read, place) = self.site(f, stem, value, copied);
        keep.extend(kept);
        self.saved.versions.insert((self.frames[f].id, i, text.clone()));
        self.frames[f].versions.push(Version { text, at: i, read: read.clone(), value: place.clone() });
        (read, place)
    }

    /// Keeps a value that no other statement can ask for.
    pub(super) fn save_own(&mut self, stem: &str, value: &TokenStream, keep: &mut TokenStream) -> (TokenStream, TokenStream) {
        let (f, _) = self.here();
        let (kept, read, place) = self.site(f, stem, value, stem == "taken");
        keep.extend(kept);
        (read, place)
    }

    fn site(&mut self, f: usize, stem: &str, value: &TokenStream, copied: bool) -> (TokenStream, TokenStream, TokenStream) {
        let at = self.frames[f].at;
        let first = super::strip_reference(value)
            .into_iter()
            .find_map(|t| if let proc_macro2::TokenTree::Ident(i) = t { Some(i.to_string()) } else { None });
        let variable = self.types.variable(stem).or_else(|| self.types.variable(&first?));
        let size = variable.and_then(crate::types::size);
        self.saves.report.push(Saved::of(stem, value, at, size));
        let container = matches!(self.types.variable(stem).cloned().map(crate::types::peeled), Some(Ty::Seq(..)));
        let source = borrowed(value).filter(|_| container && !copied && at.loops > 0 && self.saves.is_fused());
        let save = match source {
            Some(source) => self.saves.pooled(stem, &source),
            None => self.saves.site(stem, value, copied, at),
        };
        self.frames[f].fields.push(save.field);
        (save.keep, save.read, save.value)
    }

    /// The same expression, saved by another statement of a block around, between which and this one nothing in it changes.
    fn version(&self, text: &str, value: &TokenStream, f: usize, i: usize) -> Option<(TokenStream, TokenStream)> {
        (0..=f).rev().find_map(|k| {
            let at = if k == f { i } else { self.frames[k].current };
            // a fused loop is reversed before what follows it has saved anything
            let there = |v: &Version| k >= self.base || v.at < at;
            let found = self.frames[k].versions.iter().find(|v| v.text == text && there(v) && self.same(value, k, at, v.at, k < f))?;
            Some((found.read.clone(), found.value.clone()))
        })
    }

    /// Whether an expression has the same value before two statements of a block.
    fn same(&self, value: &TokenStream, frame: usize, a: usize, b: usize, inclusive: bool) -> bool {
        let body = self.frames[frame].body;
        let (lo, hi) = (a.min(b), (a.max(b) + usize::from(inclusive)).min(body.len()));
        lo >= hi
            || self
                .locals_of(value)
                .iter()
                .all(|name| self.unchanging.contains(name) || self.is_active(name) && !crate::ir::writes(&body[lo..hi], name))
    }

    fn is_active(&self, name: &str) -> bool {
        self.activity.active.contains(name)
    }

    pub(super) fn locals_of(&self, tokens: &TokenStream) -> Vec<String> {
        let mut out = vec![];
        collect(tokens, &mut |i| {
            let name = i.to_string();
            if self.func.locals.contains(&name) {
                out.push(name);
            }
        });
        out
    }

    /// Constant tokens with what references lead to in their place.
    fn sourced(&self, tokens: &TokenStream) -> TokenStream {
        if self.func.lent.is_empty() {
            return tokens.clone();
        }
        let each = tokens.clone().into_iter().map(|tree| match tree {
            TokenTree::Ident(i) => self.func.lent.get(&i.to_string()).cloned().unwrap_or_else(|| i.to_token_stream()),
            TokenTree::Group(g) => {
                let mut inner = proc_macro2::Group::new(g.delimiter(), self.sourced(&g.stream()));
                inner.set_span(g.span());
                TokenTree::Group(inner).into()
            }
            other => other.into(),
        });
        each.collect()
    }

    /// Whether constant tokens can be evaluated again; makes sure that they can.
    pub(super) fn again(&mut self, tokens: &TokenStream) -> bool {
        if !self.steady.tokens(tokens, &|n| self.could(n)) {
            return false;
        }
        for name in self.locals_of(tokens) {
            self.demand(&name);
        }
        true
    }

    /// A place that can be read again, or the scalar variable that is brought back under its own name.
    fn place_again(&mut self, p: &Place) -> Option<(TokenStream, TokenStream)> {
        if p.path.iter().any(|s| matches!(s, Step::Variant(_))) {
            // the payload can be read through the pattern's variable alone
            return None;
        }
        let (name, (f, i)) = (p.base.to_string(), self.here());
        let readable = self.steady.contains(&name) || self.settled(&name, f, i) || p.path.is_empty() && self.could(&name);
        if !readable || !self.indices(p).iter().all(|t| self.steady.tokens(t, &|n| self.could(n))) {
            return None;
        }
        self.demand(&name);
        for index in self.indices(p) {
            self.again(&index);
        }
        Some((crate::ir::reference(p.again()), p.again().clone()))
    }

    /// Whether a place can be read on the way back without a save of its own.
    pub(super) fn is_readable(&self, p: &Place) -> bool {
        let (name, (f, i)) = (p.base.to_string(), self.here());
        self.steady.contains(&name) || self.settled(&name, f, i) || p.path.is_empty() && self.could(&name)
    }

    /// Whether a place never changes.
    pub(super) fn is_steady(&self, p: &Place) -> bool {
        self.steady.contains(&p.base.to_string()) && self.indices(p).iter().all(|t| self.steady.tokens(t, &|n| self.steady.contains(n)))
    }

    fn indices(&self, p: &Place) -> Vec<TokenStream> {
        let index = |s: &Step| if let Step::Index { index, .. } = s { Some(index.clone()) } else { None };
        p.path.iter().filter_map(index).collect()
    }

    /// The block and the statement that bind a variable.
    fn binding(&self, name: &str) -> Option<(usize, usize)> {
        (0..self.frames.len()).rev().find_map(|k| Some((k, *self.frames[k].lets.get(name)?)))
    }

    /// The variable's binding, if the variable never changes.
    fn constant_binding(&self, name: &str) -> Option<(usize, usize)> {
        let (f, i) = self.binding(name)?;
        let fixed = matches!(&self.frames[f].body[i], Stmt::Let { mutable: false, .. }) && !self.activity.is_stored(name);
        fixed.then_some((f, i))
    }

    fn is_number(&self, name: &str) -> bool {
        matches!(self.types.variable(name), Some(Ty::Scalar(_) | Ty::Int))
    }

    /// Whether a variable can be read under its own name on the way back.
    fn could(&self, name: &str) -> bool {
        self.steady.contains(name)
            || self.constant_binding(name).is_some_and(|(f, i)| {
                self.frames[f].available.contains(name)
                    || (!self.frames[f].at.is_top() && self.is_number(name))
                    || self.cost(f, i, BUDGET).is_some()
            })
    }

    /// Makes sure that a variable can be read under its own name.
    pub(super) fn demand(&mut self, name: &str) {
        if self.steady.contains(name) {
            return;
        }
        let Some((f, i)) = self.constant_binding(name) else { return };
        if !self.frames[f].available.insert(name.to_owned()) {
            return;
        }
        if self.cost(f, i, BUDGET).is_some() {
            self.evaluate_again(f, i);
        } else if self.is_number(name) && !self.frames[f].at.is_top() {
            let body = self.frames[f].body;
            let Stmt::Let { dst, .. } = &body[i] else { return };
            self.saved.names.insert(name.to_owned());
            let size = self.types.variable(name).and_then(crate::types::size);
            self.saves.report.push(Saved::of(name, &dst.to_token_stream(), self.frames[f].at, size));
            let field = self.saves.variable(dst);
            self.frames[f].fields.push(field);
        } else {
            self.frames[f].available.remove(name);
        }
    }

    /// A variable of any type that never changes: saved where it is bound.
    fn at_definition(&mut self, p: &Place) -> Option<(TokenStream, TokenStream)> {
        let name = p.base.to_string();
        let (f, i) = self.constant_binding(&name)?;
        let read = crate::ir::reference(&p.tokens);
        let value = match self.types.variable(&name) {
            Some(Ty::Ref(_)) => return None,
            ty if !is_sized(ty) => quote!(::pullback::call::keep(#read)),
            _ => quote!(::core::clone::Clone::clone(#read)),
        };
        let text = value.to_string();
        if let Some(v) = self.frames[f].versions.iter().find(|v| v.text == text) {
            return Some((v.read.clone(), v.value.clone()));
        }
        let (keep, read, place) = self.site(f, &name, &value, false);
        self.frames[f].after.entry(i).or_default().extend(keep);
        self.frames[f].versions.push(Version { text, at: i, read: read.clone(), value: place.clone() });
        Some((read, place))
    }

    /// Whether a variable of the function's top has, at the end, the value it has before a statement.
    fn settled(&self, name: &str, f: usize, i: usize) -> bool {
        if !self.frames[0].at.is_top() || !self.is_active(name) {
            return false;
        }
        let owned = match self.types.variable(name) {
            Some(Ty::Scalar(_) | Ty::Literal) => true,
            Some(Ty::Seq(e, Kind::Vec | Kind::Array)) => matches!(**e, Ty::Scalar(_) | Ty::Literal) && !self.activity.is_moved(name),
            _ => false,
        };
        let base = self.base.min(f);
        let alive = self.frames[..=base].iter().any(|f| f.lets.contains_key(name)) || self.func.params.iter().any(|p| p.name == name);
        owned
            && alive
            && (base..=f).all(|k| {
                let frame = &self.frames[k];
                let from = if frame.is_loop { 0 } else { (if k == f { i } else { frame.current }).min(frame.body.len()) };
                !crate::ir::writes(&frame.body[from..], name)
            })
    }

    /// What it costs to evaluate a binding again, if that is possible and cheap.
    fn cost(&self, f: usize, i: usize, budget: u32) -> Option<u32> {
        let budget = budget.checked_sub(1)?;
        let Stmt::Let { dst, mutable: false, op, .. } = &self.frames[f].body[i] else { return None };
        if self.activity.is_stored(&dst.to_string()) || !self.is_number(&dst.to_string()) {
            return None;
        }
        match op {
            Op::Constant { tokens, why: Why::Inactive } => {
                let readable = |n: &str| self.frames[f].moving.contains(n) || self.cheap(n, budget).is_some();
                self.steady.tokens(tokens, &readable).then_some(1)
            }
            Op::Rule { name, operands, .. } if CHEAP.contains(&name.as_str()) => {
                crate::formula::of(self.types, dst, name, operands)?;
                self.operands_cost(operands, f, i, budget)
            }
            Op::Copy(o @ Operand::Place(p)) if matches!(self.types.place(p), Some(Ty::Scalar(_))) => {
                self.operands_cost(std::slice::from_ref(o), f, i, budget)
            }
            _ => None,
        }
    }

    /// Numbers of the function's top that the reverse sweep can compute of others that it reads: the pullback need not hold them.
    pub(super) fn recomputed(&self, reversed: &TokenStream) -> TokenStream {
        let (mut names, mut out) = (HashSet::new(), TokenStream::new());
        collect(reversed, &mut |i| {
            names.insert(i.to_string());
        });
        for stmt in &self.func.body {
            let Stmt::Let { dst, mutable: false, op: Op::Rule { name, operands, .. }, .. } = stmt else { continue };
            let Some(Ty::Scalar(ty)) = self.types.variable(&dst.to_string()) else { continue };
            let float = ty == "f64" || ty == "f32";
            if !float || !names.contains(&dst.to_string()) || !self.steady.contains(&dst.to_string()) || !CHEAP.contains(&name.as_str()) {
                continue;
            }
            let known = |o: &Operand| match o {
                Operand::Const(t) => syn::parse2::<syn::Lit>(t.clone()).ok().map(|_| t.clone()),
                Operand::Place(p) if p.path.is_empty() => {
                    let name = p.base.to_string();
                    let number = matches!(self.types.variable(&name), Some(Ty::Scalar(s)) if s == ty);
                    (number && names.contains(&name) && self.steady.contains(&name)).then(|| p.again().clone())
                }
                _ => None,
            };
            let operands: Option<Vec<TokenStream>> = operands.iter().map(known).collect();
            let value = match (name.as_str(), operands.as_deref()) {
                ("Neg", Some([x])) => quote!(-#x),
                ("Add", Some([x, y])) => quote!(#x + #y),
                ("Sub", Some([x, y])) => quote!(#x - #y),
                ("Mul", Some([x, y])) => quote!(#x * #y),
                _ => continue,
            };
            let ty = crate::tokens::ident(ty, dst.span());
            out.extend(quote!(let #dst: #ty = #value;));
        }
        out
    }

    fn operands_cost(&self, operands: &[Operand], f: usize, i: usize, budget: u32) -> Option<u32> {
        let mut sum = 1;
        for o in operands {
            sum += match o {
                Operand::Const(t) => self.steady.tokens(t, &|n| self.cheap(n, budget).is_some()).then_some(0)?,
                Operand::Place(p) => self.place_cost(p, f, i, budget)?,
                Operand::Ref(_) | Operand::Mut(_) | Operand::Never => return None,
            };
        }
        (sum <= budget + 1).then_some(sum)
    }

    fn place_cost(&self, p: &Place, f: usize, i: usize, budget: u32) -> Option<u32> {
        if !self.indices(p).iter().all(|t| self.steady.tokens(t, &|n| self.cheap(n, budget).is_some())) {
            return None;
        }
        let name = p.base.to_string();
        if self.steady.contains(&name) || self.settled(&name, f, i) {
            return Some(0);
        }
        if p.path.is_empty()
            && let Some(cost) = self.cheap(&name, budget)
        {
            return Some(cost);
        }
        let value = clone_of(p);
        let text = value.to_string();
        let hinted = || {
            self.asked.borrow_mut().versions.insert((self.frames[f].id, text.clone()));
            let mut saved = self.hint.versions.iter().filter(|(id, _, t)| *id == self.frames[f].id && *t == text);
            saved.any(|(_, at, _)| self.same(&value, f, i, *at, false))
        };
        (matches!(self.types.place(p), Some(Ty::Scalar(_))) && (self.version(&text, &value, f, i).is_some() || hinted())).then_some(0)
    }

    /// What it costs to have a variable, without saving it.
    pub(super) fn cheap(&self, name: &str, budget: u32) -> Option<u32> {
        if self.steady.contains(name) {
            return Some(0);
        }
        let (f, i) = self.constant_binding(name)?;
        let askable = self.is_number(name) && !self.frames[f].at.is_top();
        if askable {
            self.asked.borrow_mut().names.insert(name.to_owned());
        }
        let hinted = askable && self.hint.names.contains(name);
        if hinted || self.frames[f].available.contains(name) { Some(0) } else { self.cost(f, i, budget) }
    }

    /// Puts a binding at the start of the reversed block.
    fn evaluate_again(&mut self, f: usize, i: usize) {
        let body = self.frames[f].body;
        let Stmt::Let { dst, ty, op, .. } = &body[i] else { return };
        let ty = match (self.types.variable(&dst.to_string()), ty) {
            (_, Some(ty)) => Some(ty.to_token_stream()),
            (Some(Ty::Scalar(s)), None) => s.parse().ok(),
            _ => None,
        };
        let ty = ty.map(|t| quote!(: #t));
        let value = match op {
            Op::Rule { name, operands, .. } => {
                let parts: Vec<TokenStream> = operands.iter().map(|o| self.part(o, f, i)).collect();
                match (name.as_str(), &parts[..]) {
                    ("Neg", [x]) => quote!(-#x),
                    ("Add", [x, y]) => quote!(#x + #y),
                    ("Sub", [x, y]) => quote!(#x - #y),
                    (_, [x, y]) => quote!(#x * #y),
                    _ => return,
                }
            }
            Op::Copy(o) => self.part(o, f, i),
            Op::Constant { tokens, .. } => {
                for name in self.locals_of(tokens) {
                    self.frames[f].moves |= self.frames[f].moving.contains(&name);
                    self.demand(&name);
                }
                tokens.clone()
            }
            _ => return,
        };
        self.frames[f].again.insert(i, quote!(let #dst #ty = #value;));
    }

    /// An operand of a binding that is evaluated again.
    fn part(&mut self, o: &Operand, f: usize, i: usize) -> TokenStream {
        let Operand::Place(p) = o else {
            let t = crate::lower::operand_tokens(o);
            for name in self.locals_of(&t) {
                self.demand(&name);
            }
            let compound = crate::tokens::single(&t).is_none() && syn::parse2::<syn::ExprBinary>(t.clone()).is_ok();
            return if compound { quote!((#t)) } else { t };
        };
        let name = p.base.to_string();
        for index in self.indices(p) {
            self.again(&index);
        }
        if self.steady.contains(&name) || self.settled(&name, f, i) || p.path.is_empty() && self.constant_binding(&name).is_some() {
            self.demand(&name);
            return p.again().clone();
        }
        let value = clone_of(p);
        let text = value.to_string();
        if let Some((_, place)) = self.version(&text, &value, f, i) {
            return place;
        }
        // saved there, as the first run of the pass did
        let (keep, read, place) = self.site(f, &name, &value, true);
        self.frames[f].before.entry(i).or_default().extend(keep);
        self.saved.versions.insert((self.frames[f].id, i, text.clone()));
        self.frames[f].versions.push(Version { text, at: i, read, value: place.clone() });
        place
    }

    /// How long the cotangent of a local `Vec` of scalars is, whose length never changes.
    pub(super) fn length(&mut self, name: &str) -> Option<TokenStream> {
        if !self.is_fixed(name) {
            return None;
        }
        let (f, i) = self.binding(name)?;
        let v = self.ident(name);
        if self.frames[f].at.is_top() && !self.activity.is_moved(name) {
            return Some(quote!(#v.len()));
        }
        let value = quote!(#v.len());
        let text = value.to_string();
        if let Some(known) = self.frames[f].versions.iter().find(|known| known.text == text) {
            return Some(known.value.clone());
        }
        let (keep, read, place) = self.site(f, "len", &value, true);
        self.frames[f].after.entry(i).or_default().extend(keep);
        self.frames[f].versions.push(Version { text, at: i, read, value: place.clone() });
        Some(place)
    }

    /// A variable of the blocks around, as it was bound: in a macro a name alone is another one.
    pub(super) fn ident(&self, name: &str) -> Ident {
        let bound = self.frames.iter().rev().flat_map(|f| f.body).find_map(|s| match s {
            Stmt::Let { dst, .. } | Stmt::Declare { dst, .. } | Stmt::Bound { dst, .. } if dst == name => Some(dst.clone()),
            _ => None,
        });
        bound.unwrap_or_else(|| crate::tokens::ident(name, proc_macro2::Span::call_site()))
    }

    /// The type of such a `Vec`'s elements.
    pub(super) fn element(&self, name: &str) -> TokenStream {
        match self.types.variable(name) {
            Some(Ty::Seq(e, _)) => {
                if let Ty::Scalar(s) = &**e {
                    s.parse().unwrap_or_default()
                } else {
                    quote!(_)
                }
            }
            _ => quote!(_),
        }
    }

    /// Whether a variable is a local `Vec` of scalars that is bound once, and whose length never changes.
    pub(super) fn is_fixed(&self, name: &str) -> bool {
        let Some(Ty::Seq(e, Kind::Vec)) = self.types.variable(name) else { return false };
        matches!(**e, Ty::Scalar(_)) && self.fixed.contains(name)
    }
}

/// Local variables bound by `let` with a value, to which nothing but elements that are there is assigned.
pub(super) fn fixed(body: &[Stmt]) -> HashSet<String> {
    let (mut bound, mut changed) = (HashSet::new(), HashSet::new());
    walk(body, &mut |s| match s {
        Stmt::Let { dst, .. } => {
            bound.insert(dst.to_string());
        }
        Stmt::Change(c) if KEEPING.contains(&c.method) => {}
        Stmt::Change(_) | Stmt::Exchange { .. } => changed.extend(s.writes().into_iter().map(|p| p.base.to_string())),
        Stmt::Store { place, init, .. } if *init || !matches!(place.path.first(), Some(Step::Index { .. })) => {
            changed.insert(place.base.to_string());
        }
        _ => {}
    });
    // a `Vec` that is lent as a whole may come back longer
    walk(body, &mut |s| {
        if let Stmt::Let { op, .. } = s {
            changed.extend(op.writes().into_iter().filter(|p| p.path.is_empty()).map(|p| p.base.to_string()));
        }
    });
    bound.retain(|name| !changed.contains(name));
    bound
}

/// Variables that have one value as long as they can be seen: parameters, bindings and counters that are not `mut`.
pub(super) fn unchanging(func: &Func) -> HashSet<String> {
    let mut out: HashSet<String> = func.params.iter().filter(|p| !p.mutable && p.exclusive.is_none()).map(|p| p.name.to_string()).collect();
    let mut written = HashSet::new();
    walk(&func.body, &mut |s| {
        written.extend(s.writes().into_iter().map(|p| p.base.to_string()));
        match s {
            Stmt::Let { dst, mutable: false, .. } => {
                out.insert(dst.to_string());
            }
            Stmt::Loop { head, .. } => out.extend(head.range.iter().map(|(n, _)| n).chain(&head.counter).map(ToString::to_string)),
            _ => {}
        }
    });
    out.retain(|name| !written.contains(name));
    out
}

/// Whether a type is known, and is not that of a slice.
fn is_sized(ty: Option<&Ty>) -> bool {
    matches!(ty, Some(ty) if !matches!(ty, Ty::Seq(_, Kind::Slice)))
}

/// What a save copies, as a type that knows its copy's: `clone(&v)`, `keep(&v[a..b])`.
fn borrowed(value: &TokenStream) -> Option<TokenStream> {
    let syn::Expr::Call(call) = syn::parse2(value.clone()).ok()? else { return None };
    let of = call.args.first()?;
    match crate::tokens::unspaced(&call.func).as_str() {
        "::core::clone::Clone::clone" => Some(of.to_token_stream()),
        "::pullback::call::keep" => Some(quote!(::pullback::Differentiable::base(#of))),
        _ => None,
    }
}

fn clone_of(p: &Place) -> TokenStream {
    let read = crate::ir::reference(&p.tokens);
    quote!(::core::clone::Clone::clone(#read))
}

fn collect(tokens: &TokenStream, visit: &mut impl FnMut(&Ident)) {
    for tree in tokens.clone() {
        match tree {
            TokenTree::Ident(i) => visit(&i),
            TokenTree::Group(g) => collect(&g.stream(), visit),
            _ => {}
        }
    }
}
