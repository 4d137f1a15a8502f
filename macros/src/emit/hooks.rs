//! Hooks: a method without a derivative is an error on its name, in our words, and the only one.
//!
//! Input: the methods that a body calls. Output: the body with each call turned to a method that stands beside those with a derivative and has their
//! signature, and traits that have it for all others. Invariant: this is checked, never run, and silent if the body itself has an error.
//!
//!     ball.energy(v)     →     ball.derivative_of_energy(v)
//!
//! Methods that a type has hide those of traits. Where it has none, the trait's is found, which wants of the type what no type has.

use crate::diagnostics::Message;
use proc_macro2::{Group, Ident, LineColumn, Span, TokenStream, TokenTree};
use quote::{format_ident, quote, quote_spanned};

/// A method that is called.
#[derive(Clone)]
pub(crate) struct Hook {
    pub(crate) name: Ident,
    pub(crate) has_receiver: bool,
    pub(crate) arguments: usize,
    /// Whether a trait that has the method for all types can't hide one that exists.
    pub(crate) certain: bool,
}

impl Hook {
    /// The trait that has the method for types that have it not.
    pub(super) fn fallback(&self) -> TokenStream {
        let (span, name) = (self.name.span(), hook(&self.name));
        let (wanted, fallback) = (format_ident!("HasDerivativeOf_{}", self.name), format_ident!("Without_{}", self.name));
        let message = Message::MethodWithoutDerivative { method: self.name.to_string() }.to_string();
        let (problem, help) = message.split_once("\nhelp: ").unwrap_or((&message, ""));
        let (receiver, types) =
            if self.has_receiver { (quote!(&mut self,), quote!(+ ::pullback::gate::Plain)) } else { (quote!(), quote!()) };
        let arguments = std::iter::repeat_n(quote!(_: impl Sized), self.arguments);
        quote_spanned! {span=>
            #[diagnostic::on_unimplemented(message = #problem, label = "no derivative", note = #help)]
            trait #wanted {}
            trait #fallback {
                fn #name<R>(#receiver #(#arguments),*) -> R where __Sound<Self>: #wanted { loop {} }
            }
            impl<T: ?Sized #types> #fallback for T {}
        }
    }
}

/// Of methods of one name the first has the trait.
pub(super) fn firsts(hooks: &[Hook]) -> impl Iterator<Item = &Hook> {
    let certain = hooks.iter().filter(|h| h.certain);
    certain.clone().enumerate().filter(move |(k, h)| certain.clone().take(*k).all(|o| o.name != h.name)).map(|(_, h)| h)
}

/// In a hidden form: functions of types that have none, for what is an error anyway.
pub(super) fn unreached(hooks: &[Hook], form: &str) -> TokenStream {
    let each = firsts(hooks).filter(|h| !h.has_receiver).map(|h| {
        let (name, fallback) = (format_ident!("__{}_{}", form, h.name), format_ident!("Nowhere_{}", h.name));
        let arguments = std::iter::repeat_n(quote!(_: impl Sized), h.arguments + if form == "split" { 1 } else { 2 });
        quote!(trait #fallback { fn #name<R>(#(#arguments),*) -> R { loop {} } } impl<T: ?Sized> #fallback for T {})
    });
    each.collect()
}

/// The name of the method beside a method with a derivative.
pub(crate) fn hook(name: &Ident) -> Ident {
    format_ident!("derivative_of_{}", name, span = name.span())
}

/// Tokens with the hooks in the place of the methods, which their places tell.
pub(super) fn hooked(tokens: TokenStream, hooks: &[Hook]) -> TokenStream {
    let place = |i: &Ident| -> (LineColumn, LineColumn) { (i.span().start(), i.span().end()) };
    tokens
        .into_iter()
        .map(|tree| match tree {
            TokenTree::Ident(i) if hooks.iter().any(|h| h.name == i && place(&h.name) == place(&i)) => TokenTree::Ident(hook(&i)),
            TokenTree::Group(g) => {
                let mut group = Group::new(g.delimiter(), hooked(g.stream(), hooks));
                group.set_span(g.span());
                TokenTree::Group(group)
            }
            other => other,
        })
        .collect()
}

/// The name of the method that gives a receiver back, and is there if the method has a derivative.
pub(super) fn receiver_of(name: &str, span: Span) -> Ident {
    crate::tokens::ident(&format!("derivatives_of_{name}"), span)
}

/// A hidden form in which each method's own is looked for on what that method gives back: where there is none, rustc says the same in all forms, once.
///
///     ball.__split_energy(v)     →     ball.derivatives_of_energy().__split_energy(v)
pub(super) fn with_receivers(tokens: TokenStream) -> TokenStream {
    let (mut out, mut after_dot) = (TokenStream::new(), false);
    for tree in tokens {
        let dot = matches!(&tree, TokenTree::Punct(p) if p.as_char() == '.' && p.spacing() == proc_macro2::Spacing::Alone);
        match tree {
            TokenTree::Ident(i) if after_dot => {
                let text = i.to_string();
                if let Some(method) = ["__split_", "__push_"].iter().find_map(|f| text.strip_prefix(f)) {
                    let given = receiver_of(method, i.span());
                    out.extend(quote!(#given().));
                }
                out.extend(quote!(#i));
            }
            TokenTree::Group(g) => {
                let mut group = Group::new(g.delimiter(), with_receivers(g.stream()));
                group.set_span(g.span());
                out.extend([TokenTree::Group(group)]);
            }
            other => out.extend([other]),
        }
        after_dot = dot;
    }
    out
}
