//! Operators of the user's own types: `impl Add for Vec3`.
//!
//! Input: an `impl` block of an arithmetic operator's trait. Output: beside it, in a block of its own, the operator as a function with its companion, and the
//! rule by which `a + b` finds that. Invariant: a type may have an operator for several right-hand sides, and for references; of those that differ in references
//! alone, which mean the same, the first gives the rule.
//!
//!     impl Mul<f64> for Vec3 { … }      →      const _: () = { fn mul(this: Vec3, k: f64) -> Vec3 { … }  enum mul {}  impl Rule2<op::Mul, (), f64, Vec3> for Vec3 { … } };

use crate::attr::Options;
use crate::diagnostics::Sink;
use crate::driver::derived;
use crate::emit::{self, Derived, Gate, Own, Owner};
use crate::signature::{self, elided};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use std::collections::HashSet;
use std::sync::{LazyLock, Mutex, PoisonError};
use syn::visit_mut::{self, VisitMut};
use syn::{Ident, ImplItem, ItemImpl, Type};

/// Operators that have a rule: trait, type and right-hand side.
static SEEN: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);

/// The operator that a trait is of.
fn operator(block: &ItemImpl) -> Option<(String, String)> {
    let name = block.trait_.as_ref()?.1.segments.last()?.ident.to_string();
    crate::ops::is_operator(&name).then(|| (name.clone(), name.to_lowercase()))
}

/// What follows the `impl` block of an operator; nothing if the block is of something else.
pub(crate) fn companion(sink: &Sink, block: &ItemImpl, kept: &TokenStream, options: &Options) -> Option<TokenStream> {
    let (name, method) = operator(block)?;
    let f = block.items.iter().find_map(|i| if let ImplItem::Fn(f) = i { Some(f) } else { None })?;
    let output = block.items.iter().find_map(|i| if let ImplItem::Type(t) = i { Some(t.ty.clone()) } else { None });
    let mut this = Itself { ty: ungrouped(&block.self_ty), output };
    if let Some(output) = &mut this.output {
        Itself { ty: this.ty.clone(), output: None }.visit_type_mut(output);
    }
    let (mut sig, mut body) = (f.sig.clone(), f.block.clone());
    sig.ident = crate::tokens::ident(&method, f.sig.ident.span());
    this.visit_signature_mut(&mut sig);
    this.visit_block_mut(&mut body);
    // the receiver by its name
    let named = |r: &syn::Receiver| Ident::new("this", r.self_token.span);
    for arg in &mut sig.inputs {
        if let syn::FnArg::Receiver(r) = arg {
            let (mutable, ty, attrs) = (r.mutability.filter(|_| r.reference.is_none()), &this.ty, &r.attrs);
            let reference = r.reference.as_ref().map(|(and, _)| and);
            let name = named(r);
            *arg = syn::parse_quote!(#(#attrs)* #mutable #name: #reference #ty);
        }
    }
    sig.generics = block.generics.clone();
    let body: syn::Block = syn::parse2(signature::rename_self(body.to_token_stream())).ok()?;
    let own = Sink::default();
    let mut read = signature::read(&own, &sig, &syn::parse_quote!(pub(self)), options, None);
    read.this_type = crate::known::name_of(&block.self_ty, None);
    // of the method as it was written
    let mut as_method = signature::Signature { home: signature::Home::TraitImpl, associated: true, ..read.clone() };
    as_method.generics.params = read.generics.params.iter().filter(|p| !block.generics.params.iter().any(|b| b == *p)).cloned().collect();
    as_method.generics.where_clause = None;
    read.gate = Gate::of(&as_method, &f.sig, &f.block, &Owner { ty: TokenStream::new(), block: Some(block), kept });
    let found = derived(&own, &read, &body, options);
    sink.merge(own);
    let checked = read.checked();
    let functions = match found {
        Some(d) => {
            let d = Derived { sig: &checked, ..d };
            let (companion, gate, refusals) = (emit::companion(&d), d.gate_items(), &d.refusals);
            quote!(#companion #(#gate)* #(#refusals)*)
        }
        None => emit::companion(&Derived::stub(&read.refused())),
    };
    let key = |t: &Type| elided(signature::behind(t)).to_token_stream().to_string();
    let sides: Vec<String> = read.params.iter().map(|p| key(&p.ty)).collect();
    let first = SEEN.lock().unwrap_or_else(PoisonError::into_inner).insert(format!("{name} {sides:?} {}", f.sig.ident.span().file()));
    let rule = first.then(|| {
        let m = &sig.ident;
        let forms = [quote!(<#m>::__split), quote!(<#m>::__push)];
        let row = crate::ops::operator_row(&name);
        Own { sig: &read, row, generics: &block.generics, ty: &elided(signature::behind(&this.ty)), forms }.rule()
    });
    let (inputs, result, generics, clause) = (&sig.inputs, &sig.output, &block.generics, &block.generics.where_clause);
    let names: Vec<&Ident> = read.params.iter().map(|p| &p.name).collect();
    let applied = match &names[..] {
        [x, y] => {
            let sign = sign(&name);
            quote!(#x #sign #y)
        }
        _ => quote!(-this),
    };
    let m = &sig.ident;
    Some(quote! {
        #[automatically_derived]
        #[allow(unused, clippy::all, clippy::pedantic, clippy::nursery)]
        const _: () = {
            fn #m #generics (#inputs) #result #clause { #applied }
            #functions
            #rule
        };
    })
}

fn sign(operator: &str) -> TokenStream {
    match operator {
        "Add" => quote!(+),
        "Sub" => quote!(-),
        "Mul" => quote!(*),
        "Div" => quote!(/),
        _ => quote!(%),
    }
}

/// A type without the invisible groups of a macro.
fn ungrouped(ty: &Type) -> Type {
    match ty {
        Type::Group(g) => ungrouped(&g.elem),
        other => other.clone(),
    }
}

/// Writes out `Self` and `Self::Output`.
struct Itself {
    ty: Type,
    output: Option<Type>,
}

impl VisitMut for Itself {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Type::Path(p) = ty
            && p.qself.is_none()
        {
            let names: Vec<String> = p.path.segments.iter().map(|s| s.ident.to_string()).collect();
            match (&names[..], &self.output) {
                ([one], _) if one == "Self" => return *ty = self.ty.clone(),
                ([one, two], Some(output)) if one == "Self" && two == "Output" => return *ty = output.clone(),
                _ => {}
            }
        }
        visit_mut::visit_type_mut(self, ty);
    }

    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        if path.segments.first().is_some_and(|s| s.ident == "Self")
            && let Type::Path(own) = signature::behind(&self.ty)
        {
            let mut start = own.path.clone();
            if let Some(last) = start.segments.last_mut() {
                last.arguments = syn::PathArguments::None;
            }
            start.segments.extend(path.segments.iter().skip(1).cloned());
            *path = start;
        }
        visit_mut::visit_path_mut(self, path);
    }
}
