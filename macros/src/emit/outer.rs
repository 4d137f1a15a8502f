//! Outer names: what nothing in the function binds is looked for outside, once; where there is nothing, the hidden forms say nothing of it.
//!
//! Input: a hidden form's tokens. Output: the same, in which such a name is an import, and a variable, which is an error as the body is, where nothing is
//! imported. Invariant: a name that means something outside means that.
//!
//!     y * scale     →     let outer_scale: __Sound<_> = ();  { macro_rules! scale { () => {} } use scale as outer_scale;  y * outer_scale }
//!
//! An import of nothing would be an error by itself: of each name there is a macro, at least. It hides the variable only where there is a value.

use super::Derived;
use crate::callees::is_macro;
use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{format_ident, quote};

impl Derived<'_> {
    /// The pass.
    pub(super) fn with_outer_names(&self, body: TokenStream) -> TokenStream {
        let Some(gate) = self.sig.gate.as_ref().filter(|_| !self.unbound.is_empty()) else { return body };
        let mut names: Vec<&Ident> = vec![];
        for name in &self.unbound {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let nothing = names.iter().map(|n| gate.taken(&outer(n), false, &quote!(())));
        let imports = names.iter().map(|n| {
            let (alias, something) = (outer(n), (!is_macro(n)).then(|| quote!(macro_rules! #n { () => {} })));
            quote!(#something use #n as #alias;)
        });
        let body = renamed(body, &self.unbound);
        quote!(#(#nothing)* { #(#imports)* #body })
    }
}

fn outer(name: &Ident) -> Ident {
    format_ident!("outer_{}", name)
}

/// Tokens with the names in their places renamed.
fn renamed(tokens: TokenStream, names: &[Ident]) -> TokenStream {
    let is = |n: &Ident, i: &Ident| n == i && n.span().start() == i.span().start();
    let each = tokens.into_iter().map(|tree| match tree {
        TokenTree::Ident(i) if names.iter().any(|n| is(n, &i)) => TokenTree::Ident(outer(&i)),
        TokenTree::Group(g) => {
            let mut group = Group::new(g.delimiter(), renamed(g.stream(), names));
            group.set_span(g.span());
            TokenTree::Group(group)
        }
        other => other,
    });
    each.collect()
}
