//! Forms whose pullback runs something again: `checkpoint`, and the user's own rules.
//!
//! Input: a signature. Output: what keeps the inputs at the call, and what brings them back. Invariant: what runs on the way back sees the inputs as
//! they were at the call; references are those that the caller lends again.
//!
//!     #[differentiable(vjp = g_vjp)] fn g(x: f64) -> f64        →        let (result, pull) = g_vjp(x);    …    x_bar += pull(result_bar)

use super::types::tangent_type;
use super::{Derived, Form};
use crate::ir::{Param, bar, dot};
use crate::signature::{Signature, elided};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Type;

fn kept(p: &Param) -> Ident {
    format_ident!("{}_kept", p.name)
}

impl Derived<'_> {
    /// Keeps what the caller will not lend again.
    pub(super) fn inputs_kept(&self) -> TokenStream {
        let each = self.sig.params.iter().filter(|p| p.shared.is_none()).map(|p| {
            let (name, kept) = (&p.name, kept(p));
            match p.exclusive {
                Some(_) => quote!(let #kept = ::std::borrow::ToOwned::to_owned(&*#name);),
                None => quote!(let #kept = ::core::clone::Clone::clone(&#name);),
            }
        });
        quote!(#(#each)*)
    }

    /// The inputs under their names, as they were.
    pub(super) fn inputs_again(&self) -> TokenStream {
        let each = self.sig.params.iter().filter(|p| p.shared.is_none()).map(|p| {
            let (name, kept, ty) = (&p.name, kept(p), elided(&p.ty));
            let mutable = p.mutable.then(|| quote!(mut));
            match p.exclusive {
                Some(_) => {
                    let again = format_ident!("{}_again", name);
                    quote!(let mut #again = ::core::clone::Clone::clone(&#kept); let #name: #ty = &mut #again;)
                }
                None => quote!(let #mutable #name: #ty = ::core::clone::Clone::clone(&#kept);),
            }
        });
        quote!(#(#each)*)
    }

    /// The arguments of a function with the same parameters.
    fn arguments(&self) -> Vec<TokenStream> {
        let each = self.sig.params.iter().map(|p| {
            let name = &p.name;
            if p.exclusive.is_some() { quote!(&mut *#name) } else { quote!(#name) }
        });
        each.collect()
    }

    /// A call of the user's function.
    pub(super) fn primal(&self) -> TokenStream {
        let (name, args) = (&self.sig.name, self.arguments());
        if self.sig.associated { quote!(Self::#name(#(#args),*)) } else { quote!(#name(#(#args),*)) }
    }

    /// What a rule does at the call, and on the way back. Without references its own pullback is kept; with them it would borrow
    /// what they refer to, so that the rule runs on the way back.
    pub(super) fn by_rule(&self, vjp: &syn::Path) -> (TokenStream, TokenStream) {
        let (args, pull) = (self.arguments(), self.pull_by_rule());
        let (rule, vjp) = self.rule_of(vjp);
        if self.sig.params.iter().all(|p| p.shared.is_none() && p.exclusive.is_none()) {
            return (quote!(#rule let (result, pull) = #vjp(#(#args),*);), pull);
        }
        let (kept, again, call) = (self.inputs_kept(), self.inputs_again(), self.primal());
        (quote!(#kept let result = #call;), quote!(#again #rule let (_, pull) = #vjp(#(#args),*); #pull))
    }

    /// `x_bar += pull(result_bar)`, for each parameter.
    fn pull_by_rule(&self) -> TokenStream {
        let bars = self.sig.exclusive().map(|p| {
            let bar = bar(&p.name);
            quote!(&mut *#bar)
        });
        let seed = (!self.sig.returns_nothing()).then(|| quote!(result_bar));
        let cotangents = seed.into_iter().chain(bars);
        let (names, adds) = self.gradients();
        quote!(let #names = pull(#(#cotangents),*); #(#adds)*)
    }

    /// A pattern for what a pullback returns, and what adds it to the cotangents.
    fn gradients(&self) -> (TokenStream, Vec<TokenStream>) {
        let returned: Vec<&Param> = self.sig.active().map(|(_, p)| p).filter(|p| p.exclusive.is_none()).collect();
        let names: Vec<Ident> = returned.iter().map(|p| format_ident!("{}_grad", p.name)).collect();
        let adds = returned.iter().zip(&names).map(|(p, name)| {
            let bar = bar(&p.name);
            quote!(::pullback::call::add(&mut *#bar, #name);)
        });
        (super::entries::bare(names.iter().map(|n| quote!(#n)).collect()), adds.collect())
    }

    /// `result` and `result_dot` from the user's `jvp`, or row by row from the `vjp`.
    pub(super) fn push_by_rule(&self, vjp: &syn::Path, jvp: Option<&syn::Path>) -> TokenStream {
        let args = self.arguments();
        let Some(jvp) = jvp else {
            let (names, _) = self.gradients();
            let terms = self.sig.active().map(|(_, p)| {
                let (grad, dot) = (format_ident!("{}_grad", p.name), dot(&p.name));
                quote!(+ ::pullback::Tangent::dot(&#grad, &::pullback::call::own(&*#dot)))
            });
            let (rule, vjp) = self.rule_of(vjp);
            return quote! {
                #rule
                let (result, pull) = #vjp(#(#args),*);
                let result_dot = ::pullback::call::push_by_rows(&result, |result_bar| { let #names = pull(result_bar); 0.0 #(#terms)* });
            };
        };
        let (receiver, rest) = args.split_at(usize::from(self.sig.method));
        let primals = super::entries::bare(rest.to_vec());
        let dots = self.sig.active().map(|(_, p)| {
            let dot = dot(&p.name);
            match (&p.shared, &p.exclusive) {
                (Some(_), _) => quote!(&*#dot),
                (_, Some(_)) => quote!(&mut *#dot),
                _ => quote!(::core::clone::Clone::clone(&*#dot)),
            }
        });
        let dots = super::entries::bare(dots.collect());
        let tangent = tangent_type(&self.sig.output);
        let output = &self.sig.output;
        let (rule, jvp) = self.rule_of(jvp);
        quote!(#rule let (result, result_dot): (#output, #tangent) = #jvp(#(#receiver,)* #primals, #dots);)
    }
}

impl Derived<'_> {
    /// A rule as the forms call it: behind the gate, where it has the wrong shape.
    fn rule_of(&self, path: &syn::Path) -> (TokenStream, TokenStream) {
        let rule = format_ident!("rule");
        match &self.sig.gate {
            Some(gate) => (gate.taken(&rule, false, &imported(path)), quote!(#rule)),
            None => (quote!(), quote!(#path)),
        }
    }

    /// What checks the rules' shapes: functions that take functions of these, and calls of them.
    pub(super) fn shapes(&self) -> Option<(TokenStream, TokenStream)> {
        let Form::Rule { vjp, jvp } = &self.form else { return None };
        let sig = self.sig;
        let (output, cotangent) = (&sig.output, tangent_type(&elided(&sig.output)));
        if sig.associated {
            let (args, (rule, _)) = (self.arguments(), self.gradients());
            let seed = (!sig.returns_nothing()).then(|| quote!(::pullback::gate::any::<#cotangent>()));
            let bars = sig.exclusive().map(|_| quote!(::pullback::gate::any()));
            let pulls = seed.into_iter().chain(bars);
            return Some((quote!(), quote!(let (_, pull): (#output, _) = #vjp(#(#args),*); let #rule = pull(#(#pulls),*);)));
        }
        let inputs: Vec<Type> = sig.params.iter().map(|p| with_lifetime(&p.ty)).collect();
        let gradients = sig.active().filter(|(_, p)| p.exclusive.is_none()).map(|(_, p)| tangent_type(&Signature::referent(p)));
        let gradients = super::entries::bare(gradients.collect());
        let seed = (!sig.returns_nothing()).then(|| cotangent.clone());
        let bars = sig.exclusive().map(|p| {
            let ty = crate::derive::owned(&Signature::referent(p));
            quote!(&mut <#ty as ::pullback::Differentiable>::Bar)
        });
        let pulls = seed.into_iter().chain(bars);
        let (name, params, own) =
            (format_ident!("a_rule_for_{}", sig.name, span = Span::call_site()), sig.generics.params.iter(), sig.captured());
        let clause = sig.generics.where_clause.iter().flat_map(|w| &w.predicates);
        let output = with_lifetime(output);
        let backward = quote! {
            struct Rule<F>(F);
            impl<F> Rule<F> {
                fn #name<'rule, #(#params,)* P>(self) where #(#clause,)*
                    F: ::core::ops::Fn(#(#inputs),*) -> (#output, P), P: ::core::ops::Fn(#(#pulls),*) -> #gradients {}
            }
        };
        let mut calls = call(&name, &quote!(#(#own,)* _), vjp);
        let forward = jvp.as_ref().map(|jvp| {
            let name = format_ident!("a_jvp_rule_for_{}", sig.name, span = Span::call_site());
            let primals = super::entries::bare(inputs.iter().map(|t| quote!(#t)).collect());
            let dots = super::entries::bare(sig.active().map(|(_, p)| tangent_parameter(p)).collect());
            calls.extend(call(&name, &quote!(#(#own),*), jvp));
            let (params, clause) = (sig.generics.params.iter(), sig.generics.where_clause.iter().flat_map(|w| &w.predicates));
            quote! {
                impl<F> Rule<F> {
                    fn #name<'rule, #(#params),*>(self) where #(#clause,)* F: ::core::ops::Fn(#primals, #dots) -> (#output, #cotangent) {}
                }
            }
        });
        Some((quote!(#backward #forward), calls))
    }
}

/// A rule as a value, by an import: of one that does not exist rustc says the same wherever it is mentioned.
fn imported(path: &syn::Path) -> TokenStream {
    let is_plain = path.segments.iter().all(|s| s.arguments.is_none() && s.ident != "Self");
    let span = syn::spanned::Spanned::span(path);
    if is_plain { quote_spanned!(span=> { use #path as the_rule; the_rule }) } else { quote!(#path) }
}

/// A call with a rule, at the rule's name.
fn call(function: &Ident, generics: &TokenStream, rule: &syn::Path) -> TokenStream {
    let (span, mut function) = (syn::spanned::Spanned::span(rule), function.clone());
    function.set_span(span);
    let generics = generics.clone().into_iter().map(|mut t| {
        t.set_span(span);
        t
    });
    let generics = generics.collect::<TokenStream>();
    let turbofish = if generics.is_empty() { quote!() } else { quote_spanned!(span=> ::<#generics>) };
    let rule = imported(rule);
    quote_spanned!(span=> let rule = #rule; Rule(rule).#function #turbofish();)
}

/// The tangent that a rule for forward mode takes.
fn tangent_parameter(p: &Param) -> TokenStream {
    let ty = crate::derive::owned(&Signature::referent(p));
    let bar = super::tangents::bar_type(&ty);
    match (&p.shared, &p.exclusive) {
        (Some(_), _) => quote!(&'rule #bar),
        (_, Some(_)) => quote!(&'rule mut <#ty as ::pullback::Differentiable>::Bar),
        _ => tangent_type(&Signature::referent(p)),
    }
}

/// References of one lifetime.
fn with_lifetime(ty: &Type) -> Type {
    struct Named;
    impl syn::visit_mut::VisitMut for Named {
        fn visit_type_reference_mut(&mut self, r: &mut syn::TypeReference) {
            r.lifetime = Some(syn::parse_quote!('rule));
            syn::visit_mut::visit_type_reference_mut(self, r);
        }
        fn visit_lifetime_mut(&mut self, l: &mut syn::Lifetime) {
            if l.ident == "_" {
                *l = syn::parse_quote!('rule);
            }
        }
    }
    let mut ty = ty.clone();
    syn::visit_mut::VisitMut::visit_type_mut(&mut Named, &mut ty);
    ty
}

/// Whether a rule for reverse mode alone serves forward mode, too: row by row.
pub(crate) fn has_rows(sig: &Signature) -> bool {
    sig.exclusive().next().is_none() && !sig.returns_nothing()
}
