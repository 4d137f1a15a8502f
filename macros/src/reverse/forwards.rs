//! Loops that are reversed in the order of the forward sweep.
//!
//! Input: a loop whose iterations may be reversed in any order ([`crate::loops::is_free`]). Output: what steps its integers forward again, and where they start.
//! Invariant: such a loop keeps nothing. Where anything would have to be kept of each iteration the pass runs again, and visits the loop backwards.
//!
//!     for i in 0..n { let k = start; …; start += n - i }     →     let mut start = saved_start;
//!                                                                  for i in 0..n { let k = start; start += n - i; adjoint }

use super::Reverse;
use super::frames::Frame;
use crate::ir::{Place, Stmt};
use crate::types::{Kind, Ty, peeled};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Expr, ExprBinary, ExprMethodCall};

/// A length, whose type a literal alone does not tell.
fn typed(tokens: &TokenStream) -> TokenStream {
    match syn::parse2::<syn::LitInt>(tokens.clone()) {
        Ok(n) if n.suffix().is_empty() => {
            let n = syn::LitInt::new(&format!("{n}usize"), n.span());
            quote!(#n)
        }
        _ => quote!((#tokens)),
    }
}

/// How many operations may step an integer.
const BUDGET: u32 = 8;

impl Reverse<'_> {
    /// What steps the block's moving integers. Those that can't be stepped again don't move.
    pub(super) fn step_forward(&mut self) {
        let body = self.top().body;
        let moving = self.top().moving.clone();
        let is_moving = |(_, (name, _)): &(usize, (Ident, ExprBinary))| moving.contains(&name.to_string());
        let found = body.iter().enumerate().filter_map(|(k, s)| Some((k, crate::loops::step(s)?)));
        let steps: Vec<(usize, ExprBinary)> = found.filter(is_moving).map(|(k, (_, b))| (k, b)).collect();
        for (k, b) in steps {
            let (left, op) = (&b.left, &b.op);
            let Some(right) = self.stepped(&b.right) else {
                // what another of them may be stepped by
                self.top().moving.clear();
                return;
            };
            self.top().moved.insert(k, quote!(#left #op #right;));
        }
    }

    /// A number that a step adds: of what can be read without keeping anything.
    fn stepped(&mut self, e: &Expr) -> Option<TokenStream> {
        let tokens = self.lengths_of(e)?;
        let f = self.frames.len() - 1;
        let plain = self.steady.tokens(&tokens, &|n| self.frames[f].moving.contains(n) || self.cheap(n, BUDGET).is_some());
        if !plain {
            return None;
        }
        for name in self.locals_of(&tokens) {
            self.demand(&name);
        }
        Some(tokens)
    }

    /// The moving integers as they are before the loop.
    pub(super) fn starts(&mut self, frame: &Frame<'_>, keep: &mut TokenStream) -> TokenStream {
        if !frame.moves {
            return TokenStream::new();
        }
        let mut names: Vec<&String> = frame.moving.iter().collect();
        names.sort();
        let mut out = TokenStream::new();
        for name in names {
            let variable = self.ident(name);
            let (_, value) = self.save(name, &quote!(::core::clone::Clone::clone(&#variable)), true, keep);
            out.extend(quote!(let mut #variable = #value;));
        }
        out
    }

    /// A number of iterations, as the way back can compute it.
    pub(super) fn number(&mut self, tokens: &TokenStream) -> Option<TokenStream> {
        let tokens = self.lengths_of(&syn::parse2(tokens.clone()).ok()?)?;
        self.again(&tokens).then_some(tokens)
    }

    /// Arithmetic of lengths, without what is measured.
    fn lengths_of(&mut self, e: &Expr) -> Option<TokenStream> {
        Some(match e {
            Expr::Lit(_) | Expr::Path(_) => e.to_token_stream(),
            Expr::Paren(p) => {
                let inner = self.lengths_of(&p.expr)?;
                quote!((#inner))
            }
            Expr::Group(g) => self.lengths_of(&g.expr)?,
            Expr::Binary(b) => {
                let (left, op, right) = (self.lengths_of(&b.left)?, &b.op, self.lengths_of(&b.right)?);
                quote!(#left #op #right)
            }
            Expr::Call(c) if c.args.len() == 2 && crate::tokens::calls(c, "::core::cmp::Ord::min") => {
                let (a, b, f) = (self.lengths_of(&c.args[0])?, self.lengths_of(&c.args[1])?, &c.func);
                quote!(#f(#a, #b))
            }
            Expr::MethodCall(m) if m.method == "len" && m.args.is_empty() => self.length_of(&m.receiver)?,
            Expr::MethodCall(ExprMethodCall { receiver, method, args, .. })
                if args.len() == 1 && (method == "saturating_sub" || method == "div_ceil") =>
            {
                let (receiver, arg) = (self.lengths_of(receiver)?, self.lengths_of(&args[0])?);
                quote!((#receiver).#method(#arg))
            }
            _ => return None,
        })
    }

    /// The length of a sequence, or of a part of one.
    fn length_of(&mut self, e: &Expr) -> Option<TokenStream> {
        match e {
            Expr::Paren(p) => self.length_of(&p.expr),
            Expr::Group(g) => self.length_of(&g.expr),
            Expr::Reference(r) => self.length_of(&r.expr),
            Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) => self.length_of(&u.expr),
            Expr::Index(i) => {
                let Expr::Range(r) = &*i.index else { return None };
                if matches!(r.limits, syn::RangeLimits::Closed(_)) {
                    return None;
                }
                let (start, end) = (&r.start, &r.end);
                let hi = match end {
                    Some(end) => typed(&quote!(#end)),
                    None => self.length_of(&i.expr)?,
                };
                Some(match start {
                    Some(start) => quote!((#hi - (#start))),
                    None => hi,
                })
            }
            Expr::Path(p) => {
                let name = p.path.get_ident()?.to_string();
                if let Some(place) = self.lent_part(&name) {
                    return self.length_of(&place);
                }
                self.whole_length(&name)
            }
            _ => None,
        }
    }

    /// `let part = &v[a..b];`, bound in a block around: what it is another name for.
    fn lent_part(&self, name: &str) -> Option<Expr> {
        self.frames.iter().rev().flat_map(|f| f.body).find_map(|s| {
            let Stmt::Opaque(t) = s else { return None };
            let Ok(syn::Stmt::Local(l)) = syn::parse2(t.clone()) else { return None };
            let syn::Pat::Ident(p) = &l.pat else { return None };
            match &*l.init.as_ref()?.expr {
                Expr::Reference(r) if p.ident == name && r.mutability.is_none() && p.mutability.is_none() => Some((*r.expr).clone()),
                _ => None,
            }
        })
    }

    fn whole_length(&mut self, name: &str) -> Option<TokenStream> {
        let Some(Ty::Seq(_, kind)) = self.types.place(&Place::variable(self.ident(name))).map(peeled) else { return None };
        let variable = self.ident(name);
        if self.steady.contains(name) {
            return Some(quote!(#variable.len()));
        }
        let lent = self.func.params.iter().find(|p| p.name == name && p.exclusive.is_some() && !p.mutable)?;
        if kind != Kind::Slice {
            return None;
        }
        let length = format_ident!("saved_len_of_{}", lent.name);
        self.lengths.insert(name.to_owned(), length.clone());
        Some(length.to_token_stream())
    }
}
