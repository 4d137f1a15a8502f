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
    /// Within those: what the name of a function means that is only given where one without gradient is taken: see [`crate::emit`]'s `given`.
    pub(crate) unreached: TokenStream,
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
    let alone = sig.gate.as_ref().is_some_and(Gate::is_alone);
    rename(&mut func.body, &own, alone, sig.gate.is_some() && !alone, &mut found);
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
        let companion = format_ident!("companion_of_{}", alias);
        let something = found.something();
        match &found.given {
            None => {
                let (item, error) = gate.refuses(&constant, &found.message(), None);
                self.refusals.push(item);
                self.fallbacks.extend(quote!(type #companion = #error;));
            }
            Some(Given { to, number, .. }) => {
                let (taker, imports) = (format_ident!("taker_of_{}", alias), something_of(to));
                let takes = quote!({
                    use ::pullback::gate::{Companion as _, Nothing as #taker};
                    { #imports use #to as #taker; <#taker>::IS_MISSING || ::pullback::gate::has(<#taker>::CONSTANT_FUNCTIONS, #number) }
                });
                let (item, error) = gate.refuses(
                    &constant,
                    &found.message(),
                    Some((&takes, &quote!(<#taker as ::pullback::gate::Takes<#number>>::Unreached))),
                );
                self.refusals.push(item);
                self.fallbacks.extend(quote!(type #taker = ::pullback::gate::Nothing;));
                self.unreached.extend(quote!(#imports use #to as #taker; type #companion = #error;));
            }
        }
        let import = (!found.is_parameter()).then(|| quote!(#something use #path as #companion;));
        self.imports.extend(quote!(#import type #alias = __Sound<#companion>;));
    }

    /// In a method that stands alone: what has no companion is a type whose functions take anything, for what is an error anyway.
    fn alone(&mut self, sig: &Signature, gate: &Gate, found: &Found) {
        let Found { alias, path, arguments, .. } = found;
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
                fn __given() {}
                fn __given_push() {}
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
    /// It is an argument itself.
    given: Option<Given>,
}

/// Where a function is taken: the taker, and which of its arguments it is.
struct Given {
    to: syn::Path,
    number: usize,
    /// What is given is a parameter without gradient.
    is_parameter: bool,
}

impl Found {
    fn message(&self) -> String {
        match self.given.as_ref().filter(|g| g.is_parameter) {
            Some(given) => Message::ConstantGiven { name: said(&self.path), to: said(&given.to) }.to_string(),
            None => Message::NoDerivative { callee: said(&self.path) }.to_string(),
        }
    }

    fn is_parameter(&self) -> bool {
        self.given.as_ref().is_some_and(|g| g.is_parameter)
    }

    /// An import of nothing would be an error by itself: of this name there is a macro, at least.
    fn something(&self) -> Option<TokenStream> {
        something_of(&self.path)
    }
}

fn something_of(path: &syn::Path) -> Option<TokenStream> {
    path.get_ident().filter(|n| !is_macro(n)).map(|n| quote!(macro_rules! #n { () => {} }))
}

/// Whether the standard library has a macro of this name, too, or the language an attribute, beside which a macro would be ambiguous.
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
    const ATTRIBUTES: &[&str] = &[
        "path",
        "link",
        "doc",
        "repr",
        "inline",
        "ignore",
        "cold",
        "allow",
        "warn",
        "deny",
        "forbid",
        "expect",
        "feature",
        "used",
        "naked",
        "no_mangle",
        "must_use",
        "deprecated",
        "target_feature",
        "automatically_derived",
        "macro_use",
        "macro_export",
        "link_name",
        "link_section",
        "export_name",
        "should_panic",
        "non_exhaustive",
        "track_caller",
        "no_std",
        "recursion_limit",
        "proc_macro",
    ];
    MACROS.iter().chain(ATTRIBUTES).any(|m| name == m)
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

/// A function with the attribute that is declared in a body.
pub(crate) fn nested_function(tokens: &TokenStream) -> Option<Ident> {
    match syn::parse2::<syn::Item>(tokens.clone()) {
        Ok(syn::Item::Fn(f)) if f.attrs.iter().any(crate::blocks::is_ours) => Some(f.sig.ident),
        _ => None,
    }
}

/// What its companion is called in the hidden forms.
pub(crate) fn nested_companion(name: &Ident) -> Ident {
    format_ident!("derivative_of_nested_{}", crate::tokens::plain(name), span = name.span())
}

/// Functions that are declared in the body: their companions are there.
fn nested(body: &[Stmt]) -> Vec<String> {
    let mut found = vec![];
    crate::ir::walk(body, &mut |s| {
        if let Stmt::Opaque(t) = s
            && let Some(name) = nested_function(t)
        {
            found.push(name.to_string());
        }
    });
    found
}

/// Renames the callees, and notes each by its path as text.
fn rename(body: &mut [Stmt], nested: &[String], alone: bool, gated: bool, found: &mut BTreeMap<String, Found>) {
    crate::ir::walk_mut(body, &mut |s| {
        let Stmt::Let { op: Op::Call { callee, functions, args, .. }, .. } = s else { return };
        let taker = match callee {
            Callee::Path(path) => is_found(path, nested).then(|| apart(path).0),
            _ => None,
        };
        for (number, lambda) in functions.iter_mut() {
            let is_parameter = lambda.constant.is_some();
            let mut given = lambda.callee_mut().zip(taker.as_ref()).filter(|_| !is_parameter || gated);
            match &mut given {
                Some((path, to)) if is_found(path, nested) => {
                    rename_one(path, 1, Some(Given { to: (*to).clone(), number: *number, is_parameter }), alone, found);
                }
                _ => lambda.func.iter_mut().for_each(|f| rename(&mut f.body, nested, alone, gated, found)),
            }
        }
        let Callee::Path(path) = callee else { return };
        if is_found(path, nested) {
            rename_one(path, args.len(), None, alone, found);
        } else if !crate::emit::is_of_type(path)
            && let Some(segment) = path.path.segments.last_mut()
            && nested.contains(&segment.ident.to_string())
        {
            segment.ident = nested_companion(&segment.ident);
        }
    });
}

/// Whether a function's companion is looked for under a name of its own.
fn is_found(path: &syn::ExprPath, nested: &[String]) -> bool {
    !crate::emit::is_of_type(path) && path.path.segments.last().is_some_and(|s| !nested.contains(&s.ident.to_string()))
}

/// A path without its last segment's arguments, and those.
fn apart(path: &syn::ExprPath) -> (syn::Path, syn::PathArguments) {
    let mut plain = path.path.clone();
    let arguments = plain.segments.last_mut().map(|s| std::mem::take(&mut s.arguments)).unwrap_or_default();
    (plain, arguments)
}

/// Whether a path is a name of this pass.
pub(crate) fn is_alias(path: &syn::ExprPath) -> bool {
    path.path.get_ident().is_some_and(|i| i.to_string().starts_with("derivative_of_"))
}

/// Gives a path its alias, one for each place where it is given.
fn rename_one(path: &mut syn::ExprPath, count: usize, given: Option<Given>, alone: bool, found: &mut BTreeMap<String, Found>) {
    let Some(name) = path.path.segments.last().map(|s| s.ident.clone()) else { return };
    let (plain, arguments) = apart(path);
    let place = given.as_ref().map(|g| format!(" {} {}", g.to.to_token_stream(), g.number)).unwrap_or_default();
    let key = format!("{}{place}", plain.to_token_stream());
    let number = found.len();
    let text = format!("derivative_of_{}", crate::tokens::plain(&name));
    let taken = found.values().any(|f| f.alias == text);
    let found = found.entry(key).or_insert_with(|| {
        let text = if taken { format!("{text}_{number}") } else { text };
        Found { alias: crate::tokens::ident(&text, name.span()), path: plain, arguments: count, given }
    });
    let mut segment = syn::PathSegment::from(crate::tokens::ident(&found.alias.to_string(), name.span()));
    segment.arguments = arguments;
    path.path = segment.into();
    if alone {
        path.path.segments.insert(0, crate::tokens::ident(crate::emit::ALONE, name.span()).into());
    }
}
