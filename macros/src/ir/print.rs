//! The IR as text, for dumps and snapshots.
//!
//! Input: the IR. Output: one line a statement. Invariant: nothing that a pass decides is left out; spans are.

use super::{Callee, Choice, Exit, Func, Op, Operand, Stmt, Why};
use proc_macro2::TokenStream;
use std::fmt;

fn squeeze(tokens: &TokenStream) -> String {
    tokens.to_string().replace('\n', " ")
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Operand::Const(t) => write!(f, "const({})", squeeze(t)),
            Operand::Place(p) => f.write_str(&squeeze(&p.tokens)),
            Operand::Ref(p) => write!(f, "&{}", squeeze(&p.tokens)),
            Operand::Mut(p) => write!(f, "&mut {}", squeeze(&p.tokens)),
            Operand::Never => f.write_str("never"),
        }
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |ops: Vec<&Operand>| ops.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        match self {
            Op::Copy(o) => write!(f, "{o}"),
            Op::Rule { name, params, .. } => {
                let params: String = params.iter().map(|p| format!("; {}", squeeze(p))).collect();
                write!(f, "{name}({}{params})", list(self.reads()))
            }
            Op::Call { callee: Callee::Path(p), .. } => {
                write!(f, "call {}({})", squeeze(&quote::ToTokens::to_token_stream(p)), list(self.reads()))
            }
            Op::Call { callee: Callee::Function(..), .. } => write!(f, "call of a parameter({})", list(self.reads())),
            Op::Call { callee: Callee::Method(_, m), .. } => write!(f, "call .{m}({})", list(self.reads())),
            Op::Build { .. } => write!(f, "build({})", list(self.reads())),
            Op::Constant { tokens, why } => write!(f, "{why:?} {}", squeeze(tokens)),
        }
    }
}

impl fmt::Debug for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Exit::Return => "return",
            Exit::Break(_) => "break",
            Exit::Continue(_) => "continue",
        })
    }
}

impl fmt::Debug for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Why::Inactive => "inactive",
            Why::Detach => "detach",
            Why::NoGrad => "no_grad",
        })
    }
}

fn print(body: &[Stmt], depth: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let pad = "    ".repeat(depth);
    for stmt in body {
        match stmt {
            Stmt::Let { dst, op, .. } => writeln!(f, "{pad}{dst} = {op}")?,
            Stmt::Declare { dst, .. } => writeln!(f, "{pad}declare {dst}")?,
            Stmt::Store { place, operator, value, .. } => {
                writeln!(f, "{pad}{} {}= {value}", squeeze(&place.tokens), operator.as_deref().unwrap_or(""))?;
            }
            Stmt::Opaque(t) => writeln!(f, "{pad}opaque {}", squeeze(t))?,
            Stmt::If { cond, then, els } => {
                writeln!(f, "{pad}if {}", squeeze(cond))?;
                print(then, depth + 1, f)?;
                if !els.is_empty() {
                    writeln!(f, "{pad}else")?;
                    print(els, depth + 1, f)?;
                }
            }
            Stmt::Bound { dst, place, .. } => writeln!(f, "{pad}{dst} bound to a part of {}", place.base)?,
            Stmt::Match { head, arms } => {
                match head {
                    Choice::Match(value) => writeln!(f, "{pad}match {}", squeeze(value))?,
                    Choice::IfLet(cond) => writeln!(f, "{pad}if {}", squeeze(cond))?,
                }
                for arm in arms {
                    writeln!(f, "{pad}  {} =>", squeeze(&arm.pattern))?;
                    print(&arm.body, depth + 1, f)?;
                }
            }
            Stmt::Exit { exit, number, .. } => writeln!(f, "{pad}exit {number}: {exit:?}")?,
            Stmt::Rest { body, after, .. } => {
                writeln!(f, "{pad}after exit {after}")?;
                print(body, depth + 1, f)?;
            }
            Stmt::Body(body) => print(body, depth, f)?,
            Stmt::Labeled { label, body, .. } => {
                writeln!(f, "{pad}{label}:")?;
                print(body, depth + 1, f)?;
            }
            Stmt::Change(c) => writeln!(f, "{pad}{}", squeeze(&c.statement()))?,
            Stmt::Exchange { primal, .. } => writeln!(f, "{pad}{}", squeeze(primal))?,
            Stmt::Loop { head, body, .. } => {
                writeln!(f, "{pad}{}", squeeze(&head.tokens))?;
                print(body, depth + 1, f)?;
            }
        }
    }
    Ok(())
}

impl fmt::Display for Stmt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print(std::slice::from_ref(self), 0, f)
    }
}

impl fmt::Display for Func {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let params: Vec<String> = self.params.iter().map(|p| format!("{}{}", p.name, if p.active { "" } else { ": constant" })).collect();
        writeln!(f, "fn({})", params.join(", "))?;
        print(&self.body, 1, f)?;
        writeln!(f, "    return {}", self.result)
    }
}
