//! Tangents of operations: the table's rules, calls, values put together.
//!
//! Input: an operation. Output: the statements that compute its value and its tangent. Invariant: of numbers the derivative is written out, of any other
//! type it is the rule that rustc finds.

use super::Forward;
use crate::formula::{self, derivative, product};
use crate::ir::{Callee, Lambda, Op, Operand, Place, Slot, Step, Variant};
use crate::types::Ty;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use std::collections::HashMap;

impl Forward<'_> {
    /// The zero of a variable that is certainly a number.
    fn number(&self, name: &Ident) -> Option<TokenStream> {
        match self.types.variable(&name.to_string()) {
            Some(Ty::Scalar(s)) if s == "f64" => Some(quote!(0.0_f64)),
            Some(Ty::Scalar(s)) if s == "f32" => Some(quote!(0.0_f32)),
            _ => None,
        }
    }

    /// `x += y`, `x -= y`, `x *= y` for numbers: what happens to the tangent of `x`, before `x` changes.
    pub(super) fn scalar_update(&self, place: &Place, operator: &str, value: &Operand) -> Option<TokenStream> {
        let number = |ty| matches!(ty, Some(Ty::Scalar(s)) if s == "f64" || s == "f32");
        if !number(self.types.place(place)) || !matches!(value, Operand::Place(p) if number(self.types.place(p))) {
            return None;
        }
        let y_dot = value.place().filter(|p| self.activity.is_active(p)).map(|p| self.scalar_dot(p));
        let (target, x, y) = (self.dot(place), &place.tokens, value_tokens(value));
        match (operator, y_dot) {
            ("Add" | "Sub", None) => Some(quote!()),
            ("Add", Some(y_dot)) => Some(quote!(#target += #y_dot;)),
            ("Sub", Some(y_dot)) => Some(quote!(#target -= #y_dot;)),
            ("Mul", None) => Some(quote!(#target *= #y;)),
            ("Mul", Some(y_dot)) => Some(quote!(#target = #target * #y + #x * #y_dot;)),
            _ => None,
        }
    }

    pub(super) fn operation(&self, dst: &Ident, head: &TokenStream, op: &Op, dot: &TokenStream) -> TokenStream {
        let primal = crate::emit::primal(op);
        match op {
            Op::Copy(o) => {
                let scalar = matches!(self.types.variable(&dst.to_string()), Some(Ty::Scalar(_)));
                let t = match o.place().filter(|p| scalar && self.activity.is_active(p)) {
                    Some(p) if self.types.place(p).is_some() => self.scalar_dot(p),
                    None if o.place().is_none() && self.number(dst).is_some() => self.number(dst).unwrap_or_default(),
                    _ => {
                        let t = self.tangent(o, &quote!(#dst));
                        quote!(::pullback::call::tangent_of(&#dst, &#t))
                    }
                };
                quote!(#head = #primal; #dot = #t;)
            }
            Op::Rule { name, operands, params, .. } if formula::of(self.types, dst, name, operands).is_some() => {
                let t = self.scalar_rule(dst, name, operands, params);
                quote!(#head = #primal; #dot = #t;)
            }
            Op::Rule { name, operands, params, keep, .. } => self.rule(dst, head, name, operands, params, keep, &primal, dot),
            Op::Call { callee, args, functions, .. } => self.call(head, callee, args, functions, dot),
            Op::Build { variant, fields, .. } => self.build(dst, head, variant.as_ref(), fields, &primal, dot),
            Op::Constant { .. } => quote!(#head = #primal; #dot = ::pullback::rule::zero(&::pullback::rule::witness(&#dst));),
        }
    }

    /// Σ ẋₖ ∂z/∂xₖ, written out.
    fn scalar_rule(&self, dst: &Ident, name: &str, operands: &[Operand], params: &[TokenStream]) -> TokenStream {
        let Some((formula, ty)) = formula::of(self.types, dst, name, operands) else { return quote!() };
        let mut values: HashMap<String, TokenStream> = HashMap::from([("z".to_owned(), quote!(#dst))]);
        for (letter, o) in ["x", "y"].iter().zip(operands) {
            let t = value_tokens(o);
            let reference = matches!(self.types.operand(o), Some(Ty::Ref(_))) && !matches!(o, Operand::Ref(_));
            let compound = crate::tokens::single(&t).is_none()
                && !matches!(
                    syn::parse2::<syn::Expr>(t.clone()),
                    Ok(syn::Expr::Path(_) | syn::Expr::Lit(_) | syn::Expr::Index(_) | syn::Expr::Paren(_))
                );
            values.insert(
                (*letter).to_owned(),
                if reference {
                    quote!((*#t))
                } else if compound {
                    quote!((#t))
                } else {
                    t
                },
            );
        }
        values.extend(formula.params.iter().zip(params).map(|(n, p)| ((*n).to_owned(), p.clone())));
        let mut sum = TokenStream::new();
        for (o, text) in operands.iter().zip([formula.lhs, formula.rhs]) {
            let Some(place) = o.place() else { continue };
            let term = product(&self.scalar_dot(place), &derivative(text, &values, &ty));
            sum = if sum.is_empty() { term } else { quote!(#sum + #term) };
        }
        sum
    }

    /// The tangent of a scalar place.
    fn scalar_dot(&self, place: &Place) -> TokenStream {
        if place.path.iter().all(|s| matches!(s, Step::Deref)) { self.dot(place) } else { self.read(place) }
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one IR operation")]
    fn rule(
        &self,
        dst: &Ident,
        head: &TokenStream,
        rule: &str,
        operands: &[Operand],
        params: &[TokenStream],
        keep: &str,
        primal: &TokenStream,
        dot: &TokenStream,
    ) -> TokenStream {
        let marker = crate::ops::marker(rule, primal);
        let dot_name = crate::ir::dot(&dst);
        let (mut before, mut kept) = (TokenStream::new(), vec![]);
        let names = [format_ident!("{}_left", dst), format_ident!("{}_right", dst)];
        for (k, ((o, name), letter)) in operands.iter().zip(names).zip(["x", "y"]).enumerate() {
            let t = value_tokens(o);
            let r = crate::ir::reference(&t);
            if keep.contains(letter) {
                before.extend(quote!(let #name = ::core::clone::Clone::clone(#r);));
                kept.push(crate::ops::placed(rule, primal, quote!(::pullback::rule::value(&#name))));
            } else {
                let other = crate::ir::reference(&value_tokens(&operands[(k + 1) % operands.len()]));
                before.extend(quote!(let #name = ::pullback::rule::held(#r, #other);));
                kept.push(crate::ops::placed(rule, primal, quote!(::pullback::rule::seen(&#name))));
            }
        }
        let params = if params.is_empty() { quote!(&()) } else { quote!(&(#(::core::clone::Clone::clone(&(#params)),)*)) };
        let z = quote!(::pullback::rule::value(&#dst));
        let mut after = TokenStream::new();
        for (k, o) in operands.iter().enumerate() {
            let Some(p) = o.place().filter(|p| self.activity.is_active(p)) else { continue };
            let name = format_ident!("{}_dot_{}", dst, k);
            let own = self.read(p);
            before.extend(quote!(let #name = #own;));
            let function = crate::ops::rule_path(["tangent_lhs", "tangent_rhs"][k], rule, primal);
            let push = match &kept[..] {
                [x] => {
                    let function = crate::ops::rule_path("tangent", rule, primal);
                    quote!(#function(#marker, #x, #params, #z, &#name))
                }
                _ => {
                    let (x, y) = (&kept[0], &kept[1]);
                    quote!(#function(#marker, #x, #y, #params, #z, &#name))
                }
            };
            if after.is_empty() {
                after.extend(quote!(let mut #dot_name = #push;));
            } else {
                after.extend(quote!(::pullback::Tangent::accumulate(&mut #dot_name, #push);));
            }
        }
        quote!(#before #head = #primal; #after #dot = #dot_name;)
    }

    fn build(
        &self,
        dst: &Ident,
        head: &TokenStream,
        variant: Option<&Variant>,
        fields: &[(Slot, Operand)],
        primal: &TokenStream,
        dot: &TokenStream,
    ) -> TokenStream {
        let dot_name = crate::ir::dot(&dst);
        let (mut before, mut after) = (TokenStream::new(), TokenStream::new());
        for (k, (slot, o)) in fields.iter().enumerate() {
            let Some(p) = o.place().filter(|p| self.activity.is_active(p)) else { continue };
            let part = format_ident!("{}_dot_{}", dst, k);
            let own = self.read(p);
            before.extend(quote!(let #part = #own;));
            let whole = match variant {
                Some(v @ Variant::Part(_)) => v.bar(&quote!(#dot_name)),
                _ => quote!(#dot_name),
            };
            if let Some(v @ Variant::Payload(_)) = variant {
                let payload = v.bar(&quote!(#dot_name));
                after.extend(quote!(*#payload = #part;));
                continue;
            }
            after.extend(match slot {
                Slot::Field(syn::Member::Unnamed(i)) => quote!(#whole.#i = #part;),
                Slot::Field(syn::Member::Named(f)) => {
                    let access = crate::ir::bar(&f);
                    quote!(*#whole.#access() = #part;)
                }
                Slot::Entry(i, j) => quote!(#dot_name[(#i, #j)] = #part;),
                Slot::Element(i) => {
                    quote!(*::pullback::place::IndexBar::at(&mut #dot_name, ::pullback::place::IndexKey::key(&#dst, #i)) = #part;)
                }
                Slot::Every => quote!(::pullback::call::fill(&mut #dot_name, #part);),
                Slot::Pointee => quote!(*#dot_name = #part;),
            });
        }
        quote!(#before #head = #primal; let mut #dot_name = ::pullback::Differentiable::zero_tangent(&#dst); #after #dot = #dot_name;)
    }

    fn call(&self, head: &TokenStream, callee: &Callee, args: &[Operand], functions: &[(usize, Lambda)], dot: &TokenStream) -> TokenStream {
        let receiver = if let Callee::Method(r, _) = callee { Some(r) } else { None };
        let all: Vec<&Operand> = receiver.into_iter().chain(args).collect();
        let changed = |name: &Ident| all.iter().filter(|o| matches!(o, Operand::Mut(p) if p.base == *name)).count();
        let (mut before, mut after, mut lends, mut acts) = (TokenStream::new(), TokenStream::new(), vec![], vec![]);
        // what others read of the same variable is read before it is lent
        let mut borrows = TokenStream::new();
        for (k, o) in all.iter().enumerate() {
            let Some(p) = o.place().filter(|p| self.activity.is_active(p)) else {
                lends.push(quote!(::pullback::call::Lend::lend(::pullback::call::Absent)));
                acts.push(quote!(::pullback::Off));
                continue;
            };
            acts.push(quote!(::pullback::On));
            let name = format_ident!("argument_dot_{}", k);
            if !matches!(o, Operand::Mut(_)) {
                if changed(&p.base) == 0
                    && let Some(dot) = self.in_place(p)
                {
                    lends.push(quote!(::pullback::call::Lend::lend(#dot)));
                    continue;
                }
                let own = self.read(p);
                before.extend(quote!(let #name = #own;));
                lends.push(quote!(::pullback::call::Lend::lend(&#name)));
                continue;
            }
            let (place, value) = (self.dot(p), crate::ir::reference(&p.tokens));
            borrows.extend(quote!(let #name = &mut #place; ::pullback::call::prepare(#value, &mut *#name);));
            if changed(&p.base) > 1 {
                // two parts of one variable: each is taken out for the call
                borrows.extend(quote!(let mut #name = ::pullback::call::lift(#name);));
                after.extend(quote!(::pullback::call::add(&mut #place, #name);));
                lends.push(quote!(::pullback::call::Lend::lend(&mut #name)));
            } else {
                lends.push(quote!(::pullback::call::Lend::lend(#name)));
            }
        }
        let target = crate::emit::split_path(callee, "push", all.len(), functions.len());
        let values = args.iter().enumerate().map(|(k, o)| crate::reverse::calls::handed(k, o, functions, |l| &l.push));
        if let Callee::Function(f, _) = callee {
            let captures = f.place().map(|p| self.dot(p));
            return quote!(#before #borrows let (value, value_dot) = #target(#(#values,)* (#(#lends,)*), ::core::option::Option::Some(&#captures)); #after #head = value; #dot = value_dot;);
        }
        quote!(#before #borrows let (value, value_dot) = #target(#(#values,)* (#(#acts,)*), (#(#lends,)*)); #after #head = value; #dot = value_dot;)
    }
}

impl Forward<'_> {
    /// The tangent of a whole variable, or of a part of a sequence, lent where it is: a copy would cost what the part is long.
    fn in_place(&self, place: &Place) -> Option<TokenStream> {
        let base = self.base(&place.base);
        match place.path.iter().filter(|s| !matches!(s, Step::Deref)).collect::<Vec<_>>()[..] {
            [] => Some(quote!(&#base)),
            [Step::Index { index, container, key }] if is_range(index) => {
                let key = super::key_tokens(index, container, key.as_ref());
                Some(quote!(::pullback::place::IndexDot::peek(&#base, #key)))
            }
            _ => None,
        }
    }
}

fn is_range(index: &TokenStream) -> bool {
    syn::parse2::<syn::ExprRange>(index.clone()).is_ok()
}

/// The tokens of an operand's value, without the `&` of a reference.
pub(super) fn value_tokens(o: &Operand) -> TokenStream {
    match o {
        Operand::Const(t) => t.clone(),
        Operand::Never => TokenStream::new(),
        Operand::Place(p) | Operand::Ref(p) | Operand::Mut(p) => p.tokens.clone(),
    }
}
