//! The options of `#[differentiable(…)]`.
//!
//! Input: the attribute's tokens. Output: [`Options`]. Invariant: an unknown option is an error with a suggestion.

use crate::diagnostics::{Message, Sink};
use crate::ir::Param;
use proc_macro2::{Ident, TokenStream};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Meta, Token};

/// All options there are.
const KNOWN: &[&str] = &["wrt", "report", "dump", "vjp", "jvp", "checkpoint", "recursive", "of_trait"];

/// What the attribute says.
#[derive(Default)]
pub(crate) struct Options {
    /// `wrt(a, b)`: the active parameters by name.
    wrt: Option<Vec<Ident>>,
    /// `report`: say what is kept, run again and left out.
    pub(crate) report: bool,
    /// `dump`: print the IR after each pass.
    pub(crate) dump: bool,
    /// `vjp = path`, `jvp = path`: the user's own rules.
    pub(crate) vjp: Option<syn::Path>,
    pub(crate) jvp: Option<syn::Path>,
    /// `checkpoint`: keep the inputs, and run again on the way back.
    pub(crate) checkpoint: bool,
    /// `recursive`: the function calls itself in a way that its tokens do not show.
    pub(crate) recursive: bool,
    /// `of_trait`: the `impl` is of a trait that has the attribute, too.
    pub(crate) of_trait: bool,
}

/// Reads the attribute's arguments.
pub(crate) fn read(sink: &Sink, tokens: TokenStream) -> Options {
    let mut options = Options::default();
    let metas = match Punctuated::<Meta, Token![,]>::parse_terminated.parse2(tokens) {
        Ok(metas) => metas,
        Err(error) => {
            sink.take(&error);
            return options;
        }
    };
    for meta in metas {
        let name = meta.path().get_ident().map(ToString::to_string).unwrap_or_default();
        match (name.as_str(), &meta) {
            ("wrt", Meta::List(list)) => match list.parse_args_with(Punctuated::<Ident, Token![,]>::parse_terminated) {
                Ok(names) => options.wrt = Some(names.into_iter().collect()),
                Err(error) => sink.take(&error),
            },
            ("dump", Meta::Path(_)) => options.dump = true,
            ("report", Meta::Path(_)) => options.report = true,
            ("wrt", _) => sink.say(&meta, &Message::WrtWithoutNames {}),
            ("checkpoint", Meta::Path(_)) => options.checkpoint = true,
            ("recursive", Meta::Path(_)) => options.recursive = true,
            ("of_trait", Meta::Path(_)) => options.of_trait = true,
            ("vjp" | "jvp", Meta::NameValue(syn::MetaNameValue { value: syn::Expr::Path(p), .. })) if p.qself.is_none() => {
                let rule = if name == "vjp" { &mut options.vjp } else { &mut options.jvp };
                *rule = Some(p.path.clone());
            }
            ("vjp" | "jvp", _) => sink.say(&meta, &Message::RuleWithoutName { name }),
            ("order", _) => sink.say(&meta, &Message::SecondOrder {}),
            _ => unknown(sink, &meta, &name),
        }
    }
    options
}

fn unknown(sink: &Sink, meta: &Meta, name: &str) {
    let near = KNOWN.iter().min_by_key(|k| distance(k, name)).filter(|k| distance(k, name) <= 2);
    let (at, name) = (meta.path(), name.to_owned());
    match near {
        Some(near) => sink.say(at, &Message::MisspelledOption { name, near: (*near).to_owned() }),
        None => sink.say(at, &Message::UnknownOption { name, known: KNOWN.join("`, `") }),
    }
}

/// The edit distance of two words.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = (diagonal + usize::from(x != *y)).min(above + 1).min(row[j] + 1);
            diagonal = above;
        }
    }
    row[b.len()]
}

impl Options {
    /// The user's own rules, checked.
    pub(crate) fn rule(&self, sink: &Sink, sig: &crate::signature::Signature) -> Option<(syn::Path, Option<syn::Path>)> {
        if let (None, Some(jvp)) = (&self.vjp, &self.jvp) {
            sink.say(jvp, &Message::JvpAlone {});
        }
        let vjp = self.vjp.clone()?;
        if self.jvp.is_none() && !crate::emit::has_rows(sig) {
            sink.say(&vjp, &Message::JvpMissing { function: sig.name.to_string() });
        }
        Some((vjp, self.jvp.clone()))
    }

    /// Whether `wrt` names this parameter; `None` without `wrt`.
    pub(crate) fn wants(&self, name: &Ident) -> Option<bool> {
        let said = if name == "this" { "self".to_owned() } else { name.to_string() };
        self.wrt.as_ref().map(|names| names.iter().any(|n| *n == said))
    }

    /// Checks the options against the parameters.
    pub(crate) fn check(&self, sink: &Sink, params: &[Param], sig: &syn::Signature) {
        let mut unknown = false;
        for name in self.wrt.iter().flatten() {
            let said = if name == "self" { "this".to_owned() } else { name.to_string() };
            if !params.iter().any(|p| p.said == said) {
                unknown = true;
                let known = params.iter().map(|p| p.shown()).collect::<Vec<_>>().join("`, `");
                sink.say(name, &Message::WrtNoParameter { name: name.to_string(), function: sig.ident.to_string(), known });
            }
        }
        if !unknown && !params.iter().any(|p| p.active) {
            sink.say(&sig.ident, &Message::NoActiveParameter { function: sig.ident.to_string() });
        }
    }
}
