//! The cases. Input: nothing. Output: each with its contenders. Invariant: `hand` is always the first of them.

pub mod arm;
pub mod ba;
pub mod gmm;
pub mod lstm;
pub mod scalar;
pub mod training;

use crate::contender::{
    Arrays, Case, Contender,
    Quantity::{Gradient, Primal},
    Tolerance,
};
use crate::inputs::Numbers;
use crate::number::Program;
use crate::peers;
use ba::{Ba, input::Rows};
use gmm::Gmm;
use lstm::Lstm;
use scalar::generic::{Pendulum, Rosenbrock};
use training::{Training, hand::Network};

/// All cases.
pub fn all() -> Vec<Case> {
    let mut cases = vec![
        gmm_case("gmm_d2_k5", "GMM, 1,000 points, d = 2, K = 5", || Gmm::read(GMM_D2), Some(GMM_D2_EXPECTED)),
        gmm_case("gmm_d10_k25", "GMM, 1,000 points, d = 10, K = 25", || Gmm::read(GMM_D10), Some(GMM_D10_EXPECTED)),
        gmm_case("gmm_d64_k100", "GMM, 1,000 points, d = 64, K = 100", || Gmm::generate(64, 100, 1000), None),
        gmm_case("gmm_d128_k200", "GMM, 1,000 points, d = 128, K = 200", || Gmm::generate(128, 200, 1000), None),
        lstm_case("lstm_l2_c1024", "LSTM, 2 layers, 1,024 characters", || Lstm::read(LSTM_L2), LSTM_L2_EXPECTED),
        lstm_case("lstm_l4_c4096", "LSTM, 4 layers, 4,096 characters", || Lstm::read(LSTM_L4), LSTM_L4_EXPECTED),
        ba_case(),
        euler_case(),
        rosenbrock_case(),
        arm_case(),
    ];
    cases.push(training_case("train_64", "A training step, 64-64-10, batch 64", || Training::generate(&[64, 64, 10], 64)));
    cases.push(training_case("train_784", "A training step, 784-256-128-10, batch 64", || Training::generate(&[784, 256, 128, 10], 64)));
    cases.push(training_case("train_1024", "A training step, 1024-1024-1024-10, batch 256", || {
        Training::generate(&[1024, 1024, 1024, 10], 256)
    }));
    cases
}

macro_rules! data {
    ($($name:ident = $file:literal;)*) => { $( const $name: &str = include_str!(concat!("../data/", $file)); )* };
}

data! {
    GMM_D2 = "gmm_d2_K5.txt";
    GMM_D2_EXPECTED = "gmm_d2_K5.expected.txt";
    GMM_D10 = "gmm_d10_K25.txt";
    GMM_D10_EXPECTED = "gmm_d10_K25.expected.txt";
    LSTM_L2 = "lstm_l2_c1024.txt";
    LSTM_L2_EXPECTED = "lstm_l2_c1024.expected.txt";
    LSTM_L4 = "lstm_l4_c4096.txt";
    LSTM_L4_EXPECTED = "lstm_l4_c4096.expected.txt";
    BA = "ba1_n49_m7776_p31843.txt";
    BA_EXPECTED = "ba1.expected.txt";
}

fn scalar_array(name: &'static str, value: f64) -> (&'static str, Vec<usize>, Vec<f64>) {
    (name, vec![], vec![value])
}

fn gmm_case(name: &'static str, title: &'static str, input: fn() -> Gmm, expected: Option<&'static str>) -> Case {
    let mut contenders = vec![
        Contender::new("hand", Primal, input, |g| gmm_primal(g), |_, v| vec![*v]),
        Contender::new(
            "hand",
            Gradient,
            input,
            |g| gmm::hand::value_and_gradient(g),
            |_, (v, bar)| [&[*v][..], &bar.alphas, &bar.means, &bar.icf].concat(),
        ),
    ];
    let gradient = |g: &mut Gmm| gmm::primal::objective::value_and_grad(g.d, g.k, g.n, &g.alphas, &g.means, &g.icf, &g.x, g.wishart);
    contenders.push(Contender::new("pullback", Primal, input, |g| gmm_primal(g), |_, v| vec![*v]));
    contenders.push(Contender::new("pullback", Gradient, input, gradient, |_, (v, (a, m, i))| [&[*v][..], a, m, i].concat()));
    // The tapes of the larger ones would take tens of gigabytes.
    if expected.is_some() {
        contenders.extend(peers::of_program(input));
    }
    contenders.extend(peers::gmm(input));
    let arrays = move || -> Arrays {
        let Gmm { d, k, n, alphas, means, icf, x, wishart } = input();
        vec![
            ("alphas", vec![k], alphas),
            ("means", vec![k, d], means),
            ("icf", vec![k, d * (d + 1) / 2], icf),
            ("x", vec![n, d], x),
            scalar_array("gamma", wishart.gamma),
            scalar_array("m", f64::from(wishart.m)),
            scalar_array("normalizer", gmm::primal::log_normalizer(d, wishart)),
        ]
    };
    let reference = move || match expected {
        Some(text) => Numbers::of(text).rest(),
        None => {
            let (value, bar) = gmm::hand::value_and_gradient(&input());
            [&[value][..], &bar.alphas, &bar.means, &bar.icf].concat()
        }
    };
    let tolerance = if expected.is_some() { Tolerance::Each(1e-8) } else { Tolerance::Norm(1e-8) };
    let python = &["jax", "jax-gemm", "torch"];
    Case { name, title, reference: Box::new(reference), tolerance, contenders, arrays: Box::new(arrays), python, threaded: false }
}

fn gmm_primal(g: &Gmm) -> f64 {
    gmm::primal::objective(g.d, g.k, g.n, &g.alphas, &g.means, &g.icf, &g.x, g.wishart)
}

fn lstm_case(name: &'static str, title: &'static str, input: fn() -> Lstm, expected: &'static str) -> Case {
    let mut contenders = vec![
        Contender::new(
            "hand",
            Primal,
            input,
            |l| lstm::primal::objective(l.width, &l.main, &l.extra, &l.state, &l.sequence),
            |_, v| vec![*v],
        ),
        Contender::new("hand", Gradient, input, |l| lstm::hand::value_and_gradient(l), |_, (v, bar)| [&[*v][..], bar].concat()),
    ];
    let primal = |l: &mut Lstm| lstm::primal::objective(l.width, &l.main, &l.extra, &l.state, &l.sequence);
    let gradient = |l: &mut Lstm| lstm::primal::objective::value_and_grad(l.width, &l.main, &l.extra, &l.state, &l.sequence);
    contenders.push(Contender::new("pullback", Primal, input, primal, |_, v| vec![*v]));
    contenders.push(Contender::new("pullback", Gradient, input, gradient, |_, (v, (main, extra))| [&[*v][..], main, extra].concat()));
    contenders.extend(peers::of_program(input));
    contenders.extend(peers::of_program_forward(input));
    contenders.extend(peers::lstm(input));
    let arrays = move || -> Arrays {
        let l = input();
        let (width, layers) = (l.width, l.layers);
        vec![
            ("main", vec![layers, 8, width], l.main),
            ("extra", vec![3, width], l.extra),
            ("state", vec![layers, 2, width], l.state),
            ("sequence", vec![l.sequence.len() / width, width], l.sequence),
        ]
    };
    Case {
        name,
        title,
        reference: Box::new(move || Numbers::of(expected).rest()),
        tolerance: Tolerance::Each(1e-8),
        contenders,
        arrays: Box::new(arrays),
        python: &["jax", "torch"],
        threaded: false,
    }
}

fn ba_case() -> Case {
    let input = || Ba::read(BA);
    fn numbers(rows: &[Rows]) -> Vec<f64> {
        rows.iter().flat_map(Rows::numbers).collect()
    }
    let mut contenders = vec![
        Contender::new("hand", Primal, input, |b| ba::primal::residuals(b), |_, v| v.iter().flat_map(|(r, w)| [r[0], r[1], *w]).collect()),
        Contender::new("hand", Gradient, input, |b| ba::hand::jacobian(b), |_, rows| numbers(rows)),
    ];
    let primal = |b: &mut Ba| ba::primal::residuals(b);
    contenders.push(Contender::new("pullback", Primal, input, primal, |_, v| v.iter().flat_map(|(r, w)| [r[0], r[1], *w]).collect()));
    contenders.push(Contender::new("pullback", Gradient, input, |b| ba::gradient::jacobian(b), |_, rows| numbers(rows)));
    contenders.extend(peers::ba(input));
    let arrays = || -> Arrays {
        let b = Ba::read(BA);
        let index = |f: fn(&(usize, usize)) -> usize| b.observations.iter().map(|o| f(o) as f64).collect();
        let p = b.weights.len();
        vec![
            ("cameras", vec![b.cameras.len(), 11], b.cameras.iter().flatten().copied().collect()),
            ("points", vec![b.points.len(), 3], b.points.iter().flatten().copied().collect()),
            ("weights", vec![p], b.weights.clone()),
            ("features", vec![p, 2], b.features.iter().flatten().copied().collect()),
            ("camera", vec![p], index(|o| o.0)),
            ("point", vec![p], index(|o| o.1)),
        ]
    };
    let reference = || {
        let one = Numbers::of(BA_EXPECTED).rest();
        let observations = Ba::read(BA).observations.len();
        std::iter::repeat_n(one, observations).flatten().collect()
    };
    Case {
        name: "ba1",
        title: "Bundle adjustment, Jacobian of 31,843 observations",
        reference: Box::new(reference),
        tolerance: Tolerance::Each(1e-8),
        contenders,
        arrays: Box::new(arrays),
        python: &["jax", "torch"],
        threaded: false,
    }
}

fn euler_case() -> Case {
    use scalar::{PENDULUM, STEP, STEPS};
    let primal = |[a, v, k, c]: &mut [f64; 4]| scalar::primal::pendulum(*a, *v, *k, *c, STEP, STEPS);
    let gradient = |p: &mut [f64; 4]| scalar::hand::pendulum(*p, STEP, STEPS);
    let mut contenders = vec![
        Contender::new("hand", Primal, || PENDULUM, primal, |_, v| vec![*v]),
        Contender::new("hand", Gradient, || PENDULUM, gradient, |_, (v, bar)| [&[*v][..], bar].concat()),
    ];
    let gradient = |[a, v, k, c]: &mut [f64; 4]| scalar::primal::pendulum::value_and_grad(*a, *v, *k, *c, STEP, STEPS);
    contenders.push(Contender::new("pullback", Primal, || PENDULUM, primal, |_, v| vec![*v]));
    contenders.push(Contender::new("pullback", Gradient, || PENDULUM, gradient, |_, (v, (a, b, c, d))| vec![*v, *a, *b, *c, *d]));
    contenders.extend(peers::of_program(|| Pendulum));
    contenders.extend(peers::of_program_small::<_, 4>(|| Pendulum));
    let arrays = || vec![("start", vec![4], PENDULUM.to_vec()), scalar_array("h", STEP), scalar_array("steps", STEPS as f64)];
    Case {
        name: "euler",
        title: "A damped pendulum, a million Euler steps",
        reference: Box::new(|| {
            let (value, bar) = scalar::hand::pendulum(PENDULUM, STEP, STEPS);
            [&[value][..], &bar].concat()
        }),
        tolerance: Tolerance::Each(1e-8),
        contenders,
        arrays: Box::new(arrays),
        python: &["jax"],
        threaded: false,
    }
}

fn rosenbrock_case() -> Case {
    let mut contenders = vec![
        Contender::new("hand", Primal, scalar::rosenbrock_point, |x| scalar::primal::rosenbrock(x), |_, v| vec![*v]),
        Contender::new(
            "hand",
            Gradient,
            scalar::rosenbrock_point,
            |x| scalar::hand::rosenbrock(x),
            |_, (v, bar)| [&[*v][..], bar].concat(),
        ),
    ];
    let gradient = |x: &mut Vec<f64>| scalar::primal::rosenbrock::value_and_grad(x);
    contenders.push(Contender::new("pullback", Primal, scalar::rosenbrock_point, |x| scalar::primal::rosenbrock(x), |_, v| vec![*v]));
    contenders.push(Contender::new("pullback", Gradient, scalar::rosenbrock_point, gradient, |_, (v, bar)| [&[*v][..], bar].concat()));
    contenders.extend(peers::of_program(|| Rosenbrock));
    contenders.extend(peers::of_program_forward(|| Rosenbrock));
    let reference = || {
        let (value, bar) = scalar::hand::rosenbrock(&Rosenbrock.point());
        [&[value][..], &bar].concat()
    };
    Case {
        name: "rosenbrock",
        title: "Rosenbrock's function of 1,000 variables",
        reference: Box::new(reference),
        tolerance: Tolerance::Each(1e-8),
        contenders,
        arrays: Box::new(|| vec![("x", vec![1000], scalar::rosenbrock_point())]),
        python: &["jax", "torch"],
        threaded: false,
    }
}

fn arm_case() -> Case {
    type Jacobian = nalgebra::SMatrix<f64, 3, { arm::JOINTS }>;
    type Answer = (nalgebra::Vector3<f64>, Jacobian);
    fn numbers(answers: &[Answer]) -> Vec<f64> {
        answers.iter().flat_map(|(tip, jacobian)| tip.iter().chain(jacobian.iter()).copied()).collect()
    }
    let mut contenders = vec![
        Contender::new(
            "hand",
            Primal,
            arm::poses,
            |p| p.iter().map(arm::primal::tip).collect::<Vec<_>>(),
            |_, v| v.iter().flat_map(|t| t.iter().copied()).collect(),
        ),
        Contender::new("hand", Gradient, arm::poses, |p| p.iter().map(arm::hand::jacobian).collect::<Vec<_>>(), |_, v| numbers(v)),
    ];
    let gradient = |p: &mut Vec<nalgebra::SVector<f64, { arm::JOINTS }>>| p.iter().map(arm::gradient::jacobian).collect::<Vec<_>>();
    contenders.push(Contender::new("pullback", Gradient, arm::poses, gradient, |_, v| numbers(v)));
    contenders.extend(peers::arm());
    Case {
        name: "arm",
        title: "A robot arm of six joints through nalgebra, Jacobians at 1,000 poses",
        reference: Box::new(|| numbers(&arm::poses().iter().map(arm::hand::jacobian).collect::<Vec<_>>())),
        tolerance: Tolerance::Each(1e-8),
        contenders,
        arrays: Box::new(|| vec![("poses", vec![1000, arm::JOINTS], arm::poses().iter().flat_map(|p| p.iter().copied()).collect())]),
        python: &["jax"],
        threaded: false,
    }
}

fn training_case(name: &'static str, title: &'static str, input: fn() -> Training) -> Case {
    let network = move || Network::new(input());
    let mut contenders = vec![Contender::new("hand", Gradient, network, Network::step, |network, loss| network.numbers(*loss))];
    let network = move || training::model::Network::new(input());
    contenders.push(Contender::new("pullback", Gradient, network, training::model::Network::step, |network, loss| network.numbers(*loss)));
    contenders.extend(peers::training(input));
    Case {
        name,
        title,
        reference: Box::new(move || {
            let mut network = Network::new(input());
            let loss = network.step();
            network.numbers(loss)
        }),
        // A difference of f32 weights has fewer digits than the gradient.
        tolerance: Tolerance::Norm(1e-3),
        contenders,
        arrays: Box::new(move || input().arrays()),
        python: &["jax", "torch"],
        threaded: true,
    }
}
