//! Lowering of statements: bindings, assignments, branches, loops.
//!
//! Input: `syn::Stmt`. Output: IR statements, in the order of evaluation.
//! Invariant: a statement without active variables is opaque, unless it assigns one.

use super::options::Maybe;
use super::patterns::Binding;
use super::views::View;
use super::{Lower, is_owned};
use crate::diagnostics::{Message, said};
use crate::ir::{Head, Op, Operand, Place, Range, Stmt, Why};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{Block, Expr, Pat};

/// Macros that only read their arguments and yield nothing differentiable.
const READING_MACROS: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "println",
    "eprintln",
    "print",
    "eprint",
    "panic",
    "unreachable",
    "todo",
    "unimplemented",
    "format",
    "matches",
];

impl Lower<'_> {
    /// A block as a value, in its own scope but without braces: names are unique.
    pub(crate) fn block_value(&mut self, block: &Block, out: &mut Vec<Stmt>) -> Operand {
        self.scopes.push();
        let aliases = self.aliases.len();
        self.note_functions(block);
        let mut value = Operand::Const(quote!(()));
        for (k, stmt) in block.stmts.iter().enumerate() {
            let last = k + 1 == block.stmts.len();
            match stmt {
                syn::Stmt::Expr(e, None) if last => value = self.tail(e, out),
                other => self.statement(other, out),
            }
        }
        self.scopes.pop();
        self.aliases.truncate(aliases);
        if matches!(out.last(), Some(Stmt::Exit { .. })) { Operand::Never } else { value }
    }

    /// The last expression of a block: a value, or a statement such as `for`.
    pub(super) fn tail(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Operand {
        match e {
            Expr::ForLoop(_) | Expr::While(_) | Expr::Assign(_) => {
                self.expression_statement(e, out);
                Operand::Const(quote!(()))
            }
            Expr::If(i) if Self::has_exits(e) => self.branch(i, out),
            Expr::Match(m) if Self::has_exits(e) => self.choice(m, out),
            Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => self.value(e, out),
            Expr::Binary(b) if compound(&b.op).is_some() => {
                self.expression_statement(e, out);
                Operand::Const(quote!(()))
            }
            _ => self.value(e, out),
        }
    }

    pub(super) fn statement(&mut self, stmt: &syn::Stmt, out: &mut Vec<Stmt>) {
        match stmt {
            syn::Stmt::Local(local) => self.local(local, out),
            syn::Stmt::Item(item) => self.nested_item(item, out),
            syn::Stmt::Expr(e, _) => self.expression_statement(e, out),
            syn::Stmt::Macro(m) => self.macro_statement(m, out),
        }
    }

    fn macro_statement(&mut self, m: &syn::StmtMacro, out: &mut Vec<Stmt>) {
        let name = m.mac.path.segments.last().map_or(String::new(), |s| s.ident.to_string());
        if name == "no_grad" {
            self.check_no_grad(&m.mac);
        } else if self.is_active(&m.mac) && !READING_MACROS.contains(&name.as_str()) {
            self.refuse_late(&m.mac.path, &Message::UnknownMacro { name });
        }
        out.push(Stmt::Opaque(self.plain(m)));
    }

    /// Inside `no_grad!` nothing outside that carries a gradient may be changed.
    pub(crate) fn check_no_grad(&self, mac: &syn::Macro) {
        for target in self.hidden_changes(&mac.tokens) {
            self.sink.say(&target, &Message::LostInNoGrad { name: said(&target) });
        }
    }

    fn local(&mut self, local: &syn::Local, out: &mut Vec<Stmt>) {
        let Some(init) = &local.init else { return self.declare(local, out) };
        if let Some((_, diverge)) = &init.diverge
            && (self.is_active(&init.expr) || Self::has_exits(diverge))
        {
            return self.let_else(&local.pat, &init.expr, diverge, out);
        }
        let lends = super::entries::lends_mutably(&init.expr);
        if let Some((pat, ty)) = Self::simple_pattern(&local.pat).filter(|(p, _)| !lends || p.mutability.is_some()) {
            return self.bind(pat, ty.cloned(), &init.expr, out);
        }
        if let Expr::MethodCall(m) = strip(&init.expr)
            && super::lents::halves(m)
            && (m.method == "split_at_mut" || self.is_active(m))
        {
            let item = self.item(&init.expr, out);
            return self.bind_item(&local.pat, &item, out);
        }
        if let (Pat::Tuple(pats), Expr::Tuple(values)) = (&local.pat, strip(&init.expr))
            && is_one_by_one(pats, values)
            && self.is_active(&init.expr)
        {
            for (pat, value) in pats.elems.iter().zip(&values.elems) {
                let one: syn::Stmt = syn::parse_quote!(let #pat = #value;);
                self.statement(&one, out);
            }
            return;
        }
        if let (Pat::Tuple(pats), Expr::Tuple(values)) = (&local.pat, strip(&init.expr))
            && pats.elems.len() == values.elems.len()
            && (self.is_active(&init.expr) || is_changed(pats) && values.elems.iter().all(|v| is_owned(v) || super::is_pure(v)))
            && pats.elems.iter().all(|p| Self::simple_pattern(p).is_some() || matches!(p, Pat::Wild(_) | Pat::Tuple(_)))
            && !values.elems.iter().any(|v| matches!(v, Expr::Reference(_)))
        {
            return self.bind_values(pats, values, out);
        }
        let (primal, view) = self.matched(&init.expr, super::matches::is_whole(&local.pat), out);
        let mut parts = Vec::new();
        let pat = self.bind_view(&local.pat, &view, &mut Binding::of(&view, false, out, &mut parts));
        if matches!(view, View::Inert) && matches!(strip(&init.expr), Expr::Call(_)) && is_owned(&init.expr) {
            let names = super::patterns::names(&local.pat);
            self.owners.extend(names.iter().filter_map(|p| self.scopes.resolve(&p.ident)).map(|n| n.to_string()));
        }
        let diverge = init.diverge.as_ref().map(|(e, d)| self.plain(&quote!(#e #d)));
        out.push(Stmt::Opaque(quote!(let #pat = #primal #diverge;)));
        out.extend(parts);
    }

    /// `let (a, b) = (x, y);`: all values, then each binding.
    fn bind_values(&mut self, pats: &syn::PatTuple, values: &syn::ExprTuple, out: &mut Vec<Stmt>) {
        let start = out.len();
        let types: Vec<Option<String>> = values.elems.iter().map(|e| self.type_of(e)).collect();
        let operands = self.sequence(&values.elems, out);
        for (((pat, e), value), named) in pats.elems.iter().zip(&values.elems).zip(operands).zip(types) {
            if let Some((p, ty)) = Self::simple_pattern(pat) {
                self.bind_value(p, ty.cloned(), value, is_owned(e), start, out);
                if let (Some(named), Some(dst)) = (named, self.scopes.resolve(&p.ident)) {
                    self.named.insert(dst.to_string(), named);
                }
                continue;
            }
            let view = value.place().map_or(View::Inert, |p| View::Value(p.clone()));
            let mut parts = Vec::new();
            let pat = self.bind_view(pat, &view, &mut Binding::of(&view, false, out, &mut parts));
            let primal = operand_tokens(&value);
            out.push(Stmt::Opaque(quote!(let #pat = #primal;)));
            out.extend(parts);
        }
    }

    fn declare(&mut self, local: &syn::Local, out: &mut Vec<Stmt>) {
        self.declare_pattern(&local.pat, None, out);
    }

    /// `let x: T;`, `let (a, b): (T, U);`.
    fn declare_pattern(&mut self, pat: &Pat, ty: Option<&syn::Type>, out: &mut Vec<Stmt>) {
        match (pat, ty) {
            (Pat::Type(t), _) => self.declare_pattern(&t.pat, Some(&t.ty), out),
            (Pat::Ident(p), _) if p.by_ref.is_none() && p.subpat.is_none() => {
                let dst = self.scopes.bind(&p.ident);
                if let Some(kind) = ty.and_then(Maybe::of_type) {
                    self.maybes.insert(dst.to_string(), kind);
                }
                out.push(Stmt::Declare { dst, mutable: p.mutability.is_some(), ty: ty.cloned() });
            }
            (Pat::Tuple(t), None) => t.elems.iter().for_each(|p| self.declare_pattern(p, None, out)),
            (Pat::Tuple(t), Some(syn::Type::Tuple(types))) => {
                t.elems.iter().zip(&types.elems).for_each(|(p, ty)| self.declare_pattern(p, Some(ty), out));
            }
            (Pat::Slice(s), _) => {
                let ty = if let Some(syn::Type::Array(a)) = ty { Some(&*a.elem) } else { None };
                s.elems.iter().for_each(|p| self.declare_pattern(p, ty, out));
            }
            _ => {
                self.refuse(pat, &Message::PatternWithoutValue {});
                // so that their uses are no mistakes, too
                struct Names(Vec<Ident>);
                impl<'a> syn::visit::Visit<'a> for Names {
                    fn visit_pat_ident(&mut self, p: &'a syn::PatIdent) {
                        self.0.push(p.ident.clone());
                    }
                }
                let mut names = Names(vec![]);
                syn::visit::Visit::visit_pat(&mut names, pat);
                for name in names.0 {
                    self.scopes.bind(&name);
                }
            }
        }
    }

    /// `let x = e;`: the last operation of `e` goes straight into `x`.
    fn bind(&mut self, pat: &syn::PatIdent, ty: Option<syn::Type>, e: &Expr, out: &mut Vec<Stmt>) {
        let mutable = pat.mutability.is_some();
        let refers = matches!(strip(e), Expr::Reference(r) if self.is_active(e) || r.mutability.is_some());
        let settled = refers.then(|| self.settled(e, out));
        let e = settled.as_ref().unwrap_or(e);
        if let Expr::Reference(r) = strip(e)
            && refers
            && let Some(place) = self.place(&r.expr, out)
        {
            let place = if r.mutability.is_some() { self.keyed(place, out) } else { place };
            let (and, mutability) = (&r.and_token, &r.mutability);
            let depth = self.distance(&r.expr).unwrap_or(0) + 1;
            let tokens = if depth > 1 { self.plain(&r.expr) } else { place.tokens.clone() };
            let value = quote!(#and #mutability #tokens);
            if mutable {
                self.refuse(pat, &Message::MovingReference {});
            }
            let dst = self.scopes.bind(&pat.ident);
            out.push(Stmt::Opaque(quote!(let #dst = #value;)));
            let source = Some(place.again().clone());
            if self.active.contains(&place.base.to_string()) {
                self.activate(&dst);
            }
            if r.mutability.is_some() {
                self.exclusive.insert(dst.to_string());
            }
            self.aliases.push((dst.to_string(), depth, Place { source, ..place }));
            return;
        }
        if let Some(item) = self.tuple_item(e) {
            return self.bind_name(pat, ty, &item, out);
        }
        if let Some(Operand::Mut(place)) = self.reborrowed(e) {
            return self.rename_reference(pat, &place, out);
        }
        if (ty.is_none() || ty.as_ref().is_some_and(|t| matches!(t, syn::Type::BareFn(_)) || crate::fence::is_dyn_function(t)))
            && self.bind_function(pat, e, out).is_some()
        {
            return;
        }
        if ty.is_none() && self.bind_iterator(pat, e, out).is_some() {
            return;
        }
        let e = &self.with_type(e, ty.as_ref());
        let start = out.len();
        let kind = ty.as_ref().map_or_else(|| self.maybe(e), Maybe::of_type);
        let named = match &ty {
            Some(ty) => crate::known::name_of(ty, self.sig.this_type.as_deref()),
            None => self.type_of(e),
        };
        let value = self.value(e, out);
        self.bind_value(pat, ty, value, is_owned(e), start, out);
        if let (Some(named), Some(dst)) = (named, self.scopes.resolve(&pat.ident)) {
            self.named.insert(dst.to_string(), named);
        }
        if let (Some(kind), Some(dst)) = (kind, self.scopes.resolve(&pat.ident)) {
            self.maybes.insert(dst.to_string(), kind);
        }
    }

    /// Gives a value its name. A temporary that was made after `start` becomes the variable.
    fn bind_value(&mut self, pat: &syn::PatIdent, ty: Option<syn::Type>, value: Operand, owned: bool, start: usize, out: &mut Vec<Stmt>) {
        let mutable = pat.mutability.is_some();
        let dst = self.scopes.bind(&pat.ident);
        if owned || value.place().is_some_and(|p| p.path.is_empty() && self.owners.contains(&p.base.to_string())) {
            self.owners.insert(dst.to_string());
        }
        if let Some(kind) = value.place().and_then(|p| self.maybes.get(&p.base.to_string()).copied().filter(|_| p.path.is_empty())) {
            self.maybes.insert(dst.to_string(), kind);
        }
        if let Some(p) = value.place().filter(|p| p.path.is_empty())
            && let Some(at) = out[start..].iter().rposition(|s| matches!(s, Stmt::Let { dst, .. } if *dst == p.base))
            && out[start + at + 1..].iter().all(|s| apart(s, &p.base))
            && let Stmt::Let { dst: d, mutable: m, ty: t, .. } = &mut out[start + at]
        {
            if self.active.contains(&d.to_string()) {
                self.active.insert(dst.to_string());
            }
            (*d, *m, *t) = (dst, mutable, ty);
            return;
        }
        let op = match value {
            Operand::Const(tokens) => Op::Constant { tokens, why: Why::Inactive },
            other => Op::Copy(other),
        };
        self.emit_into(dst, mutable, ty, op, out);
    }

    /// Evaluates an expression whose value nothing takes.
    fn evaluate(&mut self, e: &Expr, out: &mut Vec<Stmt>) {
        let value = self.value(e, out);
        discard(&value, out);
    }

    pub(super) fn expression_statement(&mut self, e: &Expr, out: &mut Vec<Stmt>) {
        match e {
            Expr::Assign(a) if self.is_active(&a.right) || self.is_active(&a.left) => self.assign(a, out),
            Expr::Assign(a) if Self::has_exits(e) => {
                let (left, right) = self.without_exits(&a.left, &a.right, out);
                out.push(Stmt::Opaque(quote!(#left = #right;)));
            }
            Expr::Binary(b)
                if compound(&b.op).is_some() && !(self.is_active(&b.left) || self.is_active(&b.right)) && Self::has_exits(e) =>
            {
                let ((left, right), op) = (self.without_exits(&b.left, &b.right, out), &b.op);
                out.push(Stmt::Opaque(quote!(#left #op #right;)));
            }
            Expr::Binary(b) if compound(&b.op).is_some() && (self.is_active(&b.left) || self.is_active(&b.right)) => {
                if self.own_update(b, out).is_some() {
                    return;
                }
                let value = self.value(&b.right, out);
                let value = self.once(&b.right, value, out);
                let operator = compound(&b.op).map(str::to_owned);
                self.store(&b.left, operator, value, &b.op, out);
            }
            Expr::If(_) | Expr::Block(_) | Expr::Loop(_) | Expr::Match(_) if self.is_active(e) || Self::has_exits(e) => {
                self.evaluate(e, out);
            }
            Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => {
                self.value(e, out);
            }
            Expr::ForLoop(f) if self.is_active(f) || Self::has_exits(f) => self.for_loop(f, out),
            Expr::While(w) if self.is_active(w) || Self::has_exits(w) => self.while_loop(w, out),
            Expr::Macro(m) => self.macro_statement(&syn::StmtMacro { attrs: vec![], mac: m.mac.clone(), semi_token: None }, out),
            Expr::MethodCall(m) if self.is_active(e) && !self.is_active(&m.receiver) && is_effect(&m.method) => {
                self.refuse(&m.method, &Message::Effect { target: said(&m.receiver) });
            }
            _ if self.is_active(e) || Self::has_exits(e) => self.evaluate(e, out),
            _ => out.push(Stmt::Opaque({
                let t = self.plain(e);
                quote!(#t;)
            })),
        }
    }

    /// Both sides of an assignment without gradient, the right one first, as rustc evaluates them: what may leave is computed before.
    fn without_exits(&mut self, left: &Expr, right: &Expr, out: &mut Vec<Stmt>) -> (TokenStream, TokenStream) {
        let value = self.value(right, out);
        let value = self.once(right, value, out);
        let mut left = left.clone();
        self.indices_without_exits(&mut left, out);
        (self.plain(&left), operand_tokens(&value))
    }

    fn indices_without_exits(&mut self, e: &mut Expr, out: &mut Vec<Stmt>) {
        match e {
            Expr::Paren(p) => self.indices_without_exits(&mut p.expr, out),
            Expr::Field(f) => self.indices_without_exits(&mut f.base, out),
            Expr::Unary(u) => self.indices_without_exits(&mut u.expr, out),
            Expr::Index(i) => {
                self.indices_without_exits(&mut i.expr, out);
                if Self::has_exits(&*i.index) {
                    let (index, at) = (self.value(&i.index, out), super::span_of(&i.index));
                    let dst = self.held("i", operand_tokens(&index), at, out);
                    self.scopes.bind_parameter(&dst, &dst, false);
                    *i.index = syn::parse_quote!(#dst);
                }
            }
            other if Self::has_exits(&*other) => {
                self.refuse(other, &Message::AssignHere {});
            }
            _ => {}
        }
    }

    fn assign(&mut self, a: &syn::ExprAssign, out: &mut Vec<Stmt>) {
        if super::assignments::is_pattern(&a.left) {
            return self.destructure(a, out);
        }
        if self.turns(&a.left) {
            self.refuse(&a.left, &Message::TurnedParameter {});
            return;
        }
        let value = self.value(&a.right, out);
        let value = if super::is_pure(&a.left) { value } else { self.once(&a.right, value, out) };
        self.store(&a.left, None, value, &a.eq_token, out);
    }

    /// Whether an assignment is to a `&mut` parameter itself.
    fn turns(&self, left: &Expr) -> bool {
        let Expr::Path(p) = strip(left) else { return false };
        let name = p.path.get_ident().and_then(|i| self.scopes.resolve(i));
        name.is_some_and(|n| self.exclusive.contains(&n.to_string()))
    }

    pub(super) fn store(&mut self, left: &Expr, operator: Option<String>, value: Operand, token: &impl ToTokens, out: &mut Vec<Stmt>) {
        let Some(place) = self.place(left, out) else {
            let message = match guarded(left) {
                Some(target) => Message::Effect { target },
                None => Message::AssignHere {},
            };
            self.refuse(left, &message);
            return;
        };
        if self.turns(left) {
            self.refuse(left, &Message::TurnedParameter {});
            return;
        }
        if self.varied(&value) || self.active.contains(&place.base.to_string()) {
            self.check_owned(&place, left);
        }
        if self.varied(&value) {
            self.activate(&place.base);
        }
        let (lhs, rhs) = (&place.tokens, operand_tokens(&value));
        let primal = quote!(#lhs #token #rhs;);
        let init = operator.is_none() && declared_last(out, &place);
        out.push(Stmt::Store { place, operator, value, primal, init });
    }

    /// A condition: opaque, unless it may leave the block.
    fn branch_condition(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> TokenStream {
        if let Expr::Unary(u) = strip(e)
            && matches!(u.op, syn::UnOp::Not(_))
            && self.is_step(&u.expr)
        {
            let holds = self.branch_condition(&u.expr, out);
            return quote!(!#holds);
        }
        if !Self::has_exits(e) && !self.is_step(e) {
            return self.plain(e);
        }
        let value = self.value(e, out);
        operand_tokens(&value)
    }

    /// What is changed must be known: a part of a variable that owns it.
    pub(super) fn check_owned(&self, place: &Place, at: &Expr) {
        if !place.path.is_empty() && !self.owners.contains(&place.base.to_string()) {
            self.refuse(at, &Message::AssignThroughReference { name: place.base.to_string() });
        }
    }

    /// `if` as a value: a declared variable that both branches assign.
    pub(crate) fn branch(&mut self, e: &syn::ExprIf, out: &mut Vec<Stmt>) -> Operand {
        if has_let(&e.cond) {
            return self.if_let(e, out);
        }
        let cond = self.branch_condition(&e.cond, out);
        let mut then = Vec::new();
        let a = self.block_value(&e.then_branch, &mut then);
        let mut els = Vec::new();
        let b = match &e.else_branch {
            Some((_, e)) => self.tail(e, &mut els),
            None => Operand::Const(quote!(())),
        };
        let nothing = |o: &Operand| is_unit(o) || matches!(o, Operand::Never);
        if e.else_branch.is_none() {
            discard(&a, &mut then);
        }
        if e.else_branch.is_none() || (nothing(&a) && nothing(&b) && (is_unit(&a) || is_unit(&b))) {
            out.push(Stmt::If { cond, then, els });
            return Operand::Const(quote!(()));
        }
        if matches!((&a, &b), (Operand::Never, Operand::Never)) {
            out.push(Stmt::If { cond, then, els });
            return Operand::Never;
        }
        let dst = self.scopes.fresh("t", e.span());
        out.push(Stmt::Declare { dst: dst.clone(), mutable: false, ty: None });
        self.assign_to(&dst, a, &mut then);
        self.assign_to(&dst, b, &mut els);
        out.push(Stmt::If { cond, then, els });
        Operand::Place(Place::variable(dst))
    }

    fn for_loop(&mut self, f: &syn::ExprForLoop, out: &mut Vec<Stmt>) {
        let in_parts = self.is_in_parts(&f.expr) && self.is_active(&f.body);
        if !is_range(&f.expr) && (in_parts || self.is_active(&f.expr) || super::mentions_mut(&f.expr.to_token_stream())) {
            return self.element_loop(f, out);
        }
        let iter = self.plain(&f.expr);
        let ends = self.range(&f.expr);
        self.scopes.push();
        let mut start = Vec::new();
        let mut pat = self.bind_pattern(&f.pat, &mut start);
        if let (Some((p, _)), Expr::Array(a)) = (Self::simple_pattern(&f.pat), strip(&f.expr))
            && a.elems.iter().any(|e| matches!(strip(e), Expr::Range(_)))
            && let Some(name) = self.scopes.resolve(&p.ident)
        {
            self.named.insert(name.to_string(), "Range".to_owned());
        }
        let label = f.label.as_ref();
        let range = match Self::simple_pattern(&f.pat) {
            // with a name of its own the adjoint runs over the same range, and knows how often
            None if matches!(*f.pat, syn::Pat::Wild(_)) && ends.is_some() => {
                let k = self.scopes.fresh("_", f.pat.span());
                pat = k.to_token_stream();
                ends.map(|ends| (k, ends))
            }
            Some((p, _)) if p.mutability.is_none() && start.is_empty() => self.scopes.resolve(&p.ident).zip(ends),
            _ => None,
        };
        self.loop_body(
            Head { tokens: quote!(#label for #pat in #iter), range, counter: None, moved: vec![], gather: None, trips: None },
            f.label.as_ref().map(|l| l.name.clone()),
            None,
            &f.body,
            start,
            out,
        );
        self.scopes.pop();
    }

    /// The range `lo..hi`, if its ends are pure.
    pub(super) fn range(&self, e: &Expr) -> Option<Range> {
        let (mut e, mut reversed) = (strip(e), false);
        if let Expr::MethodCall(m) = e
            && m.method == "rev"
        {
            (e, reversed) = (strip(&m.receiver), true);
        }
        let Expr::Range(r) = e else { return None };
        let (lo, hi) = (r.start.as_ref()?, r.end.as_ref()?);
        let inclusive = matches!(r.limits, syn::RangeLimits::Closed(_));
        let pure = super::is_pure(lo) && super::is_pure(hi);
        pure.then(|| Range { lo: self.plain(lo), hi: self.plain(hi), inclusive, reversed })
    }

    fn while_loop(&mut self, w: &syn::ExprWhile, out: &mut Vec<Stmt>) {
        let ([holds], is_block) = (self.unsaid(["holds"]), matches!(strip(&w.cond), Expr::Block(_)));
        if has_let(&w.cond) || is_block || self.is_step(negated(&w.cond)) {
            // the same as a `loop` whose first statement may break it
            let (label, cond, body) = (&w.label, &w.cond, &w.body);
            let same: syn::ExprLoop = if is_block {
                syn::parse_quote!(#label loop { let #holds = #cond; if #holds #body else { break; } })
            } else {
                syn::parse_quote!(#label loop { if #cond #body else { break; } })
            };
            self.endless_loop(&same, out);
            return;
        }
        let (cond, label) = (self.plain(&w.cond), w.label.as_ref());
        self.loop_body(
            Head { tokens: quote!(#label while #cond), range: None, counter: None, moved: vec![], gather: None, trips: None },
            w.label.as_ref().map(|l| l.name.clone()),
            None,
            &w.body,
            vec![],
            out,
        );
    }

    pub(super) fn loop_body(
        &mut self,
        head: Head,
        label: Option<syn::Lifetime>,
        value: Option<Ident>,
        block: &Block,
        start: Vec<Stmt>,
        out: &mut Vec<Stmt>,
    ) {
        let mut body = start;
        self.targets.push(super::Target { label, value, ..Default::default() });
        let value = self.block_value(block, &mut body);
        discard(&value, &mut body);
        self.targets.pop();
        out.push(Stmt::Loop { head, body, tag: None });
    }
}

/// `c`, of `!c`.
fn negated(e: &Expr) -> &Expr {
    match strip(e) {
        Expr::Unary(u) if matches!(u.op, syn::UnOp::Not(_)) => &u.expr,
        other => other,
    }
}

/// The tokens that read an operand.
pub(crate) fn operand_tokens(o: &Operand) -> TokenStream {
    match o {
        Operand::Const(t) => t.clone(),
        Operand::Never => quote!(::core::unreachable!()),
        Operand::Place(p) => p.tokens.clone(),
        Operand::Ref(p) => {
            let t = &p.tokens;
            quote!(&#t)
        }
        Operand::Mut(p) => {
            let t = &p.tokens;
            quote!(&mut #t)
        }
    }
}

/// Whether a pattern has variables that may change.
fn is_changed(pats: &syn::PatTuple) -> bool {
    pats.elems.iter().flat_map(super::patterns::names).any(|p| p.mutability.is_some())
}

/// Whether a macro reads its arguments and yields nothing.
pub(super) fn only_reads(mac: &syn::Macro) -> bool {
    let name = mac.path.segments.last().map_or(String::new(), |s| s.ident.to_string());
    READING_MACROS.contains(&name.as_str()) && name != "format" && name != "matches"
}

/// Whether a statement is an operation that has nothing to do with a variable.
fn apart(stmt: &Stmt, variable: &Ident) -> bool {
    let Stmt::Let { op, .. } = stmt else { return false };
    let reads = op.reads().into_iter().filter_map(Operand::place).any(|p| p.base == *variable);
    !reads && !crate::tokens::mentions(&crate::emit::primal(op), &variable.to_string())
}

/// The operation of `+=` and its like.
pub(crate) fn compound(op: &syn::BinOp) -> Option<&'static str> {
    Some(match op {
        syn::BinOp::AddAssign(_) => "Add",
        syn::BinOp::SubAssign(_) => "Sub",
        syn::BinOp::MulAssign(_) => "Mul",
        syn::BinOp::DivAssign(_) => "Div",
        syn::BinOp::RemAssign(_) => "Rem",
        _ => return None,
    })
}

/// The operation of `+` and its like.
pub(crate) fn arithmetic(op: &syn::BinOp) -> Option<&'static str> {
    Some(match op {
        syn::BinOp::Add(_) => "Add",
        syn::BinOp::Sub(_) => "Sub",
        syn::BinOp::Mul(_) => "Mul",
        syn::BinOp::Div(_) => "Div",
        syn::BinOp::Rem(_) => "Rem",
        _ => return None,
    })
}

pub(crate) fn strip(e: &Expr) -> &Expr {
    match e {
        Expr::Paren(p) => strip(&p.expr),
        Expr::Group(g) => strip(&g.expr),
        other => other,
    }
}

pub(super) fn is_range(e: &Expr) -> bool {
    match strip(e) {
        Expr::Range(_) => true,
        Expr::MethodCall(m) => matches!(m.method.to_string().as_str(), "rev" | "step_by") && is_range(&m.receiver),
        _ => false,
    }
}

/// What is left to do of a value that nothing takes: where its tokens may do more than name something, they run.
pub(super) fn discard(value: &Operand, out: &mut Vec<Stmt>) {
    if let Operand::Const(tokens) = value
        && !is_unit(value)
        && !matches!(syn::parse2(tokens.clone()), Ok(Expr::Path(_) | Expr::Lit(_)))
    {
        out.push(Stmt::Opaque(quote!(#tokens;)));
    }
}

pub(super) fn is_unit(o: &Operand) -> bool {
    matches!(o, Operand::Const(t) if crate::tokens::is_unit(t))
}

fn has_let(e: &Expr) -> bool {
    match strip(e) {
        Expr::Let(_) => true,
        Expr::Binary(b) => has_let(&b.left) || has_let(&b.right),
        _ => false,
    }
}

/// Whether a store is the first one to a variable declared just before, in the same block.
fn declared_last(out: &[Stmt], place: &Place) -> bool {
    let declared = |d: &Ident| *d == place.base && place.path.is_empty();
    out.iter().any(|s| matches!(s, Stmt::Declare { dst, .. } if declared(dst)))
        && !out.iter().any(|s| matches!(s, Stmt::Store { place: p, .. } if p.base == place.base))
}

/// Methods that write where nobody can follow: to cells, locks, atomics, thread-local variables, channels.
fn is_effect(method: &Ident) -> bool {
    const EFFECTS: &[&str] = &[
        "set",
        "replace",
        "update",
        "swap",
        "store",
        "with",
        "with_borrow_mut",
        "borrow_mut",
        "lock",
        "write",
        "send",
        "fetch_add",
        "fetch_update",
    ];
    EFFECTS.iter().any(|e| method == e)
}

/// The cell or lock that an assignment goes through: `*seen.lock().unwrap() = x`.
fn guarded(left: &Expr) -> Option<String> {
    match strip(left) {
        Expr::Unary(u) => guarded(&u.expr),
        Expr::Field(f) => guarded(&f.base),
        Expr::Index(i) => guarded(&i.expr),
        Expr::MethodCall(m) if ["lock", "borrow_mut", "write", "get_mut"].iter().any(|g| m.method == g) => Some(said(&m.receiver)),
        Expr::MethodCall(m) => guarded(&m.receiver),
        _ => None,
    }
}

/// Whether iterators are bound side by side, `let (a, b) = (x.iter(), y.iter());`, so that each may be bound by itself.
fn is_one_by_one(pats: &syn::PatTuple, values: &syn::ExprTuple) -> bool {
    let mut before: Vec<String> = vec![];
    let apart = pats.elems.iter().zip(&values.elems).all(|(pat, value)| {
        let mentioned = before.iter().any(|name| crate::tokens::mentions(&value.to_token_stream(), name));
        before.extend(super::patterns::names(pat).iter().map(|p| p.ident.to_string()));
        !mentioned && Lower::simple_pattern(pat).is_some()
    });
    let is_iterator = |e: &Expr| super::adaptors::is_iterator(e) || matches!(strip(e), Expr::MethodCall(m) if m.method == "chunks_exact");
    apart && pats.elems.len() == values.elems.len() && values.elems.iter().any(is_iterator)
}
