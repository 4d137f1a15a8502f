//! Lowering: the user's syntax to the IR.
//!
//! Input: a function's body as `syn` sees it, and the set of variables known to carry a gradient. Output: the [`Func`].
//! Invariant: what mentions no active variable stays as the user wrote it; what is not understood is reported, never guessed.
//! Lowering runs until the set of active variables no longer grows (a variable may become active later in a loop).
//!
//!     let z = u * x.sin();        %  t1 = sin(x)
//!                                 %  z = Mul(u, t1)

use crate::diagnostics::{Message, Sink};
use crate::ir::{Func, Op, Operand, Place, Step, Stmt, Why};
use crate::scope::Scopes;
use crate::signature::Signature;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use std::collections::{HashMap, HashSet};
use syn::spanned::Spanned;
use syn::{Block, Expr, Pat};

mod adaptors;
mod arguments;
mod around;
mod assignments;
mod bindings;
mod branches;
mod callable;
mod calls;
mod changes;
mod closures;
mod consumers;
mod conversions;
mod cursors;
mod entries;
mod exits;
mod expressions;
mod folds;
mod gathers;
mod generators;
mod items;
mod iterators;
mod judges;
mod lambdas;
mod lents;
mod library;
mod matches;
mod matrices;
mod nested;
mod options;
mod own;
mod patterns;
mod pointers;
mod rigid;
mod rounds;
mod scalars;
mod settled;
mod sources;
mod statements;
mod states;
mod tensors;
mod untouched;
mod views;

pub(crate) use arguments::receiver_tokens;
pub(crate) use statements::{compound, operand_tokens};

/// The state of one lowering run.
pub(crate) struct Lower<'a> {
    pub(crate) sink: &'a Sink,
    pub(crate) sig: &'a Signature,
    pub(crate) scopes: Scopes,
    pub(crate) active: HashSet<String>,
    /// Variables that are references to places: name, how many references, the place.
    pub(crate) aliases: Vec<(String, usize, Place)>,
    /// Variables that certainly own what they hold: writing to a part of any other may change something else.
    pub(crate) owners: HashSet<String>,
    /// Parameters and variables that are references.
    pub(crate) references: HashSet<String>,
    /// Parameters that are slices, arrays or `Vec`s by their tokens.
    pub(crate) sequences: HashSet<String>,
    /// Variables that are `&mut` references to places: parameters, and aliases of places.
    pub(crate) exclusive: HashSet<String>,
    /// Variables bound to tuples of references and values.
    tuples: Vec<(String, items::Item)>,
    /// Closures and functions that are called by a local name.
    functions: Vec<(String, closures::Function)>,
    /// Iterators bound to a name.
    lazy: Vec<(String, closures::Lazy)>,
    /// Parameters that are functions.
    pub(crate) given: HashMap<String, crate::ir::Signed>,
    /// The functions among the arguments of the call that is lowered.
    lambdas: Vec<Option<crate::ir::Lambda>>,
    /// Iterators that are advanced by hand.
    cursors: Vec<(String, cursors::Cursor)>,
    /// Variables that are an `Option` or a `Result` by their tokens.
    pub(crate) maybes: HashMap<String, options::Maybe>,
    /// The names of variables' types, where tokens tell.
    pub(crate) named: HashMap<String, String>,
    /// Functions that are declared in the body without the attribute.
    plain_functions: HashSet<String>,
    /// Containers without a tangent that were spoken of.
    tangentless: HashSet<String>,
    /// Where `return` leads, in a function or closure that has it.
    returned: Option<closures::Returned>,
    /// The loops and labelled blocks around, innermost last.
    pub(crate) targets: Vec<Target>,
}

/// What `break` and `continue` may mean.
#[derive(Clone, Default)]
pub(crate) struct Target {
    pub(crate) label: Option<syn::Lifetime>,
    /// The variable that a `break` with a value assigns.
    pub(crate) value: Option<Ident>,
    /// A labelled block, which a `break` without a label does not mean.
    pub(crate) block: bool,
    /// Where a user's loop has become several loops: the labels that its `break` and `continue` lead to.
    pub(crate) leads: Option<(syn::Lifetime, syn::Lifetime)>,
}

/// Lowers a body; parameters come with their final names.
pub(crate) fn lower(sink: &Sink, sig: &Signature, block: &Block) -> Func {
    let mut active: HashSet<String> = sig.params.iter().filter(|p| p.active).map(|p| p.name.to_string()).collect();
    let outer = crate::unbound::used_before(sig, block);
    loop {
        let attempt = Sink::default();
        let before = active.len();
        let mut lower = Lower {
            sink: &attempt,
            sig,
            scopes: Scopes::default(),
            active,
            aliases: Vec::new(),
            owners: HashSet::new(),
            references: HashSet::new(),
            exclusive: HashSet::new(),
            sequences: HashSet::new(),
            tuples: vec![],
            functions: vec![],
            lazy: vec![],
            cursors: vec![],
            given: HashMap::new(),
            lambdas: vec![],
            maybes: HashMap::new(),
            plain_functions: HashSet::new(),
            named: HashMap::new(),
            tangentless: HashSet::new(),
            returned: None,
            targets: vec![],
        };
        lower.scopes.push();
        lower.scopes.keep(&outer);
        lower.scopes.reserve(block.to_token_stream());
        for p in &sig.params {
            lower.scopes.bind_parameter(&p.said, &p.name, p.mutable || p.exclusive.is_some());
            if let Some(signed) = &p.function {
                lower.given.insert(p.name.to_string(), signed.clone());
            }
            if is_sequence(&crate::signature::Signature::referent(p)) {
                lower.sequences.insert(p.name.to_string());
            }
            if let Some(kind) = options::Maybe::of_type(&p.ty) {
                lower.maybes.insert(p.name.to_string(), kind);
            }
            if let Some(ty) = crate::known::name_of(&p.ty, sig.this_type.as_deref()) {
                lower.named.insert(p.name.to_string(), ty);
            } else if p.name == "this"
                && let Some(ty) = &sig.this_type
            {
                lower.named.insert(p.name.to_string(), ty.clone());
            }
            if p.shared.is_none() {
                lower.owners.insert(p.name.to_string());
            }
            if p.exclusive.is_some() {
                lower.exclusive.insert(p.name.to_string());
            }
            if p.shared.is_some() || p.exclusive.is_some() {
                lower.references.insert(p.name.to_string());
            }
        }
        let mut body = Vec::new();
        let mut result = if crate::fence::has_return(&block.to_token_stream()) {
            lower.body_with_returns(block, &sig.output, &mut body)
        } else {
            lower.block_value(block, &mut body)
        };
        if matches!(result, Operand::Never) {
            result = Operand::Const(quote!(::core::unreachable!()));
        }
        let lent = lower.lent_constants();
        active = lower.active;
        let locals = lower.scopes.locals();
        if active.len() == before {
            sink.merge(attempt);
            return Func { params: sig.params.clone(), body, result, locals, lent, is_closure: false };
        }
    }
}

impl Lower<'_> {
    /// The references to parts of what carries no gradient.
    fn lent_constants(&self) -> HashMap<String, TokenStream> {
        let constant = self.aliases.iter().filter(|(_, depth, place)| *depth > 0 && !self.active.contains(&place.base.to_string()));
        let again = |(name, depth, place): &(String, usize, Place)| {
            let (ands, t) = (std::iter::repeat_n(quote!(&), *depth), place.again());
            (name.clone(), quote!((#(#ands)* #t)))
        };
        constant.map(again).collect()
    }

    /// Whether an expression mentions a variable that carries a gradient.
    pub(crate) fn is_active(&self, tokens: &impl ToTokens) -> bool {
        self.scopes.mentions(tokens.to_token_stream(), &self.active)
    }

    /// The tokens under unique names.
    pub(crate) fn plain(&self, tokens: &impl ToTokens) -> TokenStream {
        let tokens = tokens.to_token_stream();
        crate::fence::exits(self.sink, &tokens);
        if self.is_active(&tokens) {
            crate::fence::equalities(self.sink, &tokens, &|e| self.is_active(e));
            return self.scopes.rename(self.untouched(tokens));
        }
        crate::fence::idle_markers(self.sink, &tokens);
        self.scopes.rename(tokens)
    }

    pub(crate) fn opaque(&self, e: &Expr) -> Operand {
        Operand::Const(self.plain(e))
    }

    /// Marks the variable behind a place as carrying a gradient.
    pub(crate) fn activate(&mut self, name: &Ident) {
        self.active.insert(name.to_string());
    }

    /// Whether an operand carries a gradient.
    pub(crate) fn varied(&self, operand: &Operand) -> bool {
        operand.place().is_some_and(|p| self.active.contains(&p.base.to_string()))
    }

    /// Says what is wrong with some tokens. The operand stands for their value, so that what is wrong elsewhere is found, too.
    pub(crate) fn refuse(&self, at: &impl ToTokens, message: &Message) -> Operand {
        if library::calls_unknown(&at.to_token_stream()) {
            return self.refuse_late(at, message);
        }
        self.sink.say(at, message);
        Operand::Const(quote!(()))
    }

    /// The same of a name that may not exist.
    pub(crate) fn refuse_late(&self, at: &impl ToTokens, message: &Message) -> Operand {
        self.sink.say_late(at, message);
        Operand::Const(quote!(()))
    }

    /// What carries no gradient, evaluated once and in its turn: the variable that holds it.
    pub(crate) fn held(&mut self, stem: &str, tokens: TokenStream, span: proc_macro2::Span, out: &mut Vec<Stmt>) -> Ident {
        let dst = self.scopes.fresh(stem, span);
        let op = Op::Constant { tokens, why: Why::Inactive };
        out.push(Stmt::Let { dst: dst.clone(), mutable: false, ty: None, op });
        dst
    }

    /// A length or a position, evaluated once: the variable that holds it.
    pub(crate) fn held_number(&mut self, stem: &str, tokens: TokenStream, span: proc_macro2::Span, out: &mut Vec<Stmt>) -> Ident {
        let dst = self.scopes.fresh(stem, span);
        let op = Op::Constant { tokens, why: Why::Inactive };
        out.push(Stmt::Let { dst: dst.clone(), mutable: false, ty: Some(syn::parse_quote!(usize)), op });
        dst
    }

    /// Emits an operation into a fresh temporary or, if given, the variable of a `let`.
    pub(crate) fn emit(&mut self, op: Op, span: proc_macro2::Span, out: &mut Vec<Stmt>) -> Operand {
        let dst = self.scopes.fresh("t", span);
        self.emit_into(dst, false, None, op, out)
    }

    pub(crate) fn emit_into(&mut self, dst: Ident, mutable: bool, ty: Option<syn::Type>, op: Op, out: &mut Vec<Stmt>) -> Operand {
        if op.reads().into_iter().any(|o| self.varied(o)) {
            self.activate(&dst);
            let changed: Vec<Ident> = op.writes().into_iter().map(|p| p.base.clone()).collect();
            changed.iter().for_each(|name| self.activate(name));
        }
        if !matches!(op, Op::Copy(_)) {
            self.owners.insert(dst.to_string());
        }
        out.push(Stmt::Let { dst: dst.clone(), mutable, ty, op });
        Operand::Place(Place::variable(dst))
    }

    /// A place expression: a variable, fields, indices, dereferences.
    pub(crate) fn place(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Option<Place> {
        match e {
            Expr::Paren(p) => self.place(&p.expr, out),
            Expr::Group(g) => self.place(&g.expr, out),
            Expr::Path(p) => {
                let base = self.scopes.resolve(p.path.get_ident()?)?;
                Some(self.alias(&base).unwrap_or_else(|| Place::variable(base)))
            }
            Expr::Field(f) => {
                match self.part_of(e) {
                    Some(items::Item::Lent { place, .. } | items::Item::Owned(place)) => return Some(place),
                    Some(_) => return None,
                    None => {}
                }
                let place = self.place(&f.base, out)?;
                let (dot, member) = (&f.dot_token, &f.member);
                Some(place.then(Step::Field(f.member.clone()), |base| quote!(#base #dot #member)))
            }
            Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) => {
                if let Expr::MethodCall(m) = statements::strip(&u.expr) {
                    return self.place_behind(m, out);
                }
                let place = self.place(&u.expr, out)?;
                if self.is_alias(&u.expr) {
                    return Some(place);
                }
                let op = &u.op;
                let step = if place.path.is_empty() && self.references.contains(&place.base.to_string()) {
                    Step::Deref
                } else {
                    Step::Inside { pointer: place.tokens.clone() }
                };
                Some(place.then(step, |base| quote!((#op #base))))
            }
            Expr::Index(i) => {
                let place = self.place(&i.expr, out)?;
                let index = self.index(&i.index, out);
                let container = place.tokens.clone();
                let bracket = syn::token::Bracket(i.bracket_token.span);
                Some(place.then(Step::Index { index: index.clone(), container, key: None }, |base| {
                    let mut tokens = base.clone();
                    bracket.surround(&mut tokens, |t| index.to_tokens(t));
                    tokens
                }))
            }
            _ => None,
        }
    }

    /// The place behind a variable that is a reference to a part of another.
    fn alias(&self, name: &Ident) -> Option<Place> {
        self.alias_of(name).map(|(_, place)| place)
    }

    /// The same, and how many references the variable is away from it.
    pub(crate) fn alias_of(&self, name: &Ident) -> Option<(usize, Place)> {
        let (_, depth, place) = self.aliases.iter().rev().find(|(n, _, _)| name == n)?;
        let source = Some(place.again().clone());
        let stars = std::iter::repeat_n(quote!(*), *depth);
        let tokens = if *depth == 0 { name.to_token_stream() } else { quote!((#(#stars)* #name)) };
        Some((*depth, Place { tokens, source, ..place.clone() }))
    }

    /// How many references an expression of such a variable is away from the place.
    pub(crate) fn distance(&self, e: &Expr) -> Option<usize> {
        match statements::strip(e) {
            Expr::Path(p) => {
                let name = self.scopes.resolve(p.path.get_ident()?)?;
                self.aliases.iter().rev().find(|(n, _, _)| name == n).map(|(_, depth, _)| *depth)
            }
            Expr::Unary(u) if matches!(u.op, syn::UnOp::Deref(_)) => self.distance(&u.expr)?.checked_sub(1),
            Expr::Field(_) => match self.part_of(e) {
                Some(items::Item::Lent { depth, .. }) => Some(depth),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether an expression is a reference to a place.
    pub(crate) fn is_alias(&self, e: &Expr) -> bool {
        self.distance(e).is_some_and(|d| d > 0)
    }

    /// An index: pure ones stay where they are, anything else is evaluated once into a variable.
    pub(crate) fn index(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> TokenStream {
        let tokens = self.plain(e);
        if self.type_of(e).is_some_and(|ty| ty.starts_with("Range")) && !matches!(e, Expr::Range(_)) {
            return quote!(::core::clone::Clone::clone(&#tokens));
        }
        if is_pure(e) {
            return tokens;
        }
        let dst = self.scopes.fresh("i", e.span());
        let op = Op::Constant { tokens, why: Why::Inactive };
        out.push(Stmt::Let { dst: dst.clone(), mutable: false, ty: None, op });
        // a range is not Copy: each use takes its own
        let tokens = dst.to_token_stream();
        quote!(::core::clone::Clone::clone(&#tokens))
    }

    /// The variable of a simple pattern: `x`, `mut x`, `x: T`.
    pub(crate) fn simple_pattern(pat: &Pat) -> Option<(&syn::PatIdent, Option<&syn::Type>)> {
        match pat {
            Pat::Ident(p) if p.by_ref.is_none() && p.subpat.is_none() => Some((p, None)),
            Pat::Type(t) => Self::simple_pattern(&t.pat).map(|(p, _)| (p, Some(&*t.ty))),
            _ => None,
        }
    }

    /// Binds all variables of an inactive pattern. One that carries a gradient later gets a binding of its own, in `later`.
    pub(crate) fn bind_pattern(&mut self, pat: &Pat, later: &mut Vec<Stmt>) -> TokenStream {
        // the alternatives of a pattern with `|` bind the same variables
        struct Binder<'l, 's>(&'l mut Lower<'s>, &'l mut Vec<Stmt>, HashMap<Ident, Ident>);
        impl syn::visit_mut::VisitMut for Binder<'_, '_> {
            fn visit_field_pat_mut(&mut self, f: &mut syn::FieldPat) {
                syn::visit_mut::visit_field_pat_mut(self, f);
                if let (None, syn::Member::Named(member), Pat::Ident(p)) = (f.colon_token, &f.member, &*f.pat)
                    && p.ident != *member
                {
                    f.colon_token = Some(syn::Token![:](member.span()));
                }
            }

            fn visit_pat_ident_mut(&mut self, p: &mut syn::PatIdent) {
                if p.subpat.is_none() && p.ident.to_string().starts_with(char::is_uppercase) {
                    return;
                }
                if let Some((_, inner)) = &mut p.subpat {
                    self.visit_pat_mut(inner);
                }
                let said = p.ident.clone();
                if let Some(name) = self.2.get(&said) {
                    p.ident = name.clone();
                    return;
                }
                let dst = self.0.scopes.bind(&p.ident);
                if !self.0.active.contains(&dst.to_string()) {
                    self.2.insert(said, dst.clone());
                    p.ident = dst;
                    return;
                }
                let bound = self.0.scopes.fresh("e", p.ident.span());
                let op = Op::Constant { tokens: bound.to_token_stream(), why: Why::Inactive };
                self.1.push(Stmt::Let { dst, mutable: p.mutability.is_some(), ty: None, op });
                self.2.insert(said, bound.clone());
                (p.ident, p.mutability) = (bound, None);
            }
        }
        let mut pat = pat.clone();
        syn::visit_mut::VisitMut::visit_pat_mut(&mut Binder(self, later, HashMap::new()), &mut pat);
        pat.to_token_stream()
    }
}

/// Whether an expression may be evaluated again without anybody noticing: arithmetic of variables, fields, literals, lengths.
pub(crate) fn is_pure(e: &Expr) -> bool {
    match e {
        Expr::Lit(_) | Expr::Path(_) => true,
        Expr::Paren(p) => is_pure(&p.expr),
        Expr::Group(g) => is_pure(&g.expr),
        Expr::Reference(r) => r.mutability.is_none() && is_pure(&r.expr),
        Expr::Field(f) => is_pure(&f.base),
        Expr::Cast(c) => is_pure(&c.expr),
        Expr::Unary(u) => is_pure(&u.expr),
        Expr::Index(i) => is_pure(&i.expr) && is_pure(&i.index),
        Expr::Binary(b) => {
            !matches!(b.op, syn::BinOp::AddAssign(_) | syn::BinOp::SubAssign(_) | syn::BinOp::MulAssign(_) | syn::BinOp::DivAssign(_))
                && is_pure(&b.left)
                && is_pure(&b.right)
        }
        Expr::Range(r) => r.start.as_deref().is_none_or(is_pure) && r.end.as_deref().is_none_or(is_pure),
        Expr::Tuple(t) => t.elems.iter().all(is_pure),
        Expr::Array(a) => a.elems.iter().all(is_pure),
        Expr::MethodCall(m) => {
            m.args.is_empty() && (m.method == "len" || m.method == "nrows" || m.method == "ncols") && is_pure(&m.receiver)
        }
        _ => false,
    }
}

/// Whether an expression certainly yields a value of its own, not a reference to something else.
pub(crate) fn is_owned(e: &Expr) -> bool {
    const OWNING: &[&str] = &["clone", "to_vec", "to_owned", "collect", "into_boxed_slice", "detach", "zip_map", "map", "into"];
    if mentions_mut(&e.to_token_stream()) {
        return false;
    }
    match statements::strip(e) {
        Expr::Lit(_) | Expr::Array(_) | Expr::Repeat(_) | Expr::Struct(_) | Expr::Tuple(_) | Expr::Binary(_) | Expr::Cast(_) => true,
        Expr::Macro(m) => m.mac.path.is_ident("vec") || m.mac.path.segments.last().is_some_and(|s| s.ident == "tensor" || s.ident == "vec"),
        Expr::MethodCall(m) => OWNING.iter().any(|o| m.method == o) || crate::ops::find(&m.method.to_string(), m.args.len()).is_some(),
        Expr::Call(_) => true,
        _ => false,
    }
}

pub(crate) fn mentions_mut(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|t| match t {
        proc_macro2::TokenTree::Ident(i) => i == "mut" || i.to_string().ends_with("_mut"),
        proc_macro2::TokenTree::Group(g) => mentions_mut(&g.stream()),
        _ => false,
    })
}

fn span_of(e: &Expr) -> proc_macro2::Span {
    e.span()
}

fn is_sequence(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Slice(_) | syn::Type::Array(_) => true,
        syn::Type::Path(p) => p.path.segments.last().is_some_and(|s| s.ident == "Vec"),
        _ => false,
    }
}
