//! Lowering of expressions that mention a variable carrying a gradient.
//!
//! Input: `syn::Expr`. Output: an operand, after the operations that compute it.
//! Invariant: every arm either lowers or reports; there is no silent default.

use super::Lower;
use super::statements::{operand_tokens, strip};
use crate::diagnostics::{Message, said};
use crate::ir::{Op, Operand, Place, Slot, Step, Stmt, Why};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{BinOp, Expr, UnOp};

impl Lower<'_> {
    /// Lowers an expression to an operand.
    pub(crate) fn value(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Operand {
        if !self.is_active(e) && !matches!(e, Expr::Path(_)) && !Self::has_exits(e) {
            return self.opaque(e);
        }
        if let Some(item) = self.tuple_item(e) {
            return self.operand(item, out);
        }
        if let Some(tokens) = self.part_of_constant(e, out) {
            return Operand::Const(tokens);
        }
        if self.is_inlined(e) || self.given_function(e).is_some() {
            return self.refuse(e, &Message::Closure {});
        }
        match e {
            Expr::Paren(p) => self.value(&p.expr, out),
            Expr::Group(g) => self.value(&g.expr, out),
            Expr::Path(_) | Expr::Field(_) | Expr::Index(_) => self.read(e, out),
            Expr::Unary(u) => self.unary(u, e, out),
            Expr::Binary(b) => self.binary(b, e, out),
            Expr::Cast(c) => self.cast(c, out),
            Expr::Reference(r) => self.reference(r, out),
            Expr::MethodCall(m) => self.method(m, out),
            Expr::Call(c) => self.call(c, out),
            Expr::Tuple(t) => {
                let slots = t.elems.iter().enumerate().map(|(k, e)| (Slot::Field(unnamed(k, e)), e)).collect();
                self.build(None, slots, e.span(), |parts| quote!((#(#parts,)*)), out)
            }
            Expr::Array(a) => {
                let slots = a.elems.iter().enumerate().map(|(k, e)| (Slot::Element(k), e)).collect();
                self.build(None, slots, e.span(), |parts| quote!([#(#parts),*]), out)
            }
            Expr::Repeat(r) => {
                let len = self.plain(&r.len);
                self.build(None, vec![(Slot::Every, &*r.expr)], e.span(), |parts| quote!([#(#parts)*; #len]), out)
            }
            Expr::Struct(s) => self.struct_literal(s, out),
            Expr::Block(b) => match &b.label {
                Some(label) => self.labelled_block(&label.name, &b.block, out),
                None => self.block_value(&b.block, out),
            },
            Expr::If(i) => self.branch(i, out),
            Expr::Macro(m) => self.macro_value(m, out),
            Expr::Lit(_) => self.opaque(e),
            Expr::Match(m) => self.choice(m, out),
            Expr::Closure(c) => self.refuse(c, &Message::Closure {}),
            Expr::Return(r) => self.exit_return(r, out),
            Expr::Break(b) => self.exit_break(b, out),
            Expr::Continue(c) => self.exit_continue(c, out),
            Expr::Try(t) => self.attempt(t, out),
            Expr::Loop(l) => self.endless_loop(l, out),
            Expr::ForLoop(_) | Expr::While(_) | Expr::Assign(_) => {
                self.expression_statement(e, out);
                Operand::Const(quote!(()))
            }
            Expr::Unsafe(u) => self.refuse(&u.unsafe_token, &Message::Unsafe {}),
            Expr::Await(_) | Expr::Async(_) => self.refuse(e, &Message::Async {}),
            Expr::RawAddr(r) => self.refuse(r, &Message::RawPointer { place: said(&r.expr) }),
            Expr::Range(r) => {
                let ends: Vec<Operand> = r.start.iter().chain(&r.end).map(|end| self.value(end, out)).collect();
                if ends.iter().any(|end| end.place().is_some()) {
                    return self.refuse(e, &Message::ActiveRange {});
                }
                self.opaque(e)
            }
            other => self.refuse(other, &Message::Expression {}),
        }
    }

    /// A variable, field or element.
    fn read(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Operand {
        let place = match e {
            Expr::Path(_) | Expr::Field(_) | Expr::Index(_) => self.place(e, out),
            _ => None,
        };
        match (place, e) {
            (Some(p), _) if self.is_alias(e) => Operand::Ref(p),
            (Some(p), _) if self.active.contains(&p.base.to_string()) => Operand::Place(p),
            (Some(p), _) => Operand::Const(p.tokens),
            (None, Expr::Field(f)) => match self.value(&f.base, out) {
                Operand::Place(base) | Operand::Ref(base) => {
                    let member = &f.member;
                    Operand::Place(base.then(Step::Field(member.clone()), |t| quote!(#t.#member)))
                }
                Operand::Const(_) | Operand::Mut(_) | Operand::Never => self.opaque(e),
            },
            (None, Expr::Index(i)) => match self.value(&i.expr, out) {
                Operand::Place(base) | Operand::Ref(base) => {
                    let index = self.index(&i.index, out);
                    let container = base.tokens.clone();
                    Operand::Place(base.then(Step::Index { index: index.clone(), container, key: None }, |t| quote!(#t[#index])))
                }
                Operand::Const(_) | Operand::Mut(_) | Operand::Never => self.opaque(e),
            },
            (None, _) => self.opaque(e),
        }
    }

    fn unary(&mut self, u: &syn::ExprUnary, e: &Expr, out: &mut Vec<Stmt>) -> Operand {
        match u.op {
            UnOp::Neg(token) => {
                let x = self.value(&u.expr, out);
                let t = operand_tokens(&x);
                let primal = quote!(#token #t);
                self.rule(crate::ops::operator_row("Neg"), vec![x], vec![], primal, e.span(), out)
            }
            UnOp::Deref(_) => match self.place(e, out) {
                Some(p) if self.is_alias(e) => Operand::Ref(p),
                Some(p) => Operand::Place(p),
                None if !matches!(strip(&u.expr), Expr::MethodCall(_) | Expr::Try(_) | Expr::Macro(_)) => {
                    self.refuse(e, &Message::Dereference {})
                }
                None => match self.value(&u.expr, out) {
                    Operand::Ref(p) | Operand::Mut(p) => Operand::Place(p),
                    Operand::Place(p) => Operand::Place(p.then(Step::Deref, |t| quote!((*#t)))),
                    Operand::Const(t) => Operand::Const(quote!((*#t))),
                    Operand::Never => Operand::Never,
                },
            },
            _ => self.opaque(e),
        }
    }

    fn binary(&mut self, b: &syn::ExprBinary, e: &Expr, out: &mut Vec<Stmt>) -> Operand {
        let Some(name) = super::statements::arithmetic(&b.op) else { return self.logical(b, e, out) };
        let operands = self.sequence([&*b.left, &*b.right], out);
        let (l, op, r) = (operand_tokens(&operands[0]), &b.op, operand_tokens(&operands[1]));
        let primal = quote!(#l #op #r);
        self.rule(crate::ops::operator_row(name), operands, vec![], primal, e.span(), out)
    }

    /// Comparisons, `&&`, `||`.
    fn logical(&mut self, b: &syn::ExprBinary, e: &Expr, out: &mut Vec<Stmt>) -> Operand {
        match b.op {
            BinOp::And(_) | BinOp::Or(_) if Self::has_exits(e) => {
                let (l, r) = (&b.left, &b.right);
                let both = matches!(b.op, BinOp::And(_));
                let same: Expr =
                    if both { syn::parse_quote!(if #l { #r } else { false }) } else { syn::parse_quote!(if #l { true } else { #r }) };
                self.value(&same, out)
            }
            BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_) | BinOp::Eq(_) | BinOp::Ne(_) if Self::has_exits(e) => {
                let operands = self.sequence([&*b.left, &*b.right], out);
                let (l, op, r) = (operand_tokens(&operands[0]), &b.op, operand_tokens(&operands[1]));
                Operand::Const(quote!((#l #op #r)))
            }
            BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_) | BinOp::Eq(_) | BinOp::Ne(_) | BinOp::And(_) | BinOp::Or(_) => {
                self.opaque(e)
            }
            _ => self.refuse(&b.op, &Message::Operator {}),
        }
    }

    /// An operation of the table. Constant operands of unknown type get a variable, so that the adjoint sees their type.
    pub(crate) fn rule(
        &mut self,
        row: &'static crate::ops::Row,
        operands: Vec<Operand>,
        params: Vec<TokenStream>,
        primal: TokenStream,
        span: proc_macro2::Span,
        out: &mut Vec<Stmt>,
    ) -> Operand {
        if !operands.iter().any(|o| self.varied(o) || matches!(o, Operand::Never)) {
            // of counts and the like
            return Operand::Const(self.held("c", primal, span, out).to_token_stream());
        }
        let op = Op::Rule { name: row.name.to_owned(), operands, params, keep: row.keep, primal };
        self.emit(op, span, out)
    }

    /// Lowers operands in their order. What a later one changes is read before it.
    pub(crate) fn sequence<'e>(&mut self, all: impl IntoIterator<Item = &'e Expr>, out: &mut Vec<Stmt>) -> Vec<Operand> {
        self.each_in_turn(all, Self::value, out)
    }

    /// Lowers operands in their order, each by `lower`.
    pub(crate) fn each_in_turn<'e>(
        &mut self,
        all: impl IntoIterator<Item = &'e Expr>,
        lower: impl Fn(&mut Self, &Expr, &mut Vec<Stmt>) -> Operand,
        out: &mut Vec<Stmt>,
    ) -> Vec<Operand> {
        let mut done: Vec<(Operand, usize)> = Vec::new();
        for e in all {
            let before = out.len();
            let value = lower(self, e, out);
            let value = self.once(e, value, out);
            let changes = out[before..].iter().any(|s| !matches!(s, Stmt::Let { .. }) || !s.writes().is_empty());
            if changes {
                let mut inserted = 0;
                for (operand, at) in &mut done {
                    *at += inserted;
                    let Operand::Place(place) = &*operand else { continue };
                    if place.path.is_empty() && !self.scopes.may_change(&place.base) {
                        continue;
                    }
                    let dst = self.scopes.fresh("t", e.span());
                    self.activate(&dst);
                    out.insert(*at, Stmt::Let { dst: dst.clone(), mutable: false, ty: None, op: Op::Copy(Operand::Place(place.clone())) });
                    *operand = Operand::Place(Place::variable(dst));
                    (inserted, *at) = (inserted + 1, *at + 1);
                }
            }
            done.push((value, out.len()));
        }
        done.into_iter().map(|(o, _)| o).collect()
    }

    /// A constant operand that is not pure is evaluated once, and in its turn.
    pub(crate) fn once(&mut self, e: &Expr, value: Operand, out: &mut Vec<Stmt>) -> Operand {
        match value {
            Operand::Const(tokens) if !super::is_pure(e) && !matches!(strip(e), Expr::Closure(_) | Expr::Reference(_)) => {
                Operand::Const(self.held("c", tokens, e.span(), out).to_token_stream())
            }
            other => other,
        }
    }

    /// Hoists a parameter that is not pure into a variable.
    pub(crate) fn named(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> TokenStream {
        if self.is_active(e)
            && let Some(tokens) = self.whole_number(e, out)
        {
            return self.held("p", tokens, e.span(), out).to_token_stream();
        }
        match self.value(e, out) {
            Operand::Const(tokens) if super::is_pure(e) => tokens,
            Operand::Const(tokens) => self.held("p", tokens, e.span(), out).to_token_stream(),
            other if !self.varied(&other) => operand_tokens(&other),
            other => {
                self.refuse(e, &Message::ActiveParameter { argument: said(e) });
                operand_tokens(&other)
            }
        }
    }

    fn cast(&mut self, c: &syn::ExprCast, out: &mut Vec<Stmt>) -> Operand {
        let ty = &c.ty;
        let target = ty.to_token_stream().to_string();
        if target != "f64" && target != "f32" {
            if self.is_active(&c.expr)
                && let Some(whole) = self.whole_number(&c.expr, out)
            {
                return Operand::Const(quote!((#whole as #ty)));
            }
            return match self.value(&c.expr, out) {
                Operand::Const(t) => Operand::Const(quote!((#t as #ty))),
                _ => self.refuse(c, &Message::Cast { value: said(&c.expr), target }),
            };
        }
        let x = self.value(&c.expr, out);
        let t = operand_tokens(&x);
        self.rule(&crate::ops::CAST, vec![x], vec![], quote!(#t as #ty), c.span(), out)
    }

    fn reference(&mut self, r: &syn::ExprReference, out: &mut Vec<Stmt>) -> Operand {
        if r.mutability.is_some() {
            return self.refuse(r, &Message::MutableBorrow { place: said(&r.expr) });
        }
        if let Some(place) = self.place(&r.expr, out) {
            return Operand::Ref(place);
        }
        match self.value(&r.expr, out) {
            Operand::Place(p) => Operand::Ref(p),
            Operand::Ref(_) | Operand::Mut(_) => self.refuse(r, &Message::ReferenceToReference {}),
            Operand::Const(t) => Operand::Const(quote!(&#t)),
            Operand::Never => Operand::Never,
        }
    }

    /// A struct, tuple or array: each part is lowered, then the whole is built.
    pub(crate) fn build(
        &mut self,
        variant: Option<crate::ir::Variant>,
        parts: Vec<(Slot, &Expr)>,
        span: proc_macro2::Span,
        primal: impl FnOnce(Vec<TokenStream>) -> TokenStream,
        out: &mut Vec<Stmt>,
    ) -> Operand {
        let mut fields = Vec::new();
        let mut tokens = Vec::new();
        let (slots, parts): (Vec<Slot>, Vec<&Expr>) = parts.into_iter().unzip();
        for (slot, value) in slots.into_iter().zip(self.sequence(parts, out)) {
            tokens.push(operand_tokens(&value));
            fields.push((slot, value));
        }
        let op = Op::Build { variant, fields, primal: primal(tokens) };
        self.emit(op, span, out)
    }

    fn struct_literal(&mut self, s: &syn::ExprStruct, out: &mut Vec<Stmt>) -> Operand {
        if let Some(base) = &s.rest {
            return self.struct_update(s, base, out);
        }
        if let Some(f) = s.fields.iter().find(|f| self.borrows(&f.expr)) {
            return self.refuse(f, &Message::BorrowingStruct { value: said(&f.expr) });
        }
        let path = &s.path;
        let names: Vec<_> = s.fields.iter().map(|f| f.member.clone()).collect();
        let parts = s.fields.iter().map(|f| (Slot::Field(f.member.clone()), &f.expr)).collect();
        self.build(
            crate::ir::Variant::of(path).filter(|v| matches!(v, crate::ir::Variant::Part(_))),
            parts,
            s.span(),
            |values| {
                let fields = braced(s, quote!(#(#names: #values),*));
                quote!(#path #fields)
            },
            out,
        )
    }

    /// `P { x: a, ..base }`: a copy of `base`, to whose fields values are assigned.
    fn struct_update(&mut self, s: &syn::ExprStruct, base: &Expr, out: &mut Vec<Stmt>) -> Operand {
        let (path, dst) = (&s.path, self.scopes.fresh("t", s.span()));
        let mut values = self.sequence(s.fields.iter().map(|f| &f.expr).chain([base]), out);
        let Some(base) = values.pop() else { return Operand::Never };
        let (names, tokens, rest) = (s.fields.iter().map(|f| &f.member), values.iter().map(operand_tokens), operand_tokens(&base));
        let fields = braced(s, quote!(#(#names: #tokens,)* ..#rest));
        let primal = quote!(#path #fields);
        let op = match base.place() {
            Some(p) => Op::Copy(Operand::Place(Place { tokens: primal, source: None, ..p.clone() })),
            None => Op::Constant { tokens: primal, why: Why::Inactive },
        };
        self.owners.insert(dst.to_string());
        let whole = Place::variable(dst.clone());
        self.emit_into(dst, false, None, op, out);
        for (f, value) in s.fields.iter().zip(values) {
            if self.varied(&value) {
                self.activate(&whole.base);
            }
            let member = &f.member;
            let place = whole.then(Step::Field(member.clone()), |t| quote!(#t.#member));
            out.push(Stmt::Store { place, operator: None, value, primal: quote!(), init: false });
        }
        Operand::Place(whole)
    }

    fn macro_value(&mut self, m: &syn::ExprMacro, out: &mut Vec<Stmt>) -> Operand {
        let name = m.mac.path.segments.last().map_or(String::new(), |s| s.ident.to_string());
        match name.as_str() {
            "no_grad" => {
                self.check_no_grad(&m.mac);
                self.emit(Op::Constant { tokens: self.plain(m), why: Why::NoGrad }, m.span(), out)
            }
            "vec" => self.vec_macro(m, out),
            "tensor" => self.tensor_macro(m, out),
            "matches" | "format" => self.opaque(&Expr::Macro(m.clone())),
            "panic" | "unreachable" | "todo" | "unimplemented" => {
                let tokens = self.plain(m);
                out.push(Stmt::Opaque(quote!(#tokens;)));
                Operand::Never
            }
            _ if super::statements::only_reads(&m.mac) => {
                let tokens = self.plain(m);
                out.push(Stmt::Opaque(quote!(#tokens;)));
                Operand::Const(quote!(()))
            }
            _ => self.refuse_late(&m.mac.path, &Message::UnknownMacro { name }),
        }
    }

    fn vec_macro(&mut self, m: &syn::ExprMacro, out: &mut Vec<Stmt>) -> Operand {
        let body = &m.mac.tokens;
        match syn::parse2::<Expr>(quote!([#body])) {
            Ok(Expr::Array(a)) => {
                let slots = a.elems.iter().enumerate().map(|(k, e)| (Slot::Element(k), e)).collect();
                self.build(None, slots, m.span(), |parts| quote!(::std::vec![#(#parts),*]), out)
            }
            Ok(Expr::Repeat(r)) => {
                let len = self.plain(&r.len);
                self.build(None, vec![(Slot::Every, &*r.expr)], m.span(), |parts| quote!(::std::vec![#(#parts)*; #len]), out)
            }
            // what is wrong with it rustc says
            _ => Operand::Const(m.to_token_stream()),
        }
    }

    /// The operand behind a receiver: a place is not moved by looking at it.
    pub(crate) fn receiver(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Operand {
        match self.place(strip(e), out) {
            Some(p) if self.active.contains(&p.base.to_string()) => Operand::Place(p),
            Some(p) => Operand::Const(p.tokens),
            None => match self.value(e, out) {
                // a method looks through the reference
                Operand::Ref(p) => Operand::Place(p),
                other => other,
            },
        }
    }
}

fn unnamed(k: usize, e: &Expr) -> syn::Member {
    syn::Member::Unnamed(syn::Index { index: k as u32, span: e.span() })
}

/// Fields in the braces of a struct literal: rustc suggests fields only if all of the literal is the user's.
fn braced(s: &syn::ExprStruct, fields: TokenStream) -> proc_macro2::Group {
    let mut braces = proc_macro2::Group::new(proc_macro2::Delimiter::Brace, fields);
    braces.set_span(s.brace_token.span.join());
    braces
}
