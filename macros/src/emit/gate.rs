//! The gate: what is wrong in the user's body is said of the user's body, and of nothing that was made from it.
//!
//! Input: a function as it was written. Output: a copy of its body, in a function whose result has no name, and a constant that asks for that result's
//! size. Invariant: the copy is never called, and has the user's tokens with their spans, so that rustc says of it what it says of the original, and
//! says it once.
//!
//!     fn f(x: f64) -> f64 { x.squared() }     →     fn __primal() -> impl Sized { let _ = |x: f64| -> f64 { x.squared() }; }
//!                                                   const __SOUND: usize = sound(|| f::__primal());
//!
//! If the body has an error, of types or of borrows, the size is an error, silently, and so is a type that mentions it. The hidden forms take each of
//! their variables over in such a type: `let x: __Sound<_> = x;`. What follows from a variable of an erroneous type is silent.
//!
//! A constant has no type parameters: those of the function stand for `f64`, if that has all they ask for. Where they ask for more, and for methods
//! beside which nothing can stand, there is no gate.

use super::Derived;
use super::hooks::Hook;
use crate::signature::{Home, Signature};
use proc_macro2::{Delimiter, Ident, LineColumn, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::{FnArg, GenericArgument, GenericParam, Generics, PathArguments, Type, TypeParamBound};

/// The copy, and where the constants stand.
#[derive(Clone)]
pub(crate) struct Gate {
    /// Of the user's function: its generics and their clause, receiver, parameters, result, body.
    declared: TokenStream,
    clause: Option<syn::WhereClause>,
    receiver: Option<TokenStream>,
    inputs: Vec<TokenStream>,
    output: Type,
    body: TokenStream,
    /// The parameters' names that can be taken over.
    names: Vec<(Ident, bool)>,
    /// What the type parameters stand for: those of the `impl` block, those of the function.
    around: TokenStream,
    own: TokenStream,
    turbofish: Option<TokenStream>,
    /// The type that has the companions.
    owner: TokenStream,
    /// `_m` for a method `m`.
    suffix: String,
}

/// The type around a function's companions: `f` itself, or the `impl` block's.
pub(crate) struct Owner<'a> {
    pub(crate) ty: TokenStream,
    pub(crate) generics: Option<&'a Generics>,
    /// The item as it comes out of the macro.
    pub(crate) kept: &'a TokenStream,
}

impl Gate {
    /// The gate of a function.
    pub(crate) fn of(sig: &Signature, written: &syn::Signature, body: &syn::Block, owner: &Owner<'_>) -> Option<Gate> {
        if !matches!(sig.home, Home::Free | Home::Inherent) || sig.kind.is_some() || !is_closed(sig) {
            return None;
        }
        let (params, names) = (&sig.generics.params, names(&sig.generics));
        let typed = sig.params.iter().zip(&written.inputs).filter_map(|(p, a)| if let FnArg::Typed(t) = a { Some((p, t)) } else { None });
        let inputs = typed.clone().map(|(p, t)| {
            let (pat, ty) = (&t.pat, &p.ty);
            quote!(#pat: #ty)
        });
        let simple = typed.filter(|(_, t)| matches!(*t.pat, syn::Pat::Ident(_))).map(|(p, _)| (p.said.clone(), p.mutable));
        Some(Gate {
            declared: if params.is_empty() { quote!() } else { quote!(<#params>) },
            clause: sig.generics.where_clause.clone(),
            receiver: written.receiver().map(|r| quote!(#r)),
            inputs: inputs.collect(),
            output: sig.output.clone(),
            body: as_kept(owner.kept, body.brace_token.span.open().start()).unwrap_or_else(|| body.to_token_stream()),
            names: simple.collect(),
            around: owner.generics.map_or(Some(TokenStream::new()), aliases)?,
            own: aliases(&sig.generics)?,
            turbofish: (!names.is_empty()).then(|| quote!(::<#(#names),*>)),
            owner: owner.ty.clone(),
            suffix: if sig.associated { format!("_{}", sig.name) } else { String::new() },
        })
    }

    /// Whether the body mentions `&mut` references.
    pub(crate) fn has_exclusive(&self) -> bool {
        let text = self.body.to_string();
        ["&mut", "& mut", "ref mut", "_mut"].iter().any(|m| text.contains(m))
    }

    /// The copy, and its constant.
    fn items(&self) -> TokenStream {
        self.checked("primal", &self.sound(), &quote!(), &quote!(), &self.body)
    }

    /// A function that is never called, with a closure that has this body; and the constant that is an error if it has one.
    fn checked(&self, name: &str, constant: &Ident, before: &TokenStream, first: &TokenStream, body: &TokenStream) -> TokenStream {
        let Gate { declared, clause, receiver, inputs, output, around, own, turbofish, owner, .. } = self;
        let hidden = format_ident!("__{}{}", name, self.suffix);
        let body = if first.is_empty() { body.clone() } else { quote!({ #first #body }) };
        let argument = receiver.is_some().then(|| quote!(loop {}));
        quote! {
            #[doc(hidden)]
            #[allow(warnings, clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
            fn #hidden #declared (#receiver) -> impl Sized #clause {
                #before
                let _ = |#(#inputs),*| -> #output #body;
            }
            #[doc(hidden)]
            #[allow(non_upper_case_globals)]
            const #constant: usize = { #around #own ::pullback::gate::sound(|| <#owner>::#hidden #turbofish (#argument)) };
        }
    }

    /// The constant that is an error if the body is.
    fn sound(&self) -> Ident {
        format_ident!("__SOUND{}", self.suffix)
    }

    /// The constant that is an error if the body is, or calls a method that has no derivative.
    fn differentiable(&self) -> Ident {
        format_ident!("__DIFFERENTIABLE{}", self.suffix)
    }

    /// A constant of the owner's, as the hidden forms say it.
    fn named(&self, constant: &Ident) -> TokenStream {
        let Gate { around, owner, .. } = self;
        let owner = owner.clone().into_iter().map(|mut t| {
            t.set_span(constant.span());
            t
        });
        let owner = owner.collect::<TokenStream>();
        quote_spanned!(constant.span()=> { #around <#owner>::#constant })
    }

    /// A constant of this name that is an error with this text, unless the body has one; and a type that is as erroneous.
    pub(crate) fn refuses(&self, name: &Ident, text: &str) -> (TokenStream, TokenStream) {
        let (sound, panic) = (self.named(&self.sound()), crate::diagnostics::panic(name.span(), text));
        let item = quote! {
            #[doc(hidden)]
            #[allow(non_upper_case_globals)]
            const #name: usize = #sound + #panic;
        };
        let (constant, span) = (self.named(name), name.span());
        (item, quote_spanned!(span=> <[(); #constant] as ::pullback::differentiable::Checked<()>>::Type))
    }

    /// A type's name: `T`, or an error if the constant is one.
    fn alias(&self, constant: &Ident) -> TokenStream {
        let constant = self.named(constant);
        quote!(type __Sound<T> = ::pullback::gate::Sound<#constant, T>;)
    }

    /// The body once more, in which these calls are of methods that exist beside those with a derivative: see [`super::hooks`].
    fn hooked(&self, hooks: &[Hook]) -> TokenStream {
        let traits = super::hooks::firsts(hooks).map(Hook::fallback);
        let (sound, this) = (self.alias(&self.sound()), self.receiver.is_some().then(|| quote!(let this: __Sound<_> = self;)));
        let first = taken_over(self.names.iter().map(|(n, m)| (n, *m)));
        let body = super::hooks::hooked(crate::signature::rename_self(self.body.clone()), hooks);
        self.checked("hooks", &self.differentiable(), &quote!(#(#traits)* #sound #this), &first, &body)
    }
}

impl Derived<'_> {
    /// The gate's items.
    pub(super) fn gate_items(&self) -> Option<TokenStream> {
        let gate = self.sig.gate.as_ref()?;
        let (items, hooks) = (gate.items(), (!self.hooks.is_empty()).then(|| gate.hooked(&self.hooks)));
        Some(quote!(#items #hooks))
    }

    /// A type's name in each hidden form: `T`, or an error if the user's body has one.
    pub(super) fn gate_type(&self) -> Option<TokenStream> {
        let gate = self.sig.gate.as_ref()?;
        Some(gate.alias(&if self.hooks.is_empty() { gate.sound() } else { gate.differentiable() }))
    }

    /// Takes variables over in such a type.
    pub(super) fn gated<'a>(&self, names: impl IntoIterator<Item = (&'a Ident, bool)>) -> TokenStream {
        if self.sig.gate.is_some() { taken_over(names) } else { TokenStream::new() }
    }
}

fn taken_over<'a>(names: impl IntoIterator<Item = (&'a Ident, bool)>) -> TokenStream {
    let each = names.into_iter().map(|(name, mutable)| {
        let mutable = mutable.then(|| quote!(mut));
        quote!(let #mutable #name: __Sound<_> = #name;)
    });
    quote!(#(#each)*)
}

/// The group that begins there, token by token: `syn` prints it with other spans of its braces.
fn as_kept(tokens: &TokenStream, start: LineColumn) -> Option<TokenStream> {
    tokens.clone().into_iter().find_map(|tree| match tree {
        TokenTree::Group(g) if g.span_open().start() == start && g.delimiter() == Delimiter::Brace => Some(TokenTree::Group(g).into()),
        TokenTree::Group(g) => as_kept(&g.stream(), start),
        _ => None,
    })
}

/// Whether a closure can have this signature: the lifetimes of its result are not those of its arguments.
fn is_closed(sig: &Signature) -> bool {
    let text = sig.output.to_token_stream().to_string();
    !text.contains(['&', '\'']) && !text.contains("impl ")
}

fn names(generics: &Generics) -> Vec<&Ident> {
    let each = generics.params.iter().filter_map(|g| match g {
        GenericParam::Type(t) => Some(&t.ident),
        GenericParam::Const(c) => Some(&c.ident),
        GenericParam::Lifetime(_) => None,
    });
    each.collect()
}

/// What the type parameters stand for in the constant: `type T = f64;`. Nothing if one asks for what `f64` may not have.
fn aliases(generics: &Generics) -> Option<TokenStream> {
    let in_clause = generics.where_clause.iter().flat_map(|w| &w.predicates).all(|p| match p {
        syn::WherePredicate::Type(t) => t.bounds.iter().all(is_of_numbers),
        _ => true,
    });
    let each: Option<Vec<TokenStream>> = generics.params.iter().map(alias).collect();
    each.filter(|_| in_clause).map(|e| quote!(#(#e)*))
}

fn alias(param: &GenericParam) -> Option<TokenStream> {
    match param {
        GenericParam::Lifetime(_) => Some(quote!()),
        GenericParam::Const(c) => {
            let (name, ty) = (&c.ident, &c.ty);
            let value = match ty.to_token_stream().to_string().as_str() {
                "bool" => quote!(true),
                "char" => return None,
                _ => quote!(1),
            };
            Some(quote!(const #name: #ty = #value;))
        }
        GenericParam::Type(t) => {
            let name = &t.ident;
            let function = t.bounds.iter().find_map(pointer);
            if function.is_none() && !t.bounds.iter().all(is_of_numbers) {
                return None;
            }
            let ty = function.unwrap_or_else(|| quote!(f64));
            Some(quote!(type #name = #ty;))
        }
    }
}

/// `Fn(A) -> B` → `fn(A) -> B`.
fn pointer(bound: &TypeParamBound) -> Option<TokenStream> {
    let TypeParamBound::Trait(t) = bound else { return None };
    let last = t.path.segments.last().filter(|s| ["Fn", "FnMut", "FnOnce"].iter().any(|f| s.ident == f))?;
    let PathArguments::Parenthesized(a) = &last.arguments else { return None };
    let (lifetimes, inputs, output) = (&t.lifetimes, &a.inputs, &a.output);
    Some(quote!(#lifetimes fn(#inputs) #output))
}

/// Bounds that `f64` certainly meets.
fn is_of_numbers(bound: &TypeParamBound) -> bool {
    const KNOWN: &[&str] = &[
        "Real",
        "Differentiable",
        "Copy",
        "Clone",
        "Debug",
        "PartialEq",
        "PartialOrd",
        "Default",
        "Send",
        "Sync",
        "Sized",
        "Add",
        "Sub",
        "Mul",
        "Div",
        "Rem",
        "Neg",
        "AddAssign",
        "SubAssign",
        "MulAssign",
        "DivAssign",
        "Sum",
    ];
    let TypeParamBound::Trait(t) = bound else { return true };
    t.path.segments.last().is_some_and(|s| KNOWN.iter().any(|k| s.ident == k) && (s.arguments.is_none() || gives_itself(&s.arguments)))
}

/// `<Output = T>`.
fn gives_itself(arguments: &PathArguments) -> bool {
    let PathArguments::AngleBracketed(a) = arguments else { return false };
    let plain = |args: &Punctuated<GenericArgument, _>| {
        args.iter().all(|a| matches!(a, GenericArgument::AssocType(t) if t.ident == "Output" && is_one_word(&t.ty)))
    };
    plain(&a.args)
}

fn is_one_word(ty: &Type) -> bool {
    matches!(ty, Type::Path(p) if p.path.segments.len() == 1 && p.path.segments[0].arguments.is_none())
}
