//! The one sink for messages.
//!
//! Input: a span, a problem, a remedy. Output: `compile_error!`s, all of them together.
//! Invariant: a sink is emptied before it is dropped; no other file writes a message.

use proc_macro2::{Span, TokenStream};
use std::cell::RefCell;

/// Collects messages; several mistakes in one function are reported together.
#[derive(Default)]
pub(crate) struct Sink(RefCell<Vec<syn::Error>>);

impl Sink {
    /// Reports a problem and what to write instead.
    pub(crate) fn report(&self, span: Span, problem: &str, remedy: &str) {
        let mut messages = self.0.borrow_mut();
        let text = format!("{problem}\nhelp: {remedy}");
        if !messages.iter().any(|m| m.to_string() == text) {
            messages.push(syn::Error::new(span, text));
        }
    }

    /// Takes over an error of the parser.
    pub(crate) fn take(&self, error: syn::Error) {
        self.0.borrow_mut().push(error);
    }

    /// Whether nothing was reported.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    /// Forgets everything: lowering runs again with more known.
    pub(crate) fn clear(&self) {
        self.0.borrow_mut().clear();
    }

    /// All messages as tokens.
    pub(crate) fn finish(self) -> TokenStream {
        self.0.into_inner().iter().map(syn::Error::to_compile_error).collect()
    }
}

/// The message for `#[derive(Differentiable)]` on a union.
pub(crate) fn union(name: &proc_macro2::Ident) -> String {
    format!("a union has no tangent: nothing says which field of `{name}` holds a value\nhelp: make it an enum")
}
