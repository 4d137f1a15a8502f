//! Searches: paths, neighbours, alignments, transforms.

mod floyd_warshall {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let edges = [(0usize, 1usize), (1, 2), (0, 2), (2, 3), (3, 0), (1, 3)];
        let n = 4;
        let mut d = vec![vec![f64::INFINITY; n]; n];
        for i in 0..n {
            d[i][i] = 0.0;
        }
        for (&(a, b), &w) in edges.iter().zip(x.iter()) {
            d[a][b] = d[a][b].min(w);
        }
        for k in 0..n {
            for i in 0..n {
                for j in 0..n {
                    let via = d[i][k] + d[k][j];
                    if via < d[i][j] {
                        d[i][j] = via;
                    }
                }
            }
        }
        let mut total = 0.0;
        for row in &d {
            for v in row {
                if v.is_finite() {
                    total += v * v;
                }
            }
        }
        total
    }
    of_slices! { f at [[1.0, 2.5, 4.1, 0.7, 1.9, 3.0]]; }
}

mod dijkstra_like {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn f(w: &[f64]) -> f64 {
        let n = 4;
        let adj: Vec<Vec<(usize, usize)>> = vec![vec![(1, 0), (2, 1)], vec![(3, 2)], vec![(1, 3), (3, 4)], vec![]];
        let mut dist = vec![f64::MAX; n];
        let mut done = vec![false; n];
        dist[0] = 0.0;
        loop {
            let mut u = None;
            for v in 0..n {
                if !done[v] && dist[v] < f64::MAX {
                    match u {
                        None => u = Some(v),
                        Some(b) if dist[v] < dist[b] => u = Some(v),
                        _ => {}
                    }
                }
            }
            let Some(u) = u else { break };
            done[u] = true;
            for &(v, e) in &adj[u] {
                let alt = dist[u] + w[e] * w[e];
                if alt < dist[v] {
                    dist[v] = alt;
                }
            }
        }
        dist[3] + 0.5 * dist[1]
    }
    of_slices! { f at [[2.0, 1.0, 1.5, 0.3, 2.5]]; }
}

mod nearest_active {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn nearest(p: (f64, f64), pts: &[(f64, f64)]) -> (usize, f64) {
        let mut best = (0, f64::INFINITY);
        for (i, q) in pts.iter().enumerate() {
            let d = (p.0 - q.0).powi(2) + (p.1 - q.1).powi(2);
            if d < best.1 {
                best = (i, d);
            }
        }
        best
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let pts: Vec<(f64, f64)> = x.chunks_exact(2).map(|c| (c[0], c[1])).collect();
        let mut total = 0.0;
        for k in 0..pts.len() {
            let others: Vec<(f64, f64)> = pts.iter().enumerate().filter(|(j, _)| *j != k).map(|(_, p)| *p).collect();
            let (i, d) = nearest(pts[k], &others);
            total += d.sqrt() * (i + 1) as f64;
        }
        total
    }
    of_slices! { f at [[0.1, 0.2, -0.1, 0.9, 1.3, 0.4]]; }
}

mod dp_softdtw {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn softmin(a: f64, b: f64, c: f64, gamma: f64) -> f64 {
        let m = a.min(b).min(c);
        m - gamma * ((-(a - m) / gamma).exp() + (-(b - m) / gamma).exp() + (-(c - m) / gamma).exp()).ln()
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let (a, b) = x.split_at(4);
        let (n, m) = (a.len(), b.len());
        let mut d = vec![vec![1e10; m + 1]; n + 1];
        d[0][0] = 0.0;
        for i in 1..=n {
            for j in 1..=m {
                let cost = (a[i - 1] - b[j - 1]).powi(2);
                d[i][j] = cost + softmin(d[i - 1][j], d[i][j - 1], d[i - 1][j - 1], 0.3);
            }
        }
        d[n][m]
    }
    of_slices! { f at [[0.7, 0.2, 0.5, 0.9, 0.4, 0.3, 0.8, 1.1, 0.2]]; }
}

mod fft_loop {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[derive(Clone, Copy, Differentiable)]
    struct C64 {
        re: f64,
        im: f64,
    }
    #[differentiable]
    impl std::ops::Add for C64 {
        type Output = Self;
        fn add(self, o: Self) -> Self {
            C64 { re: self.re + o.re, im: self.im + o.im }
        }
    }
    #[differentiable]
    impl std::ops::Sub for C64 {
        type Output = Self;
        fn sub(self, o: Self) -> Self {
            C64 { re: self.re - o.re, im: self.im - o.im }
        }
    }
    #[differentiable]
    impl std::ops::Mul for C64 {
        type Output = Self;
        fn mul(self, o: Self) -> Self {
            C64 { re: self.re * o.re - self.im * o.im, im: self.re * o.im + self.im * o.re }
        }
    }
    #[differentiable]
    fn fft(a: &mut Vec<C64>) {
        let n = a.len();
        let mut j = 0;
        for i in 1..n {
            let mut bit = n >> 1;
            while j & bit != 0 {
                j ^= bit;
                bit >>= 1;
            }
            j ^= bit;
            if i < j {
                a.swap(i, j);
            }
        }
        let mut len = 2;
        while len <= n {
            let ang = -2.0 * std::f64::consts::PI / len as f64;
            let wlen = C64 { re: ang.cos(), im: ang.sin() };
            let mut i = 0;
            while i < n {
                let mut w = C64 { re: 1.0, im: 0.0 };
                for k in 0..len / 2 {
                    let u = a[i + k];
                    let v = a[i + k + len / 2] * w;
                    a[i + k] = u + v;
                    a[i + k + len / 2] = u - v;
                    w = w * wlen;
                }
                i += len;
            }
            len <<= 1;
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let mut a: Vec<C64> = x.iter().map(|&re| C64 { re, im: 0.0 }).collect();
        fft(&mut a);
        a.iter().enumerate().map(|(k, c)| (k as f64 + 1.0).sqrt() * (c.re * c.re + c.im * c.im)).sum::<f64>() + a[1].im
    }
    of_slices! { f at [[0.7, 0.2, 0.5, 0.9, 0.4, 0.3, 0.8, 1.1]]; }
}

mod generic_vec3 {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    struct Vec3<T> {
        x: T,
        y: T,
        z: T,
    }
    #[differentiable]
    impl<T: Real> Vec3<T> {
        fn new(x: T, y: T, z: T) -> Self {
            Self { x, y, z }
        }
        fn dot(&self, o: &Self) -> T {
            self.x * o.x + self.y * o.y + self.z * o.z
        }
        fn cross(&self, o: &Self) -> Self {
            Vec3::new(self.y * o.z - self.z * o.y, self.z * o.x - self.x * o.z, self.x * o.y - self.y * o.x)
        }
        fn norm(&self) -> T {
            self.dot(self).sqrt()
        }
        fn scale(self, k: T) -> Self {
            Vec3 { x: self.x * k, y: self.y * k, z: self.z * k }
        }
    }
    #[differentiable]
    impl<T: Real> std::ops::Sub for Vec3<T> {
        type Output = Vec3<T>;
        fn sub(self, o: Vec3<T>) -> Vec3<T> {
            Vec3 { x: self.x - o.x, y: self.y - o.y, z: self.z - o.z }
        }
    }
    #[differentiable]
    fn area<T: Real>(a: Vec3<T>, b: Vec3<T>, c: Vec3<T>) -> T {
        (b - a).cross(&(c - a)).norm() / T::from_f64(2.0)
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let p: Vec<Vec3<f64>> = x.chunks_exact(3).map(|c| Vec3::new(c[0], c[1], c[2])).collect();
        let total: f64 = (1..p.len() - 1).map(|i| area(p[0], p[i], p[i + 1])).sum();
        total + p[1].scale(2.0).norm()
    }
    of_slices! { f at [[0.1, 0.2, -0.1, 0.9, 1.3, 0.4, 0.3, -0.8, 0.77, 1.0, 1.0, 0.2]]; }
}

mod rosen_gd {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn rosen(x: &[f64]) -> f64 {
        x.windows(2).map(|w| 100.0 * (w[1] - w[0] * w[0]).powi(2) + (1.0 - w[0]).powi(2)).sum()
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        // three steps of descent with hand-written gradient, then the loss
        let lr = 1e-3 * x[0].abs();
        let mut p = x[1..].to_vec();
        for _ in 0..3 {
            let n = p.len();
            let mut g = vec![0.0; n];
            for i in 0..n - 1 {
                let r = p[i + 1] - p[i] * p[i];
                g[i] += -400.0 * p[i] * r - 2.0 * (1.0 - p[i]);
                g[i + 1] += 200.0 * r;
            }
            p.iter_mut().zip(&g).for_each(|(p, g)| *p -= lr * g);
        }
        rosen(&p)
    }
    of_slices! { f at [[0.7, 0.2, 0.5, 0.9, 0.4]]; }
}
