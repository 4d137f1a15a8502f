//! The signature of a differentiable function, in the form the companion needs.
//!
//! Input: `syn::Signature` and the attribute's options. Output: [`Signature`]: named parameters, which of them are active, named
//! generics. Invariant: every parameter has a name and, if it is a reference, its referent's type is known.

use crate::attr::Options;
use crate::diagnostics::Sink;
use crate::emit::Gate;
use crate::ir::Param;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use std::cell::Cell;
use syn::visit_mut::VisitMut;
use syn::{FnArg, Pat, Type};

/// Bounds of the standard library that numbers meet and that say nothing of tangents.
pub(crate) const COMMON_BOUNDS: &[&str] =
    &["Clone", "Copy", "Debug", "PartialEq", "PartialOrd", "Default", "Send", "Sync", "Sized", "Add", "Sub", "Mul", "Div", "Neg"];

/// Where a function stands.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Home {
    /// By itself: its companion is a type of its name.
    Free,
    /// In an `impl` block: its companions are inherent methods.
    Inherent,
    /// The same, with the attribute on the method: nothing can stand beside the block.
    Lone,
    /// In a trait: its companions are methods of the trait.
    TraitItem,
    /// In an `impl` of such a trait.
    TraitImpl,
}

/// A function's signature.
#[derive(Clone)]
pub(crate) struct Signature {
    pub(crate) name: Ident,
    pub(crate) vis: syn::Visibility,
    pub(crate) generics: syn::Generics,
    /// Type and const parameters of the `impl` block around a method.
    pub(crate) outer: Vec<Ident>,
    pub(crate) params: Vec<Param>,
    /// The parameters as the user wrote them, where `params` have checked types: what documentation shows.
    pub(crate) plain: Vec<Param>,
    pub(crate) output: Type,
    /// `async` or `unsafe`: no ordinary function.
    pub(crate) kind: Option<Ident>,
    /// Has a receiver.
    pub(crate) method: bool,
    /// Stands in an `impl` block or a trait.
    pub(crate) associated: bool,
    pub(crate) home: Home,
    /// The name of the type, or trait, that the function is a method of.
    pub(crate) this_type: Option<String>,
    /// Whether the pullback is a `Box<dyn Fn>`: it would contain itself, or too many others.
    pub(crate) boxed: Cell<bool>,
    /// Statements that take patterns in the parameter list apart.
    pub(crate) prologue: Vec<syn::Stmt>,
    /// What keeps the user's errors from being said again.
    pub(crate) gate: Option<Gate>,
}

/// Reads a signature; the receiver becomes the parameter `this`.
pub(crate) fn read(sink: &Sink, sig: &syn::Signature, vis: &syn::Visibility, options: &Options, outer: Option<Vec<Ident>>) -> Signature {
    let sig = &ungrouped(sig);
    let mut generics = sig.generics.clone();
    let mut prologue = Vec::new();
    let mut params = Vec::new();
    for (k, arg) in sig.inputs.iter().enumerate() {
        let (name, mut ty, attrs, mutable) = match arg {
            FnArg::Receiver(r) => {
                (Ident::new("this", r.self_token.span), (*r.ty).clone(), &r.attrs, r.mutability.is_some() && r.reference.is_none())
            }
            FnArg::Typed(t) => {
                let (name, mutable) = simple(&t.pat).unwrap_or_else(|| {
                    let name = format_ident!("argument_{}", k);
                    let pat = &t.pat;
                    prologue.push(syn::parse_quote!(let #pat = #name;));
                    (name, false)
                });
                (name, (*t.ty).clone(), &t.attrs, mutable)
            }
        };
        name_impl_trait(&mut ty, k, &mut generics);
        name_lifetimes(&mut ty, k, &mut generics);
        let constant = attrs.iter().any(|a| a.path().is_ident("constant"));
        let active = options.wants(&name).unwrap_or(!constant && !is_inert(&ty));
        let shared = match &ty {
            Type::Reference(r) if r.mutability.is_none() => Some((*r.elem).clone()),
            _ => None,
        };
        let exclusive = match &ty {
            Type::Reference(r) if r.mutability.is_some() => Some((*r.elem).clone()),
            _ => None,
        };
        let said = name;
        let name = crate::scope::parameter_name(&said);
        params.push(Param {
            name,
            said,
            ty,
            active,
            shared,
            exclusive,
            mutable,
            is_variable: mutable,
            function: None,
            constant_function: None,
        });
    }
    for p in &mut params {
        let function = crate::functions::signed(&p.ty, &generics);
        (p.function, p.constant_function) = if p.active { (function, None) } else { (None, function) };
    }
    options.check(sink, &params, sig);
    let mut output = match &sig.output {
        syn::ReturnType::Default => syn::parse_quote!(()),
        syn::ReturnType::Type(_, t) => (**t).clone(),
    };
    name_lent(&mut output, &mut params, &mut generics);
    let kind = sig.asyncness.as_ref().map(|t| Ident::new("async", t.span));
    let kind = kind.or_else(|| sig.unsafety.as_ref().map(|t| Ident::new("unsafe", t.span)));
    let method = matches!(sig.inputs.first(), Some(FnArg::Receiver(_)));
    let associated = method || outer.is_some();
    let outer = outer.unwrap_or_default();
    let home = if associated { Home::Inherent } else { Home::Free };
    let boxed = Cell::new(false);
    Signature {
        name: sig.ident.clone(),
        vis: vis.clone(),
        generics,
        outer,
        params,
        plain: vec![],
        output,
        kind,
        method,
        associated,
        home,
        this_type: None,
        boxed,
        prologue,
        gate: None,
    }
}

impl Signature {
    /// The type behind a parameter's reference, or its type.
    pub(crate) fn referent(p: &Param) -> Type {
        p.shared.as_ref().or(p.exclusive.as_ref()).unwrap_or(&p.ty).clone()
    }

    /// The parameters `&mut` whose cotangents go in and out of the pullback.
    pub(crate) fn exclusive(&self) -> impl Iterator<Item = &Param> {
        self.params.iter().filter(|p| p.active && p.exclusive.is_some())
    }

    /// Whether some parameter is a function.
    pub(crate) fn takes_functions(&self) -> bool {
        self.params.iter().any(|p| p.function.is_some())
    }

    /// The type of the result behind references.
    pub(crate) fn result(&self) -> Type {
        let mut ty = &self.output;
        while let Type::Reference(r) = ty {
            ty = &r.elem;
        }
        elided(ty)
    }

    /// Whether the function returns nothing.
    pub(crate) fn returns_nothing(&self) -> bool {
        matches!(&self.output, Type::Tuple(t) if t.elems.is_empty())
    }

    /// The signature as the stub of a refused function has it: a result without a name or a tangent becomes a number.
    pub(crate) fn refused(&self) -> Signature {
        let unnamed =
            crate::fence::is_opaque(&self.output) || crate::fence::is_exclusive(&self.output) || matches!(self.output, Type::Never(_));
        let output = if unnamed || self.unbound(&self.output).is_some() || (self.returns_nothing() && self.exclusive().next().is_none()) {
            syn::parse_quote!(f64)
        } else {
            self.output.clone()
        };
        let mut sig = Signature { output, gate: None, ..self.clone() };
        for p in sig.params.iter_mut().filter(|p| crate::certain::is_unsized(&p.ty)) {
            let ty = p.ty.clone();
            (p.ty, p.shared) = (syn::parse_quote!(&#ty), Some(ty));
        }
        for p in sig.params.iter_mut().filter(|p| crate::fence::is_dyn_function(&p.ty)) {
            (p.active, p.function) = (false, None);
        }
        for p in sig.params.iter_mut().filter(|p| crate::fence::without_tangent(p).is_some() || self.unbound(&p.ty).is_some()) {
            p.active = false;
        }
        sig
    }

    /// The signature with types that are errors where they have no tangent: see [`crate::kinds::checked`].
    pub(crate) fn checked(&self) -> Signature {
        let (mut sig, names) = (self.clone(), self.names());
        sig.plain.clone_from(&self.params);
        let check = |ty: &Type| syn::parse2(crate::kinds::checked(ty, &names)).unwrap_or_else(|_| ty.clone());
        for p in sig.params.iter_mut().filter(|p| p.active && p.function.is_none()) {
            match (&mut p.shared, &mut p.exclusive) {
                (Some(t), _) | (_, Some(t)) => *t = check(t),
                _ => p.ty = check(&p.ty),
            }
        }
        sig
    }

    /// Names of all type and const parameters, for `use<…>`.
    pub(crate) fn captured(&self) -> Vec<Ident> {
        let own = self.generics.params.iter().filter_map(|g| match g {
            syn::GenericParam::Type(t) => Some(t.ident.clone()),
            syn::GenericParam::Const(c) => Some(c.ident.clone()),
            syn::GenericParam::Lifetime(_) => None,
        });
        let this = (self.home == Home::TraitItem).then(|| Ident::new("Self", Span::call_site()));
        let of_the_block = crate::fence::of_the_block(self);
        this.into_iter().chain(of_the_block).chain(self.outer.iter().cloned()).chain(own).collect()
    }

    /// The parameters as they are shown.
    pub(crate) fn shown(&self) -> &[Param] {
        if self.plain.is_empty() { &self.params } else { &self.plain }
    }

    /// The active parameters, with their positions.
    pub(crate) fn active(&self) -> impl Iterator<Item = (usize, &Param)> {
        self.params.iter().enumerate().filter(|(_, p)| p.active)
    }

    /// A type parameter that a value of this type may hold, if none of its bounds can mean that it has a tangent.
    pub(crate) fn unbound(&self, ty: &Type) -> Option<Ident> {
        let Type::Path(p) = behind(ty) else {
            return match behind(ty) {
                Type::Slice(s) => self.unbound(&s.elem),
                Type::Array(a) => self.unbound(&a.elem),
                _ => None,
            };
        };
        let last = p.path.segments.last()?;
        if let syn::PathArguments::AngleBracketed(a) = &last.arguments {
            let holds = ["Vec", "Option", "Box"].iter().any(|c| last.ident == c);
            return a
                .args
                .iter()
                .filter(|_| holds)
                .find_map(|a| if let syn::GenericArgument::Type(t) = a { self.unbound(t) } else { None });
        }
        let name = p.path.get_ident()?;
        let own = self.generics.type_params().find(|t| t.ident == *name)?;
        let in_clause = self.generics.where_clause.iter().flat_map(|w| &w.predicates).filter_map(|p| match p {
            syn::WherePredicate::Type(t) if crate::tokens::mentions(&t.bounded_ty.to_token_stream(), &name.to_string()) => Some(&t.bounds),
            _ => None,
        });
        let plain = |b: &syn::TypeParamBound| match b {
            syn::TypeParamBound::Trait(t) => {
                t.path.segments.last().is_some_and(|s| s.ident == "Display" || COMMON_BOUNDS.iter().any(|n| s.ident == n))
            }
            syn::TypeParamBound::Lifetime(_) => true,
            _ => false,
        };
        let all = own.bounds.iter().chain(in_clause.flatten()).all(plain);
        all.then(|| own.ident.clone())
    }

    /// Type parameters that are bounded by `Differentiable`: as parameters they own what they hold.
    fn owned(&self) -> Vec<Ident> {
        let named = |bounds: &syn::punctuated::Punctuated<syn::TypeParamBound, syn::Token![+]>| {
            bounds
                .iter()
                .any(|b| matches!(b, syn::TypeParamBound::Trait(t) if t.path.segments.last().is_some_and(|s| s.ident == "Differentiable")))
        };
        let in_clause = |name: &Ident| {
            self.generics.where_clause.iter().flat_map(|w| &w.predicates).any(|p| match p {
                syn::WherePredicate::Type(t) => named(&t.bounds) && *name == t.bounded_ty.to_token_stream().to_string(),
                _ => false,
            })
        };
        let unsized_ = |t: &syn::TypeParam| {
            t.bounds.iter().any(|b| matches!(b, syn::TypeParamBound::Trait(t) if matches!(t.modifier, syn::TraitBoundModifier::Maybe(_))))
        };
        let all = self.generics.type_params().filter(|t| (named(&t.bounds) || in_clause(&t.ident)) && !unsized_(t));
        all.map(|t| t.ident.clone()).collect()
    }

    /// Whether the result is a scalar by its tokens: `f32`, `f64` or a type parameter.
    pub(crate) fn is_scalar(&self) -> bool {
        let text = self.output.to_token_stream().to_string();
        text == "f32" || text == "f64" || self.captured().iter().any(|g| *g == text)
    }

    /// The function's generics followed by more.
    pub(crate) fn generics_with(&self, more: &[TokenStream]) -> (TokenStream, TokenStream) {
        let params = self.generics.params.iter().map(ToTokens::to_token_stream).chain(more.iter().cloned());
        let mut more: Vec<TokenStream> = vec![];
        if self.home == Home::TraitItem {
            more.push(if self.method {
                quote!(Self: ::core::marker::Sized + ::pullback::differentiable::Owned)
            } else {
                quote!(Self: ::core::marker::Sized)
            });
        }
        more.extend(self.owned().into_iter().map(|t| quote!(#t: ::pullback::differentiable::Owned)));
        if self.boxed.get() {
            let functions: Vec<Type> = self.params.iter().filter(|p| p.is_function()).map(Signature::referent).collect();
            let is_function = |t: &Ident| functions.iter().any(|f| *t == f.to_token_stream().to_string());
            more.extend(self.generics.type_params().map(|t| &t.ident).filter(|t| !is_function(t)).map(|t| quote!(#t: 'static)));
        }
        let own = self.generics.where_clause.iter().flat_map(|w| &w.predicates).map(ToTokens::to_token_stream);
        let all: Vec<TokenStream> = own.chain(more).collect();
        let clause = if all.is_empty() { quote!() } else { quote!(where #(#all),*) };
        (quote!(<#(#params),*>), clause)
    }
}

/// The signature without the invisible groups that `macro_rules!` puts around types.
fn ungrouped(sig: &syn::Signature) -> syn::Signature {
    struct Ungroup;
    impl VisitMut for Ungroup {
        fn visit_path_mut(&mut self, path: &mut syn::Path) {
            syn::visit_mut::visit_path_mut(self, path);
            let Some(last) = path.segments.last_mut() else { return };
            // `View` for `View<'_>`
            let missing = vec![quote!('_); crate::known::lifetimes_of(&last.ident.to_string())];
            match &mut last.arguments {
                syn::PathArguments::None if !missing.is_empty() => {
                    last.arguments = syn::PathArguments::AngleBracketed(syn::parse_quote!(<#(#missing),*>));
                }
                syn::PathArguments::AngleBracketed(a) if !a.args.iter().any(|a| matches!(a, syn::GenericArgument::Lifetime(_))) => {
                    let all: syn::punctuated::Punctuated<syn::GenericArgument, syn::Token![,]> = syn::parse_quote!(#(#missing),*);
                    a.args = all.into_iter().chain(std::mem::take(&mut a.args)).collect();
                }
                _ => {}
            }
        }
        fn visit_type_mut(&mut self, ty: &mut Type) {
            while let Type::Group(g) = ty {
                *ty = (*g.elem).clone();
            }
            syn::visit_mut::visit_type_mut(self, ty);
        }
    }
    let mut sig = sig.clone();
    Ungroup.visit_signature_mut(&mut sig);
    sig
}

/// The type behind references.
pub(crate) fn behind(ty: &Type) -> &Type {
    match ty {
        Type::Reference(r) => behind(&r.elem),
        Type::Paren(p) => behind(&p.elem),
        Type::Group(g) => behind(&g.elem),
        other => other,
    }
}

/// `T` of `Vec<T>`.
pub(crate) fn argument_of<'t>(ty: &'t Type, owner: &str) -> Option<&'t Type> {
    let Type::Path(p) = ty else { return None };
    let last = p.path.segments.last().filter(|s| s.ident == owner)?;
    let syn::PathArguments::AngleBracketed(a) = &last.arguments else { return None };
    a.args.iter().find_map(|a| if let syn::GenericArgument::Type(t) = a { Some(t) } else { None })
}

/// A type with all its lifetimes elided, for the parameters of closures.
pub(crate) fn elided(ty: &Type) -> Type {
    struct Elide;
    impl VisitMut for Elide {
        fn visit_lifetime_mut(&mut self, l: &mut syn::Lifetime) {
            if l.ident != "static" {
                *l = syn::Lifetime::new("'_", Span::call_site());
            }
        }
        fn visit_type_reference_mut(&mut self, r: &mut syn::TypeReference) {
            r.lifetime = None;
            syn::visit_mut::visit_type_reference_mut(self, r);
        }
    }
    let mut ty = ty.clone();
    Elide.visit_type_mut(&mut ty);
    ty
}

fn simple(pat: &Pat) -> Option<(Ident, bool)> {
    match pat {
        Pat::Ident(p) if p.by_ref.is_none() && p.subpat.is_none() => Some((p.ident.clone(), p.mutability.is_some())),
        _ => None,
    }
}

/// `fn f(x: &[f64]) -> &f64`: what the result borrows from has a name, since the hidden forms have more parameters.
fn name_lent(output: &mut Type, params: &mut [Param], generics: &mut syn::Generics) {
    struct Lent(syn::Lifetime, bool);
    impl VisitMut for Lent {
        fn visit_type_reference_mut(&mut self, r: &mut syn::TypeReference) {
            if r.lifetime.is_none() {
                (r.lifetime, self.1) = (Some(self.0.clone()), true);
            }
            syn::visit_mut::visit_type_reference_mut(self, r);
        }
        fn visit_lifetime_mut(&mut self, l: &mut syn::Lifetime) {
            if l.ident == "_" {
                (*l, self.1) = (self.0.clone(), true);
            }
        }
        fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut syn::ParenthesizedGenericArguments) {}
        fn visit_type_bare_fn_mut(&mut self, _: &mut syn::TypeBareFn) {}
    }
    // the receiver, else the only reference there is
    let references = params.iter_mut().filter_map(|p| match &mut p.ty {
        Type::Reference(r) => Some((p.name == "this", r)),
        _ => None,
    });
    let mut references: Vec<(bool, &mut syn::TypeReference)> = references.collect();
    references.sort_by_key(|(receiver, _)| !receiver);
    let Some((_, source)) = references.into_iter().next() else { return };
    let name = source.lifetime.clone().filter(|l| l.ident != "_");
    let mut lent = Lent(name.clone().unwrap_or_else(|| syn::Lifetime::new("'lent", Span::call_site())), false);
    lent.visit_type_mut(output);
    if lent.1 && name.is_none() {
        source.lifetime = Some(lent.0.clone());
        let at = generics.params.iter().take_while(|p| matches!(p, syn::GenericParam::Lifetime(_))).count();
        generics.params.insert(at, syn::GenericParam::Lifetime(syn::LifetimeParam::new(lent.0)));
    }
}

/// Lifetimes inside a parameter's type get names: what is written with them is used where they can't be elided.
fn name_lifetimes(ty: &mut Type, k: usize, generics: &mut syn::Generics) {
    struct Name(Vec<syn::Lifetime>, usize);
    impl Name {
        fn next(&mut self) -> syn::Lifetime {
            let name = syn::Lifetime::new(&format!("'inner{}_{}", self.1, self.0.len()), Span::call_site());
            self.0.push(name.clone());
            name
        }
    }
    impl VisitMut for Name {
        fn visit_type_reference_mut(&mut self, r: &mut syn::TypeReference) {
            if r.lifetime.as_ref().is_none_or(|l| l.ident == "_") {
                r.lifetime = Some(self.next());
            }
            self.visit_type_mut(&mut r.elem);
        }
        fn visit_lifetime_mut(&mut self, l: &mut syn::Lifetime) {
            if l.ident == "_" {
                *l = self.next();
            }
        }
        // functions have lifetimes of their own
        fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut syn::ParenthesizedGenericArguments) {}
        fn visit_type_bare_fn_mut(&mut self, _: &mut syn::TypeBareFn) {}
        fn visit_type_trait_object_mut(&mut self, _: &mut syn::TypeTraitObject) {}
    }
    let mut name = Name(vec![], k);
    match ty {
        Type::Reference(r) => name.visit_type_mut(&mut r.elem),
        other => name.visit_type_mut(other),
    }
    for (at, l) in name.0.into_iter().enumerate() {
        generics.params.insert(at, syn::parse_quote!(#l));
    }
}

/// `impl Trait` in parameter position becomes a named type parameter.
fn name_impl_trait(ty: &mut Type, k: usize, generics: &mut syn::Generics) {
    let mut target = match ty {
        Type::Reference(r) => &mut *r.elem,
        other => other,
    };
    while let Type::Paren(p) = target {
        target = &mut p.elem;
    }
    if let Type::ImplTrait(i) = target {
        let (name, bounds) = (format_ident!("Impl{}", k), &i.bounds);
        generics.params.push(syn::parse_quote!(#name: #bounds));
        *target = syn::parse_quote!(#name);
    }
}

/// Types that carry no gradient, known by their names.
pub(crate) fn is_inert(ty: &Type) -> bool {
    match ty {
        Type::Reference(r) => is_inert(&r.elem),
        Type::Slice(s) => is_inert(&s.elem),
        Type::Array(a) => is_inert(&a.elem),
        Type::Tuple(t) => t.elems.iter().all(is_inert),
        Type::Path(p) => p.path.segments.last().is_some_and(|s| {
            const HOLDING: &[&str] =
                &["Vec", "Option", "Box", "Rc", "Arc", "HashMap", "BTreeMap", "HashSet", "BTreeSet", "VecDeque", "Range", "Wrapping"];
            const INERT: &[&str] = &[
                "Duration",
                "Ordering",
                "PathBuf",
                "Path",
                "NonZeroUsize",
                "NonZeroU32",
                "NonZeroU64",
                "NonZeroI32",
                "NonZeroI64",
                "bool",
                "char",
                "str",
                "String",
                "u8",
                "u16",
                "u32",
                "u64",
                "u128",
                "usize",
                "i8",
                "i16",
                "i32",
                "i64",
                "i128",
                "isize",
            ];
            INERT.iter().any(|i| s.ident == i) || (HOLDING.iter().any(|h| s.ident == h) && elements_inert(s))
        }),
        _ => false,
    }
}

fn elements_inert(segment: &syn::PathSegment) -> bool {
    match &segment.arguments {
        syn::PathArguments::AngleBracketed(a) => a.args.iter().all(|a| matches!(a, syn::GenericArgument::Type(t) if is_inert(t))),
        _ => false,
    }
}

/// The body with patterns of parameters taken apart and `self` under its name.
pub(crate) fn body(sig: &Signature, block: &syn::Block) -> syn::Block {
    let mut block = block.clone();
    block.stmts.splice(0..0, sig.prologue.iter().cloned());
    if !sig.method {
        return block;
    }
    let tokens = rename_self(block.to_token_stream());
    syn::parse2(tokens).unwrap_or(block)
}

/// `self` under its name.
pub(crate) fn rename_self(tokens: TokenStream) -> TokenStream {
    use proc_macro2::{Group, TokenTree};
    tokens
        .into_iter()
        .map(|tree| match tree {
            TokenTree::Ident(i) if i == "self" => TokenTree::Ident(Ident::new("this", i.span())),
            TokenTree::Group(g) => {
                let mut group = Group::new(g.delimiter(), rename_self(g.stream()));
                group.set_span(g.span());
                TokenTree::Group(group)
            }
            other => other,
        })
        .collect()
}
