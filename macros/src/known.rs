//! What is known of the crate's own types: which differentiable methods they have, and which of their fields carry no gradient.
//!
//! Input: derives and `impl` blocks with the attribute, as they are expanded. Output: answers by name. Invariant: an answer chooses between two forms of
//! generated code that rustc checks by type, so that a name that means two types can cause an error, never another derivative.

use std::collections::{HashMap, HashSet};
use std::sync::{LazyLock, Mutex, PoisonError};
use syn::{Fields, ImplItem, ItemImpl, ItemTrait, Signature, Type};

/// A differentiable method.
#[derive(Clone)]
pub(crate) struct Method {
    /// The name of the type of its result.
    pub(crate) output: Option<String>,
    /// Whether its result carries no gradient by its tokens.
    pub(crate) inert: bool,
    /// Whether it has a receiver.
    pub(crate) receiver: bool,
}

/// A field.
#[derive(Clone)]
pub(crate) struct Field {
    /// The name of its type.
    pub(crate) ty: Option<String>,
    /// Whether it carries no gradient.
    pub(crate) inert: bool,
}

#[derive(Default)]
struct Table {
    methods: HashMap<(String, String), Method>,
    fields: HashMap<(String, String), Field>,
    /// Functions, and the types of their results.
    functions: HashMap<String, Option<String>>,
    /// Functions, and how many of their parameters are `impl Trait`.
    opaque: HashMap<String, usize>,
    lifetimes: HashMap<String, usize>,
    /// Variants of enums, and structs: by a name alone a pattern may mean either.
    variants: HashMap<String, String>,
    structs: HashSet<String>,
}

static TABLE: LazyLock<Mutex<Table>> = LazyLock::new(Mutex::default);

fn table<T>(with: impl FnOnce(&mut Table) -> T) -> T {
    with(&mut TABLE.lock().unwrap_or_else(PoisonError::into_inner))
}

/// The last name of a type, references and pointers looked through; `Self` is `this`. Of a sequence, what is in it: `[V]`.
pub(crate) fn name_of(ty: &Type, this: Option<&str>) -> Option<String> {
    let ty = crate::signature::behind(ty);
    let element = match ty {
        Type::Slice(s) => Some(&*s.elem),
        Type::Array(a) => Some(&*a.elem),
        _ => crate::signature::argument_of(ty, "Vec"),
    };
    if let Some(inner) = ["Box", "Rc", "Arc"].iter().find_map(|pointer| crate::signature::argument_of(ty, pointer)) {
        return name_of(inner, this);
    }
    if let Some(element) = element {
        return Some(format!("[{}]", name_of(element, this)?));
    }
    let Type::Path(p) = ty else { return None };
    let name = p.path.segments.last()?.ident.to_string();
    if name == "Self" { this.map(str::to_owned) } else { Some(name) }
}

fn method(owner: &str, sig: &Signature, associated: &HashMap<String, &Type>) {
    let (output, inert) = match &sig.output {
        syn::ReturnType::Default => (None, false),
        syn::ReturnType::Type(_, t) => {
            let t = named(t).and_then(|n| associated.get(&n).copied()).unwrap_or(t);
            (name_of(t, Some(owner)), crate::signature::is_inert(t))
        }
    };
    let known = Method { output, inert, receiver: sig.receiver().is_some() };
    let name = sig.ident.to_string();
    if let Some(syn::FnArg::Typed(p)) = sig.inputs.iter().nth(1)
        && let Some(right) = name_of(&p.ty, Some(owner))
    {
        // an operator's result depends on its right-hand side
        table(|t| t.methods.insert((owner.to_owned(), format!("{name} {right}")), known.clone()));
    }
    table(|t| t.methods.insert((owner.to_owned(), name), known));
}

/// The type of the result of an operator: by its right-hand side, if that is known, else by the number that it may be.
pub(crate) fn result_of_operator(owner: &str, name: &str, right: Option<&str>) -> Option<String> {
    let of = |right: &str| method_of(owner, &format!("{name} {right}"));
    let known = match right {
        Some(right) => of(right),
        None => of("f64").or_else(|| method_of(owner, name)),
    };
    known?.output
}

/// Notes the methods of an `impl` block.
pub(crate) fn note_impl(block: &ItemImpl) {
    let Some(owner) = name_of(&block.self_ty, None) else { return };
    let types = block.items.iter().filter_map(|i| if let ImplItem::Type(t) = i { Some((t.ident.to_string(), &t.ty)) } else { None });
    let associated = types.collect();
    for item in &block.items {
        if let ImplItem::Fn(f) = item {
            method(&owner, &f.sig, &associated);
        }
    }
}

/// `Output` of `Self::Output`.
fn named(ty: &Type) -> Option<String> {
    let Type::Path(p) = ty else { return None };
    let mut names = p.path.segments.iter().map(|s| s.ident.to_string());
    match (names.next(), names.next(), names.next()) {
        (Some(this), Some(name), None) if this == "Self" => Some(name),
        _ => None,
    }
}

/// Notes the methods of a trait.
pub(crate) fn note_trait(block: &ItemTrait) {
    let owner = block.ident.to_string();
    for item in &block.items {
        if let syn::TraitItem::Fn(f) = item {
            method(&owner, &f.sig, &HashMap::new());
        }
    }
}

/// Notes a function, and the type of its result.
pub(crate) fn note_function(sig: &Signature) {
    let result = if let syn::ReturnType::Type(_, t) = &sig.output { name_of(t, None) } else { None };
    let is_opaque = |a: &&syn::FnArg| matches!(a, syn::FnArg::Typed(t) if matches!(crate::signature::behind(&t.ty), Type::ImplTrait(_)));
    let opaque = sig.inputs.iter().filter(is_opaque).count();
    table(|t| {
        t.opaque.insert(sig.ident.to_string(), opaque);
        let known = t.functions.entry(sig.ident.to_string()).or_default();
        // of two functions of one name, the last whose result has a name
        *known = result.or_else(|| known.take());
    });
}

/// Whether there is a differentiable function of this name: `N(x)` is a call then, and no constructor.
pub(crate) fn is_function(name: &str) -> bool {
    table(|t| t.functions.contains_key(name))
}

/// How many parameters of a function are `impl Trait`: each is a type parameter that a call cannot name.
pub(crate) fn opaque_of(function: &str) -> Option<usize> {
    table(|t| t.opaque.get(function).copied())
}

/// Notes the fields of a struct.
pub(crate) fn note_fields(owner: &str, fields: &Fields, is_inert: impl Fn(&syn::Field) -> bool) {
    for (k, f) in fields.iter().enumerate() {
        let name = f.ident.as_ref().map_or_else(|| k.to_string(), ToString::to_string);
        let inert = is_inert(f);
        table(|t| {
            let known = t.fields.entry((owner.to_owned(), name)).or_insert(Field { ty: name_of(&f.ty, None), inert });
            // two types of one name: nothing is certain
            known.inert &= inert;
        });
    }
}

/// Notes the variants of an enum, and their fields as those of `Enum::Variant`.
pub(crate) fn note_variants(owner: &str, data: &syn::DataEnum, is_inert: impl Fn(&syn::Field) -> bool + Copy) {
    for v in &data.variants {
        table(|t| t.variants.insert(v.ident.to_string(), owner.to_owned()));
        note_fields(&format!("{owner}::{}", v.ident), &v.fields, is_inert);
    }
}

/// Notes a struct.
pub(crate) fn note_struct(name: &str) {
    table(|t| t.structs.insert(name.to_owned()));
}

/// Whether a name by itself is that of a variant: an import, `use Shape::*`, has made it one.
pub(crate) fn is_variant(name: &str) -> bool {
    enum_of(name).is_some()
}

/// The enum of such a variant.
pub(crate) fn enum_of(variant: &str) -> Option<String> {
    table(|t| t.variants.get(variant).filter(|_| !t.structs.contains(variant)).cloned())
}

/// Notes how many lifetimes a type has.
pub(crate) fn note_lifetimes(owner: &str, count: usize) {
    if count > 0 {
        table(|t| t.lifetimes.insert(owner.to_owned(), count));
    }
}

/// How many lifetimes a type has.
pub(crate) fn lifetimes_of(owner: &str) -> usize {
    table(|t| t.lifetimes.get(owner).copied().unwrap_or(0))
}

/// The differentiable method of a type.
pub(crate) fn method_of(owner: &str, name: &str) -> Option<Method> {
    table(|t| t.methods.get(&(owner.to_owned(), name.to_owned())).cloned())
}

/// The field of a type.
pub(crate) fn field_of(owner: &str, name: &str) -> Option<Field> {
    table(|t| t.fields.get(&(owner.to_owned(), name.to_owned())).cloned())
}

/// The type of a function's result.
pub(crate) fn result_of(function: &str) -> Option<String> {
    table(|t| t.functions.get(function).cloned().flatten())
}
