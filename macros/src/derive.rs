//! `#[derive(Differentiable)]`: a tangent type of the same shape.
//!
//! Input: a struct or enum. Output: `FooTangent` and the implementations of `Differentiable`, `Tangent` and `Parameters`.
//! Invariant: integer-like fields and those marked `#[constant]` have no counterpart (a tuple struct keeps its positions, with `Inert`);
//! every field `f` of the original has accessors `f_bar` and `f_dot` on the tangent, so that generated code need not know which exist.
//!
//!     struct P { w: f64, n: usize }   →   struct PTangent { w: f64 }

use crate::diagnostics::{Message, Sink};
use crate::kinds::Names;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Data, DeriveInput, Fields, Member, Type};

mod cases;
mod lifetimes;
mod traits;

pub(crate) use lifetimes::owned;

/// One field.
struct Field {
    member: Member,
    ty: Type,
    vis: syn::Visibility,
    active: bool,
    /// The type, checked for a tangent.
    checked: TokenStream,
    /// The type behind its references, without lifetimes of the struct's: its tangent borrows nothing.
    owned: TokenStream,
}

/// The expansion.
pub(crate) fn derive(input: DeriveInput) -> TokenStream {
    match &input.data {
        Data::Struct(s) => {
            crate::known::note_lifetimes(&input.ident.to_string(), input.generics.lifetimes().count());
            crate::known::note_struct(&input.ident.to_string());
            crate::known::note_fields(&input.ident.to_string(), &s.fields, is_constant);
            Shape::new(&input, &s.fields, format_ident!("{}Tangent", input.ident)).expand()
        }
        Data::Enum(e) => {
            crate::known::note_variants(&input.ident.to_string(), e, is_constant);
            cases::expand(&input, e)
        }
        Data::Union(u) => {
            let sink = Sink::default();
            sink.say(&u.union_token, &Message::Union { name: input.ident.to_string() });
            sink.finish(None)
        }
    }
}

/// A struct, with what its expansion names.
struct Shape<'a> {
    input: &'a DeriveInput,
    tangent: Ident,
    fields: Vec<Field>,
    named: bool,
}

fn is_constant(f: &syn::Field) -> bool {
    let marked = f.attrs.iter().any(|a| a.path().is_ident("constant"));
    let phantom = matches!(&f.ty, Type::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == "PhantomData"));
    marked || phantom || crate::signature::is_inert(&f.ty)
}

impl<'a> Shape<'a> {
    fn new(input: &'a DeriveInput, fields: &Fields, tangent: Ident) -> Self {
        let named = matches!(fields, Fields::Named(_));
        let names = Names::of(&input.generics);
        let fields = fields
            .iter()
            .enumerate()
            .map(|(k, f)| Field {
                member: f.ident.clone().map_or_else(|| Member::from(k), Member::Named),
                ty: f.ty.clone(),
                vis: f.vis.clone(),
                active: !is_constant(f),
                checked: crate::kinds::checked(&f.ty, &names),
                owned: crate::kinds::checked(&lifetimes::owned(&f.ty), &names),
            })
            .collect();
        Shape { input, tangent, fields, named }
    }

    fn active(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|f| f.active)
    }

    /// Generics whose where clause asks that generic fields be differentiable.
    fn generics(&self, bound: &TokenStream) -> syn::Generics {
        let mut generics = self.input.generics.clone();
        if generics.type_params().next().is_some() {
            let clause = generics.make_where_clause();
            let names = Names::of(&self.input.generics);
            for f in self.fields.iter().filter(|f| f.active && !crate::kinds::is_nameable(&f.ty, &names)) {
                let ty = lifetimes::owned(&f.ty);
                clause.predicates.push(syn::parse_quote!(#ty: #bound));
            }
        }
        generics
    }

    fn expand(&self) -> TokenStream {
        let (ty, accessors, vector) = (self.tangent_type(), self.accessors(), self.vector_space());
        let (differentiable, parameters) = (self.differentiable(), self.parameters());
        quote!(#ty #accessors #vector #differentiable #parameters)
    }

    /// The tangent's declaration.
    fn tangent_type(&self) -> TokenStream {
        let (vis, tangent, name) = (&self.input.vis, &self.tangent, &self.input.ident);
        let generics = lifetimes::without(&self.generics(&quote!(::pullback::Differentiable)));
        let clause = &generics.where_clause;
        let doc = format!("A tangent or cotangent of [`{name}`]: the derivative with respect to each of its fields.");
        let fields: Vec<TokenStream> = self
            .fields
            .iter()
            .filter(|f| f.active || !self.named)
            .map(|f| {
                let (vis, ty) = (&f.vis, self.field_type(f));
                match &f.member {
                    Member::Named(n) => {
                        let doc = format!("With respect to `{n}`.");
                        quote!(#[doc = #doc] #vis #n: #ty)
                    }
                    Member::Unnamed(_) => quote!(#vis #ty),
                }
            })
            .collect();
        let phantom = self.phantom().map(|(t, _)| t);
        let body = if self.named { quote!({ #(#fields,)* #phantom }) } else { quote!((#(#fields,)* #phantom)) };
        let (before, after) = if self.named { (quote!(#clause #body), quote!()) } else { (body, quote!(#clause;)) };
        let derived = generics.type_params().next().is_none().then(|| quote!(#[derive(Clone, Debug, PartialEq)]));
        let written = derived.is_none().then(|| self.plain_traits(&generics));
        quote! {
            #[doc = #doc]
            #derived
            #[allow(missing_docs)]
            #vis struct #tangent #generics #before #after
            #written
        }
    }

    /// A field that keeps type parameters in use which only constant fields have.
    fn phantom(&self) -> Option<(TokenStream, TokenStream)> {
        let text: String = self.active().map(|f| f.ty.to_token_stream().to_string() + " ").collect();
        let used = |name: String| text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '\'').any(|w| w == name);
        let unused: Vec<TokenStream> = self
            .input
            .generics
            .params
            .iter()
            .filter_map(|g| match g {
                syn::GenericParam::Type(t) if !used(t.ident.to_string()) => {
                    let t = &t.ident;
                    Some(quote!(fn(#t)))
                }
                _ => None,
            })
            .collect();
        if unused.is_empty() {
            return None;
        }
        let (ty, value) = (quote!(::core::marker::PhantomData<(#(#unused,)*)>), quote!(::core::marker::PhantomData));
        Some(if self.named { (quote!(#[doc(hidden)] __phantom: #ty), quote!(__phantom: #value)) } else { (ty, value) })
    }

    fn field_type(&self, f: &Field) -> TokenStream {
        let ty = &f.owned;
        if f.active { quote!(<#ty as ::pullback::Differentiable>::Tangent) } else { quote!(::pullback::rule::Inert) }
    }

    /// `f_bar` and `f_dot` for each field.
    fn accessors(&self) -> TokenStream {
        let tangent = &self.tangent;
        let generics = lifetimes::without(&self.generics(&quote!(::pullback::Differentiable)));
        let (imp, ty, clause) = generics.split_for_impl();
        let methods = self.fields.iter().filter_map(|f| {
            let Member::Named(name) = &f.member else { return None };
            let (bar, dot) = (format_ident!("{}_bar", name), format_ident!("{}_dot", name));
            let (vis, field) = (&f.vis, self.field_type(f));
            let (place, value) = if f.active {
                (quote!(&mut self.#name), quote!(::core::clone::Clone::clone(&self.#name)))
            } else {
                (quote!(::std::boxed::Box::leak(::std::boxed::Box::new(::pullback::rule::Inert))), quote!(::pullback::rule::Inert))
            };
            let ty = if f.active { field } else { quote!(::pullback::rule::Inert) };
            Some(quote! {
                #[inline(always)]
                #vis fn #bar(&mut self) -> &mut #ty { #place }
                #[inline(always)]
                #vis fn #dot(&self) -> #ty { #value }
            })
        });
        quote! {
            #[automatically_derived]
            #[doc(hidden)]
            #[allow(missing_docs, dead_code, clippy::all, clippy::pedantic)]
            impl #imp #tangent #ty #clause { #(#methods)* }
        }
    }

    /// A tangent whose fields are all `value`.
    fn filled(&self, value: impl Fn(&Field) -> TokenStream) -> TokenStream {
        let tangent = &self.tangent;
        let phantom = self.phantom().map(|(_, v)| v);
        if self.named {
            let fields = self.active().map(|f| {
                let (m, v) = (&f.member, value(f));
                quote!(#m: #v)
            });
            return quote!(#tangent { #(#fields,)* #phantom });
        }
        if self.fields.is_empty() && phantom.is_none() {
            return quote!(#tangent());
        }
        let fields = self.fields.iter().map(|f| if f.active { value(f) } else { quote!(::pullback::rule::Inert) });
        quote!(#tangent(#(#fields,)* #phantom))
    }

    fn vector_space(&self) -> TokenStream {
        let tangent = &self.tangent;
        let generics = lifetimes::without(&self.generics(&quote!(::pullback::Differentiable)));
        let (imp, ty, clause) = generics.split_for_impl();
        let zero = self.filled(|_| quote!(::pullback::Tangent::zero()));
        let blank = self.filled(|_| quote!(::pullback::Tangent::blank()));
        let m: Vec<&Member> = self.active().map(|f| &f.member).collect();
        quote! {
            #[automatically_derived]
            impl #imp ::pullback::Tangent for #tangent #ty #clause {
                #[inline]
                fn zero() -> Self { #zero }
                #[inline]
                fn blank() -> Self { #blank }
                #[inline]
                fn is_zero(&self) -> bool { true #(&& ::pullback::Tangent::is_zero(&self.#m))* }
                #[inline]
                fn accumulate(&mut self, other: Self) { #(::pullback::Tangent::accumulate(&mut self.#m, other.#m);)* }
                #[inline]
                fn scale(&mut self, factor: f64) { #(::pullback::Tangent::scale(&mut self.#m, factor);)* }
                #[inline]
                fn dot(&self, other: &Self) -> f64 { 0.0 #(+ ::pullback::Tangent::dot(&self.#m, &other.#m))* }
            }
        }
    }

    fn differentiable(&self) -> TokenStream {
        let (name, tangent) = (&self.input.ident, &self.tangent);
        let generics = self.generics(&quote!(::pullback::Differentiable));
        let (imp, ty, clause) = generics.split_for_impl();
        let own = lifetimes::without(&generics);
        let (_, of_tangent, _) = own.split_for_impl();
        let zero = self.filled(|f| {
            let (m, t) = (&f.member, &f.checked);
            quote!(<#t as ::pullback::Differentiable>::zero_tangent(&self.#m))
        });
        let m: Vec<&Member> = self.active().map(|f| &f.member).collect();
        let t: Vec<&TokenStream> = self.active().map(|f| &f.checked).collect();
        quote! {
            #[automatically_derived]
            impl #imp ::pullback::gate::Plain for #name #ty #clause {}
            #[automatically_derived]
            impl #imp ::pullback::Differentiable for #name #ty #clause {
                type Tangent = #tangent #of_tangent;
                type Own = ::pullback::differentiable::ownness::Users;
                ::pullback::owned_differentiable!(@places);
                type Shape = ();
                #[inline(always)]
                fn shape(&self) {}
                fn zero_tangent(&self) -> Self::Tangent { #zero }
                fn prepare(&self, tangent: &mut Self::Tangent) { #(<#t as ::pullback::Differentiable>::prepare(&self.#m, &mut tangent.#m);)* }
                fn finish(&self, tangent: &mut Self::Tangent) { #(<#t as ::pullback::Differentiable>::finish(&self.#m, &mut tangent.#m);)* }
            }
        }
    }

    fn parameters(&self) -> TokenStream {
        let name = &self.input.ident;
        let borrowed = self.active().any(|f| matches!(f.ty, Type::Reference(_)));
        if borrowed {
            // what is behind a shared reference can't be moved
            return quote!();
        }
        let generics = self.generics(&quote!(::pullback::Parameters));
        let (imp, ty, clause) = generics.split_for_impl();
        let t: Vec<&TokenStream> = self.active().map(|f| &f.checked).collect();
        let m: Vec<&Member> = self.active().map(|f| &f.member).collect();
        quote! {
            #[automatically_derived]
            impl #imp ::pullback::Parameters for #name #ty #clause {
                fn visit(&mut self, tangent: ::core::option::Option<&Self::Tangent>, visitor: &mut dyn ::pullback::Visitor) {
                    #(<#t as ::pullback::Parameters>::visit(&mut self.#m, tangent.map(|t| &t.#m), visitor);)*
                }
            }
        }
    }
}
