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

use crate::ir::Stmt;
use crate::types::Types;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use rewrite::{Certain, Lanes, Once, Shorten, lanes_of, normalized, untested};
use slices::{Found, Slice, fixed, indexed};
use std::collections::{BTreeMap, BTreeSet};
use syn::Block;
use syn::visit_mut::VisitMut;

mod hoist;
mod rewrite;
mod slices;

pub(super) use hoist::hoisted;

/// How many elements further on an iteration may add to: as many sums are carried along.
const CARRIED: usize = 3;

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
        let block = normalized(&block, &|base| slices::is_indexed(&indexed, base));
        let found = Found::new(k, &indexed, &block);
        let slices = found.slices(self.forwards);
        if slices.is_empty() || found.nested {
            return plain();
        }
        let mut inner = block;
        Shorten { k, slices: &slices }.visit_block_mut(&mut inner);
        let fixed = fixed(primal, types);
        let mut once = Once { fixed: &fixed, own: &found.own, found: BTreeMap::new() };
        once.visit_block_mut(&mut inner);
        let firsts = once.found.into_values().map(|(name, e)| quote!(let #name = #e;));
        let sums = found.sums(&slices, &|name| knows.is_float(name));
        let in_lanes = self.forwards && !sums.is_empty() && found.only(&slices) && slices.iter().all(|s| s.behind == 0);
        let mut tests: Vec<TokenStream> = vec![];
        let mut fast = inner.clone();
        if in_lanes {
            // a cotangent that nobody wants has no entries
            let mut wanted: Vec<TokenStream> = vec![];
            for on in slices.iter().filter_map(|s| knows.wanted(&s.base)) {
                if !wanted.iter().any(|w| w.to_string() == on.to_string()) {
                    wanted.push(on);
                }
            }
            Certain { wanted: &wanted }.visit_block_mut(&mut fast);
            tests.extend(wanted);
        }
        for name in untested(&mut fast, k, &slices) {
            tests.push(quote!(::pullback::rule::no_zeros(#name)));
        }
        let mut run = if in_lanes { self.lanes(&slices, &sums, &fast) } else { self.each(&slices, &fast, knows) };
        if !tests.is_empty() {
            let tested = self.each(&slices, &inner, knows);
            run = quote!(if #(#tests)&&* { #run } else { #tested });
        }
        // at once: the ends of one may speak of another
        let (names, wholes) = (slices.iter().map(|s| &s.name), slices.iter().map(|s| s.whole(knows)));
        let own = names.clone();
        let run = quote!(#(let #own: __Sound<_> = #own;)* #run);
        // a function's parameters are known not to overlap
        let run = match slices.iter().map(Slice::parameter).collect::<Option<Vec<_>>>() {
            Some(parameters) if parameters.len() > 1 => quote!((|#(#parameters),*| { #run })(#(#wholes),*);),
            _ => quote!(let (#(#names,)*) = (#(#wholes,)*); #run),
        };
        let otherwise = over(&quote!(trips));
        let run = apart(&slices, knows, &run, &quote!(for #k in #otherwise { #body }));
        quote!({
            let trips = #trips;
            if trips > 0 {
                #(#firsts)*
                #run
            }
        })
    }

    /// One iteration after the other. What an iteration adds to elements further on is carried along until the iteration whose own they are.
    fn each(&self, slices: &[Slice], body: &Block, knows: &dyn Knows) -> TokenStream {
        let (k, stmts) = (self.k, &body.stmts);
        let over = if self.forwards { quote!(0..trips) } else { quote!((0..trips).rev()) };
        let (mut before, mut begin, mut end, mut after) = (TokenStream::new(), TokenStream::new(), TokenStream::new(), TokenStream::new());
        for s in slices.iter().filter(|s| s.behind > 0) {
            let (name, behind, ty) = (&s.name, format_ident!("{}_behind", s.name), &s.element);
            let own: Vec<Ident> = (0..=s.behind).map(|b| s.carried(b)).collect();
            let carried: Vec<Ident> = own[1..].iter().map(|n| format_ident!("{}_carried", n)).collect();
            let wanted = knows.wanted(&s.base);
            let only = |step: TokenStream| wanted.as_ref().map_or(step.clone(), |on| quote!(if #on { #step }));
            // a cotangent that nobody wants has no entries
            let here = wanted.as_ref().map_or(quote!(trips), |on| quote!(if #on { trips } else { 0 }));
            before.extend(quote!(let (#name, #behind) = #name.split_at_mut(#here); #(let mut #carried: #ty = 0.0;)*));
            // what is added to −0 is not rounded, so that rustc need not add
            begin.extend(quote!(#(let mut #own: #ty = -0.0;)*));
            let (first, here) = (&own[0], &carried[0]);
            end.extend(only(quote!(#name[#k] += #here + #first;)));
            for b in 0..s.behind {
                let (to, from) = (&carried[b], &own[b + 1]);
                let next = carried.get(b + 1).map(|next| quote!(#next +));
                end.extend(quote!(#to = #next #from;));
            }
            let last = carried.iter().enumerate().map(|(b, c)| quote!(#behind[#b] += #c;));
            after.extend(only(quote!(#(#last)*)));
        }
        quote!(#before for #k in #over { #begin #(#stmts)* #end } #after)
    }

    /// Four iterations at once, each adding to sums of its own. What they read is read before any of them writes: that the slices do not overlap is
    /// forgotten where this is inlined, and without that knowledge they would run one after the other.
    fn lanes(&self, slices: &[Slice], sums: &BTreeSet<String>, inner: &Block) -> TokenStream {
        let k = self.k;
        let mut four = inner.clone();
        Lanes { k, sums }.visit_block_mut(&mut four);
        let names: Vec<&Ident> = slices.iter().map(|s| &s.name).collect();
        let fours: Vec<Ident> = names.iter().map(|n| format_ident!("{}_fours", n)).collect();
        let split = slices.iter().map(Slice::split);
        let each = slices.iter().zip(&fours).map(|(s, f)| if s.mutable { quote!(#f.iter_mut()) } else { quote!(#f.iter()) });
        let each = each.reduce(|a, b| quote!(#a.zip(#b)));
        let pattern = names.iter().map(ToTokens::to_token_stream).reduce(|a, b| quote!((#a, #b)));
        let (reads, writes): (Vec<_>, Vec<_>) = slices.iter().map(Slice::copied).unzip();
        let lanes = sums.iter().map(|s| lanes_of(s));
        let ends = sums.iter().map(|s| {
            let (sum, lanes) = (crate::tokens::ident(s, proc_macro2::Span::call_site()), lanes_of(s));
            quote!(#sum += (#lanes[0] + #lanes[1]) + (#lanes[2] + #lanes[3]);)
        });
        let (four, one) = (&four.stmts, &inner.stmts);
        quote! {
            #(let (#fours, #names) = #split;)*
            #(let mut #lanes = [0.0; 4];)*
            for #pattern in #each {
                #(#reads)*
                for #k in 0..4 { #(#four)* }
                #(#writes)*
            }
            #(#ends)*
            for #k in 0..trips & 3 { #(#one)* }
        }
    }
}

/// Up to the last element of a slice, and so many more.
fn span(behind: usize) -> TokenStream {
    if behind == 0 { quote!(..trips) } else { quote!(..trips + #behind) }
}

/// Borrows the parts of each container that are changed, if they don't overlap; otherwise the loop runs as it is.
fn apart(slices: &[Slice], knows: &dyn Knows, run: &TokenStream, otherwise: &TokenStream) -> TokenStream {
    let mut groups: BTreeMap<String, Vec<&Slice>> = BTreeMap::new();
    for s in slices.iter().filter(|s| s.apart) {
        groups.entry(s.base.to_string()).or_default().push(s);
    }
    if groups.is_empty() {
        return run.clone();
    }
    let (mut patterns, mut borrows) = (vec![], vec![]);
    for parts in groups.values() {
        let (base, names, starts) = (&parts[0].base, parts.iter().map(|s| &s.name), parts.iter().map(|s| s.start()));
        let borrow = quote!(::pullback::place::apart(&mut #base[..], [#(#starts),*], trips));
        patterns.push(quote!(::core::option::Option::Some([#(#names),*])));
        borrows.push(match knows.wanted(base) {
            Some(on) => quote!(if #on { #borrow } else { ::core::option::Option::Some(::core::default::Default::default()) }),
            None => borrow,
        });
    }
    quote!(if let (#(#patterns,)*) = (#(#borrows,)*) { #run } else { #otherwise })
}
