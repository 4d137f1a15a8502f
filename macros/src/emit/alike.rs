//! Methods named alike: `sigmoid` of a number is the run time's, unless a trait of the user's has another under that name.
//!
//! Input: a body. Output: what brings our methods into scope, if it calls one. Invariant: a program compiles only if it means ours, since beside a user's
//! that fits as well rustc finds the call ambiguous; its derivative would not be ours.
//!
//!     trait Act { fn sigmoid(self) -> f64; }      x.sigmoid()   →   error: multiple applicable items in scope
//!
//! rustc takes the first kind that fits, by value or by reference, so that one body has only the one kind in scope: `__push` ours by value, `__split`
//! and the gate's copy, in which receivers are as the user wrote them, ours by reference.

use proc_macro2::TokenStream;
use quote::quote;

/// What the standard library's numbers have no methods for.
pub(crate) const NAMES: [&str; 8] = ["square", "erf", "sigmoid", "relu", "gelu", "silu", "softplus", "leaky_relu"];

/// Ours by value.
pub(super) fn by_value(body: &TokenStream) -> TokenStream {
    imported(body, &quote!(Real))
}

/// Ours by reference.
pub(super) fn by_reference(body: &TokenStream) -> TokenStream {
    imported(body, &quote!(gate::NamedAlike))
}

fn imported(body: &TokenStream, ours: &TokenStream) -> TokenStream {
    let calls = crate::tokens::calls_method(body, &|method| NAMES.iter().any(|name| method == name));
    if calls { quote!(use ::pullback::#ours as _;) } else { TokenStream::new() }
}
