//! What tokens say.
//!
//! Input: tokens. Output: yes or no, or their text. Invariant: groups are looked into, spaces do not count.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;

/// Whether tokens mention a name.
pub(crate) fn mentions(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|t| match t {
        TokenTree::Ident(i) => i == name,
        TokenTree::Group(g) => mentions(&g.stream(), name),
        _ => false,
    })
}

/// The text without spaces, which are rustc's affair.
pub(crate) fn unspaced(tokens: &(impl ToTokens + ?Sized)) -> String {
    tokens.to_token_stream().to_string().replace(' ', "")
}

/// `()`.
pub(crate) fn is_unit(tokens: &TokenStream) -> bool {
    unspaced(tokens) == "()"
}

/// Whether a call is of this path, as generated code writes it.
pub(crate) fn calls(c: &syn::ExprCall, path: &str) -> bool {
    unspaced(&c.func) == path
}
