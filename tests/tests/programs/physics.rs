//! Physics: pendulums, bodies, heat, events.

mod lorenz {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[derive(Clone, Copy, Differentiable)]
    struct Lorenz {
        sigma: f64,
        rho: f64,
        beta: f64,
    }
    #[differentiable]
    impl Lorenz {
        fn deriv(&self, [x, y, z]: [f64; 3]) -> [f64; 3] {
            [self.sigma * (y - x), x * (self.rho - z) - y, x * y - self.beta * z]
        }
    }
    #[differentiable]
    fn axpy<const N: usize>(a: f64, x: &[f64; N], y: &[f64; N]) -> [f64; N] {
        std::array::from_fn(|i| a * x[i] + y[i])
    }
    #[differentiable]
    fn rk4(sys: &Lorenz, s: [f64; 3], h: f64) -> [f64; 3] {
        let k1 = sys.deriv(s);
        let k2 = sys.deriv(axpy(0.5 * h, &k1, &s));
        let k3 = sys.deriv(axpy(0.5 * h, &k2, &s));
        let k4 = sys.deriv(axpy(h, &k3, &s));
        let mut out = s;
        for (o, (((a, b), c), d)) in out.iter_mut().zip(k1.iter().zip(k2.iter()).zip(k3.iter()).zip(k4.iter())) {
            *o += h / 6.0 * (a + 2.0 * b + 2.0 * c + d);
        }
        out
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let sys = Lorenz { sigma: x[0], rho: x[1], beta: x[2] };
        let mut s = [x[3], 1.0, 1.05];
        for _ in 0..10 {
            s = rk4(&sys, s, 0.01);
        }
        s.iter().map(|v| v * v).sum::<f64>().sqrt()
    }
    of_slices! { f at [[10.0, 28.0, 8.0 / 3.0, 1.0]]; }
}

mod nbody {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[derive(Clone, Copy, Differentiable)]
    struct Body {
        pos: [f64; 3],
        vel: [f64; 3],
        mass: f64,
    }
    #[differentiable]
    fn advance(bodies: &mut [Body], dt: f64) {
        let n = bodies.len();
        for i in 0..n {
            for j in (i + 1)..n {
                let mut d = [0.0; 3];
                for k in 0..3 {
                    d[k] = bodies[i].pos[k] - bodies[j].pos[k];
                }
                let d2 = d.iter().map(|x| x * x).sum::<f64>() + 0.01;
                let mag = dt / (d2 * d2.sqrt());
                let (mi, mj) = (bodies[i].mass, bodies[j].mass);
                for k in 0..3 {
                    bodies[i].vel[k] -= d[k] * mj * mag;
                    bodies[j].vel[k] += d[k] * mi * mag;
                }
            }
        }
        for b in bodies.iter_mut() {
            for (p, v) in b.pos.iter_mut().zip(b.vel.iter()) {
                *p += dt * v;
            }
        }
    }
    #[differentiable]
    fn energy(bodies: &[Body]) -> f64 {
        let mut e = 0.0;
        for (i, b) in bodies.iter().enumerate() {
            e += 0.5 * b.mass * b.vel.iter().map(|v| v.powi(2)).sum::<f64>();
            for b2 in &bodies[i + 1..] {
                let d: f64 = b.pos.iter().zip(&b2.pos).map(|(a, c)| (a - c) * (a - c)).sum();
                e -= b.mass * b2.mass / d.sqrt();
            }
        }
        e
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let mut bodies: Vec<Body> =
            x.chunks(4).enumerate().map(|(i, c)| Body { pos: [c[0], c[1], i as f64], vel: [c[2], 0.0, 0.1], mass: c[3] }).collect();
        for _ in 0..5 {
            advance(&mut bodies, 0.05);
        }
        energy(&bodies)
    }
    of_slices! { f at [[0.1, 0.2, 0.3, 1.0, 1.4, -0.3, 0.1, 2.0, -1.0, 0.4, 0.2, 0.8]]; }
}

mod double_pendulum {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    type S = [f64; 4];
    #[derive(Clone, Copy, Differentiable)]
    struct P {
        m1: f64,
        m2: f64,
        l1: f64,
        l2: f64,
        g: f64,
    }
    #[differentiable]
    fn dyn_(p: &P, s: &S) -> S {
        let P { m1, m2, l1, l2, g } = p;
        let [t1, t2, w1, w2] = *s;
        let d = t1 - t2;
        let den = 2.0 * m1 + m2 - m2 * (2.0 * d).cos();
        let a1 = (-g * (2.0 * m1 + m2) * t1.sin()
            - m2 * g * (t1 - 2.0 * t2).sin()
            - 2.0 * d.sin() * m2 * (w2 * w2 * l2 + w1 * w1 * l1 * d.cos()))
            / (l1 * den);
        let a2 = (2.0 * d.sin() * (w1 * w1 * l1 * (m1 + m2) + g * (m1 + m2) * t1.cos() + w2 * w2 * l2 * m2 * d.cos())) / (l2 * den);
        [w1, w2, a1, a2]
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let p = P { m1: x[0], m2: x[1], l1: 1.0, l2: x[2], g: 9.81 };
        let mut s: S = [x[3], x[4], 0.0, 0.0];
        for _step in 0..20 {
            let k1 = dyn_(&p, &s);
            let mid: S = core::array::from_fn(|i| s[i] + 0.005 * k1[i]);
            let k2 = dyn_(&p, &mid);
            for i in 0..4 {
                s[i] += 0.01 * k2[i];
            }
        }
        s.iter().enumerate().fold(0.0, |acc, (i, v)| acc + (i + 1) as f64 * v)
    }
    of_slices! { f at [[1.0, 0.7, 0.8, 0.4, 1.1]]; }
}

mod heat_eq {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[derive(Clone, Copy)]
    enum Bc {
        Dirichlet,
        Neumann,
        Periodic,
    }
    #[differentiable]
    fn laplacian(u: &[f64], #[constant] bc: Bc, out: &mut [f64]) {
        let n = u.len();
        for i in 0..n {
            let (l, r) = match bc {
                Bc::Dirichlet => (if i > 0 { u[i - 1] } else { 0.0 }, if i + 1 < n { u[i + 1] } else { 0.0 }),
                Bc::Neumann => (u[i.saturating_sub(1)], u[(i + 1).min(n - 1)]),
                Bc::Periodic => (u[(i + n - 1) % n], u[(i + 1) % n]),
            };
            out[i] = l - 2.0 * u[i] + r;
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let mut e = 0.0;
        for bc in [Bc::Dirichlet, Bc::Neumann, Bc::Periodic] {
            let mut u = x.to_vec();
            let mut du = vec![0.0; u.len()];
            for _ in 0..4 {
                laplacian(&u, bc, &mut du);
                for (u, d) in u.iter_mut().zip(&du) {
                    *u += 0.2 * d + 0.01 * u.powi(3);
                }
            }
            e += u.iter().map(|v| v * v).sum::<f64>();
        }
        e
    }
    of_slices! { f at [[0.7, 0.2, 0.5, -0.4, 0.3, 1.0]]; }
}

mod burgers_minmod {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn minmod(a: f64, b: f64) -> f64 {
        if a * b <= 0.0 {
            0.0
        } else if a.abs() < b.abs() {
            a
        } else {
            b
        }
    }
    #[differentiable]
    fn flux(ul: f64, ur: f64) -> f64 {
        let f = |u: f64| 0.5 * u * u;
        let a = ul.abs().max(ur.abs());
        0.5 * (f(ul) + f(ur)) - 0.5 * a * (ur - ul)
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let n = x.len();
        let mut u = x.to_owned();
        for _ in 0..3 {
            let slope: Vec<f64> = (0..n)
                .map(|i| {
                    let (m, p) = ((i + n - 1) % n, (i + 1) % n);
                    minmod(u[i] - u[m], u[p] - u[i])
                })
                .collect();
            let fl: Vec<f64> = (0..n)
                .map(|i| {
                    let p = (i + 1) % n;
                    flux(u[i] + 0.5 * slope[i], u[p] - 0.5 * slope[p])
                })
                .collect();
            for i in 0..n {
                u[i] -= 0.1 * (fl[i] - fl[(i + n - 1) % n]);
            }
        }
        u.iter().enumerate().map(|(i, v)| (i as f64).cos() * v).sum()
    }
    of_slices! { f at [[0.71, 0.23, 0.56, -0.44, 0.32, 1.03], [0.9, 0.27, 0.51, 0.4, 0.1, 1.3]]; }
}

mod events {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[derive(Debug, Clone, Copy, PartialEq)]
    enum Phase {
        Falling,
        Rising,
        Rest,
    }
    #[differentiable]
    fn bounce(h0: f64, e: f64, g: f64) -> (f64, f64) {
        let mut phase = Phase::Falling;
        let (mut t, mut v, mut h) = (0.0, 0.0, h0);
        let mut bounces = 0;
        loop {
            phase = match phase {
                Phase::Falling => {
                    let dt = (2.0 * h / g).sqrt();
                    t += dt;
                    v = g * dt;
                    h = 0.0;
                    bounces += 1;
                    if bounces >= 4 { Phase::Rest } else { Phase::Rising }
                }
                Phase::Rising => {
                    v *= e;
                    let dt = v / g;
                    t += dt;
                    h = v * v / (2.0 * g);
                    Phase::Falling
                }
                Phase::Rest => break (t, v),
            };
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let (t, v) = bounce(x[0], x[1], x[2]);
        t * v
    }
    of_slices! { f at [[1.5, 0.8, 9.81]]; }
}

mod builder {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[derive(Clone, Default, Differentiable)]
    struct Config {
        mass: f64,
        damping: f64,
        stiffness: f64,
        #[constant]
        steps: usize,
        #[constant]
        label: String,
    }
    #[differentiable]
    impl Config {
        fn new() -> Config {
            Config { mass: 1.0, damping: 0.0, stiffness: 1.0, steps: 10, label: String::from("run") }
        }
        fn mass(mut self, m: f64) -> Self {
            self.mass = m;
            self
        }
        fn damping(self, damping: f64) -> Self {
            Self { damping, ..self }
        }
        fn stiffness(mut self, k: f64) -> Self {
            self.stiffness = k;
            self
        }
        fn steps(mut self, n: usize) -> Self {
            self.steps = n;
            self
        }
        fn run(&self, x0: f64) -> f64 {
            let (mut x, mut v) = (x0, 0.0);
            for _ in 0..self.steps {
                let a = (-self.stiffness * x - self.damping * v) / self.mass;
                v += 0.1 * a;
                x += 0.1 * v;
            }
            println!("{}: {x:.3}", self.label);
            x
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        Config::new().mass(x[0]).damping(x[1]).stiffness(x[2]).steps(12).run(x[3])
    }
    of_slices! { f at [[1.5, 0.2, 1.5, 1.03]]; }
}
