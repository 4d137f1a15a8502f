//! Adjoints of the table's operations.
//!
//! Input: an operation and its operands. Output: steps of the reverse sweep. Invariant: where all types are known scalars the
//! derivative is written out as a formula; else it is a call of the rule that rustc finds by type. Both come from the same table.

use super::{Around, Reverse};
use crate::formula::{derivative, product};
use crate::ir::{Op, Operand, Place, Slot, Variant};
use crate::ops::Formula;
use crate::tokens::has_word;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use std::collections::HashMap;

/// One contribution: `bar(place) += value`.
type Contribution = (Place, TokenStream);

impl Reverse<'_> {
    /// The adjoint of `dst = op`; the cotangent of `dst` exists.
    pub(super) fn operation(&mut self, dst: &Ident, op: &Op, definite: bool, around: &mut Around) {
        match op {
            Op::Copy(o) => self.copy(dst, o, around),
            Op::Rule { name, operands, params, keep, primal, .. } => match crate::formula::of(self.types, dst, name, operands) {
                Some((formula, ty)) => {
                    let (contributions, partial) = self.scalar_rule(dst, &formula, &ty, operands, params, around);
                    self.contributions(dst, contributions, partial && !definite, &ty, around);
                }
                None => self.rule(dst, name, operands, params, keep, primal, definite, around),
            },
            Op::Call { callee, args, functions, .. } => self.call(dst, callee, args, functions, definite, around),
            Op::Build { variant, fields, .. } => self.build(dst, variant.as_ref(), fields, around),
            Op::Constant { .. } => {}
        }
    }

    fn copy(&mut self, dst: &Ident, o: &Operand, around: &mut Around) {
        let Some(place) = o.place().cloned() else { return };
        let bar = crate::ir::bar(&dst);
        if self.scalar(&place).is_some() && matches!(self.types.variable(&dst.to_string()), Some(crate::types::Ty::Scalar(_))) {
            let step = self.contribute(&place, &quote!(#bar), &mut around.before);
            self.top().steps.push(step);
            return;
        }
        let target = self.bar(&place, &mut around.before);
        let step = self.guard_activity(&place, quote!(::pullback::call::add(&mut #target, #bar);));
        self.top().steps.push(step);
    }

    /// The contributions, and whether any of them has a partial derivative that could be infinite.
    fn scalar_rule(
        &mut self,
        dst: &Ident,
        formula: &Formula,
        ty: &str,
        operands: &[Operand],
        params: &[TokenStream],
        around: &mut Around,
    ) -> (Vec<Contribution>, bool) {
        let bar = crate::ir::bar(&dst);
        let (mut all, mut partial) = (vec![], false);
        for (o, text) in operands.iter().zip([formula.lhs, formula.rhs]) {
            let Some(place) = o.place() else { continue };
            if let Some(slope) = self.slope(o, text, ty, around) {
                partial = true;
                all.push((place.clone(), product(&quote!(#bar), &slope)));
                continue;
            }
            let mut values = HashMap::new();
            for (letter, operand) in ["x", "y"].iter().zip(operands) {
                if has_word(text, letter) {
                    let (_, value) = self.scalar_value(operand, &mut around.before);
                    values.insert((*letter).to_owned(), value);
                }
            }
            if has_word(text, "z") {
                let result = Operand::Place(Place::variable(dst.clone()));
                let (_, value) = self.value(&result, &mut around.after);
                values.insert("z".to_owned(), value);
            }
            for (name, param) in formula.params.iter().zip(params) {
                if has_word(text, name) {
                    let (_, value) = self.value(&Operand::Const(param.clone()), &mut around.before);
                    values.insert((*name).to_owned(), value);
                }
            }
            partial |= !values.is_empty();
            all.push((place.clone(), product(&quote!(#bar), &derivative(text, &values, ty))));
        }
        (all, partial)
    }

    /// The derivative of a sine or cosine whose operand can't be read on the way back: kept in its place. The two together cost what one does.
    fn slope(&mut self, o: &Operand, text: &str, ty: &str, around: &mut Around) -> Option<TokenStream> {
        let place =
            o.place().filter(|p| (text == "x.cos()" || text == "-x.sin()") && (ty == "f64" || ty == "f32") && !self.is_readable(p))?;
        let values = HashMap::from([("x".to_owned(), place.tokens.clone())]);
        let slope = derivative(text, &values, ty);
        Some(self.save("slope", &slope, true, &mut around.before).1)
    }

    /// The value of a scalar operand, references looked through.
    pub(super) fn scalar_value(&mut self, o: &Operand, keep: &mut TokenStream) -> (TokenStream, TokenStream) {
        let (read, value) = self.value(o, keep);
        let ty = match o {
            // the value of `&x` is that of `x`
            Operand::Const(t) => self.types.operand(&Operand::Const(super::strip_reference(t))),
            _ => self.types.operand(o),
        };
        match ty {
            Some(crate::types::Ty::Ref(_)) if matches!(o, Operand::Place(_) | Operand::Const(_)) => (quote!(*#read), quote!((*#value))),
            _ => (read, value),
        }
    }

    /// Adds contributions, all under one test if the cotangent may be a symbolic zero.
    pub(super) fn contributions(&mut self, dst: &Ident, all: Vec<Contribution>, tested: bool, ty: &str, around: &mut Around) {
        let bar = crate::ir::bar(&dst);
        let test = self.test(&quote!(#bar), Some(ty));
        if tested && self.top().at.loops > 0 && all.iter().all(|(_, v)| is_arithmetic(v)) {
            // without a branch, so that the loop stays one that runs several iterations at once
            for (place, value) in &all {
                let step = self.contribute(place, &quote!(::pullback::rule::used(#bar, #value)), &mut around.before);
                self.top().steps.push(step);
            }
            return;
        }
        if tested {
            for (place, _) in &all {
                self.touch(&place.base.to_string());
            }
        }
        let steps: Vec<TokenStream> = all.iter().map(|(p, v)| self.contribute(p, v, &mut around.before)).collect();
        let step = if tested { quote!(if #test { #(#steps)* }) } else { quote!(#(#steps)*) };
        self.top().steps.push(step);
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one IR operation")]
    fn rule(
        &mut self,
        dst: &Ident,
        name: &str,
        operands: &[Operand],
        params: &[TokenStream],
        keep: &str,
        primal: &TokenStream,
        definite: bool,
        around: &mut Around,
    ) {
        let (marker, bar) = (crate::ops::marker(name, primal), crate::ir::bar(&dst));
        let (left, right) = keep.split_once('|').unwrap_or((keep, keep));
        let wants: Vec<bool> = operands.iter().map(|o| o.place().is_some()).collect();
        let needs = |c: char| (wants[0] && left.contains(c)) || (wants.get(1) == Some(&true) && right.contains(c));
        let kept: Vec<TokenStream> = operands
            .iter()
            .zip(['x', 'y'])
            .enumerate()
            .map(|(k, (o, letter))| {
                let other = &operands[(k + 1) % operands.len()];
                let kept = if needs(letter) { self.kept(o, true, &mut around.before) } else { self.held(o, other, &mut around.before) };
                crate::ops::placed(name, primal, kept)
            })
            .collect();
        let params = if params.is_empty() {
            quote!(&())
        } else {
            let each: Vec<TokenStream> = params.iter().map(|p| self.parameter(p, &mut around.before)).collect();
            quote!(&(#(#each,)*))
        };
        let result = Operand::Place(Place::variable(dst.clone()));
        let z = if needs('z') {
            let (read, _) = self.value(&result, &mut around.after);
            quote!(::pullback::rule::value(#read))
        } else {
            self.kept(&result, false, &mut around.after)
        };
        let mut steps = TokenStream::new();
        for (k, o) in operands.iter().enumerate() {
            let Some(place) = o.place().cloned() else { continue };
            let target = self.bar(&place, &mut around.before);
            let step = match &kept[..] {
                [x] => {
                    let adjoint = crate::ops::rule_path("adjoint", name, primal);
                    quote!(#adjoint(#marker, #x, #params, #z, &#bar, &mut #target);)
                }
                _ => {
                    let (adjoint, x, y) = (crate::ops::rule_path(["adjoint_lhs", "adjoint_rhs"][k], name, primal), &kept[0], &kept[1]);
                    quote!(#adjoint(#marker, #x, #y, #params, #z, &#bar, &mut #target);)
                }
            };
            steps.extend(self.guard_activity(&place, step));
        }
        self.tested(&quote!(#bar), steps, definite);
    }

    /// A parameter as the rule takes it again: a reference stays one, anything else is a clone.
    fn parameter(&mut self, p: &TokenStream, keep: &mut TokenStream) -> TokenStream {
        let (read, _) = self.value(&Operand::Const(p.clone()), keep);
        let reference = matches!(syn::parse2::<syn::Expr>(p.clone()), Ok(syn::Expr::Reference(_)));
        if reference { read } else { quote!(::core::clone::Clone::clone(#read)) }
    }

    /// Steps that run only if the cotangent is not a symbolic zero.
    pub(super) fn tested(&mut self, bar: &TokenStream, steps: TokenStream, definite: bool) {
        let test = self.test(bar, None);
        let step = if definite { steps } else { quote!(if #test { #steps }) };
        self.top().steps.push(step);
    }

    fn build(&mut self, dst: &Ident, variant: Option<&Variant>, fields: &[(Slot, Operand)], around: &mut Around) {
        let whole = crate::ir::bar(&dst);
        let inside = variant.map(|v| v.bar(&quote!(#whole)));
        let of_fields = inside.clone().unwrap_or(quote!(#whole));
        for (slot, o) in fields {
            let Some(place) = o.place().cloned() else { continue };
            let target = self.bar(&place, &mut around.before);
            let part = match slot {
                Slot::Field(_) if matches!(variant, Some(Variant::Payload(_))) => quote!((*#inside)),
                Slot::Field(syn::Member::Unnamed(k)) => quote!(#of_fields.#k),
                Slot::Field(syn::Member::Named(f)) => {
                    let access = crate::ir::bar(&f);
                    quote!((*#of_fields.#access()))
                }
                Slot::Entry(i, j) => quote!(#whole[(#i, #j)]),
                Slot::Element(k) => quote!((*::pullback::place::IndexBar::at(&mut #whole, #k))),
                Slot::Pointee => quote!((*#whole)),
                Slot::Every => {
                    let add = quote!(::pullback::call::add(&mut #target, ::core::clone::Clone::clone(element)););
                    let step = self.guard_activity(&place, quote!(for element in #whole.iter() { #add }));
                    self.top().steps.push(step);
                    continue;
                }
            };
            let step = quote!(::pullback::call::add(&mut #target, ::pullback::call::lift(&mut #part)););
            let step = self.guard_activity(&place, step);
            self.top().steps.push(step);
        }
    }
}

/// Whether an expression is made of the four operations alone.
fn is_arithmetic(value: &TokenStream) -> bool {
    fn plain(e: &syn::Expr) -> bool {
        use syn::{BinOp, Expr};
        match e {
            Expr::Lit(_) | Expr::Path(_) => true,
            Expr::Paren(p) => plain(&p.expr),
            Expr::Index(i) => plain(&i.expr),
            Expr::Field(f) => plain(&f.base),
            Expr::Unary(u) => plain(&u.expr),
            Expr::Binary(b) => {
                matches!(b.op, BinOp::Add(_) | BinOp::Sub(_) | BinOp::Mul(_) | BinOp::Div(_)) && plain(&b.left) && plain(&b.right)
            }
            _ => false,
        }
    }
    syn::parse2::<syn::Expr>(value.clone()).is_ok_and(|e| plain(&e))
}
