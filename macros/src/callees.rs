//! Callees: each function that is called gets a name under which its companion is looked for, or, if it has none, a message is found.
//!
//! Input: the folded IR. Output: the IR with calls under those names, and the names. Invariant: where there is a companion nothing changes; where
//! there is none rustc says [`Message::NoDerivative`] once, on the call.
//!
//!     friction(v)      →      derivative_of_friction(v)
//!
//!     mod calls_of_f { pub type derivative_of_friction = …an error, if anybody asks for it…; }
//!     use calls_of_f::*; use friction as derivative_of_friction;
//!
//! An explicit import hides what a glob imports, in each namespace by itself: where `friction` is a type, too, it is the companion. Where it is only a
//! function, the type is the one of `calls_of_f`: its array's length is a constant that panics with the message. An error type is silent afterwards.

use crate::diagnostics::{Message, panic, said};
use crate::ir::{Callee, Func, Op, Stmt};
use crate::signature::{Home, Signature};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a function's hidden forms need for its calls.
#[derive(Default)]
pub(crate) struct Callees {
    /// Beside the function: the messages.
    pub(crate) beside: TokenStream,
    /// In each hidden form: the names.
    pub(crate) imports: TokenStream,
}

/// The pass.
pub(crate) fn callees(func: &mut Func, sig: &Signature) -> Callees {
    if sig.home == Home::Lone {
        return Callees::default();
    }
    let mut found = BTreeMap::new();
    let own = nested(&func.body);
    rename(&mut func.body, &own, &mut found);
    if found.is_empty() {
        return Callees::default();
    }
    let module = match sig.home {
        Home::Free => format_ident!("calls_of_{}", sig.name),
        _ => {
            // methods of one name may stand beside each other
            static COUNT: AtomicUsize = AtomicUsize::new(0);
            format_ident!("calls_of_{}_{}", sig.name, COUNT.fetch_add(1, Ordering::Relaxed))
        }
    };
    let (mut types, mut imports) = (TokenStream::new(), quote!(use #module::*;));
    for (alias, path) in found.values() {
        let span = alias.span();
        let message = Message::NoDerivative { callee: said(path) }.to_string();
        let panic = panic(span, &message);
        types.extend(quote_spanned!(span=> pub type #alias = <[(); #panic] as ::pullback::differentiable::Checked<()>>::Type;));
        imports.extend(quote!(use #path as #alias;));
    }
    let beside = quote!(#[doc(hidden)] #[allow(non_camel_case_types, dead_code, missing_docs, unreachable_pub)] mod #module { #types });
    Callees { beside, imports }
}

/// Functions that are declared in the body: their companions are found as they are.
fn nested(body: &[Stmt]) -> Vec<String> {
    let mut found = vec![];
    crate::ir::walk(body, &mut |s| {
        if let Stmt::Opaque(t) = s
            && let Ok(syn::Item::Fn(f)) = syn::parse2::<syn::Item>(t.clone())
        {
            found.push(f.sig.ident.to_string());
        }
    });
    found
}

/// Renames the callees, and notes each: its path, as text, and the name it has now.
fn rename(body: &mut [Stmt], nested: &[String], found: &mut BTreeMap<String, (Ident, syn::Path)>) {
    crate::ir::walk_mut(body, &mut |s| {
        let Stmt::Let { op: Op::Call { callee: Callee::Path(path), .. }, .. } = s else { return };
        let name = path.path.segments.last().map(|s| s.ident.clone());
        let Some(name) = name.filter(|n| !crate::emit::is_of_type(path) && !nested.contains(&n.to_string())) else { return };
        let mut plain = path.path.clone();
        let arguments = plain.segments.last_mut().map(|s| std::mem::take(&mut s.arguments)).unwrap_or_default();
        let key = plain.to_token_stream().to_string();
        let number = found.len();
        let taken = found.values().any(|(alias, _)| *alias == format!("derivative_of_{name}"));
        let (alias, _) = found.entry(key).or_insert_with(|| {
            let text = if taken { format!("derivative_of_{name}_{number}") } else { format!("derivative_of_{name}") };
            (Ident::new(&text, name.span()), plain)
        });
        let mut segment = syn::PathSegment::from(Ident::new(&alias.to_string(), name.span()));
        segment.arguments = arguments;
        path.path = segment.into();
    });
}
