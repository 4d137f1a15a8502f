//! Solvers: linear systems, eigenvalues, quadrature, steps.

mod spline {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    struct Knots {
        xs: Vec<f64>,
    }
    #[differentiable]
    fn natural_spline(#[constant] xs: &[f64], ys: &[f64], at: f64) -> f64 {
        let n = xs.len();
        let mut h = vec![0.0; n - 1];
        for i in 0..n - 1 {
            h[i] = xs[i + 1] - xs[i];
        }
        let mut alpha = vec![0.0; n];
        for i in 1..n - 1 {
            alpha[i] = 3.0 * ((ys[i + 1] - ys[i]) / h[i] - (ys[i] - ys[i - 1]) / h[i - 1]);
        }
        let (mut l, mut mu, mut z) = (vec![1.0; n], vec![0.0; n], vec![0.0; n]);
        for i in 1..n - 1 {
            l[i] = 2.0 * (xs[i + 1] - xs[i - 1]) - h[i - 1] * mu[i - 1];
            mu[i] = h[i] / l[i];
            z[i] = (alpha[i] - h[i - 1] * z[i - 1]) / l[i];
        }
        let mut c = vec![0.0; n];
        let mut b = vec![0.0; n - 1];
        let mut d = vec![0.0; n - 1];
        for j in (0..n - 1).rev() {
            c[j] = z[j] - mu[j] * c[j + 1];
            b[j] = (ys[j + 1] - ys[j]) / h[j] - h[j] * (c[j + 1] + 2.0 * c[j]) / 3.0;
            d[j] = (c[j + 1] - c[j]) / (3.0 * h[j]);
        }
        let mut j = 0;
        while j + 2 < n && at > xs[j + 1] {
            j += 1;
        }
        let dx = at - xs[j];
        ys[j] + dx * (b[j] + dx * (c[j] + dx * d[j]))
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let knots = [0.0, 0.5, 1.2, 2.0, 2.5];
        let ys = &x[..5];
        (0..4).map(|k| natural_spline(&knots, ys, x[5] + 0.5 * k as f64)).sum::<f64>()
    }
    of_slices! { f at [[1.0, -0.5, 0.3, 0.8, 0.2, 0.13]]; }
}

mod rk45 {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[derive(Debug)]
    enum SolveError {
        TooManySteps(usize),
        StepTooSmall { h: f64 },
    }
    impl std::fmt::Display for SolveError {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(f, "{self:?}")
        }
    }
    impl std::error::Error for SolveError {}
    #[differentiable]
    fn rhs(t: f64, y: [f64; 2], p: &[f64]) -> [f64; 2] {
        [p[0] * y[0] - p[1] * y[0] * y[1] + 0.0 * t, p[2] * y[0] * y[1] - p[3] * y[1]]
    }
    #[differentiable]
    fn solve(p: &[f64], y0: [f64; 2], t1: f64) -> Result<[f64; 2], SolveError> {
        let mut t = 0.0;
        let mut y = y0;
        let mut h = 0.1_f64;
        let mut steps = 0;
        while t < t1 {
            steps += 1;
            if steps > 1000 {
                return Err(SolveError::TooManySteps(steps));
            }
            h = h.min(t1 - t);
            let k1 = rhs(t, y, p);
            let k2 = rhs(t + h / 2.0, [y[0] + h / 2.0 * k1[0], y[1] + h / 2.0 * k1[1]], p);
            let mid = [y[0] + h * k2[0], y[1] + h * k2[1]];
            let err = no_grad! { (h * (k2[0] - k1[0])).abs().max((h * (k2[1] - k1[1])).abs()) };
            if err > 0.05 {
                h = h * 0.5;
                if h < 1e-9 {
                    return Err(SolveError::StepTooSmall { h: 1e-9 });
                }
                continue;
            }
            t += h;
            y = mid;
            if err < 0.01 {
                h *= 1.5;
            }
        }
        Ok(y)
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        match solve(&x[..4], [x[4], x[5]], 2.0) {
            Ok([a, b]) => a * a + b,
            Err(_) => 0.0,
        }
    }
    of_slices! { f at [[0.7, 0.8, 0.5, 0.9, 1.4, 0.9]]; }
}

mod lu_solver {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[derive(Debug, PartialEq)]
    enum LinAlgError {
        Singular(usize),
        Shape,
    }
    #[differentiable]
    fn lu_solve(a: &[Vec<f64>], b: &[f64]) -> Result<Vec<f64>, LinAlgError> {
        let n = a.len();
        if b.len() != n || a.iter().any(|r| r.len() != n) {
            return Err(LinAlgError::Shape);
        }
        let mut m = a.to_vec();
        let mut x = b.to_vec();
        for col in 0..n {
            let mut pivot = col;
            for r in col + 1..n {
                if m[r][col].abs() > m[pivot][col].abs() {
                    pivot = r;
                }
            }
            if m[pivot][col].abs() < 1e-12 {
                return Err(LinAlgError::Singular(col));
            }
            m.swap(col, pivot);
            x.swap(col, pivot);
            for r in col + 1..n {
                let factor = m[r][col] / m[col][col];
                for c in col..n {
                    let t = m[col][c];
                    m[r][c] -= factor * t;
                }
                x[r] -= factor * x[col];
            }
        }
        for r in (0..n).rev() {
            let s: f64 = (r + 1..n).map(|c| m[r][c] * x[c]).sum();
            x[r] = (x[r] - s) / m[r][r];
        }
        Ok(x)
    }
    #[differentiable]
    fn try_f(x: &[f64]) -> Result<f64, LinAlgError> {
        let a: Vec<Vec<f64>> = x[..9].chunks(3).map(|r| r.to_vec()).collect();
        let s = lu_solve(&a, &x[9..])?;
        Ok(s[0] + 2.0 * s[1] * s[2])
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        try_f(x).unwrap()
    }
    of_slices! { f at [[0.1, 0.2, 0.3, 1.0, 1.4, -0.3, 0.1, 2.0, -1.0, 0.4, 0.2, 0.8]]; }
}

mod conjugate_gradient {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn dot(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b.iter()).map(|(x, y)| x * y).sum()
    }
    #[differentiable]
    fn cg(a: &Vec<Vec<f64>>, b: &[f64], iters: usize) -> Vec<f64> {
        let n = b.len();
        let mut x = vec![0.0; n];
        let mut r = b.to_vec();
        let mut p = r.clone();
        let mut rs = dot(&r, &r);
        for _ in 0..iters {
            let ap: Vec<f64> = a.iter().map(|row| dot(row, &p)).collect();
            let alpha = rs / dot(&p, &ap);
            for i in 0..n {
                x[i] += alpha * p[i];
                r[i] -= alpha * ap[i];
            }
            let new = dot(&r, &r);
            if new.sqrt() < 1e-14 {
                break;
            }
            let beta = new / rs;
            p = r.iter().zip(p.iter()).map(|(r, p)| r + beta * p).collect();
            rs = new;
        }
        x
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let a = vec![vec![4.0 + x[0], x[1], 0.1], vec![x[1], 3.0, x[2]], vec![0.1, x[2], 2.0 + x[0] * x[0]]];
        let s = cg(&a, &x[3..], 3);
        s[0] * s[1] + s[2]
    }
    of_slices! { f at [[0.7, 0.2, 0.55, -0.4, 0.3, 1.0]]; }
}

mod jacobi_eigen {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let n = 3;
        let mut a = vec![vec![0.0; n]; n];
        let mut k = 0;
        for i in 0..n {
            for j in i..n {
                a[i][j] = x[k];
                a[j][i] = x[k];
                k += 1;
            }
        }
        for _sweep in 0..6 {
            for p in 0..n - 1 {
                for q in p + 1..n {
                    if a[p][q].abs() < 1e-14 {
                        continue;
                    }
                    let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
                    let t = theta.signum().detach() / (theta.abs() + (theta * theta + 1.0).sqrt());
                    let c = 1.0 / (t * t + 1.0).sqrt();
                    let s = t * c;
                    for r in 0..n {
                        let (arp, arq) = (a[r][p], a[r][q]);
                        a[r][p] = c * arp - s * arq;
                        a[r][q] = s * arp + c * arq;
                    }
                    for r in 0..n {
                        let (apr, aqr) = (a[p][r], a[q][r]);
                        a[p][r] = c * apr - s * aqr;
                        a[q][r] = s * apr + c * aqr;
                    }
                }
            }
        }
        let mut eig: Vec<f64> = (0..n).map(|i| a[i][i]).collect();
        eig.sort_by(|a, b| b.partial_cmp(a).unwrap());
        eig[0] + 0.3 * eig[2].powi(2)
    }
    of_slices! { f at [[2.0, 0.3, -0.4, 1.0, 0.2, 3.0]]; }
}

mod qr_householder {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let (m, n) = (3, 2);
        let mut a: Vec<Vec<f64>> = x[..6].chunks(2).map(<[f64]>::to_vec).collect();
        let mut b = vec![x[0], 1.0, x[5]];
        for k in 0..n {
            let norm = (k..m).map(|i| a[i][k].powi(2)).sum::<f64>().sqrt();
            let alpha = if a[k][k] > 0.0 { -norm } else { norm };
            let mut v = vec![0.0; m];
            v[k] = a[k][k] - alpha;
            for i in k + 1..m {
                v[i] = a[i][k];
            }
            let vv: f64 = v.iter().map(|t| t * t).sum();
            if vv < 1e-300 {
                continue;
            }
            for j in k..n {
                let s = 2.0 * (k..m).map(|i| v[i] * a[i][j]).sum::<f64>() / vv;
                for i in k..m {
                    a[i][j] -= s * v[i];
                }
            }
            let s = 2.0 * (k..m).map(|i| v[i] * b[i]).sum::<f64>() / vv;
            (k..m).for_each(|i| b[i] -= s * v[i]);
        }
        let x1 = b[1] / a[1][1];
        let x0 = (b[0] - a[0][1] * x1) / a[0][0];
        x0 * x1 + b[2].powi(2)
    }
    of_slices! { f at [[2.0, 0.3, -0.4, 1.0, 0.2, 3.0]]; }
}

mod newton_system {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let residual = |u: [f64; 2]| -> [f64; 2] { [u[0] * u[0] + u[1] - x[0], u[0] - u[1] * u[1] + x[1]] };
        let jac = |u: &[f64; 2]| [[2.0 * u[0], 1.0], [1.0, -2.0 * u[1]]];
        let mut u = [1.0, 1.0];
        for it in 0..8 {
            let r = residual(u);
            if r.iter().map(|v| v.abs()).fold(0.0, f64::max) < 1e-15 {
                break;
            }
            let [[a, b], [c, d]] = jac(&u);
            let det = a * d - b * c;
            u[0] -= (d * r[0] - b * r[1]) / det;
            u[1] -= (a * r[1] - c * r[0]) / det;
            debug_assert!(it < 9);
        }
        u[0] * u[1]
    }
    of_slices! { f at [[2.4, 0.3]]; }
}

mod simpson {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn simpson<F>(f: &F, a: f64, b: f64, n: usize) -> f64
    where
        F: Fn(f64) -> f64,
    {
        let h = (b - a) / n as f64;
        let mut s = f(a) + f(b);
        for i in 1..n {
            s += f(a + i as f64 * h) * if i % 2 == 0 { 2.0 } else { 4.0 };
        }
        s * h / 3.0
    }
    #[differentiable]
    fn adaptive<F: Fn(f64) -> f64>(f: &F, a: f64, b: f64, tol: f64, depth: u32) -> f64 {
        let m = 0.5 * (a + b);
        let whole = simpson(f, a, b, 2);
        let halves = simpson(f, a, m, 2) + simpson(f, m, b, 2);
        if depth == 0 || (halves - whole).abs() < 15.0 * tol {
            halves + (halves - whole) / 15.0
        } else {
            adaptive(f, a, m, tol / 2.0, depth - 1) + adaptive(f, m, b, tol / 2.0, depth - 1)
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        adaptive(&|t| (-x[0] * t * t).exp() * (x[1] * t).cos(), 0.0, x[2], 1e-4, 5)
    }
    of_slices! { f at [[0.4, 3.0, 2.0]]; }
}

mod golden_section {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn minimise(g: impl Fn(f64) -> f64, mut a: f64, mut b: f64) -> f64 {
        let phi = (5f64.sqrt() - 1.0) / 2.0;
        let (mut c, mut d) = (b - phi * (b - a), a + phi * (b - a));
        for _ in 0..6 {
            if g(c) < g(d) {
                b = d
            } else {
                a = c
            }
            c = b - phi * (b - a);
            d = a + phi * (b - a);
        }
        g(0.5 * (a + b))
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        minimise(|t| (t - x[0]).powi(2) + x[1] * t, x[2], x[3])
    }
    of_slices! { f at [[0.4, 0.3, -1.0, 2.0]]; }
}

mod barycentric {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn interp(xs: &[f64], ys: &[f64], t: f64) -> f64 {
        assert_eq!(xs.len(), ys.len(), "lengths {} and {}", xs.len(), ys.len());
        let w: Vec<f64> =
            (0..xs.len()).map(|j| xs.iter().enumerate().filter(|&(k, _)| k != j).map(|(_, xk)| 1.0 / (xs[j] - xk)).product()).collect();
        let (num, den) = w.iter().zip(xs).zip(ys).fold((0.0, 0.0), |(n, d), ((w, x), y)| {
            let q = w / (t - x);
            (n + q * y, d + q)
        });
        num / den
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        interp(&x[..3], &x[3..6], x[6])
    }
    of_slices! { f at [[0.0, 1.0, 2.5, 0.2, -0.4, 1.0, 0.7]]; }
}
