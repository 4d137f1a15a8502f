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
use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::ToTokens;
use std::collections::HashMap;
use std::fmt;

mod steering;

/// One save.
pub(crate) struct Saved {
    what: What,
    line: usize,
    at: Depth,
    size: Option<Size>,
}

/// What is kept.
enum What {
    /// In words.
    Words(String),
    /// A value: the tokens of an expression, or the name of a variable.
    Value(TokenStream),
    /// The shape of a value.
    Shape(TokenStream),
}

/// How large a value is.
#[derive(Clone, Copy)]
pub(crate) enum Size {
    Bytes(usize),
    /// For each entry.
    Entries(usize),
}

impl fmt::Display for Saved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.what {
            What::Words(words) => f.write_str(words)?,
            What::Value(value) => write!(f, "`{}`", said(value))?,
            What::Shape(value) => write!(f, "the shape of `{}`", said(value))?,
        }
        match self.size {
            Some(Size::Bytes(n)) => write!(f, ", {n} bytes")?,
            Some(Size::Entries(n)) => write!(f, ", {n} bytes an entry")?,
            None => {}
        }
        write!(f, ", under {} loops and {} branches", self.at.loops, self.at.branches)
    }
}

impl Saved {
    /// What is kept, where the statement stands, and the size of one, if the tokens tell.
    pub(crate) fn of(stem: &str, value: &TokenStream, at: Depth, size: Option<Size>) -> Saved {
        let index = Some(Size::Bytes(8));
        let (what, size) = match stem {
            "exit" => (What::Words("by which exit it was left".to_owned()), index),
            "arm" => (What::Words("which arm was taken".to_owned()), index),
            "trips" => (What::Words("how often the loop ran".to_owned()), index),
            "pullback" => (What::Words("the pullback of a call".to_owned()), None),
            "key" => (What::Words("an index".to_owned()), index),
            "rest" => (What::Shape(container(value)), None),
            _ if ["witness", "held"].iter().any(|w| value.to_string().contains(w)) => (What::Shape(inner(value)), None),
            _ => {
                let value = inner(value);
                let size = size_of(&value, size);
                (What::Value(value), size)
            }
        };
        Saved { what, line: line(value), at, size }
    }

    /// Says of which call a pullback is.
    pub(crate) fn call(&mut self, callee: &str, at: Span) {
        self.what = What::Words(format!("the pullback of `{callee}`"));
        self.line = at.start().line;
    }
}

/// The size of an expression, given that of the variable it begins with.
fn size_of(value: &TokenStream, variable: Option<Size>) -> Option<Size> {
    let trees: Vec<TokenTree> = value.clone().into_iter().collect();
    match (&trees[..], variable) {
        ([_], size) => size,
        ([_, TokenTree::Group(g)], Some(Size::Entries(n))) if g.delimiter() == Delimiter::Bracket => Some(Size::Bytes(n)),
        ([.., TokenTree::Ident(m), TokenTree::Group(_)], _) if m == "len" => Some(Size::Bytes(8)),
        ([_, _, TokenTree::Ident(_), TokenTree::Group(_)], Some(Size::Bytes(n))) => Some(Size::Bytes(n)),
        _ => None,
    }
}

/// `rest(&x, i)` → `x`.
fn container(value: &TokenStream) -> TokenStream {
    let value = inner(value);
    value.into_iter().take_while(|t| !matches!(t, TokenTree::Punct(p) if p.as_char() == ',')).collect()
}

/// `clone(&x)` → `x`.
fn inner(value: &TokenStream) -> TokenStream {
    let trees: Vec<TokenTree> = value.clone().into_iter().collect();
    let generated = trees.first().is_some_and(|t| matches!(t, TokenTree::Punct(p) if p.as_char() == ':'));
    match (trees.first(), trees.last()) {
        (Some(TokenTree::Punct(p)), _) if p.as_char() == '&' => inner(&trees[1..].iter().cloned().collect()),
        (_, Some(TokenTree::Group(g))) if generated => inner(&g.stream()),
        (Some(TokenTree::Group(g)), _) if trees.len() == 1 && g.delimiter() == Delimiter::Parenthesis => inner(&g.stream()),
        _ => value.clone(),
    }
}

/// What temporaries stand for, in the user's words.
#[derive(Default)]
pub(crate) struct Words(HashMap<String, TokenStream>);

impl Words {
    fn of(func: &Func) -> Words {
        let mut words = Words::default();
        walk(&func.body, &mut |s| {
            let Stmt::Let { dst, op, .. } = s else { return };
            let temporary = dst.to_string().strip_prefix('t').is_some_and(|n| !n.is_empty() && n.chars().all(|c| c.is_ascii_digit()));
            if temporary {
                let value = words.expand(crate::emit::primal(op));
                words.0.insert(dst.to_string(), value);
            }
        });
        words
    }

    fn expand(&self, tokens: TokenStream) -> TokenStream {
        let alone = tokens.clone().into_iter().count() == 1;
        let each = tokens.into_iter().map(|t| match t {
            TokenTree::Ident(i) => match self.0.get(&i.to_string()) {
                Some(value) if alone || value.clone().into_iter().count() == 1 => value.clone(),
                Some(value) => TokenTree::Group(Group::new(Delimiter::Parenthesis, value.clone())).into(),
                None => TokenTree::Ident(i).into(),
            },
            TokenTree::Group(g) => TokenTree::Group(Group::new(g.delimiter(), self.expand(g.stream()))).into(),
            other => TokenStream::from(other),
        });
        each.collect()
    }

    fn say(&self, tokens: &TokenStream) -> String {
        said(&self.expand(tokens.clone()))
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

/// What the IR tells, before anything is folded; and its words.
pub(crate) fn of_body(func: &Func, activity: &Activity) -> (String, Words) {
    let words = Words::of(func);
    let steered = steering::steered(func);
    let steered = if steered.is_empty() { String::new() } else { section("loops that change what steers them", steered) };
    let text = section("run again on the way back", again(func))
        + &steered
        + &section("left out of the derivatives", folded(func, activity, &words))
        + &section("calls", calls(func, activity, &words));
    (text, words)
}

/// The whole text; `of_body` comes from the function of that name.
pub(crate) fn report(name: &str, saved: &[Saved], fused: Option<&[Saved]>, (of_body, words): &(String, Words)) -> String {
    let of = |inside: bool| saved.iter().filter(move |s| (s.at.loops > 0) == inside);
    let mut each: Vec<String> = of(true).map(|s| entry(s, words)).collect();
    let total: usize = of(true).map(|s| if let Some(Size::Bytes(n)) = s.size { n } else { 0 }).sum();
    if total > 0 {
        let more = if of(true).all(|s| matches!(s.size, Some(Size::Bytes(_)))) { "" } else { "at least " };
        each.push(format!("together {more}{total} bytes per iteration"));
    }
    let once = section("saved once", of(false).map(|s| entry(s, words)).collect());
    // there the loop's own iterations keep nothing: what is left is of the loops inside
    let inside = fused.map(|saved| {
        let each = saved.iter().filter(|s| s.at.loops > 0).map(|s| entry(s, words)).collect();
        section("in `grad`, which reverses loops as they run, only within an iteration of those", each)
    });
    let inside = inside.unwrap_or_default();
    format!(
        "what the derivatives of `{name}` keep and leave out{once}{}{inside}{of_body}",
        section("saved in each iteration of a loop", each)
    )
}

fn section(title: &str, lines: Vec<String>) -> String {
    let lines = if lines.is_empty() { vec!["nothing".to_owned()] } else { lines };
    format!("\n{title}:\n  {}", lines.join("\n  "))
}

fn entry(s: &Saved, words: &Words) -> String {
    let what = match &s.what {
        What::Words(text) => text.clone(),
        What::Value(tokens) => format!("`{}`", words.say(tokens)),
        What::Shape(tokens) => format!("the shape of `{}`", words.say(tokens)),
    };
    let size = match (&s.what, s.size) {
        (_, Some(Size::Bytes(n))) => format!("{n} bytes"),
        (_, Some(Size::Entries(n))) => format!("its entries × {n} bytes"),
        (What::Shape(_), None) => "no entries".to_owned(),
        (What::Words(_), None) => "what it keeps itself".to_owned(),
        (What::Value(_), None) => "a copy".to_owned(),
    };
    let branch = if s.at.branches > 0 { ", on this path alone" } else { "" };
    format!("{what} (line {}): {size}{branch}", s.line)
}

/// The loops whose index runs again, instead of being kept.
fn again(func: &Func) -> Vec<String> {
    let mut found = vec![];
    walk(&func.body, &mut |s| {
        if let Stmt::Loop { head: Head { range: Some((i, _)), .. }, .. } = s {
            let name = if i.to_string().starts_with('_') { "the index".to_owned() } else { format!("the index `{i}`") };
            found.push(format!("{name} of the loop (line {})", i.span().start().line));
        }
    });
    found
}

/// Statements without an adjoint, and why.
fn folded(func: &Func, activity: &Activity, words: &Words) -> Vec<String> {
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
            // a call that is there for what it changes
            _ if op.writes().into_iter().any(|p| activity.is_active(p)) => return,
            _ if varied => "the result does not depend on it",
            _ => "it carries no gradient",
        };
        found.push(format!("`{}` (line {line}): {why}", words.say(&dst.to_token_stream())));
    });
    found
}

/// The calls, and which arguments have a gradient.
fn calls(func: &Func, activity: &Activity, words: &Words) -> Vec<String> {
    let mut found = vec![];
    walk(&func.body, &mut |s| {
        let Stmt::Let { dst, op: Op::Call { callee, args, .. }, .. } = s else { return };
        let active = |o: &Operand| o.place().is_some_and(|p| activity.is_active(p));
        let each = |o: &Operand| {
            let text = words.say(&crate::lower::operand_tokens(o));
            format!("`{text}` {}", if active(o) { "with" } else { "without" })
        };
        let (name, receiver) = match callee {
            Callee::Path(p) => (said(&p.to_token_stream()), None),
            Callee::Method(r, m) => (m.to_string(), Some(r)),
            Callee::Function(f, _) => (said(&crate::lower::operand_tokens(f)), None),
        };
        let list: Vec<String> = receiver.into_iter().chain(args).map(each).collect();
        found.push(format!("`{name}` (line {}): gradient {}", dst.span().start().line, list.join(", ")));
    });
    found
}
