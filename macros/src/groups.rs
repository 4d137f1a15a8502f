//! Invisible groups: what `macro_rules!` puts around an expression or type it passes on.
//!
//! Input: tokens. Output: tokens with parentheses where the group held an expression together, and nothing where it held one token or a type.
//! Invariant: the meaning is that of the groups; tokens printed again mean what they meant.
//!
//!     « a + b » * 2.0        →        (a + b) * 2.0

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::Expr;

/// The tokens without invisible groups.
pub(crate) fn opened(tokens: TokenStream) -> TokenStream {
    let mut out = TokenStream::new();
    for tree in tokens {
        let TokenTree::Group(g) = tree else {
            out.extend([tree]);
            continue;
        };
        let inner = opened(g.stream());
        let delimiter = match g.delimiter() {
            Delimiter::None if binds_loosely(&inner) => Delimiter::Parenthesis,
            Delimiter::None => {
                out.extend(inner);
                continue;
            }
            other => other,
        };
        let mut group = Group::new(delimiter, inner);
        group.set_span(g.span());
        out.extend([TokenTree::Group(group)]);
    }
    out
}

/// Whether tokens are an expression that an operator beside it could tear apart.
fn binds_loosely(tokens: &TokenStream) -> bool {
    match syn::parse2::<Expr>(tokens.clone()) {
        Ok(Expr::Binary(b)) => crate::lower::compound(&b.op).is_none(),
        Ok(
            Expr::Unary(_)
            | Expr::Cast(_)
            | Expr::Range(_)
            | Expr::Reference(_)
            | Expr::Closure(_)
            | Expr::If(_)
            | Expr::Match(_)
            | Expr::Struct(_),
        ) => true,
        _ => false,
    }
}
