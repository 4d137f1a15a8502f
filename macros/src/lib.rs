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
mod chains;
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
mod graph;
mod groups;
mod hygiene;
mod ir;
mod kinds;
mod literals;
mod loops;
mod lower;
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
mod types;

/// Gives a function derivatives: `f::grad`, `f::value_and_grad`, `f::vjp`, `f::jvp`, `f::backward`, `f::graph`.
///
/// On an `impl` block or a method `m`: `m_grad`, `m_value_and_grad`, `m_vjp`, `m_jvp` beside it.
///
/// Options: `wrt(a, b)` names the active parameters; `dump` prints the intermediate representation after each pass; `report` says, as a
/// warning, what is kept between the sweeps, what is run again, what is left out and why.
/// `#[constant]` on a parameter says that no gradient with respect to it is wanted.
#[proc_macro_attribute]
pub fn differentiable(options: TokenStream, item: TokenStream) -> TokenStream {
    driver::differentiable(options.into(), item.into()).into()
}

/// Gives a struct or enum a tangent type, `FooTangent`, with the same field names.
///
/// Integer-like fields, and those marked `#[constant]`, have no counterpart in it.
#[proc_macro_derive(Differentiable, attributes(constant))]
pub fn derive_differentiable(item: TokenStream) -> TokenStream {
    derive::derive(syn::parse_macro_input!(item as syn::DeriveInput)).into()
}

/// Holds, at compile time, if the companion of a function has code for the gradient with respect to a parameter; else it is an error.
///
/// ```ignore
/// assert_gradient!(loss, weights);
/// ```
#[proc_macro]
pub fn assert_gradient(tokens: TokenStream) -> TokenStream {
    assertions::expand(tokens.into(), true).into()
}

/// Holds, at compile time, if no gradient with respect to a parameter exists in the program; else it is an error.
///
/// ```ignore
/// assert_no_gradient!(loss, labels);
/// ```
#[proc_macro]
pub fn assert_no_gradient(tokens: TokenStream) -> TokenStream {
    assertions::expand(tokens.into(), false).into()
}
