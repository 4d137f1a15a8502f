//! Lowering of `Box`, `Rc` and `Arc`: what makes them and what copies them.
//!
//! Input: calls of their associated functions. Output: a value that is built of one part, or a copy. Invariant: what is behind a shared pointer never
//! changes, so that a clone of it is a value by itself.
//!
//!     Box::new(x * y)      →      t1 = x * y; t2 = Box::new(t1)        % the cotangent of t1 is what that of t2 points to

use super::Lower;
use super::statements::operand_tokens;
use crate::ir::{Op, Operand, Place, Slot, Stmt};
use quote::quote;
use syn::spanned::Spanned;

/// The pointers that own what they point to.
const POINTERS: &[&str] = &["Box", "Rc", "Arc"];

impl Lower<'_> {
    /// `Box::new(x)`, `Rc::clone(&p)`, `Clone::clone(&x)`.
    pub(super) fn pointer(&mut self, owner: &str, c: &syn::ExprCall, path: &syn::Path, out: &mut Vec<Stmt>) -> Option<Operand> {
        let name = path.segments.last()?.ident.to_string();
        let [arg] = &c.args.iter().collect::<Vec<_>>()[..] else { return None };
        match name.as_str() {
            "new" if POINTERS.contains(&owner) => {
                Some(self.build(None, vec![(Slot::Pointee, *arg)], c.span(), |parts| quote!(#path(#(#parts),*)), out))
            }
            "clone" if POINTERS.contains(&owner) || owner == "Clone" => {
                let value = self.value(arg, out);
                let t = operand_tokens(&value);
                let Some(place) = value.place().cloned() else { return Some(Operand::Const(quote!(#path(#t)))) };
                let op = Op::Copy(Operand::Place(Place { tokens: quote!(#path(#t)), ..place }));
                Some(self.emit(op, c.span(), out))
            }
            _ => None,
        }
    }

    /// `x.into_boxed_slice()`.
    pub(super) fn boxed(&mut self, m: &syn::ExprMethodCall, out: &mut Vec<Stmt>) -> Option<Operand> {
        if m.method != "into_boxed_slice" || !m.args.is_empty() {
            return None;
        }
        let (dot, method) = (&m.dot_token, &m.method);
        let parts = vec![(Slot::Pointee, &*m.receiver)];
        Some(self.build(None, parts, m.span(), |parts| quote!(#(#parts)* #dot #method()), out))
    }
}
