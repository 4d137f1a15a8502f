//! Corners of the language, several in each function: bindings, branches, loops, mutation, functions.

use pullback::prelude::*;
use pullback_tests::{of_scalars, of_slices};
use std::collections::BTreeMap;
use std::fmt;

// ---- bindings
#[differentiable]
fn late_init(x: f64) -> f64 {
    let y;
    let z: f64;
    if x > 1.0 {
        y = x * x;
        z = 1.0;
    } else {
        z = x.sin();
        y = z * 2.0;
    }
    let (a, (b, [c, ..])) = (y, (z, [x, y, z]));
    a * b + c
}
#[differentiable]
fn shadow_in_loop(x: f64) -> f64 {
    let mut acc = 0.0;
    let x = x * 2.0;
    for i in 0..4 {
        let x = x + i as f64;
        let x = {
            let x = x * x;
            x.sin()
        };
        acc += x;
        let acc = acc * 2.0;
        let _ = acc;
    }
    acc * x
}
#[differentiable]
fn pattern_assign(x: &[f64]) -> f64 {
    let (mut a, mut b, mut s) = (x[0], x[1], [x[0], x[1]]);
    (a, b) = (b * 2.0, a);
    [s[1], s[0]] = [s[0] * a, s[1] * b];
    (s[0], _) = (s[0] + s[1], 3);
    (a, s[1], ..) = (s[0], a * b, 1, 2);
    a * 3.0 + b + s[0] * s[1]
}
struct Opt {
    lo: f64,
    hi: f64,
}
const TABLE: [f64; 4] = [0.5, 1.5, -2.0, 3.0];
static SCALE: f64 = 2.5;
#[differentiable]
fn consts(x: f64) -> f64 {
    const K: usize = 2;
    let o = Opt { lo: TABLE[K], hi: SCALE };
    let Opt { lo, hi } = o;
    TABLE.iter().enumerate().map(|(i, t)| t * x.powi(i as i32)).sum::<f64>() + lo * x + hi
}
#[differentiable]
fn let_else_loop(x: &[f64]) -> f64 {
    let mut total = 0.0;
    for pair in x.chunks(2) {
        let [a, b] = pair else {
            total *= 2.0;
            continue;
        };
        let Some(last) = pair.last() else { return 0.0 };
        total += a * b + last;
    }
    total
}
// ---- branches
#[derive(Differentiable, Clone, Debug)]
enum Shape {
    Dot,
    Circle(f64),
    Rect { w: f64, h: f64 },
    Many(Vec<f64>),
    Nested(Option<f64>, #[constant] u8),
}
#[differentiable]
fn make(x: f64, #[constant] k: usize) -> Shape {
    match k {
        0 => Shape::Dot,
        1 => Shape::Circle(x * x),
        2 => Shape::Rect { w: x, h: x.sin() },
        3 => Shape::Many(vec![x, 2.0 * x, x * x]),
        n if n % 2 == 0 => Shape::Nested(Some(x), n as u8),
        _ => Shape::Nested(None, 3),
    }
}
#[differentiable]
fn area(s: &Shape) -> f64 {
    match s {
        Shape::Dot | Shape::Nested(None, _) => 0.0,
        Shape::Circle(r) => 3.0 * r * r,
        Shape::Rect { w, h } if *w > *h => w * h,
        Shape::Rect { w, .. } => *w,
        Shape::Many(v) => match v.as_slice() {
            [] => 0.0,
            [a] => *a,
            [a, .., b] => a * b,
        },
        Shape::Nested(Some(a), n @ 0..=4) => a * f64::from(*n),
        Shape::Nested(Some(a), n) => a.powi(i32::from(*n) - 4),
    }
}
#[differentiable]
fn all_shapes(x: f64) -> f64 {
    let mut t = x;
    for k in 0..8 {
        let s = make(t, k);
        t = 0.5 * t + 0.1 * area(&s);
    }
    t
}
#[differentiable]
fn matches_ranges(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for (i, &v) in x.iter().enumerate() {
        s += match (i, v) {
            (0, v) => v,
            (1..=2, v) if v > 0.5 => v * v,
            (1 | 3, v) => -v,
            (n @ 3.., _) => v * n as f64,
            _ => 0.0,
        };
        if i > 1 && s > 0.0 || v < -1.0 && !(s < -2.0) {
            s *= v;
        }
    }
    s
}
#[differentiable]
fn let_chain(x: &[f64]) -> f64 {
    if let Some(a) = x.first()
        && *a > 0.0
        && let Some(b) = x.get(1)
        && let c = a * b
        && c > 0.1
    {
        c * a
    } else if let [.., z] = x {
        z * z
    } else {
        0.0
    }
}
#[derive(Debug)]
enum Bad {
    Neg(f64),
    Big,
}
impl fmt::Display for Bad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bad")
    }
}
impl From<Bad> for String {
    fn from(b: Bad) -> String {
        b.to_string()
    }
}
#[differentiable]
fn safe_sqrt(x: f64) -> Result<f64, Bad> {
    if x < 0.0 {
        return Err(Bad::Big);
    }
    Ok(x.sqrt())
}
#[differentiable]
fn question(x: f64) -> Result<f64, String> {
    let a = safe_sqrt(x)?;
    let b = safe_sqrt(a + 1.0).map_err(|e| e.to_string())?;
    let c = Some(b).filter(|b| *b > 0.0).ok_or_else(|| "none".to_string())?;
    Ok(a * c)
}
#[differentiable]
fn q_outer(x: f64) -> f64 {
    match question(x) {
        Ok(v) => v * x,
        Err(_) => -x,
    }
}
// ---- loops
#[differentiable]
fn labels(x: &[f64]) -> f64 {
    let mut acc = 1.0;
    'outer: for i in 0..x.len() {
        let mut j = 0;
        'inner: loop {
            j += 1;
            if j > 3 {
                break 'inner;
            }
            if x[i] * j as f64 > 2.0 {
                acc += x[i];
                continue 'outer;
            }
            if acc > 50.0 {
                break 'outer;
            }
            if j == 2 {
                continue;
            }
            acc *= 1.0 + x[i] * 0.1;
        }
        acc += 0.1;
    }
    acc
}
#[differentiable]
fn changing_bound(x: f64) -> f64 {
    let mut n = 3;
    let mut s = x;
    let mut i = 0;
    while i < n {
        if i == 1 && n < 6 {
            n += 2;
        }
        s = s * x + i as f64;
        i += if s > 2.0 { 2 } else { 1 };
        for k in (0..n).rev().step_by(2) {
            s -= 0.01 * x * k as f64;
            n = n.max(2);
        }
    }
    s * n as f64
}
#[differentiable]
fn newton(x: f64) -> f64 {
    let mut y = 1.0;
    let root = loop {
        let next = 0.5 * (y + x / y);
        if (next - y).abs() < 1e-14 {
            break next;
        }
        y = next;
    };
    root
}
#[differentiable]
fn active_loop_var(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for mut v in x.iter().copied() {
        v *= v;
        v += s;
        s = v.sin();
    }
    for v in [s, 2.0 * s, x[0]] {
        s += v * v;
    }
    for (a, b) in x.iter().zip(x.iter().skip(1)) {
        s += a * b;
    }
    s
}
#[differentiable]
fn while_let_stack(x: f64) -> f64 {
    let mut stack = vec![(x, 0usize)];
    let mut s = 0.0;
    while let Some((v, d)) = stack.pop() {
        if d < 3 {
            stack.push((v * 0.5, d + 1));
            stack.push((v.sin(), d + 1));
        } else {
            s += v * v;
        }
    }
    s
}
#[differentiable]
fn zero_trips(x: &[f64]) -> f64 {
    let mut s = x[0];
    for i in 5..x.len() {
        s *= x[i];
    }
    for c in x[..0].iter() {
        s += c;
    }
    while s > 1e9 {
        s *= 0.5;
    }
    let t = loop {
        break s * x[1];
    };
    t
}
// ---- mutation
#[derive(Differentiable, Clone, Debug)]
struct Inner {
    x: [f64; 2],
    k: usize,
}
#[derive(Differentiable, Clone, Debug)]
struct Outer {
    a: Vec<Inner>,
    t: (f64, f64),
    o: Option<f64>,
}
#[differentiable]
fn nested_places(x: &[f64]) -> f64 {
    let mut s = Outer { a: vec![Inner { x: [x[0], x[1]], k: 1 }; 2], t: (x[1], x[0]), o: None };
    let i = 1;
    let k = s.a[0].k;
    s.a[i].x[k] *= x[0];
    s.a[0].x[0] += s.a[1].x[1] * s.t.0;
    s.t.1 /= 2.0 + s.a[0].x[0] * s.a[0].x[0];
    s.o = Some(s.t.1);
    if let Some(o) = &mut s.o {
        *o *= x[1];
    }
    if let Some(o) = s.o.as_mut() {
        *o += x[0];
    }
    let Outer { a, t: (p, q), o } = &s;
    a.iter().map(|i| i.x[0] * i.x[1]).sum::<f64>() + p * q + o.unwrap_or(0.0)
}
#[differentiable]
fn self_ref(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    let n = a.len();
    for i in 0..n {
        let j = (i * 2) % n;
        a[i] = a[i] * a[j];
        a[j] += a[i];
        a[i] -= a[j] * 0.1;
    }
    for i in 1..n {
        a[i] *= a[i - 1];
        a[i - 1] = a[i];
    }
    a.iter().sum::<f64>() + a[0] * a[n - 1]
}
#[differentiable]
fn swaps(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    let mut b = [x[0] * 2.0, x[1]];
    a.swap(0, 1);
    std::mem::swap(&mut a[0], &mut b[1]);
    let old = std::mem::replace(&mut b[0], a[1] * a[1]);
    let taken = std::mem::take(&mut a[1]);
    let (l, r) = a.split_at_mut(1);
    l[0] += r[0] * old;
    r[0] = l[0] * taken;
    b.copy_from_slice(&a[..2]);
    a.fill(b[0]);
    a.extend_from_slice(&b);
    a.extend(b.iter().map(|v| v * v));
    a.resize(a.len() + 2, b[1]);
    a.truncate(a.len() - 1);
    a.insert(1, old);
    let r = a.remove(0);
    a.reverse();
    a.rotate_left(1);
    a.iter().enumerate().map(|(i, v)| v * (i as f64 + 1.0)).sum::<f64>() + r
}
#[differentiable]
fn rows(x: &[f64]) -> f64 {
    let mut m = vec![vec![0.0; 3]; 2];
    for (i, row) in m.iter_mut().enumerate() {
        for (j, v) in row.iter_mut().enumerate() {
            *v = x[(i + j) % x.len()] * (j + 1) as f64;
        }
    }
    m[1][2] = m[0][1] * m[1][0];
    m.swap(0, 1);
    let row = m[0].clone();
    m[1].copy_from_slice(&row);
    m[1].iter_mut().for_each(|v| *v *= x[0]);
    m.push(vec![x[0]; 2]);
    let last = m.pop().unwrap();
    m.iter().flatten().sum::<f64>() + m.iter().map(|r| r.iter().product::<f64>()).sum::<f64>() + last[1]
}
// ---- functions
#[differentiable]
fn update(p: &mut (f64, f64), v: &mut [f64], k: &mut f64) -> f64 {
    p.0 += v[0] * *k;
    v[1] *= p.0;
    *k = p.1 * v[1];
    let old = *k;
    *k += 1.0;
    old
}
#[differentiable]
fn calls_mut(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mut p = (x[0], x[1]);
    let mut k = 0.5;
    let a = update(&mut p, &mut v[..], &mut k);
    let b = update(&mut p, &mut v[0..2], &mut k);
    a + b * k + v.iter().sum::<f64>() + p.0 * p.1
}
trait Model {
    fn eval(&self, x: f64) -> f64;
    fn twice(&self, x: f64) -> f64;
}
#[differentiable]
fn read_again_by_reference(v: &[f64]) -> f64 {
    let s: f64 = v[0];
    let r = &s;
    let mut t: f64 = 0.4;
    t += (s + v[0]).sin();
    let mut k: usize = 0;
    loop {
        if k > 1 {
            break;
        }
        k += 2;
        t += t.sin();
    }
    (s + *r) * (2.5 + v[0].tanh().sin()).recip() - t.sin() - (*r).sin() + s.sin()
}
/// A parameter has the name of a closure's: the list is constant, and a temporary.
#[differentiable]
fn largest_of_a_temporary(a: &mut f64) {
    let s = 0.3f64;
    *a = *a * 0.5 + [s, 0.5].iter().max_by(|a, b| a.total_cmp(b)).map_or(s.atan(), |m| m.sin());
}
#[differentiable]
fn through_a_temporary(x: &[f64]) -> f64 {
    let mut a = x[0];
    largest_of_a_temporary(&mut a);
    a * x[0]
}
of_scalars! {
    late_init at [0.3, 1.7]; shadow_in_loop at [0.4, -1.0]; consts at [0.7, -0.2]; all_shapes at [0.4, 1.3];
    q_outer at [0.5, -0.5, 3.0]; changing_bound at [0.6, 1.4]; newton at [2.0, 0.3]; while_let_stack at [0.6, 1.1];
}
of_slices! {
    pattern_assign at [[0.4, 1.3]]; let_else_loop at [[0.3, 0.4, 1.2], [0.1, 0.2, 0.7]]; matches_ranges at [[0.3, 0.7, 0.2, 1.5, -1.3], [1.0, 0.2, 0.9, 0.4, 0.3]];
    let_chain at [[0.8, 0.9], [-0.3, 0.7]]; labels at [[0.3, 0.9, 1.4], [2.2, 0.1, 0.6]]; active_loop_var at [[0.3, 0.8, -0.4]];
    zero_trips at [[0.6, 1.2]]; nested_places at [[0.7, -0.4]]; self_ref at [[0.5, 0.9, -0.7, 1.1]]; swaps at [[0.6, -0.8, 1.2]];
    read_again_by_reference at [[0.7]]; through_a_temporary at [[0.7]];
    rows at [[0.3, 0.8, 1.4]]; calls_mut at [[0.6, 0.9, 0.4]];
}

#[differentiable]
fn starts_cut_off(x: &[f64]) -> f64 {
    let mut t: (f64, f64) = (x[2], [x[0].cos(), x[1]].iter().fold(0.0, |m, w| m * 0.5 + w));
    t.1 *= x[0];
    let (mut s, mut k): (f64, usize) = ((no_grad! { t.0.tanh() }), 0);
    while k < 2 {
        k += 1;
        s = s.sin() + x[1];
    }
    s.sin() + t.0 * t.1
}

#[differentiable]
fn starts_given(x: &[f64], #[constant] start: f64) -> f64 {
    let mut s = start;
    for _ in 0..2 {
        s = s.sin() + x[1];
    }
    s.sin() + x[2] * (0.5 * x[0].cos() + x[1]) * x[0]
}

#[test]
fn a_variable_of_a_pattern_that_starts_cut_off() {
    let x = [0.7, 1.3, 0.4];
    let ((y, cut), (z, given)) = (starts_cut_off::value_and_grad(&x), starts_given::value_and_grad(&x, x[2].tanh()));
    pullback_tests::close("value", y, z, 1e-15);
    for (a, b) in cut.iter().zip(&given) {
        pullback_tests::close("gradient", *a, *b, 1e-14);
    }
    let (_, dot) = starts_cut_off::jvp(&x, &cut);
    pullback_tests::close("forward", dot, cut.iter().map(|g| g * g).sum(), 1e-12);
}
