//! The hidden forms of a function: `__split`, its forward sweep with its pullback, and `__push`, its primal with tangents.
//!
//! Input: the sweeps. Output: two associated functions. Invariant: what `__split` returns borrows nothing of its arguments.

use super::types::{again_type, bar_type, function_generics, function_parts, has_extent, hidden, is_vec, parameters, tangent_type};
use super::{Derived, Form, tangents};
use crate::forward::Tangents;
use crate::ir::Param;
use crate::reverse::Sweeps;
use crate::signature::{Home, Signature, elided};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

impl Derived<'_> {
    /// Activities: one type parameter for each parameter.
    fn acts(&self) -> Vec<Ident> {
        (0..self.sig.params.len()).map(|k| format_ident!("Act{}", k)).collect()
    }

    /// A hidden form.
    fn declare(&self, form: &str, dots: &TokenStream, output: &TokenStream, body: &TokenStream) -> TokenStream {
        let (name, acts) = (hidden(self.sig, form), self.acts());
        let more: Vec<TokenStream> = self.sig.params.iter().flat_map(|p| function_generics(p, form)).collect();
        let more: Vec<TokenStream> = more.into_iter().chain(acts.iter().map(|a| quote!(#a: ::pullback::Activity))).collect();
        let functions = function_parts(self.sig, form);
        let (generics, clause) = self.sig.generics_with(&more);
        let ((params, this), imports) = (parameters(self.sig), &self.imports);
        let vis = if matches!(self.sig.home, Home::TraitItem | Home::TraitImpl) { quote!() } else { quote!(pub) };
        let inline = if self.sig.boxed.get() { quote!() } else { quote!(#[inline]) };
        let body = match self.form {
            Form::Required => quote!({ #body }),
            _ => {
                let gated = self.gated(self.sig.params.iter().map(|p| (&p.name, p.mutable)));
                let (sound, unreached) = (self.gate_type(), self.sig.gate.as_ref().map(|_| super::hooks::unreached(&self.hooks, form)));
                let ours = if form == "push" { super::alike::by_value(body) } else { super::alike::by_reference(body) };
                let inner = self.with_outer_names(quote!(#functions #body));
                let body = quote!(use ::pullback::place::Coordinates as _; #ours #unreached #sound #imports #this #gated #inner);
                let body =
                    if self.sig.gate.as_ref().is_none_or(super::Gate::is_uncertain) { super::hooks::with_receivers(body) } else { body };
                self.scoped(&body)
            }
        };
        quote! {
            #[doc(hidden)]
            #[allow(warnings, unused, nonstandard_style, refining_impl_trait, clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
            #inline
            #vis fn #name #generics (#(#params,)* _: (#(#acts,)*) #dots) -> #output #clause #body
        }
    }

    /// A body in the scopes of what its callees' names mean if nothing else has them.
    pub(super) fn scoped(&self, body: &TokenStream) -> TokenStream {
        let around = [&self.unreached, &self.fallbacks].into_iter().filter(|items| !items.is_empty());
        around.fold(quote!({ #body }), |body, items| quote!({ #items #body }))
    }

    /// The forward sweep, and the reverse sweep as a closure that borrows nothing from the arguments.
    pub(super) fn split(&self) -> TokenStream {
        let (acts, output, mut captured) = (self.acts(), &self.sig.output, self.sig.captured());
        captured.extend(self.sig.params.iter().flat_map(|p| super::types::function_names(p, "split")));
        let again: Vec<TokenStream> = self.sig.params.iter().map(again_type).collect();
        let bars: Vec<TokenStream> = self.sig.params.iter().map(|p| bar_type(p, &quote!(mut))).collect();
        let cotangent = tangent_type(&elided(output));
        let arguments = quote!(#cotangent, (#(#again,)*), (#(#bars,)*));
        if matches!(self.form, Form::Required) {
            // never called: see [`super::mark`]
            let never = never();
            let ty = quote!(impl Fn(#arguments) + use<#(#captured,)* #(#acts),*>);
            let pullback = quote!(|_: #cotangent, _: (#(#again,)*), _: (#(#bars,)*)| #never);
            return self.declare("split", &quote!(), &quote!((#output, #ty)), &quote!((#never, #pullback)));
        }
        let (again_names, bar_names, unwrap) = self.pullback_parameters();
        let (forward, backward) = self.sweeps_of(&unwrap);
        let names = quote!(result_bar: #cotangent, (#(#again_names,)*): (#(#again,)*), (#(#bar_names,)*): (#(#bars,)*));
        let seed = self.gated([(&Ident::new("result_bar", Span::call_site()), false)]);
        let mut pullback = quote!(move |#names| { #seed #backward });
        let mut ty = quote!(impl Fn(#arguments) + use<#(#captured,)* #(#acts),*>);
        if self.sig.boxed.get() {
            pullback = quote!(::std::boxed::Box::new(#pullback));
            if self.sig.home != Home::TraitItem {
                ty = quote!(::std::boxed::Box<dyn Fn(#arguments)>);
            }
        }
        self.declare("split", &quote!(), &quote!((#output, #ty)), &quote!(#forward (result, #pullback)))
    }

    /// What runs at the call, with the value in `result`; what runs on the way back.
    fn sweeps_of(&self, unwrap: &TokenStream) -> (TokenStream, TokenStream) {
        let Sweeps { forward, result, backward, .. } = &self.sweeps;
        let (output, mention, Extents { lengths, extents, cut }) = (&self.sig.output, self.mention(), self.extents());
        match &self.form {
            Form::Body | Form::Required => {
                (quote!(#mention #lengths #forward let result: __Sound<#output> = #result; #extents), quote!(#unwrap #backward #cut))
            }
            Form::Checkpoint => {
                let (kept, again, call) = (self.inputs_kept(), self.inputs_again(), self.primal());
                let output = elided(output);
                (
                    quote!(#kept #lengths let result = #call; #extents),
                    quote!(#again #forward let result: __Sound<#output> = #result; #unwrap #backward #cut),
                )
            }
            Form::Rule { vjp, .. } => {
                let (first, back) = self.by_rule(vjp);
                (quote!(#lengths #first #extents), quote!(#unwrap #back #cut))
            }
        }
    }

    /// Names the user's function, so that one whose derivatives alone are used does not count as dead.
    fn mention(&self) -> TokenStream {
        let name = &self.sig.name;
        let shadowed = self.sig.params.iter().any(|p| p.said == *name);
        let opaque = self.sig.generics.type_params().any(|t| t.ident.to_string().starts_with("Impl"));
        if self.sig.associated || shadowed || opaque || self.is_stub {
            return quote!();
        }
        let own = self.sig.generics.params.iter().filter_map(|g| match g {
            syn::GenericParam::Type(t) => Some(&t.ident),
            syn::GenericParam::Const(c) => Some(&c.ident),
            syn::GenericParam::Lifetime(_) => None,
        });
        quote!(let _ = #name::<#(#own),*>;)
    }

    /// Patterns for the pullback's arguments, and what turns lent cotangents into places.
    fn pullback_parameters(&self) -> (Vec<TokenStream>, Vec<TokenStream>, TokenStream) {
        let (mut again, mut bars, mut unwrap) = (vec![], vec![], TokenStream::new());
        for p in &self.sig.params {
            let name = &p.name;
            if p.function.is_some() {
                let (bar, none) = (crate::ir::bar(&name), format_ident!("{}_unwanted", name));
                again.push(quote!(_));
                unwrap.extend(quote!(let mut #none = ::pullback::Tangent::zero(); let #bar = #bar.unwrap_or(&mut #none);));
                bars.push(quote!(#bar));
                continue;
            }
            again.push(if p.shared.is_some() && !p.is_function() { quote!(#name) } else { quote!(_) });
            if !p.active {
                bars.push(quote!(_));
                continue;
            }
            let (bar, none) = (crate::ir::bar(&name), format_ident!("{}_unwanted", name));
            let ty = elided(&Signature::referent(p));
            bars.push(quote!(#bar));
            let gated = self.gated([(&bar, false)]);
            let lent = self.gated(p.shared.is_some().then_some((name, false)));
            let looked_at =
                !matches!(self.form, Form::Body) || self.sweeps.needed.contains(&name.to_string()) || self.sig.active().count() < 2;
            let lengthen = if p.shared.is_some() && !looked_at {
                quote!()
            } else if p.shared.is_some() {
                tangents::lengthened(&ty, name, &none)
            } else if p.exclusive.is_some() && !has_extent(&ty) {
                let extent = format_ident!("{}_extent", name);
                quote!(<#ty as ::pullback::Differentiable>::lengthen(&#extent, &mut #none);)
            } else {
                quote!()
            };
            // of a `Vec` by value a caller may lend the symbolic zero
            let grown = self.by_value_vec(p).then(|| {
                let extent = format_ident!("{}_extent", name);
                quote!(<#ty as ::pullback::Differentiable>::lengthen(&#extent, #bar);)
            });
            unwrap.extend(tangents::wanted(&ty, &bar, &none, &lengthen));
            unwrap.extend(quote!(#grown #lent #gated));
        }
        (again, bars, unwrap)
    }

    fn by_value_vec(&self, p: &Param) -> bool {
        p.active && p.shared.is_none() && p.exclusive.is_none() && is_vec(&p.ty)
    }

    /// The shapes of what `&mut` parameters refer to: their cotangents have the final one, and leave with the first.
    fn extents(&self) -> Extents {
        let mut all = Extents::default();
        for p in self.sig.params.iter().filter(|p| self.by_value_vec(p)) {
            let (name, extent) = (&p.name, format_ident!("{}_extent", p.name));
            all.lengths.extend(quote!(let #extent = #name.len();));
        }
        for p in self.sig.exclusive() {
            let (name, ty) = (&p.name, elided(&Signature::referent(p)));
            if has_extent(&ty) {
                continue;
            }
            let (bar, extent, length) = (crate::ir::bar(name), format_ident!("{}_extent", name), format_ident!("{}_length", name));
            all.extents.extend(quote!(let #extent = <#ty as ::pullback::Differentiable>::shape(&*#name);));
            if is_vec(&ty) {
                all.lengths.extend(quote!(let #length = #name.len();));
                all.cut.extend(quote!(#bar.truncate(#length);));
            }
        }
        all
    }

    /// The primal with tangents.
    pub(super) fn push(&self) -> TokenStream {
        let output = &self.sig.output;
        let dots: Vec<TokenStream> = self.sig.params.iter().map(|p| bar_type(p, &quote!())).collect();
        let (dot_names, unwrap) = self.push_parameters();
        let tangent = tangent_type(output);
        let body = match &self.form {
            Form::Rule { vjp, jvp } => self.push_by_rule(vjp, jvp.as_ref()),
            Form::Required => {
                return self.declare("push", &quote!(, _: (#(#dots,)*)), &quote!((#output, #tangent)), &never());
            }
            _ => {
                let Tangents { body, result, result_dot } = &self.tangents;
                quote!(#body let result_dot: #tangent = #result_dot; let result: __Sound<#output> = #result;)
            }
        };
        self.declare(
            "push",
            &quote!(, (#(#dot_names,)*): (#(#dots,)*)),
            &quote!((#output, #tangent)),
            &quote!(#unwrap #body (result, result_dot)),
        )
    }

    fn push_parameters(&self) -> (Vec<TokenStream>, TokenStream) {
        let (mut names, mut unwrap) = (vec![], TokenStream::new());
        for p in &self.sig.params {
            if !p.active {
                names.push(quote!(_));
                continue;
            }
            let (dot, none) = (crate::ir::dot(&p.name), format_ident!("{}_constant", p.name));
            let ty = Signature::referent(p);
            names.push(quote!(#dot));
            if p.function.is_some() {
                unwrap.extend(quote!(let #none = ::pullback::Tangent::zero(); let #dot = #dot.unwrap_or(&#none);));
                continue;
            }
            let gated = self.gated([(&dot, false)]);
            if super::types::is_number(&ty) {
                unwrap.extend(match p.exclusive {
                    Some(_) => tangents::wanted(&ty, &dot, &none, &quote!()),
                    None => quote!(let #dot = #dot.unwrap_or(&0.0);),
                });
                unwrap.extend(gated);
                continue;
            }
            unwrap.extend(quote! {
                let mut #none = ::pullback::Tangent::zero();
                let #dot = match #dot {
                    ::core::option::Option::Some(dot) => dot,
                    ::core::option::Option::None => <#ty as ::pullback::Differentiable>::bar(&mut #none),
                };
                #gated
            });
        }
        (names, unwrap)
    }
}

/// The body of what a trait requires.
fn never() -> TokenStream {
    quote!(::core::unreachable!("the attribute on the `impl` block writes this"))
}

/// What the split form keeps of the shapes behind `&mut` parameters.
#[derive(Default)]
struct Extents {
    lengths: TokenStream,
    extents: TokenStream,
    cut: TokenStream,
}
