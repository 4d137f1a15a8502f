//! Consumers that stand for a loop a user could have written: `rfold`, `try_fold`, `max_by_key`, `from_iter`, `concat`.
//!
//! Input: the call. Output: what the loop that it stands for is lowered to. Invariant: the names in it are none of the user's, so that a closure's body
//! means in it what it means where it was written.
//!
//!     it.try_fold(a, f)        →        'end: { let mut acc = a; for v in it { match f(acc, v) { Ok(n) => acc = n, e => break 'end e } } Ok(acc) }

use super::Lower;
use crate::diagnostics::Message;
use crate::ir::{Operand, Stmt};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Expr, ExprMethodCall};

impl Lower<'_> {
    /// Names that the user can't have given.
    pub(super) fn unsaid<const N: usize>(&mut self, stems: [&str; N]) -> [Ident; N] {
        stems.map(|stem| self.scopes.fresh(stem, Span::call_site()))
    }

    /// Lowers what an expression stands for.
    pub(super) fn rewritten(&mut self, tokens: &TokenStream, at: &impl ToTokens, out: &mut Vec<Stmt>) -> Operand {
        match syn::parse2::<Expr>(tokens.clone()) {
            Ok(e) => self.value(&e, out),
            Err(_) => self.refuse(at, &Message::Expression {}),
        }
    }

    /// `it.rfold(a, f)`.
    pub(super) fn rfold(&mut self, m: &ExprMethodCall, out: &mut Vec<Stmt>) -> Operand {
        let (it, args) = (&m.receiver, &m.args);
        self.rewritten(&quote!(#it.rev().fold(#args)), m, out)
    }

    /// `it.max_by_key(f)`, `it.min_by_key(f)`.
    pub(super) fn extreme_by_key(&mut self, m: &ExprMethodCall, out: &mut Vec<Stmt>) -> Operand {
        let (it, key, [a, b]) = (&m.receiver, &m.args[0], self.unsaid(["first", "second"]));
        let by = crate::tokens::ident(if m.method == "max_by_key" { "max_by" } else { "min_by" }, m.method.span());
        self.rewritten(&quote!(#it.#by(|#a, #b| ::pullback::change::by_key(#key, #a, #b))), m, out)
    }

    /// `it.try_fold(a, f)`, `it.try_for_each(f)`: the first failure is the result.
    pub(super) fn try_fold(&mut self, m: &ExprMethodCall, out: &mut Vec<Stmt>) -> Operand {
        let [acc, item, next, rest] = self.unsaid(["acc", "item", "next", "rest"]);
        let (it, end) = (&m.receiver, self.label("end"));
        let failed = quote!(::core::result::Result::Err(#rest) => break #end #rest,);
        let tokens = match (m.args.first(), m.args.iter().nth(1)) {
            (Some(first), Some(f)) => quote!(#end: {
                let mut #acc = #first;
                for #item in #it {
                    match ::pullback::place::tried((#f)(#acc, #item)) { Ok(#next) => { #acc = #next; } #failed }
                }
                ::pullback::place::success(#acc)
            }),
            (f, _) => quote!(#end: {
                for #item in #it {
                    match ::pullback::place::tried((#f)(#item)) { Ok(_) => {} #failed }
                }
                ::pullback::place::success(())
            }),
        };
        self.rewritten(&tokens, m, out)
    }

    /// `Vec::from_iter(it)`.
    pub(super) fn gathered_from(&mut self, c: &syn::ExprCall, path: &syn::Path, out: &mut Vec<Stmt>) -> Option<Operand> {
        if path.segments.last()?.ident != "from_iter" || c.args.len() != 1 {
            return None;
        }
        let owner = path.segments.iter().rev().nth(1)?;
        let (mut owner, it) = (owner.clone(), &c.args[0]);
        if owner.arguments.is_none() {
            owner.arguments = syn::PathArguments::AngleBracketed(syn::parse_quote!(<_>));
        } else if let syn::PathArguments::AngleBracketed(a) = &mut owner.arguments {
            a.colon2_token = None;
        }
        let it = if super::adaptors::is_iterator(it) { quote!(#it) } else { quote!((#it).into_iter()) };
        Some(self.rewritten(&quote!(#it.collect::<#owner>()), c, out))
    }

    /// `parts.concat()` of sequences.
    pub(super) fn concat(&mut self, m: &ExprMethodCall, out: &mut Vec<Stmt>) -> Option<Operand> {
        if m.method != "concat" || !m.args.is_empty() {
            return None;
        }
        let (parts, [name, part]) = (&m.receiver, self.unsaid(["parts", "part"]));
        Some(self.rewritten(
            &quote!({ let #name = #parts; #name.iter().flat_map(|#part| #part.iter().cloned()).collect::<::std::vec::Vec<_>>() }),
            m,
            out,
        ))
    }
}

/// A call that lowering itself has written.
pub(super) fn is_written(c: &syn::ExprCall, name: &str) -> bool {
    matches!(&*c.func, Expr::Path(p) if p.path.segments.len() == 3 && p.path.segments[0].ident == "pullback" && p.path.segments[2].ident == name)
}
