//! `f::jacobian`: the matrix of all partial derivatives, by one reverse sweep a row.
//!
//! Input: a signature. Output: an associated function. Invariant: rows are the entries of the result, columns those of the active parameters in their order.

use super::{Entry, with_bound};
use proc_macro2::TokenStream;
use quote::quote;

impl Entry<'_> {
    /// Nothing for functions with `&mut` parameters.
    pub(super) fn jacobian(&self) -> TokenStream {
        if self.sig.exclusive().next().is_some() {
            return quote!();
        }
        let (vis, params, gradient, output) = (self.vis(), &self.params, &self.gradient, &self.sig.output);
        let mut clause = self.sig.generics_with(&[]).1;
        let tangent = crate::emit::tangent_type(output);
        for ty in [&tangent, gradient] {
            let bound = quote!(#ty: ::pullback::call::Entries<ListedBy>);
            clause = if clause.is_empty() { quote!(where #bound) } else { with_bound(&clause, &bound) };
        }
        let generics = self.sig.generics_with(&[quote!(ListedBy)]).0;
        let doc = format!(
            "The Jacobian of `{}`: one row for each entry of its result, one column for each entry of {}, in order. One reverse sweep a row.",
            self.sig.name, self.list
        );
        let call = self.by_vjp();
        let value = self.sig.result();
        quote! {
            #[doc = #doc]
            #vis fn jacobian #generics (#(#params),*) -> ::pullback::nalgebra::DMatrix<f64> #clause {
                let (value, pullback) = #call;
                ::pullback::call::jacobian(<#value as ::pullback::Differentiable>::zero_tangent(&value), pullback)
            }
        }
    }
}
