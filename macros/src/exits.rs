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
    let mut pass = Pass { count: 0, frames: 1, around: vec![] };
    let body = pass.block(func.body, 0);
    let mut func = Func { body, ..func };
    crate::ir::walk_mut(&mut func.body, &mut |s| {
        let Stmt::Let { op: crate::ir::Op::Call { functions, .. }, .. } = s else { return };
        for (_, lambda) in functions {
            lambda.func = lambda.func.take().map(exits);
        }
    });
    func
}

/// Whether a loop may end before its range does.
pub(crate) fn breaks(body: &[Stmt]) -> bool {
    let mut found = false;
    crate::ir::walk(body, &mut |s| found |= matches!(s, Stmt::Exit { exit: Exit::Break(_) | Exit::Return | Exit::Continue(Some(_)), .. }));
    found
}

struct Pass {
    count: usize,
    /// Frame 0 is the function's.
    frames: usize,
    /// The loops and labelled blocks around, innermost last.
    around: Vec<Around>,
}

/// What `break` may leave.
struct Around {
    label: Option<String>,
    frame: usize,
    is_loop: bool,
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
                let (body, tag) = self.framed(head.label(), true, body);
                Stmt::Loop { head, body, tag }
            }
            Stmt::Labeled { label, body, .. } => {
                let (body, tag) = self.framed(Some(label.ident.to_string()), false, body);
                Stmt::Labeled { label, body, tag }
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

    /// The body of a loop or of a labelled block, in a frame of its own; the frame's number, if it may be left early.
    fn framed(&mut self, label: Option<String>, is_loop: bool, body: Vec<Stmt>) -> (Vec<Stmt>, Option<usize>) {
        let frame = self.frames;
        self.frames += 1;
        self.around.push(Around { label, frame, is_loop });
        let body = self.block(body, frame);
        self.around.pop();
        let tag = body.iter().any(|s| leaves(s, frame)).then_some(frame);
        (body, tag)
    }

    /// The frames that an exit ends: all those up to its target.
    fn ended(&self, exit: &Exit) -> Vec<usize> {
        let target = |a: &Around| match exit {
            Exit::Return => false,
            Exit::Break(None) | Exit::Continue(None) => a.is_loop,
            Exit::Break(Some(l)) | Exit::Continue(Some(l)) => a.label.as_ref() == Some(&l.ident.to_string()),
        };
        let mut frames = vec![];
        for a in self.around.iter().rev() {
            frames.push(a.frame);
            if target(a) {
                return frames;
            }
        }
        frames.push(0);
        frames
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
