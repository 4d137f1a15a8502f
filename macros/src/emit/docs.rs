//! The documentation of a companion's functions: what an editor shows for `loss::grad`.
//!
//! Input: a signature. Output: text, with the user's names and types. Invariant: what is given is named in its order, with its type.

use crate::ir::Param;
use crate::signature::Signature;
use quote::ToTokens;
use syn::Type;

/// The text for one entry.
pub(super) struct Docs<'a> {
    pub(super) sig: &'a Signature,
    /// The active parameters: `` `w`, `x` ``.
    pub(super) list: &'a str,
}

impl Docs<'_> {
    pub(super) fn grad(&self) -> String {
        let (name, list) = (&self.sig.name, self.list);
        format!("∇{name}: the gradient of `{name}` with respect to {list}, by one reverse sweep.\n\n{}", self.gradients())
    }

    pub(super) fn value_and_grad(&self) -> String {
        let (name, list) = (&self.sig.name, self.list);
        format!("`({name}(…), ∇{name})`: the value of `{name}`, and its gradient with respect to {list}.\n\n{}", self.gradients())
    }

    pub(super) fn vjp(&self) -> String {
        let (name, list) = (&self.sig.name, self.list);
        format!(
            "The value of `{name}` and its pullback: the cotangent ȳ of the result to the cotangents of {list}, Jᵀȳ. It may be called any number \
             of times.\n\nThe pullback takes ȳ, {}. {}",
            tangent(&self.sig.output),
            self.gradients()
        )
    }

    pub(super) fn jvp(&self) -> String {
        let (name, list) = (&self.sig.name, self.list);
        format!(
            "The value of `{name}` and its derivative along the tangents of {list}, Jẋ, by one forward sweep.\n\nIt takes all arguments, then the \
             tangents of {list}: each bare where there is one, else a tuple."
        )
    }

    pub(super) fn backward(&self) -> String {
        let (name, list) = (&self.sig.name, self.list);
        format!(
            "The value of `{name}`; adds its gradient to each argument among {list} that is a `&mut Param`. Any other argument is constant, and \
             no adjoint code for it exists.\n\nGradients add up until `zero_grad`."
        )
    }

    /// What a gradient consists of, in order.
    fn gradients(&self) -> String {
        let parts: Vec<String> =
            self.sig.active().map(|(_, p): (_, &Param)| format!("of `{}`, {}", name_of(p), tangent(&Signature::referent(p)))).collect();
        match &parts[..] {
            [one] => format!("The gradient is that {one}."),
            _ => format!("The gradients come as a tuple: that {}.", parts.join("; that ")),
        }
    }
}

/// How a parameter is called.
fn name_of(p: &Param) -> String {
    if p.said == "this" { "self".to_owned() } else { p.said.to_string() }
}

/// What the tangent of a type is, in words.
fn tangent(ty: &Type) -> String {
    let text = |t: &Type| crate::emit::compact(&t.to_token_stream().to_string()).replace(" >", ">").replace("< ", "<").replace(" <", "<");
    match ty {
        Type::Reference(r) => tangent(&r.elem),
        Type::Slice(s) => format!("a `Vec<{}>`", text(&s.elem)),
        Type::Path(p) if is_its_own(p) => format!("{} `{}`", if text(ty).starts_with('f') { "an" } else { "a" }, text(ty)),
        Type::Array(_) => format!("an array `{}`", text(ty)),
        _ => format!("the tangent of `{}`", text(ty)),
    }
}

/// Types that are their own tangents, by their usual names.
fn is_its_own(p: &syn::TypePath) -> bool {
    let name = p.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
    let matrix = |stem: &str| {
        name.strip_prefix(stem).is_some_and(|rest| rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_digit()))
            || name == format!("D{stem}")
            || name == format!("S{stem}")
    };
    ["f32", "f64", "Vec", "Tensor"].contains(&name.as_str()) || matrix("Vector") || matrix("Matrix") || matrix("RowVector")
}
