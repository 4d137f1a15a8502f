//! Robotics: filters, arms, rotations, rays.

mod kalman1d {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[derive(Clone, Copy, Differentiable)]
    struct Kf {
        x: f64,
        p: f64,
        q: f64,
        r: f64,
    }
    #[differentiable]
    impl Kf {
        fn new(q: f64, r: f64) -> Self {
            Kf { x: 0.0, p: 1.0, q, r }
        }
        fn predict(&mut self, u: f64) {
            self.x += u;
            self.p += self.q;
        }
        fn update(&mut self, z: f64) -> f64 {
            let y = z - self.x;
            let s = self.p + self.r;
            let k = self.p / s;
            self.x += k * y;
            self.p = (1.0 - k) * self.p;
            -0.5 * (y * y / s + (2.0 * std::f64::consts::PI * s).ln())
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let mut kf = Kf::new(x[0].exp(), x[1].exp());
        let mut ll = 0.0;
        for &z in &x[2..] {
            kf.predict(0.1);
            ll += kf.update(z);
        }
        ll + kf.x
    }
    of_slices! { f at [[0.1, -0.4, 1.0, 1.3, 0.8, 1.1, 2.0]]; }
}

mod kalman2d {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    type Mat2 = [[f64; 2]; 2];
    #[differentiable]
    fn mul(a: &Mat2, b: &Mat2) -> Mat2 {
        let mut c = [[0.0; 2]; 2];
        for i in 0..2 {
            for j in 0..2 {
                for k in 0..2 {
                    c[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        c
    }
    #[differentiable]
    fn transpose(a: &Mat2) -> Mat2 {
        [[a[0][0], a[1][0]], [a[0][1], a[1][1]]]
    }
    #[derive(Clone, Differentiable)]
    struct State {
        mean: [f64; 2],
        cov: Mat2,
    }
    #[differentiable]
    fn step(s: &State, dt: f64, q: f64, r: f64, z: f64) -> (State, f64) {
        let a = [[1.0, dt], [0.0, 1.0]];
        let mean = [s.mean[0] + dt * s.mean[1], s.mean[1]];
        let mut cov = mul(&mul(&a, &s.cov), &transpose(&a));
        cov[0][0] += q * dt.powi(3) / 3.0;
        cov[0][1] += q * dt * dt / 2.0;
        cov[1][0] += q * dt * dt / 2.0;
        cov[1][1] += q * dt;
        let sv = cov[0][0] + r;
        let k = [cov[0][0] / sv, cov[1][0] / sv];
        let innov = z - mean[0];
        let new = State {
            mean: [mean[0] + k[0] * innov, mean[1] + k[1] * innov],
            cov: [[(1.0 - k[0]) * cov[0][0], (1.0 - k[0]) * cov[0][1]], [cov[1][0] - k[1] * cov[0][0], cov[1][1] - k[1] * cov[0][1]]],
        };
        (new, 0.5 * (innov.powi(2) / sv + sv.ln()))
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let (q, r) = (x[0] * x[0], x[1] * x[1]);
        let mut state = State { mean: [x[2], 0.0], cov: [[1.0, 0.0], [0.0, 1.0]] };
        let mut nll = 0.0;
        for z in x[3..].iter() {
            let (next, l) = step(&state, 0.5, q, r, *z);
            state = next;
            nll += l;
        }
        nll
    }
    of_slices! { f at [[0.7, 0.5, 0.1, 1.0, 1.3, 0.8, 1.1]]; }
}

mod dh_arm {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[derive(Debug, Clone, Copy)]
    enum Joint {
        Revolute { a: f64, alpha: f64, d: f64 },
        Prismatic { a: f64, alpha: f64, theta: f64 },
    }
    type M4 = [[f64; 4]; 4];
    #[differentiable]
    fn dh(a: f64, alpha: f64, d: f64, theta: f64) -> M4 {
        let (st, ct) = theta.sin_cos();
        let (sa, ca) = alpha.sin_cos();
        [[ct, -st * ca, st * sa, a * ct], [st, ct * ca, -ct * sa, a * st], [0.0, sa, ca, d], [0.0, 0.0, 0.0, 1.0]]
    }
    #[differentiable]
    fn matmul(a: &M4, b: &M4) -> M4 {
        let mut c = M4::default();
        for (i, row) in c.iter_mut().enumerate() {
            for (j, v) in row.iter_mut().enumerate() {
                *v = (0..4).map(|k| a[i][k] * b[k][j]).sum();
            }
        }
        c
    }
    #[differentiable]
    fn fk(#[constant] joints: &[Joint], q: &[f64]) -> [f64; 3] {
        let mut t: M4 = [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]];
        for (j, q) in joints.iter().zip(q) {
            let m = match *j {
                Joint::Revolute { a, alpha, d } => dh(a, alpha, d, *q),
                Joint::Prismatic { a, alpha, theta } => dh(a, alpha, *q, theta),
            };
            t = matmul(&t, &m);
        }
        [t[0][3], t[1][3], t[2][3]]
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let joints = [
            Joint::Revolute { a: 0.5, alpha: 1.2, d: 0.1 },
            Joint::Prismatic { a: 0.3, alpha: -0.4, theta: 0.3 },
            Joint::Revolute { a: 0.2, alpha: 0.0, d: 0.0 },
        ];
        let [px, py, pz] = fk(&joints, x);
        (px - 0.3).hypot(py - 0.2) + pz.powi(2)
    }
    of_slices! { f at [[0.7, 0.2, 0.5]]; }
}

mod quaternion_ekf {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[derive(Clone, Copy, Debug, Differentiable)]
    struct Quat {
        w: f64,
        x: f64,
        y: f64,
        z: f64,
    }
    #[differentiable]
    impl Quat {
        const IDENTITY: Quat = Quat { w: 1.0, x: 0.0, y: 0.0, z: 0.0 };
        fn from_omega(o: [f64; 3], dt: f64) -> Quat {
            let n = (o[0] * o[0] + o[1] * o[1] + o[2] * o[2]).sqrt();
            if n < 1e-12 {
                return Quat::IDENTITY;
            }
            let (s, c) = (0.5 * n * dt).sin_cos();
            Quat { w: c, x: o[0] / n * s, y: o[1] / n * s, z: o[2] / n * s }
        }
        fn norm(&self) -> f64 {
            (self.w.powi(2) + self.x.powi(2) + self.y.powi(2) + self.z.powi(2)).sqrt()
        }
        fn normalized(&self) -> Self {
            let n = self.norm();
            Quat { w: self.w / n, x: self.x / n, y: self.y / n, z: self.z / n }
        }
        fn rotate(&self, v: [f64; 3]) -> [f64; 3] {
            let u = [self.x, self.y, self.z];
            let t = [2.0 * (u[1] * v[2] - u[2] * v[1]), 2.0 * (u[2] * v[0] - u[0] * v[2]), 2.0 * (u[0] * v[1] - u[1] * v[0])];
            [
                v[0] + self.w * t[0] + u[1] * t[2] - u[2] * t[1],
                v[1] + self.w * t[1] + u[2] * t[0] - u[0] * t[2],
                v[2] + self.w * t[2] + u[0] * t[1] - u[1] * t[0],
            ]
        }
    }
    #[differentiable]
    impl core::ops::Mul for Quat {
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
    fn f(x: &[f64]) -> f64 {
        let mut q = Quat::IDENTITY;
        for w in x.chunks_exact(3) {
            q = (q * Quat::from_omega([w[0], w[1], w[2]], 0.1)).normalized();
        }
        let g = q.rotate([0.0, 0.0, 9.81]);
        g[0] * g[1] + g[2]
    }
    of_slices! { f at [[0.7, 0.2, 0.5, -0.4, 0.3, 1.0]]; }
}

mod icp_loss {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[derive(Clone, Copy, Differentiable)]
    struct Pose {
        theta: f64,
        t: (f64, f64),
    }
    #[differentiable]
    impl Pose {
        fn apply(&self, (x, y): (f64, f64)) -> (f64, f64) {
            let (s, c) = self.theta.sin_cos();
            (c * x - s * y + self.t.0, s * x + c * y + self.t.1)
        }
        fn compose(&self, other: &Pose) -> Pose {
            Pose { theta: self.theta + other.theta, t: self.apply(other.t) }
        }
    }
    #[differentiable]
    fn huber(r: f64, k: f64) -> f64 {
        if r.abs() <= k { 0.5 * r * r } else { k * (r.abs() - 0.5 * k) }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let src = [(0.0, 1.0), (1.0, 0.3), (2.0, -0.5)];
        let dst = vec![(0.1, 1.2), (1.1, 0.1), (3.0, -0.5)];
        let pose = Pose { theta: x[0], t: (x[1], x[2]) };
        let pose = pose.compose(&Pose { theta: 0.1, t: (0.0, x[1]) });
        let mut cost = 0.0;
        for p in src {
            let q = pose.apply(p);
            let near = no_grad! { dst.iter().enumerate().min_by(|(_, a), (_, b)| {
                let d = |c: &(f64, f64)| (c.0 - q.0).powi(2) + (c.1 - q.1).powi(2);
                d(a).partial_cmp(&d(b)).unwrap()
            }).unwrap().0 };
            let (dx, dy) = (q.0 - dst[near].0, q.1 - dst[near].1);
            cost += huber((dx * dx + dy * dy).sqrt(), 0.5);
        }
        cost
    }
    of_slices! { f at [[0.1, 0.2, -0.1]]; }
}

mod raysphere {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    struct V3 {
        x: f64,
        y: f64,
        z: f64,
    }
    #[differentiable]
    impl std::ops::Add for V3 {
        type Output = V3;
        fn add(self, o: V3) -> V3 {
            V3 { x: self.x + o.x, y: self.y + o.y, z: self.z + o.z }
        }
    }
    #[differentiable]
    impl std::ops::Sub for V3 {
        type Output = V3;
        fn sub(self, o: V3) -> V3 {
            V3 { x: self.x - o.x, y: self.y - o.y, z: self.z - o.z }
        }
    }
    #[differentiable]
    impl std::ops::Mul<f64> for V3 {
        type Output = V3;
        fn mul(self, k: f64) -> V3 {
            V3 { x: self.x * k, y: self.y * k, z: self.z * k }
        }
    }
    #[differentiable]
    impl V3 {
        fn dot(self, o: V3) -> f64 {
            self.x * o.x + self.y * o.y + self.z * o.z
        }
        fn unit(self) -> V3 {
            self * (1.0 / self.dot(self).sqrt())
        }
    }
    #[derive(Clone, Copy, Differentiable)]
    struct Sphere {
        c: V3,
        r: f64,
        albedo: f64,
    }
    #[derive(Clone, Copy, Differentiable)]
    struct Ray {
        o: V3,
        d: V3,
    }
    #[differentiable]
    impl Sphere {
        fn hit(&self, ray: &Ray) -> Option<f64> {
            let oc = ray.o - self.c;
            let b = oc.dot(ray.d);
            let c = oc.dot(oc) - self.r * self.r;
            let disc = b * b - c;
            if disc < 0.0 {
                return None;
            }
            let t = -b - disc.sqrt();
            if t > 1e-4 { Some(t) } else { None }
        }
    }
    #[differentiable]
    fn shade(scene: &[Sphere], ray: Ray, depth: u32) -> f64 {
        if depth == 0 {
            return 0.0;
        }
        let mut nearest: Option<(f64, Sphere)> = None;
        for s in scene.iter() {
            if let Some(t) = s.hit(&ray) {
                if nearest.map_or(true, |(best, _)| t < best) {
                    nearest = Some((t, *s));
                }
            }
        }
        match nearest {
            None => 0.2 + 0.3 * ray.d.y,
            Some((t, s)) => {
                let p = ray.o + ray.d * t;
                let n = (p - s.c).unit();
                let refl = ray.d - n * (2.0 * ray.d.dot(n));
                s.albedo * n.dot(V3 { x: 0.3, y: 0.9, z: -0.3 }).max(0.0) + 0.5 * shade(scene, Ray { o: p, d: refl.unit() }, depth - 1)
            }
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let scene = vec![
            Sphere { c: V3 { x: x[0], y: x[1], z: 5.0 }, r: x[2], albedo: 0.8 },
            Sphere { c: V3 { x: 0.5, y: x[3], z: 4.0 }, r: 0.7, albedo: x[4] },
        ];
        let mut total = 0.0;
        for i in 0..3 {
            for j in 0..3 {
                let d = V3 { x: (i as f64 - 1.0) * 0.2, y: (j as f64 - 1.0) * 0.2 + 0.01, z: 1.0 }.unit();
                total += shade(&scene, Ray { o: V3 { x: 0.0, y: 0.0, z: 0.0 }, d }, 3);
            }
        }
        total
    }
    of_slices! { f at [[0.1, 0.2, 1.0, 0.7, 0.6]]; }
}
