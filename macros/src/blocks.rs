//! Blocks of methods: `impl` blocks and traits.
//!
//! Input: the block. Output: the block as it was, with or followed by the companions of its methods. Invariant: a method without a parameter that could
//! carry a gradient has no companion, and one whose result carries none has one that adds nothing.
//!
//! The companions of an `impl` block are inherent methods, also where it is of a trait. Those of a trait with the attribute are methods of the trait,
//! so that they are found through a bound `T: Trait`; its `impl` blocks then have them inside. A trait is known by its name, if it was expanded
//! before in the same crate; elsewhere the option `of_trait` says so.

use crate::attr::{self, Options};
use crate::conditions;
use crate::diagnostics::Sink;
use crate::driver::{derived, unmarked};
use crate::emit::{Derived, Gate, Own, Owner};
use crate::signature::{self, Home};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use std::collections::HashSet;
use std::sync::{LazyLock, Mutex, PoisonError};
use syn::{Attribute, Block, Item, ItemImpl, ItemTrait, Type, Visibility};

/// The traits that have the attribute.
static TRAITS: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);

/// The functions without a receiver in them.
static FUNCTIONS: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);

/// The functions of each trait that has the attribute: `Tr::f`.
static MEMBERS: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);

/// Whether a trait with the attribute has a function of this name.
pub(crate) fn is_of_a_trait(name: &Ident) -> bool {
    FUNCTIONS.lock().unwrap_or_else(PoisonError::into_inner).contains(&name.to_string())
}

/// Whether an attribute is this macro's own.
pub(crate) fn is_ours(a: &Attribute) -> bool {
    a.path().segments.last().is_some_and(|s| s.ident == "differentiable")
}

/// An `impl` block, and what follows it.
pub(crate) fn of_impl(sink: &Sink, mut block: ItemImpl, kept: &TokenStream, options: &Options) -> (TokenStream, TokenStream) {
    crate::known::note_impl(&block);
    if let Some(companion) = crate::operators::companion(sink, &block, kept, options).or_else(|| crate::indices::companion(sink, &block)) {
        return (unmarked(&Item::Impl(block)), companion);
    }
    let name = block.trait_.as_ref().and_then(|(_, path, _)| path.segments.last()).map(|s| s.ident.to_string());
    let known = name.as_ref().is_some_and(|n| TRAITS.lock().unwrap_or_else(PoisonError::into_inner).contains(n));
    let inside = block.trait_.is_some() && (options.of_trait || known || !may_have_methods(&block.self_ty, &block.generics));
    let home = if inside { Home::TraitImpl } else { Home::Inherent };
    let owner = Owner { ty: block.self_ty.to_token_stream(), block: Some(&block), kept };
    let of_trait = block.trait_.is_some();
    if let Some(name) = &name {
        sink.beside(implementor(name, &block));
    }
    let borrowing = block.self_ty.to_token_stream().to_string().contains('\'').then(|| signature::elided(&block.self_ty));
    let around = Around { outer: names(&block.generics), home, this_type: crate::known::name_of(&block.self_ty, None), borrowing };
    let (mut companions, mut rules) = (TokenStream::new(), TokenStream::new());
    for item in &block.items {
        if let syn::ImplItem::Fn(m) = item {
            let member = name.as_ref().map(|of| format!("{of}::{}", m.sig.ident));
            if known && inside && !member.is_some_and(|m| MEMBERS.lock().unwrap_or_else(PoisonError::into_inner).contains(&m)) {
                // rustc says so
                continue;
            }
            if !inside {
                rules.extend(rule(&block, m, options));
            }
            let vis = if of_trait { syn::parse_quote!(pub) } else { m.vis.clone() };
            let own = own_options(sink, &m.attrs);
            let (conditions, found) = (conditions::of(&m.attrs), Sink::default());
            let options = own.as_ref().unwrap_or(options);
            let items = method(&found, &m.sig, &vis, Some(&m.block), options, around.clone(), Some(&owner));
            sink.merge_under(&conditions, found);
            companions.extend(conditions::under(&conditions, items));
        }
    }
    if inside {
        let item = unmarked(&Item::Impl(block.clone()));
        let mark = crate::emit::mark(true);
        block = syn::parse2(item).unwrap_or(block);
        block.items.push(syn::ImplItem::Verbatim(quote!(#companions #mark)));
        return (block.to_token_stream(), quote!());
    }
    let (generics, ty) = (&block.generics, &block.self_ty);
    let (generics, _, clause) = generics.split_for_impl();
    let companions = quote! {
        #[automatically_derived]
        #[allow(unused, non_snake_case, clippy::all, clippy::pedantic, clippy::nursery)]
        impl #generics #ty #clause { #companions }
        #rules
    };
    (unmarked(&Item::Impl(block)), companions)
}

/// An alias for the first type that has a trait: where a constant needs a type that has it, there it is.
fn implementor(of: &str, block: &ItemImpl) -> TokenStream {
    static SEEN: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);
    let ty = &block.self_ty;
    let plain =
        matches!(&**ty, Type::Path(_)) && block.generics.params.is_empty() && !ty.to_token_stream().to_string().contains(['\'', '<']);
    if !plain || !SEEN.lock().unwrap_or_else(PoisonError::into_inner).insert(of.to_owned()) {
        return quote!();
    }
    let alias = crate::emit::implementor(&crate::tokens::ident(of, proc_macro2::Span::call_site()));
    quote!(#[doc(hidden)] #[allow(dead_code)] type #alias = #ty;)
}

/// A trait, with the companions of its methods in it.
pub(crate) fn of_trait(sink: &Sink, mut block: ItemTrait, options: &Options) -> TokenStream {
    TRAITS.lock().unwrap_or_else(PoisonError::into_inner).insert(block.ident.to_string());
    crate::known::note_trait(&block);
    let around = Around { outer: names(&block.generics), home: Home::TraitItem, this_type: Some(block.ident.to_string()), borrowing: None };
    let (mut companions, standing, kept) = (TokenStream::new(), standing_for(&block), unmarked(&Item::Trait(block.clone())));
    let owner = standing.as_ref().map(|b| Owner { ty: quote!(), block: Some(b), kept: &kept });
    for item in &block.items {
        if let syn::TraitItem::Fn(m) = item {
            FUNCTIONS.lock().unwrap_or_else(PoisonError::into_inner).insert(m.sig.ident.to_string());
            MEMBERS.lock().unwrap_or_else(PoisonError::into_inner).insert(format!("{}::{}", block.ident, m.sig.ident));
            let own = own_options(sink, &m.attrs);
            let options = own.as_ref().unwrap_or(options);
            let (conditions, found) = (conditions::of(&m.attrs), Sink::default());
            let items = method(&found, &m.sig, &Visibility::Inherited, m.default.as_ref(), options, around.clone(), owner.as_ref());
            sink.merge_under(&conditions, found);
            companions.extend(conditions::under(&conditions, items));
        }
    }
    let item = unmarked(&Item::Trait(block.clone()));
    let mark = crate::emit::mark(false);
    block = syn::parse2(item).unwrap_or(block);
    block.items.push(syn::TraitItem::Verbatim(quote!(#companions #mark)));
    block.to_token_stream()
}

/// `impl<This: Tr> Tr for This`: what is known of a type that has a trait.
fn standing_for(block: &ItemTrait) -> Option<ItemImpl> {
    let (name, (_, arguments, _)) = (&block.ident, block.generics.split_for_impl());
    let mut generics = block.generics.clone();
    generics.params.iter_mut().for_each(|p| match p {
        syn::GenericParam::Type(t) => (t.eq_token, t.default) = (None, None),
        syn::GenericParam::Const(c) => (c.eq_token, c.default) = (None, None),
        syn::GenericParam::Lifetime(_) => {}
    });
    generics.params.push(syn::parse_quote!(This: #name #arguments));
    let (imp, _, clause) = generics.split_for_impl();
    let types = block.items.iter().filter_map(|i| if let syn::TraitItem::Type(t) = i { Some(&t.ident) } else { None });
    syn::parse2(quote!(impl #imp #name #arguments for This #clause { #(type #types = ();)* })).ok()
}

/// What stands around a method.
#[derive(Clone)]
pub(crate) struct Around {
    /// Type and const parameters of the block.
    pub(crate) outer: Vec<Ident>,
    pub(crate) home: Home,
    /// The name of the type, or trait.
    pub(crate) this_type: Option<String>,
    /// The type, if it has lifetimes.
    pub(crate) borrowing: Option<Type>,
}

/// The companion of one method.
pub(crate) fn method(
    sink: &Sink,
    m: &syn::Signature,
    vis: &Visibility,
    body: Option<&Block>,
    options: &Options,
    around: Around,
    owner: Option<&Owner<'_>>,
) -> TokenStream {
    let own = Sink::default();
    let Around { outer, home, this_type, borrowing } = around;
    let mut sig = signature::read(&own, m, vis, options, Some(outer));
    (sig.home, sig.this_type) = (home, this_type);
    if let (true, Some(ty), Some(p)) = (sig.method, borrowing, sig.params.first_mut()) {
        // written out, so that its lifetimes can be elided
        match (&mut p.shared, &mut p.exclusive) {
            (Some(t), _) | (_, Some(t)) => *t = ty,
            _ => p.ty = ty,
        }
    }
    conditions::refuse(&own, &m.inputs.to_token_stream());
    sig.gate = owner.zip(body).and_then(|(o, b)| Gate::of(&sig, m, b, o));
    let alone = matches!(home, Home::Inherent | Home::Lone) && sig.outer.is_empty() && sig.active().next().is_none();
    if sig.active().next().is_none() && !alone {
        return quote!();
    }
    if signature::is_inert(&sig.output) && sig.exclusive().next().is_none() {
        sig.gate = sig.gate.filter(|g| !g.is_beside());
        return if home == Home::TraitImpl { quote!() } else { Derived::inert(&sig).items() };
    }
    if alone && home == Home::Inherent {
        // `fn new() -> Self` in a block: a constant wherever it is called
        return quote!();
    }
    let Some(body) = body else {
        let items = Derived::required(&sig).items();
        sink.merge(own);
        return items;
    };
    let derived = derived(&own, &sig, body, options);
    let mut checked = sig.checked();
    let d = match derived {
        Some(d) => Derived { sig: &checked, ..d },
        None => crate::driver::refused(&own, &sig, &mut checked),
    };
    sink.merge(own);
    if d.sig.gate.as_ref().is_some_and(Gate::is_beside) {
        d.gate_items().into_iter().chain(d.refusals.iter().cloned()).for_each(|item| sink.beside(item));
    }
    d.items()
}

/// The rule by which a method named like a row of the table is found.
fn rule(block: &ItemImpl, m: &syn::ImplItemFn, options: &Options) -> Option<TokenStream> {
    let args = m.sig.inputs.len().checked_sub(1)?;
    let row = crate::ops::find(&m.sig.ident.to_string(), args)?;
    m.sig.receiver()?;
    let sig = signature::read(&Sink::default(), &m.sig, &m.vis, options, Some(names(&block.generics)));
    if sig.active().next().is_none() || signature::is_inert(&sig.output) {
        return None;
    }
    let form = |form: &str| {
        let name = quote::format_ident!("__{}_{}", form, m.sig.ident);
        quote!(Self::#name)
    };
    let forms = [form("split"), form("push")];
    Some(Own { sig: &sig, row, generics: &block.generics, ty: &block.self_ty, forms }.rule())
}

/// The options of an attribute on a method itself.
fn own_options(sink: &Sink, attrs: &[Attribute]) -> Option<Options> {
    let own = attrs.iter().find(|a| is_ours(a))?;
    let tokens = own.meta.require_list().map(|l| l.tokens.clone()).unwrap_or_default();
    Some(attr::read(sink, tokens))
}

/// Names of type and const parameters.
fn names(generics: &syn::Generics) -> Vec<Ident> {
    let each = generics.params.iter().filter_map(|g| match g {
        syn::GenericParam::Type(t) => Some(t.ident.clone()),
        syn::GenericParam::Const(c) => Some(c.ident.clone()),
        syn::GenericParam::Lifetime(_) => None,
    });
    each.collect()
}

/// Whether a type may be of this crate, so that it can have inherent methods.
fn may_have_methods(ty: &Type, generics: &syn::Generics) -> bool {
    const FOREIGN: &[&str] = &["f32", "f64", "Vec", "Option", "Box", "Rc", "Arc", "Result", "Tensor"];
    match ty {
        Type::Path(p) => p.path.segments.last().is_some_and(|s| {
            let parameter = generics.type_params().any(|t| t.ident == s.ident);
            !parameter && !FOREIGN.iter().any(|f| s.ident == f)
        }),
        Type::Group(g) => may_have_methods(&g.elem, generics),
        _ => false,
    }
}
