//! Types by their tokens: which certainly have a tangent, which can be named elsewhere.
//!
//! Input: a parameter's type. Output: yes or no. Invariant: "certainly" is never said of a type whose tangent may be empty.

use crate::signature::Signature;
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use std::collections::HashSet;
use syn::Type;

/// Whether a type has a tangent that is not empty, by its tokens: scalars, the crate's tensors, nalgebra's matrices, containers of them.
pub(crate) fn certainly_differentiable(ty: &Type, sig: &Signature) -> bool {
    match ty {
        Type::Reference(r) => certainly_differentiable(&r.elem, sig),
        Type::Slice(s) => certainly_differentiable(&s.elem, sig),
        Type::Array(a) => certainly_differentiable(&a.elem, sig),
        Type::Paren(p) => certainly_differentiable(&p.elem, sig),
        Type::Tuple(t) => t.elems.iter().any(|t| certainly_differentiable(t, sig)),
        Type::Path(p) => p.path.segments.last().is_some_and(|s| {
            let name = s.ident.to_string();
            let number =
                |stem: &str| name.strip_prefix(stem).is_some_and(|n| !n.is_empty() && n.chars().all(|c| c.is_ascii_digit() || c == 'x'));
            let matrix = ["Vector", "RowVector", "Matrix"].into_iter().any(number);
            const KNOWN: &[&str] = &["f32", "f64", "Tensor", "DVector", "DMatrix", "SVector", "SMatrix"];
            matrix || KNOWN.contains(&name.as_str()) || is_real(&name, sig) || holds_one(s, sig)
        }),
        _ => false,
    }
}

/// `Vec<T>`, `Box<T>`, `Option<T>` of such a type.
fn holds_one(segment: &syn::PathSegment, sig: &Signature) -> bool {
    let syn::PathArguments::AngleBracketed(a) = &segment.arguments else { return false };
    ["Vec", "Box", "Option", "Rc", "Arc"].iter().any(|c| segment.ident == c)
        && a.args.iter().any(|a| matches!(a, syn::GenericArgument::Type(t) if certainly_differentiable(t, sig)))
}

/// Whether a type parameter is bounded by `Real`.
fn is_real(name: &str, sig: &Signature) -> bool {
    let real = |bounds: &syn::punctuated::Punctuated<syn::TypeParamBound, syn::Token![+]>| {
        bounds.iter().any(|b| matches!(b, syn::TypeParamBound::Trait(t) if t.path.segments.last().is_some_and(|s| s.ident == "Real")))
    };
    sig.generics.type_params().any(|t| t.ident == name && real(&t.bounds))
}

/// Whether a type can be named outside the function: it mentions neither its generics nor `Self`.
pub(crate) fn is_nameable(ty: &Type, sig: &Signature) -> bool {
    let words = words_of(&ty.to_token_stream());
    let text = ty.to_token_stream().to_string();
    let own = sig.captured().iter().any(|g| words.contains(&g.to_string()));
    !own && !words.contains("Self") && !text.contains('\'') && !text.contains("impl")
}

/// The words among tokens.
pub(crate) fn words_of(tokens: &TokenStream) -> HashSet<String> {
    let mut found = HashSet::new();
    words(tokens, &mut found);
    found
}

/// Collects the words among tokens.
pub(crate) fn words(tokens: &TokenStream, into: &mut HashSet<String>) {
    for tree in tokens.clone() {
        match tree {
            TokenTree::Ident(i) => {
                into.insert(i.to_string());
            }
            TokenTree::Group(g) => words(&g.stream(), into),
            _ => {}
        }
    }
}
