//! Methods named alike: `sigmoid` of a number is the run time's, unless a trait of the user's has another under that name.
//!
//! Input: a body. Output: what brings our methods into scope, if it calls one. Invariant: a program compiles only if it means ours, since beside a user's
//! that fits as well rustc finds the call ambiguous; its derivative would not be ours.
//!
//!     trait Act { fn sigmoid(self) -> f64; }      x.sigmoid()   →   error: multiple applicable items in scope
//!
//! rustc takes the first kind that fits, by value or by reference, so that one body has only the one kind in scope: `__push` ours by value, `__split`
//! and the gate's copy, in which receivers are as the user wrote them, ours by reference.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

/// What the standard library's numbers have no methods for.
const NAMES: [&str; 8] = ["square", "erf", "sigmoid", "relu", "gelu", "silu", "softplus", "leaky_relu"];

/// Ours by value.
pub(super) fn by_value(body: &TokenStream) -> TokenStream {
    if calls(body) {
        quote!(
            use ::pullback::Real as _;
        )
    } else {
        TokenStream::new()
    }
}

/// Ours by reference.
pub(super) fn by_reference(body: &TokenStream) -> TokenStream {
    if calls(body) {
        quote!(
            use ::pullback::gate::NamedAlike as _;
        )
    } else {
        TokenStream::new()
    }
}

fn calls(body: &TokenStream) -> bool {
    let mut dot = false;
    body.clone().into_iter().any(|tree| {
        let after = std::mem::replace(&mut dot, matches!(&tree, TokenTree::Punct(p) if p.as_char() == '.'));
        match tree {
            TokenTree::Ident(i) => after && NAMES.iter().any(|name| i == name),
            TokenTree::Group(g) => calls(&g.stream()),
            _ => false,
        }
    })
}
