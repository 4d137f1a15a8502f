//! Mistakes that tokens alone tell, and rustc reports of the user's own function: nothing is said of them here, and nothing is made of the function.
//!
//! Input: a signature and its body. Output: where the mistake is. Invariant: what is found is an error in every program.

use crate::scope::Bound;
use crate::signature::Signature;
use proc_macro2::Span;
use syn::visit::{self, Visit};
use syn::{Block, Expr, Pat, Type};

mod moves;

/// The first such mistake.
pub(crate) fn mistake(sig: &Signature, body: &Block) -> Option<Span> {
    if lacks_lifetime(sig) {
        return Some(sig.name.span());
    }
    if let Some(p) = sig.params.iter().find(|p| is_unsized(&p.ty)) {
        return Some(p.name.span());
    }
    let mut search = Search { sig, loops: vec![], tries: !is_no_try(&sig.output), bound: vec![], counts: vec![], found: None };
    search.visit_block(body);
    search.found.or_else(|| moves::moved(sig, body)).or_else(|| lacks_value(sig, body))
}

/// `x * y;` at the end of a function that returns something. What stands before it goes on to it for certain.
fn lacks_value(sig: &Signature, body: &Block) -> Option<Span> {
    if sig.returns_nothing() {
        return None;
    }
    let (last, before) = body.stmts.split_last()?;
    let syn::Stmt::Expr(e, Some(semi)) = last else { return None };
    let goes_on = |s: &syn::Stmt| match s {
        syn::Stmt::Local(l) => !matches!(l.init.as_ref().map(|i| &*i.expr), Some(Expr::Return(_) | Expr::Loop(_) | Expr::Macro(_))),
        syn::Stmt::Item(_) => true,
        syn::Stmt::Expr(Expr::If(i), _) => i.else_branch.is_none(),
        syn::Stmt::Expr(Expr::ForLoop(_) | Expr::Assign(_) | Expr::Binary(_), _) => true,
        _ => false,
    };
    let has_value = |e: &Expr| match e {
        Expr::Binary(b) => !is_assignment(&b.op),
        Expr::Call(c) => matches!(&*c.func, Expr::Path(p) if p.path.is_ident("Ok") || p.path.is_ident("Some")),
        Expr::Path(_) | Expr::Field(_) | Expr::Index(_) | Expr::Lit(_) | Expr::Tuple(_) => true,
        _ => false,
    };
    (has_value(e) && before.iter().all(goes_on)).then(|| semi.spans[0])
}

/// Whether nothing tells which of the parameters a reference in the result is a part of.
fn lacks_lifetime(sig: &Signature) -> bool {
    let is_static = |r: &syn::TypeReference| r.lifetime.as_ref().is_some_and(|l| l.ident == "static");
    let references = sig.params.iter().filter(|p| matches!(&p.ty, Type::Reference(r) if !is_static(r))).count();
    !sig.method && references > 1 && quote::ToTokens::to_token_stream(&sig.output).to_string().contains("'lent")
}

/// `[f64]` by value.
pub(crate) fn is_unsized(ty: &Type) -> bool {
    matches!(ty, Type::Slice(_))
}

/// Whether `?` can't return from a function with this result.
fn is_no_try(ty: &Type) -> bool {
    match ty {
        Type::Tuple(_) | Type::Array(_) | Type::Reference(_) | Type::Slice(_) => true,
        Type::Path(p) => p.path.get_ident().is_some_and(crate::fence::is_primitive),
        _ => false,
    }
}

/// A method of iterators that is called of a list, which has it only if a trait of the user's gives it.
pub(crate) fn suspicion(sig: &Signature, body: &Block) -> Option<syn::Ident> {
    struct Calls<'s>(&'s Signature, Option<syn::Ident>);
    impl<'a> Visit<'a> for Calls<'_> {
        fn visit_item(&mut self, _: &'a syn::Item) {}
        fn visit_expr_method_call(&mut self, m: &'a syn::ExprMethodCall) {
            const OF_ITERATORS: &[&str] = &[
                "zip",
                "for_each",
                "try_for_each",
                "fold",
                "try_fold",
                "filter",
                "filter_map",
                "enumerate",
                "rev",
                "skip",
                "take",
                "cloned",
                "copied",
                "step_by",
                "chain",
                "scan",
                "any",
                "all",
                "flat_map",
                "peekable",
                "position",
                "take_while",
                "skip_while",
                "map_while",
            ];
            let is_slice = |p: &crate::ir::Param| matches!(&p.shared, Some(Type::Slice(_)));
            if let Expr::Path(p) = &*m.receiver
                && p.path.get_ident().is_some_and(|name| self.0.params.iter().any(|p| p.said == *name && is_slice(p)))
                && OF_ITERATORS.iter().any(|n| m.method == n)
            {
                self.1.get_or_insert_with(|| m.method.clone());
            }
            visit::visit_expr_method_call(self, m);
        }
    }
    let mut bound = Bound::default();
    bound.visit_block(body);
    let mut calls = Calls(sig, None);
    calls.visit_block(body);
    // a variable of a parameter's name may be an iterator
    calls.1.filter(|_| sig.params.iter().all(|p| !bound.has(&p.said)))
}

struct Search<'s> {
    sig: &'s Signature,
    /// Loops around here, and whether they may have a value.
    loops: Vec<bool>,
    /// Whether `?` may return from here.
    tries: bool,
    /// The names of variables so far.
    bound: Vec<String>,
    /// Those among them that are whole numbers.
    counts: Vec<String>,
    found: Option<Span>,
}

impl Search<'_> {
    fn note(&mut self, span: Span) {
        self.found.get_or_insert(span);
    }

    fn within(&mut self, has_value: bool, visit: impl FnOnce(&mut Self)) {
        self.loops.push(has_value);
        visit(self);
        self.loops.pop();
    }

    /// A whole number, over which nothing can loop: `3`, `x.len()`, `n as usize`, a variable or parameter that is one.
    fn is_count(&self, e: &Expr) -> bool {
        let parameter = |name: &syn::Ident| self.sig.params.iter().find(|p| p.said == *name && self.bound.iter().all(|b| name != b));
        let has_length = |t: &Type| match t {
            Type::Slice(_) | Type::Array(_) => true,
            Type::Path(p) => p.path.segments.last().is_some_and(|s| s.ident == "Vec"),
            _ => false,
        };
        match e {
            Expr::Paren(p) => self.is_count(&p.expr),
            Expr::Lit(l) => matches!(l.lit, syn::Lit::Int(_)),
            Expr::Cast(c) => is_whole(&c.ty),
            Expr::Path(p) => p.path.get_ident().is_some_and(|name| {
                let mine = self.bound.iter().filter(|b| name == b).count();
                (mine == 1 && self.counts.iter().any(|c| name == c)) || parameter(name).is_some_and(|p| is_whole(&p.ty))
            }),
            Expr::MethodCall(m) if m.method == "len" && m.args.is_empty() => match &*m.receiver {
                Expr::Path(p) => p.path.get_ident().and_then(parameter).is_some_and(|p| has_length(p.shared.as_ref().unwrap_or(&p.ty))),
                _ => false,
            },
            _ => false,
        }
    }

    /// `v.fill(0.0)` of a parameter `v: &[f64]`.
    fn changes_shared(&self, m: &syn::ExprMethodCall) -> bool {
        const CHANGING: &[&str] = &[
            "iter_mut",
            "fill",
            "swap",
            "sort_by",
            "reverse",
            "copy_from_slice",
            "chunks_mut",
            "split_at_mut",
            "last_mut",
            "first_mut",
            "get_mut",
        ];
        let Expr::Path(p) = &*m.receiver else { return false };
        let is_list = |t: &Type| {
            matches!(t, Type::Slice(_)) || matches!(t, Type::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == "Vec"))
        };
        let of_shared = |p: &crate::ir::Param, name: &syn::Ident| p.said == *name && !p.mutable && p.shared.as_ref().is_some_and(is_list);
        CHANGING.iter().any(|c| m.method == c)
            && p.path
                .get_ident()
                .is_some_and(|name| self.bound.iter().all(|b| name != b) && self.sig.params.iter().any(|p| of_shared(p, name)))
    }

    /// `v[k]`, `*r` of a parameter that is a shared reference to values of its own.
    fn is_shared_place(&self, e: &Expr) -> bool {
        let base = match e {
            Expr::Index(i) => &i.expr,
            Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) => &u.expr,
            _ => return false,
        };
        let Expr::Path(p) = &**base else { return false };
        let owned = |t: &Type| match t {
            Type::Slice(_) | Type::Array(_) => true,
            Type::Path(p) => p.path.segments.last().is_some_and(|s| ["f64", "f32", "Vec"].iter().any(|n| s.ident == n)),
            _ => false,
        };
        let of_shared = |p: &crate::ir::Param, name: &syn::Ident| p.said == *name && !p.mutable && p.shared.as_ref().is_some_and(owned);
        p.path.get_ident().is_some_and(|name| self.bound.iter().all(|b| name != b) && self.sig.params.iter().any(|p| of_shared(p, name)))
    }
}

impl<'a> Visit<'a> for Search<'_> {
    fn visit_item(&mut self, _: &'a syn::Item) {}
    fn visit_macro(&mut self, _: &'a syn::Macro) {}
    fn visit_expr_closure(&mut self, _: &'a syn::ExprClosure) {}
    fn visit_expr_async(&mut self, _: &'a syn::ExprAsync) {}
    fn visit_expr_const(&mut self, _: &'a syn::ExprConst) {}

    // a name that is bound again is another variable
    fn visit_pat_ident(&mut self, p: &'a syn::PatIdent) {
        self.bound.push(p.ident.to_string());
    }

    fn visit_local(&mut self, l: &'a syn::Local) {
        let counts = l.init.as_ref().is_some_and(|i| self.is_count(&i.expr));
        visit::visit_local(self, l);
        if let (true, syn::Pat::Ident(p)) = (counts, &l.pat) {
            self.counts.push(p.ident.to_string());
        }
    }

    fn visit_expr_method_call(&mut self, m: &'a syn::ExprMethodCall) {
        if self.changes_shared(m) {
            self.note(m.method.span());
        }
        visit::visit_expr_method_call(self, m);
    }

    fn visit_expr_for_loop(&mut self, e: &'a syn::ExprForLoop) {
        if let Some(at) = reference_to_a_number(&e.pat, &e.expr) {
            self.note(at);
        }
        if self.is_count(&e.expr) {
            self.note(e.for_token.span);
        }
        self.visit_expr(&e.expr);
        if let (Expr::Range(r), Pat::Ident(p)) = (&*e.expr, &*e.pat)
            && r.end.as_ref().is_some_and(|end| self.is_count(end))
        {
            self.counts.push(p.ident.to_string());
        }
        self.visit_pat(&e.pat);
        self.within(false, |s| s.visit_block(&e.body));
    }

    fn visit_expr_while(&mut self, e: &'a syn::ExprWhile) {
        self.within(false, |s| visit::visit_expr_while(s, e));
    }

    fn visit_expr_loop(&mut self, e: &'a syn::ExprLoop) {
        self.within(true, |s| visit::visit_expr_loop(s, e));
    }

    fn visit_expr_break(&mut self, e: &'a syn::ExprBreak) {
        let has_value = self.loops.last();
        if e.label.is_none() && (has_value.is_none() || (e.expr.is_some() && has_value == Some(&false))) {
            self.note(e.break_token.span);
        }
        visit::visit_expr_break(self, e);
    }

    fn visit_expr_continue(&mut self, e: &'a syn::ExprContinue) {
        if e.label.is_none() && self.loops.is_empty() {
            self.note(e.continue_token.span);
        }
    }

    fn visit_expr_try(&mut self, e: &'a syn::ExprTry) {
        if !self.tries {
            self.note(e.question_token.span);
        }
        visit::visit_expr_try(self, e);
    }

    fn visit_expr_return(&mut self, e: &'a syn::ExprReturn) {
        if e.expr.is_none() && !self.tries && !self.sig.returns_nothing() {
            self.note(e.return_token.span);
        }
        visit::visit_expr_return(self, e);
    }

    fn visit_expr_path(&mut self, e: &'a syn::ExprPath) {
        if !self.sig.associated && e.path.is_ident("self") {
            self.note(e.path.segments[0].ident.span());
        }
    }

    fn visit_expr_binary(&mut self, e: &'a syn::ExprBinary) {
        if is_assignment(&e.op) && self.is_shared_place(&e.left) {
            self.note(syn::spanned::Spanned::span(&e.op));
        }
        visit::visit_expr_binary(self, e);
    }

    fn visit_expr_assign(&mut self, e: &'a syn::ExprAssign) {
        if self.is_shared_place(&e.left) {
            self.note(e.eq_token.spans[0]);
        }
        visit::visit_expr_assign(self, e);
    }
}

/// `for &i in 0..n`, `for (&i, v) in x.iter().enumerate()`.
fn reference_to_a_number(pat: &Pat, over: &Expr) -> Option<Span> {
    let is_reference = |p: &Pat| if let Pat::Reference(r) = p { Some(r.and_token.span) } else { None };
    match over {
        Expr::Paren(p) => reference_to_a_number(pat, &p.expr),
        Expr::Range(_) => is_reference(pat),
        Expr::MethodCall(m) if m.method == "rev" || m.method == "step_by" => reference_to_a_number(pat, &m.receiver),
        // whatever is counted, the count is no reference
        Expr::MethodCall(m) if m.method == "enumerate" && m.args.is_empty() => match (pat, &*m.receiver) {
            (Pat::Tuple(t), Expr::MethodCall(r)) if r.method == "iter" || r.method == "into_iter" => t.elems.first().and_then(is_reference),
            _ => None,
        },
        // the elements of an array of numbers are none
        Expr::Array(a) if a.elems.first().is_some_and(|e| matches!(e, Expr::Lit(_))) => is_reference(pat),
        _ => None,
    }
}

fn is_whole(ty: &Type) -> bool {
    matches!(ty, Type::Path(p) if p.path.get_ident().is_some_and(|name| crate::types::INTEGERS.iter().any(|w| name == w)))
}

fn is_assignment(op: &syn::BinOp) -> bool {
    use syn::BinOp as B;
    matches!(op, B::AddAssign(_) | B::SubAssign(_) | B::MulAssign(_) | B::DivAssign(_) | B::RemAssign(_))
}
