//! Lowering of patterns.
//!
//! Input: a pattern and the view of what it takes apart. Output: the pattern under unique names; its variables are names of places or, in
//! `body`, bound with a cotangent of their own. Invariant: the pattern is emitted as it was written, so that rustc matches as it always does;
//! what a variable stands for is known as a path into the value, or the pattern is refused.

use super::Lower;
use super::views::{View, element, slice};
use crate::diagnostics::Message;
use crate::ir::{Place, Step, Stmt, Variant};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::visit_mut::{self, VisitMut};
use syn::{Member, Pat};

/// What binding needs beside pattern and view.
pub(super) struct Binding<'b> {
    /// Whether the pattern can fail: then a name with a capital letter is a constant.
    pub(super) refutable: bool,
    /// The statements before the value is taken apart.
    pub(super) before: &'b mut Vec<Stmt>,
    /// Those where the variables are bound.
    pub(super) body: &'b mut Vec<Stmt>,
    /// Variants that the value is known to be inside of before this pattern is tried.
    pub(super) known: usize,
}

impl<'b> Binding<'b> {
    /// For a pattern that is tried by itself on what is viewed.
    pub(super) fn of(view: &View, refutable: bool, before: &'b mut Vec<Stmt>, body: &'b mut Vec<Stmt>) -> Binding<'b> {
        Binding { refutable, before, body, known: view.variants() }
    }
}

impl Lower<'_> {
    /// A pattern under unique names, its variables bound to the parts of what is viewed.
    pub(super) fn bind_view(&mut self, pat: &Pat, view: &View, b: &mut Binding<'_>) -> TokenStream {
        if let View::Value(p) | View::Owned(p) = view
            && !self.active.contains(&p.base.to_string())
        {
            return self.bind_pattern(pat, b.body);
        }
        match (pat, view) {
            (_, View::Inert) => self.bind_pattern(pat, b.body),
            (Pat::Wild(_) | Pat::Rest(_) | Pat::Lit(_) | Pat::Range(_) | Pat::Path(_) | Pat::Const(_), _) => pat.to_token_stream(),
            (Pat::Paren(p), _) => self.bind_view(&p.pat, view, b),
            (Pat::Type(t), _) => {
                let (inner, ty) = (self.bind_view(&t.pat, view, b), &t.ty);
                quote!(#inner: #ty)
            }
            (Pat::Reference(r), View::Lent(p, _) | View::Value(p)) => {
                let behind = match view {
                    View::Lent(_, depth) if *depth > 1 => View::Lent(p.clone(), depth - 1),
                    _ => View::Owned(p.clone()),
                };
                let (inner, mutability) = (self.bind_view(&r.pat, &behind, b), &r.mutability);
                quote!(& #mutability #inner)
            }
            (Pat::Ident(p), _) => self.bind_variable(p, view, b),
            (Pat::Tuple(t), _) => {
                let parts = self.bind_entries(pat, t.elems.iter(), view, b);
                quote!((#(#parts,)*))
            }
            (Pat::TupleStruct(t), _) => {
                let path = &t.path;
                let last = path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
                if last == "Err" {
                    let parts: Vec<TokenStream> = t.elems.iter().map(|p| self.bind_pattern(p, b.body)).collect();
                    return quote!(#path(#(#parts),*));
                }
                if (last == "Some" || last == "Ok") && t.elems.len() == 1 {
                    let part = self.bind_view(&t.elems[0], &view.payload(), b);
                    return quote!(#path(#part));
                }
                let inside = variant_of(path, view);
                let parts = self.bind_entries(pat, t.elems.iter(), &inside, b);
                quote!(#path(#(#parts),*))
            }
            (Pat::Struct(s), _) => {
                let (path, rest) = (&s.path, &s.rest);
                let inside = variant_of(path, view);
                let mut parts = Vec::new();
                for f in &s.fields {
                    let member = &f.member;
                    let part = self.bind_view(&f.pat, &inside.part(|p| field(p, member.clone())), b);
                    let same = f.colon_token.is_none() && part.to_string().ends_with(&member.to_token_stream().to_string());
                    parts.push(if same { part } else { quote!(#member: #part) });
                }
                quote!(#path { #(#parts,)* #rest })
            }
            (Pat::Slice(s), View::Value(p) | View::Owned(p) | View::Lent(p, _)) => {
                let parts = self.bind_elements(s, p, view, b);
                quote!([#(#parts),*])
            }
            (Pat::Or(_), _) if binds_nothing(pat) => pat.to_token_stream(),
            _ => self.refuse_pattern(pat, b),
        }
    }

    fn refuse_pattern(&mut self, pat: &Pat, b: &mut Binding<'_>) -> TokenStream {
        self.refuse(pat, &Message::Pattern {});
        self.bind_pattern(pat, b.body)
    }

    /// A variable: another name for a place, or a copy with a cotangent of its own.
    fn bind_variable(&mut self, p: &syn::PatIdent, view: &View, b: &mut Binding<'_>) -> TokenStream {
        if b.refutable && p.subpat.is_none() && p.ident.to_string().starts_with(char::is_uppercase) {
            return p.to_token_stream();
        }
        let whole = Pat::Ident(p.clone());
        let (by_ref, mutability) = (&p.by_ref, &p.mutability);
        let dst = match view {
            View::Value(place) | View::Owned(place) if by_ref.is_none() => {
                let dst = self.scopes.bind(&p.ident);
                self.activate(&dst);
                b.body.push(Stmt::Bound { dst: dst.clone(), place: place.clone(), owned: matches!(view, View::Owned(_)) });
                if mutability.is_some() && self.owners.insert(dst.to_string()) {
                    // rustc checks that it is no reference
                    b.body.push(Stmt::Opaque(quote_spanned!(p.ident.span()=> ::pullback::gate::whole(&#dst);)));
                }
                dst
            }
            View::Tuple(_) if by_ref.is_none() && mutability.is_none() && p.subpat.is_none() => {
                let dst = self.scopes.bind(&p.ident);
                if let Some(item) = view.item(&dst.to_token_stream()) {
                    self.name_tuple(&dst, item);
                    dst
                } else {
                    return self.refuse_pattern(&whole, b);
                }
            }
            View::Lent(..) if mutability.is_some() && by_ref.is_none() => return self.refuse_pattern(&whole, b),
            View::Value(place) | View::Owned(place) | View::Lent(place, _) => {
                let dst = self.scopes.bind(&p.ident);
                if self.active.contains(&place.base.to_string()) {
                    self.activate(&dst);
                }
                let source = Some(place.again().clone());
                let depth = if let View::Lent(_, depth) = view { *depth } else { 1 };
                self.aliases.push((dst.to_string(), depth, Place { source, ..place.clone() }));
                dst
            }
            _ => return self.refuse_pattern(&whole, b),
        };
        match &p.subpat {
            Some((at, sub)) => {
                let sub = self.bind_view(sub, view, b);
                quote!(#by_ref #mutability #dst #at #sub)
            }
            None => quote!(#by_ref #mutability #dst),
        }
    }

    /// The variables that a pattern, bound already, finds in a variant of the user's.
    pub(super) fn in_variants(&self, pat: &Pat) -> Vec<proc_macro2::Ident> {
        if !looks_into(pat) {
            return vec![];
        }
        let plain = |p: &syn::PatIdent| p.mutability.is_none() || p.by_ref.is_some();
        names(pat).iter().filter(|p| plain(p)).filter_map(|p| self.scopes.resolve(&p.ident)).collect()
    }

    /// The entries of a tuple or of a tuple struct.
    fn bind_entries<'p>(
        &mut self,
        whole: &Pat,
        entries: impl Iterator<Item = &'p Pat>,
        view: &View,
        b: &mut Binding<'_>,
    ) -> Vec<TokenStream> {
        let entries: Vec<&Pat> = entries.collect();
        let rest = entries.iter().position(|p| matches!(p, Pat::Rest(_)));
        let mut parts = Vec::new();
        for (k, p) in entries.iter().enumerate() {
            let after = rest.is_some_and(|r| k > r);
            let part = match view {
                View::Tuple(views) if after => views[views.len() + k - entries.len()].clone(),
                View::Tuple(views) => views.get(k).cloned().unwrap_or(View::Inert),
                _ if after && !binds_nothing(p) => {
                    parts.push(self.refuse_pattern(whole, b));
                    continue;
                }
                _ => view.part(|place| field(place, Member::from(k))),
            };
            parts.push(self.bind_view(p, &part, b));
        }
        parts
    }

    /// The elements of an array or slice.
    fn bind_elements(&mut self, s: &syn::PatSlice, place: &Place, view: &View, b: &mut Binding<'_>) -> Vec<TokenStream> {
        let is_rest = |p: &Pat| {
            matches!(p, Pat::Rest(_)) || matches!(p, Pat::Ident(i) if matches!(&i.subpat, Some((_, s)) if matches!(**s, Pat::Rest(_))))
        };
        let rest = s.elems.iter().position(is_rest);
        let counted = rest.is_some_and(|r| s.elems.iter().skip(r).any(|p| !binds_nothing(p)));
        if counted && variants(place) > b.known {
            return vec![self.refuse_pattern(&Pat::Slice(s.clone()), b)];
        }
        let n = if counted { self.length(place, b.before) } else { quote!(0) };
        let total = s.elems.len();
        let mut parts = Vec::new();
        for (k, p) in s.elems.iter().enumerate() {
            let left = total - k;
            let part = match rest {
                Some(r) if k > r => {
                    let index = quote!(#n.wrapping_sub(#left));
                    view.part(|place| element(place, index.clone(), index))
                }
                Some(r) if k == r => {
                    let tail = left - 1;
                    view.part(|place| slice(place, &quote!(#k), &quote!(#n.wrapping_sub(#tail))))
                }
                _ => view.part(|place| element(place, quote!(#k), quote!(#k))),
            };
            parts.push(match (p, rest) {
                (Pat::Ident(i), Some(r)) if k == r => {
                    let name = self.bind_variable(&syn::PatIdent { subpat: None, ..i.clone() }, &part, b);
                    quote!(#name @ ..)
                }
                _ => self.bind_view(p, &part, b),
            });
        }
        parts
    }
}

fn field(place: &Place, m: Member) -> Place {
    place.then(Step::Field(m.clone()), |t| quote!(#t.#m))
}

/// The fields of the variant, or struct, that a path names.
fn variant_of(path: &syn::Path, view: &View) -> View {
    match Variant::of(path) {
        Some(v) => view.part(|p| p.then(Step::Variant(v), Clone::clone)),
        None => view.clone(),
    }
}

/// The names that a pattern binds, with their `mut`.
pub(super) fn names(pat: &Pat) -> Vec<syn::PatIdent> {
    struct Search(Vec<syn::PatIdent>);
    impl<'a> syn::visit::Visit<'a> for Search {
        fn visit_pat_ident(&mut self, p: &'a syn::PatIdent) {
            if (p.subpat.is_some() || !p.ident.to_string().starts_with(char::is_uppercase)) && !self.0.iter().any(|q| q.ident == p.ident) {
                self.0.push(p.clone());
            }
            syn::visit::visit_pat_ident(self, p);
        }
    }
    let mut search = Search(vec![]);
    syn::visit::Visit::visit_pat(&mut search, pat);
    search.0
}

/// Whether a pattern looks into a variant of the user's.
fn looks_into(pat: &Pat) -> bool {
    struct Search(bool);
    impl<'a> syn::visit::Visit<'a> for Search {
        fn visit_pat_tuple_struct(&mut self, p: &'a syn::PatTupleStruct) {
            self.0 |= matches!(Variant::of(&p.path), Some(Variant::Part(_)));
            syn::visit::visit_pat_tuple_struct(self, p);
        }
        fn visit_pat_struct(&mut self, p: &'a syn::PatStruct) {
            self.0 |= matches!(Variant::of(&p.path), Some(Variant::Part(_)));
            syn::visit::visit_pat_struct(self, p);
        }
    }
    let mut search = Search(false);
    syn::visit::Visit::visit_pat(&mut search, pat);
    search.0
}

/// Whether a pattern has no variables.
pub(super) fn binds_nothing(pat: &Pat) -> bool {
    names(pat).is_empty()
}

/// A pattern without `|` around variables: one pattern for each alternative.
pub(super) fn alternatives(pat: &Pat) -> Vec<Pat> {
    /// Takes the case `k` of the first `|` found, and counts its cases.
    struct Pick {
        k: usize,
        cases: Option<usize>,
    }
    impl VisitMut for Pick {
        fn visit_pat_mut(&mut self, pat: &mut Pat) {
            match pat {
                Pat::Or(o) if self.cases.is_none() && o.cases.iter().any(|c| !binds_nothing(c)) => {
                    self.cases = Some(o.cases.len());
                    *pat = o.cases[self.k].clone();
                }
                other => visit_mut::visit_pat_mut(self, other),
            }
        }
    }
    let pick = |k: usize| {
        let (mut picked, mut pick) = (pat.clone(), Pick { k, cases: None });
        pick.visit_pat_mut(&mut picked);
        (picked, pick.cases)
    };
    match pick(0).1 {
        None => vec![pat.clone()],
        Some(cases) => (0..cases).flat_map(|k| alternatives(&pick(k).0)).collect(),
    }
}

/// How many variants a place is inside of.
pub(super) fn variants(place: &Place) -> usize {
    place.path.iter().filter(|s| matches!(s, Step::Variant(_))).count()
}
