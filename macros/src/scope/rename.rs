//! Opaque code under unique names.
//!
//! Input: tokens of the user's, the names in scope. Output: the same code, each variable under its unique name. Invariant: names of
//! fields, methods, labels, lifetimes and paths stay; what a format string captures is renamed in it.
//!
//!     println!("{x}", n = P { x })        →        println!("{x_2}", n = P { x: x_2 })        % x has become x_2

use super::Scopes;
use crate::tokens::single;
use proc_macro2::{Group, Ident, Literal, TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, Member};

/// The pass.
pub(super) fn rename(scopes: &Scopes, tokens: TokenStream) -> TokenStream {
    let mut renamer = Renamer { scopes, formats: false };
    match single(&tokens) {
        Some(TokenTree::Ident(i)) => return renamer.name(&i).unwrap_or(i).to_token_stream(),
        Some(TokenTree::Literal(_)) => return tokens,
        _ => {}
    }
    if let Ok(mut e) = syn::parse2::<Expr>(tokens.clone()) {
        renamer.visit_expr_mut(&mut e);
        return e.to_token_stream();
    }
    if let Ok(mut block) = syn::parse2::<Block>(quote::quote!({ #tokens })) {
        renamer.visit_block_mut(&mut block);
        return block.stmts.iter().map(ToTokens::to_token_stream).collect();
    }
    renamer.tokens(tokens)
}

struct Renamer<'a> {
    scopes: &'a Scopes,
    /// Inside a macro's arguments, where a string may capture variables.
    formats: bool,
}

impl Renamer<'_> {
    fn name(&self, name: &Ident) -> Option<Ident> {
        self.scopes.resolve(name).filter(|unique| unique != name)
    }

    /// Tokens that are neither an expression nor statements: variables are all names but those after a dot and before a colon.
    fn tokens(&self, tokens: TokenStream) -> TokenStream {
        let mut out = TokenStream::new();
        let (mut dot, mut quote) = (false, false);
        let mut trees = tokens.into_iter().peekable();
        while let Some(tree) = trees.next() {
            let next = |c: char| matches!(&tree, TokenTree::Punct(p) if p.as_char() == c);
            let (is_dot, is_quote) = (next('.') && !dot, next('\''));
            let colon = matches!(trees.peek(), Some(TokenTree::Punct(p)) if p.as_char() == ':');
            out.extend([match tree {
                TokenTree::Ident(i) if !dot && !quote && !colon => TokenTree::Ident(self.name(&i).unwrap_or(i)),
                TokenTree::Group(g) => {
                    let mut group = Group::new(g.delimiter(), self.tokens(g.stream()));
                    group.set_span(g.span());
                    TokenTree::Group(group)
                }
                TokenTree::Literal(l) if self.formats => TokenTree::Literal(self.format(l)),
                other => other,
            }]);
            (dot, quote) = (is_dot, is_quote);
        }
        out
    }

    /// A format string: `{x}`, `{x:?}`, `{:width$}`.
    fn format(&self, literal: Literal) -> Literal {
        let text = literal.to_string();
        if !text.starts_with('"') || !text.contains('{') {
            return literal;
        }
        let (mut out, mut inside, mut word) = (String::new(), false, String::new());
        for c in text.chars() {
            if inside && (c.is_alphanumeric() || c == '_') {
                word.push(c);
                continue;
            }
            if inside {
                // a name stands first, or before a `$`
                let named = out.ends_with('{') || c == '$';
                let parsed = syn::parse_str::<Ident>(&word).ok().filter(|_| named);
                let known = parsed.and_then(|i| self.name(&i)).map(|i| i.to_string());
                out.push_str(&known.unwrap_or(std::mem::take(&mut word)));
                word.clear();
            }
            inside = match c {
                // two braces stand for one
                '{' => !inside,
                '}' => false,
                _ => inside,
            };
            out.push(c);
        }
        let mut renamed: Literal = out.parse().unwrap_or_else(|_| literal.clone());
        renamed.set_span(literal.span());
        renamed
    }
}

impl VisitMut for Renamer<'_> {
    fn visit_expr_path_mut(&mut self, e: &mut syn::ExprPath) {
        if e.qself.is_none()
            && let Some(unique) = e.path.get_ident().and_then(|i| self.name(i))
        {
            e.path.segments[0].ident = unique;
        }
    }

    fn visit_pat_ident_mut(&mut self, p: &mut syn::PatIdent) {
        p.ident = self.name(&p.ident).unwrap_or_else(|| p.ident.clone());
        visit_mut::visit_pat_ident_mut(self, p);
    }

    fn visit_field_value_mut(&mut self, f: &mut syn::FieldValue) {
        if let Member::Named(name) = &f.member
            && f.colon_token.is_none()
            && self.name(name).is_some()
        {
            f.colon_token = Some(syn::Token![:](name.span()));
        }
        visit_mut::visit_field_value_mut(self, f);
    }

    fn visit_field_pat_mut(&mut self, f: &mut syn::FieldPat) {
        if let Member::Named(name) = &f.member
            && f.colon_token.is_none()
            && self.name(name).is_some()
        {
            f.colon_token = Some(syn::Token![:](name.span()));
        }
        visit_mut::visit_field_pat_mut(self, f);
    }

    fn visit_lit_mut(&mut self, l: &mut syn::Lit) {
        if let syn::Lit::Str(s) = l
            && self.formats
        {
            *s = match syn::Lit::new(self.format(s.token())) {
                syn::Lit::Str(renamed) => renamed,
                _ => return,
            };
        }
    }

    fn visit_macro_mut(&mut self, m: &mut syn::Macro) {
        let outside = std::mem::replace(&mut self.formats, true);
        let tokens = m.tokens.clone();
        m.tokens = if let Ok(mut list) = m.parse_body_with(syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated) {
            list.iter_mut().for_each(|e| self.visit_expr_mut(e));
            list.to_token_stream()
        } else if let Ok(mut stmts) = m.parse_body_with(Block::parse_within) {
            self.formats = outside;
            stmts.iter_mut().for_each(|s| self.visit_stmt_mut(s));
            stmts.iter().map(ToTokens::to_token_stream).collect()
        } else {
            self.tokens(tokens)
        };
        self.formats = outside;
    }

    /// A nested item sees no variables of the function around it.
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}
