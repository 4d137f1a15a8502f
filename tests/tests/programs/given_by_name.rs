//! Functions given by their names: of any number of arguments, and without a derivative where none is asked for.
//!
//! Input: functions of a slice or a number. Output: tests of every mode.

use pullback::prelude::*;
use pullback_tests::{of_scalars, of_slices};

mod constant {
    //! Parameters that are functions without gradient: a plain function is enough.
    use super::*;

    fn stepped(x: f64) -> f64 {
        if x > 0.0 { 2.0 } else { x }
    }
    #[differentiable]
    fn scaled_by(#[constant] f: impl Fn(f64) -> f64, x0: f64) -> f64 {
        let c = f(1.5);
        x0 * c
    }
    #[differentiable]
    fn schedule<F: Fn(usize) -> f64>(x: &[f64], #[constant] weight: F) -> f64 {
        let mut s = 0.0;
        for i in 0..x.len() {
            s += weight(i) * x[i] * x[i];
        }
        s
    }
    #[differentiable]
    fn by_ref<F: Fn(usize) -> f64>(x: &[f64], #[constant] weight: &F) -> f64 {
        let mut s = 0.0;
        for i in 0..x.len() {
            s += weight(i) * x[i] * x[i];
        }
        s
    }
    #[differentiable]
    fn by_fn(x: &[f64], #[constant] weight: fn(usize) -> f64) -> f64 {
        x.iter().enumerate().map(|(i, v)| weight(i) * v).sum()
    }
    #[differentiable]
    fn by_dyn(x: &[f64], #[constant] weight: &dyn Fn(usize) -> f64) -> f64 {
        x.iter().enumerate().map(|(i, v)| weight(i) * v * v).sum()
    }
    #[differentiable]
    fn generic<T: Real>(x: &[T], #[constant] weight: impl Fn(usize, &[T]) -> T, g: impl Fn(T) -> T) -> T {
        g(x[0] * no_grad!(weight(1, x)) + no_grad!(weight(0, x)))
    }
    fn decaying(i: usize) -> f64 {
        1.0 / (i as f64 + 1.0)
    }
    fn pick(i: usize, x: &[f64]) -> f64 {
        1.0 / (i as f64 + 1.0)
    }
    #[differentiable]
    fn smooth(i: usize, x: &[f64]) -> f64 {
        x[i]
    }
    #[differentiable]
    fn sq(x: f64) -> f64 {
        x * x
    }
    #[differentiable]
    fn plain_to_constant(x: f64) -> f64 {
        scaled_by(stepped, x)
    }
    #[differentiable]
    fn schedule_by_name(x: &[f64]) -> f64 {
        schedule(x, decaying)
    }
    #[differentiable]
    fn schedule_by_closure(x: &[f64]) -> f64 {
        let k = 3.0;
        schedule(x, |i| i as f64 + k)
    }
    #[differentiable]
    fn behind_a_reference(x: &[f64]) -> f64 {
        by_ref(x, &decaying) + by_ref(x, &|i| i as f64)
    }
    #[differentiable]
    fn as_fn_pointer(x: &[f64]) -> f64 {
        by_fn(x, decaying) + by_fn(x, |i| i as f64)
    }
    #[differentiable]
    fn as_dyn(x: &[f64]) -> f64 {
        by_dyn(x, &decaying) + by_dyn(x, &|i| i as f64) + schedule(x, move |i| i as f64)
    }
    #[differentiable]
    fn beside_one_with_gradient(x: &[f64]) -> f64 {
        generic(x, pick, sq) + generic(x, smooth, sq)
    }
    #[differentiable]
    fn passed_on<T: Real>(x: &[T], #[constant] f: impl Fn(usize, &[T]) -> T) -> T {
        generic(x, f, |v| v * v)
    }
    #[differentiable]
    fn passed_on_by_name(x: &[f64]) -> f64 {
        passed_on(x, pick)
    }
    of_scalars! { plain_to_constant at [0.5]; }
    of_slices! { schedule_by_name at [[1.0, 2.0]]; schedule_by_closure at [[1.0, 2.0]]; behind_a_reference at [[1.0, 2.0]];  as_fn_pointer at [[1.0, 2.0]];  as_dyn at [[1.0, 2.0]]; }
    #[test]
    fn t7() {
        assert_eq!(passed_on_by_name::grad(&[3.0, 5.0]), vec![2.0 * 2.5 * 0.5, 0.0]);
        beside_one_with_gradient::grad(&[1.0, 2.0]);
    }
}

mod with_gradient {
    //! Parameters that are functions with gradient.
    use super::*;

    #[differentiable]
    fn inverse_sum(i: f64, j: f64) -> f64 {
        1.0 / (i as f64 + j)
    }
    #[differentiable]
    fn at_one<F: Fn(f64, f64) -> f64>(x: f64, weight: F) -> f64 {
        x * weight(1.0, x)
    }
    #[differentiable]
    fn scaled(i: f64, n: usize) -> f64 {
        i * n as f64
    }
    #[differentiable]
    fn each(x: &[f64], f: impl Fn(f64, usize) -> f64) -> f64 {
        let mut s = 0.0;
        for i in 0..x.len() {
            s += f(x[i], i) * x[i];
        }
        s
    }
    #[differentiable]
    fn two_arguments(x: f64) -> f64 {
        at_one(x, inverse_sum) + each(&[x, 2.0 * x], scaled)
    }
    #[differentiable]
    fn oscillator(t: f64, y: &[f64]) -> Vec<f64> {
        vec![y[1] * t.cos(), -y[0] * y[0]]
    }
    #[differentiable]
    fn rk(f: impl Fn(f64, &[f64]) -> Vec<f64>, y: &[f64], h: f64) -> Vec<f64> {
        let k = f(0.0, y);
        let mid: Vec<f64> = y.iter().zip(&k).map(|(a, b)| a + h * b).collect();
        let k = f(0.5 * h, &mid);
        y.iter().zip(&k).map(|(a, b)| a + h * b).collect()
    }
    #[differentiable]
    fn slices_as_arguments(x: &[f64]) -> f64 {
        let r = rk(oscillator, x, 0.1);
        let r = rk(&oscillator, &r, x[0]);
        r.iter().sum::<f64>()
    }
    #[differentiable]
    fn rhs(y: &[f64], dy: &mut [f64]) {
        dy[0] = y[1] * y[0];
        dy[1] = -y[0];
    }
    #[differentiable]
    fn euler<F>(f: F, y: &mut [f64], h: f64)
    where
        F: Fn(&[f64], &mut [f64]),
    {
        let mut dy = vec![0.0; y.len()];
        for _ in 0..3 {
            f(y, &mut dy);
            for (a, b) in y.iter_mut().zip(&dy) {
                *a += h * b;
            }
        }
    }
    #[differentiable]
    fn in_place(x: &[f64]) -> f64 {
        let mut y = x.to_vec();
        euler(rhs, &mut y, 0.1);
        euler(rhs, &mut y, x[0]);
        y[0] * y[1]
    }
    #[differentiable]
    fn dotp<T: Real>(a: &[T], b: &[T]) -> T {
        let mut s = T::zero();
        for i in 0..a.len() {
            s = s + a[i] * b[i];
        }
        s
    }
    #[differentiable]
    fn kernel_sum<T: Real>(x: &[T], k: impl Fn(&[T], &[T]) -> T) -> T {
        k(x, x) * k(x, &x[..])
    }
    #[differentiable]
    fn generic_by_name(x: &[f64]) -> f64 {
        kernel_sum(x, dotp) + kernel_sum(x, dotp::<f64>)
    }
    #[derive(Clone, Copy, Differentiable)]
    struct P {
        m: f64,
        k: f64,
    }
    #[differentiable]
    fn spring_force(p: &P, x: f64) -> f64 {
        -p.k * x / p.m
    }
    #[differentiable]
    fn twice(p: &P, x: f64, f: fn(&P, f64) -> f64) -> f64 {
        f(p, x) * f(p, 2.0)
    }
    #[differentiable]
    fn struct_behind_reference(x: &[f64]) -> f64 {
        twice(&P { m: x[0], k: x[1] }, x[0], spring_force)
    }
    of_scalars! { two_arguments at [0.5];}
    of_slices! { slices_as_arguments at [[1.0, 2.0]]; in_place at [[1.0, 2.0]]; generic_by_name at [[1.0, 2.0]]; struct_behind_reference at [[1.0, 2.0]]; }
}
