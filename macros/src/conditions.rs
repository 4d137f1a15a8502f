//! Conditional compilation: `#[cfg(…)]` and `#[cfg_attr(…)]` on what the attribute is given.
//!
//! Input: an item whose conditions rustc has not looked at yet. Output: the item, with the attribute after its conditions; companions under those of
//! their method. Invariant: what is in the program has its companion, what is not has none; a condition inside a body is refused, since nobody knows
//! here whether it holds.
//!
//!     #[differentiable] #[cfg(unix)] fn f …     →     #[cfg(unix)] #[differentiable] fn f …

use crate::diagnostics::{Message, Sink, said};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;
use syn::Attribute;
use syn::parse::Parser;

/// The attribute on an item with conditions: rustc comes back when it has decided them.
pub(crate) fn first(options: &TokenStream, item: &TokenStream) -> Option<TokenStream> {
    let trees: Vec<TokenTree> = item.clone().into_iter().collect();
    let (mut conditions, mut others, mut k) = (TokenStream::new(), TokenStream::new(), 0);
    while let [TokenTree::Punct(p), TokenTree::Group(g)] = trees.get(k..k + 2)? {
        if p.as_char() != '#' {
            break;
        }
        let into = if is_condition(&g.stream()) { &mut conditions } else { &mut others };
        into.extend(trees[k..k + 2].iter().cloned());
        k += 2;
    }
    let rest: TokenStream = trees[k..].iter().cloned().collect();
    (!conditions.is_empty()).then(|| quote!(#conditions #[::pullback::differentiable(#options)] #others #rest))
}

fn is_condition(attribute: &TokenStream) -> bool {
    matches!(attribute.clone().into_iter().next(), Some(TokenTree::Ident(i)) if i == "cfg" || i == "cfg_attr")
}

/// Refuses conditions in a body or a signature.
pub(crate) fn refuse(sink: &Sink, tokens: &TokenStream) {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    for (k, tree) in trees.iter().enumerate() {
        let TokenTree::Group(g) = tree else { continue };
        let attribute = k > 0 && matches!(&trees[k - 1], TokenTree::Punct(p) if p.as_char() == '#' || p.as_char() == '!');
        if attribute && g.delimiter() == Delimiter::Bracket && is_condition(&g.stream()) {
            sink.say(&g.stream(), &Message::Condition { condition: said(&g.stream()) });
        } else {
            refuse(sink, &g.stream());
        }
    }
}

/// The conditions among attributes.
pub(crate) fn of(attributes: &[Attribute]) -> Vec<&Attribute> {
    attributes.iter().filter(|a| a.path().is_ident("cfg")).collect()
}

/// Associated items under conditions.
pub(crate) fn under(conditions: &[&Attribute], items: TokenStream) -> TokenStream {
    if conditions.is_empty() {
        return items;
    }
    let each = |input: syn::parse::ParseStream<'_>| {
        let mut all = TokenStream::new();
        while !input.is_empty() {
            let item: syn::ImplItem = input.parse()?;
            all.extend(quote!(#(#conditions)* #item));
        }
        Ok(all)
    };
    each.parse2(items.clone()).unwrap_or(items)
}
