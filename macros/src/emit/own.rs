//! Rules of the user's own types: an operator, or a method named like a row of the table, with the attribute on its `impl` block.
//!
//! Input: the signature of the method and the type it is of. Output: an implementation of `Rule1` or `Rule2` that calls the method's hidden forms.
//! Invariant: a caller names the operation by its row, and rustc finds the rule by the type: the table's for a library's type, this one for the user's.
//!
//!     #[differentiable] impl Vec3 { fn dot(&self, o: &Vec3) -> f64 { … } }      →      impl Rule2<op::dot, (), Vec3, f64> for Vec3 { … }

use crate::ir::Param;
use crate::ops::Row;
use crate::signature::{Home, Signature, behind, elided};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Generics, Type};

/// A method, and what is known of it.
pub(crate) struct Own<'a> {
    pub(crate) sig: &'a Signature,
    pub(crate) row: &'a Row,
    /// The generics of the `impl` block.
    pub(crate) generics: &'a Generics,
    /// The type behind the receiver.
    pub(crate) ty: &'a Type,
    /// What the hidden forms are called by: `Self::__split_dot`, `<add>::__split`.
    pub(crate) forms: [TokenStream; 2],
}

impl Own<'_> {
    /// The implementation; nothing where the method is not of the row's kind.
    pub(crate) fn rule(&self) -> TokenStream {
        let params = &self.sig.params;
        let plain = self.sig.home == Home::Free || self.sig.generics.params.iter().all(|g| matches!(g, syn::GenericParam::Lifetime(_)));
        let exclusive = params.iter().any(|p| p.exclusive.is_some());
        let borrowed = params[self.row.operands.min(params.len())..].iter().any(|p| p.active || p.shared.is_some());
        let opaque = crate::fence::is_opaque(&self.sig.output) || self.sig.returns_nothing();
        if !plain || exclusive || borrowed || opaque || params.len() != self.row.operands + self.row.params {
            return quote!();
        }
        let (marker, ty, result) = (crate::tokens::ident(self.row.name, Span::call_site()), self.ty, peeled(&self.sig.output));
        let (imp, _, clause) = self.generics.split_for_impl();
        let more: Vec<TokenStream> = params[self.row.operands..].iter().map(|p| p.ty.to_token_stream()).collect();
        let more = quote!((#(#more,)*));
        let of = |t: &Type| quote!(<#t as ::pullback::Differentiable>::Tangent);
        let (z, z_bar) = (quote!(::pullback::rule::Kept<'_, #result>), of(&result));
        let x = quote!(x: ::pullback::rule::Kept<'_, Self>);
        let x_bar = quote!(<Self as ::pullback::Differentiable>::Tangent);
        let items = if self.row.operands == 1 {
            let (pull, push) = (self.pull(0), self.push(0));
            quote! {
                fn pull(#x, p: &#more, _: #z, z_bar: &#z_bar, bar: &mut #x_bar) { #pull }
                fn push(#x, p: &#more, _: #z, dot: &#x_bar) -> #z_bar { #push }
            }
        } else {
            let r = peeled(&params[1].ty);
            let (y, y_bar) = (quote!(y: ::pullback::rule::Kept<'_, #r>), of(&r));
            let (pull_lhs, pull_rhs, push_lhs, push_rhs) = (self.pull(0), self.pull(1), self.push(0), self.push(1));
            quote! {
                fn pull_lhs(#x, #y, p: &#more, _: #z, z_bar: &#z_bar, bar: &mut #x_bar) { #pull_lhs }
                fn pull_rhs(#x, #y, p: &#more, _: #z, z_bar: &#z_bar, bar: &mut #y_bar) { #pull_rhs }
                fn push_lhs(#x, #y, p: &#more, _: #z, dot: &#x_bar) -> #z_bar { #push_lhs }
                fn push_rhs(#x, #y, p: &#more, _: #z, dot: &#y_bar) -> #z_bar { #push_rhs }
            }
        };
        let arguments = match params.get(1).filter(|_| self.row.operands == 2) {
            Some(p) => {
                let r = peeled(&p.ty);
                quote!(::pullback::rule::Rule2<::pullback::op::#marker, #more, #r, #result>)
            }
            None => quote!(::pullback::rule::Rule1<::pullback::op::#marker, #more, #result>),
        };
        quote! {
            #[automatically_derived]
            #[allow(unused, clippy::all, clippy::pedantic, clippy::nursery)]
            impl #imp #arguments for #ty #clause { #items }
        }
    }

    /// The values of the arguments.
    fn values(&self) -> Vec<TokenStream> {
        let value = |(k, p): (usize, &Param)| {
            if k >= self.row.operands {
                let index = syn::Index::from(k - self.row.operands);
                return quote!(::core::clone::Clone::clone(&p.#index));
            }
            let value = format_ident!("{}", ["x", "y"][k]);
            if p.shared.is_some() { quote!(#value.value()) } else { quote!(::core::clone::Clone::clone(#value.value())) }
        };
        self.sig.params.iter().enumerate().map(value).collect()
    }

    /// `lends[k]` for the operand `operand`, what is absent for all others.
    fn lent(&self, operand: usize, lent: &TokenStream) -> (Vec<TokenStream>, Vec<TokenStream>) {
        let all = 0..self.sig.params.len();
        let acts = all.clone().map(|k| if k == operand { quote!(::pullback::On) } else { quote!(::pullback::Off) });
        let lends = all.map(|k| {
            let wanted = k == operand && self.sig.params[k].active;
            let value = if wanted { lent.clone() } else { quote!(::pullback::call::Absent) };
            quote!(::pullback::call::Lend::lend(#value))
        });
        (acts.collect(), lends.collect())
    }

    fn pull(&self, operand: usize) -> TokenStream {
        if !self.sig.params[operand].active {
            return quote!();
        }
        let (split, values, (acts, lends)) = (&self.forms[0], self.values(), self.lent(operand, &quote!(bar)));
        let value = format_ident!("{}", ["x", "y"][operand]);
        let again = (0..values.len()).map(|k| {
            let value =
                if k < self.row.operands { format_ident!("{}", ["x", "y"][k]) } else { return quote!(::pullback::call::Lend::lend(())) };
            quote!(::pullback::call::Lend::lend(#value.value()))
        });
        quote! {
            ::pullback::call::prepare(#value.value(), bar);
            let (_, pullback) = #split(#(#values,)* (#(#acts,)*));
            pullback(::core::clone::Clone::clone(z_bar), (#(#again,)*), (#(#lends,)*));
        }
    }

    fn push(&self, operand: usize) -> TokenStream {
        if !self.sig.params[operand].active {
            return quote!(::pullback::Tangent::zero());
        }
        let (push, values, (acts, lends)) = (&self.forms[1], self.values(), self.lent(operand, &quote!(dot)));
        quote!(#push(#(#values,)* (#(#acts,)*), (#(#lends,)*)).1)
    }
}

/// A type behind its references, its lifetimes elided.
fn peeled(ty: &Type) -> Type {
    elided(behind(ty))
}
