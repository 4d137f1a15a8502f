//! Lowering of changes that move entries: the mutating methods of `Vec` and slices, `mem::swap`, `mem::replace`, `mem::take`.
//!
//! Input: a method call on a place. Output: a change with the key its adjoint needs. Invariant: a method is in the table, or it is refused:
//! nothing that may change a container is taken for a read.

use super::{Lower, operand_tokens, statements::strip};
use crate::diagnostics::Message;
use crate::ir::{Change, Op, Operand, Place, Stmt, Variant, Why};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{Expr, ExprCall, ExprMethodCall};

/// A method: how many arguments it takes, whether the last of them goes in, whether something comes out.
struct Row {
    name: &'static str,
    args: usize,
    moves_in: bool,
    gives_out: bool,
    /// The name of its adjoint.
    adjoint: &'static str,
}

const fn row(name: &'static str, args: usize, moves_in: bool, gives_out: bool, adjoint: &'static str) -> Row {
    Row { name, args, moves_in, gives_out, adjoint }
}

/// What is differentiated.
static ROWS: &[Row] = &[
    row("swap", 2, false, false, "swap"),
    row("reverse", 0, false, false, "reverse"),
    row("rotate_left", 1, false, false, "rotate_left"),
    row("rotate_right", 1, false, false, "rotate_right"),
    row("truncate", 1, false, false, "truncate"),
    row("clear", 0, false, false, "clear"),
    row("copy_within", 2, false, false, "copy_within"),
    row("extend_from_within", 1, false, false, "extend_from_within"),
    row("sort_by", 1, false, false, "arrange"),
    row("sort_unstable_by", 1, false, false, "arrange"),
    row("sort_by_key", 1, false, false, "arrange"),
    row("sort_by_cached_key", 1, false, false, "arrange"),
    row("sort_unstable_by_key", 1, false, false, "arrange"),
    row("retain", 1, false, false, "select"),
    row("dedup", 0, false, false, "select"),
    row("fill", 1, true, false, "fill"),
    row("resize", 2, true, false, "resize"),
    row("insert", 2, true, false, "insert"),
    row("extend_from_slice", 1, true, false, "extend"),
    row("copy_from_slice", 1, true, false, "copy_from_slice"),
    row("clone_from_slice", 1, true, false, "copy_from_slice"),
    row("append", 1, true, false, "append"),
    row("pop", 0, false, true, "pop"),
    row("remove", 1, false, true, "remove"),
    row("swap_remove", 1, false, true, "swap_remove"),
    row("split_off", 1, false, true, "split_off"),
    row("drain", 1, false, true, "drain"),
];

/// What is not.
const REFUSED: &[&str] = &[
    "retain_mut",
    "dedup_by",
    "dedup_by_key",
    "splice",
    "select_nth_unstable_by",
    "resize_with",
    "fill_with",
    "swap_with_slice",
    "clone_from",
    "swap_rows",
    "swap_columns",
    "set_row",
    "set_column",
    "copy_from",
];

/// What an expression changes, by assignment, as `&mut` or by a method.
pub(super) fn changed(e: &Expr) -> Option<&Expr> {
    match e {
        Expr::Assign(a) => Some(&a.left),
        Expr::Binary(b) if super::statements::compound(&b.op).is_some() => Some(&b.left),
        Expr::Reference(r) if r.mutability.is_some() => Some(&r.expr),
        Expr::MethodCall(m) if changes(m) => Some(&m.receiver),
        _ => None,
    }
}

/// Whether a method changes its receiver.
fn changes(m: &ExprMethodCall) -> bool {
    let (name, n) = (m.method.to_string(), m.args.len());
    let others = matches!((name.as_str(), n), ("push" | "extend" | "replace", 1) | ("take", 0));
    others
        || ROWS.iter().any(|r| r.name == name && r.args == n)
        || REFUSED.contains(&name.as_str())
        || name.starts_with("get_or_insert")
        || name.ends_with("_mut")
        || name.ends_with("_assign")
}

impl Lower<'_> {
    /// A mutating method. `None`: it is not one.
    pub(super) fn changing_method(&mut self, m: &ExprMethodCall, out: &mut Vec<Stmt>) -> Option<Operand> {
        let name = m.method.to_string();
        if REFUSED.contains(&name.as_str()) {
            return Some(self.refuse(&m.method, &Message::RefusedChange { method: name }));
        }
        match (name.as_str(), m.args.len()) {
            ("extend", 1) => return Some(self.extend(m, out)),
            ("take", 0) => return self.taken(m, out),
            ("replace", 1) => return self.replaced_option(m, out),
            _ => {}
        }
        let row = ROWS.iter().find(|r| r.name == name && r.args == m.args.len())?;
        let place = self.changed_place(m, out)?;
        if matches!(row.adjoint, "arrange" | "select") {
            return Some(self.rearranged(row, m, place, out));
        }
        let (plain, moved) = if row.moves_in { (row.args - 1, m.args.last()) } else { (row.args, None) };
        let args: Vec<TokenStream> = m.args.iter().take(plain).map(|a| self.named(a, out)).collect();
        let moved = moved.map(|e| self.moved_in(row, e, out));
        let value = moved.as_ref().map(operand_tokens);
        let (v, dot, method) = (place.tokens.clone(), &m.dot_token, &m.method);
        let cloned = args.iter().map(|a| quote!(::core::clone::Clone::clone(&(#a))));
        let key = if args.is_empty() { quote!((#v.len(), ())) } else { quote!((#v.len(), (#(#cloned,)*))) };
        let again = args.iter().map(|a| {
            if syn::parse2::<syn::ExprRange>(a.clone()).is_ok() || is_literal(a) {
                a.clone()
            } else {
                quote!(::core::clone::Clone::clone(&(#a)))
            }
        });
        let arguments: Vec<TokenStream> = again.chain(value).collect();
        let primal = quote!(#v #dot #method(#(#arguments),*));
        let primal = if row.name == "drain" { quote!(#primal.collect::<::std::vec::Vec<_>>()) } else { primal };
        let emptied = (row.name == "append").then(|| moved.as_ref().and_then(Operand::place).cloned()).flatten();
        let result = self.push_change(row, place, key, moved, primal, m.span(), out);
        if let Some(w) = emptied {
            // `append` leaves its argument empty
            let t = &w.tokens;
            out.push(Stmt::Change(Change {
                method: "clear",
                key: quote!((#t.len(), ())),
                place: w,
                value: None,
                dst: None,
                primal: quote!(()),
            }));
        }
        Some(result)
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one IR statement")]
    fn push_change(
        &mut self,
        row: &Row,
        place: Place,
        key: TokenStream,
        value: Option<Operand>,
        primal: TokenStream,
        span: proc_macro2::Span,
        out: &mut Vec<Stmt>,
    ) -> Operand {
        if value.as_ref().is_some_and(|v| self.varied(v)) {
            self.activate(&place.base);
        }
        let active = self.active.contains(&place.base.to_string());
        let dst = row.gives_out.then(|| self.scopes.fresh("t", span));
        if let Some(dst) = &dst {
            if active {
                self.activate(dst);
            }
            if row.adjoint == "pop" {
                self.maybes.insert(dst.to_string(), super::options::Maybe::Option);
            }
            self.owners.insert(dst.to_string());
        }
        out.push(Stmt::Change(Change { method: row.adjoint, place, key, value, dst: dst.clone(), primal }));
        dst.map_or(Operand::Const(quote!(())), |dst| Operand::Place(Place::variable(dst)))
    }

    /// The container that a method changes: it, or what goes into it, carries a gradient.
    fn changed_place(&mut self, m: &ExprMethodCall, out: &mut Vec<Stmt>) -> Option<Place> {
        let place = self.place(strip(&m.receiver), out)?;
        self.check_owned(&place, &m.receiver);
        Some(place)
    }

    /// The value that goes in.
    fn moved_in(&mut self, row: &Row, e: &Expr, out: &mut Vec<Stmt>) -> Operand {
        if row.name == "append"
            && let Expr::Reference(r) = strip(e)
            && r.mutability.is_some()
            && let Some(place) = self.place(&r.expr, out)
        {
            let t = &place.tokens;
            let lent = Place { tokens: quote!((&mut #t)), ..place.clone() };
            return if self.active.contains(&place.base.to_string()) { Operand::Place(lent) } else { Operand::Const(quote!((&mut #t))) };
        }
        self.value(e, out)
    }

    /// `v.sort_by(cmp)`, `v.retain(f)`: where each entry comes from is found, kept, and applied. (The stable order is one that an unstable sort
    /// may yield.)
    fn rearranged(&mut self, row: &Row, m: &ExprMethodCall, place: Place, out: &mut Vec<Stmt>) -> Operand {
        let v = place.tokens.clone();
        let arg = m.args.first().map(|a| self.compared(a));
        let found = match row.name {
            "retain" => quote!(::pullback::change::kept(&#v, #arg)),
            "dedup" => quote!(::pullback::change::distinct(&#v)),
            name if name.ends_with("key") => quote!(::pullback::change::order_by_key(&#v, #arg)),
            _ => quote!(::pullback::change::order(&#v, #arg)),
        };
        let order = self.held("order", found, m.method.span(), out);
        let key = quote!((#v.len(), (::core::clone::Clone::clone(&#order),)));
        let apply = crate::tokens::ident(row.adjoint, m.method.span());
        let primal = quote!(::pullback::change::#apply(&mut #v, &#order));
        self.push_change(row, place, key, None, primal, m.span(), out)
    }

    /// `v.extend(w)`: of a whole container at once, else element by element.
    fn extend(&mut self, m: &ExprMethodCall, out: &mut Vec<Stmt>) -> Operand {
        let arg = strip(&m.args[0]);
        let target = match arg {
            Expr::Reference(r) => &r.expr,
            Expr::MethodCall(i)
                if matches!(i.method.to_string().as_str(), "iter" | "clone" | "into_iter" | "to_vec") && i.args.is_empty() =>
            {
                &i.receiver
            }
            other => other,
        };
        if matches!(strip(target), Expr::Path(_) | Expr::Field(_) | Expr::Index(_))
            && self.is_active(target)
            && !self.is_chain(target)
            && let Some(from) = self.place(strip(target), out)
            && let Some(place) = self.changed_place(m, out)
        {
            let (v, dot, method, tokens) = (place.tokens.clone(), &m.dot_token, &m.method, self.plain(arg));
            let primal = quote!(#v #dot #method(#tokens));
            let row = row("extend", 1, true, false, "extend");
            return self.push_change(&row, place, quote!((#v.len(), ())), Some(Operand::Place(from)), primal, m.span(), out);
        }
        let iter = if self.is_chain(&m.args[0]) {
            m.args[0].clone()
        } else {
            let iter = &m.args[0];
            syn::parse_quote!((#iter).into_iter())
        };
        let Some(place) = self.changed_place(m, out) else {
            return self.refuse(&m.receiver, &Message::PushHere {});
        };
        let (v, span) = (place.tokens.clone(), m.method.span());
        let done = self.run_all(&iter, out, &mut |s, item, _, body| {
            let value = s.operand(item, body);
            let e = operand_tokens(&value);
            // references are copied
            let primal = quote!(::core::iter::Extend::extend(&mut #v, ::core::option::Option::Some(#e)););
            s.appended(&place, value, primal, span, body);
        });
        match done {
            Some(()) => Operand::Const(quote!(())),
            None => self.refuse(&m.args[0], &Message::Iterator {}),
        }
    }

    /// `o.take()`: what was there; a default stays behind.
    fn taken(&mut self, m: &ExprMethodCall, out: &mut Vec<Stmt>) -> Option<Operand> {
        let place = self.changed_place(m, out)?;
        let (v, dot, method) = (place.tokens.clone(), &m.dot_token, &m.method);
        let old = self.exchanged(place, quote!(#v #dot #method()), Operand::Const(quote!(())), m.span(), out);
        self.note(&old, self.maybe(&m.receiver).unwrap_or(super::options::Maybe::Option));
        Some(old)
    }

    /// `o.replace(v)` of an `Option`.
    fn replaced_option(&mut self, m: &ExprMethodCall, out: &mut Vec<Stmt>) -> Option<Operand> {
        let place = self.changed_place(m, out)?;
        let value = self.value(&m.args[0], out);
        let tokens = operand_tokens(&value);
        let some = Some(Variant::Payload("some"));
        let slot = crate::ir::Slot::Field(syn::Member::Unnamed(0.into()));
        let op = Op::Build { variant: some, fields: vec![(slot, value)], primal: quote!(::core::option::Option::Some(#tokens)) };
        let new = self.emit(op, m.span(), out);
        let (v, new_tokens) = (place.tokens.clone(), operand_tokens(&new));
        let old = self.exchanged(place, quote!(::core::mem::replace(&mut #v, #new_tokens)), new, m.span(), out);
        self.note(&old, super::options::Maybe::Option);
        Some(old)
    }

    fn note(&mut self, o: &Operand, kind: super::options::Maybe) {
        if let Some(p) = o.place() {
            self.maybes.insert(p.base.to_string(), kind);
        }
    }

    /// The old value of a place, which gets a new one in the same call.
    fn exchanged(&mut self, place: Place, primal: TokenStream, new: Operand, span: proc_macro2::Span, out: &mut Vec<Stmt>) -> Operand {
        if self.varied(&new) {
            self.activate(&place.base);
        }
        let old = Place { tokens: primal, source: None, ..place.clone() };
        let result = if self.active.contains(&place.base.to_string()) {
            self.emit(Op::Copy(Operand::Place(old)), span, out)
        } else {
            self.emit(Op::Constant { tokens: old.tokens, why: Why::Inactive }, span, out)
        };
        if let Some(p) = result.place() {
            self.owners.insert(p.base.to_string());
        }
        out.push(Stmt::Store { place, operator: None, value: new, primal: quote!(), init: false });
        result
    }

    /// `mem::swap`, `mem::replace`, `mem::take`. `None`: another function.
    pub(super) fn memory(&mut self, c: &ExprCall, path: &syn::Path, out: &mut Vec<Stmt>) -> Option<Operand> {
        let mut last = path.segments.iter().rev().map(|s| s.ident.to_string());
        let (name, owner) = (last.next()?, last.next()?);
        if owner != "mem" {
            return None;
        }
        let mut targets = Vec::new();
        for arg in &c.args {
            targets.push(self.lent_mutably(arg, out));
        }
        match (name.as_str(), &targets[..]) {
            ("swap", [Some(a), Some(b)]) => {
                if let Some((active, other)) = [(a, b), (b, a)].into_iter().find(|(p, _)| self.active.contains(&p.base.to_string())) {
                    self.activate(&active.base);
                    self.activate(&other.base);
                }
                let (x, y) = (&a.tokens, &b.tokens);
                let primal = quote!(#path(&mut #x, &mut #y));
                out.push(Stmt::Exchange { places: [a.clone(), b.clone()], primal });
                Some(Operand::Const(quote!(())))
            }
            ("take", [Some(a)]) => {
                let v = &a.tokens;
                Some(self.exchanged(a.clone(), quote!(#path(&mut #v)), Operand::Const(quote!(())), c.span(), out))
            }
            ("replace", [Some(a), _]) => {
                let value = self.value(&c.args[1], out);
                let (v, new) = (&a.tokens, operand_tokens(&value));
                Some(self.exchanged(a.clone(), quote!(#path(&mut #v, #new)), value, c.span(), out))
            }
            _ => Some(self.refuse(c, &Message::MemoryCall { function: name })),
        }
    }

    /// `&mut place`, or a variable that is such a reference.
    fn lent_mutably(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Option<Place> {
        let target = match strip(e) {
            Expr::Reference(r) if r.mutability.is_some() => &*r.expr,
            other if self.is_alias(other) || self.is_reference(other) => other,
            _ => return None,
        };
        let mut place = self.place(strip(target), out)?;
        if self.is_reference(target) {
            place = place.then(crate::ir::Step::Deref, |t| quote!((*#t)));
        }
        self.check_owned(&place, target);
        Some(place)
    }

    /// Whether opaque tokens change a variable that carries a gradient, and where.
    pub(super) fn hidden_changes(&self, tokens: &TokenStream) -> Vec<TokenStream> {
        struct Search<'l, 'a> {
            lower: &'l Lower<'a>,
            found: Vec<TokenStream>,
        }
        impl<'ast> syn::visit::Visit<'ast> for Search<'_, '_> {
            fn visit_expr(&mut self, e: &'ast Expr) {
                if let Some(target) = changed(e)
                    && root(target)
                        .and_then(|name| self.lower.scopes.resolve(name))
                        .is_some_and(|n| self.lower.active.contains(&n.to_string()))
                {
                    self.found.push(target.to_token_stream());
                }
                syn::visit::visit_expr(self, e);
            }
            fn visit_macro(&mut self, m: &'ast syn::Macro) {
                if let Ok(list) = m.parse_body_with(syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated) {
                    list.iter().for_each(|e| self.visit_expr(e));
                } else if let Ok(stmts) = m.parse_body_with(syn::Block::parse_within) {
                    stmts.iter().for_each(|s| self.visit_stmt(s));
                }
            }
        }
        let mut search = Search { lower: self, found: vec![] };
        if let Ok(block) = syn::parse2::<syn::Block>(quote!({ #tokens })) {
            syn::visit::Visit::visit_block(&mut search, &block);
        }
        search.found
    }
}

/// The variable at the root of a place or of a chain of methods on one.
pub(super) fn root(e: &Expr) -> Option<&Ident> {
    match e {
        Expr::Path(p) => p.path.get_ident(),
        Expr::Field(f) => root(&f.base),
        Expr::Index(i) => root(&i.expr),
        Expr::Unary(u) => root(&u.expr),
        Expr::Paren(p) => root(&p.expr),
        Expr::Group(g) => root(&g.expr),
        Expr::Tuple(t) => t.elems.iter().find_map(root),
        Expr::MethodCall(m) => root(&m.receiver),
        _ => None,
    }
}

fn is_literal(tokens: &TokenStream) -> bool {
    syn::parse2::<syn::Lit>(tokens.to_token_stream()).is_ok()
}
