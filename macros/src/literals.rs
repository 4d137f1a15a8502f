//! Literals: a float literal among operands of unknown type gets a variable, so that primal and adjoint agree on its type.
//!
//! Input: the folded IR and the types known. Output: the IR with a binding before each such operation. Invariant: where all types are
//! known the literal stays where it is, and appears in the adjoint's formula.
//!
//!     t1 = Mul(const(2.0), x)        →        k1 = inactive 2.0;  t1 = Mul(const(k1), x)        % x may be a tensor of f32

use crate::formula;
use crate::ir::{Arm, Func, Op, Operand, Stmt, Why};
use crate::types::{Ty, Types};
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;

/// The pass.
pub(crate) fn literals(func: Func, types: &Types) -> Func {
    let mut pass = Pass { types, count: 0 };
    let body = pass.block(func.body);
    let mut locals = func.locals;
    locals.extend((1..=pass.count).map(|k| format!("literal_{k}")));
    Func { body, locals, ..func }
}

struct Pass<'a> {
    types: &'a Types,
    count: usize,
}

impl Pass<'_> {
    fn block(&mut self, body: Vec<Stmt>) -> Vec<Stmt> {
        let mut out = Vec::with_capacity(body.len());
        for stmt in body {
            let stmt = self.statement(stmt, &mut out);
            out.push(stmt);
        }
        out
    }

    fn statement(&mut self, stmt: Stmt, out: &mut Vec<Stmt>) -> Stmt {
        match stmt {
            Stmt::Let { dst, mutable, ty, op: Op::Rule { name, mut operands, params, keep, mut primal } } => {
                if formula::of(self.types, &dst, &name, &operands).is_none() {
                    let last = operands.len() - 1;
                    for (k, operand) in operands.iter_mut().enumerate() {
                        let Operand::Const(tokens) = &*operand else { continue };
                        if self.types.operand(operand) != Some(Ty::Literal) {
                            continue;
                        }
                        self.count += 1;
                        let name = Ident::new(&format!("literal_{}", self.count), Span::call_site());
                        let op = Op::Constant { tokens: tokens.clone(), why: Why::Inactive };
                        out.push(Stmt::Let { dst: name.clone(), mutable: false, ty: None, op });
                        primal = replaced(&primal, tokens, &name, k == last && k > 0);
                        *operand = Operand::Const(name.to_token_stream());
                    }
                }
                Stmt::Let { dst, mutable, ty, op: Op::Rule { name, operands, params, keep, primal } }
            }
            Stmt::If { cond, then, els } => {
                let then = self.block(then);
                Stmt::If { cond, then, els: self.block(els) }
            }
            Stmt::Match { head, arms } => {
                let arms = arms.into_iter().map(|a| Arm { body: self.block(a.body), ..a }).collect();
                Stmt::Match { head, arms }
            }
            Stmt::Loop { head, body, tag } => Stmt::Loop { head, body: self.block(body), tag },
            Stmt::Rest { body, after, frame } => Stmt::Rest { body: self.block(body), after, frame },
            Stmt::Body(body) => Stmt::Body(self.block(body)),
            Stmt::Labeled { label, body, tag } => Stmt::Labeled { label, body: self.block(body), tag },
            other => other,
        }
    }
}

/// An operation's tokens with its first, or last, operand replaced: `2.0 * x`, `x * 2.0`, `x.powf(2.0)`.
fn replaced(primal: &TokenStream, operand: &TokenStream, name: &Ident, last: bool) -> TokenStream {
    let trees: Vec<TokenTree> = primal.clone().into_iter().collect();
    let n = operand.clone().into_iter().count();
    if !last {
        return std::iter::once(TokenTree::Ident(name.clone())).chain(trees.into_iter().skip(n)).collect();
    }
    if let Some(TokenTree::Group(g)) = trees.last()
        && g.stream().to_string().ends_with(&operand.to_string())
        && trees.len() > n
    {
        let inner: Vec<TokenTree> = g.stream().into_iter().collect();
        let keep = inner.len() - n;
        let inner = inner.into_iter().take(keep).chain([TokenTree::Ident(name.clone())]).collect();
        let group = TokenTree::Group(Group::new(g.delimiter(), inner));
        return trees[..trees.len() - 1].iter().cloned().chain([group]).collect();
    }
    let keep = trees.len() - n;
    trees.into_iter().take(keep).chain([TokenTree::Ident(name.clone())]).collect()
}
