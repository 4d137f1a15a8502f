//! Lowering of what makes tensors of numbers that carry a gradient, and numbers of tensors.
//!
//! Input: calls of associated functions, the macro `tensor!`, methods. Output: operations of the table. Invariant: a list is taken by value, as `Tensor` takes
//! it; shapes carry no gradient.
//!
//!     Tensor::new(data, [m, n])      →      t = from_list(data)        % z is computed as it is written
//!     tensor![x, y]                  →      list = [x, y]; t = from_list(list)

use super::Lower;
use super::statements::{operand_tokens, strip};
use crate::ir::{Operand, Stmt};
use crate::ops;
use quote::{ToTokens, quote};
use syn::Expr;
use syn::spanned::Spanned;

impl Lower<'_> {
    /// `Tensor::from(list)`, `Tensor::new(list, shape)`, `Tensor::full(shape, x)`.
    pub(super) fn tensor(&mut self, c: &syn::ExprCall, name: &str, out: &mut Vec<Stmt>) -> Option<Operand> {
        if crate::known::method_of("Tensor", name).is_some() {
            return None; // the user's own
        }
        let args: Vec<&Expr> = c.args.iter().collect();
        let (row, at) = match (name, &args[..]) {
            ("from" | "nested", [_]) | ("new", [_, _]) => ("from_list", 0),
            ("scalar", [_]) => ("full", 0),
            ("full", [_, _]) => ("full", 1),
            _ => return None,
        };
        let (mut tokens, mut value) = (vec![], None);
        for (k, arg) in args.into_iter().enumerate() {
            tokens.push(if k == at { operand_tokens(value.insert(self.value(arg, out))) } else { self.named(arg, out) });
        }
        let (f, value) = (&c.func, value?);
        Some(self.rule(ops::find(row, 0)?, vec![value], vec![], quote!(#f(#(#tokens),*)), c.span(), out))
    }

    /// `tensor![[a, b], [c, d]]`: the list, and the tensor of it.
    pub(super) fn tensor_macro(&mut self, m: &syn::ExprMacro, out: &mut Vec<Stmt>) -> Operand {
        let (entries, path) = (&m.mac.tokens, &m.mac.path);
        let (Ok(list), Some(row)) = (syn::parse2::<Expr>(quote!([#entries])), ops::find("from_list", 0)) else {
            // what is wrong with it rustc says
            return Operand::Const(m.to_token_stream());
        };
        let value = self.value(&list, out);
        let t = operand_tokens(&value);
        // a macro of the user's with this name has no such form
        self.rule(row, vec![value], vec![], quote!(#path!(@of #t)), m.span(), out)
    }

    /// `t.to_vec()`, `t.as_slice()` of a tensor: its entries, by value.
    pub(super) fn list_of_tensor(&mut self, m: &syn::ExprMethodCall, out: &mut Vec<Stmt>) -> Option<Operand> {
        if !(m.method == "to_vec" || m.method == "as_slice") || !m.args.is_empty() || !is_tensor(&self.type_of(strip(&m.receiver))?) {
            return None;
        }
        let x = self.receiver(&m.receiver, out);
        x.place()?;
        let (t, dot) = (operand_tokens(&x), &m.dot_token);
        let method = proc_macro2::Ident::new("to_vec", m.method.span());
        Some(self.rule(ops::find("to_vec", 0)?, vec![x], vec![], quote!(#t #dot #method()), m.span(), out))
    }
}

/// Whether a type's name is that of the library's tensors.
pub(super) fn is_tensor(owner: &str) -> bool {
    owner == "Tensor"
}

/// Whether a method of a tensor yields a tensor.
pub(super) fn is_tensor_method(owner: &str, m: &syn::ExprMethodCall) -> bool {
    const NUMBERS: &[&str] = &["sum", "mean", "prod", "max", "min", "norm", "var", "std", "logsumexp", "item", "dot", "det", "logdet"];
    let (name, args) = (m.method.to_string(), m.args.len());
    let several = ["split", "chunk", "into", "to_vec"].contains(&name.as_str());
    let loss = name.ends_with("_loss") || name == "cross_entropy" || name == "bce_with_logits";
    is_tensor(owner) && !several && !loss && !(NUMBERS.contains(&name.as_str())) && ops::find(&name, args).is_some()
}
