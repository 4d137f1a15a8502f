//! What users call: `grad`, `value_and_grad`, `vjp`, `jvp`, `backward`, `graph`.
//!
//! Input: a signature. Output: associated functions (`grad`), or, for a method `m`, methods beside it (`m_grad`).
//! Invariant: each is a few lines around the hidden forms `__split` and `__push`, whatever the function's body.

use super::docs::Docs;
use super::fused::{Fused, spare};
use super::types::{handed, inferred};
use super::{hidden, tangent_type, tangents};
use crate::ir::Param;
use crate::kinds::certainly_differentiable;
use crate::signature::{Home, Signature, elided};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};

mod backward;
mod exclusive;
mod jacobian;

/// All entries.
pub(super) fn entries(sig: &Signature, graph: &crate::graph::Graph, fused: Option<Fused>, loops: bool) -> TokenStream {
    let e = Entry { fused, loops, ..Entry::new(sig) };
    if sig.takes_functions() {
        let graph = (!sig.associated).then(|| super::graph::graph(graph, &sig.name));
        let refused = ["grad", "value_and_grad", "vjp", "jvp"].map(|stem| e.without_functions(stem));
        return quote!(#(#refused)* #graph);
    }
    let (vjp, jvp) = (e.vjp(), e.jvp());
    let (grad, value_and_grad) =
        if sig.exclusive().next().is_some() { (e.refused("grad"), e.refused("value_and_grad")) } else { (e.grad(), e.value_and_grad()) };
    let free = (!sig.associated).then(|| {
        let (backward, graph) = (e.backward(), super::graph::graph(graph, &sig.name));
        let jacobian = e.jacobian();
        quote!(#backward #graph #jacobian)
    });
    quote!(#grad #value_and_grad #vjp #jvp #free)
}

struct Entry<'a> {
    sig: &'a Signature,
    params: Vec<TokenStream>,
    /// The gradients' type: bare for one, else a tuple.
    gradient: TokenStream,
    /// The same, as documentation shows it.
    shown: TokenStream,
    /// The type that may have no tangent.
    at: Span,
    list: String,
    /// What `value_and_grad` tries first.
    fused: Option<Fused>,
    /// Whether there are loops that run as often as a value says.
    loops: bool,
}

impl<'a> Entry<'a> {
    fn new(sig: &'a Signature) -> Self {
        let params = sig
            .shown()
            .iter()
            .enumerate()
            .map(|(k, p)| match (&p.name, &p.ty) {
                _ if k == 0 && sig.method => super::types::receiver(p),
                (name, ty) => quote!(#name: #ty),
            })
            .collect();
        let gradients = |params: &[Param]| {
            let returned = params.iter().filter(|p| p.active && p.exclusive.is_none());
            bare(returned.map(|p| tangent_type(&Signature::referent(p))).collect())
        };
        let gradient = gradients(&sig.params);
        // a type without a tangent is an error on that type, not on the tuple
        let at = sig.shown().iter().find(|p| p.active && !certainly_differentiable(&p.ty, &sig.names()));
        let at = at.map_or_else(Span::call_site, |p| syn::spanned::Spanned::span(&Signature::referent(p)));
        let shown = spanned(gradients(sig.shown()), at);
        let list = sig.active().map(|(_, p)| format!("`{}`", p.shown())).collect::<Vec<_>>().join(", ");
        Entry { sig, params, gradient, shown, list, at, fused: None, loops: false }
    }

    fn name(&self, stem: &str) -> Ident {
        if self.sig.associated { format_ident!("{}_{}", self.sig.name, stem) } else { format_ident!("{}", stem) }
    }

    fn docs(&self) -> Docs<'_> {
        Docs { sig: self.sig, list: &self.list }
    }

    /// The visibility of an entry.
    fn vis(&self) -> TokenStream {
        match self.sig.home {
            Home::TraitItem => quote!(),
            _ if self.sig.associated => self.sig.vis.to_token_stream(),
            _ => quote!(pub),
        }
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
        let (hidden, turbofish) = (hidden(self.sig, form), self.turbofish(&[inferred(self.sig, form), types.clone()].concat()));
        let names: Vec<TokenStream> = self.sig.params.iter().map(|p| handed(p, form)).collect();
        quote!(Self::#hidden #turbofish (#(#names,)* (#(#types,)*), #more))
    }

    fn this(&self) -> TokenStream {
        if self.sig.method { quote!(let this = self;) } else { quote!() }
    }

    /// The parameter and bound that defer the check for a scalar result to the call.
    fn scalar(&self, clause: &TokenStream) -> (Vec<TokenStream>, TokenStream) {
        if self.sig.is_scalar() || crate::fence::of_any_type(self.sig).is_some() {
            return (vec![], clause.clone());
        }
        let output = self.sig.result();
        let bound = quote!(#output: ::pullback::call::ScalarResult<ResultScalar>);
        let clause = if clause.is_empty() { quote!(where #bound) } else { with_bound(clause, &bound) };
        (vec![quote!(ResultScalar)], clause)
    }

    fn seed(&self) -> TokenStream {
        let output = self.sig.result();
        match (self.sig.is_scalar(), output.to_token_stream().to_string().as_str()) {
            (true, "f32" | "f64") => quote!(1.0),
            _ if crate::fence::of_any_type(self.sig).is_some() => quote!(loop {}),
            (true, _) => quote!(<#output as ::pullback::call::ScalarResult<()>>::one()),
            _ => quote!(<#output as ::pullback::call::ScalarResult<ResultScalar>>::one()),
        }
    }

    fn grad(&self) -> TokenStream {
        let (name, vis, params, gradient) = (self.name("grad"), self.vis(), &self.params, &self.shown);
        let clause = self.sig.generics_with(&[]).1;
        let (more, clause) = self.scalar(&clause);
        let generics = self.sig.generics_with(&more).0;
        let (doc, inline) = (self.docs().grad(), self.inline());
        let (call, seed) = (self.by_vjp(), self.seed());
        let body = if self.fused.is_some() {
            let both = self.by("value_and_grad", &|p| p.name.clone());
            quote!(#both.1)
        } else {
            quote!(let (_, pullback) = #call; pullback(#seed))
        };
        quote! {
            #[doc = #doc]
            #inline
            #vis fn #name #generics (#(#params),*) -> #gradient #clause { #body }
        }
    }

    /// Sweeps with loops stand by themselves: what rustc knows of a caller's variables, side by side in memory, may lead it to run a loop's state as a vector, and
    /// each iteration to wait for what it needs only in the next one.
    fn inline(&self) -> TokenStream {
        if self.loops { quote!(#[inline(never)]) } else { quote!(#[inline]) }
    }

    fn value_and_grad(&self) -> TokenStream {
        let (name, vis, params, gradient, output) = (self.name("value_and_grad"), self.vis(), &self.params, &self.shown, &self.sig.output);
        let clause = self.sig.generics_with(&[]).1;
        let (more, clause) = self.scalar(&clause);
        let generics = self.sig.generics_with(&more).0;
        let (doc, inline) = (self.docs().value_and_grad(), self.inline());
        let both = spanned(quote!((#output, #gradient)), self.at);
        let (call, seed) = (self.by_vjp(), self.seed());
        let attempt = self.attempt();
        let quiet =
            self.fused.is_some().then(|| quote!(#[allow(unused, nonstandard_style, clippy::all, clippy::pedantic, clippy::nursery)]));
        quote! {
            #[doc = #doc]
            #quiet
            #inline
            #vis fn #name #generics (#(#params),*) -> #both #clause {
                #attempt
                let (value, pullback) = #call;
                let gradient = pullback(#seed);
                (value, gradient)
            }
        }
    }

    /// A call of `vjp` with the same arguments.
    fn by_vjp(&self) -> TokenStream {
        self.by("vjp", &|p| p.name.clone())
    }

    /// A call of another entry with the arguments of these names.
    fn by(&self, entry: &str, named: &dyn Fn(&Param) -> Ident) -> TokenStream {
        let (entry, turbofish) = (self.name(entry), self.turbofish(&[]));
        let name = |(k, p): (usize, &Param)| if k == 0 && self.sig.method { quote!(self) } else { named(p).to_token_stream() };
        let names = self.sig.params.iter().enumerate().map(name);
        quote!(Self::#entry #turbofish (#(#names),*))
    }

    /// The sweeps with loops fused. An argument that they may use up has a spare, if its type has copies; if not, there is no attempt.
    fn attempt(&self) -> TokenStream {
        let Some(Fused { attempt, spare: kept }) = &self.fused else { return quote!() };
        if kept.is_empty() {
            return attempt.clone();
        }
        let is_kept = |p: &Param| kept.iter().any(|(name, _)| *name == p.name);
        let (call, seed) = (self.by("vjp", &|p| if is_kept(p) { spare(&p.name) } else { p.name.clone() }), self.seed());
        let names = kept.iter().map(|(name, _)| spare(name));
        let values = kept.iter().map(|(_, value)| value);
        quote! {
            use ::pullback::call::{Copied as _, NotCopied as _};
            if let (#(::core::option::Option::Some(#names),)*) = (#(#values,)*) {
                #attempt
                let (value, pullback) = #call;
                let gradient = pullback(#seed);
                return (value, gradient);
            }
        }
    }

    /// What a pullback takes: the cotangent of the result, unless there is none, and those of what `&mut` parameters hold.
    fn cotangents(&self) -> Vec<(TokenStream, TokenStream)> {
        let result = (quote!(result_bar), tangent_type(&elided(&self.sig.output)));
        let exclusive = self.sig.exclusive().map(|p| {
            let (bar, ty) = (crate::ir::bar(&p.name), crate::derive::owned(&Signature::referent(p)));
            (quote!(#bar), quote!(&mut <#ty as ::pullback::Differentiable>::Bar))
        });
        (!self.sig.returns_nothing()).then_some(result).into_iter().chain(exclusive).collect()
    }

    fn vjp(&self) -> TokenStream {
        if self.sig.exclusive().next().is_some() {
            return self.exclusive_vjp();
        }
        let (name, vis, params, gradient, output) = (self.name("vjp"), self.vis(), &self.params, &self.gradient, &self.sig.output);
        let (generics, clause) = self.sig.generics_with(&[]);
        let cotangent = tangent_type(&elided(output));
        let doc = self.docs().vjp();
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
        let (mut again, mut lent, mut results, mut extents) = (vec![], vec![], vec![], TokenStream::new());
        for p in &self.sig.params {
            if !p.active {
                again.push(again_of(p));
                lent.push(quote!(::pullback::call::Ignored));
                continue;
            }
            let (name, bar, zero) = (&p.name, crate::ir::bar(&p.name), format_ident!("{}_zero", p.name));
            let ty = elided(&Signature::referent(p));
            if p.exclusive.is_some() {
                let extent = format_ident!("{}_extent", p.name);
                extents.extend(quote!(let #extent = <#ty as ::pullback::Differentiable>::shape(&*#name);));
                bars.extend(quote!(<#ty as ::pullback::Differentiable>::fit(&#extent, #bar);));
                again.push(quote!(::pullback::call::Changed));
                lent.push(quote!(::core::option::Option::Some(#bar)));
                continue;
            }
            if p.shared.is_some() {
                let (start, end) = tangents::declared(&ty, name, &bar);
                bars.extend(start);
                ends.extend(end);
                again.push(quote!(#name));
            } else {
                if super::types::is_number(&ty) {
                    bars.extend(quote!(let mut #bar = 0.0;));
                } else {
                    zeros.extend(quote!(let #zero = <#ty as ::pullback::Differentiable>::zero_tangent(&#name);));
                    bars.extend(quote!(let mut #bar = ::core::clone::Clone::clone(&#zero);));
                }
                again.push(quote!(::pullback::call::Ignored));
            }
            let whole = tangents::lent(&ty, &bar);
            lent.push(quote!(::core::option::Option::Some(#whole)));
            results.push(quote!(#bar));
        }
        let results = bare(results);
        let cotangents = self.cotangents().into_iter().map(|(name, ty)| quote!(#name: #ty));
        let seed = if self.sig.returns_nothing() { quote!(()) } else { quote!(result_bar) };
        quote! {
            #zeros
            let (value, pull) = #call;
            #extents
            let pullback = move |#(#cotangents),*| {
                #bars
                pull(#seed, (#(#again,)*), (#(#lent,)*));
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
        let (mut dot_types, mut dot_names, mut lends, mut before) = (vec![], vec![], vec![], TokenStream::new());
        for p in &self.sig.params {
            if !p.active {
                lends.push(quote!(::pullback::call::Ignored));
                continue;
            }
            let (dot, ty, name) = (crate::ir::dot(&p.name), Signature::referent(p), &p.name);
            let own = crate::derive::owned(&ty);
            dot_names.push(quote!(#dot));
            if p.exclusive.is_some() {
                dot_types.push(quote!(&mut <#own as ::pullback::Differentiable>::Bar));
                lends.push(quote!(::core::option::Option::Some(#dot)));
                before
                    .extend(quote!(<#ty as ::pullback::Differentiable>::fit(&<#ty as ::pullback::Differentiable>::shape(&*#name), #dot);));
                continue;
            }
            if p.shared.is_some() {
                let bar = tangents::bar_type(&own);
                dot_types.push(quote!(&#bar));
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
        let doc = self.docs().jvp();
        quote! {
            #[doc = #doc]
            #[inline]
            #vis fn #name #generics (#(#receiver,)* #names: #types, #dot_names: #dot_types) -> (#output, #tangent) #clause { #this #before #call }
        }
    }
}

/// A single item bare, several as a tuple.
pub(super) fn bare(items: Vec<TokenStream>) -> TokenStream {
    match &items[..] {
        [one] => one.clone(),
        _ => quote!((#(#items),*)),
    }
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
    match (&p.shared, &p.exclusive) {
        _ if p.is_function() => quote!(::pullback::call::Ignored),
        (Some(_), _) => quote!(#name),
        (_, Some(_)) => quote!(::pullback::call::Changed),
        _ => quote!(::pullback::call::Ignored),
    }
}

/// A tuple with another span.
fn spanned(tuple: TokenStream, span: Span) -> TokenStream {
    let each = tuple.into_iter().map(|mut tree| {
        if let TokenTree::Group(_) = tree {
            tree.set_span(span);
        }
        tree
    });
    each.collect()
}
