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
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Type;

mod entries;
mod graph;
mod spans;

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
            let receiver = crate::lower::receiver_tokens(receiver);
            let name = format_ident!("__{}_{}", form, method, span = method.span());
            quote!(#receiver.#name)
        }
        Callee::Path(path) => {
            let (mut path, of_type) = (path.clone(), is_of_type(path));
            let Some(last) = path.path.segments.last_mut() else { return quote!() };
            let arguments = std::mem::take(&mut last.arguments);
            let turbofish = match arguments {
                syn::PathArguments::AngleBracketed(a) => {
                    let args = a.args.iter().filter(|a| !matches!(a, syn::GenericArgument::Lifetime(_)));
                    let acts = std::iter::repeat_n(quote!(_), n);
                    quote!(::<#(#args,)* #(#acts),*>)
                }
                _ => quote!(),
            };
            if of_type {
                last.ident = format_ident!("__{}_{}", form, last.ident, span = last.ident.span());
                return quote!(#path #turbofish);
            }
            quote!(<#path>::#hidden #turbofish)
        }
    }
}

/// What tells how a callee takes its arguments; nothing where it may be a method named by its path.
pub(crate) fn kinds(callee: &Callee) -> Option<TokenStream> {
    match callee {
        Callee::Method(receiver, method) => {
            let receiver = crate::lower::receiver_tokens(receiver);
            let name = format_ident!("__receiver_{}", method, span = method.span());
            Some(quote!(#receiver.#name()))
        }
        Callee::Path(path) if is_of_type(path) => None,
        Callee::Path(path) => {
            let mut path = path.clone();
            path.path.segments.last_mut()?.arguments = syn::PathArguments::None;
            Some(quote!(<#path>::__kinds()))
        }
    }
}

/// `Type::h`, `<T as Trait>::h`: an associated function.
fn is_of_type(path: &syn::ExprPath) -> bool {
    let owner = path.path.segments.iter().rev().nth(1);
    path.qself.is_some() || owner.is_some_and(|s| s.ident.to_string().starts_with(char::is_uppercase))
}

/// Everything that is known about one function after the passes.
pub(crate) struct Derived<'a> {
    pub(crate) sig: &'a Signature,
    pub(crate) sweeps: Sweeps,
    pub(crate) tangents: Tangents,
    pub(crate) graph: crate::graph::Graph,
}

/// The companion of a free function.
pub(crate) fn companion(d: &Derived<'_>) -> TokenStream {
    let (name, vis) = (&d.sig.name, &d.sig.vis);
    let doc = format!("The derivatives of [`{name}()`]: `grad`, `value_and_grad`, `vjp`, `jvp`, `backward`, `graph`.");
    let items = d.items();
    let enumeration = quote_spanned!(name.span()=> #vis enum #name {});
    quote! {
        #[doc = #doc]
        #[allow(non_camel_case_types, clippy::empty_enums)]
        #[allow(dead_code)]
        #enumeration
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
            graph: crate::graph::Graph::default(),
        }
    }
}

impl Derived<'_> {
    /// The associated functions.
    pub(crate) fn items(&self) -> TokenStream {
        let (split, push, kinds) = (self.split(), self.push(), kinds_of(self.sig));
        let entries = entries::entries(self.sig, &self.graph);
        spans::at_types(quote!(#entries #split #push #kinds))
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
        let (mention, Extents { lengths, extents, cut }) = (self.mention(), self.extents());
        quote! {
            #[doc(hidden)]
            #[allow(unused, clippy::all, clippy::pedantic, clippy::nursery)]
            #[inline]
            pub fn #name #generics (#(#receiver,)* #(#rest,)* _: (#(#acts,)*))
                -> (#output, impl Fn(#cotangent, (#(#again,)*), (#(#bars,)*)) + use<#(#captured,)* #(#acts),*>) #clause
            {
                use ::pullback::place::Coordinates as _;
                #mention
                #this
                #lengths
                #forward
                let result: #output = #result;
                #extents
                (result, move |result_bar: #cotangent, (#(#again_names,)*): (#(#again,)*), (#(#bar_names,)*): (#(#bars,)*)| {
                    #unwrap
                    #backward
                    #cut
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
            let lengthen = if p.shared.is_some() {
                quote!(<#ty as ::pullback::Differentiable>::prepare(#name, &mut #none);)
            } else if p.exclusive.is_some() && !has_extent(&ty) {
                let extent = format_ident!("{}_extent", name);
                quote!(<#ty as ::pullback::Differentiable>::lengthen(&#extent, &mut #none);)
            } else {
                quote!()
            };
            unwrap.extend(quote! {
                let mut #none = ::pullback::Tangent::zero();
                let #bar = match #bar {
                    ::core::option::Option::Some(bar) => bar,
                    ::core::option::Option::None => {
                        #lengthen
                        <#ty as ::pullback::Differentiable>::bar(&mut #none)
                    }
                };
            });
        }
        (again, bars, unwrap)
    }

    /// The shapes of what `&mut` parameters refer to: their cotangents have the final one, and leave with the first.
    fn extents(&self) -> Extents {
        let mut all = Extents::default();
        for p in self.sig.exclusive() {
            let (name, ty) = (&p.name, elided(&Signature::referent(p)));
            if has_extent(&ty) {
                continue;
            }
            let (bar, extent, length) = (crate::ir::bar(name), format_ident!("{}_extent", name), format_ident!("{}_length", name));
            all.extents.extend(quote!(let #extent = <#ty as ::pullback::Differentiable>::shape(&*#name);));
            if is_vec(&ty) {
                all.lengths.extend(quote!(let #length = #name.len();));
                all.cut.extend(quote!(#bar.truncate(#length);));
            }
        }
        all
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
            pub fn #name #generics (#(#receiver,)* #(#rest,)* _: (#(#acts,)*), (#(#dot_names,)*): (#(#dots,)*)) -> (#output, #tangent) #clause
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

/// What the split form keeps of the shapes behind `&mut` parameters.
#[derive(Default)]
struct Extents {
    lengths: TokenStream,
    extents: TokenStream,
    cut: TokenStream,
}

/// Whether the zero of this type's cotangent has all its entries.
fn has_extent(ty: &Type) -> bool {
    matches!(ty, Type::Array(_)) || matches!(ty.to_token_stream().to_string().as_str(), "f32" | "f64")
}

fn is_vec(ty: &Type) -> bool {
    matches!(ty, Type::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == "Vec"))
}

/// How a function takes its arguments, for callers to whom tokens do not tell.
fn kinds_of(sig: &Signature) -> TokenStream {
    let kinds: Vec<TokenStream> = sig
        .params
        .iter()
        .map(|p| match (&p.shared, &p.exclusive) {
            (Some(_), _) => quote!(::pullback::call::Again),
            (_, Some(_)) => quote!(::pullback::call::Changed),
            _ => quote!(::pullback::call::Ignored),
        })
        .collect();
    let (name, receiver) = match (sig.method, sig.associated) {
        (true, _) => (format_ident!("__receiver_{}", sig.name), quote!(&self)),
        (false, true) => return quote!(),
        (false, false) => (format_ident!("__kinds"), quote!()),
    };
    quote! {
        #[doc(hidden)]
        #[inline(always)]
        pub fn #name(#receiver) -> (#(#kinds,)*) {
            (#(#kinds,)*)
        }
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
    params[0] = receiver(&sig.params[0]);
    let mutable = sig.params[0].mutable.then(|| quote!(mut));
    (params, quote!(let #mutable this = self;))
}

/// A receiver as it is declared.
fn receiver(p: &Param) -> TokenStream {
    match (&p.shared, &p.exclusive) {
        (Some(_), _) => quote!(&self),
        (_, Some(_)) => quote!(&mut self),
        _ => quote!(self),
    }
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
        None if p.exclusive.is_some() => quote!(::pullback::call::Changed),
        None => quote!(::pullback::call::Ignored),
    }
}

/// What a pullback adds into, or a tangent is read from.
fn bar_type(p: &Param, mutable: &TokenStream) -> TokenStream {
    if !p.active {
        return quote!(::pullback::call::Ignored);
    }
    let ty = elided(&Signature::referent(p));
    let mutable = if p.exclusive.is_some() { &quote!(mut) } else { mutable };
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
