//! Settled numbers: indices and counts that stay what they are while something refers to them.
//!
//! Input: a place or number. Output: the same, where what may change has been read into a variable. Invariant: another name for a place means
//! the same place for as long as it lives.
//!
//!     let r = &x[i];  i += 1;        →        i1 = i;  r: another name for x[i1];  i += 1

use super::Lower;
use crate::ir::Stmt;
use proc_macro2::TokenStream;
use quote::quote;
use syn::Expr;

impl Lower<'_> {
    /// A number that stays what it is while the loop runs.
    pub(super) fn fixed(&mut self, n: &Expr, out: &mut Vec<Stmt>) -> TokenStream {
        let n = &self.settled_index(n, out);
        let tokens = self.named(n, out);
        // it becomes a factor and a term of indices
        if tokens.clone().into_iter().count() > 1 { quote!((#tokens)) } else { tokens }
    }

    /// A place whose indices do not change: other names for it mean the same place for as long as they live.
    pub(super) fn settled(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Expr {
        let mut e = e.clone();
        match &mut e {
            Expr::Paren(p) => *p.expr = self.settled(&p.expr, out),
            Expr::Field(f) => *f.base = self.settled(&f.base, out),
            Expr::Reference(r) => *r.expr = self.settled(&r.expr, out),
            Expr::Unary(u) => *u.expr = self.settled(&u.expr, out),
            Expr::Index(i) => {
                *i.expr = self.settled(&i.expr, out);
                *i.index = self.settled_index(&i.index, out);
            }
            _ => {}
        }
        e
    }

    fn settled_index(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Expr {
        let tokens = self.plain(e);
        if !self.scopes.mentions_changing(&tokens) {
            return e.clone();
        }
        match e {
            Expr::Range(r) => {
                let mut r = r.clone();
                for end in r.start.iter_mut().chain(&mut r.end) {
                    **end = self.settled_index(end, out);
                }
                Expr::Range(r)
            }
            _ => {
                let dst = self.held("i", tokens, super::span_of(e), out);
                self.scopes.bind_parameter(&dst, &dst, false);
                syn::parse_quote!(#dst)
            }
        }
    }
}
