//! Names: every local variable gets one name in the whole function, so that the adjoint can read a shadowed variable.
//!
//! Input: binding occurrences and uses, in order. Output: unique names. A binding is renamed only if its name is taken.
//! Invariant: inside an opaque expression bindings and uses are renamed together, so its meaning stays.

use crate::tokens::plain;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use std::collections::{HashMap, HashSet};

mod bound;
mod rename;

pub(crate) use bound::Bound;

/// What the user's names mean at some point: scopes, innermost last.
pub(crate) type Stack = Vec<HashMap<String, String>>;

/// The scopes of a function.
#[derive(Default)]
pub(crate) struct Scopes {
    stack: Stack,
    taken: HashSet<String>,
    /// Variables that the user named.
    said: HashSet<String>,
    /// The user's names that look like generated ones.
    avoid: HashSet<String>,
    /// Names that mean something outside of the function.
    outer: HashSet<String>,
    /// Names that some binding declares as `mut`.
    said_mut: HashSet<String>,
    /// Variables that may change after they got their value.
    changing: HashSet<String>,
}

/// Names that generated code uses for itself.
const INTERNAL: &[&str] =
    &["bar", "dot", "left", "right", "value", "pullback", "taken", "trips", "result", "pull", "element", "own", "argument", "kinds"];

/// How names begin that generated code makes of others.
const PREFIXES: &[&str] = &["saved_", "bar_of_", "own_", "literal_", "argument_", "input_", "outer_", "size_", "said_of_", "calls_of_"];

/// How they end, a number apart.
const SUFFIXES: &[&str] = &[
    "_bar",
    "_dot",
    "_extent",
    "_unwanted",
    "_zero",
    "_spare",
    "_seed",
    "_rest",
    "_once",
    "_length",
    "_lanes",
    "_kept",
    "_in",
    "_gradient",
    "_full",
    "_fours",
    "_four",
    "_constant",
    "_carried",
    "_captures",
    "_behind",
    "_out",
    "_at",
    "_again",
    "_left",
    "_right",
    "_part",
    "_to",
    "_split",
    "_push",
];

/// Whether generated code may have a variable of this name.
pub(crate) fn is_internal(name: &str) -> bool {
    let unnumbered = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_');
    !name.ends_with('_')
        && (INTERNAL.contains(&name) || PREFIXES.iter().any(|p| name.starts_with(p)) || SUFFIXES.iter().any(|s| unnumbered.ends_with(s)))
}

/// What no generated name is: those do not end in `_`.
fn apart(name: String) -> String {
    if is_internal(&name) { name + "_" } else { name }
}

/// A user's name as a part of others, and beside them: `saved_x` is `saved_x_`, `r#type` is `type_`.
fn settled(name: &str) -> String {
    match name.strip_prefix("r#") {
        Some(keyword) if syn::parse_str::<Ident>(keyword).is_err() => keyword.to_owned() + "_",
        plain => apart(plain.unwrap_or(name).to_owned()),
    }
}

/// The name of a parameter in the companion.
pub(crate) fn parameter_name(name: &Ident) -> Ident {
    Ident::new(&settled(&name.to_string()), name.span())
}

impl Scopes {
    pub(crate) fn push(&mut self) {
        self.stack.push(HashMap::new());
    }

    pub(crate) fn pop(&mut self) {
        self.stack.pop();
    }

    /// What names mean here, to be used again later: a closure is lowered where it is called.
    pub(crate) fn stack(&self) -> Stack {
        self.stack.clone()
    }

    /// What can be asked of names where they mean this.
    pub(crate) fn within(stack: &Stack) -> Scopes {
        Scopes { stack: stack.clone(), ..Scopes::default() }
    }

    /// Changes to other scopes; returns those of before.
    pub(crate) fn exchange(&mut self, stack: Stack) -> Stack {
        std::mem::replace(&mut self.stack, stack)
    }

    /// Binds a user's variable and returns the name it has from now on.
    pub(crate) fn bind(&mut self, name: &Ident) -> Ident {
        let unique = self.unique(&name.to_string(), name.span());
        self.said.insert(unique.to_string());
        self.stack.last_mut().expect("a scope is open").insert(plain(name), unique.to_string());
        if self.said_mut.contains(&plain(name)) {
            self.changing.insert(unique.to_string());
        }
        unique
    }

    /// A name that no other variable has, as near as possible to one of the user's.
    pub(crate) fn unique(&mut self, name: &str, span: Span) -> Ident {
        let name = settled(name);
        let mut unique = name.clone();
        let mut n = 1;
        while self.outer.contains(&unique) || !self.taken.insert(unique.clone()) {
            n += 1;
            unique = apart(format!("{name}_{n}"));
        }
        Ident::new(&unique, span)
    }

    /// Whether a variable has this name, the unique one.
    pub(crate) fn is_taken(&self, name: &Ident) -> bool {
        self.taken.contains(&name.to_string())
    }

    /// Whether a variable may change after it got its value: no binding of its name without `mut` does.
    pub(crate) fn may_change(&self, name: &Ident) -> bool {
        self.changing.contains(&name.to_string())
    }

    /// Whether tokens, under unique names, mention such a variable.
    pub(crate) fn mentions_changing(&self, tokens: &TokenStream) -> bool {
        tokens.clone().into_iter().any(|tree| match tree {
            TokenTree::Ident(i) => self.may_change(&i),
            TokenTree::Group(g) => self.mentions_changing(&g.stream()),
            _ => false,
        })
    }

    /// Whether a unique name is that of a user's variable.
    pub(crate) fn is_said(&self, name: &Ident) -> bool {
        self.said.contains(&name.to_string())
    }

    /// Binds a parameter, whose name is settled.
    pub(crate) fn bind_parameter(&mut self, said: &Ident, name: &Ident, changes: bool) {
        if changes {
            self.changing.insert(name.to_string());
        }
        self.taken.insert(name.to_string());
        self.stack.last_mut().expect("a scope is open").insert(plain(said), name.to_string());
    }

    /// A new variable that the user can't have named.
    pub(crate) fn fresh(&mut self, stem: &str, span: Span) -> Ident {
        let mut n = 1;
        while self.avoid.contains(&format!("{stem}{n}")) || !self.taken.insert(format!("{stem}{n}")) {
            n += 1;
        }
        Ident::new(&format!("{stem}{n}"), span)
    }

    /// Keeps names for what they mean outside of the function.
    pub(crate) fn keep(&mut self, outer: &HashSet<String>) {
        self.outer.clone_from(outer);
    }

    /// Marks names as taken that occur in the function, and notes which are declared as `mut`.
    pub(crate) fn reserve(&mut self, tokens: TokenStream) {
        let mut after_mut = false;
        for tree in tokens {
            if let TokenTree::Ident(i) = &tree {
                if after_mut {
                    self.said_mut.insert(plain(i));
                }
                after_mut = i == "mut";
            }
            match tree {
                TokenTree::Ident(i) if is_generated(&i.to_string()) => {
                    self.avoid.insert(i.to_string());
                }
                TokenTree::Group(g) => self.reserve(g.stream()),
                _ => {}
            }
        }
    }

    /// All variables bound so far.
    pub(crate) fn locals(self) -> HashSet<String> {
        self.taken
    }

    /// The variable that a name means here.
    pub(crate) fn resolve(&self, name: &Ident) -> Option<Ident> {
        let text = plain(name);
        let unique = self.stack.iter().rev().find_map(|s| s.get(&text))?;
        Some(Ident::new(unique, name.span()))
    }

    /// Tokens with all variables under their unique names.
    pub(crate) fn rename(&self, tokens: TokenStream) -> TokenStream {
        self::rename::rename(self, tokens)
    }

    /// Whether tokens mention one of the given variables.
    pub(crate) fn mentions(&self, tokens: TokenStream, names: &HashSet<String>) -> bool {
        let mut after_dot = false;
        for tree in tokens {
            let dot = matches!(&tree, TokenTree::Punct(p) if p.as_char() == '.' && !after_dot);
            let hit = match &tree {
                TokenTree::Ident(i) => !after_dot && self.resolve(i).is_some_and(|u| names.contains(&u.to_string())),
                TokenTree::Group(g) => self.mentions(g.stream(), names),
                TokenTree::Literal(l) => self.mentions_in_format(&l.to_string(), names),
                TokenTree::Punct(_) => false,
            };
            if hit {
                return true;
            }
            after_dot = dot;
        }
        false
    }

    /// `"{x}"` mentions `x`.
    fn mentions_in_format(&self, literal: &str, names: &HashSet<String>) -> bool {
        literal.starts_with('"')
            && literal.split('{').skip(1).any(|part| {
                let name: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                syn::parse_str::<Ident>(&name).is_ok_and(|i| self.resolve(&i).is_some_and(|u| names.contains(&u.to_string())))
            })
    }
}

/// Names of the kind that `fresh` makes: reserved where the user has them.
fn is_generated(name: &str) -> bool {
    name.ends_with(|c: char| c.is_ascii_digit())
}
