//! Emission: the companion of a function, as tokens.
//!
//! Input: a signature and the sweeps of its body. Output: `enum f {}` with the associated functions, or methods beside a method.
//! Invariant: this file decides nothing; what is emitted uses full paths and is allowed to be silent about lints.
//!
//!     fn f(x: f64) -> f64   →   enum f {}   impl f { grad, value_and_grad, vjp, jvp, backward, graph }

use crate::forward::Tangents;
use crate::ir::{Arm, Choice, Exit, Gather, Head, Op};
use crate::reverse::Sweeps;
use crate::signature::{Home, Signature};
use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

mod alike;
mod docs;
mod entries;
mod forms;
mod fused;
mod gate;
mod given;
mod graph;
mod hooks;
mod outer;
mod own;
mod paths;
mod rerun;
mod spans;
mod stand_ins;
mod tangents;
mod types;

#[cfg(test)]
pub(crate) use alike::NAMES as OURS;
pub(crate) use gate::{Gate, Owner};
pub(crate) use hooks::Hook;
pub(crate) use own::Own;
pub(crate) use rerun::has_rows;
pub(crate) use stand_ins::implementor;

pub(crate) use paths::{ALONE, is_of_type, kinds, split_path, unreached_path};
use types::kinds_of;
pub(crate) use types::{hidden, tangent_type};

/// The tokens that compute an operation's value.
pub(crate) fn primal(op: &Op) -> TokenStream {
    match op {
        Op::Copy(o) => crate::lower::operand_tokens(o),
        Op::Rule { primal, .. } | Op::Call { primal, .. } | Op::Build { primal, .. } => primal.clone(),
        Op::Constant { tokens, .. } => tokens.clone(),
    }
}

/// The head of a variable's declaration. `op` is what it is declared with; its type may be one that it has whatever it is made of: such a
/// variable is an error if the user's function has one, so that what follows from it is silent.
pub(crate) fn head(dst: &Ident, mutable: bool, ty: Option<&syn::Type>, op: Option<&Op>) -> TokenStream {
    let mutable = mutable.then(|| quote!(mut));
    let ty = match (ty, op) {
        (Some(ty), _) => Some(quote!(: __Sound<#ty>)),
        (None, None | Some(Op::Call { .. })) => Some(quote!(: __Sound<_>)),
        (None, Some(Op::Build { .. })) => Some(quote!(: __Sound<_>)),
        (None, Some(Op::Constant { tokens, .. } | Op::Rule { primal: tokens, .. })) if is_of_itself(tokens) => Some(quote!(: __Sound<_>)),
        _ => None,
    };
    quote!(let #mutable #dst #ty)
}

/// Whether the type does not follow from a variable's: `vec![…]`, `[0.0; 3]`, `Vec::new()`. `2.0 * x` is taken for a literal, whatever `x` is.
fn is_of_itself(tokens: &TokenStream) -> bool {
    let mut trees = tokens.clone().into_iter();
    match trees.next() {
        Some(TokenTree::Literal(_)) => true,
        Some(TokenTree::Punct(p)) => p.as_char() == ':' || (p.as_char() == '-' && is_of_itself(&trees.collect())),
        Some(TokenTree::Group(g)) => g.delimiter() != Delimiter::Parenthesis || is_of_itself(&g.stream()),
        Some(TokenTree::Ident(_)) => matches!(trees.next(), Some(TokenTree::Punct(p)) if matches!(p.as_char(), ':' | '!')),
        None => false,
    }
}

/// A `match` or `if let` with these bodies.
pub(crate) fn choice(head: &Choice, arms: &[Arm], bodies: &[TokenStream]) -> TokenStream {
    let bodies: Vec<TokenStream> = arms.iter().zip(bodies).map(|(arm, body)| taken_out(arm, body)).collect();
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

/// The body of an arm, whose variables are errors if the user's function has one.
fn taken_out(arm: &Arm, body: &TokenStream) -> TokenStream {
    let bound = &arm.bound;
    quote!(#(let #bound: __Sound<_> = #bound;)* #body)
}

/// A loop with this body.
pub(crate) fn looped(head: &Head, body: &TokenStream) -> TokenStream {
    let tokens = &head.tokens;
    let Some(g) = &head.gather else {
        let taken = if head.range.is_none() { lent(head) } else { quote!() };
        return quote!(#tokens { #taken #body });
    };
    let (dst, value) = (&g.dst, crate::lower::operand_tokens(&g.value));
    let call = gathered(head, g, body, &value);
    quote!(#dst = #call;)
}

/// `for (k, e) in …`: what the pattern names is an error if the user's function has one.
fn lent(head: &Head) -> TokenStream {
    let trees: Vec<TokenTree> = head.tokens.clone().into_iter().collect();
    let word = |text: &str| trees.iter().position(|t| matches!(t, TokenTree::Ident(i) if i == text));
    let (Some(start), Some(end)) = (word("for"), word("in")) else { return quote!() };
    let names = variables(&trees[start + 1..end]).unwrap_or_default();
    let names = names.iter().filter(|n| head.counter.as_ref() != Some(n));
    quote!(#(let #names: __Sound<_> = #names;)*)
}

/// A statement that carries no gradient. What a pattern takes out of an erroneous value is not erroneous by itself: `let &e = v;`.
pub(crate) fn opaque(tokens: &TokenStream) -> TokenStream {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    if matches!(trees.first(), Some(TokenTree::Punct(p)) if p.as_char() == '#')
        && let Some(name) = crate::callees::nested_function(tokens)
    {
        let companion = crate::callees::nested_companion(&name);
        return quote!(#tokens type #companion = __Sound<#name>;);
    }
    let takes_apart =
        matches!(trees.first(), Some(TokenTree::Ident(i)) if i == "let") && !matches!(trees.get(1), Some(TokenTree::Ident(_)));
    let end = trees.iter().position(|t| matches!(t, TokenTree::Punct(p) if matches!(p.as_char(), '=' | ':')));
    let names = match end {
        Some(end) if takes_apart => variables(&trees[1..end]).unwrap_or_default(),
        _ => vec![],
    };
    quote!(#tokens #(let #names: __Sound<_> = #names;)*)
}

/// The variables of a pattern that has no names of types in it, and changes none of them.
fn variables(pattern: &[TokenTree]) -> Option<Vec<Ident>> {
    let mut found = vec![];
    for tree in pattern {
        match tree {
            TokenTree::Ident(i) if i == "mut" || i == "ref" || i.to_string().starts_with(char::is_uppercase) => return None,
            TokenTree::Ident(i) if i != "_" => found.push(i.clone()),
            TokenTree::Punct(p) if p.as_char() == ':' => return None,
            TokenTree::Group(g) => found.extend(variables(&g.stream().into_iter().collect::<Vec<_>>())?),
            _ => {}
        }
    }
    Some(found)
}

/// The call that a loop is; each round yields `value`.
pub(crate) fn gathered(head: &Head, g: &Gather, body: &TokenStream, value: &TokenStream) -> TokenStream {
    let (callee, k) = (&g.callee, &head.counter);
    match &g.param {
        None => quote!(#callee(|#k| { #body #value })),
        Some(param) => quote!({
            let mut rounds = 0_usize;
            #callee(|#param| {
                let #k = rounds;
                rounds += 1;
                #body
                #value
            })
        }),
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

/// Everything that is known about one function after the passes.
pub(crate) struct Derived<'a> {
    pub(crate) sig: &'a Signature,
    pub(crate) sweeps: Sweeps,
    /// Both sweeps with loops fused, for a caller who knows the seed.
    pub(crate) fused: Option<Sweeps>,
    pub(crate) tangents: Tangents,
    pub(crate) graph: crate::graph::Graph,
    pub(crate) form: Form,
    /// What stands beside the companions, around the hidden forms and in them for their calls: see [`crate::callees`].
    pub(crate) refusals: Vec<TokenStream>,
    pub(crate) fallbacks: TokenStream,
    /// Between these two: what a name means that is given where a function without gradient is taken.
    pub(crate) unreached: TokenStream,
    pub(crate) imports: TokenStream,
    /// The methods that are called.
    pub(crate) hooks: Vec<Hook>,
    /// Beside a method that stands alone: constants that are errors if a callee has no derivative.
    pub(crate) refused: Vec<Ident>,
    /// Names that mean something outside the function, or nothing.
    pub(crate) unbound: Vec<Ident>,
    /// Whether this stands for a function that was refused, and nothing of it ever runs.
    pub(crate) is_stub: bool,
}

/// Where the derivatives come from.
#[derive(Clone, Default)]
pub(crate) enum Form {
    /// From the body: the pullback owns what the forward sweep saved.
    #[default]
    Body,
    /// From the body: the pullback owns the inputs, and runs the forward sweep again.
    Checkpoint,
    /// From functions of the user's.
    Rule { vjp: syn::Path, jvp: Option<syn::Path> },
    /// A method of a trait without a body: the forms are never called.
    Required,
}

/// The companion of a free function.
pub(crate) fn companion(d: &Derived<'_>) -> TokenStream {
    let (name, vis) = (&d.sig.name, &d.sig.vis);
    let doc = format!("The derivatives of [`{name}()`]: `grad`, `value_and_grad`, `vjp`, `jvp`, `backward`, `graph`.");
    let (items, takes) = (d.items(), given::takes(d.sig));
    let enumeration = quote_spanned!(name.span()=> #vis enum #name {});
    quote! {
        #[doc = #doc]
        #[allow(non_camel_case_types, missing_debug_implementations, missing_copy_implementations, clippy::empty_enums)]
        #[allow(dead_code)]
        #enumeration
        #[automatically_derived]
        #[allow(unused, non_snake_case, clippy::all, clippy::pedantic, clippy::nursery)]
        impl #name { #items }
        #takes
    }
}

impl<'a> Derived<'a> {
    /// A function whose derivatives are the user's own.
    pub(crate) fn ruled(sig: &'a Signature, vjp: syn::Path, jvp: Option<syn::Path>) -> Self {
        Derived { form: Form::Rule { vjp, jvp }, is_stub: false, ..Derived::stub(sig) }
    }

    /// A method that a trait requires.
    pub(crate) fn required(sig: &'a Signature) -> Self {
        Derived { form: Form::Required, is_stub: false, ..Derived::stub(sig) }
    }

    /// A method whose result carries no gradient: a caller may ask for it all the same.
    pub(crate) fn inert(sig: &'a Signature) -> Self {
        let stub = Derived::stub(sig);
        let (call, nothing) = (stub.primal(), TokenStream::new());
        Derived {
            sweeps: Sweeps { result: call.clone(), ..Sweeps::default() },
            tangents: Tangents { body: nothing, result: call, result_dot: quote!(::pullback::Tangent::zero()) },
            is_stub: false,
            ..stub
        }
    }

    /// What is known of a function that was refused: its signature. All calls of the companion compile, so that there is one error.
    pub(crate) fn stub(sig: &'a Signature) -> Self {
        let refused = quote!(::core::unreachable!("refused at compile time"));
        let nothing = TokenStream::new;
        Derived {
            sig,
            sweeps: Sweeps { result: refused.clone(), ..Sweeps::default() },
            fused: None,
            tangents: Tangents { body: nothing(), result: refused.clone(), result_dot: refused },
            graph: crate::graph::Graph::default(),
            form: Form::Body,
            refusals: vec![],
            fallbacks: nothing(),
            unreached: nothing(),
            imports: nothing(),
            hooks: vec![],
            refused: vec![],
            unbound: vec![],
            is_stub: true,
        }
    }
}

impl Derived<'_> {
    /// The associated functions.
    pub(crate) fn items(&self) -> TokenStream {
        let (split, push) = (self.split(), self.push());
        if self.sig.home == Home::TraitImpl {
            // all else is provided by the trait
            return spans::at_types(quote!(#split #push));
        }
        let (entries, kinds, hook) =
            (entries::entries(self.sig, &self.graph, self.fused(), self.sweeps.loops), kinds_of(self.sig), types::hook_of(self.sig));
        let gradients = (self.sig.home != Home::TraitItem).then(|| crate::assertions::gradients(self.sig));
        let given = self.given();
        let companions = spans::at_types(quote!(#entries #split #push #given #kinds #hook #gradients));
        if self.sig.gate.as_ref().is_some_and(Gate::is_beside) {
            return companions;
        }
        let (gate, refusals) = (self.gate_items(), &self.refusals);
        quote!(#companions #(#gate)* #(#refusals)*)
    }
}

/// What a trait with the attribute requires of its `impl` blocks, and they have if they have the attribute, too. All hidden forms of a trait have
/// bodies, so that nothing else is said to be missing; without this an `impl` that overrides a method would have the derivatives of another.
pub(crate) fn mark(filled: bool) -> TokenStream {
    let body = if filled { quote!({ ::pullback::gate::Attribute }) } else { quote!(;) };
    quote!(#[doc(hidden)] #[allow(warnings, clippy::all, clippy::pedantic, clippy::nursery)] fn attribute_differentiable() -> ::pullback::gate::Attribute where Self: Sized #body)
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
