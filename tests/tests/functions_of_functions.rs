//! The corpus: functions that take functions.
#![allow(missing_docs, clippy::all, reason = "the corpus is written to be differentiated")]

use pullback::prelude::*;
use pullback_tests::of_slices;

#[differentiable]
fn boxed_closure(x: &[f64]) -> f64 {
    let f: Box<dyn Fn(f64) -> f64> = Box::new(move |v| v * x[0]);
    f(x[1])
}

#[differentiable]
fn with_types<T: Real, F: Fn(T) -> T>(f: F, x: T) -> T {
    f(f(x))
}
#[differentiable]
fn sum_over<const N: usize>(x: &[f64; N], f: impl Fn(f64) -> f64) -> f64 {
    let mut s = 0.0;
    for i in 0..N {
        s += f(x[i]);
    }
    s
}
#[differentiable]
fn generic_sq<T: Real>(x: T) -> T {
    x * x
}
#[differentiable]
fn turbofish(x: &[f64]) -> f64 {
    let k = x[1];
    with_types::<f64, _>(|v| v.sin() * k, x[0]) + with_types::<_, _>(generic_sq::<f64>, k) + sum_over::<2>(&[k, x[0]], |v| v * v * k)
}

#[differentiable]
fn newton(f: impl Fn(f64) -> f64, x0: f64) -> f64 {
    let mut x = x0;
    for _ in 0..3 {
        x = x - 0.1 * f(x);
    }
    x
}
#[differentiable]
fn ho_impl(x: &[f64]) -> f64 {
    let k = x[1];
    newton(|v| v * v * k - 2.0, x[0])
}

#[differentiable]
fn trapz<F: Fn(f64) -> f64>(f: F, a: f64, b: f64, n: usize) -> f64 {
    let h = (b - a) / n as f64;
    let mut s = 0.5 * (f(a) + f(b));
    for i in 1..n {
        s += f(a + i as f64 * h);
    }
    s * h
}
#[differentiable]
fn sq(v: f64) -> f64 {
    v * v
}
#[differentiable]
fn ho_generic(x: &[f64]) -> f64 {
    let k = x[2];
    trapz(|v| v.sin() * k, x[0], x[1], 4) + trapz(sq, x[0], x[1], 4) + trapz(|v| v.exp(), 0.0, x[3], 3) + trapz(f64::sin, x[0], x[1], 2)
}

#[differentiable]
fn rk4<F>(f: &F, y: f64, h: f64) -> f64
where
    F: Fn(f64, f64) -> f64,
{
    let k1 = f(0.0, y);
    let k2 = f(0.5 * h, y + 0.5 * h * k1);
    y + h * k2
}
#[differentiable]
fn ho_where_ref(x: &[f64]) -> f64 {
    let a = x[0];
    let f = |t: f64, y: f64| a * y + t;
    rk4(&f, x[1], x[2]) + rk4(&|t, y| t * y, x[1], x[2])
}

#[differentiable]
fn rk(f: impl Fn(&[f64]) -> Vec<f64>, y: &[f64], h: f64) -> Vec<f64> {
    let k = f(y);
    y.iter().zip(&k).map(|(a, b)| a + h * b).collect()
}
#[differentiable]
fn ho_vec(x: &[f64]) -> f64 {
    let w = x.to_vec();
    let r = rk(|y| y.iter().map(|v| v * w[0]).collect(), x, 0.1);
    r.iter().sum::<f64>()
}

#[differentiable]
fn apply_all(x: &[f64], f: impl Fn(f64) -> f64) -> f64 {
    x.iter().map(|v| f(*v)).sum()
}
#[differentiable]
fn apply_all2(x: &[f64], f: impl Fn(f64) -> f64) -> f64 {
    x.iter().copied().map(f).sum()
}
#[differentiable]
fn ho_map(x: &[f64]) -> f64 {
    apply_all(x, |v| v * x[0]) + apply_all2(x, |v| v * v)
}

#[differentiable]
fn inner(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(x) * 2.0
}
#[differentiable]
fn outer(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    inner(&f, x) + inner(|v| f(v) * x, x)
}
#[differentiable]
fn ho_passed_on(x: &[f64]) -> f64 {
    outer(|v| v * x[1], x[0])
}

#[differentiable]
fn twice(f: fn(f64) -> f64, x: f64) -> f64 {
    f(f(x))
}
#[differentiable]
fn cube(v: f64) -> f64 {
    v * v * v
}
#[differentiable]
fn ho_fn_pointer(x: &[f64]) -> f64 {
    twice(cube, x[0]) + twice(|v| v.sin(), x[1]) + twice(f64::exp, x[2])
}

#[differentiable]
fn sum_of<T: Real, F: Fn(T) -> T>(f: F, x: &[T]) -> T {
    let mut s = T::ZERO;
    for i in 0..x.len() {
        s += f(x[i]);
    }
    s
}
#[differentiable]
fn ho_real(x: &[f64]) -> f64 {
    let k = x[0] * x[1];
    sum_of(|v| v * k + v * v, x) + sum_of(|v: f64| v.sin() * x[2], &x[1..])
}

#[differentiable]
fn iterate(f: impl Fn(f64) -> f64, x0: f64, n: usize) -> f64 {
    let mut x = x0;
    for _ in 0..n {
        x = f(x);
    }
    x
}
#[differentiable]
fn ho_captures_slice(x: &[f64]) -> f64 {
    let w: Vec<f64> = x.iter().map(|v| v * 0.5).collect();
    let mut total = 0.0;
    for k in 0..3 {
        let scale = x[k] + 1.0;
        total += iterate(
            |v| {
                let mut s = v * 0.1;
                for i in 0..w.len() {
                    s += w[i] * x[i] * (v * scale).cos();
                }
                if s > 10.0 {
                    return s * 0.1;
                }
                s
            },
            x[k],
            2,
        );
    }
    total
}

#[differentiable]
fn adaptive(f: &impl Fn(f64) -> f64, a: f64, b: f64, depth: usize) -> f64 {
    let m = 0.5 * (a + b);
    if depth == 0 { (b - a) * f(m) } else { adaptive(f, a, m, depth - 1) + adaptive(f, m, b, depth - 1) }
}
#[differentiable]
fn ho_recursive(x: &[f64]) -> f64 {
    let k = x[2];
    adaptive(&|v| (v * k).sin(), x[0], x[1], 3)
}

#[differentiable]
fn zero_args(f: impl Fn() -> f64, k: f64) -> f64 {
    f() * k + f()
}
#[differentiable]
fn of_pair(f: impl Fn((f64, f64)) -> (f64, f64), k: f64) -> f64 {
    let (a, b) = f((k, 2.0));
    a * b
}
#[differentiable]
fn of_array<const N: usize>(f: impl Fn(&[f64; N]) -> [f64; N], y: [f64; N], h: f64) -> [f64; N] {
    let k = f(&y);
    let mut z = y;
    for i in 0..N {
        z[i] += h * k[i];
    }
    z
}
#[differentiable]
fn of_index(f: impl Fn(usize) -> f64, n: usize) -> f64 {
    (0..n).map(|i| f(i)).sum::<f64>() + (0..n).map(&f).sum::<f64>()
}
#[differentiable]
fn ho_shapes(x: &[f64]) -> f64 {
    let y = of_array(|s| [s[1], -s[0] * x[2]], [x[0], x[1]], x[3]);
    let mut z = y;
    for _ in 0..3 {
        z = of_array(|&[a, b]: &[f64; 2]| [b * x[0], a - b], z, 0.1);
    }
    zero_args(|| x[0] * x[1], x[2])
        + of_pair(|(a, b)| (a * b, a + x[1]), x[3])
        + y[0] * y[1]
        + z[0] * z[1]
        + of_index(|i| x[i] * i as f64, 3)
}

#[derive(Clone, Differentiable)]
struct Solver {
    h: f64,
}
#[differentiable]
impl Solver {
    fn step(&self, f: impl Fn(f64) -> f64, y: f64) -> f64 {
        y + self.h * f(y)
    }
    fn run<F: Fn(f64) -> f64>(&self, f: F, y0: f64, n: usize) -> f64 {
        let mut y = y0;
        for _ in 0..n {
            y = self.step(&f, y);
        }
        y
    }
}
#[differentiable]
fn ho_methods(x: &[f64]) -> f64 {
    let s = Solver { h: x[0] };
    s.step(|v| v * x[1], x[2]) + s.run(|v| -v * x[3], x[1], 3)
}

#[differentiable]
fn apply_to(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(x) * x
}
#[differentiable]
fn ho_moved(x: &[f64]) -> f64 {
    let mut k = x[1];
    let a = apply_to(move |v| v * k, x[0]);
    k = k * 2.0;
    let f = |v: f64| v * k + x[2];
    let b = apply_to(&f, x[0]) + apply_to(f, 3.0) + f(x[3]);
    let g = |v: f64| v * 2.0;
    k *= 3.0;
    a * b + apply_to(g, x[1]) + apply_to(&g, k) + apply_to(|v| g(v) * k, x[0])
}

#[differentiable]
fn sum_where(x: &[f64], keep: impl Fn(f64) -> bool, f: impl Fn(f64) -> f64) -> f64 {
    let mut s = 0.0;
    for &v in x {
        if keep(v) {
            s += f(v);
        }
    }
    s
}
#[differentiable]
fn ho_predicate(x: &[f64]) -> f64 {
    sum_where(x, |v| v > 0.41, |v| v * x[0])
}

#[differentiable]
fn euler(f: impl Fn(f64, &[f64], &mut [f64]), y: &mut [f64], h: f64) {
    let mut dy = vec![0.0; y.len()];
    f(0.0, y, &mut dy);
    for i in 0..y.len() {
        y[i] += h * dy[i];
    }
}
#[differentiable]
fn ho_mut_args(x: &[f64]) -> f64 {
    let mut y = x.to_vec();
    euler(
        |_, y, dy| {
            for i in 0..y.len() {
                dy[i] = y[i] * x[0];
            }
        },
        &mut y,
        0.1,
    );
    y[0] * y[1]
}

#[differentiable]
fn each_of(x: &[f64], mut f: impl FnMut(f64) -> f64) -> f64 {
    let mut s = 0.0;
    for v in x {
        s += f(*v);
    }
    s
}
#[differentiable]
fn ho_fn_mut(x: &[f64]) -> f64 {
    each_of(x, |v| v * x[1]) + each_of(x, |v| v * v)
}

of_slices! {
    turbofish at [[0.3, 0.7]];
    boxed_closure at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    ho_impl at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    ho_generic at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    ho_where_ref at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    ho_vec at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    ho_map at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    ho_passed_on at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    ho_fn_pointer at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    ho_real at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    ho_captures_slice at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    ho_recursive at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    ho_shapes at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    ho_methods at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    ho_moved at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    ho_predicate at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    ho_mut_args at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    ho_fn_mut at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
}

/// Functions that carry no gradient, as parameters.
mod constant_functions {
    use pullback::prelude::*;

    #[differentiable]
    fn weighted<F: Fn(usize) -> f64>(#[constant] f: F, x: &[f64]) -> f64 {
        let mut s = 0.0;
        for i in 0..x.len() {
            s += f(i) * x[i] * x[i];
        }
        s
    }

    #[differentiable]
    fn scaled(
        #[constant] f: fn(usize) -> f64,
        #[constant] g: &dyn Fn(f64) -> f64,
        #[constant] h: impl Fn(&[f64], f64) -> f64,
        x: f64,
    ) -> f64 {
        f(2) * x * x * g(1.0) * h(&[1.0], 2.0)
    }

    #[differentiable]
    fn both(x: &[f64]) -> f64 {
        let k = 2.0;
        weighted(|i| i as f64 * k, x) + weighted(|i: usize| (i * i) as f64, x) + scaled(|i| i as f64, &|v| v + 1.0, |a, b| a[0] * b, x[0])
    }

    pullback_tests::of_slices! {
        both at [[1.0, 0.5, 0.3]];
    }

    #[test]
    fn by_every_entry() {
        let (value, gradient) = weighted::value_and_grad(|i| i as f64, &[1.0, 2.0]);
        assert_eq!((value, gradient), (4.0, vec![0.0, 4.0]));
        assert_eq!(weighted::jvp((|i| i as f64, &[1.0, 2.0]), &[1.0, 1.0]).1, 4.0);
        let mut x = Param::new(vec![1.0, 2.0]);
        weighted::backward(|i| i as f64, &mut x);
        assert_eq!(x.grad().unwrap()[..], [0.0, 4.0]);
        assert_eq!(scaled::grad(|_| 1.0, &|v| v, |_, b| b, 3.0), 12.0);
    }
}
