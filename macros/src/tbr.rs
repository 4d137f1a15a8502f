//! To be recorded: which values the reverse sweep can read where they stand, and so need not be saved.
//!
//! Input: the IR, the types known, the induction variables that the reversed loops around run again. Output: yes or no for a place or for
//! constant tokens. Invariant: "yes" only if the value is the same on the way back as it was when the operation ran.
//!
//!     for i in 0..n { s += w * x[i] }        w, x[i]: read again (parameters, never written)      s, as it was: saved, if it is read

use crate::activity::Activity;
use crate::ir::{Func, Op, Stmt};
use crate::tokens::{calls, single};
use crate::types::{Kind, Ty, Types};
use proc_macro2::{Ident, TokenStream, TokenTree};
use std::collections::{BTreeSet, HashSet};
use std::fmt;
use syn::{Expr, UnOp};

/// What never changes after it got its value.
pub(crate) struct Steady {
    variables: HashSet<String>,
    locals: HashSet<String>,
}

/// The analysis.
pub(crate) fn steady(func: &Func, activity: &Activity, types: &Types) -> Steady {
    let copied = |name: &str| types.variable(name).is_some_and(is_copied);
    let fixed = |name: &str| !activity.is_stored(name) && (copied(name) || !activity.is_moved(name));
    let params = func.params.iter().filter(|p| {
        let reference = matches!(p.ty, syn::Type::Reference(_));
        !p.mutable
            && (p.shared.is_some()
                || (!reference && fixed(&p.name.to_string()) && (p.active || is_copy(&p.ty) || copied(&p.name.to_string()))))
    });
    let mut variables: HashSet<String> = params.map(|p| p.name.to_string()).collect();
    variables.extend(bindings(&func.body, activity, types));
    Steady { variables, locals: func.locals.clone() }
}

/// The variables of a block that never change after they got their value, and are still there at its end.
pub(crate) fn bindings(body: &[Stmt], activity: &Activity, types: &Types) -> Vec<String> {
    let mut found = vec![];
    for stmt in body {
        let Stmt::Let { dst, mutable: false, op, .. } = stmt else { continue };
        let name = dst.to_string();
        let copied = types.variable(&name).is_some_and(is_copied);
        let reference = matches!(types.variable(&name), Some(Ty::Ref(_)));
        if !activity.is_stored(&name) && !reference && (copied || !activity.is_moved(&name) && !borrows(op)) {
            found.push(name);
        }
    }
    found
}

/// Whether an operation may yield a reference: the pullback must not hold one.
fn borrows(op: &Op) -> bool {
    match op {
        Op::Rule { .. } | Op::Call { .. } => false,
        Op::Build { fields, .. } => fields.iter().any(|(_, o)| matches!(o, crate::ir::Operand::Ref(_))),
        _ => true,
    }
}

/// Whether a type is one of those that an assignment copies.
fn is_copied(ty: &Ty) -> bool {
    match ty {
        Ty::Scalar(_) | Ty::Int | Ty::Literal | Ty::Ref(_) => true,
        Ty::Seq(e, Kind::Array) => !matches!(**e, Ty::Ref(_)) && is_copied(e),
        _ => false,
    }
}

fn is_copy(ty: &syn::Type) -> bool {
    crate::signature::is_inert(ty) && matches!(ty, syn::Type::Path(p) if p.path.get_ident().is_some_and(|i| i != "String"))
}

impl fmt::Display for Steady {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: BTreeSet<&String> = self.variables.iter().collect();
        writeln!(f, "read again: {names:?}")
    }
}

impl Steady {
    /// A reversed loop runs an induction variable again.
    pub(crate) fn enter(&mut self, name: &str) -> bool {
        self.variables.insert(name.to_owned())
    }

    /// The end of that loop.
    pub(crate) fn leave(&mut self, name: &str) {
        self.variables.remove(name);
    }

    /// Whether a variable never changes.
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.variables.contains(name)
    }

    /// Whether constant tokens can be evaluated again, given the variables that can be read.
    pub(crate) fn tokens(&self, tokens: &TokenStream, readable: &dyn Fn(&str) -> bool) -> bool {
        match single(tokens) {
            Some(TokenTree::Literal(_)) => true,
            Some(TokenTree::Ident(i)) => self.named(&i, readable),
            _ => syn::parse2::<Expr>(tokens.clone()).is_ok_and(|e| self.expression(&e, readable)),
        }
    }

    fn named(&self, name: &Ident, readable: &dyn Fn(&str) -> bool) -> bool {
        let name = name.to_string();
        readable(&name) || !self.locals.contains(&name)
    }

    /// Whether an expression can be evaluated again: literals and arithmetic of what never changes.
    fn expression(&self, e: &Expr, readable: &dyn Fn(&str) -> bool) -> bool {
        match e {
            Expr::Lit(_) => true,
            Expr::Path(p) => match p.path.get_ident() {
                Some(name) => self.named(name, readable),
                None => true,
            },
            Expr::Paren(p) => self.expression(&p.expr, readable),
            Expr::Group(g) => self.expression(&g.expr, readable),
            Expr::Field(f) => self.expression(&f.base, readable),
            Expr::Cast(c) => self.expression(&c.expr, readable),
            Expr::Reference(r) => r.mutability.is_none() && self.expression(&r.expr, readable),
            Expr::Unary(u) => matches!(u.op, UnOp::Neg(_) | UnOp::Not(_) | UnOp::Deref(_)) && self.expression(&u.expr, readable),
            Expr::Index(i) => self.expression(&i.expr, readable) && self.expression(&i.index, readable),
            Expr::Binary(b) => is_plain(&b.op) && self.expression(&b.left, readable) && self.expression(&b.right, readable),
            Expr::Range(r) => [&r.start, &r.end].into_iter().flatten().all(|e| self.expression(e, readable)),
            Expr::Tuple(t) => t.elems.iter().all(|e| self.expression(e, readable)),
            Expr::Struct(s) => s.rest.is_none() && s.fields.iter().all(|f| self.expression(&f.expr, readable)),
            // `Clone::clone(&i)`, the index that was evaluated once
            Expr::Call(c) if c.args.len() == 1 && calls(c, "::core::clone::Clone::clone") => self.expression(&c.args[0], readable),
            Expr::Call(c) if c.args.len() == 2 && calls(c, "::core::cmp::Ord::min") => c.args.iter().all(|a| self.expression(a, readable)),
            Expr::MethodCall(m) => {
                let least = ["min", "saturating_sub", "div_ceil"].iter().any(|n| m.method == n)
                    && m.args.len() == 1
                    && m.args.iter().all(|a| self.expression(a, readable));
                (least && self.expression(&m.receiver, readable))
                    || m.args.is_empty()
                        && ["len", "nrows", "ncols", "is_empty"].iter().any(|n| m.method == n)
                        && self.expression(&m.receiver, readable)
            }
            _ => false,
        }
    }
}

/// Operators that assign nothing.
fn is_plain(op: &syn::BinOp) -> bool {
    use syn::BinOp as B;
    matches!(
        op,
        B::Add(_)
            | B::Sub(_)
            | B::Mul(_)
            | B::Div(_)
            | B::Rem(_)
            | B::Lt(_)
            | B::Le(_)
            | B::Gt(_)
            | B::Ge(_)
            | B::Eq(_)
            | B::Ne(_)
            | B::And(_)
            | B::Or(_)
            | B::BitAnd(_)
            | B::BitOr(_)
            | B::BitXor(_)
            | B::Shl(_)
            | B::Shr(_)
    )
}
