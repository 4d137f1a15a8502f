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
use crate::definite::Definite;
use crate::fuse::Fusable;
use crate::ir::{Func, Operand, Place, Step, Stmt, walk};
use crate::report::Saved;
use crate::save::{Depth, Saves, Scope};
use crate::tbr::Steady;
use crate::tokens::{begins_with, single};
use crate::types::{Kind, Ty, Types};
use frames::{Around, Frame};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use values::{Asked, Kept};

pub(crate) mod calls;
mod changes;
mod choices;
mod forwards;
mod frames;
mod fused;
mod kernels;
mod rules;
mod statements;
mod values;

/// Both sweeps.
#[derive(Default)]
pub(crate) struct Sweeps {
    /// Declarations and the primal with its saves.
    pub(crate) forward: TokenStream,
    /// The result's expression.
    pub(crate) result: TokenStream,
    /// The adjoint; reads `result_bar`, adds into `x_bar` for each parameter `x`.
    pub(crate) backward: TokenStream,
    /// What is kept between them, for the report.
    pub(crate) saved: Vec<Saved>,
    /// Parameters whose cotangents are looked at even if no caller wants them.
    pub(crate) needed: HashSet<String>,
    /// Whether a loop runs as often as a value says.
    pub(crate) loops: bool,
    /// Loops at the top that keep something of each iteration: fusing them saves that.
    pub(crate) kept: HashSet<usize>,
}

/// The pass. If it wants to know what it will have saved, it runs twice, and the second time it knows.
pub(crate) fn reverse(func: &Func, activity: &Activity, types: &Types) -> Sweeps {
    settled(func, activity, types, &Fused::new())
}

/// Runs the pass until it knows what it needs.
fn settled(func: &Func, activity: &Activity, types: &Types, loops: &Fused) -> Sweeps {
    let (mut sweeps, mut found) = run(func, activity, types, Found::default(), loops);
    if found.changes_nothing() {
        return sweeps;
    }
    let kept = std::mem::take(&mut sweeps.kept);
    loop {
        let (mut early, mut backward) = (found.early.clone(), found.backward.clone());
        (sweeps, found) = run(func, activity, types, found, loops);
        let known = found.early.keys().all(|name| early.contains_key(name)) && found.backward.is_subset(&backward);
        if known {
            return Sweeps { kept, ..sweeps };
        }
        early.extend(found.early);
        backward.extend(found.backward);
        found = Found { early, backward, ..found };
    }
}

/// Both sweeps with loops fused, for the caller who knows the seed, `result_bar`, beforehand. Nothing where that saves nothing of what the sweeps
/// apart keep.
pub(crate) fn fused(func: &Func, activity: &Activity, types: &Types, apart: &Sweeps) -> Option<Sweeps> {
    let steady = crate::tbr::steady(func, activity, types);
    let mut loops = crate::fuse::fusable(func, activity, types, &steady);
    loops.retain(|at, _| apart.kept.contains(at));
    if loops.is_empty() {
        return None;
    }
    Some(settled(func, activity, types, &loops))
}

/// Loops whose sweeps are fused, by their place at the function's top.
type Fused = HashMap<usize, Fusable>;

/// What one run of the pass tells the next.
#[derive(Default)]
struct Found {
    saved: Kept,
    /// What this run would have liked to know of the one before: whether these are saved.
    asked: Asked,
    /// Variables whose cotangents are needed by a fused loop, and the first such loop.
    early: BTreeMap<String, usize>,
    /// Loops, by the numbers of their blocks, that must be visited last iteration first: they keep something.
    backward: HashSet<usize>,
}

impl Found {
    /// Whether a run that knew this would be the same: it asks for nothing of what was found.
    fn changes_nothing(&self) -> bool {
        self.early.is_empty() && self.backward.is_empty() && !self.asked.is_answered_by(&self.saved)
    }
}

fn run(func: &Func, activity: &Activity, types: &Types, known: Found, loops: &Fused) -> (Sweeps, Found) {
    let mut reads: HashMap<String, usize> = HashMap::new();
    walk(&func.body, &mut |s| count(s, &mut reads));
    if let Some(p) = func.result.place() {
        *reads.entry(p.base.to_string()).or_default() += 1;
    }
    let mut pass = Reverse {
        func,
        activity,
        types,
        steady: crate::tbr::steady(func, activity, types),
        saves: Saves::default(),
        definite: crate::definite::definite(func),
        fixed: values::fixed(&func.body),
        unchanging: values::unchanging(func),
        has_loops: has_loops(func),
        frames: vec![],
        opened: 0,
        reads,
        tags: HashMap::new(),
        sums: HashMap::new(),
        loops,
        base: 0,
        hint: known.saved,
        asked: RefCell::default(),
        early: known.early,
        saved: Kept::default(),
        hoisted: BTreeMap::new(),
        kept: HashSet::new(),
        moving: HashSet::new(),
        backward: known.backward,
        lengths: HashMap::new(),
        needed: HashSet::new(),
    };
    if func.body.iter().any(|s| matches!(s, Stmt::Body(_))) {
        let cell = pass.saves.cell("exit", &quote!(usize::MAX), Depth::default());
        pass.tags.insert(0, (cell.current, cell.value));
    }
    let (forward, frame) = pass.block(&func.body, Depth::default(), Some(&func.result));
    let (mut locals, mut end) = (TokenStream::new(), TokenStream::new());
    for p in func.params.iter().filter(|p| p.active && p.exclusive.is_none() && !pass.is_lent(&p.name)) {
        let (bar, outer) = (crate::ir::bar(&p.name), format_ident!("{}_bar_out", p.name));
        let zero = if matches!(pass.types.variable(&p.name.to_string()), Some(Ty::Scalar(_))) {
            pass.blank(&p.name.to_string())
        } else {
            quote!(::pullback::Tangent::blank())
        };
        if matches!(p.ty, syn::Type::Infer(_)) {
            // a closure's parameter, whose type rustc infers
            locals.extend(quote!(let #outer = #bar; let mut #bar = ::pullback::call::zero_like(&*#outer);));
            end.extend(quote!(::pullback::call::add(#outer, #bar);));
            continue;
        }
        let ty = crate::signature::elided(&crate::signature::Signature::referent(p));
        let tangent = crate::emit::tangent_type(&ty);
        locals.extend(quote!(let #outer = #bar; let mut #bar: #tangent = #zero;));
        end.extend(quote!(::pullback::call::add(#outer, #bar);));
    }
    let Scope { declarations, stacks, cursors, .. } = pass.saves.close();
    let reversed = frame.reversed();
    let again = if loops.is_empty() { pass.recomputed(&reversed) } else { TokenStream::new() };
    let lengths = func.params.iter().filter_map(|p| {
        let (name, length) = (&p.name, pass.lengths.get(&p.name.to_string())?);
        Some(quote!(let #length = #name.len();))
    });
    let lengths: TokenStream = lengths.collect();
    // what a fused loop adds to is there before it
    let (early, late) = if loops.is_empty() { (TokenStream::new(), locals) } else { (locals, TokenStream::new()) };
    let sweeps = Sweeps {
        forward: quote!(#lengths #declarations #stacks #early #forward),
        result: crate::lower::operand_tokens(&func.result),
        backward: quote!(#cursors #late #again #reversed #end),
        saved: std::mem::take(&mut pass.saves.report),
        needed: std::mem::take(&mut pass.needed),
        loops: loops_by_value(&func.body),
        kept: std::mem::take(&mut pass.kept),
    };
    (sweeps, Found { saved: pass.saved, asked: pass.asked.take(), early: pass.hoisted, backward: pass.backward })
}

fn has_loops(func: &Func) -> bool {
    let mut found = false;
    walk(&func.body, &mut |s| found |= matches!(s, Stmt::Loop { .. }));
    found
}

fn loops_by_value(body: &[Stmt]) -> bool {
    let mut found = false;
    walk(body, &mut |s| {
        let Stmt::Loop { head, .. } = s else { return };
        found |= head.range.as_ref().is_none_or(|(_, range)| range.literal().is_none());
    });
    found
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
        Stmt::Change(c) => {
            *reads.entry(c.place.base.to_string()).or_default() += 2;
            c.value.iter().collect()
        }
        Stmt::Exchange { places, .. } => {
            places.iter().for_each(|p| *reads.entry(p.base.to_string()).or_default() += 2);
            return;
        }
        Stmt::Bound { place, .. } => {
            *reads.entry(place.base.to_string()).or_default() += 1;
            return;
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
    /// The statements whose cotangent is certainly not a symbolic zero.
    definite: Definite,
    /// Local variables whose length never changes; variables that never change while they can be seen.
    fixed: HashSet<String>,
    unchanging: HashSet<String>,
    has_loops: bool,
    /// The blocks around this point, innermost last, and how many were opened.
    frames: Vec<Frame<'a>>,
    opened: usize,
    /// How often each variable is read or written: a cotangent with one contribution needs no `mut`.
    reads: HashMap<String, usize>,
    /// The tags of frames that can end early: the place to set, the value on the way back.
    tags: HashMap<usize, (TokenStream, TokenStream)>,
    /// The sums of the loop that is opened next.
    sums: HashMap<String, proc_macro2::Ident>,
    /// The loops to fuse, and the innermost block that is reversed as a whole: 0, or that of a fused loop's iteration.
    loops: &'a Fused,
    base: usize,
    /// What the run before has found, and what this one has.
    hint: Kept,
    asked: RefCell<Asked>,
    early: BTreeMap<String, usize>,
    saved: Kept,
    hoisted: BTreeMap<String, usize>,
    kept: HashSet<usize>,
    /// Integers that the loop opened next steps forward again; loops that have to be visited backwards.
    moving: HashSet<String>,
    backward: HashSet<usize>,
    /// Variables whose cotangents must be there whether they are wanted or not.
    needed: HashSet<String>,
    /// The variables that hold the lengths of `&mut` slices.
    lengths: HashMap<String, proc_macro2::Ident>,
}

impl<'a> Reverse<'a> {
    fn top(&mut self) -> &mut Frame<'a> {
        self.frames.last_mut().expect("a block is open")
    }

    /// Makes sure that a variable's cotangent exists where the variable is defined.
    fn touch(&mut self, name: &str) {
        let top = self.top();
        if !top.defs.contains(name) {
            top.touched.insert(name.to_owned());
            return;
        }
        if !top.declared.insert(name.to_owned()) {
            return;
        }
        let (bar, zero) = (crate::ir::bar(&name), self.new_zero(name));
        self.top().steps.push(quote!(let mut #bar = #zero;));
    }

    /// The cotangent that a variable of this block starts with.
    fn new_zero(&mut self, name: &str) -> TokenStream {
        if matches!(self.types.variable(name), Some(Ty::Scalar(_))) {
            return self.blank(name);
        }
        if let Some(length) = self.length(name) {
            let ty = self.element(name);
            return quote!(::pullback::call::zeros::<#ty>(#length));
        }
        let of = self.ident(name);
        let (read, note) = self.saves.kind(&of);
        self.top().kinds.insert(name.to_owned(), note);
        quote!(::pullback::rule::zero_of(#read))
    }

    /// The zero that needs no addition.
    fn blank(&self, name: &str) -> TokenStream {
        match self.types.variable(name) {
            Some(Ty::Scalar(s)) if s == "f64" || s == "f32" => quote!(-0.0),
            Some(Ty::Scalar(s)) => {
                let t: TokenStream = s.parse().unwrap_or_default();
                quote!(-#t::ZERO)
            }
            _ => quote!(::pullback::Tangent::blank()),
        }
    }

    /// The cotangent of a place, as a place expression.
    fn bar(&mut self, place: &Place, keep: &mut TokenStream) -> TokenStream {
        self.needed.insert(place.base.to_string());
        self.bar_of(place, keep)
    }

    /// The same, where it is looked at only if it is wanted.
    fn bar_of(&mut self, place: &Place, keep: &mut TokenStream) -> TokenStream {
        self.touch(&place.base.to_string());
        let base = crate::ir::bar(&place.base);
        let param = self.is_lent(&place.base);
        let through = |k: usize| match place.path[k] {
            Step::Deref => true,
            Step::Inside { .. } => self.is_reference_at(place, k),
            _ => false,
        };
        if (0..place.path.len()).all(through) {
            return if param { quote!((*#base)) } else { quote!(#base) };
        }
        let mut bar = quote!(#base);
        for (k, step) in place.path.iter().enumerate() {
            bar = match step {
                Step::Deref => bar,
                Step::Inside { .. } if self.is_reference_at(place, k) => bar,
                Step::Inside { pointer } => {
                    let outer = place.path[..k].iter().all(|s| matches!(s, Step::Deref));
                    let whole = if outer && param { quote!(*#bar) } else { bar };
                    let key = self.save("pointer", &quote!(::pullback::place::Star::star(&#pointer)), true, keep).1;
                    quote!((*::pullback::place::StarBar::inside(&mut #whole, #key)))
                }
                Step::Variant(v) => {
                    let whole = if place.path[..k].iter().all(|s| matches!(s, Step::Deref)) && param { quote!((*#bar)) } else { bar };
                    let part = v.bar(&whole);
                    quote!((*#part))
                }
                Step::Field(syn::Member::Unnamed(i)) => quote!(#bar.#i),
                Step::Field(syn::Member::Named(f)) => {
                    let access = crate::ir::bar(&f);
                    quote!((*#bar.#access()))
                }
                Step::Index { index, .. } if self.is_direct(place, k, param) && self.again(index) => {
                    if self.opens(place, k, param) {
                        continue;
                    }
                    let before = k.checked_sub(1).filter(|k| self.opens(place, *k, param)).and_then(|k| place.path.get(k));
                    let start = before.and_then(start_of).map(|start| quote!((#start) +));
                    quote!(#bar[#start #index])
                }
                Step::Index { index, container, key } => {
                    let outer = place.path[..k].iter().all(|s| matches!(s, Step::Deref));
                    let whole = if outer && param { quote!(*#bar) } else { bar };
                    let key = match key {
                        None if self.is_position(place, k) && self.again(index) => {
                            bar = quote!((*::pullback::place::IndexBar::at(&mut #whole, #index)));
                            continue;
                        }
                        Some(key) if self.again(index) && self.is_steady_key(key) => key.clone(),
                        Some(key) => self.save("key", key, false, keep).1,
                        None if self.again(index) => {
                            let rest = self.save("rest", &quote!(::pullback::place::IndexKey::rest(&#container, #index)), false, keep).0;
                            quote!(::pullback::place::Again::again(#rest, #index))
                        }
                        None => self.save("key", &quote!(::pullback::place::IndexKey::key(&#container, #index)), false, keep).1,
                    };
                    quote!((*::pullback::place::IndexBar::at(&mut #whole, ::core::clone::Clone::clone(&#key))))
                }
            };
        }
        bar
    }

    /// Whether a step leads to `x[lo..hi]`, in which the next one leads to an element: that is `x[lo + k]`.
    fn opens(&mut self, place: &Place, k: usize, param: bool) -> bool {
        let (Some(step @ Step::Index { index, .. }), Some(Step::Index { index: next, .. })) = (place.path.get(k), place.path.get(k + 1))
        else {
            return false;
        };
        let nested = k.checked_sub(1).and_then(|k| place.path.get(k)).is_some_and(|s| start_of(s).is_some());
        let element = matches!(self.types.operand(&Operand::Const(next.clone())), Some(Ty::Int));
        let both = self.is_direct(place, k, param) && self.is_direct(place, k + 1, param) && self.again(index) && self.again(next);
        start_of(step).is_some() && element && both && !nested
    }

    /// Whether what a step of a place goes through is certainly a reference.
    fn is_reference_at(&self, place: &Place, k: usize) -> bool {
        let prefix = Place { path: place.path[..k].to_vec(), ..place.clone() };
        matches!(self.types.place(&prefix), Some(Ty::Ref(_)))
    }

    /// Whether a step leads to an element of a sequence by a number that is no literal: that is the key.
    fn is_position(&self, place: &Place, k: usize) -> bool {
        let (prefix, Some(Step::Index { index, .. })) = (Place { path: place.path[..k].to_vec(), ..place.clone() }, place.path.get(k))
        else {
            return false;
        };
        let sequence = matches!(self.types.place(&prefix).map(crate::types::peeled), Some(Ty::Seq(..)));
        let number = matches!(self.types.operand(&Operand::Const(index.clone())), Some(Ty::Int));
        // a literal alone would have any type of integer
        let named = index.clone().into_iter().any(|t| matches!(t, proc_macro2::TokenTree::Ident(_)));
        sequence && number && named
    }

    /// Whether a key is made of the index alone, or is a variable that never changes.
    fn is_steady_key(&mut self, key: &TokenStream) -> bool {
        !matches!(single(key), Some(proc_macro2::TokenTree::Ident(_))) || self.again(key)
    }

    /// Whether a variable is a parameter whose cotangent is the one that the caller lent.
    fn is_lent(&self, name: &proc_macro2::Ident) -> bool {
        // in a loop a number is summed up in a register
        let number = self.has_loops && matches!(self.types.variable(&name.to_string()), Some(Ty::Scalar(_)));
        let stored = number || self.activity.is_stored(&name.to_string());
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
            // a range of anything has its length
            Some(Ty::Seq(..))
                if depth > 0 && matches!(&place.path[depth - 1], Step::Index { index, .. } if crate::types::is_range(index)) =>
            {
                true
            }
            // what is lent as it is has its length, what is in it has not; a `Vec` behind `&mut` may have been longer
            Some(Ty::Seq(_, kind)) if self.func.params.iter().any(|p| p.name == place.base && p.shared.is_none()) => {
                let whole = prefix.path.iter().all(|s| matches!(s, Step::Deref));
                param && whole && (kind == Kind::Slice || self.func.params.iter().any(|p| p.name == place.base && p.exclusive.is_none()))
            }
            Some(Ty::Seq(..)) => param || depth == 0 && self.is_fixed(&place.base.to_string()),
            _ => false,
        }
    }

    /// An operand that the rule of a library's type does not read. `other`: the operation's other operand.
    fn held(&mut self, operand: &Operand, other: &Operand, keep: &mut TokenStream) -> TokenStream {
        let scalar = |o: &Operand| matches!(self.types.operand(o).map(crate::types::peeled), Some(Ty::Scalar(_)));
        if scalar(operand) && scalar(other) {
            return self.kept(operand, false, keep);
        }
        let (t, other) = (crate::ir::reference(&plain_tokens(operand)), crate::ir::reference(&plain_tokens(other)));
        let (read, _) = self.save("shape", &quote!(::pullback::rule::held(#t, #other)), false, keep);
        quote!(::pullback::rule::seen(#read))
    }

    /// An operand as a rule sees it, with or without its value.
    fn kept(&mut self, operand: &Operand, with_value: bool, keep: &mut TokenStream) -> TokenStream {
        if with_value {
            let (value, _) = self.value(operand, keep);
            return quote!(::pullback::rule::value(#value));
        }
        if let Some(Ty::Scalar(s)) = self.types.operand(operand).map(crate::types::peeled)
            && matches!(s.as_str(), "f64" | "f32")
        {
            let ty = format_ident!("{}", s);
            return quote!(::pullback::rule::kept(&::pullback::rule::witness::<__Sound<#ty>>(&0.0)));
        }
        let t = crate::ir::reference(&plain_tokens(operand));
        let (read, _) = self.save("shape", &quote!(::pullback::rule::witness(#t)), false, keep);
        quote!(::pullback::rule::kept(#read))
    }

    /// Wraps steps that serve only some parameters, so that those a caller holds constant cost nothing.
    fn guard_activity(&self, place: &Place, step: TokenStream) -> TokenStream {
        let all: Vec<usize> = self.func.params.iter().enumerate().filter(|(_, p)| p.active).map(|(k, _)| k).collect();
        let depends = self.activity.depends.get(&place.base.to_string()).cloned().unwrap_or_default();
        if self.func.is_closure || all.len() < 2 || depends.len() == all.len() {
            return step;
        }
        let flags = depends.iter().map(|k| {
            let a = format_ident!("Act{}", all[*k]);
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
        let (bar, on) = match self.sum_of(place) {
            Some(sum) => (quote!(#sum), None),
            None => (self.bar_of(place, keep), self.wanted(&place.base)),
        };
        let bar = unparenthesized(&bar);
        let step = match negated(value) {
            Some(value) => quote!(#bar -= #value;),
            None => quote!(#bar += #value;),
        };
        match on {
            Some(on) => quote!(if #on { #step }),
            None => step,
        }
    }

    /// Whether the caller wants the cotangent of a parameter, where that is a matter of its type.
    fn wanted(&self, name: &proc_macro2::Ident) -> Option<TokenStream> {
        let many = self.func.params.iter().filter(|p| p.active).count() > 1;
        let k = self.func.params.iter().position(|p| p.name == *name && p.shared.is_some()).filter(|_| many && self.is_lent(name))?;
        let a = format_ident!("Act{}", k);
        Some(quote!(#a::ON))
    }

    /// The variable in which the innermost loop sums up the cotangent of a place.
    fn sum_of(&self, place: &Place) -> Option<proc_macro2::Ident> {
        self.frames.iter().rev().find(|f| f.is_loop)?.sums.get(&place.tokens.to_string()).cloned()
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

/// Where a range of an index starts.
fn start_of(step: &Step) -> Option<TokenStream> {
    let Step::Index { index, .. } = step else { return None };
    let range: syn::ExprRange = syn::parse2(index.clone()).ok()?;
    let start = range.start?;
    Some(quote!(#start))
}

/// The tokens of an operand's value, without the `&` of a reference.
fn plain_tokens(operand: &Operand) -> TokenStream {
    match operand {
        Operand::Const(t) => t.clone(),
        Operand::Never => TokenStream::new(),
        Operand::Place(p) | Operand::Ref(p) | Operand::Mut(p) => p.tokens.clone(),
    }
}

fn strip_reference(t: &TokenStream) -> TokenStream {
    if !begins_with(t, '&') {
        return t.clone();
    }
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
    if !begins_with(value, '-') {
        return None;
    }
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
