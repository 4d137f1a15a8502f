//! The names that patterns bind, as they are said: once for each time.

use crate::tokens::plain;
use proc_macro2::Ident;
use syn::visit::{self, Visit};

/// Visits what is to be searched.
#[derive(Default)]
pub(crate) struct Bound(pub(crate) Vec<String>);

impl Bound {
    /// Whether a name is bound.
    pub(crate) fn has(&self, name: &Ident) -> bool {
        self.0.contains(&plain(name))
    }
}

impl<'a> Visit<'a> for Bound {
    fn visit_pat_ident(&mut self, p: &'a syn::PatIdent) {
        self.0.push(plain(&p.ident));
        visit::visit_pat_ident(self, p);
    }
}
