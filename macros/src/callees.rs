//! Callees: each function that is called gets a name under which its companion is looked for, or, if it has none, a message is found.
//!
//! Input: the folded IR. Output: the IR with calls under those names, and the names. Invariant: where there is a companion nothing changes; where
//! there is none rustc says [`Message::NoDerivative`] once, on the call.
//!
//!     friction(v)      →      derivative_of_friction(v)
//!
//!     type companion_of_friction = …an error, if anybody asks for it…;
//!     { use friction as companion_of_friction; type derivative_of_friction = …; … }
//!
//! An import hides what stands around it, in each namespace by itself: where `friction` is a type, too, it is the companion. Where it is only a
//! function, the type is the outer one: its array's length is a constant that panics with the message. An error type is silent afterwards.

use crate::diagnostics::{Message, panic, said};
use crate::emit::{Gate, Hook};
use crate::ir::{Callee, Func, Op, Operand, Stmt};
use crate::signature::Signature;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a function's hidden forms need for its calls.
#[derive(Default)]
pub(crate) struct Callees {
    /// Beside the function: the messages.
    pub(crate) beside: TokenStream,
    /// Beside its companions: the messages, where there is a gate.
    pub(crate) refusals: Vec<TokenStream>,
    /// Around each hidden form: what a name means if nothing else has it.
    pub(crate) fallbacks: TokenStream,
    /// In each hidden form: the names.
    pub(crate) imports: TokenStream,
    /// The methods that are called.
    pub(crate) hooks: Vec<Hook>,
    /// Of a method that stands alone: the constants among the messages.
    pub(crate) refused: Vec<Ident>,
}

/// The pass.
pub(crate) fn callees(func: &mut Func, sig: &Signature) -> Callees {
    let (mut found, own) = (BTreeMap::new(), nested(&func.body));
    rename(&mut func.body, &own, sig.gate.as_ref().is_some_and(Gate::is_alone), &mut found);
    let mut all = Callees { hooks: methods(&func.body, may_turn(sig)), ..Callees::default() };
    if found.is_empty() {
        return all;
    }
    match &sig.gate {
        Some(gate) if gate.is_alone() => found.values().for_each(|c| all.alone(sig, gate, c)),
        Some(gate) => found.values().for_each(|c| all.gated(sig, gate, c)),
        None => all.plain(sig, found.values()),
    }
    all
}

impl Callees {
    /// Behind a gate: silent if the body has an error of its own, that there is no such function, for example.
    fn gated(&mut self, sig: &Signature, gate: &Gate, found: &Found) {
        let Found { alias, path, .. } = found;
        let constant = gate.beside_others(alias, sig);
        let (item, error) = gate.refuses(&constant, &found.message());
        let companion = format_ident!("companion_of_{}", alias);
        let something = found.something();
        self.refusals.push(item);
        self.fallbacks.extend(quote!(type #companion = #error;));
        self.imports.extend(quote!(#something use #path as #companion; type #alias = __Sound<#companion>;));
    }

    /// In a method that stands alone: what has no companion is a type whose functions take anything, for what is an error anyway.
    fn alone(&mut self, sig: &Signature, gate: &Gate, found: &Found) {
        let Found { alias, path, arguments } = found;
        let (constant, something) = (gate.beside_others(alias, sig), found.something());
        let import = quote!(#something use #path as #alias;);
        self.refusals.push(gate.refuses_alone(&constant, alias, &import, &found.message()));
        self.refused.push(constant);
        let ([split, push], kinds) =
            ([1, 2].map(|more| vec![quote!(_: impl Sized); arguments + more]), vec![quote!(::pullback::call::Ignored); *arguments]);
        self.fallbacks.extend(quote! {
            struct #alias;
            impl #alias {
                fn __split<R>(#(#split),*) -> R { loop {} }
                fn __push<R>(#(#push),*) -> R { loop {} }
                fn __kinds() -> (#(#kinds,)*) { loop {} }
            }
        });
        self.imports.extend(import);
    }

    /// Without a gate.
    fn plain<'a>(&mut self, sig: &Signature, found: impl Iterator<Item = &'a Found>) {
        // methods of one name may stand beside each other
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let module = format_ident!("calls_of_{}_{}", sig.name, number);
        let mut types = TokenStream::new();
        for f in found {
            let Found { alias, path, .. } = f;
            let (span, panic, something) = (alias.span(), panic(alias.span(), &f.message()), f.something());
            types.extend(quote_spanned!(span=> pub type #alias = <[(); #panic] as ::pullback::differentiable::Checked<()>>::Type;));
            self.imports.extend(quote!(#something use #path as #alias;));
        }
        self.fallbacks = quote!(use #module::*;);
        self.beside =
            quote!(#[doc(hidden)] #[allow(non_camel_case_types, dead_code, missing_docs, unreachable_pub)] mod #module { #types });
    }
}

/// A function that is called.
struct Found {
    /// The name that it has now.
    alias: Ident,
    path: syn::Path,
    /// How many arguments it gets.
    arguments: usize,
}

impl Found {
    fn message(&self) -> String {
        Message::NoDerivative { callee: said(&self.path) }.to_string()
    }

    /// An import of nothing would be an error by itself: of this name there is a macro, at least.
    fn something(&self) -> Option<TokenStream> {
        self.path.get_ident().filter(|n| !is_macro(n)).map(|n| quote!(macro_rules! #n { () => {} }))
    }
}

/// Whether the standard library has a macro of this name, too.
pub(crate) fn is_macro(name: &Ident) -> bool {
    const MACROS: &[&str] = &[
        "vec",
        "matches",
        "assert",
        "panic",
        "print",
        "println",
        "eprint",
        "eprintln",
        "dbg",
        "write",
        "writeln",
        "format",
        "concat",
        "env",
        "line",
        "column",
        "file",
        "include",
        "stringify",
        "todo",
        "unimplemented",
        "unreachable",
        "cfg",
        "thread_local",
        "compile_error",
        "module_path",
    ];
    MACROS.iter().any(|m| name == m)
}

/// Whether a receiver of the body may be a `&mut` reference: a method that takes `self` is found behind it, but not before a trait's.
fn may_turn(sig: &Signature) -> bool {
    let exclusive = sig.params.iter().any(|p| p.exclusive.is_some());
    exclusive || sig.gate.as_ref().is_none_or(Gate::has_exclusive)
}

/// The methods that are called, and the functions of types. A trait may stand in for a method that does not exist only where it can't hide one.
fn methods(body: &[Stmt], may_turn: bool) -> Vec<Hook> {
    let mut found: Vec<Hook> = vec![];
    crate::ir::walk(body, &mut |s| {
        let Stmt::Let { op: Op::Call { callee, args, functions, .. }, .. } = s else { return };
        found.extend(functions.iter().filter_map(|(_, l)| l.func.as_ref()).flat_map(|f| methods(&f.body, may_turn)));
        let hook = match callee {
            Callee::Method(receiver, m) => Hook {
                name: m.clone(),
                has_receiver: true,
                arguments: args.len(),
                certain: !may_turn && matches!(receiver, Operand::Place(_) | Operand::Ref(_)),
            },
            Callee::Path(path) if crate::emit::is_of_type(path) => {
                let Some(last) = path.path.segments.last() else { return };
                let certain = path.qself.is_none() && !crate::blocks::is_of_a_trait(&last.ident);
                Hook { name: last.ident.clone(), has_receiver: false, arguments: args.len(), certain }
            }
            Callee::Path(_) | Callee::Function(..) => return,
        };
        found.push(hook);
    });
    found
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

/// Renames the callees, and notes each by its path as text.
fn rename(body: &mut [Stmt], nested: &[String], alone: bool, found: &mut BTreeMap<String, Found>) {
    crate::ir::walk_mut(body, &mut |s| {
        let Stmt::Let { op: Op::Call { callee, functions, args, .. }, .. } = s else { return };
        for func in functions.iter_mut().filter_map(|(_, l)| l.func.as_mut()) {
            rename(&mut func.body, nested, alone, found);
        }
        let Callee::Path(path) = callee else { return };
        let name = path.path.segments.last().map(|s| s.ident.clone());
        let Some(name) = name.filter(|n| !crate::emit::is_of_type(path) && !nested.contains(&n.to_string())) else { return };
        let mut plain = path.path.clone();
        let arguments = plain.segments.last_mut().map(|s| std::mem::take(&mut s.arguments)).unwrap_or_default();
        let key = plain.to_token_stream().to_string();
        let number = found.len();
        let text = format!("derivative_of_{}", plain_text(&name));
        let taken = found.values().any(|f| f.alias == text);
        let found = found.entry(key).or_insert_with(|| {
            let text = if taken { format!("{text}_{number}") } else { text };
            Found { alias: Ident::new(&text, name.span()), path: plain, arguments: args.len() }
        });
        let mut segment = syn::PathSegment::from(Ident::new(&found.alias.to_string(), name.span()));
        segment.arguments = arguments;
        path.path = segment.into();
        if alone {
            path.path.segments.insert(0, Ident::new(crate::emit::ALONE, name.span()).into());
        }
    });
}

/// A name without the mark of a raw one.
fn plain_text(name: &Ident) -> String {
    name.to_string().trim_start_matches("r#").to_owned()
}
