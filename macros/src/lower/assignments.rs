//! Lowering of assignments to patterns.
//!
//! Input: `(a, b) = e`, `[x[0], x[1]] = e`, `P { u: a, .. } = e`, `_ = e`. Output: the value, then one store for each place. Invariant: all of
//! the right side is read before anything on the left is written.
//!
//!     (a, b) = (b, a)        →        t1 = b;  t2 = a;  a = t1;  b = t2;

use super::Lower;
use super::statements::strip;
use crate::diagnostics::Message;
use crate::ir::{Op, Operand, Place, Step, Stmt};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{Expr, ExprAssign, Member, Token};

/// Whether the left side of an assignment is a pattern.
pub(super) fn is_pattern(left: &Expr) -> bool {
    matches!(strip(left), Expr::Tuple(_) | Expr::Array(_) | Expr::Struct(_) | Expr::Call(_) | Expr::Infer(_))
}

impl Lower<'_> {
    pub(super) fn destructure(&mut self, a: &ExprAssign, out: &mut Vec<Stmt>) {
        if let (Expr::Tuple(left), Expr::Tuple(right)) = (strip(&a.left), strip(&a.right))
            && left.elems.len() == right.elems.len()
            && !left.elems.iter().any(is_rest)
        {
            let values = self.sequence(&right.elems, out);
            let values: Vec<Operand> = values.into_iter().map(|v| self.read_now(v, a.span(), out)).collect();
            for (left, value) in left.elems.iter().zip(values) {
                self.assign_part(left, value, &a.eq_token, out);
            }
            return;
        }
        let value = self.value(&a.right, out);
        let value = self.read_now(value, a.span(), out);
        self.assign_part(&a.left, value, &a.eq_token, out);
    }

    /// A value in a variable of its own.
    fn read_now(&mut self, value: Operand, span: proc_macro2::Span, out: &mut Vec<Stmt>) -> Operand {
        let temporary = |p: &Place| {
            p.path.is_empty() && out.iter().any(|s| matches!(s, Stmt::Let { dst, .. } if *dst == p.base)) && !self.scopes.is_said(&p.base)
        };
        match value {
            Operand::Place(p) if temporary(&p) => Operand::Place(p),
            Operand::Const(tokens) => Operand::Const(self.held("c", tokens, span, out).to_token_stream()),
            Operand::Never => Operand::Never,
            other => self.emit(Op::Copy(other), span, out),
        }
    }

    fn assign_part(&mut self, left: &Expr, value: Operand, eq: &Token![=], out: &mut Vec<Stmt>) {
        let members: Vec<(&Expr, Part)> = match strip(left) {
            Expr::Infer(_) => {
                let t = super::operand_tokens(&value);
                return out.push(Stmt::Opaque(quote!(let _ = #t;)));
            }
            Expr::Tuple(t) => entries(t.elems.iter()),
            Expr::Call(c) => entries(c.args.iter()),
            Expr::Array(a) => a.elems.iter().enumerate().map(|(k, e)| (e, Part::Element(k))).collect(),
            Expr::Struct(s) => s.fields.iter().map(|f| (&f.expr, Part::Field(f.member.clone()))).collect(),
            place => return self.store(place, None, value, eq, out),
        };
        for (k, (left, part)) in members.iter().enumerate() {
            if is_rest(left) {
                if k + 1 < members.len() {
                    self.refuse(left, &Message::AssignToPattern {});
                }
                return;
            }
            let value = match &value {
                Operand::Const(t) => Operand::Const(part.tokens(t)),
                Operand::Place(p) | Operand::Ref(p) | Operand::Mut(p) => Operand::Place(p.then(part.step(p), |t| part.tokens(t))),
                Operand::Never => Operand::Never,
            };
            self.assign_part(left, value, eq, out);
        }
    }
}

/// A part of the value.
enum Part {
    Field(Member),
    Element(usize),
}

impl Part {
    fn tokens(&self, whole: &TokenStream) -> TokenStream {
        match self {
            Part::Field(m) => quote!(#whole.#m),
            Part::Element(k) => quote!(#whole[#k]),
        }
    }

    fn step(&self, whole: &Place) -> Step {
        match self {
            Part::Field(m) => Step::Field(m.clone()),
            Part::Element(k) => Step::Index { index: quote!(#k), container: whole.tokens.clone(), key: Some(quote!(#k)) },
        }
    }
}

fn entries<'e>(all: impl Iterator<Item = &'e Expr>) -> Vec<(&'e Expr, Part)> {
    all.enumerate().map(|(k, e)| (e, Part::Field(Member::from(k)))).collect()
}

fn is_rest(e: &Expr) -> bool {
    matches!(e, Expr::Range(r) if r.start.is_none() && r.end.is_none())
}
