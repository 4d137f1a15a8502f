//! Algorithms as numerical programmers write them: sorting, recursion, grids, sampling, statistics.
//!
//! Input: functions of a slice or a number. Output: tests of every mode. Invariant: none is written for the differentiator.
#![allow(clippy::all, reason = "the corpus is written to be differentiated")]

use pullback::prelude::*;
use pullback_tests::{of_scalars, of_slices};

#[differentiable]
fn msort(x: &[f64]) -> Vec<f64> {
    if x.len() <= 1 {
        return x.to_vec();
    }
    let (l, r) = x.split_at(x.len() / 2);
    let (l, r) = (msort(l), msort(r));
    let mut out = Vec::with_capacity(x.len());
    let (mut i, mut j) = (0, 0);
    while i < l.len() && j < r.len() {
        if l[i] < r[j] {
            out.push(l[i]);
            i += 1
        } else {
            out.push(r[j]);
            j += 1
        }
    }
    out.extend_from_slice(&l[i..]);
    out.extend_from_slice(&r[j..]);
    out
}
#[differentiable]
fn merge_sort(x: &[f64]) -> f64 {
    msort(x).iter().enumerate().map(|(i, v)| v.powi(i as i32)).sum()
}

#[differentiable]
fn qsort(v: &mut [f64]) {
    if v.len() <= 1 {
        return;
    }
    let p = v.len() - 1;
    let mut store = 0;
    for i in 0..p {
        if v[i] < v[p] {
            v.swap(i, store);
            store += 1;
        }
    }
    v.swap(store, p);
    let (l, r) = v.split_at_mut(store);
    qsort(l);
    qsort(&mut r[1..]);
}
#[differentiable]
fn quicksort_in_place(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    qsort(&mut v);
    v.iter().enumerate().map(|(i, a)| a * a * i as f64).sum()
}

#[differentiable]
fn fft(re: &[f64], im: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let n = re.len();
    if n == 1 {
        return (re.to_vec(), im.to_vec());
    }
    let ev = |v: &[f64], o: usize| -> Vec<f64> { v.iter().skip(o).step_by(2).copied().collect() };
    let (er, ei) = fft(&ev(re, 0), &ev(im, 0));
    let (or, oi) = fft(&ev(re, 1), &ev(im, 1));
    let (mut yr, mut yi) = (vec![0.0; n], vec![0.0; n]);
    for k in 0..n / 2 {
        let (s, c) = (-2.0 * std::f64::consts::PI * k as f64 / n as f64).sin_cos();
        let (tr, ti) = (c * or[k] - s * oi[k], c * oi[k] + s * or[k]);
        yr[k] = er[k] + tr;
        yi[k] = ei[k] + ti;
        yr[k + n / 2] = er[k] - tr;
        yi[k + n / 2] = ei[k] - ti;
    }
    (yr, yi)
}
#[differentiable]
fn fft_radix2(x: &[f64]) -> f64 {
    let im = vec![0.0; x.len()];
    let (re, im) = fft(x, &im);
    re.iter().zip(&im).enumerate().map(|(k, (a, b))| k as f64 * (a * a + b * b)).sum()
}

#[differentiable]
fn fibm(n: usize, memo: &mut Vec<Option<f64>>, k: f64) -> f64 {
    if let Some(v) = memo[n] {
        return v;
    }
    let v = fibm(n - 1, memo, k) * k + fibm(n - 2, memo, k);
    memo[n] = Some(v);
    v
}
#[differentiable]
fn memo_recursion(x: &[f64]) -> f64 {
    let mut memo = vec![None; 8];
    memo[0] = Some(x[0]);
    memo[1] = Some(x[1]);
    fibm(7, &mut memo, 0.5)
}

#[differentiable]
fn two_d_grid(x: &[f64]) -> f64 {
    const N: usize = 3;
    let mut u = [[0.0; N]; N];
    for (i, row) in u.iter_mut().enumerate() {
        for (j, c) in row.iter_mut().enumerate() {
            *c = x[i * N + j];
        }
    }
    for _ in 0..3 {
        let old = u;
        for i in 1..N - 1 {
            for j in 1..N - 1 {
                u[i][j] = 0.25 * (old[i - 1][j] + old[i + 1][j] + old[i][j - 1] + old[i][j + 1]) + 0.1 * old[i][j] * old[i][j];
            }
        }
        u[0] = old[2];
    }
    u.iter().flat_map(|r| r.iter()).map(|v| v * v).sum()
}

#[differentiable]
fn polynomial_fit_loss(x: &[f64]) -> f64 {
    let data: [(f64, f64); 4] = [(0.0, 1.0), (1.0, 3.0), (2.0, 5.5), (3.0, 7.0)];
    data.iter()
        .map(|&(t, y)| {
            let p = x.iter().rev().fold(0.0, |acc, c| acc * t + c);
            let r = p - y;
            r * r
        })
        .sum::<f64>()
        / data.len() as f64
}

#[differentiable]
fn bisect_implicit(x: f64) -> f64 {
    let (mut lo, mut hi) = (0.0, 10.0);
    for _ in 0..60 {
        let mid = 0.5 * (lo + hi);
        if mid * mid < x.detach() { lo = mid } else { hi = mid }
    }
    let r = 0.5 * (lo + hi);
    r - (r * r - x) / (2.0 * r)
}

#[differentiable]
fn monte_carlo_lcg(x: &[f64]) -> f64 {
    let mut seed: u64 = 12345;
    let mut total = 0.0;
    for _ in 0..20 {
        let mut s = x[0];
        for _ in 0..3 {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let z = ((seed >> 33) as f64 / (1u64 << 31) as f64 - 0.5) * 2.0;
            s *= ((x[2] - 0.5 * x[1] * x[1]) * 0.1 + x[1] * 0.3 * z).exp();
        }
        total += (s - 100.0).max(0.0);
    }
    total / 20.0
}

#[differentiable]
fn cnd(d: f64) -> f64 {
    let a = [0.319381530, -0.356563782, 1.781477937, -1.821255978, 1.330274429];
    let k = 1.0 / (1.0 + 0.2316419 * d.abs());
    let poly = a.iter().rev().fold(0.0, |p, c| (p + c) * k);
    let w = 1.0 - (-0.5 * d * d).exp() / (2.0 * std::f64::consts::PI).sqrt() * poly;
    if d < 0.0 { 1.0 - w } else { w }
}
#[differentiable]
fn black_scholes(x: &[f64]) -> f64 {
    let [s, k, v, r] = x else { panic!("four") };
    let t = 1.0f64;
    let d1 = ((s / k).ln() + (r + 0.5 * v * v) * t) / (v * t.sqrt());
    let d2 = d1 - v * t.sqrt();
    s * cnd(d1) - k * (-r * t).exp() * cnd(d2)
}

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Up,
    Down,
    Off,
}
#[differentiable]
fn enum_state_machine(x: &[f64]) -> f64 {
    let mut mode = Mode::Up;
    let mut level = 0.5;
    for &v in x {
        mode = match mode {
            Mode::Up if v < 0.0 => Mode::Down,
            Mode::Down => Mode::Off,
            m => m,
        };
        level = match mode {
            Mode::Up => level * v + 1.0,
            Mode::Down => level / (1.0 + v * v),
            Mode::Off => level - v.sin(),
        };
    }
    level
}

#[differentiable]
fn binary_search_interp(x: &[f64]) -> f64 {
    let xs = [0.0, 1.0, 2.0, 3.0];
    let q = x[4];
    let (mut lo, mut hi) = (0, 3);
    while hi - lo > 1 {
        let mid = (lo + hi) / 2;
        if xs[mid] <= q { lo = mid } else { hi = mid }
    }
    let t = (q - xs[lo]) / (xs[hi] - xs[lo]);
    x[lo] * (1.0 - t) + x[hi] * t
}

#[differentiable]
fn cumsum_scan_collect(x: &[f64]) -> f64 {
    let c: Vec<f64> = x
        .iter()
        .scan(0.0, |s, &v| {
            *s += v;
            Some(*s)
        })
        .collect();
    let d: Vec<f64> = c.windows(2).map(|w| w[1] / w[0]).collect();
    d.iter().chain(&c).map(|v| v.ln()).sum()
}

#[differentiable]
fn conv(sig: &[f64], ker: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; sig.len() + ker.len() - 1];
    for (i, s) in sig.iter().enumerate() {
        for (j, k) in ker.iter().enumerate() {
            out[i + j] += s * k;
        }
    }
    out
}
#[differentiable]
fn convolution(x: &[f64]) -> f64 {
    let (a, b) = x.split_at(4);
    let c = conv(a, b);
    c.windows(2).map(|w| (w[1] - w[0]).powi(2)).sum()
}

#[differentiable]
fn iter_sorted_median(x: &[f64]) -> f64 {
    let mut v: Vec<f64> = x.iter().copied().filter(|a| a.is_finite()).collect();
    v.sort_by(|a, b| b.partial_cmp(a).unwrap());
    let mid = v.len() / 2;
    let med = if v.len() % 2 == 1 { v[mid] } else { 0.5 * (v[mid - 1] + v[mid]) };
    let mad = v.iter().map(|a| (a - med).abs()).sum::<f64>() / v.len() as f64;
    med * mad
}

#[differentiable]
fn argmax_by_index(x: &[f64]) -> f64 {
    let mut best = 0;
    for i in 1..x.len() {
        if x[i] > x[best] {
            best = i;
        }
    }
    let idx: Vec<usize> = (0..x.len()).filter(|&i| i != best).collect();
    idx.iter().map(|&i| (x[i] - x[best]).exp()).sum::<f64>().ln()
}

#[differentiable]
fn stack_machine(x: &[f64]) -> f64 {
    let mut st: Vec<f64> = Vec::with_capacity(8);
    for (i, &v) in x.iter().enumerate() {
        st.push(v);
        if i % 2 == 1 {
            let b = st.pop().unwrap();
            let a = st.pop().unwrap();
            st.push(a * b.sin());
        }
    }
    st.extend(x.iter().map(|v| v * v));
    st.resize(9, x[0]);
    st.extend_from_slice(&x[..1]);
    st.iter().enumerate().map(|(i, v)| i as f64 * v).sum()
}

#[differentiable]
fn fold_matrix(x: &[f64]) -> f64 {
    let m = [[x[0], x[1]], [x[2], x[3]]];
    let p = (0..3).fold([[1.0, 0.0], [0.0, 1.0]], |a, _| {
        let mut c = [[0.0; 2]; 2];
        for i in 0..2 {
            for j in 0..2 {
                for k in 0..2 {
                    c[i][j] += a[i][k] * m[k][j];
                }
            }
        }
        c
    });
    p.iter().flatten().sum::<f64>() + p[0][1]
}

#[differentiable]
fn horner<T: Real>(c: &[T], t: T) -> T {
    let mut r = T::from_f64(0.0);
    for &k in c.iter().rev() {
        r = r * t + k;
    }
    r
}
#[differentiable]
fn real_generic(x: f64) -> f64 {
    horner(&[1.0, x, 2.0], x) + horner(&[1.0f32, x as f32, 2.0], 0.5) as f64 * 0.0 + x
}

of_scalars! {
    bisect_implicit at [2.0, 0.5];
    real_generic at [0.7, 2.0];
}
of_slices! {
    merge_sort at [vec![3.0,1.0,4.0,1.5,5.0]];
    quicksort_in_place at [vec![3.0,1.0,4.0,1.5,5.0]];
    fft_radix2 at [vec![1.0,2.0,3.0,4.0,0.5,-1.0,2.0,0.1]];
    memo_recursion at [vec![1.0,2.0]];
    two_d_grid at [vec![2.0,0.2,0.5,-1.0,3.0,0.1,0.7,0.3,0.9]];
    polynomial_fit_loss at [vec![2.0,0.2,0.5]];
    monte_carlo_lcg at [vec![100.0,0.2,0.05]];
    black_scholes at [vec![100.0,95.0,0.2,0.05]];
    enum_state_machine at [vec![2.0,0.2,0.5,-1.0,3.0]];
    binary_search_interp at [vec![0.0,1.0,2.5,4.0,1.7]];
    cumsum_scan_collect at [vec![1.0,2.0,3.0]];
    convolution at [vec![2.0,0.2,0.5,1.5,9.0,0.3]];
    iter_sorted_median at [vec![2.0,0.2,0.5,1.5,9.0]];
    argmax_by_index at [vec![2.0,0.2,0.5,1.5,9.0]];
    stack_machine at [vec![1.0,2.0,3.0,4.0]];
    fold_matrix at [vec![1.0,2.0,3.0,4.0]];
}
