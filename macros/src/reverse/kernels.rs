//! Kernels: innermost loops in the form that LLVM runs several iterations of at once.
//!
//! Input: a reversed loop over `0..n`, and the containers that the primal indexes with its variable in every iteration. Output: the loop over slices of
//! exactly `n` elements; sums in four lanes. Invariant: a slice is taken only of what the primal has indexed up to `n - 1`, and only if there was an iteration, so
//! that nothing panics that did not; each container is borrowed once.
//!
//!     for k in 0..n { b[k] += o[k] * x; sum += o[k] * c[k]; }
//!     →    let (o, c, b) = (&o[..n], &c[..n], &mut b[..n]);   for each four: { for k in 0..4 { b[k] += …; sums[k] += … } }   and the rest
//!
//! Bounds checks leave edges out of the loop that keep it scalar, and rustc does not reorder a sum of floats: what order an adjoint adds in is ours to choose.

use crate::ir::{Op, Operand, Place, Step, Stmt};
use crate::tokens::{calls, unspaced};
use crate::types::{Ty, Types, peeled};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use syn::visit::Visit;
use syn::visit_mut::VisitMut;
use syn::{BinOp, Block, Expr};

/// A reversed loop.
pub(super) struct Kernel<'a> {
    pub(super) k: &'a Ident,
    pub(super) trips: TokenStream,
    /// Whether it runs from 0 up.
    pub(super) forwards: bool,
    pub(super) body: TokenStream,
}

/// What is known of variables.
pub(super) trait Knows {
    /// Whether it is certainly a float.
    fn is_float(&self, name: &str) -> bool;
    /// Whether the caller wants a cotangent, where that is a matter of its type.
    fn wanted(&self, bar: &Ident) -> Option<TokenStream>;
}

impl Kernel<'_> {
    /// The loop, with its containers as slices where that is possible.
    pub(super) fn tokens(&self, primal: &[Stmt], types: &Types, knows: &dyn Knows) -> TokenStream {
        let (k, trips, body) = (self.k, &self.trips, &self.body);
        let over = |n: &TokenStream| if self.forwards { quote!(0..#n) } else { quote!((0..#n).rev()) };
        let plain = || {
            let over = over(trips);
            quote!(for #k in #over { #body })
        };
        let Ok(block) = syn::parse2::<Block>(quote!({ #body })) else { return plain() };
        let indexed = indexed(primal, k, types);
        let mut found = Found::new(k, &indexed, &block);
        found.visit_block(&block);
        let slices = found.slices();
        if slices.is_empty() || found.nested {
            return plain();
        }
        let mut inner = block.clone();
        Shorten { k, slices: &slices }.visit_block_mut(&mut inner);
        let fixed = fixed(primal, types);
        let mut once = Once { fixed: &fixed, own: &found.own, found: BTreeMap::new() };
        once.visit_block_mut(&mut inner);
        let firsts = once.found.into_values().map(|(name, e)| quote!(let #name = #e;));
        let sums = found.sums(&slices, &|name| knows.is_float(name));
        let in_lanes = self.forwards && !sums.is_empty() && found.only(&slices);
        let mut tests: Vec<TokenStream> = vec![];
        let mut fast = inner.clone();
        if in_lanes {
            // a cotangent that nobody wants has no entries
            let wanted: Vec<TokenStream> = slices.iter().filter(|s| s.mutable).filter_map(|s| knows.wanted(&s.name)).collect();
            Certain { wanted: &wanted }.visit_block_mut(&mut fast);
            tests.extend(wanted);
        }
        for name in untested(&mut fast, k, &slices) {
            tests.push(quote!(::pullback::rule::no_zeros(#name)));
        }
        let (over, stmts, fast_stmts) = (over(&quote!(trips)), &inner.stmts, &fast.stmts);
        let mut run = if in_lanes { self.lanes(&slices, &sums, &fast) } else { quote!(for #k in #over { #(#fast_stmts)* }) };
        if !tests.is_empty() {
            run = quote!(if #(#tests)&&* { #run } else { for #k in #over { #(#stmts)* } });
        }
        // at once: the ends of one may speak of another
        let (names, wholes) = (slices.iter().map(|s| &s.name), slices.iter().map(|s| s.whole(knows)));
        // a function's parameters are known not to overlap
        let run = match slices.iter().map(Slice::parameter).collect::<Option<Vec<_>>>() {
            Some(parameters) if parameters.len() > 1 => quote!((|#(#parameters),*| { #run })(#(#wholes),*);),
            _ => quote!(let (#(#names,)*) = (#(#wholes,)*); #run),
        };
        quote!({
            let trips = #trips;
            if trips > 0 {
                #(#firsts)*
                #run
            }
        })
    }

    /// Four iterations at once, each adding to sums of its own.
    fn lanes(&self, slices: &[Slice], sums: &BTreeSet<String>, inner: &Block) -> TokenStream {
        let k = self.k;
        let mut four = inner.clone();
        Lanes { k, sums }.visit_block_mut(&mut four);
        let names: Vec<&Ident> = slices.iter().map(|s| &s.name).collect();
        let rests: Vec<Ident> = names.iter().map(|n| format_ident!("{}_rest", n)).collect();
        let halves = slices.iter().map(Slice::halves);
        let chunks = slices.iter().map(Slice::chunks).reduce(|a, b| quote!(#a.zip(#b)));
        let pattern = names.iter().map(ToTokens::to_token_stream).reduce(|a, b| quote!((#a, #b)));
        let lanes = sums.iter().map(|s| lanes_of(s));
        let ends = sums.iter().map(|s| {
            let (sum, lanes) = (Ident::new(s, proc_macro2::Span::call_site()), lanes_of(s));
            quote!(#sum += (#lanes[0] + #lanes[1]) + (#lanes[2] + #lanes[3]);)
        });
        let (four, one) = (&four.stmts, &inner.stmts);
        quote! {
            let whole = trips & !3;
            #(let (#names, #rests) = #halves;)*
            #(let mut #lanes = [0.0; 4];)*
            for #pattern in #chunks {
                for #k in 0..4 { #(#four)* }
            }
            #(#ends)*
            #(let #names = #rests;)*
            for #k in 0..trips - whole { #(#one)* }
        }
    }
}

/// Takes the tests for symbolic zeros out of a body, and says which slices must have none instead. A body that tests anything else stays as it is.
fn untested(body: &mut Block, k: &Ident, slices: &[Slice]) -> Vec<Ident> {
    let mut taken = HashMap::new();
    for stmt in &body.stmts {
        if let syn::Stmt::Local(l) = stmt
            && let (syn::Pat::Ident(p), Some(init)) = (&l.pat, &l.init)
            && let Some(of) = element_of(&init.expr, k)
            && let Some(slice) = slices.iter().find(|s| s.name == *of)
        {
            taken.insert(p.ident.to_string(), slice.name.clone());
        }
    }
    let mut without = Untested { taken: &taken, found: BTreeMap::new(), others: false };
    let mut copy = body.clone();
    without.visit_block_mut(&mut copy);
    if without.others {
        return vec![];
    }
    *body = copy;
    without.found.into_values().collect()
}

/// `v[k]`, or what takes it out: the variable.
fn element_of<'e>(e: &'e Expr, k: &Ident) -> Option<&'e Ident> {
    match e {
        Expr::Index(i) if by(i, k).is_some() => base(&i.expr),
        Expr::Call(c) if calls(c, "::pullback::call::lift") => match c.args.first()? {
            Expr::Reference(r) => element_of(&r.expr, k),
            _ => None,
        },
        _ => None,
    }
}

struct Untested<'a> {
    /// Cotangents that are elements of slices.
    taken: &'a HashMap<String, Ident>,
    found: BTreeMap<String, Ident>,
    others: bool,
}

impl VisitMut for Untested<'_> {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        if let Expr::Call(c) = e
            && calls(c, "::pullback::rule::used")
        {
            let slice = if let Expr::Path(p) = &c.args[0] { p.path.get_ident().and_then(|i| self.taken.get(&i.to_string())) } else { None };
            let Some(slice) = slice else {
                self.others = true;
                return;
            };
            self.found.insert(slice.to_string(), slice.clone());
            *e = c.args[1].clone();
        }
        syn::visit_mut::visit_expr_mut(self, e);
    }
}

fn lanes_of(sum: &str) -> Ident {
    format_ident!("{}_lanes", sum)
}

/// A container that is indexed by the loop's variable alone.
struct Slice {
    name: Ident,
    /// What is indexed: the container or a part of it.
    of: TokenStream,
    mutable: bool,
    /// The type of its elements.
    element: Option<TokenStream>,
}

impl Slice {
    fn whole(&self, knows: &dyn Knows) -> TokenStream {
        let (of, name) = (&self.of, &self.name);
        match knows.wanted(name) {
            Some(on) if self.mutable => quote!(if #on { &mut #of[..trips] } else { &mut #name[..0] }),
            _ if self.mutable => quote!(&mut #of[..trips]),
            _ => quote!(&#of[..trips]),
        }
    }

    /// As a closure's parameter.
    fn parameter(&self) -> Option<TokenStream> {
        let (name, element, mutable) = (&self.name, self.element.as_ref()?, self.mutable.then(|| quote!(mut)));
        Some(quote!(#name: &#mutable [#element]))
    }

    /// The multiple of four, and the rest.
    fn halves(&self) -> TokenStream {
        let (name, split) = (&self.name, if self.mutable { quote!(split_at_mut) } else { quote!(split_at) });
        quote!(#name.#split(whole))
    }

    fn chunks(&self) -> TokenStream {
        let (name, chunks) = (&self.name, if self.mutable { quote!(chunks_exact_mut) } else { quote!(chunks_exact) });
        quote!(#name.#chunks(4))
    }
}

/// The containers that the primal indexes with `k` in each iteration, as text, and their cotangents.
fn indexed(primal: &[Stmt], k: &Ident, types: &Types) -> BTreeMap<String, (bool, Option<String>)> {
    let mut found = BTreeMap::new();
    let mut note = |p: &Place| {
        let whole = Place { path: p.path[..p.path.len().saturating_sub(1)].to_vec(), ..p.clone() };
        if let Some(Step::Index { index, container, .. }) = p.path.last()
            && matches!(types.place(&whole).map(peeled), Some(Ty::Seq(..)))
            && *k == index.to_string()
            && let Ok(e) = syn::parse2::<Expr>(container.clone())
        {
            let base = &p.base;
            let element = match types.place(p).map(peeled) {
                Some(Ty::Scalar(s)) => Some(s),
                _ => None,
            };
            let mut of_bar = e.clone();
            Rename { from: base, to: crate::ir::bar(base) }.visit_expr_mut(&mut of_bar);
            for (e, mutable) in [(&e, false), (&of_bar, true)] {
                let open = if let Expr::Index(i) = e { from(i) } else { None };
                for e in [Some(e.clone()), open].into_iter().flatten() {
                    found.insert(unspaced(&e), (mutable, element.clone()));
                }
            }
        }
    };
    for stmt in primal {
        match stmt {
            Stmt::Let { op: op @ (Op::Rule { .. } | Op::Copy(_)), .. } => {
                op.reads().into_iter().filter_map(Operand::place).for_each(&mut note)
            }
            Stmt::Store { place, value, .. } => value.place().into_iter().chain([place]).for_each(&mut note),
            _ => {}
        }
    }
    found
}

/// The numbers that the primal reads in each iteration, as text.
fn fixed(primal: &[Stmt], types: &Types) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for stmt in primal {
        if let Stmt::Let { op: op @ (Op::Rule { .. } | Op::Copy(_)), .. } = stmt {
            for p in op.reads().into_iter().filter_map(Operand::place) {
                if !p.path.is_empty() && matches!(types.place(p), Some(Ty::Scalar(_))) {
                    found.insert(unspaced(p.again()));
                }
            }
        }
    }
    found
}

struct Rename<'a> {
    from: &'a Ident,
    to: Ident,
}

impl VisitMut for Rename<'_> {
    fn visit_expr_index_mut(&mut self, i: &mut syn::ExprIndex) {
        // the container alone: an index may have the same name
        self.visit_expr_mut(&mut i.expr);
    }
    fn visit_ident_mut(&mut self, i: &mut Ident) {
        if i == self.from {
            *i = self.to.clone();
        }
    }
}

/// What a reversed loop's body does with its variable and with containers.
struct Found<'a> {
    k: &'a Ident,
    indexed: &'a BTreeMap<String, (bool, Option<String>)>,
    own: HashSet<String>,
    /// Containers by their variable: what is indexed, unless that differs.
    parts: BTreeMap<String, Option<(Expr, bool)>>,
    /// Variables that occur in another way, and those that are only added to.
    others: HashSet<String>,
    added: BTreeSet<String>,
    /// Loops, closures and macros are left as they are.
    nested: bool,
}

impl<'a> Found<'a> {
    fn new(k: &'a Ident, indexed: &'a BTreeMap<String, (bool, Option<String>)>, block: &Block) -> Found<'a> {
        let mut own = Own(HashSet::from([k.to_string()]));
        own.visit_block(block);
        Found { k, indexed, own: own.0, parts: BTreeMap::new(), others: HashSet::new(), added: BTreeSet::new(), nested: false }
    }

    /// The containers that can be slices.
    fn slices(&self) -> Vec<Slice> {
        let usable = self.parts.iter().filter(|(name, _)| !self.others.contains(*name));
        let slices = usable.filter_map(|(name, part)| {
            let (of, mutable) = part.as_ref()?;
            let element = self.indexed.get(&unspaced(of)).and_then(|(_, element)| element.as_ref()?.parse().ok());
            Some(Slice { name: Ident::new(name, base(of)?.span()), of: of.to_token_stream(), mutable: *mutable, element })
        });
        slices.collect()
    }

    /// Whether the variable does nothing but index these.
    fn only(&self, slices: &[Slice]) -> bool {
        !self.others.contains(&self.k.to_string()) && slices.len() == self.parts.len()
    }

    /// Variables from outside that are only added to.
    fn sums(&self, slices: &[Slice], is_float: &dyn Fn(&str) -> bool) -> BTreeSet<String> {
        let is_sum = |name: &&String| {
            let outside = !self.own.contains(*name) && !self.others.contains(*name);
            outside && !slices.iter().any(|s| s.name == *name) && is_float(name)
        };
        self.added.iter().filter(is_sum).cloned().collect()
    }

    /// What `e` indexes, if that is the same in all iterations: a variable, or a part of one.
    fn part(&self, e: &Expr) -> Option<(String, bool)> {
        let mutable = self.indexed.get(&unspaced(e))?.0;
        let base = base(e)?;
        let mut names = Names(HashSet::new());
        names.visit_expr(e);
        names.0.is_disjoint(&self.own).then(|| (base.to_string(), mutable))
    }
}

/// What is indexed by `k`: `v` of `v[k]`, `v[a..]` of `v[a + k]`.
fn by(i: &syn::ExprIndex, k: &Ident) -> Option<Expr> {
    let is_k = |e: &Expr| matches!(e, Expr::Path(p) if p.path.is_ident(k));
    match &*i.index {
        e if is_k(e) => Some((*i.expr).clone()),
        Expr::Binary(b) if matches!(b.op, BinOp::Add(_)) && is_k(&b.right) => Some(part_from(&i.expr, &b.left)),
        _ => None,
    }
}

/// `v[a..]`, of `v[a..b]`.
fn from(i: &syn::ExprIndex) -> Option<Expr> {
    let Expr::Range(r) = &*i.index else { return None };
    Some(part_from(&i.expr, r.start.as_ref()?))
}

fn part_from(of: &Expr, start: &Expr) -> Expr {
    let start = if let Expr::Paren(p) = start { &p.expr } else { start };
    let plain = matches!(start, Expr::Path(_) | Expr::Lit(_) | Expr::Paren(_));
    if plain { syn::parse_quote!(#of[#start..]) } else { syn::parse_quote!(#of[(#start)..]) }
}

/// The variable that a place is a part of.
fn base(e: &Expr) -> Option<&Ident> {
    match e {
        Expr::Path(p) => p.path.get_ident(),
        Expr::Index(i) if matches!(&*i.index, Expr::Range(_)) => base(&i.expr),
        _ => None,
    }
}

impl<'ast> Visit<'ast> for Found<'_> {
    fn visit_expr(&mut self, e: &'ast Expr) {
        match e {
            Expr::Index(i) => {
                if let Some(of) = by(i, self.k)
                    && let Some((name, mutable)) = self.part(&of)
                {
                    let known = self.parts.entry(name).or_insert_with(|| Some((of.clone(), mutable)));
                    if known.as_ref().is_some_and(|(e, _)| unspaced(e) != unspaced(&of)) {
                        *known = None;
                    }
                    // what the part's ends are made of is read elsewhere
                    return;
                }
            }
            Expr::Binary(b) if matches!(b.op, BinOp::AddAssign(_) | BinOp::SubAssign(_)) => {
                if let Expr::Path(p) = &*b.left
                    && let Some(name) = p.path.get_ident()
                {
                    self.added.insert(name.to_string());
                    return self.visit_expr(&b.right);
                }
            }
            Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_) | Expr::Closure(_) | Expr::Macro(_) => self.nested = true,
            _ => {}
        }
        syn::visit::visit_expr(self, e);
    }
    fn visit_macro(&mut self, _: &'ast syn::Macro) {
        self.nested = true;
    }
    fn visit_expr_path(&mut self, p: &'ast syn::ExprPath) {
        if let Some(name) = p.path.get_ident() {
            self.others.insert(name.to_string());
        }
    }
}

/// The variables that patterns bind.
struct Own(HashSet<String>);

impl<'ast> Visit<'ast> for Own {
    fn visit_pat_ident(&mut self, p: &'ast syn::PatIdent) {
        self.0.insert(p.ident.to_string());
    }
}

/// The variables that an expression names.
struct Names(HashSet<String>);

impl<'ast> Visit<'ast> for Names {
    fn visit_expr_path(&mut self, p: &'ast syn::ExprPath) {
        self.0.extend(p.path.get_ident().map(ToString::to_string));
    }
}

/// Indexes the slices, which have their containers' names.
struct Shorten<'a> {
    k: &'a Ident,
    slices: &'a [Slice],
}

impl VisitMut for Shorten<'_> {
    fn visit_expr_index_mut(&mut self, i: &mut syn::ExprIndex) {
        if by(i, self.k).is_some()
            && let Some(name) = base(&i.expr).filter(|b| self.slices.iter().any(|s| s.name == **b)).cloned()
        {
            let k = self.k;
            *i.expr = syn::parse_quote!(#name);
            *i.index = syn::parse_quote!(#k);
            return;
        }
        syn::visit_mut::visit_expr_index_mut(self, i);
    }
}

/// Reads what is the same in all iterations once.
struct Once<'a> {
    fixed: &'a BTreeSet<String>,
    own: &'a HashSet<String>,
    found: BTreeMap<String, (Ident, Expr)>,
}

impl VisitMut for Once<'_> {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        if let Expr::Index(i) = &*e
            && self.fixed.contains(&unspaced(e))
            && let Some(base) = base(&i.expr)
        {
            let mut names = Names(HashSet::new());
            names.visit_expr(e);
            if names.0.is_disjoint(self.own) {
                let name = format_ident!("{}_once_{}", base, self.found.len());
                let (name, _) = self.found.entry(unspaced(e)).or_insert_with(|| (name, e.clone()));
                *e = syn::parse_quote!(#name);
                return;
            }
        }
        syn::visit_mut::visit_expr_mut(self, e);
    }
}

/// Without tests whether cotangents are wanted that are.
struct Certain<'a> {
    wanted: &'a [TokenStream],
}

impl VisitMut for Certain<'_> {
    fn visit_block_mut(&mut self, b: &mut Block) {
        syn::visit_mut::visit_block_mut(self, b);
        let wanted: Vec<String> = self.wanted.iter().map(ToString::to_string).collect();
        let each = std::mem::take(&mut b.stmts).into_iter().flat_map(|s| match s {
            syn::Stmt::Expr(Expr::If(i), _) if i.else_branch.is_none() && wanted.contains(&i.cond.to_token_stream().to_string()) => {
                i.then_branch.stmts
            }
            other => vec![other],
        });
        b.stmts = each.collect();
    }
}

/// Sums by lane.
struct Lanes<'a> {
    k: &'a Ident,
    sums: &'a BTreeSet<String>,
}

impl VisitMut for Lanes<'_> {
    fn visit_expr_binary_mut(&mut self, b: &mut syn::ExprBinary) {
        syn::visit_mut::visit_expr_binary_mut(self, b);
        let sum = if let Expr::Path(p) = &*b.left { p.path.get_ident().filter(|i| self.sums.contains(&i.to_string())) } else { None };
        if let (Some(name), BinOp::AddAssign(_) | BinOp::SubAssign(_)) = (sum, &b.op) {
            let (lanes, k) = (lanes_of(&name.to_string()), self.k);
            *b.left = syn::parse_quote!(#lanes[#k]);
        }
    }
}
