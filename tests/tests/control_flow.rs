//! The corpus: branches, loops, exits.
#![allow(missing_docs, clippy::all, reason = "the corpus is written to be differentiated")]

use pullback::prelude::*;
use pullback_tests::{of_scalars, of_slices};

#[differentiable]
fn branch_values(x: f64) -> f64 {
    let y = if x > 1.0 {
        x.ln()
    } else if x > 0.0 {
        x * x
    } else {
        -x
    };
    y * 2.0 + if y > 0.5 { y } else { 1.0 }
}

#[differentiable]
fn branch_statements(x: f64) -> f64 {
    let mut y = x;
    if x > 0.5 {
        y *= x;
        if x > 1.0 {
            y = y.sin();
        }
    } else {
        y -= 2.0 * x;
    }
    y
}

#[differentiable]
fn early_returns(x: f64) -> f64 {
    if x < 0.0 {
        return -x * x;
    }
    let y = x.sqrt();
    if y > 2.0 {
        return y;
    }
    for i in 0..3 {
        if x > 1.0 && i == 2 {
            return y * x * f64::from(i);
        }
    }
    y * x
}

#[differentiable]
fn returns_in_values(x: f64) -> f64 {
    let z = if x > 1.0 {
        if x > 3.0 {
            return x;
        }
        x * x
    } else {
        return 2.0 * x;
    };
    z.sin()
}

#[differentiable]
fn continues_and_breaks(x: f64) -> f64 {
    let mut s = x;
    for i in 0..8 {
        if i == 2 {
            continue;
        }
        s = s * 1.1 + x;
        if s > 4.0 {
            break;
        }
        s += x * x;
    }
    s * x
}

#[differentiable]
fn labels(x: f64) -> f64 {
    let (mut s, mut t) = (x, 1.0);
    'outer: for i in 0..5 {
        for j in 0..5 {
            if j > i {
                continue 'outer;
            }
            if s > 20.0 {
                return s * t;
            }
            t *= x;
            if i * j == 6 {
                break 'outer;
            }
            s += t.sin() * t;
        }
        s *= 1.2;
    }
    s + t
}

#[differentiable]
fn loops_with_values(x: f64) -> f64 {
    let mut k = 0;
    let y = loop {
        k += 1;
        if k > 3 {
            break x.powi(k);
        }
        if x > 5.0 {
            break x;
        }
    };
    y * 2.0
}

#[differentiable]
fn while_of_data(x: f64) -> f64 {
    let mut a = x;
    let mut n = 0;
    while a * a < 50.0 && n < 12 {
        a = a * a + 0.5;
        n += 1;
    }
    a.ln() + x * f64::from(n)
}

#[differentiable]
fn newton(x: f64) -> f64 {
    let mut r = 1.0;
    loop {
        let next = 0.5 * (r + x / r);
        if (next - r).abs() < 1e-12 {
            break;
        }
        r = next;
    }
    r
}

#[differentiable]
fn zero_trips(x: f64) -> f64 {
    let mut s = x * x;
    for i in 5..2 {
        s *= f64::from(i) * x;
    }
    while s < -100.0 {
        s += x;
    }
    s
}

#[differentiable]
fn inclusive_and_reversed(x: f64) -> f64 {
    let mut s = 0.0;
    for i in 1..=4 {
        s = s * x + f64::from(i);
    }
    for i in (0..3).rev() {
        s = s * 0.5 + x.powi(i);
    }
    for i in (0..10).step_by(3) {
        s += x * f64::from(i);
    }
    s
}

/// A value defined before a run-time loop and used after it.
#[differentiable]
fn used_after_the_loop(x: f64) -> f64 {
    let u = x.exp();
    let mut s = 1.0;
    let mut k = 0.0;
    while k < x.abs() + 2.0 {
        s += u * s * 0.1;
        k += 1.0;
    }
    s * u
}

/// The early return lies before a loop that is never entered.
#[differentiable]
fn return_before_a_loop(x: f64) -> f64 {
    let mut s = x;
    if x > 0.0 {
        return s * s;
    }
    for _ in 0..3 {
        s *= x;
    }
    s
}

/// A nested loop reads and changes outer variables.
#[differentiable]
fn nested(x: &[f64]) -> f64 {
    let mut total = 0.0;
    for i in 0..x.len() {
        let mut inner = x[i];
        for j in 0..i {
            inner = inner * x[j] + total * 0.1;
        }
        total += inner.sin();
    }
    total
}

/// The index changes in the body.
#[differentiable]
fn index_changed(x: &[f64]) -> f64 {
    let (mut s, mut i) = (1.0, 0);
    while i < x.len() {
        s = s * x[i] + x[i];
        i += if i == 0 { 2 } else { 1 };
    }
    s
}

/// An unused operation on invalid input must not poison the gradient.
#[differentiable]
fn unused_is_harmless(x: f64) -> f64 {
    let bad = (x - 5.0).ln();
    let worse = 1.0 / (x - x);
    let mut y = x * x;
    if x > 100.0 {
        y += bad * worse;
    }
    y
}

of_scalars! {
    branch_values at [-0.6, 0.6, 2.5];
    branch_statements at [0.2, 0.8, 1.4];
    early_returns at [-0.7, 0.5, 1.5, 5.0];
    returns_in_values at [0.5, 1.5, 3.5];
    continues_and_breaks at [-0.7, 0.3, 0.9, 2.0];
    labels at [-0.7, 0.5, 1.2, 1.6];
    loops_with_values at [-0.7, 1.5, 5.2];
    while_of_data at [-0.7, 0.3, 1.5, 9.0];
    newton at [0.5, 2.0, 9.0];
    zero_trips at [-0.7, 1.5];
    inclusive_and_reversed at [-0.7, 1.5];
    used_after_the_loop at [-0.7, 1.5];
    return_before_a_loop at [-0.7, 1.5];
    unused_is_harmless at [-0.7, 1.5];
}
of_slices! {
    nested at [vec![0.3, -0.7, 1.1], vec![], vec![2.0]];
    index_changed at [vec![0.3, -0.7, 1.1, 0.9], vec![], vec![2.0]];
}
