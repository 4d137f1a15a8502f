//! Items that are declared in a body.
//!
//! Input: an item. Output: the same, untouched. Invariant: an item sees no variables of the function around it, except a macro: one that mentions a
//! variable whose derivative would be lost, or which has another name here, is refused.

use super::Lower;
use crate::diagnostics::Message;
use crate::ir::Stmt;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Block, Item};

impl Lower<'_> {
    /// Notes which functions of a block can't be differentiated.
    pub(super) fn note_functions(&mut self, block: &Block) {
        for stmt in &block.stmts {
            if let syn::Stmt::Item(Item::Fn(f)) = stmt
                && !f.attrs.iter().any(crate::blocks::is_ours)
            {
                self.plain_functions.insert(f.sig.ident.to_string());
            }
        }
    }

    pub(super) fn nested_item(&mut self, item: &Item, out: &mut Vec<Stmt>) {
        if let Item::Macro(m) = item
            && let Some(name) = self.taken_from_around(&m.mac.tokens, false)
        {
            let said = m.ident.as_ref().map(ToString::to_string).unwrap_or_default();
            self.refuse(&name, &Message::MacroCapture { name: said, variable: name.to_string() });
        }
        out.push(Stmt::Opaque(item.to_token_stream()));
    }

    /// The first variable that a macro takes from around it.
    fn taken_from_around(&self, tokens: &TokenStream, after_dollar: bool) -> Option<Ident> {
        let mut after = after_dollar;
        for tree in tokens.clone() {
            match &tree {
                TokenTree::Ident(i) if !after => {
                    if let Some(unique) = self.scopes.resolve(i)
                        && (unique != *i || self.active.contains(&unique.to_string()))
                    {
                        return Some(i.clone());
                    }
                }
                TokenTree::Group(g) => {
                    if let Some(found) = self.taken_from_around(&g.stream(), false) {
                        return Some(found);
                    }
                }
                _ => {}
            }
            after = matches!(&tree, TokenTree::Punct(p) if p.as_char() == '$' || p.as_char() == '.');
        }
        None
    }
}
