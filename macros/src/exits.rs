//! Exits: `return`, `break` and `continue`, numbered in the order of the program.
//!
//! Input: the lowered IR. Output: the same with what follows an exit set apart. Invariant: a frame (the function, or one iteration of a
//! loop) that an exit ends holds that exit's number; what ran in it is everything before that exit.
//!
//!     if c { break }          if c { exit 1 }
//!     s += x         →        after exit 1: s += x         % runs, and is reversed, only if the tag is above 1

use crate::ir::{Arm, Exit, Func, Stmt};

/// The pass.
pub(crate) fn exits(func: Func) -> Func {
    let mut pass = Pass { count: 0, frames: 1, loops: vec![] };
    let body = pass.block(func.body, 0);
    Func { body, ..func }
}

struct Pass {
    count: usize,
    /// Frame 0 is the function's.
    frames: usize,
    /// The loops around, innermost last: label and frame.
    loops: Vec<(Option<String>, usize)>,
}

impl Pass {
    /// A block in a frame.
    fn block(&mut self, body: Vec<Stmt>, frame: usize) -> Vec<Stmt> {
        let mut out = Vec::new();
        let mut rest = body.into_iter();
        while let Some(stmt) = rest.next() {
            let before = self.count;
            let stmt = self.statement(stmt, frame);
            let ends = matches!(stmt, Stmt::Exit { .. });
            let leaves = self.count > before && leaves(&stmt, frame);
            out.push(stmt);
            if ends {
                // what follows is never reached
                break;
            }
            if leaves {
                let after = self.count;
                let body = self.block(rest.collect(), frame);
                if !body.is_empty() {
                    out.push(Stmt::Rest { body, after, frame });
                }
                break;
            }
        }
        out
    }

    fn statement(&mut self, stmt: Stmt, frame: usize) -> Stmt {
        match stmt {
            Stmt::If { cond, then, els } => {
                let then = self.block(then, frame);
                Stmt::If { cond, then, els: self.block(els, frame) }
            }
            Stmt::Match { head, arms } => {
                let arms = arms.into_iter().map(|a| Arm { body: self.block(a.body, frame), ..a }).collect();
                Stmt::Match { head, arms }
            }
            Stmt::Loop { head, body, .. } => {
                let own = self.frames;
                self.frames += 1;
                self.loops.push((head.label(), own));
                let body = self.block(body, own);
                self.loops.pop();
                let tag = body.iter().any(|s| leaves(s, own)).then_some(own);
                Stmt::Loop { head, body, tag }
            }
            Stmt::Body(body) => Stmt::Body(self.block(body, frame)),
            Stmt::Exit { exit, .. } => {
                self.count += 1;
                let frames = self.ended(&exit);
                Stmt::Exit { exit, number: self.count, frames }
            }
            other => other,
        }
    }

    /// The frames that an exit ends.
    fn ended(&self, exit: &Exit) -> Vec<usize> {
        let inner = self.loops.iter().rev();
        match exit {
            Exit::Return => inner.map(|(_, f)| *f).chain([0]).collect(),
            Exit::Break(None) | Exit::Continue(None) => inner.take(1).map(|(_, f)| *f).collect(),
            Exit::Break(Some(l)) | Exit::Continue(Some(l)) => {
                let mut frames = vec![];
                for (label, frame) in inner {
                    frames.push(*frame);
                    if label.as_ref() == Some(&l.ident.to_string()) {
                        break;
                    }
                }
                frames
            }
        }
    }
}

/// Whether a statement may end a frame.
fn leaves(stmt: &Stmt, frame: usize) -> bool {
    let mut found = false;
    crate::ir::walk(std::slice::from_ref(stmt), &mut |s| {
        found |= matches!(s, Stmt::Exit { frames, .. } if frames.contains(&frame));
    });
    found
}
