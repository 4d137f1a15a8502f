//! Literals: a literal without a suffix among operands of unknown type gets a variable, so that primal and adjoint agree on its type.
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
                    for operand in &mut operands {
                        let Operand::Const(tokens) = &*operand else { continue };
                        if self.types.operand(operand) != Some(Ty::Literal) && !is_whole(tokens) {
                            continue;
                        }
                        let name = crate::tokens::ident(&format!("literal_{}", self.count + 1), Span::call_site());
                        let Some(named) = replaced(&primal, tokens, &name) else { continue };
                        (primal, self.count) = (named, self.count + 1);
                        let op = Op::Constant { tokens: tokens.clone(), why: Why::Inactive };
                        out.push(Stmt::Let { dst: name.clone(), mutable: false, ty: None, op });
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

/// Whether tokens are a whole number without a type: `i + 1`, where `i` may be part of a result.
fn is_whole(tokens: &TokenStream) -> bool {
    matches!(crate::tokens::single(tokens), Some(TokenTree::Literal(l)) if l.to_string().chars().all(|c| c.is_ascii_digit() || c == '_'))
}

/// An operation's tokens with the first occurrence of an operand replaced: `2.0 * x`, `x.powf(2.0)`, `x.mul_add(y, 2.0)`. Operands are
/// replaced in their order, and each that stays is a name, so that the first occurrence is the operand. `None`: it does not occur.
fn replaced(primal: &TokenStream, operand: &TokenStream, name: &Ident) -> Option<TokenStream> {
    let trees: Vec<TokenTree> = primal.clone().into_iter().collect();
    let sought: Vec<String> = operand.clone().into_iter().map(|t| t.to_string()).collect();
    for (k, tree) in trees.iter().enumerate() {
        let found = trees[k..].iter().map(ToString::to_string).take(sought.len()).eq(sought.iter().cloned());
        let (tree, used) = match tree {
            _ if found => (TokenTree::Ident(name.clone()), sought.len()),
            TokenTree::Group(g) => match replaced(&g.stream(), operand, name) {
                Some(inner) => (TokenTree::Group(Group::new(g.delimiter(), inner)), 1),
                None => continue,
            },
            _ => continue,
        };
        return Some(trees[..k].iter().cloned().chain([tree]).chain(trees[k + used..].iter().cloned()).collect());
    }
    None
}
