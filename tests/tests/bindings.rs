//! The corpus: bindings, blocks, shadowing, references, tuples, arrays.
#![allow(missing_docs, non_snake_case, clippy::all, reason = "the corpus is written to be differentiated")]

use pullback::prelude::*;
use pullback_tests::{of_scalars, of_slices};

const SCALE: f64 = 1.5;
static OFFSET: f64 = 0.25;

#[differentiable]
fn straight(x: f64) -> f64 {
    let a = x * x;
    let b = a.sin() + 3.0 * x;
    b / (1.0 + a)
}

#[differentiable]
fn shadowed(x: f64) -> f64 {
    let x = x * x;
    let x = x.exp() - x;
    {
        let x = x * 0.5;
        x + 1.0
    }
}

#[differentiable]
fn late(x: f64) -> f64 {
    let y;
    if x > 0.0 {
        y = x * x;
    } else {
        y = -x;
    }
    y * x
}

#[differentiable]
fn tuples(x: f64) -> f64 {
    let (a, (b, c)) = (x * x, (x.sin(), x + 1.0));
    let t = (a * b, c);
    let (u, _) = t;
    u + t.1 * t.0
}

#[differentiable]
fn arrays(x: f64) -> f64 {
    let v = [x, x * x, 2.0];
    let m = [[v[0], 1.0], [v[1], v[2]]];
    m[0][0] * m[1][0] + m[1][1] * m[0][1] + [x; 3][2]
}

#[differentiable]
fn blocks(x: f64) -> f64 {
    let y = {
        let z = x * x;
        let w = { z + x };
        w * z
    };
    y + { x * 3.0 }
}

#[differentiable]
fn references(x: f64) -> f64 {
    let y = x * x;
    let r = &y;
    let s = &r;
    *r * 2.0 + r * x + **s
}

#[differentiable]
fn constants(x: f64) -> f64 {
    let k = SCALE * 2.0;
    let n = 3;
    SCALE * x + OFFSET * x * x + k * x / f64::from(n) + x * n as f64 + std::f64::consts::PI * x
}

#[differentiable]
fn names_of_generated_code(bar: f64) -> f64 {
    let value = bar * bar;
    let pullback = value + bar;
    let x = pullback * 2.0;
    let x_bar = x * value;
    let t1 = x_bar + x;
    let taken = t1.sin();
    let result = taken * bar;
    result
}

#[differentiable]
fn parts(x: &[f64]) -> f64 {
    let head = &x[..2];
    let tail = &x[1..];
    let pair = &tail[0..2];
    head[0] * head[1] + tail[0] * pair[1] + pair[0]
}

#[differentiable]
fn order_of_evaluation(x: f64) -> f64 {
    let mut a = x;
    let b = a + {
        a = a * x;
        a
    };
    b * a
}

#[differentiable]
fn swapped_by_hand(x: f64) -> f64 {
    let mut a = x;
    let mut b = x * x;
    for _ in 0..3 {
        let t = a;
        a = b;
        b = t * 0.5;
    }
    a * 3.0 + b
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Pair {
    u: f64,
    v: [f64; 2],
    n: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Wrapped(f64, f64);

fn split(x: f64) -> (f64, f64) {
    (x, x)
}

#[differentiable]
fn both(x: f64) -> (f64, (f64, f64)) {
    (x.sin(), (x * x, 2.0))
}

#[differentiable]
fn pattern_of_a_call(x: f64) -> f64 {
    let (a, (b, c)) = both(x);
    let (d, _) = both(a * b);
    a * b + c * d
}

#[differentiable]
fn rest_patterns(x: f64) -> f64 {
    let t = (x, x * x, x.exp(), 4.0);
    let (a, ..) = t;
    let (b, c, ..) = t;
    let (.., d, e) = (1.0, a * x, b + x);
    a * b + c * d * e
}

#[differentiable]
fn array_patterns(x: f64) -> f64 {
    let [a, b, c] = [x, x * x, 3.0];
    let [first, .., last] = [a * b, 7.0, b + c, c * a];
    let [head, tail @ ..] = [a, b, c];
    first * last + head * tail[0] * tail[1]
}

#[differentiable]
fn slice_patterns(x: &[f64]) -> f64 {
    let [a, rest @ ..] = x else { return 0.0 };
    let mut s = a * a;
    if let [b, .., c] = rest {
        s += b * c;
    }
    match x {
        [] => 0.0,
        [one] => one * 2.0 + s,
        [p, q] => p * q + s,
        [p, .., y, z] => p * y * z + s,
    }
}

#[differentiable]
fn struct_patterns(x: f64) -> f64 {
    let p = Pair { u: x * x, v: [x, 2.0 * x], n: 3 };
    let Pair { u, v: [a, b], n } = p;
    let Wrapped(c, d) = Wrapped(u * a, b);
    let Wrapped(ref e, _) = Wrapped(x, 1.0);
    u + a * b + c * d * n as f64 + e
}

#[differentiable]
fn reference_patterns(x: f64) -> f64 {
    let y = (x * x, x);
    let (a, b) = &y;
    let &(c, d) = &y;
    let z = [x, x * x];
    let &[e, ref f] = &z;
    a * b + c * d * e + f * f
}

#[differentiable]
fn mutable_patterns(x: f64) -> f64 {
    let (mut a, mut b) = (x, 1.0);
    for _ in 0..3 {
        a = a * x + b;
        b += a;
    }
    let mut pair = (a, b);
    let (p, q) = &mut pair;
    *p *= 2.0;
    *q += *p;
    let (ref mut r, _) = pair;
    *r = *r * x;
    pair.0 * pair.1
}

#[differentiable]
fn at_patterns(x: f64) -> f64 {
    let all @ (a, b) = (x * x, x.sin());
    all.0 * b + a * all.1
}

#[differentiable]
fn exchanged(x: f64) -> f64 {
    let (mut a, mut b, mut c) = (x, x * x, x.exp());
    (a, b) = (b, a);
    (a, (b, c)) = (c * a, (a + b, b * b));
    let mut v = [a, b];
    [v[0], v[1]] = [v[1] * v[0], v[0]];
    (v[0], _) = (v[1] + x, v[0]);
    (a, ..) = (a * b, 3, "ignored");
    _ = a * c;
    Wrapped(b, c) = Wrapped(c, b * v[0]);
    Pair { u: a, .. } = Pair { u: a + v[1], v, n: 2 };
    a + b * c + v[0] * v[1]
}

#[differentiable]
fn fibonacci(x: f64) -> f64 {
    let (mut a, mut b) = (0.0, x);
    for _ in 0..7 {
        (a, b) = (b, a * 0.5 + b * x);
    }
    b
}

#[differentiable]
fn let_else(x: f64) -> f64 {
    let y = if x > 0.0 { Some((x * x, x)) } else { None };
    let Some((a, b)) = y else { return -x * 3.0 };
    let Some(c) = Some(a * b) else { unreachable!() };
    let (Some(mut d), n) = (Some(c.sin()), 2) else { panic!("never") };
    d *= a;
    d * n as f64 + c
}

#[differentiable]
fn late_in_loops(x: f64) -> f64 {
    let total;
    let (a, b): (f64, f64);
    a = x * x;
    b = x + 1.0;
    let mut k = 0;
    loop {
        let step;
        if k % 2 == 0 {
            step = a * f64::from(k);
        } else {
            step = b;
        }
        k += 1;
        if k > 4 {
            total = step * x;
            break;
        }
    }
    total + a * b
}

#[differentiable]
fn labelled_values(x: f64) -> f64 {
    let y = 'found: {
        let z = x * x;
        if z > 4.0 {
            break 'found z.sqrt();
        }
        if x < 0.0 {
            break 'found -z;
        }
        z * x
    };
    y * y + x
}

#[differentiable]
fn shadowed_in_opaque_code(x: f64) -> f64 {
    let n = 2;
    let n = n + 1;
    let k = {
        let n: usize = 7;
        n * 2
    };
    let f = |n: i32| n + 1;
    let s = format!("{n}");
    let w = s.len();
    x.powi(f(n)) * k as f64 + w as f64 * x
}

#[differentiable]
fn capital_variables(x: f64) -> f64 {
    let (A, B) = (x * x, x.exp());
    let C = A * B;
    let (D, _) = both(C);
    A + D * C
}

#[differentiable]
fn inactive_patterns(x: f64) -> f64 {
    let (n, m) = (2, [3.0, 4.0]);
    let [a, mut b] = m;
    b += 1.0;
    let (mut s, (lo, hi)) = (0.0, split(0.5));
    s += x * a;
    s * b + lo * x.powi(n) + hi
}

#[differentiable]
fn carries_later(x: f64) -> f64 {
    let (mut s, mut count) = (0.0, 0);
    let mut v = vec![0.0; 3];
    for i in 0..3 {
        s += x;
        v[i] = s * x;
        count += 1;
    }
    v[0] + v[1] * v[2] + count as f64 * s
}

of_scalars! {
    resized_by_its_length at [-0.7, 0.6];
    array_of_said_elements at [-0.7, 0.6];
    operands_that_change at [-0.7, 0.6];
    straight at [-1.3, 0.0, 0.7];
    shadowed at [-0.4, 0.9];
    late at [-0.8, 0.8];
    tuples at [-0.7, 1.2];
    arrays at [-0.7, 1.2];
    blocks at [-0.7, 1.2];
    references at [-0.7, 1.2];
    constants at [-0.7, 1.2];
    names_of_generated_code at [-0.3, 0.4];
    order_of_evaluation at [-0.7, 1.2];
    swapped_by_hand at [-0.7, 1.2];
    pattern_of_a_call at [-0.7, 1.2];
    rest_patterns at [-0.7, 1.2];
    array_patterns at [-0.7, 1.2];
    struct_patterns at [-0.7, 1.2];
    reference_patterns at [-0.7, 1.2];
    mutable_patterns at [-0.7, 1.2];
    at_patterns at [-0.7, 1.2];
    exchanged at [-0.7, 1.2];
    fibonacci at [-0.7, 1.2];
    let_else at [-0.7, 1.2];
    late_in_loops at [-0.7, 1.2];
    labelled_values at [-0.7, 1.2, 2.5];
    shadowed_in_opaque_code at [-0.7, 1.2];
    capital_variables at [-0.7, 0.6];
    inactive_patterns at [-0.7, 1.2];
    carries_later at [-0.7, 1.2];
}
of_slices! {
    elements_in_a_tuple at [[0.4, 0.9, -0.3]];
    operands_that_branch at [[0.4, 0.9]];
    parts at [[0.3, -0.7, 1.1], [2.0, 1.0, -1.0]];
    slice_patterns at [vec![], vec![0.3], vec![0.3, -0.7], vec![0.3, -0.7, 1.1], vec![2.0, 1.0, -1.0, 0.4]];
}

// Each operand is evaluated in its turn: those before one that branches are held, however many there are.
#[differentiable]
fn operands_that_branch(x: &[f64]) -> f64 {
    let o = Some(x[0].sin());
    let a: [f64; 4] = [x[1] - 0.2, o.unwrap_or(0.8), o.unwrap_or(0.6), o.unwrap_or(0.1)];
    a[0] * a[1] + a[2] * a[3].cos()
}

#[differentiable]
fn operands_that_change(x: f64) -> f64 {
    let mut y = x.sin();
    let a = [
        y,
        {
            y *= x;
            y
        },
        {
            y += 1.0;
            y * y
        },
        y,
    ];
    a[0] + 2.0 * a[1] + 3.0 * a[2] + a[3]
}

// Elements in a tuple are copies, whatever they were read through.
#[differentiable]
fn elements_in_a_tuple(x: &[f64]) -> f64 {
    let (a, b): (f64, f64) = (x[2], {
        let whole @ (p, q) = (x[0].sin(), x[1].cos());
        p * q + whole.0
    });
    a * b
}

// A size is no value with a gradient, wherever it is computed.
#[differentiable]
fn resized_by_its_length(x: f64) -> f64 {
    let mut v = vec![x, x * x];
    let w = x * 2.0;
    v.resize(v.len() + 2, w);
    v[3] * v[0]
}

// The type of the elements is said.
#[differentiable]
fn array_of_said_elements(x: f64) -> f64 {
    let w = std::array::from_fn::<f64, 3, _>(|k| x.sin() * k as f64 + x);
    w.iter().product::<f64>()
}
