//! What the graph says: names, titles, lines, as the user wrote them.
//!
//! Input: tokens with the user's spans. Output: text, line numbers. Invariant: names that the compiler made up are not shown.

use crate::ir::{Arm, Callee, Choice, Head, Op, Step, Why};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;

/// How a variable is called in the source; empty if the compiler named it.
pub(super) fn said(variable: &Ident) -> String {
    let name = variable.to_string();
    match variable.span().source_text() {
        Some(source) if is_version(&name, &source) => source,
        Some(_) => String::new(),
        // no source: an editor, or a macro's output
        None if name.len() > 1 && name.starts_with('t') && name[1..].bytes().all(|b| b.is_ascii_digit()) => String::new(),
        None => name,
    }
}

/// Whether `name` is what a variable `said` is called in the whole function: itself, or with a number, or apart from generated names.
pub(super) fn is_version(name: &str, said: &str) -> bool {
    let apart = |rest: &str| rest.is_empty() || rest.starts_with('_') && rest.trim_matches('_').bytes().all(|b| b.is_ascii_digit());
    let said = said.strip_prefix("r#").unwrap_or(said);
    !said.is_empty() && name.strip_prefix(said).is_some_and(apart)
}

/// The line of a name.
pub(super) fn line(name: &Ident) -> usize {
    name.span().start().line
}

/// The line on which tokens begin.
pub(super) fn first_line(tokens: &TokenStream) -> usize {
    tokens.clone().into_iter().next().map_or(0, |t| t.span().start().line)
}

/// The line of an operation: of its method's name, if it has one.
pub(super) fn line_of_operation(dst: &Ident, op: &Op) -> usize {
    let (tokens, name) = match op {
        Op::Rule { primal, name, .. } => (primal, name.as_str()),
        Op::Call { callee: Callee::Method(_, m), .. } => return line(m),
        Op::Constant { tokens, why: Why::Detach } => (tokens, "detach"),
        // the compiler's own variables have the span of the expression
        _ => return line(dst),
    };
    last_named(tokens, name).map_or(line(dst), |span| span.start().line)
}

/// The last occurrence of a name.
fn last_named(tokens: &TokenStream, name: &str) -> Option<Span> {
    let mut found = None;
    for tree in tokens.clone() {
        match tree {
            TokenTree::Ident(i) if i == name => found = Some(i.span()),
            TokenTree::Group(g) => found = last_named(&g.stream(), name).or(found),
            _ => {}
        }
    }
    found
}

/// Tokens as a line of code, shortened.
pub(super) fn code(tokens: &TokenStream) -> String {
    const LONGEST: usize = 48;
    let text = crate::emit::compact(&tokens.to_string().replace('\n', " "));
    if text.chars().count() <= LONGEST { text } else { text.chars().take(LONGEST - 1).chain(['…']).collect() }
}

/// Whether tokens are a literal, with or without a sign.
pub(super) fn is_literal(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().all(|t| matches!(t, TokenTree::Literal(_) | TokenTree::Punct(_)))
}

/// `cross_entropy` → `CrossEntropy`, as operations are called elsewhere.
pub(super) fn operation(name: &str) -> String {
    let capital = |word: &str| {
        let mut chars = word.chars();
        chars.next().map(|c| c.to_uppercase().chain(chars).collect::<String>()).unwrap_or_default()
    };
    // half of `x.sin_cos()` is a sine or a cosine
    name.trim_end_matches("_paired").split('_').map(capital).collect()
}

/// What is called.
pub(super) fn callee(callee: &Callee) -> String {
    match callee {
        Callee::Path(p) => crate::tokens::unspaced(p),
        Callee::Method(_, m) => m.to_string(),
        Callee::Function(f, _) => f.place().map_or(String::new(), |p| p.base.to_string()),
    }
}

/// What is built: `Tuple`, `Array`, or the type's name.
pub(super) fn built(primal: &TokenStream) -> String {
    use proc_macro2::Delimiter;
    let mut path = String::new();
    for tree in primal.clone() {
        match tree {
            TokenTree::Group(g) if path.is_empty() => {
                return if g.delimiter() == Delimiter::Parenthesis { "Tuple" } else { "Array" }.to_owned();
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) => path.push_str(&tree.to_string()),
            _ => break,
        }
    }
    if path.starts_with("vec!") { "Vec".to_owned() } else { path }
}

/// `.0`, `.alpha`, `[i]`.
pub(super) fn part(path: &[Step]) -> String {
    path.iter()
        .map(|step| match step {
            Step::Field(member) => format!(".{}", member.to_token_stream()),
            Step::Index { index, .. } => match syn::parse2::<Ident>(index.clone()) {
                // a counter of the compiler's: each element in turn
                Ok(counter) if said(&counter).is_empty() => "[·]".to_owned(),
                _ => format!("[{}]", code(index)),
            },
            Step::Variant(_) | Step::Deref | Step::Inside { .. } => String::new(),
        })
        .collect()
}

/// What follows the variable where tokens begin with one: `y[i]` → `[i]`.
pub(super) fn rest_of_place(tokens: &TokenStream) -> String {
    let mut trees = tokens.clone().into_iter();
    let place = matches!(trees.next(), Some(TokenTree::Ident(_)));
    let rest = code(&trees.collect());
    if place && rest.starts_with(['.', '[']) && !rest.contains(' ') { rest } else { String::new() }
}

/// The title of an arm, and its line.
pub(super) fn arm(head: &Choice, arm: &Arm, k: usize) -> (String, usize) {
    match head {
        Choice::Match(value) => (format!("match {}: {}", code(value), code(&arm.pattern)), first_line(&arm.pattern)),
        Choice::IfLet(cond) if k == 0 => (format!("if {}", code(cond)), first_line(cond)),
        Choice::IfLet(cond) => ("else".to_owned(), first_line(cond)),
    }
}

/// The head of a loop as the user wrote it, and its line.
pub(super) fn head(head: &Head) -> (String, usize) {
    let mut text = crate::emit::compact(&head.tokens.to_string().replace('\n', " "));
    if let Some((name, _)) = &head.range
        && name.to_string().strip_prefix('_').is_some_and(|n| n.chars().all(|c| c.is_ascii_digit()))
    {
        // the user wrote `_`
        text = text.replacen(&format!("for {name} in"), "for _ in", 1);
    }
    let text = text.replace("for(", "for (").replace(" in::", " in ::").replace(" in&", " in &").replace(" in[", " in [");
    (unwrapped(&text).unwrap_or(text), first_name(&head.tokens).map_or(0, |n| line(&n)))
}

/// The first name that is no keyword of a loop's head and comes from the user: what lowering adds has the attribute's place.
fn first_name(tokens: &TokenStream) -> Option<Ident> {
    let attribute = Span::call_site().start().line;
    let mut names = vec![];
    identifiers_of(tokens, &mut names);
    names.iter().find(|n| line(n) != attribute).or(names.first()).cloned()
}

fn identifiers_of(tokens: &TokenStream, names: &mut Vec<Ident>) {
    for tree in tokens.clone() {
        match tree {
            TokenTree::Ident(i) if !["for", "while", "in", "let", "_"].iter().any(|k| i == k) => names.push(i),
            TokenTree::Group(g) => identifiers_of(&g.stream(), names),
            _ => {}
        }
    }
}

/// Without the counter that lowering adds to loops over elements.
fn unwrapped(text: &str) -> Option<String> {
    let (before, iter) = text.split_once(" in ::core::iter::Iterator::enumerate(::core::iter::IntoIterator::into_iter(")?;
    let (label, pattern) = before.split_once("for (")?;
    let (_, pattern) = pattern.split_once([','])?;
    Some(format!("{label}for {} in {}", pattern.trim().strip_suffix(')')?, iter.strip_suffix("))")?))
}

/// Calls `visit` for each identifier that can be a variable.
pub(super) fn identifiers(tokens: &TokenStream, visit: &mut impl FnMut(&str)) {
    let mut after_dot = false;
    for tree in tokens.clone() {
        match &tree {
            TokenTree::Ident(i) if !after_dot => visit(&i.to_string()),
            TokenTree::Group(g) => identifiers(&g.stream(), visit),
            _ => {}
        }
        after_dot = matches!(&tree, TokenTree::Punct(p) if p.as_char() == '.');
    }
}
