//! Reversal of `match` and `if let`.
//!
//! Input: arms. Output: forward, the same `match`, which notes the arm that ran; backward, a `match` on that note. Invariant: a variable that a
//! pattern binds has a cotangent of its own, which goes to the part of the value it was bound to at the end of the arm's adjoint.

use super::Reverse;
use crate::ir::{Arm, Choice, Place};
use crate::save::Depth;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

impl Reverse<'_> {
    pub(super) fn choice(&mut self, head: &Choice, arms: &[Arm]) -> TokenStream {
        let at = self.top().at;
        let inside = Depth { branches: at.branches + 1, ..at };
        let before = self.definite.clone();
        let mut after = before.clone();
        let (mut forwards, mut reversed) = (vec![], vec![]);
        for arm in arms {
            self.definite.clone_from(&before);
            let (forward, frame) = self.inner(&arm.body, inside);
            after.retain(|d| self.definite.contains(d));
            forwards.push(forward);
            reversed.push(frame);
        }
        self.definite = after;
        if reversed.iter().all(|f| f.steps.is_empty()) {
            return crate::emit::choice(head, arms, &forwards);
        }
        let cell = self.saves.cell("arm", &quote!(0_usize), at);
        let current = &cell.current;
        let bodies: Vec<TokenStream> = forwards.iter().enumerate().map(|(k, f)| quote!(#current = #k; #f)).collect();
        let numbers = 0..reversed.len();
        let adjoints = reversed.iter().map(super::Frame::reversed);
        let value = &cell.value;
        self.top().restore.extend(cell.restore.clone());
        self.top().steps.push(quote!(match #value { #(#numbers => { #adjoints })* _ => {} }));
        let (start, primal) = (&cell.start, crate::emit::choice(head, arms, &bodies));
        quote!(#start #primal)
    }

    pub(super) fn bound(&mut self, dst: &Ident, place: &Place) -> TokenStream {
        let name = dst.to_string();
        let witness = self.top().witnesses.get(&name).map(|(_, keep)| keep.clone());
        if self.top().declared.contains(&name) {
            if self.definite.remove(&name) {
                self.definite.insert(place.base.to_string());
            }
            let mut keep = TokenStream::new();
            let (target, bar) = (self.bar(place, &mut keep), crate::ir::bar(dst));
            let step = self.guard_activity(place, quote!(::pullback::call::add(&mut #target, #bar);));
            self.top().steps.push(step);
            return quote!(#witness #keep);
        }
        quote!(#witness)
    }
}
