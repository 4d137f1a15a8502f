//! Lifetimes: a struct may hold references, its tangent never does.
//!
//! Input: the generics and field types of the struct. Output: those of its tangent. Invariant: the tangent type of a reference is that of what is behind
//! it, so that the tangent has none of the struct's lifetimes and a pullback that adds to it borrows nothing.
//!
//!     struct View<'a> { x: &'a [f64], k: f64 }      →      struct ViewTangent { x: <[f64] as Differentiable>::Tangent, k: f64 }

use proc_macro2::Span;
use syn::visit_mut::VisitMut;
use syn::{Generics, Type};

/// A type behind its references, with `'static` for all lifetimes.
pub(crate) fn owned(ty: &Type) -> Type {
    let mut ty = ty;
    while let Type::Reference(r) = ty {
        ty = &r.elem;
    }
    let mut ty = ty.clone();
    Static.visit_type_mut(&mut ty);
    ty
}

/// Generics without lifetimes.
pub(super) fn without(generics: &Generics) -> Generics {
    let mut out = generics.clone();
    out.params = generics.params.iter().filter(|p| !matches!(p, syn::GenericParam::Lifetime(_))).cloned().collect();
    if let Some(clause) = &mut out.where_clause {
        let kept = clause.predicates.iter().filter(|p| !matches!(p, syn::WherePredicate::Lifetime(_))).cloned().collect();
        clause.predicates = kept;
    }
    Static.visit_generics_mut(&mut out);
    out
}

struct Static;

impl VisitMut for Static {
    fn visit_lifetime_mut(&mut self, l: &mut syn::Lifetime) {
        *l = syn::Lifetime::new("'static", Span::call_site());
    }
    fn visit_type_reference_mut(&mut self, r: &mut syn::TypeReference) {
        r.lifetime = Some(syn::Lifetime::new("'static", Span::call_site()));
        self.visit_type_mut(&mut r.elem);
    }
}
