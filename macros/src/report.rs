//! The report: what a function's derivatives keep, run again, and leave out.
//!
//! Input: the lowered IR, its activity, what the reverse sweep has saved. Output: a text for `#[differentiable(report)]`, said as a warning at the
//! function's name. Invariant: it changes nothing; what it says of saves is noted where they come into being ([`Saved::of`]).
//!
//!     per iteration: `s` (line 4), 8 bytes
//!     folded: `u` (line 5): detached

use crate::activity::Activity;
use crate::diagnostics::said;
use crate::ir::{Callee, Func, Head, Op, Operand, Stmt, Why, walk};
use crate::save::Depth;
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;

/// One save.
pub(crate) struct Saved {
    what: String,
    line: usize,
    at: Depth,
    bytes: Option<usize>,
}

impl Saved {
    /// What is kept, where the statement stands, and the size of one, if the tokens tell.
    pub(crate) fn of(stem: &str, value: &TokenStream, at: Depth, bytes: Option<usize>) -> Saved {
        let text = said(value);
        let inner = || text.split_once('&').map_or(text.as_str(), |(_, t)| t).trim_end_matches([')', ' ']).to_owned();
        let (what, bytes) = match stem {
            "exit" => ("by which exit it was left".to_owned(), Some(8)),
            "arm" => ("which arm was taken".to_owned(), Some(8)),
            "trips" => ("how often the loop ran".to_owned(), Some(8)),
            "pullback" => ("the pullback of a call".to_owned(), None),
            "key" => ("an index".to_owned(), Some(8)),
            _ if text.contains("witness(") => (format!("the shape of `{}`", inner()), None),
            _ => (format!("`{}`", inner()), bytes),
        };
        Saved { what, line: line(value), at, bytes }
    }
}

/// The line of the user's tokens: generated ones have that of the attribute, which is above.
fn line(tokens: &TokenStream) -> usize {
    let of = |t: TokenTree| match t {
        TokenTree::Group(g) => line(&g.stream()).max(g.span().start().line),
        other => other.span().start().line,
    };
    tokens.clone().into_iter().map(of).max().unwrap_or(0)
}

/// What the IR tells, before anything is folded.
pub(crate) fn of_body(func: &Func, activity: &Activity) -> String {
    section("run again on the way back", again(func))
        + &section("left out of the derivatives", folded(func, activity))
        + &section("calls", calls(func, activity))
}

/// The whole text; `of_body` comes from the function of that name.
pub(crate) fn report(name: &str, saved: &[Saved], of_body: &str) -> String {
    let of = |inside: bool| saved.iter().filter(move |s| (s.at.loops > 0) == inside);
    let mut each: Vec<String> = of(true).map(entry).collect();
    let total: usize = of(true).filter_map(|s| s.bytes).sum();
    if !each.is_empty() {
        each.push(format!("together at least {total} bytes per iteration"));
    }
    let once = section("saved once", of(false).map(entry).collect());
    format!("what the derivatives of `{name}` keep and leave out{once}{}{of_body}", section("saved in each iteration of a loop", each))
}

fn section(title: &str, lines: Vec<String>) -> String {
    let lines = if lines.is_empty() { vec!["nothing".to_owned()] } else { lines };
    format!("\n{title}:\n  {}", lines.join("\n  "))
}

fn entry(s: &Saved) -> String {
    let bytes = s.bytes.map_or("a copy".to_owned(), |n| format!("{n} bytes"));
    let branch = if s.at.branches > 0 { ", on this path alone" } else { "" };
    format!("{} (line {}): {bytes}{branch}", s.what, s.line)
}

/// The loops whose index runs again, instead of being kept.
fn again(func: &Func) -> Vec<String> {
    let mut found = vec![];
    walk(&func.body, &mut |s| {
        if let Stmt::Loop { head: Head { range: Some((i, _)), .. }, .. } = s {
            found.push(format!("the index `{i}` of the loop (line {})", i.span().start().line));
        }
    });
    found
}

/// Statements without an adjoint, and why.
fn folded(func: &Func, activity: &Activity) -> Vec<String> {
    let mut found = vec![];
    walk(&func.body, &mut |s| {
        let Stmt::Let { dst, op, .. } = s else { return };
        let (name, line) = (dst.to_string(), dst.span().start().line);
        let varied = activity.depends.get(&name).is_some_and(|d| !d.is_empty());
        let why = match op {
            Op::Constant { why: Why::Detach, .. } => "detached",
            Op::Constant { why: Why::NoGrad, .. } => "inside `no_grad!`",
            Op::Constant { .. } => return,
            _ if activity.active.contains(&name) => return,
            _ if varied => "the result does not depend on it",
            _ => "it carries no gradient",
        };
        found.push(format!("`{name}` (line {line}): {why}"));
    });
    found
}

/// The calls, and which arguments have a gradient.
fn calls(func: &Func, activity: &Activity) -> Vec<String> {
    let mut found = vec![];
    walk(&func.body, &mut |s| {
        let Stmt::Let { dst, op: Op::Call { callee, args, .. }, .. } = s else { return };
        let active = |o: &Operand| o.place().is_some_and(|p| activity.is_active(p));
        let each = |o: &Operand| {
            let text = said(&crate::lower::operand_tokens(o));
            format!("`{text}` {}", if active(o) { "with" } else { "without" })
        };
        let (name, receiver) = match callee {
            Callee::Path(p) => (said(&p.to_token_stream()), None),
            Callee::Method(r, m) => (m.to_string(), Some(r)),
        };
        let list: Vec<String> = receiver.into_iter().chain(args).map(each).collect();
        found.push(format!("`{name}` (line {}): gradient {}", dst.span().start().line, list.join(", ")));
    });
    found
}
