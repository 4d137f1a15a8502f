//! Stand-ins: what the type parameters of a function are in a constant, which has none.
//!
//! Input: generics. Output: the constant's value, with an alias for each parameter: `type T = f64;`, a function pointer for a function. Invariant: nothing
//! is asked of a stand-in that it may not have. Where bounds name traits of which nobody knows whether `f64` has them, the stand-in is the first type
//! with an `impl` of that trait that has the attribute, if it can be named here. The constant of the type `Probe<T>` is found if it has what is
//! asked for, and that of a trait, zero, if not.

use crate::signature::COMMON_BOUNDS;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::punctuated::Punctuated;
use syn::{GenericArgument, GenericParam, Generics, PathArguments, Type, TypeParamBound};

/// What the size of a function's result without a name tells; `call` is a call of the function with these generics.
pub(super) fn sound(all: &[&Generics], call: &TokenStream) -> TokenStream {
    let aliases: TokenStream = all.iter().map(|g| aliases(g)).collect();
    let plain = quote!(::pullback::gate::sound(|| #call));
    if !all.iter().any(|g| is_uncertain(g)) {
        return quote!(#aliases #plain);
    }
    let params: Vec<&GenericParam> = all.iter().flat_map(|g| &g.params).collect();
    let (lifetimes, others): (Vec<&GenericParam>, Vec<&GenericParam>) = params.iter().partition(|p| matches!(p, GenericParam::Lifetime(_)));
    let types = all.iter().flat_map(|g| g.type_params()).map(|t| &t.ident);
    let bare = others.iter().map(|p| super::gate::bare(p));
    let named: Vec<&Ident> = all.iter().flat_map(|g| names(g)).collect();
    let predicates = all.iter().filter_map(|g| g.where_clause.as_ref()).flat_map(|w| &w.predicates);
    let mut probe = quote! {
        struct __Probe<#(#bare),*>(::core::marker::PhantomData<(#(#types,)*)>);
        trait __Unknown { const __SIZE: usize = 0; }
        impl<T: ?Sized> __Unknown for T {}
        impl<#(#lifetimes,)* #(#others),*> __Probe<#(#named),*> where #(#predicates),* { const __SIZE: usize = #plain; }
        <__Probe<#(#named),*>>::__SIZE
    };
    for (t, of) in all.iter().flat_map(|g| g.type_params()).filter_map(|t| Some((&t.ident, unknown(t)?))) {
        let implementor = implementor(of);
        // an import of nothing would be an error: of this name there is a macro, at least
        probe = quote!({ macro_rules! #implementor { () => {} } use #implementor as #t; #probe });
    }
    quote!(#aliases #probe)
}

/// The alias of a type that has the trait of this name.
pub(crate) fn implementor(of: &Ident) -> Ident {
    quote::format_ident!("__ImplementorOf{}", of)
}

/// A trait among the bounds that `f64` may not have.
fn unknown(param: &syn::TypeParam) -> Option<&Ident> {
    param.bounds.iter().find_map(|b| match b {
        TypeParamBound::Trait(t) if !is_of_numbers(b) && pointer(b).is_none() => t.path.segments.last().map(|s| &s.ident),
        _ => None,
    })
}

/// Names of type and const parameters.
pub(super) fn names(generics: &Generics) -> Vec<&Ident> {
    let each = generics.params.iter().filter_map(|g| match g {
        GenericParam::Type(t) => Some(&t.ident),
        GenericParam::Const(c) => Some(&c.ident),
        GenericParam::Lifetime(_) => None,
    });
    each.collect()
}

/// Whether `f64` may lack what the parameters ask for.
pub(super) fn is_uncertain(generics: &Generics) -> bool {
    let certain = |bounds: &Punctuated<TypeParamBound, syn::Token![+]>| bounds.iter().all(|b| is_of_numbers(b) || pointer(b).is_some());
    let in_clause = generics.where_clause.iter().flat_map(|w| &w.predicates).all(|p| match p {
        syn::WherePredicate::Type(t) => t.bounds.iter().all(is_of_numbers),
        _ => true,
    });
    !in_clause || !generics.type_params().all(|t| certain(&t.bounds))
}

/// What the type parameters stand for in the constant: `type T = f64;`.
pub(super) fn aliases(generics: &Generics) -> TokenStream {
    generics.params.iter().map(alias).collect()
}

fn alias(param: &GenericParam) -> TokenStream {
    match param {
        GenericParam::Lifetime(_) => quote!(),
        GenericParam::Const(c) => {
            let (name, ty) = (&c.ident, &c.ty);
            let value = match ty.to_token_stream().to_string().as_str() {
                "bool" => quote!(true),
                "char" => quote!('1'),
                _ => quote!(1),
            };
            quote!(const #name: #ty = #value;)
        }
        GenericParam::Type(t) => {
            let name = &t.ident;
            let ty = t.bounds.iter().find_map(pointer).unwrap_or_else(|| quote!(f64));
            quote!(type #name = #ty;)
        }
    }
}

/// `Fn(A) -> B` → `fn(A) -> B`.
fn pointer(bound: &TypeParamBound) -> Option<TokenStream> {
    let TypeParamBound::Trait(t) = bound else { return None };
    let last = t.path.segments.last().filter(|s| ["Fn", "FnMut", "FnOnce"].iter().any(|f| s.ident == f))?;
    let PathArguments::Parenthesized(a) = &last.arguments else { return None };
    let (lifetimes, inputs, output) = (&t.lifetimes, &a.inputs, &a.output);
    Some(quote!(#lifetimes fn(#inputs) #output))
}

/// Bounds that `f64` certainly meets.
fn is_of_numbers(bound: &TypeParamBound) -> bool {
    const FURTHER: &[&str] = &["Real", "Differentiable", "Rem", "AddAssign", "SubAssign", "MulAssign", "DivAssign", "Sum"];
    let TypeParamBound::Trait(t) = bound else { return true };
    t.path
        .segments
        .last()
        .is_some_and(|s| COMMON_BOUNDS.iter().chain(FURTHER).any(|k| s.ident == k) && (s.arguments.is_none() || gives_itself(&s.arguments)))
}

/// `<Output = T>`.
fn gives_itself(arguments: &PathArguments) -> bool {
    let PathArguments::AngleBracketed(a) = arguments else { return false };
    let plain = |args: &Punctuated<GenericArgument, _>| {
        args.iter().all(|a| matches!(a, GenericArgument::AssocType(t) if t.ident == "Output" && is_one_word(&t.ty)))
    };
    plain(&a.args)
}

fn is_one_word(ty: &Type) -> bool {
    matches!(ty, Type::Path(p) if p.path.segments.len() == 1 && p.path.segments[0].arguments.is_none())
}
