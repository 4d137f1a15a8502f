//! The corpus: references to what carries no gradient and lives no longer than a block. A pullback keeps what they lead to.
#![allow(missing_docs, clippy::all, reason = "the corpus is written to be differentiated")]

use pullback::prelude::*;
use pullback_tests::of_scalars;

#[differentiable]
fn elements_of_a_temporary(a: f64) -> f64 {
    let s = 1.5;
    let mut c = a;
    if a > 100.0 {
        return a;
    }
    let r = [s, 0.5].iter().flat_map(|e| [*e, e * a.cos()]).sum::<f64>();
    for e in [s, 0.25].iter() {
        c = c.sin() * e;
    }
    r * c
}

#[differentiable]
fn bound_by_a_slice_pattern(a: f64) -> f64 {
    let v = [1.5, 2.5];
    if a > 100.0 {
        return a;
    }
    match &v[..] {
        [q] => q * a,
        [q, .., r] if *q > 1.0 => q * r * a.sin() + a,
        _ => a,
    }
}

#[differentiable]
fn bound_in_a_branch(a: f64) -> f64 {
    let mut s = a.sin();
    if a > 0.0 {
        let v = [1.5, 2.5];
        let [p, q] = &v;
        s = s.sin() * p;
        s = s * q * a;
    }
    s
}

of_scalars! {
    elements_of_a_temporary at [-0.6, 0.7];
    bound_by_a_slice_pattern at [-0.6, 0.7];
    bound_in_a_branch at [-0.6, 0.7];
}
