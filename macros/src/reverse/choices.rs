//! Reversal of `match` and `if let`.
//!
//! Input: arms. Output: forward, the same `match`, which notes the arm that ran; backward, a `match` on that note. Invariant: a variable that a
//! pattern binds has a cotangent of its own, which goes to the part of the value it was bound to at the end of the arm's adjoint.

use super::Reverse;
use super::frames::{Around, Frame};
use crate::ir::{Arm, Choice, Place};
use crate::save::Depth;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

impl<'a> Reverse<'a> {
    pub(super) fn choice(&mut self, head: &Choice, arms: &'a [Arm]) -> Around {
        let at = self.top().at;
        let inside = Depth { branches: at.branches + 1, ..at };
        let (mut forwards, mut reversed) = (vec![], vec![]);
        for arm in arms {
            let (forward, frame) = self.inner(&arm.body, inside);
            forwards.push(forward);
            reversed.push(frame);
        }
        if reversed.iter().all(|f| f.steps.is_empty()) {
            return Around { primal: crate::emit::choice(head, arms, &forwards), ..Around::default() };
        }
        let cell = self.saves.cell("arm", &quote!(0_usize), at);
        let current = &cell.current;
        let bodies: Vec<TokenStream> = forwards.iter().enumerate().map(|(k, f)| quote!(#current = #k; #f)).collect();
        let numbers = 0..reversed.len();
        let adjoints = reversed.iter().map(Frame::reversed);
        let value = &cell.value;
        self.top().restore.extend(cell.restore.clone());
        self.top().steps.push(quote!(match #value { #(#numbers => { #adjoints })* _ => {} }));
        Around { before: cell.start, primal: crate::emit::choice(head, arms, &bodies), after: quote!() }
    }

    pub(super) fn bound(&mut self, dst: &Ident, place: &Place) -> TokenStream {
        let mut keep = TokenStream::new();
        if self.top().declared.contains(&dst.to_string()) {
            if self.scalar(place).is_some() && self.scalar(&Place::variable(dst.clone())).is_some() {
                let bar = crate::ir::bar(dst);
                let step = self.contribute(place, &quote!(#bar), &mut keep);
                self.top().steps.push(step);
                return keep;
            }
            let (target, bar) = (self.bar(place, &mut keep), crate::ir::bar(dst));
            let step = self.guard_activity(place, quote!(::pullback::call::add(&mut #target, #bar);));
            self.top().steps.push(step);
        }
        keep
    }
}
