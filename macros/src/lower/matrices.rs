//! Lowering of what makes nalgebra's matrices, and of their rows and columns.
//!
//! Input: calls of associated functions, methods. Output: operations of the table. Invariant: a view of a matrix is copied, so that it is a value by
//! itself; a closure is run entry by entry, in nalgebra's order, column by column.
//!
//!     Matrix3::from_fn(|i, j| e)      →      let mut m = Matrix3::zeros(); for j in … { for i in … { m[(i, j)] = e } }

use super::Lower;
use super::statements::{operand_tokens, strip};
use crate::ir::{Operand, Stmt};
use crate::ops;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{Expr, Pat};

impl Lower<'_> {
    /// `Matrix3::from_fn(…)`, `DVector::from_vec(…)`, `Vector3::from([…])`; dimensions come before the data.
    pub(super) fn matrix(&mut self, owner: &str, c: &syn::ExprCall, name: &str, out: &mut Vec<Stmt>) -> Option<Operand> {
        if !super::callable::is_matrix(owner) {
            return None;
        }
        let row = match name {
            "from_fn" => return self.matrix_from_fn(c, out),
            "from_vec" | "from_column_slice" | "from" | "from_iterator" => "from_column_slice",
            "from_row_slice" | "from_row_iterator" => "from_row_slice",
            "from_diagonal" => name,
            _ => return None,
        };
        let mut args: Vec<&Expr> = c.args.iter().collect();
        let data = args.pop()?;
        let mut tokens: Vec<TokenStream> = vec![];
        for arg in args {
            tokens.push(self.named(arg, out));
        }
        let iterator = name.ends_with("iterator");
        let value = if iterator { self.value(&syn::parse_quote!((#data).collect::<Vec<_>>()), out) } else { self.value(data, out) };
        let t = operand_tokens(&value);
        tokens.push(if iterator { quote!(::core::iter::IntoIterator::into_iter(::core::clone::Clone::clone(&#t))) } else { t });
        let f = &c.func;
        Some(self.rule(ops::find(row, 0)?, vec![value], vec![], quote!(#f(#(#tokens),*)), c.span(), out))
    }

    fn matrix_from_fn(&mut self, c: &syn::ExprCall, out: &mut Vec<Stmt>) -> Option<Operand> {
        let mut args: Vec<&Expr> = c.args.iter().collect();
        let Expr::Closure(closure) = strip(args.pop()?) else { return None };
        let [i, j] = &closure.inputs.iter().collect::<Vec<&Pat>>()[..] else { return None };
        let Expr::Path(path) = strip(&c.func) else { return None };
        let mut zeros = path.clone();
        let last = zeros.path.segments.last_mut()?;
        last.ident = proc_macro2::Ident::new("zeros", last.ident.span());
        let body = &closure.body;
        let span = proc_macro2::Span::call_site();
        let [m, a, b] = ["matrix", "i", "j"].map(|stem| self.scopes.fresh(stem, span));
        let same: syn::Block = syn::parse_quote!({
            let mut #m = #zeros(#(#args),*);
            for #b in 0..#m.ncols() {
                for #a in 0..#m.nrows() {
                    let (#i, #j) = (#a, #b);
                    #m[(#a, #b)] = #body;
                }
            }
            #m
        });
        Some(self.block_value(&same, out))
    }

    /// `m.row(i)`, `m.column(j)`.
    pub(super) fn line_of_matrix(&mut self, m: &syn::ExprMethodCall, out: &mut Vec<Stmt>) -> Option<Operand> {
        if !(m.method == "row" || m.method == "column") || m.args.len() != 1 {
            return None;
        }
        let x = self.receiver(&m.receiver, out);
        x.place()?;
        let index = self.named(&m.args[0], out);
        let (t, dot, method) = (operand_tokens(&x), &m.dot_token, m.method.to_token_stream());
        let primal = quote!(#t #dot #method(#index).into_owned());
        Some(self.rule(ops::find(&m.method.to_string(), 1)?, vec![x], vec![index], primal, m.span(), out))
    }
}
