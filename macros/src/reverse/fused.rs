//! Fused loops: each iteration is reversed as soon as it has run.
//!
//! Input: a loop that [`crate::fuse`] found. Output: the loop with both sweeps, as a part of the forward sweep. Invariant: an iteration is reversed as a whole,
//! so that within it the rules are those of a function's top; what a test finds wrong leaves the block `'fused`, before anything is returned.
//!
//!     for i in … { f }        →        let sum_seed = result_bar;  let mut x_bar = zeros;
//!                                      for i in … { f; adjoint of f; if sum_bar != sum_seed || !is_zero(t_bar) { break 'fused; } }

use super::Reverse;
use super::frames::Around;
use crate::fuse::Fusable;
use crate::ir::{Head, Stmt};
use crate::save::{Depth, Scope};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

impl<'a> Reverse<'a> {
    pub(super) fn fuse(&mut self, head: &Head, body: &'a [Stmt], loop_: &Fusable) -> Around {
        let at = self.top().current;
        let mut steady = crate::tbr::bindings(body, self.activity, self.types);
        steady.extend(head.range.as_ref().map(|(name, _)| name).or(head.counter.as_ref()).map(ToString::to_string));
        steady.retain(|name| self.steady.enter(name));
        self.saves.open();
        let outer = std::mem::replace(&mut self.base, self.frames.len());
        let (forward, frame) = self.block(body, Depth::default(), None);
        self.base = outer;
        let Scope { declarations, stacks, clears, cursors } = self.saves.close();
        steady.iter().for_each(|name| self.steady.leave(name));
        let state: Vec<String> = loop_.accumulators.iter().map(|(n, _)| n).chain(&loop_.scratch).map(ToString::to_string).collect();
        for name in frame.touched.iter().filter(|name| !state.contains(name)) {
            if self.top().defs.contains(name) {
                let first = self.hoisted.entry(name.clone()).or_insert(at);
                *first = at.min(*first);
            }
            self.touch(name);
        }
        let mut before = self.hoist(at);
        let (mut start, mut test, mut end) = (TokenStream::new(), vec![], vec![]);
        for (name, value) in &loop_.accumulators {
            let (bar, seed) = (crate::ir::bar(name), format_ident!("{}_seed", name));
            before.extend(quote!(let #seed = #value;));
            start.extend(quote!(let mut #bar = #seed;));
            test.push(quote!(#bar != #seed));
            end.push(if self.top().declared.contains(&name.to_string()) { quote!(#bar != #seed) } else { quote!(true) });
        }
        for name in &loop_.scratch {
            let bar = crate::ir::bar(name);
            let zero = self.new_zero(&name.to_string());
            start.extend(quote!(let mut #bar = #zero;));
            test.push(quote!(!::pullback::Tangent::is_zero(&#bar)));
        }
        self.top().steps.push(quote!(if #(#end)||* { break 'fused; }));
        let reversed = frame.reversed();
        let iteration = quote! {
            #clears #declarations #forward
            #cursors #reversed
            if #(#test)||* { break 'fused; }
        };
        let looped = crate::emit::looped(head, &iteration);
        Around { before, primal: quote!({ #start #stacks #looped }), after: quote!() }
    }

    /// The cotangents that this loop is the first to need, declared before it.
    fn hoist(&mut self, at: usize) -> TokenStream {
        let mut out = TokenStream::new();
        let names: Vec<String> = self.early.iter().filter(|(_, first)| **first == at).map(|(name, _)| name.clone()).collect();
        for name in names {
            let (bar, zero) = (crate::ir::bar(&name), self.new_zero(&name));
            out.extend(quote!(let mut #bar = #zero;));
        }
        out
    }
}
