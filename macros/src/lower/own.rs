//! Receivers of the user's own types, where their tokens tell.
//!
//! Input: an expression. Output: the names of types, or traits, whose methods it may have. Invariant: a method of the user's own wins over what the
//! table, the iterators or the containers have under its name, as it does in Rust: an inherent method comes before all others.

use super::Lower;
use super::scalars::is_of;
use super::statements::{arithmetic, compound, strip};
use crate::ir::{Callee, Op, Operand, Stmt};
use crate::known::{self, Method};
use crate::types::INTEGERS;
use proc_macro2::Ident;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Expr, Member};

impl Lower<'_> {
    /// `x.m(…)`, where `m` is a differentiable method of the type of `x`.
    pub(super) fn own_method(&mut self, m: &syn::ExprMethodCall, out: &mut Vec<Stmt>) -> Option<Operand> {
        let method = self.known_method(&m.receiver, &m.method)?;
        (!method.inert && method.receiver).then(|| self.user_method(m, out))
    }

    /// The parameter of a type with `dyn` in it that an expression names.
    pub(super) fn dyn_receiver(&self, e: &Expr) -> Option<String> {
        let Expr::Path(p) = strip(e) else { return None };
        let name = self.scopes.resolve(p.path.get_ident()?)?;
        let param = self.sig.params.iter().find(|p| p.name == name)?;
        crate::kinds::words_of(&param.ty.to_token_stream()).contains("dyn").then(|| param.shown())
    }

    /// Whether an expression is a call of a method of the user's own.
    pub(super) fn is_own_call(&self, e: &Expr) -> bool {
        matches!(strip(e), Expr::MethodCall(m) if self.known_method(&m.receiver, &m.method).is_some())
    }

    /// `a += b`, where the type of `a` has an operator of its own.
    pub(super) fn own_update(&mut self, b: &syn::ExprBinary, out: &mut Vec<Stmt>) -> Option<()> {
        let name = assigning(&b.op)?;
        known::method_of(&self.type_of(&b.left)?, &name)?;
        let method = crate::tokens::ident(&name, b.op.span());
        let receiver = self.lent_receiver(&b.left, out);
        let (args, functions) = self.arguments([&*b.right], out);
        let (l, op, r) = (super::receiver_tokens(&receiver), &b.op, args.first().map(super::operand_tokens));
        let primal = quote::quote!({ #l #op #r; });
        self.emit(Op::Call { callee: Callee::Method(receiver, method), args, functions, primal }, b.op.span(), out);
        Some(())
    }

    /// `s.config.rate`, where the field `config` carries no gradient. Rustc checks that it has no cotangent.
    pub(super) fn part_of_constant(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Option<proc_macro2::TokenStream> {
        let mut part = strip(e);
        let field = loop {
            match part {
                Expr::Index(i) => part = strip(&i.expr),
                Expr::Field(f) => match self.type_of(&f.base) {
                    Some(owner) if known::field_of(&owner, &f.member.to_token_stream().to_string()).is_some_and(|k| k.inert) => break f,
                    _ => part = strip(&f.base),
                },
                _ => return None,
            }
        };
        let Member::Named(name) = &field.member else { return None };
        if std::ptr::eq(strip(e), part) {
            // the field itself is a place whose cotangent is nothing
            return None;
        }
        let (base, bar) = (self.plain(&field.base), crate::ir::bar(name));
        let check = quote::quote!(|| ::pullback::call::of_constant(&#base, |bar| bar.#bar(), ()));
        self.held("constant", check, proc_macro2::Span::call_site(), out);
        Some(self.plain(e))
    }

    /// Whether a place may hold a whole number, for all that its tokens tell: a field, a variable of unknown type. Then rustc decides.
    pub(super) fn may_be_whole(&self, p: &crate::ir::Place) -> bool {
        use crate::ir::Step;
        let field = p.path.iter().any(|s| matches!(s, Step::Field(_) | Step::Variant(_)));
        let number = |ty: &syn::Type| {
            let words = crate::kinds::words_of(&ty.to_token_stream());
            words.contains("f64") || words.contains("f32")
        };
        let float = self.sig.params.iter().any(|q| q.name == p.base && number(&q.ty));
        field || self.scopes.is_said(&p.base) && !float
    }

    /// Arithmetic on places that may hold whole numbers, where nothing else is allowed.
    pub(super) fn whole_number(&mut self, e: &Expr, out: &mut Vec<crate::ir::Stmt>) -> Option<proc_macro2::TokenStream> {
        Some(match strip(e) {
            Expr::Lit(l) if matches!(l.lit, syn::Lit::Int(_)) => l.to_token_stream(),
            Expr::Unary(u) if matches!(u.op, syn::UnOp::Neg(_)) => {
                let (op, x) = (&u.op, self.whole_number(&u.expr, out)?);
                quote::quote!((#op #x))
            }
            Expr::Binary(b) if arithmetic(&b.op).is_some() => {
                let (x, op, y) = (self.whole_number(&b.left, out)?, &b.op, self.whole_number(&b.right, out)?);
                quote::quote!((#x #op #y))
            }
            e if !self.is_active(e) && super::is_pure(e) => self.plain(e),
            Expr::Call(c) => match &*c.func {
                Expr::Path(p) if is_of(&p.path, INTEGERS) => super::operand_tokens(&self.scalar_function(c, &p.path, out)?),
                _ => return None,
            },
            e if super::is_pure(e) => {
                let p = self.place(e, out).filter(|p| self.may_be_whole(p))?;
                self.whole(&Operand::Place(p), e.span())
            }
            _ => return None,
        })
    }

    /// The tokens of an operand where rustc must see a whole number.
    pub(super) fn whole(&self, o: &Operand, span: proc_macro2::Span) -> proc_macro2::TokenStream {
        match o {
            Operand::Place(p) if self.may_be_whole(p) => {
                let t = &p.tokens;
                quote::quote_spanned!(span=> ::pullback::call::whole(#t))
            }
            other => super::operand_tokens(other),
        }
    }

    /// Whether an expression is a reference to what carries a gradient.
    pub(super) fn borrows(&self, e: &Expr) -> bool {
        match strip(e) {
            Expr::Reference(r) => self.is_active(&r.expr),
            Expr::Path(_) => self.is_active(e) && (self.is_alias(e) || self.is_reference(e)),
            _ => false,
        }
    }

    /// `x.field.m(…)`, where the field carries no gradient.
    pub(super) fn of_constant_field(&mut self, m: &syn::ExprMethodCall) -> Option<Operand> {
        let Expr::Field(f) = strip(&m.receiver) else { return None };
        let (owner, Member::Named(name)) = (self.type_of(&f.base)?, &f.member) else { return None };
        if !known::field_of(&owner, &name.to_string())?.inert || m.args.iter().any(|a| self.is_active(a)) {
            return None;
        }
        let (value, base, bar) = (self.opaque(&Expr::MethodCall(m.clone())), self.plain(&f.base), crate::ir::bar(name));
        let value = super::operand_tokens(&value);
        // rustc checks that the field has no cotangent
        Some(Operand::Const(quote::quote!(::pullback::call::of_constant(&#base, |bar| bar.#bar(), #value))))
    }

    pub(super) fn known_method(&self, receiver: &Expr, name: &Ident) -> Option<Method> {
        let name = name.to_string();
        if let Some(owner) = self.type_of(receiver) {
            if let Some(method) = known::method_of(&owner, &name) {
                return Some(method);
            }
            // a type parameter has the methods of its bounds
            let bounds = self.sig.generics.type_params().filter(|t| t.ident == owner).flat_map(|t| &t.bounds);
            let traits = bounds.filter_map(|b| if let syn::TypeParamBound::Trait(t) = b { t.path.segments.last() } else { None });
            return traits.map(|t| t.ident.to_string()).find_map(|t| known::method_of(&t, &name));
        }
        None
    }

    /// The name of the type of an expression.
    pub(super) fn type_of(&self, e: &Expr) -> Option<String> {
        match strip(e) {
            Expr::Path(p) => match p.path.get_ident() {
                Some(i) => {
                    let Some(name) = self.scopes.resolve(i) else { return known::enum_of(&i.to_string()) };
                    self.named.get(&name.to_string()).cloned().or_else(|| self.type_at(&self.alias_of(&name)?.1))
                }
                None => self.this_or(&p.path.segments.iter().rev().nth(1)?.ident),
            },
            Expr::Reference(r) => self.type_of(&r.expr),
            Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) => self.type_of(&u.expr),
            Expr::Unary(u) if matches!(u.op, syn::UnOp::Neg(_)) => known::method_of(&self.type_of(&u.expr)?, "neg")?.output,
            Expr::Binary(b) => {
                let (op, left, right) = (operator(&b.op)?, self.type_of(&b.left), self.type_of(&b.right));
                let tensor = || [&left, &right].into_iter().flatten().find(|t| super::tensors::is_tensor(t)).cloned();
                left.as_ref().and_then(|l| known::result_of_operator(l, &op, right.as_deref())).or_else(tensor)
            }
            Expr::Lit(l) if matches!(l.lit, syn::Lit::Float(_)) => Some("f64".to_owned()),
            Expr::Field(f) => known::field_of(&self.type_of(&f.base)?, &f.member.to_token_stream().to_string())?.ty,
            // of what is in it: `[V]`
            Expr::Macro(m) if m.mac.path.is_ident("vec") => {
                let elements = &m.mac.tokens;
                self.type_of(&syn::parse2(quote::quote!([#elements])).ok()?)
            }
            Expr::Macro(m) if m.mac.path.segments.last()?.ident == "tensor" => Some("Tensor".to_owned()),
            Expr::Repeat(r) => Some(format!("[{}]", self.type_of(&r.expr)?)),
            Expr::Array(a) => Some(format!("[{}]", self.type_of(a.elems.first()?)?)),
            Expr::Index(i) if !matches!(strip(&i.index), Expr::Range(_)) => {
                let whole = self.type_of(&i.expr)?;
                Some(whole.strip_prefix('[')?.strip_suffix(']')?.to_owned())
            }
            Expr::Range(_) => Some("Range".to_owned()),
            Expr::Struct(s) if s.path.get_ident().is_some_and(|i| known::is_variant(&i.to_string())) => {
                known::enum_of(&s.path.get_ident()?.to_string())
            }
            Expr::Struct(s) => self.this_or(&s.path.segments.last()?.ident),
            Expr::MethodCall(m) => match self.known_method(&m.receiver, &m.method) {
                Some(method) => method.output,
                None => {
                    let same = |owner: &String| (m.method == "clone" && m.args.is_empty()) || super::tensors::is_tensor_method(owner, m);
                    self.type_of(&m.receiver).filter(same)
                }
            },
            Expr::Call(c) => {
                let Expr::Path(p) = strip(&c.func) else { return None };
                let last = &p.path.segments.last()?.ident;
                if let Some(owner) = known::enum_of(&last.to_string()).filter(|_| p.path.segments.len() == 1) {
                    return Some(owner);
                }
                if last.to_string().starts_with(char::is_uppercase) {
                    return self.this_or(last);
                }
                match p.path.segments.iter().rev().nth(1) {
                    Some(owner) if owner.ident.to_string().starts_with(char::is_uppercase) => {
                        let owner = self.this_or(&owner.ident)?;
                        match known::method_of(&owner, &last.to_string()) {
                            Some(method) => method.output,
                            None => {
                                let new = last == "new" && crate::fence::TANGENTLESS.contains(&owner.as_str());
                                (new || super::tensors::is_tensor(&owner)).then_some(owner)
                            }
                        }
                    }
                    _ => known::result_of(&last.to_string()),
                }
            }
            _ => None,
        }
    }

    /// The type at a place, by the steps that lead there.
    pub(super) fn type_at(&self, place: &crate::ir::Place) -> Option<String> {
        use crate::ir::Step;
        let whole = self.named.get(&place.base.to_string())?.clone();
        place.path.iter().try_fold(whole, |ty, step| match step {
            Step::Deref => Some(ty),
            Step::Field(m) => known::field_of(&ty, &m.to_token_stream().to_string())?.ty,
            Step::Index { index, .. } if syn::parse2::<syn::ExprRange>(index.clone()).is_ok() => Some(ty),
            Step::Index { .. } => Some(ty.strip_prefix('[')?.strip_suffix(']')?.to_owned()),
            Step::Variant(crate::ir::Variant::Part(p)) => Some(format!("{ty}::{}", p.segments.last()?.ident)),
            Step::Variant(_) | Step::Inside { .. } => None,
        })
    }

    fn this_or(&self, name: &Ident) -> Option<String> {
        if name == "Self" { self.sig.this_type.clone() } else { Some(name.to_string()) }
    }
}

/// The method of `+=`: `add_assign`.
fn assigning(op: &syn::BinOp) -> Option<String> {
    compound(op).map(|name| format!("{}_assign", name.to_lowercase()))
}

/// The method of `+`: `add`.
fn operator(op: &syn::BinOp) -> Option<String> {
    arithmetic(op).map(str::to_lowercase)
}
