//! The corpus: `match`, `if let`, `let … else`, `?`, options and results, enums.
#![allow(missing_docs, clippy::all, unused_assignments, reason = "the corpus is written to be differentiated")]

use pullback::prelude::*;
use pullback_tests::{of_scalars, of_slices};

#[derive(Clone, Debug, PartialEq, Differentiable)]
enum Shape {
    Circle(f64),
    Box { w: f64, h: f64 },
    Nested(Option<f64>, [f64; 2]),
    Empty,
}

fn shape(k: usize, x: f64) -> Shape {
    match k {
        0 => Shape::Circle(x),
        _ => Shape::Empty,
    }
}

#[differentiable]
fn area(s: &Shape, scale: f64) -> f64 {
    match s {
        Shape::Circle(r) if *r > 10.0 => 10.0 * r * scale,
        Shape::Circle(r) => r * r * scale,
        Shape::Box { w, h } => w * h + scale,
        Shape::Nested(Some(a), [b, c]) => a * b * c,
        Shape::Nested(None, [b, ..]) => b * scale,
        Shape::Empty => 0.0,
    }
}

#[differentiable]
fn enums(x: f64) -> f64 {
    let shapes = [Shape::Circle(x), Shape::Box { w: x * x, h: 2.0 }, Shape::Nested(Some(x), [x, x.sin()]), Shape::Nested(None, [x, 1.0])];
    let mut s = 0.0;
    for i in 0..4 {
        s += area(&shapes[i], x + 1.0);
    }
    s
}

#[differentiable]
fn integers_and_ranges(x: f64) -> f64 {
    let mut s = x;
    for k in 0..8 {
        s = match k {
            0 => s * x,
            1 | 2 => s + x * x,
            3..=5 if k % 2 == 1 => s.sin() + x,
            n @ 3..=5 => s * f64::from(n) * 0.1,
            _ => s,
        };
    }
    s
}

#[differentiable]
fn guards(x: f64) -> f64 {
    match (x * x, x.sin()) {
        (a, b) if a > b => a * b,
        (a, _) if a > 1.0 => a,
        (_, b) => b * 3.0,
    }
}

#[differentiable]
fn or_bindings(x: f64) -> f64 {
    let s = if x > 0.0 { Shape::Nested(Some(x), [x * x, 2.0]) } else { Shape::Circle(x) };
    match s {
        Shape::Circle(r) | Shape::Nested(Some(r), _) => r * r,
        _ => 0.0,
    }
}

#[differentiable]
fn chains(x: f64) -> f64 {
    let a = if x > 0.0 { Some(x * x) } else { None };
    let b = Some((x, 2.0));
    let mut s = x;
    if let Some(p) = a
        && p > 0.1
        && let Some((q, r)) = b
    {
        s += p * q * r;
    } else if let Some((q, _)) = b {
        s -= q * 2.0;
    }
    s
}

#[differentiable]
fn through_mutable_bindings(x: f64) -> f64 {
    let mut o = Some(x * x);
    if let Some(v) = &mut o {
        *v *= x;
        *v += 1.0;
    }
    let mut s = Shape::Box { w: x, h: 3.0 };
    match &mut s {
        Shape::Box { w, h } => {
            *w *= *h;
            *h = x * *w;
        }
        Shape::Circle(r) => *r = 0.0,
        _ => {}
    }
    if let Some(v) = o.as_mut() {
        *v = v.sin();
    }
    match s {
        Shape::Box { w, h } => w * h + o.unwrap_or(0.0),
        _ => 0.0,
    }
}

#[differentiable]
fn checked_root(x: f64) -> Option<f64> {
    if x < 0.0 { None } else { Some(x.sqrt()) }
}

#[differentiable]
fn checked_log(x: f64) -> Result<f64, String> {
    if x <= 0.0 {
        return Err(format!("no logarithm of {x}"));
    }
    Ok(x.ln())
}

#[derive(Debug)]
struct Problem;
impl From<String> for Problem {
    fn from(_: String) -> Self {
        Problem
    }
}

#[differentiable]
fn both(x: f64) -> Result<f64, Problem> {
    let a = checked_log(x)? + x;
    let b = checked_log(a * a)?;
    Ok(a * b)
}

#[differentiable]
fn question_of_options(x: f64) -> Option<f64> {
    let mut s = 0.0;
    for k in 0..3 {
        s += checked_root(x - f64::from(k) * 0.1)? * x;
    }
    Some(s)
}

#[differentiable]
fn questions(x: f64) -> f64 {
    let a = both(x).unwrap_or(x * 2.0);
    let b = match question_of_options(x) {
        Some(v) => v * x,
        None => -x,
    };
    a + b
}

#[differentiable]
fn options(x: f64) -> f64 {
    let some = Some(x * x);
    let none: Option<f64> = None;
    let a = some.unwrap();
    let b = none.unwrap_or(x);
    let c = some.map_or(0.0, |v| v * x);
    let d = none.map_or(x * 3.0, |v| v * x);
    let e = some.ok_or("nothing").unwrap();
    let f = none.unwrap_or_default() + some.expect("there");
    let g = none.unwrap_or_else(|| x.sin());
    a + b * c + d * e + f * g
}

#[differentiable]
fn first_and_last(x: &[f64]) -> f64 {
    let mut s = 0.0;
    if let Some(v) = x.first() {
        s += v * v;
    }
    if let Some((head, tail)) = x.split_first() {
        s += head * tail.len() as f64;
    }
    s += x.get(1).copied().unwrap_or(0.5) * 2.0;
    let Some(last) = x.last() else { return s };
    s * last
}

#[differentiable]
fn diverging(x: f64) -> f64 {
    let y = match x.partial_cmp(&0.0) {
        Some(std::cmp::Ordering::Less) => -x,
        Some(_) => x * x,
        None => panic!("{x} is not a number"),
    };
    assert!(y >= 0.0, "{y} of {x}");
    if y > 1e9 {
        unreachable!()
    }
    y * x
}

of_scalars! {
    enums at [-0.7, 1.2];
    integers_and_ranges at [-0.7, 1.2];
    guards at [-0.7, 0.5, 1.2, 4.0];
    or_bindings at [-0.7, 1.2];
    chains at [-0.7, 0.1, 1.2];
    through_mutable_bindings at [-0.7, 1.2];
    questions at [-0.7, 0.15, 1.2];
    options at [-0.7, 1.2];
    diverging at [-0.7, 1.2];
}
of_slices! {
    first_and_last at [vec![], vec![0.3], vec![0.3, -0.7, 1.1]];
}

#[test]
fn gradient_of_an_enum() {
    let g = area::grad(&Shape::Box { w: 2.0, h: 3.0 }, 1.0);
    assert_eq!(g, (ShapeTangent::Box(ShapeBoxTangent { w: 3.0, h: 2.0 }), 1.0));
    assert_eq!(area(&shape(1, 2.0), 3.0), 0.0);
}
