//! What tokens say.
//!
//! Input: tokens. Output: yes or no, or their text. Invariant: groups are looked into, spaces do not count.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;

/// An identifier, raw if its text says so: `r#type`. What is made of a raw name, `derivative_of_r#type`, is none itself.
pub(crate) fn ident(text: &str, span: Span) -> Ident {
    text.strip_prefix("r#").map_or_else(|| Ident::new(&text.replace("r#", ""), span), |plain| Ident::new_raw(plain, span))
}

/// A name without the mark of raw ones.
pub(crate) fn plain(name: &Ident) -> String {
    let text = name.to_string();
    text.strip_prefix("r#").map(str::to_owned).unwrap_or(text)
}

/// Whether tokens mention a name.
pub(crate) fn mentions(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|t| match t {
        TokenTree::Ident(i) => i == name,
        TokenTree::Group(g) => mentions(&g.stream(), name),
        _ => false,
    })
}

/// Whether tokens call a method whose name is such.
pub(crate) fn calls_method(tokens: &TokenStream, is_such: &dyn Fn(&Ident) -> bool) -> bool {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let is_dot = |t: &TokenTree| matches!(t, TokenTree::Punct(p) if p.as_char() == '.');
    let is_call = |k: usize| matches!(trees.get(k), Some(TokenTree::Group(g)) if g.delimiter() == Delimiter::Parenthesis);
    trees.iter().enumerate().any(|(k, tree)| match tree {
        TokenTree::Group(g) => calls_method(&g.stream(), is_such),
        TokenTree::Ident(i) => k > 0 && is_dot(&trees[k - 1]) && is_call(k + 1) && is_such(i),
        _ => false,
    })
}

/// The only token, where there is one: most operands are a name or a literal, of which more can be told than by parsing them.
pub(crate) fn single(tokens: &TokenStream) -> Option<TokenTree> {
    let mut trees = tokens.clone().into_iter();
    let first = trees.next()?;
    trees.next().is_none().then_some(first)
}

/// Whether tokens begin with a sign.
pub(crate) fn begins_with(tokens: &TokenStream, sign: char) -> bool {
    matches!(tokens.clone().into_iter().next(), Some(TokenTree::Punct(p)) if p.as_char() == sign)
}

/// Whether a word occurs in a text.
pub(crate) fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|w| w == word)
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
