//! `Clone`, `PartialEq` and `Debug` of a tangent type with type parameters.
//!
//! Input: the struct. Output: the three implementations. Invariant: they ask nothing of a type parameter: what a tangent holds has them, because
//! it is a `Tangent` itself. (`#[derive(Clone)]` would ask `T: Clone`.)

use super::Shape;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Generics, Member};

impl Shape<'_> {
    pub(super) fn plain_traits(&self, generics: &Generics) -> TokenStream {
        let (tangent, (imp, ty, clause)) = (&self.tangent, generics.split_for_impl());
        let shown = tangent.to_string();
        let m: Vec<&Member> = self.active().map(|f| &f.member).collect();
        let names: Vec<String> = m.iter().map(|m| m.to_token_stream().to_string()).collect();
        let cloned = self.filled(|f| {
            let m = &f.member;
            quote!(::core::clone::Clone::clone(&self.#m))
        });
        quote! {
            #[automatically_derived]
            impl #imp ::core::clone::Clone for #tangent #ty #clause {
                #[inline]
                fn clone(&self) -> Self { #cloned }
            }
            #[automatically_derived]
            impl #imp ::core::cmp::PartialEq for #tangent #ty #clause {
                #[inline]
                fn eq(&self, other: &Self) -> bool { let _ = other; true #(&& self.#m == other.#m)* }
            }
            #[automatically_derived]
            impl #imp ::core::fmt::Debug for #tangent #ty #clause {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.debug_struct(#shown)#(.field(#names, &self.#m))*.finish()
                }
            }
        }
    }
}
