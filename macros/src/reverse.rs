//! Reverse: the IR to its forward sweep with saves and its reverse sweep.
//!
//! Input: the folded IR. Output: two token streams that share one scope. Invariant: for each active statement, the adjoint comes
//! in reverse order, takes the cotangent of what the statement wrote, and adds to those of what it read.
//!
//!     z = Mul(u, x)        →    u_bar += z_bar * x;  x_bar += z_bar * u;                  scalars
//!                          →    pull_rhs(Mul, …, &z_bar, &mut x_bar);                     any other types
//!
//! A first contribution in the block that defines a variable becomes `let x_bar = …`. A cotangent that may be zero because its
//! variable was not used on the path taken is tested: the adjoint of an unused operation must not turn `0 · ∞` into NaN.
//! Statements are visited last to first, so that the steps come in the order of the reverse sweep.

use crate::activity::Activity;
use crate::ir::{Func, Operand, Place, Step, Stmt, walk};
use crate::report::Saved;
use crate::save::{Depth, Saves};
use crate::tbr::Steady;
use crate::types::{Kind, Ty, Types};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use std::collections::{BTreeSet, HashMap, HashSet};

mod calls;
mod choices;
mod rules;
mod statements;

/// Both sweeps.
pub(crate) struct Sweeps {
    /// Declarations and the primal with its saves.
    pub(crate) forward: TokenStream,
    /// The result's expression.
    pub(crate) result: TokenStream,
    /// The adjoint; reads `result_bar`, adds into `x_bar` for each parameter `x`.
    pub(crate) backward: TokenStream,
    /// What is kept between them, for the report.
    pub(crate) saved: Vec<Saved>,
}

/// The pass.
pub(crate) fn reverse(func: &Func, activity: &Activity, types: &Types) -> Sweeps {
    let mut reads: HashMap<String, usize> = HashMap::new();
    walk(&func.body, &mut |s| count(s, &mut reads));
    let definite = func.result.place().map(|p| p.base.to_string()).into_iter().collect();
    let steady = crate::tbr::steady(func, activity, types);
    let saves = Saves::default();
    let mut pass =
        Reverse { func, activity, types, steady, saves, definite, frames: vec![], reads, tags: HashMap::new(), kept: HashMap::new() };
    if func.body.iter().any(|s| matches!(s, Stmt::Body(_))) {
        let cell = pass.saves.cell("exit", &quote!(usize::MAX), Depth::default());
        pass.tags.insert(0, (cell.current, cell.value));
    }
    let (forward, frame) = pass.block(&func.body, Depth::default(), Some(&func.result));
    let (mut locals, mut end) = (TokenStream::new(), TokenStream::new());
    for p in func.params.iter().filter(|p| p.active && p.exclusive.is_none() && activity.is_stored(&p.name.to_string())) {
        let (bar, outer) = (crate::ir::bar(&p.name), format_ident!("{}_bar_out", p.name));
        let ty = crate::signature::elided(&crate::signature::Signature::referent(p));
        let tangent = quote!(<#ty as ::pullback::Differentiable>::Tangent);
        locals.extend(quote!(let #outer = #bar; let mut #bar: #tangent = ::pullback::Tangent::zero();));
        end.extend(quote!(::pullback::call::add(#outer, #bar);));
    }
    let (declarations, cursors) = (&pass.saves.declarations, &pass.saves.cursors);
    let reversed = frame.reversed();
    Sweeps {
        forward: quote!(#declarations #forward),
        result: crate::lower::operand_tokens(&func.result),
        backward: quote!(#cursors #locals #reversed #end),
        saved: std::mem::take(&mut pass.saves.report),
    }
}

fn count(stmt: &Stmt, reads: &mut HashMap<String, usize>) {
    let operands = match stmt {
        Stmt::Let { op, .. } => {
            op.writes().into_iter().for_each(|p| *reads.entry(p.base.to_string()).or_default() += 2);
            op.reads()
        }
        Stmt::Store { place, value, .. } => {
            *reads.entry(place.base.to_string()).or_default() += 2;
            vec![value]
        }
        _ => return,
    };
    for p in operands.into_iter().filter_map(Operand::place) {
        *reads.entry(p.base.to_string()).or_default() += 1;
    }
}

struct Reverse<'a> {
    func: &'a Func,
    activity: &'a Activity,
    types: &'a Types,
    steady: Steady,
    saves: Saves,
    /// Variables whose cotangent is certainly not a symbolic zero at this point of the reverse sweep.
    definite: HashSet<String>,
    /// The blocks around this point, innermost last.
    frames: Vec<Frame>,
    /// How often each variable is read or written: a cotangent with one contribution needs no `mut`.
    reads: HashMap<String, usize>,
    /// The tags of frames that can end early: the place to set, the value on the way back.
    tags: HashMap<usize, (TokenStream, TokenStream)>,
    /// What the current statement has saved already: as a reference, as a place.
    kept: HashMap<String, (TokenStream, TokenStream)>,
}

/// The reverse sweep of one block.
#[derive(Default)]
struct Frame {
    at: Depth,
    restore: TokenStream,
    /// In the order of the reverse sweep.
    steps: Vec<TokenStream>,
    /// Variables that the block defines.
    defs: HashSet<String>,
    /// Those whose cotangent exists already.
    declared: HashSet<String>,
    /// Variables of outer blocks that the block's adjoint adds to.
    touched: BTreeSet<String>,
    /// Witnesses by which cotangents of unknown type are declared: how they read, and what takes them.
    witnesses: HashMap<String, (TokenStream, TokenStream)>,
}

impl Frame {
    fn reversed(&self) -> TokenStream {
        let (restore, steps) = (&self.restore, &self.steps);
        quote!(#restore #(#steps)*)
    }
}

/// The forward sweep's tokens around a primal.
#[derive(Default)]
struct Around {
    before: TokenStream,
    after: TokenStream,
}

impl Reverse<'_> {
    fn top(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("a block is open")
    }

    /// Keeps a value and returns how it reads in the reverse sweep: as a reference, and as a place.
    fn save(&mut self, stem: &str, value: &TokenStream, keep: &mut TokenStream) -> (TokenStream, TokenStream) {
        let memo = value.to_string();
        if let Some(known) = self.kept.get(&memo) {
            return known.clone();
        }
        let at = self.top().at;
        let bytes = self.types.variable(stem).and_then(crate::types::bytes);
        self.saves.report.push(Saved::of(stem, value, at, bytes));
        let save = self.saves.site(stem, value, at);
        keep.extend(save.keep);
        self.top().restore.extend(save.restore);
        self.kept.insert(memo, (save.read.clone(), save.value.clone()));
        (save.read, save.value)
    }

    /// Makes sure that a variable's cotangent exists where the variable is defined.
    fn touch(&mut self, name: &str) {
        let scalar = matches!(self.types.variable(name), Some(Ty::Scalar(_)));
        let top = self.top();
        if !top.defs.contains(name) {
            top.touched.insert(name.to_owned());
            return;
        }
        if !top.declared.insert(name.to_owned()) {
            return;
        }
        let bar = crate::ir::bar(&name);
        let zero = match top.witnesses.get(name) {
            Some((w, _)) if !scalar => quote!(::pullback::rule::zero(#w)),
            _ => self.zero(name),
        };
        self.top().steps.push(quote!(let mut #bar = #zero;));
    }

    fn zero(&self, name: &str) -> TokenStream {
        match self.types.variable(name) {
            Some(Ty::Scalar(s)) if s == "f64" || s == "f32" => quote!(0.0),
            Some(Ty::Scalar(s)) => {
                let t: TokenStream = s.parse().unwrap_or_default();
                quote!(#t::ZERO)
            }
            _ => quote!(::pullback::Tangent::zero()),
        }
    }

    /// The cotangent of a place, as a place expression.
    fn bar(&mut self, place: &Place, keep: &mut TokenStream) -> TokenStream {
        self.touch(&place.base.to_string());
        let base = crate::ir::bar(&place.base);
        let param = self.is_lent(&place.base);
        if place.path.iter().all(|s| matches!(s, Step::Deref)) {
            return if param { quote!((*#base)) } else { quote!(#base) };
        }
        let mut bar = quote!(#base);
        for (k, step) in place.path.iter().enumerate() {
            bar = match step {
                Step::Deref => bar,
                Step::Variant(v) => {
                    let (access, whole) = (
                        v.access("bar"),
                        if place.path[..k].iter().all(|s| matches!(s, Step::Deref)) && param { quote!(*#bar) } else { bar },
                    );
                    quote!((*#access(&mut #whole)))
                }
                Step::Field(syn::Member::Unnamed(i)) => quote!(#bar.#i),
                Step::Field(syn::Member::Named(f)) => {
                    let access = crate::ir::bar(&f);
                    quote!((*#bar.#access()))
                }
                Step::Index { index, .. } if self.is_direct(place, k, param) && self.steady.tokens(index) => quote!(#bar[#index]),
                Step::Index { index, container, key } => {
                    let outer = place.path[..k].iter().all(|s| matches!(s, Step::Deref));
                    let whole = if outer && param { quote!(*#bar) } else { bar };
                    let key = match key {
                        Some(key) if self.steady.tokens(index) && self.is_steady_key(key) => key.clone(),
                        Some(key) => self.save("key", key, keep).1,
                        None => self.save("key", &quote!(::pullback::place::IndexKey::key(&#container, #index)), keep).1,
                    };
                    quote!((*::pullback::place::IndexBar::at(&mut #whole, ::core::clone::Clone::clone(&#key))))
                }
            };
        }
        bar
    }

    /// Whether a key is made of the index alone, or is a variable that never changes.
    fn is_steady_key(&self, key: &TokenStream) -> bool {
        syn::parse2::<proc_macro2::Ident>(key.clone()).is_err() || self.steady.tokens(key)
    }

    /// Whether a variable is a parameter whose cotangent is the one that the caller lent.
    fn is_lent(&self, name: &proc_macro2::Ident) -> bool {
        let stored = self.activity.is_stored(&name.to_string());
        self.func.params.iter().any(|p| p.name == *name && (p.exclusive.is_some() || !stored))
    }

    /// Whether the cotangent of this container has all its elements in place: an array's, or that of what a caller lent.
    fn is_direct(&self, place: &Place, depth: usize, param: bool) -> bool {
        let prefix = Place { path: place.path[..depth].to_vec(), ..place.clone() };
        let indexed = Place { path: place.path[..=depth].to_vec(), ..place.clone() };
        if self.types.place(&indexed).is_none() {
            return false;
        }
        match self.types.place(&prefix).map(crate::types::peeled) {
            Some(Ty::Seq(_, Kind::Array)) => true,
            // what is lent as it is has its length, what is in it has not; a `Vec` behind `&mut` may have been longer
            Some(Ty::Seq(_, kind)) if self.func.params.iter().any(|p| p.name == place.base && p.shared.is_none()) => {
                let whole = prefix.path.iter().all(|s| matches!(s, Step::Deref));
                param && whole && (kind == Kind::Slice || self.func.params.iter().any(|p| p.name == place.base && p.exclusive.is_none()))
            }
            Some(Ty::Seq(..)) => param,
            _ => false,
        }
    }

    /// An operand's value in the reverse sweep: read in place, or saved before the operation. A reference, and a place.
    fn value(&mut self, operand: &Operand, keep: &mut TokenStream) -> (TokenStream, TokenStream) {
        let (steady, stem, t) = match operand {
            Operand::Place(p) | Operand::Ref(p) | Operand::Mut(p) => {
                (self.steady.place(p).then(|| p.again().clone()), p.base.to_string(), p.tokens.clone())
            }
            Operand::Never => return (quote!(), quote!()),
            Operand::Const(t) => (self.steady.tokens(t).then(|| strip_reference(t)), "const".to_owned(), strip_reference(t)),
        };
        if let Some(t) = steady {
            return (crate::ir::reference(&t), t);
        }
        let read = crate::ir::reference(&t);
        // of what is no scalar for certain: a slice, a reference
        let sized = |ty: Option<Ty>| matches!(ty, Some(ty) if !matches!(ty, Ty::Seq(_, Kind::Slice)));
        if operand.place().is_some_and(|p| !sized(self.types.place(p))) {
            return self.save(&stem, &quote!(::pullback::call::keep(#read)), keep);
        }
        self.save(&stem, &quote!(::core::clone::Clone::clone(#read)), keep)
    }

    /// An operand as a rule sees it, with or without its value.
    fn kept(&mut self, operand: &Operand, with_value: bool, keep: &mut TokenStream) -> TokenStream {
        if with_value {
            let (value, _) = self.value(operand, keep);
            return quote!(::pullback::rule::value(#value));
        }
        let t = match operand {
            Operand::Const(t) => t.clone(),
            Operand::Never => TokenStream::new(),
            Operand::Place(p) | Operand::Ref(p) | Operand::Mut(p) => p.tokens.clone(),
        };
        let t = crate::ir::reference(&t);
        let (read, _) = self.save("shape", &quote!(::pullback::rule::witness(#t)), keep);
        quote!(::pullback::rule::kept(#read))
    }

    /// Wraps steps that serve only some parameters, so that those a caller holds constant cost nothing.
    fn guard_activity(&self, place: &Place, step: TokenStream) -> TokenStream {
        let all: Vec<usize> = self.func.params.iter().enumerate().filter(|(_, p)| p.active).map(|(k, _)| k).collect();
        let depends = self.activity.depends.get(&place.base.to_string()).cloned().unwrap_or_default();
        if all.len() < 2 || depends.len() == all.len() {
            return step;
        }
        let flags = depends.iter().map(|k| {
            let a = format_ident!("A{}", all[*k]);
            quote!(#a::ON)
        });
        quote!(if #(#flags)||* { #step })
    }

    /// `bar(place) += value` for a scalar; the first contribution where the variable is defined declares it.
    fn contribute(&mut self, place: &Place, value: &TokenStream, keep: &mut TokenStream) -> TokenStream {
        let name = place.base.to_string();
        let once = self.reads.get(&name) == Some(&1);
        let top = self.top();
        if place.path.is_empty() && top.defs.contains(&name) && top.declared.insert(name) {
            let bar = crate::ir::bar(&place.base);
            return if once { quote!(let #bar = #value;) } else { quote!(let mut #bar = #value;) };
        }
        let bar = self.bar(place, keep);
        let bar = unparenthesized(&bar);
        match negated(value) {
            Some(value) => quote!(#bar -= #value;),
            None => quote!(#bar += #value;),
        }
    }

    /// Whether a place is certainly a scalar, and of which type.
    fn scalar(&self, place: &Place) -> Option<String> {
        match self.types.place(place).map(crate::types::peeled) {
            Some(Ty::Scalar(s)) => Some(s),
            _ => None,
        }
    }

    /// Whether the test for a symbolic zero can be left out, and that test otherwise.
    fn test(&self, bar: &TokenStream, scalar: Option<&str>) -> TokenStream {
        match scalar {
            Some("f64" | "f32") => quote!(#bar != 0.0),
            _ => quote!(!::pullback::Tangent::is_zero(&#bar)),
        }
    }
}

fn strip_reference(t: &TokenStream) -> TokenStream {
    match syn::parse2::<syn::ExprReference>(t.clone()) {
        Ok(r) if r.mutability.is_none() => {
            let e = &r.expr;
            quote!(#e)
        }
        _ => t.clone(),
    }
}

/// `-v` without its sign.
fn negated(value: &TokenStream) -> Option<TokenStream> {
    match syn::parse2::<syn::Expr>(value.clone()) {
        Ok(syn::Expr::Unary(u)) if matches!(u.op, syn::UnOp::Neg(_)) => {
            let e = &u.expr;
            Some(quote!(#e))
        }
        _ => None,
    }
}

/// `(*x_bar)` as the target of an assignment: `*x_bar`.
fn unparenthesized(bar: &TokenStream) -> TokenStream {
    let mut trees = bar.clone().into_iter();
    match (trees.next(), trees.next()) {
        (Some(proc_macro2::TokenTree::Group(g)), None) if g.delimiter() == proc_macro2::Delimiter::Parenthesis => g.stream(),
        _ => bar.clone(),
    }
}
