//! Types and parameters of the hidden forms.
//!
//! Input: parameters of a signature. Output: what the forms are declared with. Invariant: a caller sees of them only what types tell.

use crate::derive::owned;
use crate::ir::Param;
use crate::signature::{Home, Signature, elided};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::Type;

/// `__split`, or `__split_m` for a method `m`.
pub(crate) fn hidden(sig: &Signature, form: &str) -> Ident {
    if sig.associated { format_ident!("__{}_{}", form, sig.name) } else { format_ident!("__{}", form) }
}

/// The parameters of the hidden forms, and what gives the receiver its name.
pub(super) fn parameters(sig: &Signature) -> (Vec<TokenStream>, TokenStream) {
    let mut params: Vec<TokenStream> = sig
        .params
        .iter()
        .map(|p| {
            let (name, ty, mutable) = (&p.name, &p.ty, p.mutable.then(|| quote!(mut)));
            if p.is_function() {
                let (captures, sweep) = (function_name(p, "Captures"), function_name(p, "Sweep"));
                return quote!(#name: (::pullback::call::Captures<#captures>, #ty, &#sweep));
            }
            quote!(#mutable #name: #ty)
        })
        .collect();
    if !sig.method {
        return (params, quote!());
    }
    params[0] = receiver(&sig.params[0]);
    let mutable = sig.params[0].mutable.then(|| quote!(mut));
    (params, quote!(let #mutable this = self;))
}

/// Whether a value of a type is certainly there after it was passed on.
pub(super) fn is_copied(ty: &Type) -> bool {
    const NUMBERS: &[&str] =
        &["f32", "f64", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "bool", "char"];
    matches!(ty, Type::Path(p) if p.path.get_ident().is_some_and(|i| NUMBERS.iter().any(|n| i == n)))
}

/// A receiver as it is declared.
pub(super) fn receiver(p: &Param) -> TokenStream {
    let lifetime = if let Type::Reference(r) = &p.ty { r.lifetime.as_ref() } else { None };
    match (&p.shared, &p.exclusive) {
        (Some(_), _) => quote!(& #lifetime self),
        (_, Some(_)) => quote!(& #lifetime mut self),
        _ => quote!(self),
    }
}

/// The tangent type of a type; references are the type's behind them.
pub(crate) fn tangent_type(ty: &Type) -> TokenStream {
    match (ty, numbers(ty)) {
        (Type::Reference(r), _) => tangent_type(&r.elem),
        (_, Some(number)) => quote!(::std::vec::Vec<#number>),
        _ if is_number(ty) => ty.to_token_stream(),
        _ => {
            let ty = owned(ty);
            quote!(<#ty as ::pullback::Differentiable>::Tangent)
        }
    }
}

/// A number, certainly.
pub(crate) fn is_number(ty: &Type) -> bool {
    matches!(ty.to_token_stream().to_string().as_str(), "f32" | "f64")
}

/// The numbers in a slice.
pub(super) fn numbers(ty: &Type) -> Option<&Type> {
    match ty {
        Type::Slice(s) if is_number(&s.elem) => Some(&s.elem),
        _ => None,
    }
}

/// What a pullback takes again: references.
pub(super) fn again_type(p: &Param) -> TokenStream {
    match &p.shared {
        _ if p.is_function() => quote!(::pullback::call::Ignored),
        Some(t) => {
            let t = elided(t);
            quote!(&#t)
        }
        None if p.exclusive.is_some() => quote!(::pullback::call::Changed),
        None => quote!(::pullback::call::Ignored),
    }
}

/// The name of a type parameter that a parameter which is a function needs.
fn function_name(p: &Param, stem: &str) -> Ident {
    format_ident!("{}Of_{}", stem, p.name)
}

/// The names of all of them.
pub(super) fn function_names(p: &Param, form: &str) -> Vec<Ident> {
    let stems: &[&str] = if form == "push" { &["Captures", "Sweep"] } else { &["Captures", "Pull", "Sweep"] };
    if p.is_function() { stems.iter().map(|stem| function_name(p, stem)).collect() } else { vec![] }
}

/// How many those are, for each parameter that is a function.
pub(super) fn generics_of_function(form: &str) -> usize {
    if form == "push" { 2 } else { 3 }
}

/// The type parameters of what is handed on for a parameter that is a function: what it captures, and its split or its tangent form.
pub(super) fn function_generics(p: &Param, form: &str) -> Vec<TokenStream> {
    let Some(signed) = p.function.as_ref().or(p.constant_function.as_ref()) else { return vec![] };
    let [captures, pull, sweep] = ["Captures", "Pull", "Sweep"].map(|stem| function_name(p, stem));
    let (inputs, output, params) = (&signed.inputs, &signed.output, signed.params());
    let (result, tangent) = (elided(output), tangent_type(&elided(output)));
    if form == "push" {
        let dots = params.iter().map(|p| bar_type(p, &quote!()));
        let separator = (!inputs.is_empty()).then(|| quote!(,));
        return vec![
            quote!(#captures: ::pullback::Tangent),
            quote!(#sweep: ::core::ops::Fn(#(#inputs),* #separator (#(#dots,)*), ::core::option::Option<&#captures>) -> (#result, #tangent)),
        ];
    }
    let (again, bars) = (params.iter().map(again_type), params.iter().map(|p| bar_type(p, &quote!(mut))));
    vec![
        quote!(#captures: ::pullback::Tangent + 'static),
        quote!(#pull: ::core::ops::Fn(#tangent, (#(#again,)*), (#(#bars,)*), &mut #captures) + 'static),
        quote!(#sweep: ::core::ops::Fn(#(#inputs),*) -> (#result, #pull)),
    ]
}

/// A parameter as a user's call hands it to a hidden form. Of a function without gradient nobody calls the form that has one.
pub(super) fn handed(p: &Param, form: &str) -> TokenStream {
    let name = &p.name;
    let Some(signed) = &p.constant_function else { return quote!(#name) };
    let (inputs, params, captures) = (&signed.inputs, signed.params(), quote!(<() as ::pullback::Differentiable>::Tangent));
    let (result, tangent) = (&signed.output, tangent_type(&elided(&signed.output)));
    let (again, bars) = (params.iter().map(again_type), params.iter().map(|p| bar_type(p, &quote!(mut))));
    let unreached = if form == "push" {
        let dots = params.iter().map(|p| bar_type(p, &quote!()));
        quote!(|#(_: #inputs,)* _: (#(#dots,)*), _: ::core::option::Option<&#captures>| -> (#result, #tangent) { ::core::unreachable!() })
    } else {
        let pull = quote!(fn(#tangent, (#(#again,)*), (#(#bars,)*), &mut #captures));
        quote!(|#(_: #inputs),*| -> (#result, #pull) { ::core::unreachable!() })
    };
    quote!((::pullback::call::captures(&()), #name, &#unreached))
}

/// How many type parameters a hidden form has for parameters that are functions, as the arguments of a call.
pub(super) fn inferred(sig: &Signature, form: &str) -> Vec<TokenStream> {
    sig.params.iter().flat_map(|p| function_names(p, form)).map(|_| quote!(_)).collect()
}

/// Names for the parts of what is handed on.
pub(super) fn function_parts(sig: &Signature, form: &str) -> TokenStream {
    let each = sig.params.iter().filter(|p| p.function.is_some()).map(|p| {
        let (name, mutable) = (&p.name, p.mutable.then(|| quote!(mut)));
        let (captures, sweep) = (format_ident!("{}_captures", name), format_ident!("{}_{}", name, form));
        quote!(let (#captures, #mutable #name, #sweep) = #name;)
    });
    let constant = sig.params.iter().filter(|p| p.constant_function.is_some()).map(|p| {
        let (name, mutable) = (&p.name, p.mutable.then(|| quote!(mut)));
        quote!(let (_, #mutable #name, _) = #name;)
    });
    each.chain(constant).collect()
}

/// What a pullback adds into, or a tangent is read from.
pub(super) fn bar_type(p: &Param, mutable: &TokenStream) -> TokenStream {
    if !p.active {
        return quote!(::pullback::call::Ignored);
    }
    if p.function.is_some() {
        let captures = function_name(p, "Captures");
        return quote!(::core::option::Option<& #mutable #captures>);
    }
    let bar = super::tangents::bar_type(&owned(&Signature::referent(p)));
    let mutable = if p.exclusive.is_some() { &quote!(mut) } else { mutable };
    quote!(::core::option::Option<& #mutable #bar>)
}

/// Whether the zero of this type's cotangent has all its entries.
pub(crate) fn has_extent(ty: &Type) -> bool {
    matches!(ty, Type::Array(_)) || is_number(ty)
}

pub(crate) fn is_vec(ty: &Type) -> bool {
    matches!(ty, Type::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == "Vec"))
}

/// What stands beside a method with a derivative and has its signature: see [`super::hooks`].
pub(super) fn hook_of(sig: &Signature) -> TokenStream {
    if !sig.associated {
        return quote!();
    }
    let (vis, sized) =
        if sig.home == Home::TraitItem { (quote!(), vec![quote!(Self: ::core::marker::Sized)]) } else { (quote!(pub), vec![]) };
    let written = sig.params.iter().cloned().map(|p| Param { function: None, constant_function: None, ..p }).collect();
    let (name, output, (params, _)) =
        (super::hooks::hook(&sig.name), &sig.output, parameters(&Signature { params: written, ..sig.clone() }));
    let own = &sig.generics.params;
    let predicates = sig.generics.where_clause.iter().flat_map(|w| &w.predicates).map(ToTokens::to_token_stream).chain(sized.clone());
    let given = sig.method.then(|| {
        let name = super::hooks::receiver_of(&sig.name.to_string(), sig.name.span());
        let (this, ty) = match (&sig.params[0].shared, &sig.params[0].exclusive) {
            (Some(_), _) => (quote!(&self), quote!(&Self)),
            (_, Some(_)) => (quote!(&mut self), quote!(&mut Self)),
            _ => (quote!(self), quote!(Self)),
        };
        quote! {
            #[doc(hidden)]
            #[allow(unused, clippy::all, clippy::pedantic, clippy::nursery)]
            #[inline(always)]
            #vis fn #name(#this) -> #ty where #(#sized),* { self }
        }
    });
    quote! {
        #[doc(hidden)]
        #[allow(unused, clippy::all, clippy::pedantic, clippy::nursery)]
        #vis fn #name<#own>(#(#params),*) -> #output where #(#predicates),* { loop {} }
        #given
    }
}

/// How a function takes its arguments, for callers to whom tokens do not tell.
pub(super) fn kinds_of(sig: &Signature) -> TokenStream {
    let kinds: Vec<TokenStream> = sig
        .params
        .iter()
        .map(|p| match (&p.shared, &p.exclusive) {
            _ if p.is_function() => quote!(::pullback::call::Ignored),
            (Some(_), _) if p.active => quote!(::pullback::call::Again),
            (Some(_), _) => quote!(::pullback::call::Lent),
            (_, Some(_)) => quote!(::pullback::call::Changed),
            _ => quote!(::pullback::call::Ignored),
        })
        .collect();
    let (vis, sized) = if sig.home == Home::TraitItem { (quote!(), quote!(where Self: Sized)) } else { (quote!(pub), quote!()) };
    let (name, receiver) = match (sig.method, sig.associated) {
        (true, _) => (format_ident!("__receiver_{}", sig.name), quote!(&self)),
        (false, true) => return quote!(),
        (false, false) => (format_ident!("__kinds"), quote!()),
    };
    quote! {
        #[doc(hidden)]
        #[inline(always)]
        #vis fn #name(#receiver) -> (#(#kinds,)*) #sized {
            (#(#kinds,)*)
        }
    }
}
