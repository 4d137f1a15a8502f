//! Reversal of statements: bindings, assignments, branches, loops.
//!
//! Input: IR statements. Output: their forward tokens; their adjoints as steps of the open frame. Invariant: a statement's adjoint
//! takes the cotangent of what was overwritten; a block's adjoint runs exactly as often as the block did.

use super::{Around, Frame, Reverse};
use crate::ir::{Head, Op, Operand, Place, Stmt, walk};
use crate::save::Depth;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

impl Reverse<'_> {
    /// A block: its forward tokens, and its adjoint. The result's cotangent is the seed.
    pub(super) fn block(&mut self, body: &[Stmt], at: Depth, result: Option<&Operand>) -> (TokenStream, Frame) {
        self.frames.push(Frame { at, ..Frame::default() });
        for stmt in body {
            if let Stmt::Let { dst, .. } | Stmt::Declare { dst, .. } | Stmt::Bound { dst, .. } = stmt
                && self.activity.active.contains(&dst.to_string())
            {
                self.define(dst, matches!(stmt, Stmt::Let { op: Op::Rule { .. }, .. }));
            }
        }
        if let Some(place) = result.and_then(Operand::place).cloned() {
            let mut around = Around::default();
            self.seed(&place, &mut around.before);
            let mut forwards = vec![around.before];
            forwards.extend(body.iter().rev().map(|s| self.statement(s)));
            return self.close(forwards, body);
        }
        let forwards = body.iter().rev().map(|s| self.statement(s)).collect();
        self.close(forwards, body)
    }

    fn close(&mut self, mut forwards: Vec<TokenStream>, body: &[Stmt]) -> (TokenStream, Frame) {
        forwards.reverse();
        let mut frame = self.frames.pop().expect("the block is open");
        let mut out = TokenStream::new();
        let mut pending = vec![];
        for (k, forward) in forwards.into_iter().enumerate() {
            out.extend(forward);
            let Some(stmt) = body.get(k) else { continue };
            if let Stmt::Declare { dst, .. } = stmt {
                pending.push(dst.clone());
            }
            // a declared variable is witnessed once it has a value
            pending.retain(|d| {
                let assigned = assigns(stmt, d);
                if assigned && let Some((_, keep)) = frame.witnesses.remove(&d.to_string()) {
                    out.extend(keep);
                }
                !assigned
            });
        }
        (out, frame)
    }

    /// A rule is shown the shape of its result; of any other variable the type of its tangent is all that is kept.
    fn define(&mut self, dst: &proc_macro2::Ident, by_rule: bool) {
        let name = dst.to_string();
        let scalar = matches!(self.types.variable(&name), Some(crate::types::Ty::Scalar(_)));
        let at = self.top().at;
        if !scalar {
            let save = if by_rule {
                self.saves.site("type", &quote!(::pullback::rule::witness(&#dst)), at)
            } else {
                self.saves.only_type(&quote!(::pullback::rule::typed(&#dst)))
            };
            self.top().restore.extend(save.restore);
            self.top().witnesses.insert(name.clone(), (save.read, save.keep));
        }
        self.top().defs.insert(name);
    }

    /// The cotangent of the result starts the reverse sweep.
    fn seed(&mut self, place: &Place, keep: &mut TokenStream) {
        let seed = quote!(result_bar);
        if self.scalar(place).is_some() {
            let step = self.contribute(place, &seed, keep);
            self.top().steps.push(step);
            return;
        }
        let bar = self.bar(place, keep);
        self.top().steps.push(quote!(::pullback::call::add(&mut #bar, #seed);));
    }

    fn statement(&mut self, stmt: &Stmt) -> TokenStream {
        self.kept.clear();
        match stmt {
            Stmt::Let { dst, mutable, ty, op } => {
                let (mutability, ty) = (mutable.then(|| quote!(mut)), ty.as_ref().map(|t| quote!(: #t)));
                let head = quote!(let #mutability #dst #ty);
                let primal = crate::emit::primal(op);
                let name = dst.to_string();
                let witness = self.top().witnesses.get(&name).map(|(_, keep)| keep.clone());
                if !self.top().declared.contains(&name) && !op.writes().into_iter().any(|p| self.activity.is_active(p)) {
                    // no later statement needs it: its adjoint is dead
                    return quote!(#head = #primal; #witness);
                }
                let definite = self.definite.remove(&name);
                if definite {
                    let reads = op.reads().into_iter().filter_map(Operand::place);
                    self.definite.extend(reads.map(|p| p.base.to_string()));
                }
                let mut around = Around::default();
                self.operation(dst, op, definite, &mut around);
                let Around { before, after } = around;
                match op {
                    Op::Call { .. } => quote!(#before #head = value; #witness #after),
                    _ => quote!(#before #head = #primal; #witness #after),
                }
            }
            Stmt::Declare { dst, mutable, ty } => {
                let (mutability, ty) = (mutable.then(|| quote!(mut)), ty.as_ref().map(|t| quote!(: #t)));
                quote!(let #mutability #dst #ty;)
            }
            Stmt::Opaque(tokens) => tokens.clone(),
            Stmt::Store { place, operator: None, value, primal, init } => self.store(place, value, primal, *init),
            Stmt::Store { place, operator: Some(operator), value, primal, .. } => self.update(place, operator, value, primal),
            Stmt::If { cond, then, els } => self.branch(cond, then, els),
            Stmt::Loop { head, body, tag } => self.repeat(head, body, *tag),
            Stmt::Match { head, arms } => self.choice(head, arms),
            Stmt::Bound { dst, place } => self.bound(dst, place),
            Stmt::Exit { exit, number, frames } => {
                let tags = frames.iter().filter_map(|f| self.tags.get(f)).map(|(current, _)| quote!(#current = #number;));
                let way = crate::emit::exit(exit);
                quote!(#(#tags)* #way)
            }
            Stmt::Rest { body, after, frame } => {
                let at = self.top().at;
                let (forward, inner) = self.inner(body, at);
                if !inner.steps.is_empty() {
                    let tag = self.tags.get(frame).map(|(_, value)| value.clone()).unwrap_or_default();
                    let reversed = inner.reversed();
                    self.top().steps.push(quote!(if #tag > #after { #reversed }));
                }
                forward
            }
            Stmt::Body(body) => {
                let at = self.top().at;
                let (forward, inner) = self.inner(body, Depth { branches: at.branches + 1, ..at });
                let reversed = inner.reversed();
                self.top().steps.push(quote!({ #reversed }));
                quote!('body: { #forward })
            }
            Stmt::Labeled { label, body, tag } => {
                let at = self.top().at;
                let cell = tag.map(|t| {
                    let cell = self.saves.cell("exit", &quote!(usize::MAX), at);
                    self.tags.insert(t, (cell.current.clone(), cell.value.clone()));
                    cell
                });
                let (forward, inner) = self.inner(body, Depth { branches: at.branches + 1, ..at });
                let (start, restore) = cell.map(|c| (c.start, c.restore)).unwrap_or_default();
                let reversed = inner.reversed();
                self.top().steps.push(quote!({ #restore #reversed }));
                quote!(#start #label: { #forward })
            }
        }
    }

    /// `place = value`: the cotangent of what is overwritten is taken.
    fn store(&mut self, place: &Place, value: &Operand, primal: &TokenStream, init: bool) -> TokenStream {
        let definite = place.path.is_empty() && self.definite.remove(&place.base.to_string());
        if definite && let Some(p) = value.place() {
            self.definite.insert(p.base.to_string());
        }
        let mut keep = TokenStream::new();
        let target = self.bar(place, &mut keep);
        let Some(from) = value.place().cloned() else {
            if !init {
                self.top().steps.push(quote!(let _ = ::pullback::call::lift(&mut #target);));
            }
            return quote!(#keep #primal);
        };
        let scalar = self.scalar(place).is_some() && self.scalar(&from).is_some();
        let cotangent = if init && scalar { target.clone() } else { quote!(::pullback::call::lift(&mut #target)) };
        if scalar {
            let step = self.contribute(&from, &cotangent, &mut keep);
            self.top().steps.push(step);
        } else {
            let bar = self.bar(&from, &mut keep);
            self.top().steps.push(quote!({ let bar = #cotangent; ::pullback::call::add(&mut #bar, bar); }));
        }
        quote!(#keep #primal)
    }

    /// `place += value` and its like.
    fn update(&mut self, place: &Place, operator: &str, value: &Operand, primal: &TokenStream) -> TokenStream {
        let definite = place.path.is_empty() && self.definite.contains(&place.base.to_string());
        if definite && let Some(p) = value.place() {
            self.definite.insert(p.base.to_string());
        }
        let mut around = Around::default();
        let target = self.bar(place, &mut around.before);
        let own = self.scalar(place);
        let scalars = own.is_some()
            && self
                .types
                .operand(value)
                .is_some_and(|t| matches!(crate::types::peeled(t), crate::types::Ty::Scalar(_) | crate::types::Ty::Literal));
        if scalars && matches!(operator, "Add" | "Sub") {
            if let Some(from) = value.place().cloned() {
                let cotangent = if operator == "Add" { target } else { quote!(-#target) };
                let step = self.contribute(&from, &cotangent, &mut around.before);
                self.top().steps.push(step);
            }
            let before = around.before;
            return quote!(#before #primal);
        }
        if scalars && matches!(operator, "Mul" | "Div") {
            let step = self.scaled(place, operator, value, &target, &mut around);
            let test = self.test(&target, own.as_deref());
            self.top().steps.push(if definite || value.place().is_none() { step } else { quote!(if #test { #step }) });
            let before = around.before;
            return quote!(#before #primal);
        }
        let marker = format_ident!("{}", operator);
        let scales = !matches!(operator, "Add" | "Sub");
        if !scales && value.place().is_none() {
            // a constant is added: the cotangent passes as it is
            let before = around.before;
            return quote!(#before #primal);
        }
        let old = Operand::Place(place.clone());
        let wanted = value.place().cloned();
        let x = self.kept(&old, scales && wanted.is_some(), &mut around.before);
        let y = self.kept(value, scales, &mut around.before);
        let z = self.kept(&old, operator == "Rem" && wanted.is_some(), &mut around.after);
        let mut step = if scales {
            quote!(let bar = ::pullback::rule::take(&mut #target);)
        } else {
            quote!(let bar = ::core::clone::Clone::clone(&#target);)
        };
        if scales {
            step.extend(quote!(::pullback::rule::pull_lhs(::pullback::op::#marker, #x, #y, &(), #z, &bar, &mut #target);));
        }
        if let Some(from) = wanted {
            let bar = self.bar(&from, &mut around.before);
            step.extend(
                self.guard_activity(&from, quote!(::pullback::rule::pull_rhs(::pullback::op::#marker, #x, #y, &(), #z, &bar, &mut #bar);)),
            );
        }
        let test = self.test(&target, own.as_deref());
        self.top().steps.push(if definite { quote!({ #step }) } else { quote!(if #test { #step }) });
        let Around { before, after } = around;
        quote!(#before #primal #after)
    }

    /// `v *= e` and `v /= e` of scalars.
    fn scaled(&mut self, place: &Place, operator: &str, value: &Operand, target: &TokenStream, around: &mut Around) -> TokenStream {
        let (_, e) = self.scalar_value(value, &mut around.before);
        let multiplies = operator == "Mul";
        let mut step = TokenStream::new();
        if let Some(from) = value.place().cloned() {
            let (_, old) = self.value(&Operand::Place(place.clone()), &mut around.before);
            let part = if multiplies { quote!(#target * #old) } else { quote!(-(#target * #old / (#e * #e))) };
            self.touch(&from.base.to_string());
            step.extend(self.contribute(&from, &part, &mut around.before));
        }
        let target = super::unparenthesized(target);
        step.extend(if multiplies { quote!(#target *= #e;) } else { quote!(#target /= #e;) });
        step
    }

    /// The adjoint of a block inside another one, where less is certain.
    pub(super) fn inner(&mut self, body: &[Stmt], at: Depth) -> (TokenStream, Frame) {
        let mut overwritten = vec![];
        walk(body, &mut |s| {
            if !matches!(s, Stmt::Store { operator: Some(_), .. }) {
                overwritten.extend(s.writes().into_iter().map(|p| p.base.to_string()));
            }
        });
        let mut outside = self.definite.clone();
        outside.retain(|d| !overwritten.contains(d));
        if at.loops > self.top().at.loops {
            self.definite = outside.clone();
        }
        let result = self.block(body, at, None);
        self.definite = outside;
        for name in &result.1.touched {
            self.touch(name);
        }
        self.kept.clear();
        result
    }

    fn branch(&mut self, cond: &TokenStream, then: &[Stmt], els: &[Stmt]) -> TokenStream {
        let at = self.top().at;
        let inside = Depth { branches: at.branches + 1, ..at };
        let before = self.definite.clone();
        let (tf, t) = self.inner(then, inside);
        let after = std::mem::replace(&mut self.definite, before);
        let (ef, e) = self.inner(els, inside);
        self.definite.retain(|d| after.contains(d));
        let els = if els.is_empty() { quote!() } else { quote!(else { #ef }) };
        if t.steps.is_empty() && e.steps.is_empty() {
            return quote!(if #cond { #tf } #els);
        }
        let (tr, er) = (t.reversed(), e.reversed());
        let reversed = if e.steps.is_empty() { quote!() } else { quote!(else { #er }) };
        if self.steady.tokens(cond) {
            self.top().steps.push(quote!(if #cond { #tr } #reversed));
            return quote!(if #cond { #tf } #els);
        }
        let mut keep = TokenStream::new();
        let (_, taken) = self.save("taken", &quote!(taken), &mut keep);
        self.kept.clear();
        self.top().steps.push(quote!(if #taken { #tr } #reversed));
        quote!(let taken = #cond; #keep if taken { #tf } #els)
    }

    fn repeat(&mut self, head: &Head, body: &[Stmt], tag: Option<usize>) -> TokenStream {
        let at = self.top().at;
        let inside = Depth { loops: at.loops + 1, ..at };
        let mut keep = TokenStream::new();
        let induction = head.range.as_ref().filter(|_| !breaks(body)).map(|(name, range)| {
            let mut end = |stem: &str, tokens: &TokenStream| {
                if self.steady.tokens(tokens) { tokens.clone() } else { self.save(stem, tokens, &mut keep).1 }
            };
            let (lo, hi) = (end("lo", &range.lo), end("hi", &range.hi));
            let ends = if range.inclusive { quote!(#lo..=#hi) } else { quote!(#lo..#hi) };
            let again = if range.reversed { ends } else { quote!((#ends).rev()) };
            (name.clone(), again)
        });
        let cell = tag.map(|t| {
            let cell = self.saves.cell("exit", &quote!(usize::MAX), inside);
            self.tags.insert(t, (cell.current.clone(), cell.value.clone()));
            cell
        });
        let again = induction.as_ref().map(|(name, _)| name).or(head.counter.as_ref()).cloned();
        let new = again.as_ref().is_some_and(|name| self.steady.enter(&name.to_string()));
        let (forward, frame) = self.inner(body, inside);
        if new && let Some(name) = &again {
            self.steady.leave(&name.to_string());
        }
        let head_counter = head.counter.clone();
        let (begin, tag) = cell.map(|c| (c.start, c.restore)).unwrap_or_default();
        if frame.steps.is_empty() {
            return crate::emit::looped(head, &quote!(#begin #forward));
        }
        let reversed = frame.reversed();
        if let Some((name, again)) = induction {
            self.top().steps.push(quote!(for #name in #again { #tag #reversed }));
            let looped = crate::emit::looped(head, &quote!(#begin #forward));
            return quote!(#keep #looped);
        }
        let counter = self.saves.cell("trips", &quote!(0_usize), at);
        let (start, current, trips) = (counter.start, counter.current, counter.value);
        self.top().restore.extend(counter.restore);
        let step = match &head_counter {
            Some(k) => quote!(for #k in (0..#trips).rev() { #tag #reversed }),
            None => quote!(for _ in 0..#trips { #tag #reversed }),
        };
        self.top().steps.push(step);
        let looped = crate::emit::looped(head, &quote!(#current += 1; #begin #forward));
        quote!(#start #looped)
    }
}

/// Whether a loop may end before its range does.
fn breaks(body: &[Stmt]) -> bool {
    use crate::ir::Exit;
    let mut found = false;
    walk(body, &mut |s| found |= matches!(s, Stmt::Exit { exit: Exit::Break(_) | Exit::Return | Exit::Continue(Some(_)), .. }));
    found
}

/// Whether a statement assigns a declared variable.
fn assigns(stmt: &Stmt, dst: &proc_macro2::Ident) -> bool {
    let mut found = false;
    walk(std::slice::from_ref(stmt), &mut |s| {
        found |= matches!(s, Stmt::Store { place, .. } if place.base == *dst);
    });
    found
}
