//! Schemes, states, lists and clusters.
//!
//! Input: functions of a slice. Output: tests of every mode.

use pullback::prelude::*;
use pullback_tests::{of_scalars, of_slices};

mod cow_config {
    use super::*;
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Scheme {
        Euler,
        Heun,
        Rk4,
    }
    impl std::str::FromStr for Scheme {
        type Err = String;
        fn from_str(s: &str) -> Result<Self, String> {
            match s {
                "euler" => Ok(Scheme::Euler),
                "heun" => Ok(Scheme::Heun),
                "rk4" => Ok(Scheme::Rk4),
                o => Err(o.to_string()),
            }
        }
    }
    #[derive(Clone)]
    struct Config {
        scheme: Scheme,
        steps: usize,
        names: Vec<String>,
    }
    #[differentiable]
    fn decay(y: f64, k: f64) -> f64 {
        -k * y * y.sqrt()
    }
    #[differentiable]
    fn integrate(y0: f64, k: f64, #[constant] cfg: &Config) -> f64 {
        let h = 1.0 / cfg.steps as f64;
        let mut y = y0;
        for _ in 0..cfg.steps {
            y += match cfg.scheme {
                Scheme::Euler => h * decay(y, k),
                Scheme::Heun => {
                    let p = y + h * decay(y, k);
                    0.5 * h * (decay(y, k) + decay(p, k))
                }
                Scheme::Rk4 => {
                    let [k1, k2, k3, k4]: [f64; 4] = {
                        let k1 = decay(y, k);
                        let k2 = decay(y + 0.5 * h * k1, k);
                        let k3 = decay(y + 0.5 * h * k2, k);
                        [k1, k2, k3, decay(y + h * k3, k)]
                    };
                    h / 6.0 * (k1 + 2.0 * (k2 + k3) + k4)
                }
            };
        }
        y
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        ["euler", "heun", "rk4"]
            .iter()
            .map(|s| {
                let cfg = Config { scheme: s.parse().unwrap(), steps: 4, names: vec![] };
                integrate(x[0], x[1], &cfg)
            })
            .sum()
    }
    of_slices! { f at [[1.5, 0.7]]; }
}

mod union_find_mst {
    use super::*;
    struct Dsu {
        parent: Vec<usize>,
    }
    impl Dsu {
        fn find(&mut self, i: usize) -> usize {
            if self.parent[i] != i {
                let r = self.find(self.parent[i]);
                self.parent[i] = r;
            }
            self.parent[i]
        }
        fn union(&mut self, a: usize, b: usize) -> bool {
            let (a, b) = (self.find(a), self.find(b));
            self.parent[a] = b;
            a != b
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let pts: Vec<(f64, f64)> = x.chunks(2).map(|c| (c[0], c[1])).collect();
        let mut edges = Vec::new();
        for i in 0..pts.len() {
            for j in i + 1..pts.len() {
                let (dx, dy) = (pts[i].0 - pts[j].0, pts[i].1 - pts[j].1);
                edges.push((i, j, (dx * dx + dy * dy).sqrt()));
            }
        }
        edges.sort_by(|a, b| a.2.partial_cmp(&b.2).unwrap());
        let mut dsu = Dsu { parent: (0..pts.len()).collect() };
        let mut total = 0.0;
        for (a, b, d) in edges {
            if dsu.union(a, b) {
                total += d;
            }
        }
        total
    }
    of_slices! { f at [[0.0, 0.1, 1.2, 0.3, 0.7, 1.4, -0.3, 0.8]]; }
}

mod viterbi_soft {
    use super::*;
    #[differentiable]
    fn logsumexp(v: &[f64]) -> f64 {
        let m = v.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        m + v.iter().map(|x| (x - m).exp()).sum::<f64>().ln()
    }
    #[differentiable]
    fn crf(emissions: &[Vec<f64>], trans: &[[f64; 2]; 2], tags: &[usize]) -> f64 {
        let mut alpha = emissions[0].clone();
        for e in &emissions[1..] {
            alpha = (0..2)
                .map(|j| {
                    let terms: Vec<f64> = (0..2).map(|i| alpha[i] + trans[i][j]).collect();
                    logsumexp(&terms) + e[j]
                })
                .collect();
        }
        let mut score = emissions[0][tags[0]];
        for (w, e) in tags.windows(2).zip(&emissions[1..]) {
            score += trans[w[0]][w[1]] + e[w[1]];
        }
        logsumexp(&alpha) - score
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let em: Vec<Vec<f64>> = x[4..].chunks(2).map(Vec::from).collect();
        crf(&em, &[[x[0], x[1]], [x[2], x[3]]], &[0, 1, 1])
    }
    of_slices! { f at [[0.1, -0.2, 0.3, 0.4, 1.0, 0.2, -0.3, 0.8, 0.5, 0.6]]; }
}

mod bumps_iter_rev {
    use super::*;
    #[differentiable]
    fn backward_recursion(c: &[f64], t: f64) -> f64 {
        // Clenshaw
        let (mut b1, mut b2) = (0.0, 0.0);
        for &ck in c.iter().skip(1).rev() {
            (b1, b2) = (2.0 * t * b1 - b2 + ck, b1);
        }
        t * b1 - b2 + c[0]
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        backward_recursion(&x[1..], x[0]) + backward_recursion(x, 0.3)
    }
    of_slices! { f at [[0.4, 1.2, -0.3, 0.7, 0.1]]; }
}

mod state_machine {
    use super::*;
    #[derive(Clone, Differentiable)]
    enum State {
        Idle,
        Heating { t: f64, power: f64 },
        Cooling(f64),
        Done(f64, usize),
    }
    #[differentiable]
    fn step(s: State, gain: f64, n: usize) -> State {
        match s {
            State::Idle => State::Heating { t: 20.0 * gain, power: 1.0 },
            State::Heating { t, power } if t > 25.0 => State::Cooling(t + power),
            State::Heating { t, power } => State::Heating { t: t + gain * power, power: power * 0.9 },
            State::Cooling(t) if t < 22.0 => State::Done(t, n),
            State::Cooling(t) => State::Cooling(t - 0.3 * (t - 18.0) * gain),
            done @ State::Done(..) => done,
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let mut s = State::Idle;
        let mut seen = 0.0;
        for n in 0..20 {
            s = step(s, x[0], n);
            if let State::Heating { t, .. } = &s {
                seen += t * x[1];
            }
        }
        match s {
            State::Done(t, n) => t * n as f64 + seen,
            State::Cooling(t) | State::Heating { t, .. } => t,
            State::Idle => 0.0,
        }
    }
    of_slices! { f at [[1.1, 0.3], [0.9, 0.1]]; }
}

mod kmeans {
    use super::*;
    #[differentiable]
    fn dist(a: &[f64; 2], b: &[f64; 2]) -> f64 {
        a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).sum()
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let pts: Vec<[f64; 2]> = x.chunks_exact(2).map(|c| [c[0], c[1]]).collect();
        let mut centers = [pts[0], pts[pts.len() - 1]];
        for _ in 0..3 {
            let mut sums = [[0.0; 2]; 2];
            let mut counts = [0usize; 2];
            for p in &pts {
                let k = centers.iter().enumerate().min_by(|a, b| dist(a.1, p).total_cmp(&dist(b.1, p))).map(|(k, _)| k).unwrap();
                counts[k] += 1;
                for d in 0..2 {
                    sums[k][d] += p[d];
                }
            }
            for (k, c) in centers.iter_mut().enumerate() {
                if counts[k] > 0 {
                    *c = [sums[k][0] / counts[k] as f64, sums[k][1] / counts[k] as f64];
                }
            }
        }
        pts.iter().map(|p| centers.iter().map(|c| dist(c, p)).fold(f64::INFINITY, f64::min)).sum()
    }
    of_slices! { f at [[0.0, 0.1, 0.2, -0.1, 2.0, 2.1, 1.8, 2.3]]; }
}

mod linked_list {
    use super::*;
    #[derive(Clone, Differentiable)]
    enum List {
        Nil,
        Cons(f64, Box<List>),
    }
    use List::*;
    #[differentiable]
    impl List {
        fn push(self, v: f64) -> List {
            Cons(v, Box::new(self))
        }
        fn sum(&self) -> f64 {
            match self {
                Nil => 0.0,
                Cons(v, rest) => v + rest.sum(),
            }
        }
        fn scaled(&self, k: f64) -> List {
            match self {
                Nil => Nil,
                Cons(v, rest) => Cons(v * k, Box::new(rest.scaled(k))),
            }
        }
    }
    #[differentiable]
    fn len2(l: &List) -> f64 {
        if let Cons(v, rest) = l { v * v + len2(rest) } else { 0.0 }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let mut l = Nil;
        for v in x {
            l = l.push(v * v);
        }
        let k = x.iter().fold(List::Nil, |l, v| l.push(v.sin()));
        l.sum() * 2.0 + l.scaled(x[0]).sum() + len2(&k) * x[1]
    }
    of_slices! { f at [[1.1, 0.3, -0.4]]; }
}

mod shapes_imported {
    use super::*;
    #[derive(Clone, Copy, Differentiable)]
    enum Shape {
        Circle { r: f64 },
        Rect(f64, f64),
        Point,
    }
    use Shape::{Circle, Point, Rect};
    #[differentiable]
    fn area(s: Shape) -> f64 {
        match s {
            Circle { r } => 3.0 * r * r,
            Rect(w, h) if w > h => w * h * 2.0,
            Rect(w, h) => w * h,
            Point => 0.0,
        }
    }
    #[differentiable]
    fn grow(s: &mut Shape, k: f64) {
        match s {
            Circle { r } => *r *= k,
            Rect(w, _) => *w += k,
            Point => *s = Circle { r: k },
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let mut all = vec![Circle { r: x[0] }, Rect(x[1], x[0]), Point];
        for s in all.iter_mut() {
            grow(s, x[2]);
        }
        all.iter().map(|s| area(*s)).sum()
    }
    of_slices! { f at [[1.1, 0.3, 0.4]]; }
}
