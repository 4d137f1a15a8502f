//! Bodies, springs, waves and light.
//!
//! Input: functions of a slice. Output: tests of every mode.

use pullback::prelude::*;
use pullback_tests::{of_scalars, of_slices};

mod double_pendulum {
    use super::*;
    #[derive(Clone, Copy, Debug, Differentiable)]
    struct State {
        th1: f64,
        th2: f64,
        w1: f64,
        w2: f64,
    }
    #[derive(Clone, Debug, Differentiable)]
    struct Params {
        m1: f64,
        m2: f64,
        l1: f64,
        l2: f64,
        #[constant]
        g: f64,
    }
    #[differentiable]
    impl State {
        fn add_scaled(&self, d: &State, h: f64) -> State {
            State { th1: self.th1 + h * d.th1, th2: self.th2 + h * d.th2, w1: self.w1 + h * d.w1, w2: self.w2 + h * d.w2 }
        }
    }
    #[differentiable]
    fn deriv(s: &State, p: &Params) -> State {
        let Params { m1, m2, l1, l2, g } = *p;
        let d = s.th2 - s.th1;
        let den1 = (m1 + m2) * l1 - m2 * l1 * d.cos() * d.cos();
        let den2 = (l2 / l1) * den1;
        State {
            th1: s.w1,
            th2: s.w2,
            w1: (m2 * l1 * s.w1.powi(2) * d.sin() * d.cos() + m2 * g * s.th2.sin() * d.cos() + m2 * l2 * s.w2.powi(2) * d.sin()
                - (m1 + m2) * g * s.th1.sin())
                / den1,
            w2: (-m2 * l2 * s.w2.powi(2) * d.sin() * d.cos()
                + (m1 + m2) * (g * s.th1.sin() * d.cos() - l1 * s.w1.powi(2) * d.sin() - g * s.th2.sin()))
                / den2,
        }
    }
    #[differentiable]
    fn rk4_step(s: State, p: &Params, h: f64) -> State {
        let k1 = deriv(&s, p);
        let k2 = deriv(&s.add_scaled(&k1, h / 2.0), p);
        let k3 = deriv(&s.add_scaled(&k2, h / 2.0), p);
        let k4 = deriv(&s.add_scaled(&k3, h), p);
        State {
            th1: s.th1 + h / 6.0 * (k1.th1 + 2.0 * k2.th1 + 2.0 * k3.th1 + k4.th1),
            th2: s.th2 + h / 6.0 * (k1.th2 + 2.0 * k2.th2 + 2.0 * k3.th2 + k4.th2),
            w1: s.w1 + h / 6.0 * (k1.w1 + 2.0 * k2.w1 + 2.0 * k3.w1 + k4.w1),
            w2: s.w2 + h / 6.0 * (k1.w2 + 2.0 * k2.w2 + 2.0 * k3.w2 + k4.w2),
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let p = Params { m1: x[0], m2: x[1], l1: 1.0, l2: x[2], g: 9.81 };
        let mut s = State { th1: 0.5, th2: x[3], w1: 0.0, w2: 0.0 };
        let mut energy = Vec::with_capacity(10);
        for step in 0..10 {
            s = rk4_step(s, &p, 0.01);
            if step % 3 == 0 {
                energy.push(0.5 * s.w1 * s.w1 + s.th2.cos());
            }
        }
        energy.iter().zip(1..).map(|(e, w)| e * w as f64).sum::<f64>() + s.th1
    }
    of_slices! { f at [[1.0, 2.0, 0.7, 0.3]]; }
}

mod lennard_jones {
    use super::*;
    type Vec3 = [f64; 3];
    #[differentiable]
    fn sub(a: &Vec3, b: &Vec3) -> Vec3 {
        std::array::from_fn(|i| a[i] - b[i])
    }
    #[differentiable]
    fn norm2(a: &Vec3) -> f64 {
        a.iter().map(|v| v * v).sum()
    }
    #[differentiable]
    fn potential(pos: &[Vec3], eps: f64, sigma: f64) -> f64 {
        const CUTOFF: f64 = 9.0;
        let mut e = 0.0;
        for (i, a) in pos.iter().enumerate() {
            for b in &pos[i + 1..] {
                let r2 = norm2(&sub(a, b));
                if r2 > CUTOFF {
                    continue;
                }
                let s6 = (sigma * sigma / r2).powi(3);
                e += 4.0 * eps * (s6 * s6 - s6);
            }
        }
        e
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let pos: Vec<Vec3> = x.chunks_exact(3).map(|c| [c[0], c[1], c[2]]).collect();
        potential(&pos, x[0], 1.0 + 0.01 * x[1])
    }
    of_slices! { f at [[0.1, 0.2, 0.3, 1.2, 0.1, -0.2, 0.2, 1.4, 0.9, 5.0, 5.0, 5.0]]; }
}

mod spring_network {
    use super::*;
    #[derive(Clone, Differentiable)]
    struct Node {
        pos: [f64; 2],
        vel: [f64; 2],
        #[constant]
        fixed: bool,
    }
    #[derive(Clone, Differentiable)]
    struct Spring {
        a: usize,
        b: usize,
        k: f64,
        rest: f64,
    }
    #[derive(Clone, Differentiable)]
    struct World {
        nodes: Vec<Node>,
        springs: Vec<Spring>,
        damping: f64,
    }
    #[differentiable]
    impl World {
        fn forces(&self) -> Vec<[f64; 2]> {
            let mut f = vec![[0.0; 2]; self.nodes.len()];
            for s in &self.springs {
                let (pa, pb) = (self.nodes[s.a].pos, self.nodes[s.b].pos);
                let d = [pb[0] - pa[0], pb[1] - pa[1]];
                let len = d[0].hypot(d[1]);
                let mag = s.k * (len - s.rest) / len;
                for k in 0..2 {
                    f[s.a][k] += mag * d[k];
                    f[s.b][k] -= mag * d[k];
                }
            }
            f
        }
        fn step(&mut self, h: f64) {
            let f = self.forces();
            let damping = self.damping;
            for (n, f) in self.nodes.iter_mut().zip(f.iter()) {
                if n.fixed {
                    continue;
                }
                for k in 0..2 {
                    n.vel[k] += h * (f[k] - damping * n.vel[k]);
                    n.pos[k] += h * n.vel[k];
                }
            }
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let mut w = World {
            nodes: vec![
                Node { pos: [0.0, 0.0], vel: [0.0; 2], fixed: true },
                Node { pos: [x[0], 0.1], vel: [0.0; 2], fixed: false },
                Node { pos: [0.5, x[1]], vel: [x[2], 0.0], fixed: false },
            ],
            springs: vec![
                Spring { a: 0, b: 1, k: x[3], rest: 1.0 },
                Spring { a: 1, b: 2, k: 2.0, rest: x[4] },
                Spring { a: 0, b: 2, k: 1.5, rest: 0.8 },
            ],
            damping: 0.1,
        };
        for _ in 0..8 {
            w.step(0.05);
        }
        w.nodes.iter().map(|n| n.pos[0] * n.pos[0] + n.vel[1]).sum()
    }
    of_slices! { f at [[1.1, 0.9, 0.2, 3.0, 1.2]]; }
}

mod pid {
    use super::*;
    #[derive(Default, Clone, Differentiable)]
    struct Pid {
        kp: f64,
        ki: f64,
        kd: f64,
        integral: f64,
        last: Option<f64>,
    }
    #[differentiable]
    impl Pid {
        fn new(kp: f64, ki: f64, kd: f64) -> Self {
            Self { kp, ki, kd, ..Default::default() }
        }
        fn update(&mut self, error: f64, dt: f64) -> f64 {
            self.integral = (self.integral + error * dt).clamp(-2.0, 2.0);
            let d = match self.last {
                Some(prev) => (error - prev) / dt,
                None => 0.0,
            };
            self.last = Some(error);
            self.kp * error + self.ki * self.integral + self.kd * d
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let mut pid = Pid::new(x[0], x[1], x[2]);
        let (mut y, mut v) = (0.0, 0.0);
        let mut cost = 0.0;
        for t in 0..20 {
            let target = if t < 10 { 1.0 } else { 0.5 };
            let u = pid.update(target - y, 0.1);
            let a = u - 0.5 * v;
            v += 0.1 * a;
            y += 0.1 * v;
            cost += (target - y).powi(2) + 0.01 * u * u;
        }
        cost
    }
    of_slices! { f at [[2.0, 0.3, 0.4]]; }
}

mod rigid_body {
    use super::*;
    use std::ops::{Add, Mul};
    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    struct Quat {
        w: f64,
        x: f64,
        y: f64,
        z: f64,
    }
    #[differentiable]
    impl Mul for Quat {
        type Output = Quat;
        fn mul(self, r: Quat) -> Quat {
            Quat {
                w: self.w * r.w - self.x * r.x - self.y * r.y - self.z * r.z,
                x: self.w * r.x + self.x * r.w + self.y * r.z - self.z * r.y,
                y: self.w * r.y - self.x * r.z + self.y * r.w + self.z * r.x,
                z: self.w * r.z + self.x * r.y - self.y * r.x + self.z * r.w,
            }
        }
    }
    #[differentiable]
    impl Mul<f64> for Quat {
        type Output = Quat;
        fn mul(self, s: f64) -> Quat {
            Quat { w: self.w * s, x: self.x * s, y: self.y * s, z: self.z * s }
        }
    }
    #[differentiable]
    impl Add for Quat {
        type Output = Quat;
        fn add(self, o: Self) -> Self {
            Quat { w: self.w + o.w, x: self.x + o.x, y: self.y + o.y, z: self.z + o.z }
        }
    }
    #[differentiable]
    impl Quat {
        fn normalized(self) -> Quat {
            let n = (self.w * self.w + self.x * self.x + self.y * self.y + self.z * self.z).sqrt();
            self * (1.0 / n)
        }
        fn rotate(self, v: [f64; 3]) -> [f64; 3] {
            let p = Quat { w: 0.0, x: v[0], y: v[1], z: v[2] };
            let c = Quat { w: self.w, x: -self.x, y: -self.y, z: -self.z };
            let r = self * p * c;
            [r.x, r.y, r.z]
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let inertia = [1.0, 2.0, 3.0];
        let mut q = Quat { w: 1.0, x: 0.1, y: x[0], z: 0.0 }.normalized();
        let mut w = [x[1], x[2], 0.3];
        for _ in 0..10 {
            let torque = [
                (inertia[1] - inertia[2]) * w[1] * w[2] / inertia[0],
                (inertia[2] - inertia[0]) * w[2] * w[0] / inertia[1],
                (inertia[0] - inertia[1]) * w[0] * w[1] / inertia[2],
            ];
            w.iter_mut().zip(torque).for_each(|(w, t)| *w += 0.05 * t);
            let omega = Quat { w: 0.0, x: w[0], y: w[1], z: w[2] };
            q = (q + q * omega * 0.025).normalized();
        }
        let [a, b, c] = q.rotate([1.0, x[3], 0.0]);
        a * a + b * c
    }
    of_slices! { f at [[0.2, 0.5, -0.4, 0.7]]; }
}

mod orbit_leapfrog {
    use super::*;
    #[derive(Clone, Differentiable)]
    struct Body {
        m: f64,
        p: [f64; 2],
        v: [f64; 2],
    }
    #[differentiable]
    fn accelerations(bodies: &[Body]) -> Vec<[f64; 2]> {
        bodies
            .iter()
            .enumerate()
            .map(|(i, a)| {
                let mut acc = [0.0, 0.0];
                for (j, b) in bodies.iter().enumerate() {
                    if i == j {
                        continue;
                    }
                    let d = [b.p[0] - a.p[0], b.p[1] - a.p[1]];
                    let r2 = d[0] * d[0] + d[1] * d[1] + 0.01;
                    let inv = b.m / (r2 * r2.sqrt());
                    acc[0] += inv * d[0];
                    acc[1] += inv * d[1];
                }
                acc
            })
            .collect()
    }
    #[differentiable]
    fn leapfrog(bodies: &mut Vec<Body>, dt: f64) {
        let a0 = accelerations(bodies);
        for (b, a) in bodies.iter_mut().zip(&a0) {
            for k in 0..2 {
                b.v[k] += 0.5 * dt * a[k];
                b.p[k] += dt * b.v[k];
            }
        }
        let a1 = accelerations(&bodies);
        for (b, a) in bodies.iter_mut().zip(a1) {
            for k in 0..2 {
                b.v[k] += 0.5 * dt * a[k];
            }
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let mut bodies = vec![
            Body { m: x[0], p: [0.0, 0.0], v: [0.0, 0.0] },
            Body { m: 0.1, p: [1.0, 0.0], v: [0.0, x[1]] },
            Body { m: x[2], p: [-1.5, 0.3], v: [0.2, -0.6] },
        ];
        for _ in 0..6 {
            leapfrog(&mut bodies, 0.05);
        }
        let kinetic: f64 = bodies.iter().map(|b| 0.5 * b.m * (b.v[0].powi(2) + b.v[1].powi(2))).sum();
        kinetic + bodies[1].p[0]
    }
    of_slices! { f at [[1.0, 0.9, 0.3]]; }
}
