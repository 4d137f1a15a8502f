//! The driver: which passes run, in which order.
//!
//! Input: the attribute's tokens and the item's. Output: the item, followed by its companion. Invariant: the item comes out as it went
//! in, but for the markers `#[constant]`, which are ours.

use crate::diagnostics::Sink;
use crate::emit::Derived;
use crate::signature::Signature;
use crate::{activity, attr, emit, exits, fence, fold, forward, graph, literals, lower, proofs, reverse, signature, types};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::visit_mut::VisitMut;
use syn::{Block, Item};

/// `#[differentiable]` on any item.
pub(crate) fn differentiable(options: TokenStream, item: TokenStream) -> TokenStream {
    let sink = Sink::default();
    let options = attr::read(&sink, options);
    let mut within = None;
    let (kept, companion) = match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Fn(f)) if !matches!(f.sig.inputs.first(), Some(syn::FnArg::Receiver(_))) => {
            let companion = function(&sink, &f, &options);
            (unmarked(&Item::Fn(f)), companion)
        }
        Ok(Item::Impl(block)) => {
            let companion = methods(&sink, &block, &options);
            (unmarked(&Item::Impl(block)), companion)
        }
        _ => match syn::parse2::<syn::ImplItemFn>(item.clone()) {
            Ok(m) => {
                let companion = method(&sink, &m, &m.vis, &options, vec![]);
                within = Some(m.sig.ident.clone());
                let mut m = m;
                Unmark.visit_impl_item_fn_mut(&mut m);
                (m.to_token_stream(), companion)
            }
            // what is wrong with a function's syntax rustc says by itself
            Err(_) if fence::looks_like_a_function(&item) => (item, quote!()),
            Err(_) => {
                fence::not_a_function(&sink, &item);
                (item, quote!())
            }
        },
    };
    let errors = sink.finish(within.as_ref());
    quote!(#kept #companion #errors)
}

/// A free function's companion.
fn function(sink: &Sink, f: &syn::ItemFn, options: &attr::Options) -> TokenStream {
    let own = Sink::default();
    let sig = signature::read(&own, &f.sig, &f.vis, options, None);
    let derived = derived(&own, &sig, &f.block, options);
    sink.merge(own);
    match derived {
        Some(d) => emit::companion(&d),
        None if fence::hides_a_primitive(&sig) => quote!(),
        None => emit::companion(&Derived::stub(&sig.refused())),
    }
}

/// Runs the passes over one body. `None` after an error.
fn derived<'a>(sink: &Sink, sig: &'a Signature, body: &Block, options: &attr::Options) -> Option<Derived<'a>> {
    if !fence::check(sink, sig) {
        return None;
    }
    let body = signature::body(sig, body);
    let wanted = options.dump || std::env::var("PULLBACK_DUMP").is_ok_and(|n| sig.name == n);
    passes(sink, sig, &body, &mut |pass, text| {
        if wanted {
            eprintln!("── {} after {pass}\n{}", sig.name, text());
        }
    })
    .filter(|_| sink.is_empty())
}

/// The passes; `dump` is shown what each leaves behind.
pub(crate) fn passes<'a>(
    sink: &Sink,
    sig: &'a Signature,
    body: &Block,
    dump: &mut dyn FnMut(&str, &dyn Fn() -> String),
) -> Option<Derived<'a>> {
    let func = exits::exits(lower::lower(sink, || sig.params.clone(), body, &sig.output));
    dump("lower", &|| func.to_string());
    if proofs::is_unfinished(&func, sig) {
        return None;
    }
    if !sink.is_empty() {
        return None;
    }
    let activity = activity::analyse(&func);
    dump("activity", &|| activity.to_string());
    proofs::proofs(sink, &func, &activity, sig);
    let graph = graph::graph(&func, &activity, &sig.name);
    let func = fold::fold(func, &activity);
    dump("fold", &|| func.to_string());
    let types = types::infer(&func, &sig.generics, &sig.output);
    let func = literals::literals(func, &types);
    let sweeps = reverse::reverse(&func, &activity, &types);
    dump("reverse", &|| emit::pretty(&sweeps.backward));
    let tangents = forward::forward(&func, &activity, &types);
    dump("forward", &|| emit::pretty(&tangents.body));
    Some(Derived { sig, sweeps, tangents, graph })
}

/// The methods of an `impl` block, in an inherent `impl` beside it.
fn methods(sink: &Sink, block: &syn::ItemImpl, options: &attr::Options) -> TokenStream {
    let outer: Vec<Ident> = block
        .generics
        .params
        .iter()
        .filter_map(|g| match g {
            syn::GenericParam::Type(t) => Some(t.ident.clone()),
            syn::GenericParam::Const(c) => Some(c.ident.clone()),
            syn::GenericParam::Lifetime(_) => None,
        })
        .collect();
    let of_trait = block.trait_.is_some();
    let companions: TokenStream = block
        .items
        .iter()
        .filter_map(|item| match item {
            syn::ImplItem::Fn(m) => {
                let vis = if of_trait { syn::parse_quote!(pub) } else { m.vis.clone() };
                Some(method(sink, m, &vis, options, outer.clone()))
            }
            _ => None,
        })
        .collect();
    let (generics, _, clause) = block.generics.split_for_impl();
    let ty = &block.self_ty;
    quote! {
        #[automatically_derived]
        #[allow(unused, non_snake_case, clippy::all, clippy::pedantic, clippy::nursery)]
        impl #generics #ty #clause { #companions }
    }
}

fn method(sink: &Sink, m: &syn::ImplItemFn, vis: &syn::Visibility, options: &attr::Options, outer: Vec<Ident>) -> TokenStream {
    let own = Sink::default();
    let sig = signature::read(&own, &m.sig, vis, options, Some(outer));
    let derived = derived(&own, &sig, &m.block, options);
    sink.merge(own);
    match derived {
        Some(d) => d.items(),
        None => Derived::stub(&sig.refused()).items(),
    }
}

struct Unmark;

impl VisitMut for Unmark {
    fn visit_fn_arg_mut(&mut self, arg: &mut syn::FnArg) {
        let attrs = match arg {
            syn::FnArg::Receiver(r) => &mut r.attrs,
            syn::FnArg::Typed(t) => &mut t.attrs,
        };
        attrs.retain(|a| !a.path().is_ident("constant"));
    }
    fn visit_block_mut(&mut self, _: &mut Block) {}
}

/// The item without the markers `#[constant]`.
fn unmarked(item: &Item) -> TokenStream {
    let mut item = item.clone();
    Unmark.visit_item_mut(&mut item);
    item.to_token_stream()
}
