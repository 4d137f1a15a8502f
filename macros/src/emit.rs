//! Emission: the companion of a function, as tokens.
//!
//! Input: a signature and the sweeps of its body. Output: `enum f {}` with the associated functions, or methods beside a method.
//! Invariant: this file decides nothing; what is emitted uses full paths and is allowed to be silent about lints.
//!
//!     fn f(x: f64) -> f64   →   enum f {}   impl f { grad, value_and_grad, vjp, jvp, backward, graph }

use crate::forward::Tangents;
use crate::ir::{Arm, Callee, Choice, Exit, Op, Param};
use crate::reverse::Sweeps;
use crate::signature::{Signature, elided};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::Type;

mod entries;

/// The tokens that compute an operation's value.
pub(crate) fn primal(op: &Op) -> TokenStream {
    match op {
        Op::Copy(o) => crate::lower::operand_tokens(o),
        Op::Rule { primal, .. } | Op::Call { primal, .. } | Op::Build { primal, .. } => primal.clone(),
        Op::Constant { tokens, .. } => tokens.clone(),
    }
}

/// A `match` or `if let` with these bodies.
pub(crate) fn choice(head: &Choice, arms: &[Arm], bodies: &[TokenStream]) -> TokenStream {
    match head {
        Choice::Match(value) => {
            let patterns = arms.iter().map(|a| &a.pattern);
            quote!(match #value { #(#patterns => { #bodies })* })
        }
        Choice::IfLet(cond) => {
            let (then, els) = (&bodies[0], &bodies[1]);
            quote!(if #cond { #then } else { #els })
        }
    }
}

/// The tokens of an exit.
pub(crate) fn exit(exit: &Exit) -> TokenStream {
    match exit {
        Exit::Return => quote!(break 'body;),
        Exit::Break(label) => quote!(break #label;),
        Exit::Continue(label) => quote!(continue #label;),
    }
}

/// The path of a callee's hidden form: `m::g` → `<m::g>::__split`, `Type::h` → `Type::__split_h`, `x.m` → `x.__split_m`.
/// The callee's generics follow its last segment; one activity for each of the `n` parameters follows them.
pub(crate) fn split_path(callee: &Callee, form: &str, n: usize) -> TokenStream {
    let hidden = format_ident!("__{}", form);
    match callee {
        Callee::Method(receiver, method) => {
            let receiver = crate::lower::operand_tokens(receiver);
            let name = format_ident!("__{}_{}", form, method, span = method.span());
            quote!(#receiver.#name)
        }
        Callee::Path(path) => {
            let mut path = path.clone();
            let owner = path.segments.iter().rev().nth(1).map(|s| s.ident.to_string()).unwrap_or_default();
            let last = path.segments.last_mut().expect("a path has a segment");
            let arguments = std::mem::take(&mut last.arguments);
            let turbofish = match arguments {
                syn::PathArguments::AngleBracketed(a) => {
                    let args = a.args.iter();
                    let acts = std::iter::repeat_n(quote!(_), n);
                    quote!(::<#(#args,)* #(#acts),*>)
                }
                _ => quote!(),
            };
            if owner.starts_with(char::is_uppercase) {
                last.ident = format_ident!("__{}_{}", form, last.ident, span = last.ident.span());
                return quote!(#path #turbofish);
            }
            quote!(<#path>::#hidden #turbofish)
        }
    }
}

/// Everything that is known about one function after the passes.
pub(crate) struct Derived<'a> {
    pub(crate) sig: &'a Signature,
    pub(crate) sweeps: Sweeps,
    pub(crate) tangents: Tangents,
    pub(crate) graph: TokenStream,
}

/// The companion of a free function.
pub(crate) fn companion(d: &Derived<'_>) -> TokenStream {
    let (name, vis) = (&d.sig.name, &d.sig.vis);
    let doc = format!("The derivatives of [`{name}()`]: `grad`, `value_and_grad`, `vjp`, `jvp`, `backward`, `graph`.");
    let items = d.items();
    quote! {
        #[doc = #doc]
        #[allow(non_camel_case_types, clippy::empty_enums)]
        #vis enum #name {}
        #[automatically_derived]
        #[allow(unused, non_snake_case, clippy::all, clippy::pedantic, clippy::nursery)]
        impl #name { #items }
    }
}

impl<'a> Derived<'a> {
    /// What is known of a function that was refused: its signature. All calls of the companion compile, so that there is one error.
    pub(crate) fn stub(sig: &'a Signature) -> Self {
        let refused = quote!(::core::unreachable!("refused at compile time"));
        let nothing = TokenStream::new;
        Derived {
            sig,
            sweeps: Sweeps { forward: nothing(), result: refused.clone(), backward: nothing() },
            tangents: Tangents { body: nothing(), result: refused.clone(), result_dot: refused },
            graph: crate::graph::empty(&sig.name),
        }
    }
}

impl Derived<'_> {
    /// The associated functions.
    pub(crate) fn items(&self) -> TokenStream {
        let (split, push) = (self.split(), self.push());
        let entries = entries::entries(self.sig, &self.graph);
        quote!(#entries #split #push)
    }

    fn hidden(&self, form: &str) -> Ident {
        hidden(self.sig, form)
    }

    /// Activities: one type parameter for each parameter.
    fn acts(&self) -> Vec<Ident> {
        (0..self.sig.params.len()).map(|k| format_ident!("A{}", k)).collect()
    }

    /// The forward sweep, and the reverse sweep as a closure that borrows nothing from the arguments.
    fn split(&self) -> TokenStream {
        let (name, acts) = (self.hidden("split"), self.acts());
        let more: Vec<TokenStream> = acts.iter().map(|a| quote!(#a: ::pullback::Activity)).collect();
        let (generics, clause) = self.sig.generics_with(&more);
        let (params, this) = parameters(self.sig);
        let output = &self.sig.output;
        let again: Vec<TokenStream> = self.sig.params.iter().map(again_type).collect();
        let bars: Vec<TokenStream> = self.sig.params.iter().map(|p| bar_type(p, &quote!(mut))).collect();
        let captured = self.sig.captured();
        let cotangent = tangent_type(&elided(output));
        let (again_names, bar_names, unwrap) = self.pullback_parameters();
        let Sweeps { forward, result, backward } = &self.sweeps;
        let receiver = if self.sig.method { Some(params[0].clone()) } else { None };
        let rest = &params[usize::from(self.sig.method)..];
        let receiver = receiver.into_iter();
        let mention = self.mention();
        quote! {
            #[doc(hidden)]
            #[allow(unused, clippy::all, clippy::pedantic, clippy::nursery)]
            #[inline]
            pub fn #name #generics (#(#receiver,)* _: (#(#acts,)*), #(#rest),*)
                -> (#output, impl Fn(#cotangent, (#(#again,)*), (#(#bars,)*)) + use<#(#captured,)* #(#acts),*>) #clause
            {
                use ::pullback::place::Coordinates as _;
                #mention
                #this
                #forward
                let result: #output = #result;
                (result, move |result_bar: #cotangent, (#(#again_names,)*): (#(#again,)*), (#(#bar_names,)*): (#(#bars,)*)| {
                    #unwrap
                    #backward
                })
            }
        }
    }

    /// Names the user's function, so that one whose derivatives alone are used does not count as dead.
    fn mention(&self) -> TokenStream {
        let name = &self.sig.name;
        let shadowed = self.sig.params.iter().any(|p| p.said == *name);
        let opaque = self.sig.generics.type_params().any(|t| t.ident.to_string().starts_with("Impl"));
        if self.sig.associated || shadowed || opaque {
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
            again.push(if p.shared.is_some() { quote!(#name) } else { quote!(_) });
            if !p.active {
                bars.push(quote!(_));
                continue;
            }
            let (bar, none) = (crate::ir::bar(&name), format_ident!("{}_unwanted", name));
            let ty = elided(&Signature::referent(p));
            bars.push(quote!(#bar));
            unwrap.extend(quote! {
                let mut #none = ::pullback::Tangent::zero();
                let #bar = match #bar {
                    ::core::option::Option::Some(bar) => bar,
                    ::core::option::Option::None => <#ty as ::pullback::Differentiable>::bar(&mut #none),
                };
            });
        }
        (again, bars, unwrap)
    }

    /// The primal with tangents.
    fn push(&self) -> TokenStream {
        let (name, acts) = (self.hidden("push"), self.acts());
        let more: Vec<TokenStream> = acts.iter().map(|a| quote!(#a: ::pullback::Activity)).collect();
        let (generics, clause) = self.sig.generics_with(&more);
        let (params, this) = parameters(self.sig);
        let output = &self.sig.output;
        let dots: Vec<TokenStream> = self.sig.params.iter().map(|p| bar_type(p, &quote!())).collect();
        let (dot_names, unwrap) = self.push_parameters();
        let Tangents { body, result, result_dot } = &self.tangents;
        let receiver = if self.sig.method { Some(params[0].clone()) } else { None };
        let rest = &params[usize::from(self.sig.method)..];
        let receiver = receiver.into_iter();
        let tangent = tangent_type(output);
        quote! {
            #[doc(hidden)]
            #[allow(unused, clippy::all, clippy::pedantic, clippy::nursery)]
            #[inline]
            pub fn #name #generics (#(#receiver,)* _: (#(#acts,)*), #(#rest,)* (#(#dot_names,)*): (#(#dots,)*)) -> (#output, #tangent) #clause
            {
                use ::pullback::place::Coordinates as _;
                #this
                #unwrap
                #body
                let result_dot: #tangent = #result_dot;
                let result: #output = #result;
                (result, result_dot)
            }
        }
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
            unwrap.extend(quote! {
                let mut #none = ::pullback::Tangent::zero();
                let #dot = match #dot {
                    ::core::option::Option::Some(dot) => dot,
                    ::core::option::Option::None => <#ty as ::pullback::Differentiable>::bar(&mut #none),
                };
            });
        }
        (names, unwrap)
    }
}

/// `__split`, or `__split_m` for a method `m`.
pub(crate) fn hidden(sig: &Signature, form: &str) -> Ident {
    if sig.associated { format_ident!("__{}_{}", form, sig.name) } else { format_ident!("__{}", form) }
}

/// The parameters of the hidden forms, and what gives the receiver its name.
fn parameters(sig: &Signature) -> (Vec<TokenStream>, TokenStream) {
    let mut params: Vec<TokenStream> = sig
        .params
        .iter()
        .map(|p| {
            let (name, ty, mutable) = (&p.name, &p.ty, p.mutable.then(|| quote!(mut)));
            quote!(#mutable #name: #ty)
        })
        .collect();
    if !sig.method {
        return (params, quote!());
    }
    params[0] = if sig.params[0].shared.is_some() { quote!(&self) } else { quote!(self) };
    let mutable = sig.params[0].mutable.then(|| quote!(mut));
    (params, quote!(let #mutable this = self;))
}

/// The tangent type of a type; references are the type's behind them.
pub(crate) fn tangent_type(ty: &Type) -> TokenStream {
    match ty.to_token_stream().to_string().as_str() {
        "f32" | "f64" => ty.to_token_stream(),
        _ => match ty {
            Type::Reference(r) => tangent_type(&r.elem),
            _ => quote!(<#ty as ::pullback::Differentiable>::Tangent),
        },
    }
}

/// What a pullback takes again: references.
fn again_type(p: &Param) -> TokenStream {
    match &p.shared {
        Some(t) => {
            let t = elided(t);
            quote!(&#t)
        }
        None => quote!(::pullback::call::Ignored),
    }
}

/// What a pullback adds into, or a tangent is read from.
fn bar_type(p: &Param, mutable: &TokenStream) -> TokenStream {
    if !p.active {
        return quote!(::pullback::call::Ignored);
    }
    let ty = elided(&Signature::referent(p));
    quote!(::core::option::Option<& #mutable <#ty as ::pullback::Differentiable>::Bar>)
}

/// Tokens as a person reads them: one statement a line.
pub(crate) fn pretty(tokens: &TokenStream) -> String {
    let text = tokens.to_string().replace('\n', " ");
    let (mut out, mut depth) = (String::new(), 0_usize);
    for part in text.split_inclusive(['{', '}', ';']) {
        let part = part.trim();
        if part.ends_with('}') {
            depth = depth.saturating_sub(1);
        }
        out.push_str(&"    ".repeat(depth));
        out.push_str(&compact(part));
        out.push('\n');
        if part.ends_with('{') {
            depth += 1;
        }
    }
    out
}

/// Without the spaces that printing tokens leaves, and without the paths of generated calls.
pub(crate) fn compact(text: &str) -> String {
    const TIGHT: &[(&str, &str)] = &[
        (" . ", "."),
        (" :: ", "::"),
        (":: ", "::"),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        (" ,", ","),
        (" ;", ";"),
        ("& mut ", "&mut "),
        ("& ", "&"),
        (" [", "["),
        ("[ ", "["),
        (" ]", "]"),
        ("* *", "**"),
        ("(* ", "(*"),
        ("* * ", "**"),
        (" .. ", ".."),
        ("::pullback::", ""),
        (" !", "!"),
    ];
    let text = TIGHT.iter().fold(text.to_owned(), |t, (from, to)| t.replace(from, to));
    text.strip_prefix("* ").map_or(text.clone(), |rest| format!("*{rest}"))
}
