//! Tests of kernels that the loop around them repeats.
//!
//! Input: the body of a reversed loop, with kernels in it that test their cotangents for zeros, and the number of its iterations. Output: one test before the loop,
//! and the body that asks for it first. Invariant: what is tested before the loop is not changed in it; the test costs no more than a few steps of each iteration.
//!
//!     for i in 0..n { … if no_zeros(o) { … } }        →        let o_full = o.len() <= 4 * n && no_zeros(&o);
//!                                                              for i in 0..n { … if (o_full || no_zeros(o)) { … } }

use crate::tokens::calls;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use std::collections::BTreeMap;
use syn::visit::Visit;
use syn::visit_mut::VisitMut;
use syn::{BinOp, Block, Expr, Pat, Type};

/// The tests before the loop, and the body.
pub(in crate::reverse) fn hoisted(body: TokenStream, trips: &TokenStream) -> (TokenStream, TokenStream) {
    if !crate::tokens::mentions(&body, "no_zeros") {
        return (TokenStream::new(), body);
    }
    let Ok(mut block) = syn::parse2::<Block>(quote!({ #body })) else { return (TokenStream::new(), body) };
    let mut tests = Tests(BTreeMap::new());
    tests.visit_block(&block);
    tests.0.retain(|_, name| {
        let mut uses = Uses { name, read: false, changed: false };
        uses.visit_block(&block);
        uses.read && !uses.changed
    });
    if tests.0.is_empty() {
        return (TokenStream::new(), body);
    }
    let before = tests.0.values().map(|name| {
        let full = full(name);
        quote!(let #full = #name.len() <= 4 * (#trips) && ::pullback::rule::no_zeros(&#name[..]);)
    });
    let before = before.collect();
    Ask(&tests).visit_block_mut(&mut block);
    let stmts = &block.stmts;
    (before, quote!(#(#stmts)*))
}

fn full(name: &Ident) -> Ident {
    format_ident!("{}_full", name)
}

/// The variable that a test is of.
fn tested(e: &Expr) -> Option<&Ident> {
    match e {
        Expr::Call(c) if calls(c, "::pullback::rule::no_zeros") => match c.args.first()? {
            Expr::Path(p) => p.path.get_ident(),
            _ => None,
        },
        _ => None,
    }
}

/// The variables that are tested.
struct Tests(BTreeMap<String, Ident>);

impl<'ast> Visit<'ast> for Tests {
    fn visit_expr(&mut self, e: &'ast Expr) {
        if let Some(name) = tested(e) {
            self.0.insert(name.to_string(), name.clone());
        }
        syn::visit::visit_expr(self, e);
    }
}

/// Asks the test before the loop first.
struct Ask<'a>(&'a Tests);

impl VisitMut for Ask<'_> {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        if let Some(name) = tested(e).filter(|n| self.0.0.contains_key(&n.to_string())) {
            let full = full(name);
            *e = syn::parse_quote!((#full || #e));
            return;
        }
        syn::visit_mut::visit_expr_mut(self, e);
    }
}

/// What a body does with a variable from outside: reads its elements, or anything else.
struct Uses<'a> {
    name: &'a Ident,
    read: bool,
    changed: bool,
}

impl Uses<'_> {
    /// Whether a place is a part of the variable.
    fn is_part(&self, e: &Expr) -> bool {
        match e {
            Expr::Path(p) => p.path.is_ident(self.name),
            Expr::Index(i) => self.is_part(&i.expr),
            Expr::Paren(p) => self.is_part(&p.expr),
            Expr::Unary(u) => self.is_part(&u.expr),
            Expr::Field(f) => self.is_part(&f.base),
            Expr::MethodCall(m) => self.is_part(&m.receiver),
            _ => false,
        }
    }
}

impl<'ast> Visit<'ast> for Uses<'_> {
    fn visit_expr(&mut self, e: &'ast Expr) {
        match e {
            Expr::Reference(r) if r.mutability.is_some() => self.changed |= self.is_part(&r.expr),
            Expr::Assign(a) => self.changed |= self.is_part(&a.left),
            Expr::Binary(b) if !matches!(b.op, BinOp::Add(_) | BinOp::Sub(_) | BinOp::Mul(_) | BinOp::Div(_)) => {
                self.changed |= self.is_part(&b.left);
            }
            Expr::Index(i) if matches!(&*i.expr, Expr::Path(p) if p.path.is_ident(self.name)) => {
                self.read = true;
                return self.visit_expr(&i.index);
            }
            Expr::Closure(c) => {
                // a parameter of that name is another variable; what it is given stands outside
                let own = c.inputs.iter().any(|p| matches!(p, Pat::Type(t) if matches!(&*t.pat, Pat::Ident(i) if i.ident == *self.name) && matches!(&*t.ty, Type::Reference(r) if r.mutability.is_none())));
                if own {
                    return;
                }
            }
            _ => {}
        }
        syn::visit::visit_expr(self, e);
    }
    fn visit_expr_path(&mut self, p: &'ast syn::ExprPath) {
        self.changed |= p.path.is_ident(self.name);
    }
    fn visit_pat_ident(&mut self, p: &'ast syn::PatIdent) {
        self.changed |= p.ident == *self.name;
    }
    fn visit_macro(&mut self, _: &'ast syn::Macro) {
        self.changed = true;
    }
}
