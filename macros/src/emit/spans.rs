//! Spans of types in generated code.
//!
//! Input: a companion's tokens. Output: the same tokens; each generated mention of a type's derivative, `<T as ::pullback::Differentiable>::Bar`,
//! has the span of the user's `T`. Invariant: nothing but spans changes. For a type without a tangent rustc then says one thing in one place, and
//! says it once.

use proc_macro2::{Group, Span, TokenStream, TokenTree};

/// The pass.
pub(super) fn at_types(tokens: TokenStream) -> TokenStream {
    changed(&tokens).unwrap_or(tokens)
}

/// The tokens with their new spans, if there are any: most groups have none, and stay as they are.
fn changed(tokens: &TokenStream) -> Option<TokenStream> {
    let mut trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut any = false;
    for tree in &mut trees {
        if let TokenTree::Group(g) = tree
            && let Some(inner) = changed(&g.stream())
        {
            let mut group = Group::new(g.delimiter(), inner);
            group.set_span(g.span());
            (*tree, any) = (TokenTree::Group(group), true);
        }
    }
    let spans = spans(&trees);
    any |= spans.iter().any(Option::is_some);
    any.then(|| trees.into_iter().zip(spans).map(|(tree, span)| respanned(tree, span)).collect())
}

/// The new span of each tree.
fn spans(trees: &[TokenTree]) -> Vec<Option<Span>> {
    let mut spans: Vec<Option<Span>> = vec![None; trees.len()];
    for k in 6..trees.len() {
        if is_word(trees, k, "Differentiable")
            && is_word(trees, k - 3, "pullback")
            && let Some(open) = opening(trees, k)
        {
            let own = first(&trees[open + 1]);
            // `as ::pullback::Differentiable>::Bar`
            let (from, to) = (k - 6, (k + 4).min(trees.len() - 1));
            spans[open] = Some(own);
            spans[from..=to].fill(Some(own));
        }
    }
    spans
}

fn is_word(trees: &[TokenTree], k: usize, word: &str) -> bool {
    matches!(trees.get(k), Some(TokenTree::Ident(i)) if i == word)
}

/// The `<` before `T as ::pullback::Differentiable`, where `Differentiable` is the tree `k`.
fn opening(trees: &[TokenTree], k: usize) -> Option<usize> {
    let end = k.checked_sub(6).filter(|e| is_word(trees, *e, "as"))?;
    let mut depth = 0;
    for at in (0..end).rev() {
        let TokenTree::Punct(p) = &trees[at] else { continue };
        match p.as_char() {
            '>' if at == 0 || !matches!(&trees[at - 1], TokenTree::Punct(p) if p.as_char() == '-') => depth += 1,
            '<' if depth == 0 => return Some(at),
            '<' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The span where a type begins.
fn first(tree: &TokenTree) -> Span {
    match tree {
        TokenTree::Group(g) => g.span_open(),
        other => other.span(),
    }
}

fn respanned(mut tree: TokenTree, span: Option<Span>) -> TokenTree {
    if let (Some(span), false) = (span, matches!(tree, TokenTree::Group(_))) {
        tree.set_span(span.located_at(span));
    }
    tree
}
