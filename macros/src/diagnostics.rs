//! The one sink for messages.
//!
//! Input: a [`Message`] and the tokens it is about. Output: `compile_error!`s and warnings, all of them together, on the user's tokens.
//! Invariant: no other file writes a message; what is reported twice about the same tokens is said once.
//!
//! Stable Rust lets a macro say errors (`compile_error!`) but no warnings. The known way is taken: a use, at the user's span, of a constant
//! that is deprecated, with the message as its note.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use std::cell::RefCell;

mod messages;

pub(crate) use messages::{Level, Message};

/// The tokens that a message is about: the first and the last.
#[derive(Clone, Copy)]
pub(crate) struct At {
    start: Span,
    end: Span,
}

impl From<Span> for At {
    fn from(span: Span) -> At {
        At { start: span, end: span }
    }
}

impl<T: ToTokens> From<&T> for At {
    fn from(tokens: &T) -> At {
        let mut spans = tokens.to_token_stream().into_iter().map(|t| t.span());
        let start = spans.next().unwrap_or_else(Span::call_site);
        At { start, end: spans.last().unwrap_or(start) }
    }
}

/// The error of a compiler that has failed: `what` it says of itself.
pub(crate) fn failed(what: &str) -> TokenStream {
    let text = format!("pullback has failed here, and the mistake is its own: {what}\nhelp: take the attribute away, and report the item");
    quote!(::core::compile_error!(#text);)
}

/// Collects messages; several mistakes in one function are reported together.
#[derive(Default)]
pub(crate) struct Sink(RefCell<Vec<Found>>);

/// A message that was reported.
struct Found {
    level: Level,
    /// What tells it from others: its place and text.
    key: (String, String),
    /// A message as an item; a warning still waits for a place that admits items.
    tokens: TokenStream,
    /// What is said only if rustc has nothing to say of the user's function.
    late: Option<(Span, String)>,
}

impl Sink {
    /// Reports what was found at some tokens.
    pub(crate) fn say(&self, at: impl Into<At>, message: &Message) {
        let (at, level, text) = (at.into(), message.level(), message.to_string());
        let tokens = match level {
            Level::Error => compile_error(at, &text),
            Level::Warning => warning(at.start, message.name(), &text),
        };
        self.keep(level, at, text, tokens);
    }

    /// An error that holds unless the type's tangent is empty, which only the type checker knows.
    pub(crate) fn say_if_active(&self, at: &Ident, ty: &syn::Type, message: &Message) {
        let (span, text) = (at.span(), message.to_string());
        let ty = crate::signature::elided(ty);
        let condition = quote!(::core::mem::size_of::<<#ty as ::pullback::Differentiable>::Tangent>() != 0);
        let panic = panic(span, &text);
        let tokens = quote!(const _: usize = if #condition { #panic } else { 0 };);
        self.keep(Level::Warning, span.into(), text, tokens);
    }

    /// An error that rustc reports of the user's own function: nothing is said here, and nothing is made of the function.
    pub(crate) fn leave_to_rustc(&self, at: impl Into<At>) {
        self.keep(Level::Error, at.into(), String::new(), TokenStream::new());
    }

    /// Takes over an error of the parser.
    pub(crate) fn take(&self, error: &syn::Error) {
        for error in error {
            let (at, text) = (At::from(error.span()), error.to_string());
            self.keep(Level::Error, at, text, error.to_compile_error());
        }
    }

    fn keep(&self, level: Level, at: At, text: String, tokens: TokenStream) {
        self.add(Found { level, key: (format!("{:?}", at.start), text), tokens, late: None });
    }

    fn add(&self, new: Found) {
        let mut found = self.0.borrow_mut();
        if !found.iter().any(|f| f.key == new.key) {
            found.push(new);
        }
    }

    /// Reports what may be a slip of the pen: a name that does not exist. Then rustc says so, and this is silent.
    pub(crate) fn say_late(&self, at: impl Into<At>, message: &Message) {
        let (span, text) = (at.into().start, message.to_string());
        self.add(Found {
            level: Level::Error,
            key: (format!("{span:?}"), text.clone()),
            tokens: TokenStream::new(),
            late: Some((span, text)),
        });
    }

    /// Takes out what waits for rustc's word: numbers that panic.
    pub(crate) fn take_late(&self) -> Vec<(Span, TokenStream)> {
        let late = self.0.borrow_mut().iter_mut().filter_map(|f| f.late.take()).collect::<Vec<_>>();
        late.into_iter().map(|(span, text)| (span, panic(span, &text))).collect()
    }

    /// Whether no error was reported.
    pub(crate) fn is_empty(&self) -> bool {
        !self.0.borrow().iter().any(|f| f.level == Level::Error)
    }

    /// Keeps items that stand beside the function.
    pub(crate) fn beside(&self, items: TokenStream) {
        if !items.is_empty() {
            self.0.borrow_mut().push(Found { level: Level::Warning, key: Default::default(), tokens: items, late: None });
        }
    }

    /// Adds what was found in a part under conditions.
    pub(crate) fn merge_under(&self, conditions: &[&syn::Attribute], part: Sink) {
        let found = part.0.into_inner().into_iter().map(|f| {
            let tokens = f.tokens;
            Found { tokens: quote!(#(#conditions)* #tokens), ..f }
        });
        self.0.borrow_mut().extend(found);
    }

    /// Adds what was found in a part: one of several methods, one attempt at lowering.
    pub(crate) fn merge(&self, part: Sink) {
        self.0.borrow_mut().extend(part.0.into_inner());
    }

    /// All messages, as items. Where the item is a method, warnings wait in a function of this name.
    pub(crate) fn finish(self, within: Option<&Ident>) -> TokenStream {
        let late = self.take_late().into_iter().map(|(_, panic)| quote!(const _: usize = #panic;));
        let (mut errors, mut warnings) = (TokenStream::new(), late.collect::<TokenStream>());
        for found in self.0.into_inner() {
            match found.level {
                Level::Error => errors.extend(found.tokens),
                Level::Warning => warnings.extend(found.tokens),
            }
        }
        match within {
            Some(name) if !warnings.is_empty() => {
                let name = format_ident!("{}_warnings", name);
                quote!(#errors #[doc(hidden)] #[allow(dead_code)] fn #name() { #warnings })
            }
            _ => quote!(#errors #warnings),
        }
    }
}

/// A number in a constant that panics instead: rustc says the text at the span.
pub(crate) fn panic(span: Span, text: &str) -> TokenStream {
    quote_spanned!(span=> ::core::option::Option::<usize>::None.expect(#text))
}

/// An error that spans the tokens from the first to the last.
fn compile_error(at: At, text: &str) -> TokenStream {
    let (start, end) = (at.start, at.end);
    let path = quote_spanned!(start=> ::core::compile_error!);
    let mut body = proc_macro2::Group::new(proc_macro2::Delimiter::Brace, quote_spanned!(end=> #text));
    body.set_span(end);
    quote!(#path #body)
}

/// A use of a deprecated constant at a user's token.
fn warning(at: Span, row: &str, text: &str) -> TokenStream {
    let words = row.char_indices().map(|(k, c)| if k > 0 && c.is_uppercase() { format!("_{c}") } else { c.to_string() });
    let name = crate::tokens::ident(&words.collect::<String>().to_lowercase(), at);
    let text = format!("\n{text}");
    quote! {
        const _: () = {
            #[deprecated(note = #text)]
            #[allow(non_upper_case_globals)]
            const #name: () = ();
            #name
        };
    }
}

/// Tokens as the user wrote them, on one line.
pub(crate) fn said(tokens: &impl ToTokens) -> String {
    crate::emit::compact(&tokens.to_token_stream().to_string().replace('\n', " ")).replace(" ?", "?")
}
