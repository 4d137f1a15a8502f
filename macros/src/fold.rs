//! Fold: what carries no gradient that somebody asks for becomes a constant.
//!
//! Input: the IR and its activity. Output: the IR in which every `Place` operand and every statement that is not opaque is active (what a call
//! changes stays what it is).
//! Invariant: the computation is the same; a detached or unused path has no statement left that a reverse sweep would turn into an
//! adjoint, a save or a zero.
//!
//!     t1 = matmul(a, b)                      t1 = inactive a.matmul(b)
//!     u  = detach t1.detach()          →     u  = detach t1.detach()
//!     z  = Mul(u, x)                         z  = Mul(const(u), x)

use crate::activity::Activity;
use crate::ir::{Arm, Callee, Change, Func, Op, Operand, Stmt, Why};
use proc_macro2::TokenStream;
use quote::quote;

/// The pass.
pub(crate) fn fold(func: Func, activity: &Activity) -> Func {
    let body = block(func.body, activity);
    Func { body, result: operand(func.result, activity), ..func }
}

fn block(body: Vec<Stmt>, activity: &Activity) -> Vec<Stmt> {
    body.into_iter().map(|s| statement(s, activity)).collect()
}

fn statement(stmt: Stmt, activity: &Activity) -> Stmt {
    match stmt {
        Stmt::Let { dst, mutable, ty, op } => {
            let writes = op.writes().into_iter().any(|p| activity.is_active(p));
            let op = if writes || activity.active.contains(&dst.to_string()) { operation(op, activity) } else { constant(op) };
            Stmt::Let { dst, mutable, ty, op }
        }
        Stmt::Store { place, operator, value, primal, init } => {
            if !activity.is_active(&place) {
                return Stmt::Opaque(primal);
            }
            Stmt::Store { place, operator, value: operand(value, activity), primal, init }
        }
        Stmt::If { cond, then, els } => {
            let (then, els) = (block(then, activity), block(els, activity));
            match (primal_of(&then), primal_of(&els)) {
                (Some(t), Some(e)) => {
                    Stmt::Opaque(if els.is_empty() { quote!(if #cond { #t }) } else { quote!(if #cond { #t } else { #e }) })
                }
                _ => Stmt::If { cond, then, els },
            }
        }
        Stmt::Loop { head, body, tag } => {
            let body = block(body, activity);
            match primal_of(&body) {
                Some(b) => Stmt::Opaque(crate::emit::looped(&head, &b)),
                None => Stmt::Loop { head, body, tag },
            }
        }
        Stmt::Match { head, arms } => {
            let arms: Vec<Arm> = arms.into_iter().map(|a| Arm { body: block(a.body, activity), ..a }).collect();
            let bodies: Option<Vec<TokenStream>> = arms.iter().map(|a| primal_of(&a.body)).collect();
            match bodies {
                Some(bodies) => Stmt::Opaque(crate::emit::choice(&head, &arms, &bodies)),
                None => Stmt::Match { head, arms },
            }
        }
        Stmt::Bound { dst, place, owned } => {
            let becomes_active = activity.active.contains(&dst.to_string());
            match (becomes_active, activity.is_active(&place)) {
                (true, true) => Stmt::Bound { dst, place, owned },
                // a part of a constant, in a variable that is assigned later: it has a cotangent from here on
                (true, false) => {
                    let op = Op::Constant { tokens: quote!(#dst), why: Why::Inactive };
                    Stmt::Let { dst, mutable: true, ty: None, op }
                }
                (false, _) => Stmt::Opaque(TokenStream::new()),
            }
        }
        Stmt::Rest { body, after, frame } => Stmt::Rest { body: block(body, activity), after, frame },
        Stmt::Body(body) => Stmt::Body(block(body, activity)),
        Stmt::Labeled { label, body, tag } => Stmt::Labeled { label, body: block(body, activity), tag },
        Stmt::Change(c) if activity.is_active(&c.place) => Stmt::Change(Change { value: c.value.map(|v| operand(v, activity)), ..c }),
        Stmt::Change(c) => Stmt::Opaque(c.statement()),
        Stmt::Exchange { places, primal } if !activity.is_active(&places[0]) => Stmt::Opaque(quote!(#primal;)),
        other => other,
    }
}

fn constant(op: Op) -> Op {
    match op {
        Op::Constant { .. } => op,
        other => Op::Constant { tokens: crate::emit::primal(&other), why: Why::Inactive },
    }
}

fn operation(op: Op, a: &Activity) -> Op {
    let all = |operands: Vec<Operand>| operands.into_iter().map(|o| operand(o, a)).collect();
    match op {
        Op::Copy(o) => Op::Copy(operand(o, a)),
        Op::Rule { name, operands, params, keep, primal } => Op::Rule { name, operands: all(operands), params, keep, primal },
        Op::Call { callee, args, functions, primal } => {
            let callee = match callee {
                Callee::Method(receiver, name) => Callee::Method(operand(receiver, a), name),
                path => path,
            };
            Op::Call { callee, args: all(args), functions, primal }
        }
        Op::Build { variant, fields, primal } => {
            Op::Build { variant, fields: fields.into_iter().map(|(s, o)| (s, operand(o, a))).collect(), primal }
        }
        constant => constant,
    }
}

fn operand(o: Operand, a: &Activity) -> Operand {
    match o {
        Operand::Place(p) if !a.is_active(&p) => Operand::Const(p.tokens),
        Operand::Ref(p) if !a.is_active(&p) => {
            let t = p.again();
            Operand::Const(quote!(&#t))
        }
        other => other,
    }
}

/// The tokens of a block without any active statement.
fn primal_of(body: &[Stmt]) -> Option<TokenStream> {
    let mut out = TokenStream::new();
    for stmt in body {
        match stmt {
            Stmt::Opaque(t) => out.extend(t.clone()),
            Stmt::Let { dst, mutable, ty, op: Op::Constant { tokens, .. } } => {
                let (mutability, ty) = (mutable.then(|| quote!(mut)), ty.as_ref().map(|t| quote!(: #t)));
                out.extend(quote!(let #mutability #dst #ty = #tokens;));
            }
            Stmt::Declare { dst, mutable, ty } => {
                let (mutability, ty) = (mutable.then(|| quote!(mut)), ty.as_ref().map(|t| quote!(: #t)));
                out.extend(quote!(let #mutability #dst #ty;));
            }
            _ => return None,
        }
    }
    Some(out)
}
