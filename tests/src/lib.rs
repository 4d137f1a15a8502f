//! What the corpus shares: each function is run through every mode and compared with central differences.
//!
//! Input: functions of one scalar or one slice, and points. Output: tests. Invariant: forward mode is compared to rounding, differences to 1e-5;
//! a pullback that runs again, and a parameter's gradient buffer, hold the same numbers as `grad`.

pub mod heap;
pub mod random;

pub mod helpers;

/// Whether two derivatives agree to `tolerance`, relative to the larger of 1 and their values.
///
/// # Panics
/// If they do not.
pub fn close(what: &str, a: f64, b: f64, tolerance: f64) {
    let scale = a.abs().max(b.abs()).max(1.0);
    assert!((a - b).abs() <= tolerance * scale || a.is_nan() && b.is_nan(), "{what}: {a} and {b}");
}

/// The central difference of a function of one variable.
pub fn difference(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    let h = 1e-6 * x.abs().max(1.0);
    (f(x + h) - f(x - h)) / (2.0 * h)
}

/// The central differences of a function of a slice.
pub fn differences(f: impl Fn(&[f64]) -> f64, x: &[f64]) -> Vec<f64> {
    let moved = |k: usize, v: f64| {
        let mut x = x.to_vec();
        x[k] = v;
        f(&x)
    };
    (0..x.len()).map(|k| difference(|v| moved(k, v), x[k])).collect()
}

/// Checks a gradient against central differences, and the derivative along it against the gradient's square.
///
/// # Panics
/// If they differ.
pub fn agree(what: &str, gradient: &[f64], differences: &[f64], along: f64) {
    assert_eq!(gradient.len(), differences.len(), "{what}: the gradient has the length of its argument");
    for (k, (g, d)) in gradient.iter().zip(differences).enumerate() {
        close(&format!("{what}, entry {k}: reverse mode and central differences"), *g, *d, 1e-5);
    }
    let square = gradient.iter().map(|g| g * g).sum();
    close(&format!("{what}: reverse and forward mode"), square, along, 1e-10);
}

/// Tests of functions `fn(f64) -> f64`, at points.
#[macro_export]
macro_rules! of_scalars {
    ($($name:ident at $points:expr;)*) => { mod scalars { $(
            #[test]
            fn $name() {
                use super::$name as f;
                for x in $points {
                    let x: f64 = x;
                    let what = format!("{}({x})", stringify!($name));
                    let (y, g) = f::value_and_grad(x);
                    assert_eq!(y.to_bits(), f(x).to_bits(), "{what}: the forward sweep computes the same bits");
                    let (y, y_dot) = f::jvp(x, g);
                    assert_eq!(y.to_bits(), f(x).to_bits(), "{what}: the tangent sweep computes the same bits");
                    $crate::agree(&what, &[g], &[$crate::difference(f, x)], y_dot);
                    let (y, pullback) = f::vjp(x);
                    let mut param = ::pullback::Param::new(x);
                    let of_backward = f::backward(&mut param);
                    assert!([y, of_backward].iter().all(|y| y.to_bits() == f(x).to_bits()), "{what}: every entry yields the same bits");
                    for other in [pullback(1.0), pullback(1.0), param.grad().copied().unwrap_or(0.0)] {
                        $crate::close(&format!("{what}: `vjp`, once more, or `backward`"), g, other, 1e-10);
                    }
                }
            }
    )* } };
}

/// Tests of functions `fn(&[f64]) -> f64`, at points.
#[macro_export]
macro_rules! of_slices {
    ($($name:ident at $points:expr;)*) => { mod slices { $(
            #[test]
            fn $name() {
                use super::$name as f;
                for x in $points {
                    let x: &[f64] = &x[..];
                    let what = format!("{}({x:?})", stringify!($name));
                    let (y, g) = f::value_and_grad(x);
                    assert_eq!(y.to_bits(), f(x).to_bits(), "{what}: the forward sweep computes the same bits");
                    let (y, y_dot) = f::jvp(x, &g[..]);
                    assert_eq!(y.to_bits(), f(x).to_bits(), "{what}: the tangent sweep computes the same bits");
                    $crate::agree(&what, &g, &$crate::differences(|x| f(x), x), y_dot);
                    let (y, pullback) = f::vjp(x);
                    let mut param = ::pullback::Param::new(x.to_vec());
                    let of_backward = f::backward(&mut param);
                    assert!([y, of_backward].iter().all(|y| y.to_bits() == f(x).to_bits()), "{what}: every entry yields the same bits");
                    for other in [pullback(1.0), pullback(1.0), param.grad().cloned().unwrap_or_default()] {
                        assert_eq!(other.len(), g.len(), "{what}: a gradient has the length of its argument");
                        g.iter().zip(&other).for_each(|(g, o)| $crate::close(&format!("{what}: `vjp`, once more, or `backward`"), *g, *o, 1e-10));
                    }
                }
            }
    )* } };
}
