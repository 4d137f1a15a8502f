//! Patterns, options in lists, literals, constructors, bounds.

mod fl1 {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    use nalgebra::Vector3;
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let v: Vec<Vector3<f64>> = x.chunks_exact(3).map(|c| Vector3::new(c[0], c[1], c[2])).collect();
        let r: Vec<Result<f64, String>> = x.iter().map(|a| if *a > 0.0 { Ok(a * 2.0) } else { Err(format!("bad {a}")) }).collect();
        let a = [[x[0], x[1]], [x[2], 1.0]];
        let b: Vec<Vec<Option<f64>>> = vec![vec![Some(x[3]), None], vec![], vec![Some(x[2] * x[0])]];
        v.iter().flatten().map(|t| t * t).sum::<f64>()
            + r.iter().flatten().map(|t| t * t).sum::<f64>()
            + a.iter().flatten().map(|t| t * t * x[4]).product::<f64>()
            + b.iter().flatten().flatten().map(|t| t * t).sum::<f64>()
            + b.into_iter().flatten().flatten().map(|t| t * t).sum::<f64>()
            + r.into_iter().flatten().fold(0.0, |a, v| a * 0.5 + v * v)
    }
    of_slices! { f at [[0.1, 0.2, -0.1, 0.9, 1.3, 0.4]]; }
}

mod b5a {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let opt = vec![Some(x[0]), None, Some(x[1])];
        let g = |o: &[Option<f64>]| o.iter().flatten().map(|v| v * v).sum::<f64>();
        g(&opt[1..])
    }
    of_slices! { f at [[0.1, 0.2, -0.1, 0.9, 1.3, 0.4]]; }
}

mod b5b {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let opt = vec![Some(vec![x[0]]), None, Some(vec![x[1]])];
        opt[1..].iter().flatten().map(|v| v[0] * v[0]).sum::<f64>()
    }
    of_slices! { f at [[0.1, 0.2, -0.1, 0.9, 1.3, 0.4]]; }
}

mod b5c {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn g(o: &[Option<f64>]) -> f64 {
        o.iter().flatten().map(|v| v * v).sum::<f64>()
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let opt = vec![Some(x[0]), None, Some(x[1])];
        g(&opt[1..])
    }
    of_slices! { f at [[0.1, 0.2, -0.1, 0.9, 1.3, 0.4]]; }
}

mod en1 {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[derive(Clone, Copy)]
    enum J {
        R { a: f64, d: f64 },
        P { a: f64, t: f64 },
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let js = [J::R { a: 0.5, d: 0.1 }, J::P { a: 0.3, t: 0.3 }];
        let mut s = 0.0;
        for (j, q) in js.iter().zip(x) {
            s += match *j {
                J::R { a, d } => a * q + d,
                J::P { a, t } => a + q * t,
            };
        }
        s
    }
    of_slices! { f at [[0.7, 0.2]]; }
}

mod en2 {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[derive(Clone, Copy)]
    enum J {
        R { a: f64, d: f64 },
        P { a: f64, t: f64 },
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let js = [J::R { a: 0.5, d: 0.1 }, J::P { a: 0.3, t: 0.3 }];
        let mut s = 0.0;
        for i in 0..2 {
            s += match js[i] {
                J::R { a, d } => a * x[i] + d,
                J::P { a, t } => a + x[i] * t,
            };
            s += match &js[i] {
                J::R { a, d } => a * x[i] + d,
                J::P { a, t } => a + x[i] * t,
            };
            if let J::P { a, .. } = js[i] {
                s *= a * x[0];
            }
            let (J::R { a, .. } | J::P { a, .. }) = js[i];
            s += a * x[1];
        }
        s
    }
    of_slices! { f at [[0.7, 0.2]]; }
}

mod at_inner {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[derive(Clone, Copy, Debug)]
    struct P {
        a: f64,
        n: usize,
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let y = 3.0;
        let mut s = x[0] * y;
        let y = 2.0;
        s *= y;
        for o in [Some(4usize), None, Some(1)] {
            if let w @ Some(y) = o {
                s += x[1] * y as f64;
                if w.is_some() {
                    s *= 1.1;
                }
            }
            match o {
                Some(y @ 2..=9) => s *= x[0] * y as f64,
                Some(y) => s += y as f64,
                None => s += x[0],
            }
        }
        for p in [P { a: 1.0, n: 2 }, P { a: 3.0, n: 0 }] {
            let P { a, n: y } = p;
            let P { ref a, .. } = p;
            match p {
                P { a, n: 0 } => s += a * x[0],
                P { mut a, n } => {
                    a += 1.0;
                    s += a * x[1] * n as f64 + y as f64
                }
            }
            s *= a;
        }
        s
    }
    of_slices! { f at [[0.7, 0.2]]; }
}

mod nearlit2 {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn nearest(p: f64, pts: &[f64]) -> (usize, f64) {
        let mut best = (0, f64::INFINITY);
        for (i, q) in pts.iter().enumerate() {
            let d = (p - q).powi(2);
            if d < best.1 {
                best = (i, d);
            }
        }
        best
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let mut t = 0.0;
        for k in 0..2 {
            let others: Vec<f64> = x.iter().enumerate().filter(|(j, _)| *j != k).map(|(_, p)| *p).collect();
            let (i, d) = nearest(x[k], &others);
            t += d * (i + 1) as f64;
        }
        t
    }
    of_slices! { f at [[0.7, 0.2, 0.5]]; }
}

mod lits {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn g(x: f64) -> (usize, i64, f64) {
        if x > 0.0 { (1, -2, x) } else { (0, 7, -x) }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let (i, j, v) = g(x[0]);
        let (k, l, w) = g(x[1]);
        let n = 2 * i + k - 1 + i;
        let m = (j - 1) * l / 2 % 5;
        v * w * n as f64 + m as f64 * x[2] + x[i] + if 1 + i > 1 { v } else { w }
    }
    of_slices! { f at [[0.7, 0.2, 0.5, 0.1]]; }
}

mod ctor {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[derive(Clone, Differentiable)]
    struct Acc {
        s: f64,
        n: f64,
        #[constant]
        cap: usize,
    }
    #[differentiable]
    impl Acc {
        fn new() -> Self {
            Acc { s: 0.0, n: 0.0, cap: 3 }
        }
        fn with_cap(cap: usize) -> Self {
            Self { cap, ..Self::new() }
        }
        fn default_pair() -> (f64, Acc) {
            (1.0, Acc::new())
        }
        fn add(&mut self, x: f64) {
            if (self.n as usize) < self.cap {
                self.s += x * x;
            }
            self.n += 1.0;
        }
        fn total(&self) -> f64 {
            self.s / self.n
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let mut a = Acc::new();
        let (w, mut b) = Acc::default_pair();
        let mut c = Acc::with_cap(1);
        for v in x {
            a.add(*v);
            b.add(v * w);
            c.add(2.0 * v);
        }
        a.total() + b.total() * x[0] + c.total()
    }
    of_slices! { f at [[0.7, 0.2, 0.5, 0.1]]; }
}

mod clamp_active {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let lim = x[1].abs();
        let u = (x[0] * 2.0).clamp(-lim, lim);
        let w = f64::clamp(x[2], x[0], x[0] + 1.0);
        u * x[2] + w
    }
    of_slices! { f at [[0.5, -0.2, 1.7], [0.5, 3.0, 0.7], [-0.5, 0.3, -0.9]]; }
}

mod own_compound {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[derive(Clone, Copy, Differentiable)]
    struct V2(f64, f64);
    #[differentiable]
    impl std::ops::AddAssign for V2 {
        fn add_assign(&mut self, o: V2) {
            self.0 += o.0;
            self.1 += o.1;
        }
    }
    #[differentiable]
    impl std::ops::Mul<f64> for V2 {
        type Output = V2;
        fn mul(self, k: f64) -> V2 {
            V2(self.0 * k, self.1 * k)
        }
    }
    #[differentiable]
    fn spring(p: V2, k: f64) -> V2 {
        V2(-k * p.0, -k * p.1)
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let mut p = V2(x[0], x[1]);
        let mut v = V2(0.0, 1.0);
        for _ in 0..5 {
            let a = spring(p, x[2]);
            v += a * 0.1;
            p += v * 0.1;
        }
        p.0 * p.1
    }
    of_slices! { f at [[0.5, -0.2, 1.5]]; }
}

mod own_compound2 {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[derive(Clone, Copy, Differentiable)]
    struct V2(f64, f64);
    #[differentiable]
    impl std::ops::AddAssign for V2 {
        fn add_assign(&mut self, o: V2) {
            self.0 += o.0;
            self.1 += o.1;
        }
    }
    #[differentiable]
    fn make(a: f64, b: f64) -> V2 {
        V2(a, b)
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let mut acc = make(0.0, 1.0);
        for w in x.windows(2) {
            acc += make(w[0], w[1] * w[0]);
        }
        let mut list = vec![make(x[0], x[1]), make(x[1], x[2])];
        list[0] += acc;
        list[1] += make(x[0], x[0]);
        list[0].0 * list[1].1
    }
    of_slices! { f at [[0.5, -0.2, 1.5]]; }
}
