//! Whole numbers beside numbers that carry a gradient, in one enum: exponents, indices, arithmetic; elements after `..` inside a variant.

use pullback::prelude::*;
use pullback_tests::of_scalars;
#[derive(Differentiable, Clone, Debug)]
enum Term {
    Const(f64),
    Power {
        c: f64,
        #[constant]
        n: i32,
        #[constant]
        k: u8,
    },
    Many(Vec<Term>),
}
#[differentiable]
fn eval(t: &Term, x: f64) -> f64 {
    match t {
        Term::Const(c) => *c,
        Term::Power { c, n, k } if *k > 2 => c * x.powi(*n - 1) + c.powi(i32::from(*k) - 2) + x * (n + 1) as f64,
        Term::Power { c, n, k } => {
            let m = n.pow(2) - 1;
            let j = i32::max(*n, 2).abs();
            let e = usize::from(*k);
            let v = [x, c * x, *c];
            c * x.powi(m) + x.powi(j) * v[e % 3] + f64::from(*k) * x.powi(-n)
        }
        Term::Many(ts) => match &ts[..] {
            [] => 0.0,
            [one] => eval(one, x),
            [first, .., last] => eval(first, x) * eval(last, x),
        },
    }
}
#[differentiable]
fn f(x: f64) -> f64 {
    let ts = vec![
        Term::Power { c: x * 2.0, n: 3, k: 1 },
        Term::Const(x * x),
        Term::Many(vec![Term::Const(x.sin()), Term::Power { c: x.cos(), n: 2, k: 4 }]),
    ];
    let whole = Term::Many(ts.clone());
    ts.iter().map(|t| eval(t, x)).sum::<f64>() + eval(&whole, x)
}
#[differentiable]
fn chained(x: f64) -> f64 {
    let t = Term::Many(vec![Term::Const(x.sin()), Term::Power { c: x.cos(), n: 2, k: 4 }]);
    if let Term::Many(ts) = &t
        && let [Term::Const(a), Term::Power { c, .. }] = &ts[..]
    {
        a * c * x
    } else {
        0.0
    }
}
of_scalars! { f at [0.7, 1.3]; chained at [0.4]; }
