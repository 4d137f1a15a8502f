//! Types by their tokens: which certainly have a tangent, which can be named elsewhere.
//!
//! Input: a parameter's type. Output: yes or no. Invariant: "certainly" is never said of a type whose tangent may be empty.

use crate::signature::Signature;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use std::collections::HashSet;
use syn::Type;

/// What the generics around a type say: the names of parameters, and of those that are `Real`.
#[derive(Clone, Default)]
pub(crate) struct Names {
    all: HashSet<String>,
    reals: HashSet<String>,
}

impl Names {
    /// The names of generics.
    pub(crate) fn of(generics: &syn::Generics) -> Names {
        let mut names = Names::default();
        for g in &generics.params {
            match g {
                syn::GenericParam::Type(t) => names.add(&t.ident, is_real(&t.bounds)),
                syn::GenericParam::Const(c) => names.add(&c.ident, false),
                syn::GenericParam::Lifetime(_) => {}
            }
        }
        names
    }

    fn add(&mut self, name: &Ident, real: bool) {
        self.all.insert(name.to_string());
        if real {
            self.reals.insert(name.to_string());
        }
    }
}

impl Signature {
    /// The names of the generics around a function's types.
    pub(crate) fn names(&self) -> Names {
        let mut names = Names::of(&self.generics);
        self.outer.iter().for_each(|g| names.add(g, false));
        names
    }
}

/// A type that is an error type if it has no tangent, so that this is said once, on its tokens, and nothing follows from it: the length of an
/// array is a constant that asks for the tangent, and what mentions a constant that failed is silently wrong.
pub(crate) fn checked(ty: &Type, names: &Names) -> TokenStream {
    if certainly_differentiable(ty, names) || !is_nameable(ty, names) {
        return ty.to_token_stream();
    }
    let span = ty.to_token_stream().into_iter().next().map_or_else(proc_macro2::Span::call_site, |t| t.span());
    quote_spanned!(span=> <[(); <#ty as ::pullback::Differentiable>::CHECKED] as ::pullback::differentiable::Checked<#ty>>::Type)
}

/// Whether a type has a tangent that is not empty, by its tokens: scalars, the crate's tensors, nalgebra's matrices, containers of them.
pub(crate) fn certainly_differentiable(ty: &Type, names: &Names) -> bool {
    match ty {
        Type::Reference(r) => certainly_differentiable(&r.elem, names),
        Type::Slice(s) => certainly_differentiable(&s.elem, names),
        Type::Array(a) => certainly_differentiable(&a.elem, names),
        Type::Paren(p) => certainly_differentiable(&p.elem, names),
        Type::Tuple(t) => {
            let certain = |t: &Type| certainly_differentiable(t, names);
            t.elems.iter().all(|t| certain(t) || crate::signature::is_inert(t)) && t.elems.iter().any(certain)
        }
        Type::Path(p) => p.path.segments.last().is_some_and(|s| {
            let name = s.ident.to_string();
            let number =
                |stem: &str| name.strip_prefix(stem).is_some_and(|n| !n.is_empty() && n.chars().all(|c| c.is_ascii_digit() || c == 'x'));
            let matrix = ["Vector", "RowVector", "Matrix"].into_iter().any(number);
            const KNOWN: &[&str] = &["f32", "f64", "Tensor", "DVector", "DMatrix", "SVector", "SMatrix"];
            matrix || KNOWN.contains(&name.as_str()) || names.reals.contains(&name) || holds_one(s, names)
        }),
        _ => false,
    }
}

/// `Vec<T>`, `Box<T>`, `Option<T>` of such a type.
fn holds_one(segment: &syn::PathSegment, names: &Names) -> bool {
    let syn::PathArguments::AngleBracketed(a) = &segment.arguments else { return false };
    ["Vec", "Box", "Option", "Rc", "Arc"].iter().any(|c| segment.ident == c)
        && a.args.iter().any(|a| matches!(a, syn::GenericArgument::Type(t) if certainly_differentiable(t, names)))
}

/// Whether bounds name `Real`.
fn is_real(bounds: &syn::punctuated::Punctuated<syn::TypeParamBound, syn::Token![+]>) -> bool {
    bounds.iter().any(|b| matches!(b, syn::TypeParamBound::Trait(t) if t.path.segments.last().is_some_and(|s| s.ident == "Real")))
}

/// Whether a type can be named outside the function: it mentions neither its generics nor `Self`.
pub(crate) fn is_nameable(ty: &Type, names: &Names) -> bool {
    let words = words_of(&ty.to_token_stream());
    let text = ty.to_token_stream().to_string();
    words.is_disjoint(&names.all) && !words.contains("Self") && !text.contains('\'') && !text.contains("impl")
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
