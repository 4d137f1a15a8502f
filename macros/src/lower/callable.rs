//! What a path in call position names: a row of the table, a constructor, a function.
//!
//! Input: the path. Output: yes or no. Invariant: a function of the user's is never taken for one of the table because of its name: a path
//! belongs to the table only if its owner is a scalar, a type parameter, or a type of the libraries that the table speaks of.

use super::Lower;
use super::statements::operand_tokens;
use crate::diagnostics::Message;
use crate::ir::{Operand, Stmt};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, Type};

/// The type or module before the last name: `Vec3` of `Vec3::dot`, `f64` of `<f64>::sin`.
pub(super) fn owner(path: &syn::ExprPath) -> Option<String> {
    let last = |p: &syn::Path| p.segments.last().map(|s| s.ident.to_string());
    match &path.qself {
        Some(q) if q.position == 0 => match &*q.ty {
            Type::Path(t) => last(&t.path),
            _ => None,
        },
        _ => path.path.segments.iter().rev().nth(1).map(|s| s.ident.to_string()),
    }
}

impl Lower<'_> {
    /// Whether the functions of a type are the table's.
    pub(super) fn is_of_table(&self, owner: &str) -> bool {
        let parameter = |g: &syn::TypeParam| g.ident == owner;
        ["f32", "f64", "Real", "Tensor"].contains(&owner)
            || is_matrix(owner)
            || self.sig.generics.type_params().any(parameter)
            || self.sig.outer.iter().any(|g| g == owner)
    }

    /// `Err(e)`: errors carry no gradient.
    pub(super) fn error(&mut self, c: &syn::ExprCall, path: &syn::ExprPath, out: &mut Vec<Stmt>) -> Operand {
        let values = self.sequence(&c.args, out);
        if values.iter().any(|v| self.varied(v)) {
            return self.refuse(c, &Message::ActiveError {});
        }
        let values = values.iter().map(operand_tokens);
        Operand::Const(quote!(#path(#(#values),*)))
    }

    /// `Mul::mul(a, b)`: `a * b`.
    pub(super) fn operator_by_name(&mut self, c: &syn::ExprCall, out: &mut Vec<Stmt>) -> Option<Operand> {
        let Expr::Path(path) = super::statements::strip(&c.func) else { return None };
        let (owner, last) = (owner(path).filter(|_| path.qself.is_none())?, path.path.segments.last()?);
        let (a, b) = (c.args.first()?, c.args.iter().nth(1));
        let tokens = match (owner.as_str(), last.ident.to_string().as_str(), b) {
            ("Add", "add", Some(b)) => quote!((#a) + (#b)),
            ("Sub", "sub", Some(b)) => quote!((#a) - (#b)),
            ("Mul", "mul", Some(b)) => quote!((#a) * (#b)),
            ("Div", "div", Some(b)) => quote!((#a) / (#b)),
            ("Neg", "neg", None) => quote!(-(#a)),
            _ => return None,
        };
        Some(self.rewritten(&tokens, c, out))
    }

    /// `<[f64]>::to_vec(x)`, `Vec::len(&v)`, `Option::unwrap(o)`: the method.
    pub(super) fn method_by_path(&mut self, c: &syn::ExprCall, path: &syn::ExprPath, out: &mut Vec<Stmt>) -> Option<Operand> {
        const OWNERS: &[&str] = &["Vec", "Option", "Result", "Box", "Rc", "Arc", "Clone", "ToOwned", "f64", "f32"];
        let last = path.path.segments.last()?;
        let slice = matches!(path.qself.as_ref().map(|q| &*q.ty), Some(Type::Slice(_) | Type::Array(_)));
        let known = slice || owner(path).is_some_and(|o| OWNERS.contains(&o.as_str()));
        let method = last.ident.to_string();
        let plain = super::calls::INERT.contains(&method.as_str()) || super::calls::COPIES.contains(&method.as_str());
        if !known || !(plain || ["unwrap", "expect", "unwrap_or", "unwrap_or_default"].contains(&method.as_str())) {
            return None;
        }
        let (name, receiver, rest) = (&last.ident, c.args.first()?, c.args.iter().skip(1));
        let receiver = if let Expr::Reference(r) = super::statements::strip(receiver) { &*r.expr } else { receiver };
        Some(self.rewritten(&quote!((#receiver).#name(#(#rest),*)), c, out))
    }

    /// Functions that are there without an import: what they do with a value is known, unless there is one of the user's with that name.
    pub(super) fn prelude(&mut self, c: &syn::ExprCall, path: &syn::ExprPath) -> Option<Operand> {
        let name = path.path.get_ident()?.to_string();
        if !["drop", "size_of_val", "align_of_val"].contains(&name.as_str()) {
            return None;
        }
        if crate::known::is_function(&name) {
            // an import could mean either
            return Some(self.refuse(&c.func, &Message::PreludeName { name }));
        }
        Some(self.opaque(&Expr::Call(c.clone())))
    }

    /// Whether a path that looks like a constructor is a differentiable function.
    pub(super) fn is_function(&self, path: &syn::ExprPath) -> bool {
        path.path.segments.last().is_some_and(|s| crate::known::is_function(&s.ident.to_string()))
    }
}

/// A constructor's value. Rustc checks by a pattern that a name alone is a constructor: what a function makes of its arguments nobody knows.
pub(super) fn constructed(path: &syn::Path, value: TokenStream) -> TokenStream {
    match path.get_ident() {
        Some(name) if !["Some", "Ok", "Err", "Self"].iter().any(|known| name == known) => {
            quote!(::pullback::call::made(#value, |it| match it { #name(..) => {} _ => {} }))
        }
        _ => value,
    }
}

/// Whether a name is that of a matrix of nalgebra's.
pub(super) fn is_matrix(name: &str) -> bool {
    const STEMS: &[&str] =
        &["Matrix", "Vector", "RowVector", "SMatrix", "SVector", "RowSVector", "OMatrix", "OVector", "DMatrix", "DVector", "RowDVector"];
    let dimension = |c: char| c.is_ascii_digit() || c == 'X';
    let stem = name.split(dimension).next().unwrap_or_default();
    let rest = &name[stem.len()..];
    STEMS.contains(&stem) && rest.chars().all(|c| dimension(c) || c == 'x')
}
