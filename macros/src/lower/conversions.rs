//! Conversions between sequences, and between precisions: `into`, `try_into`, `Vec::from`, `into_boxed_slice`.
//!
//! Input: the call. Output: a copy, whose tangent is converted as the value is. Invariant: the pair of types is one of those whose conversion moves entries and
//! does nothing else; `pullback::call::Converts` says which.
//!
//!     let a: [f64; 2] = x[..2].try_into().unwrap();        →        a = copy of x[..2]

use super::Lower;
use super::statements::{operand_tokens, strip};
use crate::ir::{Op, Operand, Place, Step, Stmt};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned;
use syn::{Expr, ExprCall, ExprMethodCall};

impl Lower<'_> {
    /// `x.into()`, `x.try_into()`, `x.into_boxed_slice()`, `x.into_vec()`.
    pub(super) fn conversion(&mut self, m: &ExprMethodCall, out: &mut Vec<Stmt>) -> Option<Operand> {
        if !is_conversion(m) {
            return None;
        }
        let x = self.receiver(&m.receiver, out);
        let (t, dot, method) = (operand_tokens(&x), &m.dot_token, &m.method);
        Some(self.converted(&x, quote!(#t #dot #method()), m.span(), out))
    }

    /// `x.try_into().unwrap()`: one conversion, whose type is that of the result.
    pub(super) fn unwrapped_conversion(&mut self, m: &ExprMethodCall, out: &mut Vec<Stmt>) -> Option<Operand> {
        let (dot, method, args) = (&m.dot_token, &m.method, self.plain(&m.args));
        let unwrap = quote!(#dot #method(#args));
        let (x, tokens) = match strip(&m.receiver) {
            Expr::MethodCall(inner) if inner.method == "try_into" && inner.args.is_empty() => {
                let x = self.receiver(&inner.receiver, out);
                let (t, dot, method) = (operand_tokens(&x), &inner.dot_token, &inner.method);
                (x, quote!(#t #dot #method()))
            }
            Expr::Call(c) => {
                let f = converting(c, "try_from")?;
                let x = self.value(&c.args[0], out);
                let t = operand_tokens(&x);
                (x, quote!(#f(#t)))
            }
            _ => return None,
        };
        Some(self.converted(&x, quote!(#tokens #unwrap), m.span(), out))
    }

    /// `Vec::from(x)`, `Box::from(x)`, `<[f64; 2]>::try_from(x)`.
    pub(super) fn converting_call(&mut self, c: &ExprCall, out: &mut Vec<Stmt>) -> Option<Operand> {
        let f = converting(c, "from").or_else(|| converting(c, "try_from"))?;
        let x = self.value(&c.args[0], out);
        let t = operand_tokens(&x);
        Some(self.converted(&x, quote!(#f(#t)), c.span(), out))
    }

    /// The value that a conversion yields.
    pub(super) fn converted(&mut self, x: &Operand, tokens: TokenStream, span: Span, out: &mut Vec<Stmt>) -> Operand {
        let Some(place) = x.place() else { return Operand::Const(tokens) };
        let t = crate::ir::reference(&operand_tokens(x));
        let from = self.held("from", quote!(::pullback::call::converted_from(#t)), span, out);
        let tokens = quote!(::pullback::call::converted(#from, #tokens));
        // of another type than what it is made of
        let place = place.then(Step::Deref, Clone::clone).then(Step::Deref, |_| tokens.clone());
        self.emit(Op::Copy(Operand::Place(Place { source: None, ..place })), span, out)
    }
}

/// Whether a method converts its receiver.
pub(super) fn is_conversion(m: &ExprMethodCall) -> bool {
    m.args.is_empty() && ["into", "try_into", "into_boxed_slice", "into_vec"].iter().any(|n| m.method == n)
}

/// The function of a call that converts into a sequence by the name of its type.
fn converting(c: &ExprCall, name: &str) -> Option<TokenStream> {
    let Expr::Path(p) = strip(&c.func) else { return None };
    let mut names = p.path.segments.iter().rev();
    if c.args.len() != 1 || names.next()?.ident != name {
        return None;
    }
    let array = matches!(p.qself.as_ref().map(|q| &*q.ty), Some(syn::Type::Array(_)));
    let known = names.next().is_some_and(|s| ["Vec", "Box", "Rc", "Arc"].iter().any(|n| s.ident == n));
    (array || known).then(|| quote!(#p))
}
