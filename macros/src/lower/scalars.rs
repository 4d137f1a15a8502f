//! Lowering of the methods of scalars that the table of elementary functions has no row for: `mul_add`, `sin_cos`, `f64::from`.
//!
//! Input: a method or a path call of `f64`, `f32` or a type parameter. Output: operations of the table that have its derivatives. Invariant: the value
//! is that of the call as it is written, to the bit; rustc checks that it is a scalar's.
//!
//!     x.mul_add(a, b)      →      t = x * a; z = t + b        % z is computed as x.mul_add(a, b), and nothing reads t
//!     x.sin_cos()          →      pair = x.sin_cos(); s = pair.0 with ds = pair.1; c = pair.1 with dc = -pair.0; (s, c)

use super::Lower;
use super::calls::{FLAT, INERT};
use super::statements::operand_tokens;
use crate::diagnostics::{Message, said};
use crate::ir::{Op, Operand, Slot, Stmt};
use crate::ops;
use crate::types::INTEGERS;
use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Member};

impl Lower<'_> {
    /// `x.mul_add(a, b)`, `x.sin_cos()`.
    pub(super) fn scalar_method(&mut self, m: &syn::ExprMethodCall, out: &mut Vec<Stmt>) -> Option<Operand> {
        let operands: Vec<&Expr> = std::iter::once(&*m.receiver).chain(&m.args).collect();
        let (dot, method) = (&m.dot_token, &m.method);
        self.scalar(&m.method, &operands, |x, rest| quote!((#x) #dot #method(#(#rest),*)), out)
    }

    /// `f64::mul_add(x, a, b)`, `f64::sin_cos(x)`, `f64::from(x)`; what is flat, and what carries no gradient.
    pub(super) fn scalar_function(&mut self, c: &syn::ExprCall, path: &syn::Path, out: &mut Vec<Stmt>) -> Option<Operand> {
        let (f, name) = (&c.func, &path.segments.last()?.ident);
        if is_of(path, INTEGERS) && c.args.iter().any(|a| self.is_active(a)) {
            let args = self.sequence(c.args.iter(), out);
            let args = args.iter().map(|a| self.whole(a, c.span()));
            return Some(Operand::Const(quote!(#f(#(#args),*))));
        }
        let is_float = is_of(path, &["f64", "f32"]);
        match name.to_string().as_str() {
            "from" if is_float && c.args.len() == 1 => {
                let x = self.value(&c.args[0], out);
                let primal = operand_tokens(&x);
                let primal = quote!(#f(#primal));
                return Some(match x {
                    Operand::Const(_) => Operand::Const(primal),
                    x => self.rule(&ops::CAST, vec![x], vec![], primal, c.span(), out),
                });
            }
            flat if is_float && FLAT.contains(&flat) => {
                return Some(self.refuse(name, &Message::Flat { method: flat.to_owned(), call: said(c) }));
            }
            inert if is_float && INERT.contains(&inert) => return Some(self.opaque(&Expr::Call(c.clone()))),
            _ => {}
        }
        let operands: Vec<&Expr> = c.args.iter().collect();
        self.scalar(name, &operands, |x, rest| quote!(#f(#x #(, #rest)*)), out)
    }

    /// `x.clamp(lo, hi)` of a scalar between bounds that carry a gradient: a choice of one of the three. `None`: the table's row does, which
    /// refuses such bounds.
    fn bounded(&mut self, x: &Expr, lo: &Expr, hi: &Expr, at: &Ident, out: &mut Vec<Stmt>) -> Option<Operand> {
        let is_a_container =
            self.type_of(x).is_some_and(|t| super::tensors::is_tensor(&t) || t.ends_with("Vector") || t.ends_with("Matrix"));
        if is_a_container || (!self.is_active(lo) && !self.is_active(hi)) {
            return None;
        }
        let [value, min, max] = self.unsaid(["value", "min", "max"]);
        let said = "min > max, or either was NaN. min = {:?}, max = {:?}";
        let tokens = quote_spanned! {at.span()=> {
            let #value = (#x).clone();
            let #min = #lo;
            let #max = #hi;
            ::core::assert!(#min <= #max, #said, #min, #max);
            if #value < #min { #min } else if #value > #max { #max } else { #value }
        } };
        Some(self.rewritten(&tokens, at, out))
    }

    /// The operations of a call, whose tokens are `call`'s.
    fn scalar(
        &mut self,
        name: &Ident,
        operands: &[&Expr],
        call: impl Fn(&TokenStream, &[TokenStream]) -> TokenStream,
        out: &mut Vec<Stmt>,
    ) -> Option<Operand> {
        if let ("next_up" | "next_down", [x]) = (name.to_string().as_str(), operands) {
            // the neighbour of a number moves as the number does
            let x = match self.value(x, out) {
                Operand::Ref(place) => Operand::Place(place),
                other => other,
            };
            let primal = call(&operand_tokens(&x), &[]);
            return Some(self.rule(&ops::CAST, vec![x], vec![], primal, name.span(), out));
        }
        if let ("clamp", [x, lo, hi]) = (name.to_string().as_str(), operands) {
            return self.bounded(x, lo, hi, name, out);
        }
        let fused = match (name.to_string().as_str(), operands.len()) {
            ("mul_add", 3) => true,
            ("sin_cos", 1) => false,
            _ => return None,
        };
        let mut operands = self.sequence(operands.iter().copied(), out);
        if let Operand::Ref(place) = &operands[0] {
            // a method looks through the reference
            operands[0] = Operand::Place(place.clone());
        }
        let tokens: Vec<TokenStream> = operands.iter().map(operand_tokens).collect();
        let (x, span) = (&tokens[0], name.span());
        let value = call(x, &tokens[1..]);
        if fused {
            let a = &tokens[1];
            let (b, product) = (operands.pop()?, quote_spanned!(span=> (#x) * (#a)));
            let t = self.rule(ops::operator_row("Mul"), operands, vec![], product, span, out);
            let sum = quote_spanned!(span=> ::pullback::call::scalar(#value));
            return Some(self.rule(ops::operator_row("Add"), vec![t, b], vec![], sum, span, out));
        }
        let pair = self.held("pair", value, span, out);
        let mut fields = vec![];
        for (k, derivative) in [quote!(#pair.1), quote!(-#pair.0)].into_iter().enumerate() {
            let index = syn::Index::from(k);
            let primal = quote_spanned!(span=> ::pullback::call::scalar(#pair.#index));
            let value = self.rule(&ops::PAIRED[k], operands.clone(), vec![derivative], primal, span, out);
            fields.push((Slot::Field(Member::Unnamed(index)), value));
        }
        let parts: Vec<TokenStream> = fields.iter().map(|(_, o)| operand_tokens(o)).collect();
        Some(self.emit(Op::Build { variant: None, fields, primal: quote!((#(#parts),*)) }, span, out))
    }
}

/// Whether a path is a function of one of these types: `i32::from`.
pub(super) fn is_of(path: &syn::Path, types: &[&str]) -> bool {
    path.segments.iter().rev().nth(1).is_some_and(|s| types.iter().any(|t| s.ident == t))
}
