//! The gate: what is wrong in the user's body is said of the user's body, and of nothing that was made from it.
//!
//! Input: a function as it was written. Output: a copy of its body, in a function whose result has no name, and a constant that asks for that result's
//! size. Invariant: the copy is never called, and has the user's tokens with their spans, so that rustc says of it what it says of the original, and
//! says it once.
//!
//!     fn f(x: f64) -> f64 { x.squared() }     →     fn __primal() -> impl Sized { let _ = |x: f64| -> f64 { x.squared() }; }
//!                                                   const __SOUND: usize = sound(|| f::__primal());
//!
//! If the body has an error, of types or of borrows, the size is an error, silently, and so is a type that mentions it. The hidden forms take each of
//! their variables over in such a type: `let x: __Sound<_> = x;`. What follows from a variable of an erroneous type is silent.
//!
//! A constant has no type parameters: those of the function stand for `f64`, if that has all they ask for ([`super::stand_ins`]). Where the copy
//! stands depends on the item: see [`Place`].

use super::Derived;
use super::hooks::Hook;
use super::stand_ins::{self, names};
use crate::signature::{Home, Signature};
use proc_macro2::{Delimiter, Group, Ident, LineColumn, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use std::sync::atomic::{AtomicUsize, Ordering};
use syn::{FnArg, GenericParam, Generics, Type};

mod lets;
mod lifetimes;

/// The copy, and where the constants stand.
#[derive(Clone)]
pub(crate) struct Gate {
    /// Of the user's function: its generics and their clause, receiver, parameters, result, body.
    generics: Generics,
    receiver: Option<TokenStream>,
    inputs: Vec<TokenStream>,
    output: Type,
    body: TokenStream,
    /// The parameters' names that can be taken over.
    names: Vec<(Ident, bool)>,
    place: Place,
    /// `_m` for a method `m`.
    suffix: String,
}

/// Where the copy and the constants stand.
#[derive(Clone)]
#[allow(clippy::large_enum_variant, reason = "there is one in a gate")]
enum Place {
    /// Among the companions of this type: `f` itself, or the type of an `impl` block with these generics.
    Inside { owner: TokenStream, around: Generics },
    /// Beside an `impl` block that can have nothing else in it: the copy is the method of a trait of its own.
    Beside { ty: Type, around: Generics, of: Option<syn::Path> },
    /// In the block of a method that has the attribute by itself: the block's type has no name that a type in the hidden forms could mention, so the
    /// variables go through the method of an array whose length is the constant.
    Alone,
}

/// The block or function around a gate.
pub(crate) struct Owner<'a> {
    pub(crate) ty: TokenStream,
    /// The `impl` block, or one that stands for a trait: `impl<This: Tr> Tr for This`.
    pub(crate) block: Option<&'a syn::ItemImpl>,
    /// The item as it comes out of the macro.
    pub(crate) kept: &'a TokenStream,
}

impl Gate {
    /// The gate of a function.
    pub(crate) fn of(sig: &Signature, written: &syn::Signature, body: &syn::Block, owner: &Owner<'_>) -> Option<Gate> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        if sig.kind.is_some() || crate::fence::is_opaque(&sig.output) {
            return None;
        }
        let around = owner.block.map(|b| b.generics.clone()).unwrap_or_default();
        let beside = matches!(sig.home, Home::TraitImpl | Home::TraitItem) || stand_ins::is_uncertain(&around);
        let mut suffix = if sig.associated { format!("_{}", crate::tokens::plain(&sig.name)) } else { String::new() };
        let place = match (owner.block, sig.home) {
            (_, Home::Lone) => Place::Alone,
            (Some(b), _) if beside => {
                suffix = format!("{suffix}_{}", COUNT.fetch_add(1, Ordering::Relaxed));
                Place::Beside { ty: (*b.self_ty).clone(), around, of: b.trait_.as_ref().map(|(_, path, _)| path.clone()) }
            }
            _ => Place::Inside { owner: owner.ty.clone(), around },
        };
        let typed = sig.params.iter().zip(&written.inputs).filter_map(|(p, a)| if let FnArg::Typed(t) = a { Some((p, t)) } else { None });
        let simple = typed.clone().filter(|(_, t)| matches!(*t.pat, syn::Pat::Ident(_))).map(|(p, _)| (p.said.clone(), p.mutable));
        let (mut generics, mut output) = (sig.generics.clone(), sig.output.clone());
        let mut types: Vec<Type> = typed.clone().map(|(p, _)| p.ty.clone()).collect();
        let receiver = written.receiver();
        if receiver.is_none_or(|r| r.reference.is_none()) {
            lifetimes::link(&mut generics, &mut types, &mut output)?;
        }
        let inputs = typed.zip(types).map(|((_, t), ty)| {
            let pat = &t.pat;
            quote!(#pat: #ty)
        });
        let body = as_kept(owner.kept, body.brace_token.span.open().start()).unwrap_or_else(|| body.to_token_stream());
        let mut gate = Gate {
            generics,
            receiver: receiver.map(without_marker),
            inputs: inputs.collect(),
            output,
            body,
            names: simple.collect(),
            place,
            suffix,
        };
        gate.name_associated(owner.block);
        Some(gate)
    }

    /// `Self::Item` of the block's trait means nothing in another trait's: it is written out.
    fn name_associated(&mut self, block: Option<&syn::ItemImpl>) {
        let Place::Beside { of: Some(of), .. } = &self.place else { return };
        let types =
            block.iter().flat_map(|b| &b.items).filter_map(|i| if let syn::ImplItem::Type(t) = i { Some(t.ident.clone()) } else { None });
        let types: Vec<Ident> = types.collect();
        self.body = written_out(self.body.clone(), of, &types);
        for input in &mut self.inputs {
            *input = written_out(input.clone(), of, &types);
        }
        if let Ok(output) = syn::parse2(written_out(self.output.to_token_stream(), of, &types)) {
            self.output = output;
        }
    }

    /// A constant that panics unless the body has an error; its name, if it stands among the companions of a method that stands alone.
    pub(crate) fn says(&self, name: &Ident, panic: &TokenStream) -> (TokenStream, Option<Ident>) {
        let sound = self.named(&self.sound());
        if self.is_alone() {
            let quiet = quote!(#[doc(hidden)] #[allow(warnings, unused, nonstandard_style, clippy::all, clippy::pedantic)]);
            return (quote!(#quiet const #name: usize = #sound + #panic;), Some(name.clone()));
        }
        (quote!(const _: usize = #sound + #panic;), None)
    }

    /// The name of a constant about one callee.
    pub(crate) fn beside_others(&self, callee: &Ident, sig: &Signature) -> Ident {
        match &self.place {
            Place::Beside { .. } => format_ident!("{}_in{}", callee, self.suffix),
            _ if sig.associated => format_ident!("{}_in_{}", callee, sig.name),
            _ => callee.clone(),
        }
    }

    /// Whether the gate stands beside the block.
    pub(crate) fn is_beside(&self) -> bool {
        matches!(self.place, Place::Beside { .. })
    }

    /// Whether the constant may be found to be zero for want of a type that has all that is asked for.
    pub(crate) fn is_uncertain(&self) -> bool {
        let around = match &self.place {
            Place::Beside { around, .. } | Place::Inside { around, .. } => stand_ins::is_uncertain(around),
            Place::Alone => false,
        };
        around || stand_ins::is_uncertain(&self.generics)
    }

    /// Whether the method stands alone.
    pub(crate) fn is_alone(&self) -> bool {
        matches!(self.place, Place::Alone)
    }

    /// Whether the body mentions `&mut` references.
    pub(crate) fn has_exclusive(&self) -> bool {
        let text = self.body.to_string();
        ["&mut", "& mut", "ref mut", "_mut"].iter().any(|m| text.contains(m))
    }

    /// The copy, and its constant.
    fn items(&self) -> Vec<TokenStream> {
        self.checked("primal", &self.sound(), &super::alike::by_reference(&self.body), &quote!(), &self.body)
    }

    /// A function that is never called, with a closure that has this body; and the constant that is an error if it has one.
    fn checked(&self, name: &str, constant: &Ident, before: &TokenStream, first: &TokenStream, body: &TokenStream) -> Vec<TokenStream> {
        let Gate { generics, receiver, inputs, output, .. } = self;
        let (params, clause) = (&generics.params, &generics.where_clause);
        let hidden = format_ident!("__{}{}", name, self.suffix);
        let body = if first.is_empty() { body.clone() } else { quote!({ #first #body }) };
        let argument = receiver.is_some().then(|| quote!(loop {}));
        let own = names(generics);
        let turbofish = (!own.is_empty()).then(|| quote!(::<#(#own),*>));
        let quiet = quote!(#[doc(hidden)] #[allow(warnings, unused, nonstandard_style, clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]);
        let copy = quote!({ #before let _ = |#(#inputs),*| -> #output #body; });
        let function = quote!(#quiet fn #hidden<#params>(#receiver) -> impl Sized #clause #copy);
        let call = |owner: TokenStream| quote!(#owner::#hidden #turbofish (#argument));
        let constant = |value: TokenStream| quote!(#quiet const #constant: usize = { #value };);
        match &self.place {
            Place::Alone => vec![function, constant(stand_ins::sound(&[generics], &call(quote!(Self))))],
            Place::Inside { owner, around } => vec![function, constant(stand_ins::sound(&[around, generics], &call(quote!(<#owner>))))],
            Place::Beside { ty, around, of } => {
                let gate = format_ident!("__Gate_{}{}", name, self.suffix);
                let (imp, _, of_block) = around.split_for_impl();
                let (elided, arguments) = (crate::signature::elided(ty), names(around));
                let arguments = quote!(<#(#arguments),*>);
                let declared: Vec<TokenStream> = around.params.iter().map(bare).collect();
                let (_, of_impl, _) = around.split_for_impl();
                let taken = receiver.as_ref().map(without_mut);
                let import = of.clone().map(|mut of| {
                    of.segments.iter_mut().for_each(|s| s.arguments = syn::PathArguments::None);
                    quote!(#[allow(unused_imports)] use #of as _;)
                });
                let value = stand_ins::sound(&[around, generics], &call(quote!(<#elided as #gate #arguments>)));
                vec![
                    quote!(#quiet trait #gate<#(#declared),*> { fn #hidden<#params>(#taken) -> impl Sized #clause; }),
                    quote!(#quiet impl #imp #gate #of_impl for #ty #of_block { fn #hidden<#params>(#receiver) -> impl Sized #clause { #import #copy } }),
                    constant(value),
                ]
            }
        }
    }

    /// The constant that is an error if the body is.
    fn sound(&self) -> Ident {
        format_ident!("__SOUND{}", self.suffix)
    }

    /// The constant that is an error if the body is, or calls a method that has no derivative.
    fn differentiable(&self) -> Ident {
        format_ident!("__DIFFERENTIABLE{}", self.suffix)
    }

    /// A constant of the owner's, as the hidden forms say it.
    fn named(&self, constant: &Ident) -> TokenStream {
        let said = match &self.place {
            Place::Inside { owner, around } => {
                let aliases = stand_ins::aliases(around);
                quote!({ #aliases <#owner>::#constant })
            }
            Place::Beside { .. } => quote!({ #constant }),
            Place::Alone => quote!({ Self::#constant }),
        };
        at(said, constant.span())
    }

    /// A constant of this name that is an error with this text, unless the body has one, or a condition holds; and a type that is as erroneous, or another.
    pub(crate) fn refuses(&self, name: &Ident, text: &str, unless: Option<(&TokenStream, &TokenStream)>) -> (TokenStream, TokenStream) {
        let (sound, mut panic) = (self.named(&self.sound()), crate::diagnostics::panic(name.span(), text));
        let otherwise = unless.map_or(quote!(()), |(_, ty)| ty.clone());
        if let Some((condition, _)) = unless {
            panic = quote!(if #condition { 0 } else { #panic });
        }
        let item = quote! {
            #[doc(hidden)]
            #[allow(non_upper_case_globals)]
            const #name: usize = #sound + #panic;
        };
        let (constant, span) = (self.named(name), name.span());
        (item, quote_spanned!(span=> <[(); #constant] as ::pullback::differentiable::Checked<#otherwise>>::Type))
    }

    /// The same for a method that stands alone: an error if under this path there is no type of the name.
    pub(crate) fn refuses_alone(&self, name: &Ident, alias: &Ident, import: &TokenStream, text: &str) -> TokenStream {
        let (sound, panic) = (self.sound(), crate::diagnostics::panic(name.span(), text));
        quote! {
            #[doc(hidden)]
            #[allow(non_upper_case_globals, dead_code, unused, clippy::all, clippy::pedantic)]
            const #name: usize = Self::#sound + {
                use ::pullback::gate::{Companion as _, Nothing as #alias};
                {
                    #import
                    if <#alias>::IS_MISSING { #panic } else { 0 }
                }
            };
        }
    }

    /// What the hidden forms take their variables over with: a type's name, `T`, or an error if the constant is one.
    fn opening(&self, constant: &Ident, more: &[Ident]) -> TokenStream {
        let constant = self.named(constant);
        match self.place {
            Place::Alone => quote!(use ::pullback::gate::Open as _; let __open = [(); #constant #(+ Self::#more)*]; type __Sound<T> = T;),
            _ => quote!(type __Sound<T> = ::pullback::gate::Sound<#constant, T>;),
        }
    }

    /// Takes variables over.
    fn taken_over<'a>(&self, names: impl IntoIterator<Item = (&'a Ident, bool)>) -> TokenStream {
        let each = names.into_iter().map(|(name, mutable)| self.taken(name, mutable, &name.to_token_stream()));
        quote!(#(#each)*)
    }

    pub(super) fn taken(&self, name: &Ident, mutable: bool, value: &TokenStream) -> TokenStream {
        let mutable = mutable.then(|| quote!(mut));
        if self.is_alone() { quote!(let #mutable #name = __open.pass(#value);) } else { quote!(let #mutable #name: __Sound<_> = #value;) }
    }

    /// Calls that are errors if a rule has the wrong shape.
    fn shaped(&self, before: &TokenStream, calls: &TokenStream) -> Vec<TokenStream> {
        let this = self.receiver.is_some().then(|| quote!(let this = self;));
        self.checked("rule", &self.differentiable(), &quote!(#before #this), &quote!(), &quote!({ #calls loop {} }))
    }

    /// The body once more, in which these calls are of methods that exist beside those with a derivative: see [`super::hooks`].
    fn hooked(&self, hooks: &[Hook]) -> Vec<TokenStream> {
        let traits = super::hooks::firsts(hooks).map(Hook::fallback);
        let this = self.receiver.is_some().then(|| self.taken(&format_ident!("this"), false, &quote!(self)));
        let sound = self.opening(&self.sound(), &[]);
        let first = self.taken_over(self.names.iter().map(|(n, m)| (n, *m)));
        let body = super::hooks::hooked(crate::signature::rename_self(self.body.clone()), hooks);
        self.checked("hooks", &self.differentiable(), &quote!(#(#traits)* #sound #this), &first, &lets::gated(body))
    }
}

impl Derived<'_> {
    /// The gate's items.
    pub(crate) fn gate_items(&self) -> Vec<TokenStream> {
        let Some(gate) = &self.sig.gate else { return vec![] };
        let mut items = gate.items();
        if !self.hooks.is_empty() && !gate.is_uncertain() {
            items.extend(gate.hooked(&self.hooks));
        }
        if let Some((before, calls)) = self.shapes() {
            items.extend(gate.shaped(&before, &calls));
        }
        items
    }

    /// What each hidden form takes its variables over with.
    pub(super) fn gate_type(&self) -> TokenStream {
        let Some(gate) = self.sig.gate.as_ref() else {
            return quote!(
                type __Sound<T> = T;
            );
        };
        let more = matches!(self.form, super::Form::Rule { .. }) || (!self.hooks.is_empty() && !gate.is_uncertain());
        gate.opening(&if more { gate.differentiable() } else { gate.sound() }, &self.refused)
    }

    /// Takes variables over.
    pub(super) fn gated<'a>(&self, names: impl IntoIterator<Item = (&'a Ident, bool)>) -> TokenStream {
        self.sig.gate.as_ref().map(|g| g.taken_over(names)).unwrap_or_default()
    }
}

/// Tokens at one span.
fn at(tokens: TokenStream, span: Span) -> TokenStream {
    let each = tokens.into_iter().map(|mut t| {
        t.set_span(span);
        t
    });
    each.collect()
}

/// A receiver without `#[constant]`.
fn without_marker(receiver: &syn::Receiver) -> TokenStream {
    syn::Receiver { attrs: vec![], ..receiver.clone() }.to_token_stream()
}

/// A receiver as a method without a body declares it.
fn without_mut(receiver: &TokenStream) -> TokenStream {
    match syn::parse2::<syn::Receiver>(receiver.clone()) {
        Ok(mut r) if r.reference.is_none() => {
            r.mutability = None;
            r.to_token_stream()
        }
        _ => receiver.clone(),
    }
}

/// A generic parameter without its bounds.
pub(super) fn bare(param: &GenericParam) -> TokenStream {
    match param {
        GenericParam::Type(t) => t.ident.to_token_stream(),
        GenericParam::Const(c) => {
            let (name, ty) = (&c.ident, &c.ty);
            quote!(const #name: #ty)
        }
        GenericParam::Lifetime(l) => l.lifetime.to_token_stream(),
    }
}

/// `Self::Item` → `<Self as Iterator>::Item`.
fn written_out(tokens: TokenStream, of: &syn::Path, types: &[Ident]) -> TokenStream {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    let is = |k: usize, text: &str| trees.get(k).is_some_and(|t| t.to_string() == text);
    let one = |(k, tree): (usize, &TokenTree)| match tree {
        TokenTree::Ident(i) if i == "Self" && is(k + 1, ":") && is(k + 2, ":") => match trees.get(k + 3) {
            Some(TokenTree::Ident(name)) if types.contains(name) => quote!(<Self as #of>),
            _ => tree.clone().into(),
        },
        TokenTree::Group(g) => {
            let mut group = Group::new(g.delimiter(), written_out(g.stream(), of, types));
            group.set_span(g.span());
            TokenTree::Group(group).into()
        }
        other => other.clone().into(),
    };
    trees.iter().enumerate().map(one).collect()
}

/// The group that begins there, token by token: `syn` prints it with other spans of its braces.
fn as_kept(tokens: &TokenStream, start: LineColumn) -> Option<TokenStream> {
    tokens.clone().into_iter().find_map(|tree| match tree {
        TokenTree::Group(g) if g.span_open().start() == start && g.delimiter() == Delimiter::Brace => Some(TokenTree::Group(g).into()),
        TokenTree::Group(g) => as_kept(&g.stream(), start),
        _ => None,
    })
}
