//! The corpus: iterator chains.
#![allow(missing_docs, clippy::all, reason = "the corpus is written to be differentiated")]

use pullback::prelude::*;
use pullback_tests::of_slices;

/// A parameter has the name of what a later closure captures.
#[differentiable]
fn hygiene(x: &[f64]) -> f64 {
    let a = x[0];
    let b = 2.0 * x[1];
    x.iter().map(|a| a * a).map(|b| b * a).fold(b, |a, b| a * 0.5 + b) + b
}

#[differentiable]
fn filters(x: &[f64]) -> f64 {
    let w = x[0] * x[1];
    x.iter().filter(|v| **v > 0.0).map(|v| v * w).sum::<f64>()
        + x.iter().map(|v| v * w).filter(|v| *v < 1.0).product::<f64>()
        + x.iter().copied().filter_map(|v| if v > 0.0 { Some(v.sqrt() * w) } else { None }).sum::<f64>()
        + x.iter().inspect(|v| assert!(v.is_finite())).map(|v| v.sin()).sum::<f64>()
}

#[differentiable]
fn ends(x: &[f64]) -> f64 {
    let a: f64 = x.iter().take_while(|v| **v < 1.0).map(|v| v * v).sum();
    let b: f64 = x.iter().skip_while(|v| **v < 1.0).map(|v| v * v * v).sum();
    let c: f64 = x.iter().map_while(|v| if *v < 1.0 { Some(v.exp()) } else { None }).sum();
    let d: f64 = x.iter().filter(|v| **v > 0.0).take(2).map(|v| v * x[0]).sum();
    let e: f64 = x.iter().filter(|v| **v > 0.0).skip(1).map(|v| v.cos()).sum();
    let f: f64 = x.iter().filter(|v| **v > -10.0).step_by(2).map(|v| v.sin()).sum();
    let g: f64 = x.iter().filter(|v| **v > 5.0).take(0).sum();
    a * b + c * d + e * f + g
}

#[differentiable]
fn rigid(x: &[f64]) -> f64 {
    let w = x[1];
    let a: f64 = x.iter().rev().skip(1).zip(x).map(|(a, b)| a * b * w).sum();
    let b: f64 = x.iter().map(|v| v * w).rev().enumerate().map(|(i, v)| v * i as f64).sum();
    let c: f64 = x.iter().map(|v| v * v).zip(x.iter().skip(1).map(|v| v.sin())).map(|(a, b)| a * b).sum();
    let d: f64 = x.iter().enumerate().skip(1).step_by(2).rev().map(|(i, v)| v.powi(i as i32)).sum();
    let e: f64 = x.iter().zip(x.iter().rev()).zip(x.iter().skip(2)).map(|((a, b), c)| a * b + c).sum();
    let f: f64 = (0..x.len()).rev().map(|i| x[i] * (i + 1) as f64).fold(1.0, |a, v| a * 0.5 + v);
    let g: f64 = (1..=3).map(|i| x[i % x.len()].powi(i as i32)).sum();
    let h: f64 = (0..x.len()).step_by(2).map(|i| x[i]).product();
    a + b * c + d + e * f + g + h
}

#[differentiable]
fn chained(x: &[f64]) -> f64 {
    let w = x[0];
    let y = [w * w, 2.0, w.sin()];
    let a: f64 = x.iter().chain(y.iter()).map(|v| v * w).sum();
    let b: f64 = x.iter().chain(&y).rev().fold(0.0, |a, v| a * 0.5 + v);
    let c: f64 = y.iter().copied().chain(std::iter::once(w * 3.0)).take(4).map(|v| v * v).sum();
    let d: f64 = y.iter().chain(x).enumerate().map(|(i, v)| v * i as f64).take_while(|v| *v < 3.0).sum();
    a * b + c * d
}

#[differentiable]
fn nested_iterators(x: &[f64]) -> f64 {
    let rows = vec![vec![x[0], x[1] * 2.0], vec![], vec![x[0] * x[1]]];
    let a: f64 = rows.iter().flatten().map(|v| v * v).sum();
    let b: f64 = rows.iter().flat_map(|r| r.iter().map(|v| v * x[0])).sum();
    let c: f64 = rows.iter().map(|r| r.iter().sum::<f64>()).fold(1.0, |a, s| a * (s + 1.0));
    let d: f64 = (0..2).flat_map(|i| (0..=i).map(move |j| x[i] * x[j])).take(2).sum();
    let e: f64 = x.iter().flat_map(|v| [*v, v * v]).filter(|v| *v > 0.1).sum();
    a + b * c + d * e
}

#[differentiable]
fn parts(x: &[f64]) -> f64 {
    let a: f64 = x.windows(2).map(|w| w[1] - w[0]).map(|d| d * d).sum();
    let b: f64 = x.chunks(2).map(|c| c.iter().product::<f64>()).sum();
    let c: f64 = x.chunks_exact(2).map(|c| c[0] * c[1]).rev().fold(0.0, |a, v| a * 0.7 + v);
    let d: f64 = x.windows(2).rev().zip(x.chunks(1)).map(|(w, c)| w[0] * c[0]).sum();
    a * b + c + d
}

#[differentiable]
fn scanned(x: &[f64]) -> f64 {
    let sums: Vec<f64> = x
        .iter()
        .scan(x[0], |state, v| {
            *state = *state * 0.5 + v;
            Some(*state * v)
        })
        .collect();
    let first: f64 = x
        .iter()
        .scan(1.0, |p, v| {
            *p *= v;
            if *p > 2.0 { None } else { Some(*p) }
        })
        .sum();
    sums.iter().map(|v| v.sin()).sum::<f64>() + first
}

#[differentiable]
fn collected(x: &[f64]) -> f64 {
    let w = x[1];
    let a: Vec<f64> = x.iter().map(|v| v * w).collect();
    let b = a.iter().zip(x).map(|(p, q)| p * q).collect::<Vec<_>>();
    let c: Vec<f64> = b.iter().filter(|v| **v > 0.2).cloned().collect();
    let pairs: Vec<(f64, f64)> = x.iter().map(|v| (*v, v * w)).collect();
    let (sines, squares): (Vec<f64>, Vec<f64>) = pairs.iter().map(|(p, q)| (p.sin(), q * q)).unzip();
    let rows: Vec<Vec<f64>> = (0..2).map(|i| x.iter().map(|v| v * x[i]).collect()).collect();
    let (small, large): (Vec<f64>, Vec<f64>) = x.iter().partition(|v| **v < 1.0);
    let consumed: f64 = a.into_iter().map(|v| v * v).sum();
    c.iter().sum::<f64>()
        + consumed * pairs.iter().map(|p| p.0 * p.1).sum::<f64>()
        + sines.iter().zip(&squares).map(|(a, b)| a * b).sum::<f64>()
        + rows[1].iter().zip(rows[0].iter()).map(|(a, b)| a * b).sum::<f64>()
        + small.iter().sum::<f64>() * large.iter().product::<f64>()
}

fn positive(v: f64) -> Result<f64, String> {
    if v > -5.0 { Ok(v) } else { Err("negative".to_owned()) }
}

#[differentiable]
fn collected_results(x: &[f64]) -> f64 {
    let all: Result<Vec<f64>, String> = x.iter().map(|v| if *v > -5.0 { Ok(v * v) } else { Err("too small".to_owned()) }).collect();
    let some: Option<Vec<f64>> = x.iter().map(|v| if *v > -0.5 { Some(v.sin()) } else { None }).collect();
    let a = match all {
        Ok(v) => v.iter().sum::<f64>(),
        Err(_) => x[0] * 2.0,
    };
    let b = if let Some(v) = some { v[0] * v[1] } else { x[1] };
    a * b
}

#[differentiable]
fn picked(x: &[f64]) -> f64 {
    let largest = x.iter().copied().reduce(|a, b| if a > b { a } else { b });
    let folded = x.iter().fold(f64::NEG_INFINITY, |a, b| a.max(*b));
    let mut s = folded * folded;
    if let Some(m) = largest {
        s += m.sin();
    }
    if let Some(m) = x.iter().max_by(|a, b| a.total_cmp(b)) {
        s *= m;
    }
    if let Some(m) = x.iter().map(|v| v * v).min_by(|a, b| a.partial_cmp(b).unwrap()) {
        s += m * x[0];
    }
    if let Some((i, m)) = x.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)) {
        s += m * i as f64;
    }
    if let Some(v) = x.iter().find(|v| **v > 0.5) {
        s += v.exp();
    }
    if let Some(v) = x.iter().rev().map(|v| v * x[1]).last() {
        s += v;
    }
    if let Some(v) = x.iter().skip(1).next() {
        s += v * v;
    }
    if let Some(v) = x.iter().filter(|v| **v > 0.0).nth(1) {
        s += v * v * v;
    }
    if let Some(v) = x.iter().find_map(|v| if *v > 0.5 { Some(v.ln()) } else { None }) {
        s += v;
    }
    s
}

#[differentiable]
fn inactive_ends(x: &[f64]) -> f64 {
    let n = x.iter().filter(|v| **v > 0.0).count();
    let any = x.iter().any(|v| *v > 1.0);
    let all = x.iter().all(|v| v.abs() < 3.0);
    let at = x.iter().position(|v| *v > 0.5);
    let w = x[0] * x[0];
    let big = |v: f64| v * w > 0.05;
    let m = x.iter().filter(|v| big(**v)).count() + usize::from(x.iter().any(|v| big(*v)));
    let mut s = x.iter().sum::<f64>() * n as f64;
    if any && all {
        s *= w;
    }
    if let Some(i) = at {
        s += x[i] * x[i];
    }
    s + w * m as f64
}

#[differentiable]
fn bound_to_names(x: &[f64]) -> f64 {
    let mut n = 1;
    let it = x.iter().skip(n).map(|v| v * v);
    n += 5;
    let total: f64 = it.sum();
    let f = |v: &f64| v * total;
    let mapped = x.iter().map(f);
    let mut s = n as f64 * x[0];
    for v in mapped {
        s = s * 0.5 + v;
    }
    s
}

#[differentiable]
fn generated(x: &[f64]) -> f64 {
    let w = x[0];
    let powers: f64 = std::iter::successors(Some(w), |v| if v.abs() < 40.0 { Some(v * x[1]) } else { None }).take(4).sum();
    let mut state = w;
    let drawn: f64 = std::iter::from_fn(|| {
        state = state * 0.5 + x[1];
        if state > -100.0 { Some(state) } else { None }
    })
    .take(3)
    .map(|v| v * v)
    .sum();
    let same: f64 = std::iter::repeat(w).take(3).zip(x).map(|(a, b)| a * b).sum();
    let one: f64 = std::iter::once(w).chain(x.iter().copied()).map(|v| v.sin()).sum();
    let zipped: f64 = std::iter::zip(x, x.iter().skip(1)).map(|(a, b)| a * b).sum();
    powers + drawn * same + one + zipped
}

#[differentiable]
fn in_place(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    y.iter_mut().for_each(|v| *v = v.sin() * x[0]);
    y.iter_mut().zip(x).for_each(|(a, b)| *a += b * b);
    y.iter_mut().enumerate().skip(1).for_each(|(i, v)| *v *= i as f64);
    y.chunks_mut(2).for_each(|c| c[0] *= 2.0);
    let mut total = 0.0;
    x.iter().zip(&y).for_each(|(a, b)| total += a * b);
    total
}

#[differentiable]
fn unequal_zips(x: &[f64]) -> f64 {
    let w = [x[0], x[0] * x[0]];
    let a: f64 = x.iter().filter(|v| **v > 0.0).zip(w.iter()).map(|(p, q)| p * q).sum();
    let b: f64 = x.iter().filter(|v| **v > 0.0).zip(1..).map(|(p, k)| p * k as f64).sum();
    let c: f64 = x.iter().zip([1.0, 2.0, 3.0]).map(|(p, k)| p * k).sum();
    let d: f64 = (0..).zip(x).map(|(k, p)| p.powi(k)).sum();
    a + b * c + d
}

struct Point {
    x: f64,
    y: f64,
}

impl Point {
    fn index(&self) -> usize {
        0
    }
}

#[differentiable]
fn tuples_by_name(x: &[f64]) -> f64 {
    let a: f64 = x.iter().zip(x.iter().rev()).map(|p| p.0 * p.1).sum();
    let b: f64 = x.iter().enumerate().map(|p| p.1 * p.0 as f64).sum();
    let c = x.iter().fold((0.0, 1.0), |(s, p), v| (s + v, p * (1.0 + v * v)));
    let (d, e) = x.iter().map(|v| (v * v, v.sin())).fold((1.0, 0.0), |acc, v| (acc.0 * 0.5 + v.0, acc.1 + v.1));
    a + b * c.0 * c.1 + d * e
}

#[differentiable]
fn results_as_values(x: &[f64]) -> Vec<f64> {
    x.iter().map(|v| v * x[0]).collect()
}

#[test]
fn tail_collect() {
    let x = [0.5, 2.0];
    let (y, pullback) = results_as_values::vjp(&x);
    assert_eq!(y, [0.25, 1.0]);
    assert_eq!(pullback(vec![1.0, 10.0]), [1.0 + 20.0, 5.0]);
    assert_eq!(Point { x: 1.0, y: 2.0 }.index(), 0);
    let (y, pullback) = array_values::vjp(2.0);
    assert_eq!(y, [1.0, 2.0, 4.0]);
    assert_eq!(pullback([1.0, 10.0, 100.0]), 10.0 + 400.0);
    let p = Point { x: 1.0, y: 2.0 };
    assert!(p.x < p.y && positive(1.0).is_ok());
}

fn rhs(s: &[f64; 3]) -> [f64; 3] {
    [s[1], -s[0], s[2]]
}

#[differentiable]
fn field(s: [f64; 3]) -> [f64; 3] {
    [10.0 * (s[1] - s[0]), s[0] * (2.0 - s[2]) - s[1], s[0] * s[1]]
}

/// A step of Heun's method, as it is written.
#[differentiable]
fn arrays(x: &[f64]) -> f64 {
    let mut s: [f64; 3] = [x[0], x[1], x[0] * x[1]];
    let h = 0.01;
    for _ in 0..3 {
        let k = field(s);
        let mid: [f64; 3] = std::array::from_fn(|i| s[i] + h * k[i]);
        let l = field(mid);
        s = core::array::from_fn(|i| s[i] + 0.5 * h * (k[i] + l[i]));
    }
    let squares = s.map(|v| v * v * x[0]);
    let sines = squares.map(f64::sin);
    let grid: [[f64; 2]; 2] = std::array::from_fn(|i| std::array::from_fn(|j| sines[i] * squares[j]));
    let constant = rhs(&[1.0, 2.0, 3.0]).map(|v| v + 1.0);
    let mixed = constant.map(|c| c * x[1]);
    let zero = [0.0; 2].map(|z| {
        if x[0] > 0.0 {
            z + x[0]
        } else {
            return z;
        }
    });
    grid.iter().flatten().sum::<f64>() + mixed[0] * mixed[2] + grid[0][1] + zero[1]
}

#[differentiable]
fn options(x: &[f64]) -> f64 {
    let w = x[1];
    let some = if x[0] > 0.0 { Some(x[0]) } else { None };
    let y = some.map(|v| v * w);
    let z = y.map(|v| if v > 0.1 { v.ln() } else { v });
    let mut s = x[0];
    if let Some(v) = y {
        s += v;
    }
    if let Some(v) = z {
        s *= v;
    }
    let parsed: Result<f64, String> = if w > 0.0 { Ok(w * w) } else { Err("negative".to_owned()) };
    match parsed.map(|v| v * x[0]) {
        Ok(v) => s + v.sin(),
        Err(_) => s * w,
    }
}

#[differentiable]
fn array_values(x: f64) -> [f64; 3] {
    std::array::from_fn(|i| x.powi(i as i32))
}

of_slices! {
    arrays at [vec![0.3, -0.7], vec![-0.5, 1.2]];
    options at [vec![0.3, -0.7], vec![-0.5, 1.2], vec![0.6, 1.3]];
    hygiene at [vec![0.3, -0.7, 1.1], vec![2.0, 1.0]];
    filters at [vec![0.3, -0.7, 1.1], vec![2.0, 1.0]];
    ends at [vec![0.3, -0.7, 1.1, 0.4, 2.0], vec![2.0, 1.5], vec![-1.0]];
    rigid at [vec![0.3, -0.7, 1.1, 0.4], vec![2.0, 1.5]];
    chained at [vec![0.3, -0.7, 1.1], vec![2.0, 1.5]];
    nested_iterators at [vec![0.3, -0.7, 1.1], vec![2.0, 1.5]];
    parts at [vec![0.3, -0.7, 1.1, 0.4, 2.0], vec![2.0, 1.5], vec![1.0]];
    scanned at [vec![0.3, -0.7, 1.1, 2.0], vec![1.9, 1.5]];
    collected at [vec![0.3, -0.7, 1.1, 2.0], vec![2.0, 1.5]];
    collected_results at [vec![0.3, -0.2, 1.1], vec![0.3, -0.7, 1.1], vec![-6.0, -2.0]];
    picked at [vec![0.3, -0.7, 1.1, 0.9], vec![2.0, 1.5]];
    inactive_ends at [vec![0.3, -0.7, 1.1, 2.0], vec![0.2, 0.1]];
    bound_to_names at [vec![0.3, -0.7, 1.1, 2.0], vec![0.2, 0.1]];
    generated at [vec![0.3, -0.7, 1.1, 2.0], vec![0.2, 0.1]];
    in_place at [vec![0.3, -0.7, 1.1, 2.0, 0.4], vec![0.2, 0.1]];
    unequal_zips at [vec![0.3, -0.7, 1.1, 2.0, 0.4], vec![0.2, 0.1]];
    tuples_by_name at [vec![0.3, -0.7, 1.1, 2.0], vec![0.2, 0.1]];
}

#[differentiable]
fn doubled(x: &[f64]) -> Vec<f64> {
    x.iter().map(|v| v * v).collect()
}

/// A variable that stands in a loop's head alone has its gradient there, and there is nothing to warn of.
#[deny(deprecated)]
#[differentiable]
fn middles(x: &[f64]) -> f64 {
    let squares = doubled(x);
    let mut s = 0.0;
    for (v, pair) in x.iter().zip(squares.windows(2)) {
        s += v * (pair[0] + 3.0 * pair[1]);
    }
    s
}

#[test]
fn what_a_loop_goes_through_has_a_gradient() {
    pullback::check_gradients!(middles(&vec![0.5, -1.0, 2.0, 0.3])).unwrap();
}
