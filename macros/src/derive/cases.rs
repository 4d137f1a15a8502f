//! The derive for enums: a tangent that is zero, or that of one variant.
//!
//! Input: an enum. Output: `FooTangent { Zero, Circle(FooCircleTangent), … }`. Invariant: from a variant's path alone, `Foo::Circle`, generated
//! code reaches the cotangent of its fields by `bar.Circle_bar()`.

use super::Shape;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{DataEnum, DeriveInput, Fields, Member};

pub(super) fn expand(input: &DeriveInput, data: &DataEnum) -> TokenStream {
    let (vis, name) = (&input.vis, &input.ident);
    let tangent = format_ident!("{}Tangent", name);
    let mut none = format_ident!("Zero");
    while data.variants.iter().any(|v| v.ident == none) {
        none = format_ident!("No{}", none);
    }
    let mut shapes = Vec::new();
    for v in &data.variants {
        let mut fields = v.fields.clone();
        fields.iter_mut().for_each(|f| f.vis = vis.clone());
        shapes.push((v, Shape::new(input, &fields, format_ident!("{}{}Tangent", name, v.ident))));
    }
    let bounded = |bound: &TokenStream| {
        shapes.iter().fold(input.generics.clone(), |mut all, (_, s)| {
            if let Some(w) = s.generics(bound).where_clause {
                all.make_where_clause().predicates.extend(w.predicates);
            }
            all
        })
    };
    let (generics, visited) = (bounded(&quote!(::pullback::Differentiable)), bounded(&quote!(::pullback::Parameters)));
    let visited = &visited.where_clause;
    let (imp, ty, clause) = generics.split_for_impl();
    let own = super::lifetimes::without(&generics);
    let (of_tangent, tangent_ty, tangent_clause) = own.split_for_impl();
    let parts: TokenStream = shapes
        .iter()
        .map(|(_, s)| {
            let (t, a, v) = (s.tangent_type(), s.accessors(), s.vector_space());
            quote!(#t #a #v)
        })
        .collect();
    let idents: Vec<_> = shapes.iter().map(|(v, _)| &v.ident).collect();
    let types: Vec<_> = shapes.iter().map(|(_, s)| &s.tangent).collect();
    let access = shapes.iter().map(|(v, s)| {
        let (bar, dot) = (format_ident!("{}_bar", v.ident), format_ident!("{}_dot", v.ident));
        let (variant, part) = (&v.ident, &s.tangent);
        quote! {
            #[inline]
            #vis fn #bar(&mut self) -> &mut #part #tangent_ty {
                if let #tangent::#none = self { *self = #tangent::#variant(::pullback::Tangent::zero()); }
                match self { #tangent::#variant(part) => part, _ => ::core::panic!("a cotangent of another variant") }
            }
            #[inline]
            #vis fn #dot(&self) -> #part #tangent_ty {
                match self { #tangent::#variant(part) => ::core::clone::Clone::clone(part), _ => ::pullback::Tangent::zero() }
            }
        }
    });
    let doc = format!("A tangent or cotangent of [`{name}`]: zero, or that of one variant's fields.");
    let (zeros, prepares, finishes, visits) = arms(name, &tangent, &shapes);
    let derived = own.type_params().next().is_none().then(|| quote!(#[derive(Clone, Debug, PartialEq)]));
    let written = derived.is_none().then(|| {
        quote! {
            #[automatically_derived]
            impl #of_tangent ::core::clone::Clone for #tangent #tangent_ty #tangent_clause {
                fn clone(&self) -> Self {
                    match self { #tangent::#none => #tangent::#none, #(#tangent::#idents(part) => #tangent::#idents(::core::clone::Clone::clone(part)),)* }
                }
            }
            #[automatically_derived]
            #[allow(unreachable_patterns)]
            impl #of_tangent ::core::cmp::PartialEq for #tangent #tangent_ty #tangent_clause {
                fn eq(&self, other: &Self) -> bool {
                    match (self, other) {
                        (#tangent::#none, #tangent::#none) => true,
                        #((#tangent::#idents(a), #tangent::#idents(b)) => a == b,)*
                        _ => false,
                    }
                }
            }
            #[automatically_derived]
            impl #of_tangent ::core::fmt::Debug for #tangent #tangent_ty #tangent_clause {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    match self { #tangent::#none => f.write_str(::core::stringify!(#none)), #(#tangent::#idents(part) => ::core::fmt::Debug::fmt(part, f),)* }
                }
            }
        }
    });
    quote! {
        #parts
        #[doc = #doc]
        #derived
        #[allow(missing_docs)]
        #vis enum #tangent #of_tangent #tangent_clause { #none, #(#idents(#types #tangent_ty),)* }
        #written
        #[automatically_derived]
        #[doc(hidden)]
        #[allow(missing_docs, dead_code, non_snake_case, unreachable_patterns, clippy::all, clippy::pedantic)]
        impl #of_tangent #tangent #tangent_ty #tangent_clause { #(#access)* }
        #[automatically_derived]
        #[allow(unreachable_patterns)]
        impl #of_tangent ::pullback::Tangent for #tangent #tangent_ty #tangent_clause {
            fn zero() -> Self { #tangent::#none }
            fn is_zero(&self) -> bool {
                match self { #tangent::#none => true, #(#tangent::#idents(part) => ::pullback::Tangent::is_zero(part),)* }
            }
            fn accumulate(&mut self, other: Self) {
                match (self, other) {
                    (_, #tangent::#none) => {}
                    (own @ #tangent::#none, other) => *own = other,
                    #((#tangent::#idents(a), #tangent::#idents(b)) => ::pullback::Tangent::accumulate(a, b),)*
                    _ => ::core::panic!("accumulate: tangents of different variants"),
                }
            }
            fn scale(&mut self, factor: f64) {
                match self { #tangent::#none => {} #(#tangent::#idents(part) => ::pullback::Tangent::scale(part, factor),)* }
            }
            fn dot(&self, other: &Self) -> f64 {
                match (self, other) { #((#tangent::#idents(a), #tangent::#idents(b)) => ::pullback::Tangent::dot(a, b),)* _ => 0.0 }
            }
        }
        #[automatically_derived]
        impl #imp ::pullback::gate::Plain for #name #ty #clause {}
        #[automatically_derived]
        #[allow(unused_variables, unreachable_patterns, clippy::all, clippy::pedantic)]
        impl #imp ::pullback::Differentiable for #name #ty #clause {
            type Tangent = #tangent #tangent_ty;
            type Own = ::pullback::differentiable::ownness::Users;
            ::pullback::owned_differentiable!(@places);
            type Shape = ();
            #[inline(always)]
            fn shape(&self) {}
            fn zero_tangent(&self) -> Self::Tangent { match self { #(#zeros,)* } }
            fn prepare(&self, tangent: &mut Self::Tangent) { match (self, tangent) { #(#prepares,)* _ => {} } }
            fn finish(&self, tangent: &mut Self::Tangent) { match (self, tangent) { #(#finishes,)* _ => {} } }
        }
        #[automatically_derived]
        #[allow(unused_variables, unreachable_patterns, clippy::all, clippy::pedantic)]
        impl #imp ::pullback::Parameters for #name #ty #visited {
            fn visit(&mut self, tangent: ::core::option::Option<&Self::Tangent>, visitor: &mut dyn ::pullback::Visitor) {
                match self { #(#visits,)* }
            }
        }
    }
}

/// The arms of the matches over variants: zero tangents, `prepare`, `finish`, `visit`.
#[allow(clippy::type_complexity, reason = "four lists of arms")]
fn arms(
    name: &syn::Ident,
    tangent: &syn::Ident,
    shapes: &[(&syn::Variant, Shape<'_>)],
) -> (Vec<TokenStream>, Vec<TokenStream>, Vec<TokenStream>, Vec<TokenStream>) {
    let (mut zeros, mut prepares, mut finishes, mut visits) = (vec![], vec![], vec![], vec![]);
    for (v, shape) in shapes {
        let variant = &v.ident;
        let local = |m: &Member| match m {
            Member::Named(n) => format_ident!("field_{}", n),
            Member::Unnamed(i) => format_ident!("field_{}", i.index),
        };
        let bind = shape.fields.iter().map(|f| {
            let (m, l) = (&f.member, local(&f.member));
            quote!(#m: #l)
        });
        let pattern = if matches!(v.fields, Fields::Unit) { quote!(#name::#variant) } else { quote!(#name::#variant { #(#bind),* }) };
        let active: Vec<(&Member, syn::Ident)> = shape.active().map(|f| (&f.member, local(&f.member))).collect();
        let (m, l): (Vec<_>, Vec<_>) = active.into_iter().unzip();
        let t: Vec<&TokenStream> = shape.active().map(|f| &f.checked).collect();
        let zero = shape.filled(|f| {
            let (l, t) = (local(&f.member), &f.checked);
            quote!(<#t as ::pullback::Differentiable>::zero_tangent(#l))
        });
        zeros.push(quote!(#pattern => #tangent::#variant(#zero)));
        prepares
            .push(quote!((#pattern, #tangent::#variant(part)) => { #(<#t as ::pullback::Differentiable>::prepare(#l, &mut part.#m);)* }));
        finishes
            .push(quote!((#pattern, #tangent::#variant(part)) => { #(<#t as ::pullback::Differentiable>::finish(#l, &mut part.#m);)* }));
        visits.push(quote!(#pattern => {
            let part = match tangent { ::core::option::Option::Some(#tangent::#variant(part)) => ::core::option::Option::Some(part), _ => ::core::option::Option::None };
            #(<#t as ::pullback::Parameters>::visit(#l, part.map(|t| &t.#m), visitor);)*
        }));
    }
    (zeros, prepares, finishes, visits)
}
