//! Formulas: derivatives of scalar operations, written out.
//!
//! Input: a row of the table, the operands' values in the sweep at hand. Output: an expression. Invariant: used only where every type is
//! known to be one scalar type; anything else goes through the runtime's rules, which come from the same table.
//!
//!     tanh(x) = z, keep z => T::ONE - z * z        →        z_bar * (1.0 - z * z)

use crate::ir::Operand;
use crate::ops::Formula;
use crate::tokens::{single, unspaced};
use crate::types::{Ty, Types, peeled};
use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::quote;
use std::collections::HashMap;

/// The formula of an operation all of whose types are known scalars of one type.
pub(crate) fn of(types: &Types, dst: &Ident, name: &str, operands: &[Operand]) -> Option<(Formula, String)> {
    let Some(Ty::Scalar(ty)) = types.variable(&dst.to_string()) else { return None };
    let known = operands.iter().all(|o| match types.operand(o).map(peeled) {
        Some(Ty::Scalar(s)) => s == *ty,
        Some(Ty::Literal) => o.place().is_none(),
        // what a scalar is combined with to give a scalar is one, or a reference to one
        None => o.place().is_none() && operands.len() == 2,
        _ => false,
    });
    let any = operands.iter().any(|o| o.place().is_some() && types.operand(o).is_some());
    crate::ops::formula(name).filter(|_| known && any).map(|f| (f, ty.clone()))
}

/// `bar * d`, without a factor of one.
pub(crate) fn product(bar: &TokenStream, derivative: &TokenStream) -> TokenStream {
    match single(derivative) {
        Some(TokenTree::Literal(l)) if l.to_string() == "1.0" => return bar.clone(),
        Some(_) => return quote!(#bar * #derivative),
        None => {}
    }
    let text = unspaced(derivative);
    if text == "-1.0" {
        return quote!(-#bar);
    }
    if text.ends_with("::ONE") {
        return if text.starts_with('-') { quote!(-#bar) } else { quote!(#bar) };
    }
    match syn::parse2::<syn::Expr>(derivative.clone()) {
        Ok(syn::Expr::Binary(b)) if matches!(b.op, syn::BinOp::Div(_)) && one(&b.left) => {
            let r = &b.right;
            quote!(#bar / #r)
        }
        Ok(syn::Expr::Binary(_) | syn::Expr::If(_) | syn::Expr::Unary(_)) => quote!(#bar * (#derivative)),
        _ => quote!(#bar * #derivative),
    }
}

fn one(e: &syn::Expr) -> bool {
    let text = unspaced(e);
    text == "1.0" || text.ends_with("::ONE")
}

/// A formula, as the table has it, with the values in it and the scalar type for `T`.
pub(crate) fn derivative(text: &str, values: &HashMap<String, TokenStream>, ty: &str) -> TokenStream {
    match (text, values.get(text)) {
        (_, Some(value)) => value.clone(),
        ("T::ONE", _) if ty == "f64" || ty == "f32" => quote!(1.0),
        ("-T::ONE", _) if ty == "f64" || ty == "f32" => quote!(-1.0),
        _ => substitute(text.parse().unwrap_or_default(), values, ty),
    }
}

fn is_float(tokens: &TokenStream) -> bool {
    matches!(syn::parse2(tokens.clone()), Ok(syn::Lit::Float(_)))
}

/// A formula with the values' names in it, and the scalar type for `T`.
fn substitute(tokens: TokenStream, values: &HashMap<String, TokenStream>, ty: &str) -> TokenStream {
    const CONSTANTS: &[(&str, &str)] = &[("ONE", "1.0"), ("ZERO", "0.0"), ("HALF", "0.5"), ("TWO", "2.0")];
    let float = ty == "f64" || ty == "f32";
    let parsed: TokenStream = ty.parse().unwrap_or_default();
    let mut out = TokenStream::new();
    let mut trees = tokens.into_iter().peekable();
    while let Some(tree) = trees.next() {
        match tree {
            TokenTree::Ident(i) if i == "T" => {
                let rest: Vec<TokenTree> = trees.by_ref().take(3).collect();
                let name = rest.last().map(ToString::to_string).unwrap_or_default();
                let literal = CONSTANTS.iter().find(|(n, _)| float && *n == name).map(|(_, v)| *v);
                match literal {
                    Some(v) => out.extend(v.parse::<TokenStream>().unwrap_or_default()),
                    None => {
                        let member = crate::tokens::ident(&name, i.span());
                        out.extend(quote!(<#parsed as ::pullback::Real>::#member));
                    }
                }
            }
            TokenTree::Ident(i) => match values.get(&i.to_string()) {
                // an exponent is an integer; of another rustc says so at the call
                Some(v) if i == "n" && is_float(v) => out.extend(quote!(1)),
                Some(v) => out.extend(v.clone()),
                None => out.extend([TokenTree::Ident(i)]),
            },
            TokenTree::Group(g) => {
                out.extend([TokenTree::Group(Group::new(g.delimiter(), substitute(g.stream(), values, ty)))]);
            }
            other => out.extend([other]),
        }
    }
    out
}
