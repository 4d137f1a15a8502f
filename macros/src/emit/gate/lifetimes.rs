//! Lifetimes of a copy's closure: a closure's result is not bound to its arguments by elision, as a function's is.
//!
//! Input: a function's generics, its parameters' types and its result's type. Output: the same, with a name for the lifetime that the result has by
//! elision. Invariant: a function without a reference in its result is left alone.
//!
//!     fn f(v: &[f64]) -> &f64      →      fn f<'linked>(v: &'linked [f64]) -> &'linked f64

use syn::visit_mut::{self, VisitMut};
use syn::{Generics, Lifetime, Type, TypeReference};

/// The pass. `None` where nothing tells which lifetime that is.
pub(super) fn link(generics: &mut Generics, inputs: &mut [Type], output: &mut Type) -> Option<()> {
    let mut found = Elided { name: None, count: 0 };
    found.visit_type_mut(output);
    if found.count == 0 {
        return Some(());
    }
    let outermost = inputs.iter().filter(|t| matches!(t, Type::Reference(r) if r.lifetime.is_none())).count();
    let inner: Vec<Lifetime> = generics.lifetimes().map(|l| l.lifetime.clone()).collect();
    let name = match (outermost, &inner[..]) {
        (1, []) => Lifetime::new("'linked", proc_macro2::Span::call_site()),
        (0, [one]) => one.clone(),
        _ => return None,
    };
    let mut all = Elided { name: Some(name.clone()), count: 0 };
    all.visit_type_mut(output);
    if outermost == 1 {
        inputs.iter_mut().for_each(|t| all.visit_type_mut(t));
        generics.params.insert(0, syn::parse_quote!(#name));
    }
    Some(())
}

/// Counts elided lifetimes, and names them.
struct Elided {
    name: Option<Lifetime>,
    count: usize,
}

impl VisitMut for Elided {
    fn visit_type_reference_mut(&mut self, r: &mut TypeReference) {
        if r.lifetime.is_none() {
            self.count += 1;
            r.lifetime.clone_from(&self.name);
        }
        visit_mut::visit_type_reference_mut(self, r);
    }

    fn visit_lifetime_mut(&mut self, l: &mut Lifetime) {
        if l.ident == "_" {
            self.count += 1;
            *l = self.name.clone().unwrap_or_else(|| l.clone());
        }
    }

    // functions have lifetimes of their own
    fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut syn::ParenthesizedGenericArguments) {}
    fn visit_type_bare_fn_mut(&mut self, _: &mut syn::TypeBareFn) {}
    fn visit_type_trait_object_mut(&mut self, _: &mut syn::TypeTraitObject) {}
}
