//! Functions that take functions: `fn integrate(f: impl Fn(f64) -> f64, …)`.
//!
//! Input: a parameter's type; a closure that a caller hands on. Output: what the hidden forms of the callee are declared with; the closure's split form and its
//! tangent form. Invariant: a closure's pullback owns what it saves, and adds to the cotangents of what the closure captures, which its caller lends as one tuple.
//!
//!     integrate(|v| v * k, a)     →     integrate::__split((captures(&(&k,)), |v| v * k, |v| { …; (t, move |t_bar, _, (v_bar,), (k_bar,)| …) }), a, …)

use crate::ir::{Callee, Func, Lambda, Op, Param, Signed, Stmt};
use crate::types::{Ty, Types};
use crate::{activity, fold, forward, literals, reverse, types};
use proc_macro2::Ident;
use quote::{ToTokens, format_ident, quote};
use syn::{GenericParam, Generics, Type, TypeParamBound};

/// The type of a function, behind a reference or a type parameter.
pub(crate) fn signed(ty: &Type, generics: &Generics) -> Option<Signed> {
    match ty {
        Type::Paren(p) => signed(&p.elem, generics),
        Type::Reference(r) if r.mutability.is_none() => signed(&r.elem, generics),
        Type::BareFn(f) => {
            let output = output(&f.output);
            Some(Signed { inputs: f.inputs.iter().map(|a| a.ty.clone()).collect(), output })
        }
        Type::TraitObject(t) => t.bounds.iter().find_map(of_bound),
        Type::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == "Box") => {
            let syn::PathArguments::AngleBracketed(a) = &p.path.segments.last()?.arguments else { return None };
            a.args
                .iter()
                .find_map(|a| if let syn::GenericArgument::Type(t @ Type::TraitObject(_)) = a { signed(t, generics) } else { None })
        }
        Type::Path(p) => {
            let name = p.path.get_ident()?;
            let own = generics.params.iter().filter_map(|g| match g {
                GenericParam::Type(t) if t.ident == *name => Some(&t.bounds),
                _ => None,
            });
            let clauses = generics.where_clause.iter().flat_map(|w| &w.predicates).filter_map(|p| match p {
                syn::WherePredicate::Type(t) if *name == t.bounded_ty.to_token_stream().to_string() => Some(&t.bounds),
                _ => None,
            });
            own.chain(clauses).flatten().find_map(of_bound)
        }
        _ => None,
    }
}

fn of_bound(bound: &TypeParamBound) -> Option<Signed> {
    let TypeParamBound::Trait(t) = bound else { return None };
    let last = t.path.segments.last()?;
    let syn::PathArguments::Parenthesized(p) = &last.arguments else { return None };
    Some(Signed { inputs: p.inputs.iter().cloned().collect(), output: output(&p.output) })
}

fn output(ty: &syn::ReturnType) -> Type {
    match ty {
        syn::ReturnType::Default => syn::parse_quote!(()),
        syn::ReturnType::Type(_, t) => (**t).clone(),
    }
}

impl Signed {
    /// Its inputs, as a differentiable function would have them.
    pub(crate) fn params(&self) -> Vec<Param> {
        let each = self.inputs.iter().enumerate().map(|(k, ty)| {
            let name = format_ident!("input_{}", k);
            let reference = |exclusive: bool| match ty {
                Type::Reference(r) if r.mutability.is_some() == exclusive => Some((*r.elem).clone()),
                _ => None,
            };
            let (shared, exclusive) = (reference(false), reference(true));
            Param {
                said: name.clone(),
                name,
                ty: ty.clone(),
                active: true,
                shared,
                exclusive,
                mutable: false,
                is_variable: false,
                function: None,
                constant_function: None,
            }
        });
        each.collect()
    }

    /// Which of its arguments are references.
    pub(crate) fn lent(&self) -> Vec<bool> {
        self.inputs.iter().map(|ty| matches!(ty, Type::Reference(r) if r.mutability.is_none())).collect()
    }
}

/// The pass: the forms of the closures that are handed to functions.
pub(crate) fn functions(func: &mut Func, types: &Types) {
    let locals = func.locals.clone();
    crate::ir::walk_mut(&mut func.body, &mut |s| {
        let Stmt::Let { op: Op::Call { functions, callee, .. }, .. } = s else { return };
        for (k, lambda) in functions {
            if lambda.constant.as_ref().is_some_and(|path| !crate::callees::is_alias(path)) {
                let form = |form| crate::emit::unreached_path(callee, *k, form);
                (lambda.split, lambda.push) = (form("__given"), form("__given_push"));
            } else if let Some(path) = lambda.callee_mut() {
                let callee = Callee::Path(path.clone());
                let form = |form| crate::emit::split_path(&callee, form, 0, 0);
                (lambda.split, lambda.push) = (form("given"), form("given_push"));
                lambda.func = None;
            } else if let Some(mut func) = lambda.func.take() {
                func.locals.clone_from(&locals);
                derive(lambda, func, types);
            }
        }
    });
}

impl Lambda {
    /// The differentiable function that it is, which has both forms itself. Whatever else a name stands for, a row of the table or a constructor, is a closure around it.
    pub(crate) fn callee_mut(&mut self) -> Option<&mut syn::ExprPath> {
        if self.constant.is_some() {
            return self.constant.as_mut();
        }
        let call = self.func.as_mut().filter(|_| self.is_named)?.body.iter_mut().find_map(|s| match s {
            Stmt::Let { op: Op::Call { callee: Callee::Path(path), .. }, .. } => Some(path),
            _ => None,
        });
        call.filter(|p| !crate::emit::is_of_type(p))
    }
}

/// Both forms of a closure.
fn derive(lambda: &mut Lambda, mut func: Func, outer: &Types) {
    let own = lambda.inputs.len();
    for p in &mut func.params[own..] {
        if let Some(Ty::Scalar(s)) = outer.variable(&p.name.to_string())
            && let Ok(ty) = syn::parse_str(s)
        {
            (p.ty, p.mutable) = (ty, false);
        }
    }
    let activity = activity::analyse(&func);
    let func = fold::fold(func, &activity);
    let types = types::infer(&func, &Generics::default(), &syn::parse_quote!(_));
    let mut func = literals::literals(func, &types);
    functions(&mut func, &types);
    let sweeps = reverse::reverse(&func, &activity, &types);
    let tangents = forward::forward(&func, &activity, &types);
    let (params, captured) = func.params.split_at(own);
    let inputs = &lambda.inputs;
    let name = |p: &Param, suffix: &str| format_ident!("{}_{}", p.name, suffix);
    let (mut keep, mut bars, mut dots, mut again, mut unwrap, mut read) = (quote!(), vec![], vec![], vec![], quote!(), quote!());
    for p in params {
        let (v, of, own, bar, dot) = (&p.name, name(p, "of"), name(p, "unwanted"), crate::ir::bar(&p.name), crate::ir::dot(&p.name));
        again.push(if p.shared.is_some() { quote!(#v) } else { quote!(_) });
        keep.extend(quote!(let #of = ::pullback::rule::witness(&#v);));
        unwrap.extend(quote! {
            let mut #own = ::pullback::Tangent::zero();
            let #bar = ::pullback::call::parameter_bar(&#of, #bar, &mut #own);
        });
        let given = if p.exclusive.is_some() {
            quote!(::pullback::call::parameter_bar(&::pullback::rule::witness(&#v), #dot, &mut #own))
        } else {
            quote!(::pullback::call::parameter_dot(&#v, #dot, &mut #own))
        };
        read.extend(quote!(let mut #own = ::pullback::Tangent::zero(); let #dot = #given;));
        bars.push(bar);
        dots.push(dot);
    }
    let captured_bars: Vec<Ident> = captured.iter().map(|p| crate::ir::bar(&p.name)).collect();
    let captured_dots: Vec<Ident> = captured.iter().map(|p| crate::ir::dot(&p.name)).collect();
    if !captured.is_empty() {
        unwrap.extend(quote!(let (#(#captured_bars,)*) = captures;));
        read.extend(quote! {
            let nothing = ::pullback::Tangent::zero();
            let (#(#captured_dots,)*) = captures.unwrap_or(&nothing);
        });
    }
    let (forward, result, backward) = (&sweeps.forward, &sweeps.result, &sweeps.backward);
    lambda.split = quote!(|#(#inputs),*| {
        #keep #forward
        let result = #result;
        (result, move |result_bar, (#(#again,)*), (#(#bars,)*), captures| { #unwrap #backward })
    });
    let (body, result, result_dot) = (&tangents.body, &tangents.result, &tangents.result_dot);
    let separator = (!inputs.is_empty()).then(|| quote!(,));
    lambda.push = quote!(|#(#inputs),* #separator (#(#dots,)*), captures| {
        #read #body
        let result_dot = #result_dot;
        (#result, result_dot)
    });
}
