//! The driver: which passes run, in which order.
//!
//! Input: the attribute's tokens and the item's. Output: the item, followed by its companion. Invariant: the item comes out as it went
//! in, but for the markers `#[constant]`, which are ours.

use crate::diagnostics::{Message, Sink};
use crate::emit::{Derived, Form, Gate, Owner};
use crate::signature::{Home, Signature};
use crate::{
    activity, attr, blocks, callees, certain, chains, conditions, definite, emit, exits, fence, fold, forward, functions, fuse, graph,
    groups, hygiene, known, literals, lower, proofs, report, reverse, signature, tbr, types, unbound,
};
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::visit_mut::VisitMut;
use syn::{Block, Item};

/// `#[differentiable]` on any item.
pub(crate) fn differentiable(options: TokenStream, item: TokenStream) -> TokenStream {
    let item = groups::opened(item);
    if let Some(later) = conditions::first(&options, &item) {
        return later;
    }
    let sink = Sink::default();
    let options = attr::read(&sink, options);
    let mut within = None;
    let (kept, companion) = match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Fn(f)) if !matches!(f.sig.inputs.first(), Some(syn::FnArg::Receiver(_))) => {
            let kept = if crate::tokens::mentions(&f.sig.inputs.to_token_stream(), "constant") {
                let whole = Item::Fn(f.clone());
                as_written(&item, &whole, unmarked(&whole))
            } else {
                item.clone()
            };
            let companion = function(&sink, &f, &kept, &options);
            (kept, companion)
        }
        Ok(Item::Impl(block)) => {
            let whole = Item::Impl(block.clone());
            let written = as_written(&item, &whole, unmarked(&whole));
            let (kept, companions) = blocks::of_impl(&sink, block.clone(), &written, &options);
            (as_written(&item, &block, kept), companions)
        }
        Ok(Item::Trait(block)) => (blocks::of_trait(&sink, block, &options), quote!()),
        _ => match syn::parse2::<syn::ImplItemFn>(item.clone()) {
            Ok(m) => {
                let around = blocks::Around { outer: vec![], home: Home::Lone, this_type: None, borrowing: None };
                let mut stripped = m.clone();
                Unmark.visit_impl_item_fn_mut(&mut stripped);
                let kept = as_written(&item, &m, stripped.to_token_stream());
                let owner = Owner { ty: quote!(Self), block: None, kept: &kept };
                let companion = blocks::method(&sink, &m.sig, &m.vis, Some(&m.block), &options, around, Some(&owner));
                within = Some(m.sig.ident.clone());
                (kept, companion)
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
fn function(sink: &Sink, f: &syn::ItemFn, kept: &TokenStream, options: &attr::Options) -> TokenStream {
    let own = Sink::default();
    known::note_function(&f.sig);
    let mut sig = signature::read(&own, &f.sig, &f.vis, options, None);
    sig.gate = Gate::of(&sig, &f.sig, &f.block, &Owner { ty: f.sig.ident.to_token_stream(), block: None, kept });
    conditions::refuse(&own, &f.sig.inputs.to_token_stream());
    let derived = derived(&own, &sig, &f.block, options);
    let mut checked = sig.checked();
    let companion = match derived {
        Some(d) => emit::companion(&Derived { sig: &checked, ..d }),
        None if fence::hides_a_primitive(&sig) => quote!(),
        None => emit::companion(&refused(&own, &sig, &mut checked)),
    };
    sink.merge(own);
    companion
}

/// The stub of a refused function. What is said of it late needs its gate.
pub(crate) fn refused<'a>(own: &Sink, sig: &Signature, into: &'a mut Signature) -> Derived<'a> {
    *into = sig.refused();
    let Some(gate) = &sig.gate else { return Derived::stub(into) };
    let late = own.take_late();
    if late.is_empty() {
        return Derived::stub(into);
    }
    let (mut refusals, mut refused) = (vec![], vec![]);
    for (k, (span, panic)) in late.into_iter().enumerate() {
        let (item, name) = gate.says(&format_ident!("said_of_{}_{}", sig.name, k, span = span), &panic);
        match name {
            Some(name) => {
                refusals.push(item);
                refused.push(name);
            }
            None => own.beside(item),
        }
    }
    into.gate = Some(gate.clone());
    Derived { refusals, refused, ..Derived::stub(into) }
}

/// Runs the passes over one body. `None` after an error.
pub(crate) fn derived<'a>(sink: &Sink, sig: &'a Signature, body: &Block, options: &attr::Options) -> Option<Derived<'a>> {
    if let Some(at) = certain::mistake(sig, body) {
        sink.leave_to_rustc(at);
        return None;
    }
    if let Some(method) = certain::suspicion(sig, body) {
        sink.say_late(&method, &Message::Iterator {});
        return None;
    }
    let checked = fence::check(sink, sig);
    let rule = options.rule(sink, sig);
    hygiene::check(sink, sig, body);
    conditions::refuse(sink, &body.to_token_stream());
    if !checked || !sink.is_empty() {
        return None;
    }
    if let Some((vjp, jvp)) = rule {
        return Some(Derived::ruled(sig, vjp, jvp));
    }
    let body = signature::body(sig, body);
    let wanted = options.dump || std::env::var("PULLBACK_DUMP").is_ok_and(|n| sig.name == n);
    passes(sink, sig, &body, options, &mut |pass, text| {
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
    options: &attr::Options,
    dump: &mut dyn FnMut(&str, &dyn Fn() -> String),
) -> Option<Derived<'a>> {
    let func = lower::lower(sink, sig, body);
    dump("lower", &|| func.to_string());
    let func = exits::exits(func);
    dump("exits", &|| func.to_string());
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
    let of_body = options.report.then(|| report::of_body(&func, &activity));
    let func = fold::fold(func, &activity);
    dump("fold", &|| func.to_string());
    let types = types::infer(&func, &sig.generics, &sig.output);
    dump("types", &|| types.to_string());
    let mut func = literals::literals(func, &types);
    dump("literals", &|| func.to_string());
    sig.boxed.set(chains::boxed(sig, &func, options.checkpoint, options.recursive) || sig.params.iter().any(crate::ir::Param::is_function));
    let mut callees = callees::callees(&mut func, sig);
    dump("callees", &|| func.to_string());
    functions::functions(&mut func, &types);
    dump("chains", &|| format!("{}\n", if sig.boxed.get() { "a pullback behind a box" } else { "a pullback by value" }));
    dump("definite", &|| definite::definite(&func).text(&func));
    dump("tbr", &|| tbr::steady(&func, &activity, &types).to_string());
    dump("fuse", &|| {
        fuse::fusable(&func, &activity, &types, &tbr::steady(&func, &activity, &types)).values().map(ToString::to_string).collect()
    });
    sink.beside(std::mem::take(&mut callees.beside));
    let sweeps = reverse::reverse(&func, &activity, &types);
    let fused = reverse::fused(&func, &activity, &types, &sweeps).filter(|_| !options.checkpoint);
    if let Some(of_body) = of_body {
        sink.say(
            &sig.name,
            &Message::Report { text: report::report(&sig.name.to_string(), &sweeps.saved, fused.as_ref().map(|f| &f.saved[..]), &of_body) },
        );
    }
    dump("saves", &|| sweeps.saved.iter().map(|s| format!("{s}\n")).collect());
    dump("reverse", &|| emit::pretty(&sweeps.backward));
    let tangents = forward::forward(&func, &activity, &types);
    dump("forward", &|| emit::pretty(&tangents.body));
    let form = if options.checkpoint { Form::Checkpoint } else { Form::Body };
    let callees::Callees { refusals, fallbacks, unreached, imports, hooks, refused, .. } = callees;
    Some(Derived {
        sig,
        sweeps,
        fused,
        tangents,
        graph,
        form,
        refusals,
        fallbacks,
        unreached,
        imports,
        hooks,
        refused,
        unbound: unbound::unbound(sig, body),
        is_stub: false,
    })
}

pub(crate) struct Unmark;

impl VisitMut for Unmark {
    fn visit_fn_arg_mut(&mut self, arg: &mut syn::FnArg) {
        let attrs = match arg {
            syn::FnArg::Receiver(r) => &mut r.attrs,
            syn::FnArg::Typed(t) => &mut t.attrs,
        };
        attrs.retain(|a| !a.path().is_ident("constant"));
    }
    fn visit_block_mut(&mut self, _: &mut Block) {}
    fn visit_impl_item_fn_mut(&mut self, m: &mut syn::ImplItemFn) {
        m.attrs.retain(|a| !blocks::is_ours(a));
        syn::visit_mut::visit_impl_item_fn_mut(self, m);
    }
    fn visit_trait_item_fn_mut(&mut self, m: &mut syn::TraitItemFn) {
        m.attrs.retain(|a| !blocks::is_ours(a));
        syn::visit_mut::visit_trait_item_fn_mut(self, m);
    }
}

/// The item itself where nothing had to be taken out of it: `syn` prints some things in another way than they were written.
fn as_written(item: &TokenStream, parsed: &impl ToTokens, stripped: TokenStream) -> TokenStream {
    if stripped.to_string() == parsed.to_token_stream().to_string() { item.clone() } else { stripped }
}

/// The item without the markers `#[constant]`.
pub(crate) fn unmarked(item: &Item) -> TokenStream {
    let mut item = item.clone();
    Unmark.visit_item_mut(&mut item);
    item.to_token_stream()
}
