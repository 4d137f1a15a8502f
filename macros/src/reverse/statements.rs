//! Reversal of statements: bindings, assignments, branches, loops.
//!
//! Input: IR statements. Output: their forward tokens; their adjoints as steps of the open frame. Invariant: a statement's adjoint
//! takes the cotangent of what was overwritten; a block's adjoint runs exactly as often as the block did.

use super::Reverse;
use super::frames::{Around, Frame, leaves};
use super::kernels::{Kernel, Knows, hoisted};
use crate::ir::{Head, Op, Operand, Place, Step, Stmt, walk};
use crate::save::{Depth, Record};
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};

impl<'a> Reverse<'a> {
    /// A block: its forward tokens, and its adjoint. The result's cotangent is the seed.
    pub(super) fn block(&mut self, body: &'a [Stmt], at: Depth, result: Option<&Operand>) -> (TokenStream, Frame<'a>) {
        let is_loop = self.frames.last().is_some_and(|f| at.loops > f.at.loops);
        let mut frame = Frame::new(body, at, self.opened, is_loop);
        frame.sums = std::mem::take(&mut self.sums);
        frame.moving = std::mem::take(&mut self.moving);
        if self.opened == 0 {
            frame.declared.extend(self.early.keys().cloned());
        }
        self.opened += 1;
        for stmt in body {
            if let Stmt::Let { dst, .. }
            | Stmt::Declare { dst, .. }
            | Stmt::Bound { dst, .. }
            | Stmt::Change(crate::ir::Change { dst: Some(dst), .. }) = stmt
                && self.activity.active.contains(&dst.to_string())
            {
                frame.defs.insert(dst.to_string());
            }
        }
        self.frames.push(frame);
        self.step_forward();
        let mut end = TokenStream::new();
        if let Some(place) = result.and_then(Operand::place).cloned() {
            self.seed(&place, &mut end);
        }
        let mut forwards = Vec::with_capacity(body.len());
        for (k, stmt) in body.iter().enumerate().rev() {
            self.top().current = k;
            forwards.push(self.statement(stmt));
        }
        forwards.reverse();
        self.close(forwards, &end, body)
    }

    /// Puts the forward sweep of a block together: what is kept where, and the record at its end, or before what may leave it.
    fn close(&mut self, forwards: Vec<Around>, end: &TokenStream, body: &[Stmt]) -> (TokenStream, Frame<'a>) {
        let mut frame = self.frames.pop().expect("the block is open");
        let Record { name, keep, restore } = self.saves.record(&frame.fields, frame.at);
        let before = std::mem::take(&mut frame.restore);
        frame.restore = quote!(#restore #before);
        frame.record = name;
        let (mut out, mut kept, mut pending) = (TokenStream::new(), false, vec![]);
        for (k, (forward, stmt)) in forwards.into_iter().zip(body).enumerate() {
            out.extend(frame.before.remove(&k));
            out.extend(forward.before);
            if !kept && leaves(stmt) {
                kept = true;
                out.extend(keep.clone());
            }
            out.extend(forward.primal);
            if let Stmt::Let { dst, .. } | Stmt::Bound { dst, .. } | Stmt::Change(crate::ir::Change { dst: Some(dst), .. }) = stmt {
                out.extend(frame.kinds.remove(&dst.to_string()));
            }
            if let Stmt::Declare { dst, .. } = stmt {
                pending.push(dst.clone());
            }
            // the type of a declared variable is noted once it has a value
            pending.retain(|d| {
                let assigned = assigns(stmt, d);
                if assigned && let Some(note) = frame.kinds.remove(&d.to_string()) {
                    out.extend(note);
                }
                !assigned
            });
            out.extend(forward.after);
            out.extend(frame.after.remove(&k));
        }
        out.extend(end.clone());
        if !kept {
            out.extend(keep);
        }
        (out, frame)
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

    fn statement(&mut self, stmt: &'a Stmt) -> Around {
        let definite = self.definite.contains(stmt);
        let primal = match stmt {
            Stmt::Let { dst, mutable, ty, op } => {
                let head = crate::emit::head(dst, *mutable, ty.as_ref(), Some(op));
                let primal = crate::emit::primal(op);
                if !self.top().declared.contains(&dst.to_string()) && !op.writes().into_iter().any(|p| self.activity.is_active(p)) {
                    // no later statement needs it: its adjoint is dead
                    return Around { primal: quote!(#head = #primal;), ..Around::default() };
                }
                let mut around = Around::default();
                self.operation(dst, op, definite, &mut around);
                around.primal = if let Op::Call { .. } = op { quote!(#head = value;) } else { quote!(#head = #primal;) };
                return around;
            }
            Stmt::Declare { dst, mutable, ty } => {
                let head = crate::emit::head(dst, *mutable, ty.as_ref(), None);
                quote!(#head;)
            }
            Stmt::Opaque(tokens) => crate::emit::opaque(tokens),
            Stmt::Store { place, operator: None, value, primal, init } => return self.store(place, value, primal, *init),
            Stmt::Store { place, operator: Some(operator), value, primal, .. } => {
                return self.update(place, operator, value, primal, definite);
            }
            Stmt::If { cond, then, els } => return self.branch(cond, then, els),
            Stmt::Loop { head, body, tag } => return self.repeat(head, body, *tag),
            Stmt::Match { head, arms } => return self.choice(head, arms),
            Stmt::Bound { dst, place, .. } => self.bound(dst, place),
            Stmt::Change(c) => return self.change(c),
            Stmt::Exchange { places, primal } => return self.exchange(places, primal),
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
                return Around { before: start, primal: quote!(#label: { #forward }), after: quote!() };
            }
        };
        Around { primal, ..Around::default() }
    }

    /// `place = value`: the cotangent of what is overwritten is taken.
    fn store(&mut self, place: &Place, value: &Operand, primal: &TokenStream, init: bool) -> Around {
        // an element that `push` made is taken too: the adjoint of what made the others sees the whole container
        // `push` has no key of its own; what `collect` and `map` make is dropped as a whole
        let pushed = init && matches!(place.path.last(), Some(Step::Index { key: None, .. }));
        let init = init && place.path.is_empty();
        let mut keep = TokenStream::new();
        let target = self.bar(place, &mut keep);
        let shorten = if pushed { self.shorten(place, &mut keep) } else { quote!() };
        let Some(from) = value.place().cloned() else {
            if !init {
                self.top().steps.push(quote!(let _ = ::pullback::call::lift(&mut #target); #shorten));
            }
            return Around { before: keep, primal: primal.clone(), after: quote!() };
        };
        let scalar = self.scalar(place).is_some() && self.scalar(&from).is_some();
        let cotangent = if init && scalar { target.clone() } else { quote!(::pullback::call::lift(&mut #target)) };
        if scalar {
            let step = self.contribute(&from, &cotangent, &mut keep);
            self.top().steps.push(quote!(#step #shorten));
        } else {
            let bar = self.bar(&from, &mut keep);
            self.top().steps.push(quote!({ let bar = #cotangent; ::pullback::call::add(&mut #bar, bar); } #shorten));
        }
        Around { before: keep, primal: primal.clone(), after: quote!() }
    }

    /// On the way back a container loses what was pushed, and its cotangent what belongs to that.
    fn shorten(&mut self, element: &Place, keep: &mut TokenStream) -> TokenStream {
        let Some((Step::Index { index, .. }, path)) = element.path.split_last() else { return quote!() };
        let (_, at) = self.value(&Operand::Const(index.clone()), keep);
        let container = self.bar(&Place { path: path.to_vec(), ..element.clone() }, keep);
        quote!(::pullback::call::shorten(&mut #container, #at);)
    }

    /// `place += value` and its like.
    fn update(&mut self, place: &Place, operator: &str, value: &Operand, primal: &TokenStream, definite: bool) -> Around {
        let mut around = Around { primal: primal.clone(), ..Around::default() };
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
            return around;
        }
        if scalars && matches!(operator, "Mul" | "Div") {
            let step = self.scaled(place, operator, value, &target, &mut around);
            let test = self.test(&target, own.as_deref());
            self.top().steps.push(if definite || value.place().is_none() { step } else { quote!(if #test { #step }) });
            return around;
        }
        let span = place.base.span();
        let at: TokenStream = quote!(&#target).into_iter().map(|tree| located(tree, span)).collect();
        self.top().steps.push(quote_spanned!(span=> ::pullback::rule::arithmetic(#at);));
        let marker = format_ident!("{}", operator);
        let scales = !matches!(operator, "Add" | "Sub");
        if !scales && value.place().is_none() {
            // a constant is added: the cotangent passes as it is
            return around;
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
        around
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
            if from.base == place.base {
                // they may be one place: `v *= v`, `a[i] *= a[j]`
                let whole = super::unparenthesized(target);
                let lhs = if multiplies { quote!(#whole *= #e;) } else { quote!(#whole /= #e;) };
                let rhs = self.contribute(&from, &quote!(part), &mut around.before);
                return quote!({ let part = #part; #lhs #rhs });
            }
            step.extend(self.contribute(&from, &part, &mut around.before));
        }
        let target = super::unparenthesized(target);
        step.extend(if multiplies { quote!(#target *= #e;) } else { quote!(#target /= #e;) });
        step
    }

    /// The adjoint of a block inside another one.
    pub(super) fn inner(&mut self, body: &'a [Stmt], at: Depth) -> (TokenStream, Frame<'a>) {
        let result = self.block(body, at, None);
        for name in &result.1.touched {
            self.touch(name);
        }
        result
    }

    fn branch(&mut self, cond: &TokenStream, then: &'a [Stmt], els: &'a [Stmt]) -> Around {
        let at = self.top().at;
        let inside = Depth { branches: at.branches + 1, ..at };
        let (tf, t) = self.inner(then, inside);
        let (ef, e) = self.inner(els, inside);
        let els = if els.is_empty() { quote!() } else { quote!(else { #ef }) };
        if t.steps.is_empty() && e.steps.is_empty() {
            return Around { primal: quote!(if #cond { #tf } #els), ..Around::default() };
        }
        let (tr, er) = (t.reversed(), e.reversed());
        let reversed = if e.steps.is_empty() { quote!() } else { quote!(else { #er }) };
        if self.again(cond) {
            self.top().steps.push(quote!(if #cond { #tr } #reversed));
            return Around { primal: quote!(if #cond { #tf } #els), ..Around::default() };
        }
        let mut keep = TokenStream::new();
        let (_, taken) = self.save_own("taken", &quote!(taken), &mut keep);
        self.top().steps.push(quote!(if #taken { #tr } #reversed));
        Around { before: quote!(let taken = #cond; #keep), primal: quote!(if taken { #tf } #els), after: quote!() }
    }

    fn repeat(&mut self, head: &Head, body: &'a [Stmt], tag: Option<usize>) -> Around {
        let (at, here) = (self.top().at, self.top().current);
        if self.frames.len() == 1
            && let Some(fusable) = self.loops.get(&here)
        {
            return self.fuse(head, body, fusable);
        }
        let inside = Depth { loops: at.loops + 1, ..at };
        let mut keep = TokenStream::new();
        let early = crate::exits::breaks(body);
        let number = self.opened;
        let forwards = tag.is_none() && !self.backward.contains(&number) && crate::loops::is_free(body, self.activity);
        let range = head.range.as_ref().filter(|_| !early);
        let trips = head.trips.as_ref().filter(|_| !early && tag.is_none()).and_then(|t| self.number(t));
        self.saves.enter(head.range.as_ref().and_then(|(_, r)| r.literal()));
        let cell = tag.map(|t| {
            let cell = self.saves.cell("exit", &quote!(usize::MAX), inside);
            self.tags.insert(t, (cell.current.clone(), cell.value.clone()));
            cell
        });
        let sums = self.open_sums(body);
        let again = range.map(|(name, _)| name).or(head.counter.as_ref()).cloned();
        let new = again.as_ref().is_some_and(|name| self.steady.enter(&name.to_string()));
        let stacks = self.saves.stacks();
        if forwards {
            self.moving = crate::loops::moving(body, self.types);
        }
        let (forward, frame) = self.inner(body, inside);
        self.saves.leave();
        if forwards && self.saves.stacks() > stacks {
            self.backward.insert(number);
        }
        if self.frames.len() == 1 && self.saves.stacks() > stacks {
            self.kept.insert(here);
        }
        if new && let Some(name) = &again {
            self.steady.leave(&name.to_string());
        }
        let (begin, tag) = cell.map(|c| (c.start, c.restore)).unwrap_or_default();
        if frame.steps.is_empty() {
            return Around { primal: crate::emit::looped(head, &quote!(#begin #forward)), ..Around::default() };
        }
        // only now: a loop without an adjoint keeps nothing
        let induction = range.map(|(name, range)| {
            let mut end = |stem: &str, tokens: &TokenStream| {
                if self.again(tokens) { tokens.clone() } else { self.save(stem, tokens, true, &mut keep).1 }
            };
            let (lo, hi) = (end("lo", &range.lo), end("hi", &range.hi));
            let ends = if range.inclusive { quote!(#lo..=#hi) } else { quote!(#lo..#hi) };
            let (onward, back) = if range.reversed { (quote!((#ends).rev()), ends) } else { (ends.clone(), quote!((#ends).rev())) };
            (name.clone(), if forwards { onward } else { back }, hi)
        });
        if let (Some(record), false) = (&frame.record, early) {
            let many = match &head.range {
                Some((_, crate::ir::Range { lo, hi, inclusive, .. })) => {
                    let ends = if *inclusive { quote!(#lo..=#hi) } else { quote!(#lo..#hi) };
                    Some(quote!(::core::iter::Iterator::size_hint(&(#ends)).0))
                }
                None => trips.clone(),
            };
            keep.extend(many.map(|n| quote!(#record.reserve(#n);)));
        }
        let reversed = frame.reversed();
        let mut around = Around { before: keep, primal: crate::emit::looped(head, &quote!(#begin #forward)), after: quote!() };
        let starts = self.starts(&frame, &mut around.before);
        let range = head.range.as_ref().filter(|(_, r)| r.lo.to_string() == "0" && !r.inclusive && !r.reversed);
        let counted = match (&induction, range) {
            (Some((k, _, hi)), Some(_)) => Some((k, hi.clone())),
            (Some(_), None) => None,
            (None, _) => head.counter.as_ref().zip(trips),
        };
        let step = if let Some((k, trips)) = counted {
            let (tests, reversed) = hoisted(reversed, &trips);
            let kernel = Kernel { k, trips, forwards, body: quote!(#tag #reversed) };
            let kernel = kernel.tokens(body, self.types, &Known(self, &sums));
            if tests.is_empty() { kernel } else { quote!({ #tests #kernel }) }
        } else if let Some((name, again, _)) = induction {
            let (tests, reversed) = hoisted(reversed, &quote!(::core::iter::Iterator::size_hint(&(#again)).0));
            let step = quote!(for #name in #again { #tag #reversed });
            if tests.is_empty() { step } else { quote!({ #tests #step }) }
        } else {
            let counter = self.saves.cell("trips", &quote!(0_usize), at);
            let (start, current, trips) = (counter.start, counter.current, counter.value);
            self.top().restore.extend(counter.restore);
            around.before.extend(start);
            around.primal = crate::emit::looped(head, &quote!(#current += 1; #begin #forward));
            match &head.counter {
                Some(k) if forwards => quote!(for #k in 0..#trips { #tag #reversed }),
                Some(k) => quote!(for #k in (0..#trips).rev() { #tag #reversed }),
                None => quote!(for _ in 0..#trips { #tag #reversed }),
            }
        };
        // how many records there are is known where rustc could not see it: a branch around, or an exit before
        let literal = head.range.as_ref().and_then(|(_, r)| r.literal()).filter(|_| at.loops == 0 && !early && tag.is_empty());
        let known = frame.record.as_ref().zip(literal).map(|(record, n)| {
            let cursor = crate::save::cursor(record);
            quote!(#cursor = #n;)
        });
        let step = if starts.is_empty() { quote!(#known #step) } else { quote!({ #starts #known #step }) };
        self.close_sums(&sums, step, &mut around.before);
        around
    }

    /// Chooses what the adjoint of a loop sums up in variables.
    fn open_sums(&mut self, body: &'a [Stmt]) -> Vec<(Place, proc_macro2::Ident, String)> {
        let mut sums = vec![];
        for place in crate::loops::summed(body) {
            let Some(ty) = self.scalar(place).filter(|t| t == "f64" || t == "f32") else { continue };
            let plain = place.path.iter().all(|s| matches!(s, Step::Index { .. } | Step::Deref));
            let indices: Vec<&TokenStream> =
                place.path.iter().filter_map(|s| if let Step::Index { index, .. } = s { Some(index) } else { None }).collect();
            if place.source.is_none() && self.activity.is_active(place) && plain && indices.iter().all(|t| self.again(t)) {
                let name = format_ident!("bar_of_{}_{}", place.base, self.saves.number());
                self.sums.insert(place.tokens.to_string(), name.clone());
                sums.push((place.clone(), name, ty));
            }
        }
        sums
    }

    /// The reversed loop, with its sums before and after.
    fn close_sums(&mut self, sums: &[(Place, proc_macro2::Ident, String)], step: TokenStream, keep: &mut TokenStream) {
        for (_, name, ty) in sums {
            let ty = format_ident!("{}", ty);
            self.top().steps.push(quote!(let mut #name: #ty = 0.0;));
        }
        self.top().steps.push(step);
        for (place, name, _) in sums {
            self.touch(&place.base.to_string());
            // a loop that never ran has not looked whether the element is there
            let step = self.contribute(place, &quote!(#name), keep);
            self.top().steps.push(quote!(if #name != 0.0 { #step }));
        }
    }
}

/// What the pass knows of a kernel's variables, and the sums of its loop.
struct Known<'r, 'a>(&'r Reverse<'a>, &'r [(Place, proc_macro2::Ident, String)]);

impl Knows for Known<'_, '_> {
    fn is_float(&self, name: &str) -> bool {
        let Known(pass, sums) = self;
        if sums.iter().any(|(_, sum, _)| sum == name) {
            return true;
        }
        let Some(of) = name.strip_suffix("_bar") else { return false };
        let float = matches!(pass.types.variable(of), Some(crate::types::Ty::Scalar(s)) if s == "f64" || s == "f32");
        float && !pass.func.params.iter().any(|p| p.name == of && pass.is_lent(&p.name))
    }
    fn wanted(&self, bar: &proc_macro2::Ident) -> Option<TokenStream> {
        let name = bar.to_string();
        let param = self.0.func.params.iter().find(|p| name.strip_suffix("_bar").is_some_and(|of| p.name == of))?;
        self.0.wanted(&param.name)
    }
}

/// Whether a statement assigns a declared variable.
fn assigns(stmt: &Stmt, dst: &proc_macro2::Ident) -> bool {
    let mut found = false;
    walk(std::slice::from_ref(stmt), &mut |s| {
        found |= matches!(s, Stmt::Store { place, .. } if place.base == *dst);
    });
    found
}

/// A generated token where a user's stands: rustc points at it.
fn located(tree: proc_macro2::TokenTree, span: proc_macro2::Span) -> proc_macro2::TokenTree {
    let mut tree = match tree {
        proc_macro2::TokenTree::Group(g) => {
            let inside = g.stream().into_iter().map(|t| located(t, span)).collect();
            proc_macro2::TokenTree::Group(proc_macro2::Group::new(g.delimiter(), inside))
        }
        other => other,
    };
    tree.set_span(tree.span().located_at(span));
    tree
}
