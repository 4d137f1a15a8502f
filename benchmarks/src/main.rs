//! Times the primals and the hand-written adjoints, and checks these.
use pullback_benchmarks::cases::*;
use std::time::Instant;
fn expected(name: &str) -> Vec<f64> {
    pullback_benchmarks::inputs::Numbers::of(
        &std::fs::read_to_string(format!("{}/data/{name}.expected.txt", env!("CARGO_MANIFEST_DIR"))).unwrap(),
    )
    .rest()
}
fn data(name: &str) -> String {
    std::fs::read_to_string(format!("{}/data/{name}.txt", env!("CARGO_MANIFEST_DIR"))).unwrap()
}
fn check(what: &str, got: &[f64], want: &[f64]) {
    assert_eq!(got.len(), want.len(), "{what}");
    let worst = got.iter().zip(want).map(|(a, b)| (a - b).abs() / b.abs().max(1.0)).fold(0.0, f64::max);
    let rel = got.iter().zip(want).map(|(a, b)| if a == b { 0.0 } else { (a - b).abs() / b.abs().max(1e-300) }).fold(0.0, f64::max);
    println!("{what}: worst error {worst:e}, strictly relative {rel:e}");
}
fn time<R>(what: &str, reps: usize, mut f: impl FnMut() -> R) {
    let mut t: Vec<f64> = (0..9)
        .map(|_| {
            let s = Instant::now();
            for _ in 0..reps {
                std::hint::black_box(f());
            }
            s.elapsed().as_secs_f64() / reps as f64
        })
        .collect();
    t.sort_by(f64::total_cmp);
    println!("{what}: {:.4} ms", t[4] * 1e3);
}
fn main() {
    for (name, file) in [("gmm_d2_K5", true), ("gmm_d10_K25", true), ("d64", false)] {
        let g = if file { gmm::Gmm::read(&data(name)) } else { gmm::Gmm::generate(64, 100, 1000) };
        let primal = || gmm::primal::objective(g.d, g.k, g.n, &g.alphas, &g.means, &g.icf, &g.x, g.wishart);
        let (v, b) = gmm::hand::value_and_gradient(&g);
        println!("{} {}", v, primal());
        if file {
            check(name, &[&[v][..], &b.alphas, &b.means, &b.icf].concat(), &expected(name));
        }
        let reps = if file { 10 } else { 1 };
        time("primal", reps, primal);
        time("hand", reps, || gmm::hand::value_and_gradient(&g));
    }
    for name in ["lstm_l2_c1024", "lstm_l4_c4096"] {
        let l = lstm::Lstm::read(&data(name));
        let primal = || lstm::primal::objective(l.width, &l.main, &l.extra, &l.state, &l.sequence);
        let (v, b) = lstm::hand::value_and_gradient(&l);
        println!("{} {}", v, primal());
        check(name, &[&[v][..], &b].concat(), &expected(name));
        time("primal", 5, primal);
        time("hand", 5, || lstm::hand::value_and_gradient(&l));
    }
    let b = ba::Ba::read(&data("ba1_n49_m7776_p31843"));
    let rows = ba::hand::jacobian(&b);
    check("ba", &rows[7].numbers().collect::<Vec<_>>(), &expected("ba1"));
    time("primal", 5, || {
        b.observations
            .iter()
            .zip(&b.weights)
            .zip(&b.features)
            .map(|((&(c, p), &w), f)| (ba::primal::reprojection(&b.cameras[c], &b.points[p], w, f), ba::primal::weight_residual(w)))
            .collect::<Vec<_>>()
    });
    time("hand", 5, || ba::hand::jacobian(&b));
    let x = scalar::rosenbrock_point();
    println!("{} {}", scalar::primal::rosenbrock(&x), scalar::hand::rosenbrock(&x).0);
    time("rosenbrock primal", 1000, || scalar::primal::rosenbrock(&x));
    time("rosenbrock hand", 1000, || scalar::hand::rosenbrock(&x));
    let [a, v, k, c] = scalar::PENDULUM;
    println!(
        "{} {:?}",
        scalar::primal::pendulum(a, v, k, c, scalar::STEP, scalar::STEPS),
        scalar::hand::pendulum(scalar::PENDULUM, scalar::STEP, scalar::STEPS)
    );
    time("euler primal", 1, || scalar::primal::pendulum(a, v, k, c, scalar::STEP, scalar::STEPS));
    time("euler hand", 1, || scalar::hand::pendulum(scalar::PENDULUM, scalar::STEP, scalar::STEPS));
}
