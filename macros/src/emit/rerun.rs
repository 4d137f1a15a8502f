//! Forms whose pullback runs something again: `checkpoint`, and the user's own rules.
//!
//! Input: a signature. Output: what keeps the inputs at the call, and what brings them back. Invariant: what runs on the way back sees the inputs as
//! they were at the call; references are those that the caller lends again.
//!
//!     #[differentiable(vjp = g_vjp)] fn g(x: f64) -> f64        →        let (result, pull) = g_vjp(x);    …    x_bar += pull(result_bar)

use super::Derived;
use super::types::tangent_type;
use crate::ir::{Param, bar, dot};
use crate::signature::{Signature, elided};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

fn kept(p: &Param) -> Ident {
    format_ident!("{}_kept", p.name)
}

impl Derived<'_> {
    /// Keeps what the caller will not lend again.
    pub(super) fn inputs_kept(&self) -> TokenStream {
        let each = self.sig.params.iter().filter(|p| p.shared.is_none()).map(|p| {
            let (name, kept) = (&p.name, kept(p));
            match p.exclusive {
                Some(_) => quote!(let #kept = ::std::borrow::ToOwned::to_owned(&*#name);),
                None => quote!(let #kept = ::core::clone::Clone::clone(&#name);),
            }
        });
        quote!(#(#each)*)
    }

    /// The inputs under their names, as they were.
    pub(super) fn inputs_again(&self) -> TokenStream {
        let each = self.sig.params.iter().filter(|p| p.shared.is_none()).map(|p| {
            let (name, kept, ty) = (&p.name, kept(p), elided(&p.ty));
            let mutable = p.mutable.then(|| quote!(mut));
            match p.exclusive {
                Some(_) => {
                    let again = format_ident!("{}_again", name);
                    quote!(let mut #again = ::core::clone::Clone::clone(&#kept); let #name: #ty = &mut #again;)
                }
                None => quote!(let #mutable #name: #ty = ::core::clone::Clone::clone(&#kept);),
            }
        });
        quote!(#(#each)*)
    }

    /// The arguments of a function with the same parameters.
    fn arguments(&self) -> Vec<TokenStream> {
        let each = self.sig.params.iter().map(|p| {
            let name = &p.name;
            if p.exclusive.is_some() { quote!(&mut *#name) } else { quote!(#name) }
        });
        each.collect()
    }

    /// A call of the user's function.
    pub(super) fn primal(&self) -> TokenStream {
        let (name, args) = (&self.sig.name, self.arguments());
        if self.sig.associated { quote!(Self::#name(#(#args),*)) } else { quote!(#name(#(#args),*)) }
    }

    /// What a rule does at the call, and on the way back. Without references its own pullback is kept; with them it would borrow
    /// what they refer to, so that the rule runs on the way back.
    pub(super) fn by_rule(&self, vjp: &syn::Path) -> (TokenStream, TokenStream) {
        let (args, pull) = (self.arguments(), self.pull_by_rule());
        if self.sig.params.iter().all(|p| p.shared.is_none() && p.exclusive.is_none()) {
            return (quote!(let (result, pull) = #vjp(#(#args),*);), pull);
        }
        let (kept, again, call) = (self.inputs_kept(), self.inputs_again(), self.primal());
        (quote!(#kept let result = #call;), quote!(#again let (_, pull) = #vjp(#(#args),*); #pull))
    }

    /// `x_bar += pull(result_bar)`, for each parameter.
    fn pull_by_rule(&self) -> TokenStream {
        let bars = self.sig.exclusive().map(|p| {
            let bar = bar(&p.name);
            quote!(&mut *#bar)
        });
        let seed = (!self.sig.returns_nothing()).then(|| quote!(result_bar));
        let cotangents = seed.into_iter().chain(bars);
        let (names, adds) = self.gradients();
        quote!(let #names = pull(#(#cotangents),*); #(#adds)*)
    }

    /// A pattern for what a pullback returns, and what adds it to the cotangents.
    fn gradients(&self) -> (TokenStream, Vec<TokenStream>) {
        let returned: Vec<&Param> = self.sig.active().map(|(_, p)| p).filter(|p| p.exclusive.is_none()).collect();
        let names: Vec<Ident> = returned.iter().map(|p| format_ident!("{}_grad", p.name)).collect();
        let adds = returned.iter().zip(&names).map(|(p, name)| {
            let bar = bar(&p.name);
            quote!(::pullback::call::add(&mut *#bar, #name);)
        });
        (super::entries::bare(names.iter().map(|n| quote!(#n)).collect()), adds.collect())
    }

    /// `result` and `result_dot` from the user's `jvp`, or row by row from the `vjp`.
    pub(super) fn push_by_rule(&self, vjp: &syn::Path, jvp: Option<&syn::Path>) -> TokenStream {
        let args = self.arguments();
        let Some(jvp) = jvp else {
            let (names, _) = self.gradients();
            let terms = self.sig.active().map(|(_, p)| {
                let (grad, dot) = (format_ident!("{}_grad", p.name), dot(&p.name));
                quote!(+ ::pullback::Tangent::dot(&#grad, &::pullback::call::own(&*#dot)))
            });
            return quote! {
                let (result, pull) = #vjp(#(#args),*);
                let result_dot = ::pullback::call::push_by_rows(&result, |result_bar| { let #names = pull(result_bar); 0.0 #(#terms)* });
            };
        };
        let (receiver, rest) = args.split_at(usize::from(self.sig.method));
        let primals = super::entries::bare(rest.to_vec());
        let dots = self.sig.active().map(|(_, p)| {
            let dot = dot(&p.name);
            match (&p.shared, &p.exclusive) {
                (Some(_), _) => quote!(&*#dot),
                (_, Some(_)) => quote!(&mut *#dot),
                _ => quote!(::core::clone::Clone::clone(&*#dot)),
            }
        });
        let dots = super::entries::bare(dots.collect());
        let tangent = tangent_type(&self.sig.output);
        let output = &self.sig.output;
        quote!(let (result, result_dot): (#output, #tangent) = #jvp(#(#receiver,)* #primals, #dots);)
    }
}

/// Whether a rule for reverse mode alone serves forward mode, too: row by row.
pub(crate) fn has_rows(sig: &Signature) -> bool {
    sig.exclusive().next().is_none() && !sig.returns_nothing()
}
