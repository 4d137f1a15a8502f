//! The compiler of **pullback**: `#[differentiable]` and `#[derive(Differentiable)]`.
//!
//! Input: an item's tokens. Output: the item as it was written, and its derivatives beside it. Invariant: never a panic; on an error
//! the item is still there, with a stub of its companion, so that one mistake gives one message.
#![forbid(unsafe_code)]
#![allow(rustdoc::invalid_rust_codeblocks, reason = "the examples at the head of a pass are of the intermediate representation")]

use proc_macro::TokenStream;

#[macro_use]
mod elementary;

mod activity;
mod assertions;
mod attr;
mod blocks;
mod callees;
mod certain;
mod chains;
mod conditions;
mod definite;
mod derive;
mod diagnostics;
mod driver;
mod emit;
mod exits;
mod fence;
mod fold;
mod formula;
mod forward;
mod functions;
mod fuse;
mod graph;
mod groups;
mod hygiene;
mod indices;
mod ir;
mod kinds;
mod known;
mod literals;
mod loops;
mod lower;
mod operators;
mod ops;
mod proofs;
mod report;
mod reverse;
mod save;
mod scope;
mod signature;
mod tbr;
#[cfg(test)]
mod tests;
mod tokens;
mod types;
mod unbound;

#[doc = include_str!("docs/differentiable.md")]
#[proc_macro_attribute]
pub fn differentiable(options: TokenStream, item: TokenStream) -> TokenStream {
    let item = proc_macro2::TokenStream::from(item);
    guarded(item.clone(), || driver::differentiable(options.into(), item)).into()
}

#[doc = include_str!("docs/derive.md")]
#[proc_macro_derive(Differentiable, attributes(constant))]
pub fn derive_differentiable(item: TokenStream) -> TokenStream {
    let item = syn::parse_macro_input!(item as syn::DeriveInput);
    guarded(proc_macro2::TokenStream::new(), || derive::derive(item)).into()
}

/// A net, in which no test has found anything: where the compiler itself fails, the user's item stays, and the error says whose it is.
fn guarded(kept: proc_macro2::TokenStream, expand: impl FnOnce() -> proc_macro2::TokenStream) -> proc_macro2::TokenStream {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(expand)).unwrap_or_else(|panic| {
        let what = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
        let failed = diagnostics::failed(what.unwrap_or("no reason given"));
        quote::quote!(#kept #failed)
    })
}

#[doc = include_str!("docs/assert_gradient.md")]
#[proc_macro]
pub fn assert_gradient(tokens: TokenStream) -> TokenStream {
    assertions::expand(tokens.into(), true).into()
}

#[doc = include_str!("docs/assert_no_gradient.md")]
#[proc_macro]
pub fn assert_no_gradient(tokens: TokenStream) -> TokenStream {
    assertions::expand(tokens.into(), false).into()
}
