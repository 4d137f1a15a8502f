//! What is learnt backwards: of the parts, from what they make.
//!
//! Input: the type of a sum, a product, an array, a variable out of a tuple. Output: those of the operands, elements, fields. Invariant: only of
//! variables that are values, and whose type the user has not written; a user's own type whose sum or product with a number is a number would be an
//! error of rustc, not a wrong gradient.
//!
//!     out[i] = cells[i] * gate        →        gate: f64, whatever call it came from

use super::{Kind, Ty, Types, peeled};
use crate::ir::{Operand, Place, Slot, Step};

impl Types {
    /// Whether a variable is no reference, and the user has said nothing of its type.
    fn is_value(&self, name: &str) -> bool {
        self.values.contains(name) && !self.named.contains(name)
    }

    /// What a number is made of by arithmetic is made of numbers, where nothing else is known of it: a sum's terms, what a number is multiplied with.
    pub(super) fn operands_of_scalar(&mut self, dst: &str, name: &str, operands: &[Operand]) {
        let Some(ty) = self.known.get(dst).cloned() else { return };
        let Ty::Scalar(scalar) = &ty else { return };
        if scalar != "f64" && scalar != "f32" {
            return;
        }
        let number = |t: Option<Ty>| matches!(t.map(peeled), Some(Ty::Scalar(s)) if s == *scalar);
        for (k, operand) in operands.iter().enumerate() {
            let beside = match (name, operands) {
                ("Mul" | "Div", [a, b]) => number(self.operand(if k == 0 { b } else { a })),
                ("Add" | "Sub", [_, _]) | (_, [_]) => true,
                _ => false,
            };
            if let (true, Operand::Place(p)) = (beside, operand)
                && p.path.is_empty()
                && self.is_value(&p.base.to_string())
            {
                self.learn(&p.base.to_string(), Some(ty.clone()));
            }
        }
    }

    /// A number that a pattern takes out of a tuple is one of those that went in, where both are known to the same extent.
    pub(super) fn part_of_tuple(&mut self, dst: &str, place: &Place, owned: bool) {
        let [Step::Field(member)] = &place.path[..] else { return };
        let fields = self.tuples.get(&place.base.to_string()).into_iter().flatten();
        let Some(field) = fields.filter(|(m, _)| m == member).map(|(_, name)| name.clone()).next() else { return };
        let number = |t: Option<&Ty>| t.filter(|t| matches!(t, Ty::Scalar(s) if s == "f64" || s == "f32")).cloned();
        match (number(self.known.get(dst)), number(self.known.get(&field))) {
            (Some(ty), None) if self.is_value(&field) => self.learn(&field, Some(ty)),
            (None, Some(ty)) if owned => self.learn(dst, Some(ty)),
            _ => {}
        }
    }

    /// The elements of an array of numbers.
    pub(super) fn elements_of_array(&mut self, dst: &str, fields: &[(Slot, Operand)]) {
        let Some(Ty::Seq(element, Kind::Array)) = self.known.get(dst).cloned() else { return };
        for (slot, operand) in fields {
            if let (Slot::Element(_), Operand::Place(p), Ty::Scalar(_)) = (slot, operand, &*element)
                && p.path.is_empty()
                && self.is_value(&p.base.to_string())
            {
                self.learn(&p.base.to_string(), Some((*element).clone()));
            }
        }
    }
}
