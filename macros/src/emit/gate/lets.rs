//! Variables of a copy: each has a type that is an error if the body has one.
//!
//! Input: a body. Output: the same, with a type for each variable. Invariant: of a body without an error nothing changes: the type is the one that
//! the variable would have had.
//!
//!     let v = Vec::new();        →        let v: __Sound<_> = Vec::new();
//!     let s: f64 = p.a;          →        let s: __Sound<f64> = p.a;

use proc_macro2::token_stream::IntoIter;
use proc_macro2::{Group, Spacing, TokenStream, TokenTree};
use quote::quote;
use std::iter::Peekable;

/// The pass.
pub(super) fn gated(tokens: TokenStream) -> TokenStream {
    let mut trees = tokens.into_iter().peekable();
    let mut out = TokenStream::new();
    let mut in_condition = false;
    while let Some(tree) = trees.next() {
        match tree {
            TokenTree::Group(g) => {
                let mut group = Group::new(g.delimiter(), gated(g.stream()));
                group.set_span(g.span());
                out.extend([TokenTree::Group(group)]);
                in_condition = false;
            }
            TokenTree::Ident(i) if i == "let" && !in_condition => {
                out.extend([TokenTree::Ident(i)]);
                variable(&mut trees, &mut out);
            }
            other => {
                in_condition = match &other {
                    TokenTree::Ident(i) => i == "if" || i == "while",
                    TokenTree::Punct(p) => p.as_char() == '&' || p.as_char() == '|',
                    _ => false,
                };
                out.extend([other]);
            }
        }
    }
    out
}

/// What follows a `let`, if that is the name of a variable.
fn variable(trees: &mut Peekable<IntoIter>, out: &mut TokenStream) {
    let is = |tree: Option<&TokenTree>, word: &str| matches!(tree, Some(TokenTree::Ident(i)) if i == word);
    if is(trees.peek(), "mut") {
        out.extend(trees.next());
    }
    if is(trees.peek(), "ref") || is(trees.peek(), "_") || !matches!(trees.peek(), Some(TokenTree::Ident(_))) {
        return;
    }
    out.extend(trees.next());
    match trees.peek() {
        Some(TokenTree::Punct(p)) if matches!(p.as_char(), '=' | ';') => out.extend(quote!(: __Sound<_>)),
        Some(TokenTree::Punct(p)) if p.as_char() == ':' && p.spacing() == Spacing::Alone => {
            trees.next();
            let ty = until_the_value(trees);
            out.extend(quote!(: __Sound<#ty>));
        }
        _ => {}
    }
}

/// A type's tokens.
fn until_the_value(trees: &mut Peekable<IntoIter>) -> TokenStream {
    let (mut ty, mut depth, mut after_dash) = (TokenStream::new(), 0_usize, false);
    while let Some(tree) = trees.peek() {
        if let TokenTree::Punct(p) = tree {
            match p.as_char() {
                '=' | ';' if depth == 0 => break,
                '<' => depth += 1,
                '>' if !after_dash => depth = depth.saturating_sub(1),
                _ => {}
            }
            after_dash = p.as_char() == '-';
        }
        ty.extend(trees.next());
    }
    ty
}
