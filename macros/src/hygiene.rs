//! Hygiene: variables of one name that `macro_rules!` keeps apart.
//!
//! Input: parameters and body. Output: a message. Invariant: the compiler tells variables apart by their names, so that a name that means two of them
//! in one function must not get through: the derivative of one would be taken for the other's.
//!
//!     macro_rules! doubled { ($x:ident) => { fn f($x: f64) -> f64 { let x = 2.0; x * $x } } }    doubled!(x);    % two variables named x

use crate::diagnostics::{Message, Sink};
use crate::signature::Signature;
use proc_macro2::{Ident, Span};
use std::collections::HashMap;
use syn::visit::Visit;
use syn::{Block, Expr};

/// Reports names that occur in more than one hygiene, and are bound in one of them.
pub(crate) fn check(sink: &Sink, sig: &Signature, body: &Block) {
    let mut names = Names::default();
    sig.params.iter().for_each(|p| names.note(&p.said, true));
    sig.prologue.iter().for_each(|s| names.visit_stmt(s));
    names.visit_block(body);
    for seen in names.seen.into_values().filter(|s| s.bound) {
        if let Some(other) = seen.others.first() {
            sink.say(other, &Message::TwoOfOneName { name: other.to_string() });
        }
    }
}

#[derive(Default)]
struct Names {
    seen: HashMap<String, Seen>,
}

struct Seen {
    hygiene: String,
    bound: bool,
    /// Where the name occurs in another hygiene than at first.
    others: Vec<Ident>,
}

impl Names {
    fn note(&mut self, name: &Ident, bound: bool) {
        let hygiene = hygiene(name.span());
        let seen = self.seen.entry(name.to_string()).or_insert_with(|| Seen { hygiene: hygiene.clone(), bound, others: vec![] });
        seen.bound |= bound;
        if seen.hygiene != hygiene {
            seen.others.push(name.clone());
        }
    }
}

impl<'a> Visit<'a> for Names {
    fn visit_pat_ident(&mut self, p: &'a syn::PatIdent) {
        self.note(&p.ident, true);
        syn::visit::visit_pat_ident(self, p);
    }
    fn visit_expr(&mut self, e: &'a Expr) {
        if let Expr::Path(p) = e
            && let Some(name) = p.path.get_ident()
            && name != "self"
        {
            self.note(name, false);
        }
        syn::visit::visit_expr(self, e);
    }
    fn visit_item(&mut self, _: &'a syn::Item) {}
}

/// The hygiene of a span, as rustc prints it: `#3 bytes(10..12)`. Where it prints none there is one for all.
fn hygiene(span: Span) -> String {
    let text = format!("{span:?}");
    text.strip_prefix('#').and_then(|t| t.split_whitespace().next()).unwrap_or_default().to_owned()
}
