//! What users call: `grad`, `value_and_grad`, `vjp`, `jvp`, `backward`, `graph`.
//!
//! Input: a signature. Output: associated functions (`grad`), or, for a method `m`, methods beside it (`m_grad`).
//! Invariant: each is a few lines around the hidden forms `__split` and `__push`, whatever the function's body.

use super::{hidden, tangent_type};
use crate::ir::Param;
use crate::signature::{Signature, elided};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};

/// All entries.
pub(super) fn entries(sig: &Signature, graph: &TokenStream) -> TokenStream {
    let e = Entry::new(sig);
    let (grad, value_and_grad, vjp, jvp) = (e.grad(), e.value_and_grad(), e.vjp(), e.jvp());
    let free = (!sig.associated).then(|| {
        let backward = e.backward();
        quote!(#backward #graph)
    });
    quote!(#grad #value_and_grad #vjp #jvp #free)
}

struct Entry<'a> {
    sig: &'a Signature,
    params: Vec<TokenStream>,
    /// The gradients' type: bare for one, else a tuple.
    gradient: TokenStream,
    list: String,
}

impl<'a> Entry<'a> {
    fn new(sig: &'a Signature) -> Self {
        let params = sig
            .params
            .iter()
            .enumerate()
            .map(|(k, p)| match (&p.name, &p.ty) {
                _ if k == 0 && sig.method && p.shared.is_some() => quote!(&self),
                _ if k == 0 && sig.method => quote!(self),
                (name, ty) => quote!(#name: #ty),
            })
            .collect();
        let gradient = bare(sig.active().map(|(_, p)| tangent_type(&Signature::referent(p))).collect());
        let list = sig.active().map(|(_, p)| format!("`{}`", said(p))).collect::<Vec<_>>().join(", ");
        Entry { sig, params, gradient, list }
    }

    fn name(&self, stem: &str) -> Ident {
        if self.sig.associated { format_ident!("{}_{}", self.sig.name, stem) } else { format_ident!("{}", stem) }
    }

    /// The visibility of an entry.
    fn vis(&self) -> TokenStream {
        if self.sig.associated { self.sig.vis.to_token_stream() } else { quote!(pub) }
    }

    /// The generic arguments of the hidden forms.
    fn turbofish(&self, acts: &[TokenStream]) -> TokenStream {
        let own = self.sig.generics.params.iter().filter_map(|g| match g {
            syn::GenericParam::Type(t) => Some(&t.ident),
            syn::GenericParam::Const(c) => Some(&c.ident),
            syn::GenericParam::Lifetime(_) => None,
        });
        quote!(::<#(#own,)* #(#acts),*>)
    }

    /// A call of a hidden form with each active parameter wanted; `more` follows the arguments.
    fn call(&self, form: &str, more: &TokenStream) -> TokenStream {
        let types: Vec<TokenStream> =
            self.sig.params.iter().map(|p| if p.active { quote!(::pullback::On) } else { quote!(::pullback::Off) }).collect();
        let (hidden, turbofish) = (hidden(self.sig, form), self.turbofish(&types));
        let names: Vec<&Ident> = self.sig.params.iter().map(|p| &p.name).collect();
        let (receiver, rest) = names.split_at(usize::from(self.sig.method));
        quote!(Self::#hidden #turbofish (#(#receiver,)* (#(#types,)*), #(#rest,)* #more))
    }

    fn this(&self) -> TokenStream {
        if self.sig.method { quote!(let this = self;) } else { quote!() }
    }

    /// The parameter and bound that defer the check for a scalar result to the call.
    fn scalar(&self, clause: &TokenStream) -> (Vec<TokenStream>, TokenStream) {
        if self.sig.is_scalar() {
            return (vec![], clause.clone());
        }
        let output = &self.sig.output;
        let bound = quote!(#output: ::pullback::call::ScalarResult<Scalar>);
        let clause = if clause.is_empty() { quote!(where #bound) } else { with_bound(clause, &bound) };
        (vec![quote!(Scalar)], clause)
    }

    fn seed(&self) -> TokenStream {
        let output = &self.sig.output;
        match (self.sig.is_scalar(), output.to_token_stream().to_string().as_str()) {
            (true, "f32" | "f64") => quote!(1.0),
            (true, _) => quote!(<#output as ::pullback::call::ScalarResult<()>>::one()),
            _ => quote!(<#output as ::pullback::call::ScalarResult<Scalar>>::one()),
        }
    }

    fn grad(&self) -> TokenStream {
        let (name, vis, params, gradient) = (self.name("grad"), self.vis(), &self.params, &self.gradient);
        let clause = self.sig.generics_with(&[]).1;
        let (more, clause) = self.scalar(&clause);
        let generics = self.sig.generics_with(&more).0;
        let doc = format!("The gradient of `{}` with respect to {}, by one reverse sweep.", self.sig.name, self.list);
        let (call, seed) = (self.by_vjp(), self.seed());
        quote! {
            #[doc = #doc]
            #[inline]
            #vis fn #name #generics (#(#params),*) -> #gradient #clause {
                let (_, pullback) = #call;
                pullback(#seed)
            }
        }
    }

    fn value_and_grad(&self) -> TokenStream {
        let (name, vis, params, gradient, output) =
            (self.name("value_and_grad"), self.vis(), &self.params, &self.gradient, &self.sig.output);
        let clause = self.sig.generics_with(&[]).1;
        let (more, clause) = self.scalar(&clause);
        let generics = self.sig.generics_with(&more).0;
        let doc = format!("The value of `{}` and its gradient with respect to {}.", self.sig.name, self.list);
        let (call, seed) = (self.by_vjp(), self.seed());
        quote! {
            #[doc = #doc]
            #[inline]
            #vis fn #name #generics (#(#params),*) -> (#output, #gradient) #clause {
                let (value, pullback) = #call;
                let gradient = pullback(#seed);
                (value, gradient)
            }
        }
    }

    /// A call of `vjp` with the same arguments.
    fn by_vjp(&self) -> TokenStream {
        let (vjp, turbofish) = (self.name("vjp"), self.turbofish(&[]));
        let names = self
            .sig
            .params
            .iter()
            .enumerate()
            .map(|(k, p)| if k == 0 && self.sig.method { quote!(self) } else { p.name.to_token_stream() });
        quote!(Self::#vjp #turbofish (#(#names),*))
    }

    fn vjp(&self) -> TokenStream {
        let (name, vis, params, gradient, output) = (self.name("vjp"), self.vis(), &self.params, &self.gradient, &self.sig.output);
        let (generics, clause) = self.sig.generics_with(&[]);
        let cotangent = tangent_type(&elided(output));
        let doc = format!(
            "The value of `{}` and its pullback: the cotangent ȳ of the result to the cotangents of {}, Jᵀȳ. It may be called any number of times.",
            self.sig.name, self.list
        );
        let (this, call) = (self.this(), self.gradient_of());
        quote! {
            #[doc = #doc]
            #[inline]
            #vis fn #name #generics (#(#params),*) -> (#output, impl Fn(#cotangent) -> #gradient) #clause {
                #this #call
                (value, pullback)
            }
        }
    }

    /// `value` and `pullback`, a closure from the cotangent to the gradients.
    fn gradient_of(&self) -> TokenStream {
        let call = self.call("split", &quote!());
        let (mut zeros, mut bars, mut ends) = (TokenStream::new(), TokenStream::new(), TokenStream::new());
        let (mut again, mut lent, mut results) = (vec![], vec![], vec![]);
        for p in &self.sig.params {
            if !p.active {
                again.push(again_of(p));
                lent.push(quote!(::pullback::call::Ignored));
                continue;
            }
            let (name, bar, zero) = (&p.name, crate::ir::bar(&p.name), format_ident!("{}_zero", p.name));
            let ty = elided(&Signature::referent(p));
            if p.shared.is_some() {
                bars.extend(quote! {
                    let mut #bar = ::pullback::Tangent::zero();
                    <#ty as ::pullback::Differentiable>::prepare(#name, &mut #bar);
                });
                ends.extend(quote!(<#ty as ::pullback::Differentiable>::finish(#name, &mut #bar);));
                again.push(quote!(#name));
            } else {
                zeros.extend(quote!(let #zero = <#ty as ::pullback::Differentiable>::zero_tangent(&#name);));
                bars.extend(quote!(let mut #bar = ::core::clone::Clone::clone(&#zero);));
                again.push(quote!(::pullback::call::Ignored));
            }
            lent.push(quote!(::core::option::Option::Some(<#ty as ::pullback::Differentiable>::bar(&mut #bar))));
            results.push(quote!(#bar));
        }
        let (results, cotangent) = (bare(results), tangent_type(&elided(&self.sig.output)));
        quote! {
            #zeros
            let (value, pull) = #call;
            let pullback = move |result_bar: #cotangent| {
                #bars
                pull(result_bar, (#(#again,)*), (#(#lent,)*));
                #ends
                #results
            };
        }
    }

    fn jvp(&self) -> TokenStream {
        let (name, vis, output) = (self.name("jvp"), self.vis(), &self.sig.output);
        let (generics, clause) = self.sig.generics_with(&[]);
        let rest = &self.sig.params[usize::from(self.sig.method)..];
        let types = bare(rest.iter().map(|p| p.ty.to_token_stream()).collect());
        let names = bare(rest.iter().map(|p| p.name.to_token_stream()).collect());
        let (mut dot_types, mut dot_names, mut lends) = (vec![], vec![], vec![]);
        for p in &self.sig.params {
            if !p.active {
                lends.push(quote!(::pullback::call::Ignored));
                continue;
            }
            let (dot, ty) = (crate::ir::dot(&p.name), Signature::referent(p));
            dot_names.push(quote!(#dot));
            if p.shared.is_some() {
                dot_types.push(quote!(& <#ty as ::pullback::Differentiable>::Bar));
                lends.push(quote!(::core::option::Option::Some(#dot)));
            } else {
                dot_types.push(tangent_type(&ty));
                lends.push(quote!(::core::option::Option::Some(&#dot)));
            }
        }
        let (dot_types, dot_names) = (bare(dot_types), bare(dot_names));
        let call = self.call("push", &quote!((#(#lends,)*)));
        let (this, tangent) = (self.this(), tangent_type(output));
        let receiver = if self.sig.method { Some(&self.params[0]) } else { None }.into_iter();
        let doc =
            format!("The value of `{}` and its derivative along the tangents of {}, Jẋ, by one forward sweep.", self.sig.name, self.list);
        quote! {
            #[doc = #doc]
            #[inline]
            #vis fn #name #generics (#(#receiver,)* #names: #types, #dot_names: #dot_types) -> (#output, #tangent) #clause { #this #call }
        }
    }

    fn backward(&self) -> TokenStream {
        let output = &self.sig.output;
        let clause = self.sig.generics_with(&[]).1;
        let (mut more, clause) = self.scalar(&clause);
        let (mut params, mut acts, mut primals, mut again) = (vec![], vec![], vec![], vec![]);
        let (mut takes, mut lends, mut puts) = (TokenStream::new(), vec![], TokenStream::new());
        for (k, p) in self.sig.params.iter().enumerate() {
            let (name, ty, bar) = (&p.name, Signature::referent(p), crate::ir::bar(&p.name));
            if !p.active {
                let own = &p.ty;
                params.push(quote!(#name: #own));
                acts.push(quote!(::pullback::Off));
                primals.push(quote!(#name));
                again.push(again_of(p));
                lends.push(quote!(::pullback::call::Ignored));
                continue;
            }
            let generic = format_ident!("P{}", k);
            let kind = if p.shared.is_some() { quote!(ArgRef) } else { quote!(ArgVal) };
            more.push(quote!(#generic: ::pullback::arg::#kind<#ty>));
            params.push(quote!(mut #name: #generic));
            let act = quote!(<#generic as ::pullback::arg::Argument<#ty>>::Act);
            let primal = quote!(::pullback::arg::#kind::<#ty>::primal(&#name));
            takes.extend(quote!(let mut #bar = ::pullback::arg::Argument::<#ty>::take(&mut #name);));
            if p.shared.is_some() {
                takes.extend(
                    quote!(if <#act as ::pullback::Activity>::ON { <#ty as ::pullback::Differentiable>::prepare(#primal, &mut #bar); }),
                );
                again.push(primal.clone());
            } else {
                again.push(quote!(::pullback::call::Ignored));
            }
            lends.push(quote!(if <#act as ::pullback::Activity>::ON {
                ::core::option::Option::Some(<#ty as ::pullback::Differentiable>::bar(&mut #bar))
            } else {
                ::core::option::Option::None
            }));
            puts.extend(quote!(::pullback::arg::Argument::<#ty>::put(&mut #name, #bar);));
            acts.push(act);
            primals.push(primal);
        }
        let generics = self.sig.generics_with(&more).0;
        let (hidden, turbofish, seed) = (hidden(self.sig, "split"), self.turbofish(&acts), self.seed());
        let doc = format!(
            "The value of `{}`; adds its gradient to each argument among {} that is a `&mut Param`. Any other argument is constant.",
            self.sig.name, self.list
        );
        let defaults = acts.iter().map(|a| quote!(<#a as ::core::default::Default>::default()));
        quote! {
            #[doc = #doc]
            #[inline]
            pub fn backward #generics (#(#params),*) -> #output #clause {
                let (value, pull) = Self::#hidden #turbofish ((#(#defaults,)*), #(#primals),*);
                #takes
                pull(#seed, (#(#again,)*), (#(#lends,)*));
                #puts
                value
            }
        }
    }
}

/// A single item bare, several as a tuple.
fn bare(items: Vec<TokenStream>) -> TokenStream {
    match &items[..] {
        [one] => one.clone(),
        _ => quote!((#(#items),*)),
    }
}

/// How a parameter is called in documentation.
fn said(p: &Param) -> String {
    if p.said == "this" { "self".to_owned() } else { p.said.to_string() }
}

fn with_bound(clause: &TokenStream, bound: &TokenStream) -> TokenStream {
    match syn::parse2::<syn::WhereClause>(clause.clone()) {
        Ok(mut c) => {
            c.predicates.push(syn::parse_quote!(#bound));
            c.to_token_stream()
        }
        Err(_) => clause.clone(),
    }
}

/// A constant parameter as the pullback takes it again.
fn again_of(p: &Param) -> TokenStream {
    let name = &p.name;
    if p.shared.is_some() { quote!(#name) } else { quote!(::pullback::call::Ignored) }
}
