//! Parameters and optimizers: trajectories, accumulation, what is trained together, and what is left alone.
//!
//! Input: small losses. Output: passes or panics. Invariant: trajectories are those of `torch.optim` in double precision.

use pullback::optim::{Adam, AdamW, Sgd};
use pullback::prelude::*;

/// w₁² / 2 + 5 w₂².
#[differentiable]
fn bowl(w: &[f64; 2]) -> f64 {
    0.5 * w[0] * w[0] + 5.0 * w[1] * w[1]
}

/// Three steps from (1, −2), compared with PyTorch's.
macro_rules! trajectory {
    ($optimizer:expr, $expected:expr) => {{
        let expected: [[f64; 2]; 3] = $expected;
        let (mut w, mut optimizer) = (Param::new([1.0, -2.0]), $optimizer);
        for (k, expected) in expected.iter().enumerate() {
            optimizer.zero_grad(&mut w);
            bowl::backward(&mut w);
            optimizer.step(&mut w);
            for (a, b) in w.value().iter().zip(expected) {
                assert!((a - b).abs() < 1e-12, "step {k} of {}: {a}, not {b}", stringify!($optimizer));
            }
        }
    }};
}

#[test]
fn sgd_is_that_of_pytorch() {
    trajectory!(Sgd::new(0.05), [[0.95, -1.0], [0.9025, -0.5], [0.857375, -0.25]]);
    trajectory!(Sgd::new(0.05).weight_decay(0.1), [[0.945, -0.99], [0.893025, -0.49005], [0.843908625, -0.24257475]]);
    trajectory!(Sgd::new(0.05).momentum(0.9), [[0.95, -1.0], [0.8575, 0.4], [0.731375, 1.46]]);
    trajectory!(Sgd::new(0.05).momentum(0.9).weight_decay(0.1), [[0.945, -0.99], [0.843525, 0.41895], [0.70580362499999, 1.47543525]]);
    trajectory!(
        Sgd::new(0.05).momentum(0.9).nesterov(true).weight_decay(0.1),
        [[0.8955, -0.081], [0.75737025, 0.8148195], [0.598235533874999, 0.80242323975]]
    );
}

#[test]
fn adam_is_that_of_pytorch() {
    trajectory!(
        Adam::new(0.1),
        [[0.900000001, -1.90000000005], [0.8004122297123382, -1.800166485711388], [0.701586274504415, -1.700623391433946]]
    );
    trajectory!(
        Adam::new(0.1).betas(0.8, 0.99).eps(1e-3).weight_decay(0.1),
        [[0.9000908265213442, -1.900004950249988], [0.8008808673483881, -1.800314819330167], [0.7029372086292398, -1.701151546613988]]
    );
    trajectory!(
        AdamW::new(0.1),
        [[0.899000001, -1.89800000005], [0.7985190281887788, -1.796272588240594], [0.6989111847156934, -1.694944513772796]]
    );
    trajectory!(
        AdamW::new(0.1).betas(0.8, 0.99).eps(1e-3).weight_decay(0.2),
        [[0.8800999000999, -1.860004999750013], [0.763481300020194, -1.723260352006933], [0.6507972279034744, -1.590029618383809]]
    );
}

/// Parameters of several kinds and precisions, nested.
#[derive(Differentiable, Clone, Debug)]
struct Line {
    slope: f64,
    offset: [f64; 1],
    #[constant]
    name: &'static str,
    bends: Vec<Bend>,
    gain: Tensor<f32>,
}

#[derive(Differentiable, Clone, Debug)]
struct Bend {
    at: f64,
    by: Option<f64>,
}

fn line() -> Line {
    let bends = vec![Bend { at: 0.3, by: Some(0.1) }, Bend { at: -0.5, by: None }];
    Line { slope: 0.0, offset: [0.0], name: "line", bends, gain: tensor![1.0, 0.5] }
}

#[differentiable]
fn height(line: &Line, #[constant] x: f64) -> f64 {
    let mut y = line.slope * x + line.offset[0];
    for bend in line.bends.iter() {
        if let Some(by) = bend.by {
            y += by * (x - bend.at).tanh();
        }
    }
    y * line.gain.sum() as f64
}

#[differentiable]
fn misfit(line: &Line, #[constant] points: &[(f64, f64)]) -> f64 {
    let mut total = 0.0;
    for (x, y) in points.iter() {
        let d = height(line, *x) - y;
        total += d * d;
    }
    total
}

const POINTS: [(f64, f64); 4] = [(-1.0, -1.9), (0.0, 0.2), (1.0, 2.3), (2.0, 4.0)];

#[test]
fn a_struct_of_parameters_trains_as_one() {
    let (mut param, mut optimizer) = (Param::new(line()), Adam::new(0.05));
    let first = misfit(param.value(), &POINTS);
    for _ in 0..400 {
        optimizer.zero_grad(&mut param);
        misfit::backward(&mut param, &POINTS);
        optimizer.step(&mut param);
    }
    let last = misfit(param.value(), &POINTS);
    assert!(last < 1e-2 && last < first / 100.0, "from {first} to {last}: {:?}", param.value());
    let trained = param.value();
    assert_eq!((trained.name, trained.bends[1].by, trained.bends[1].at), ("line", None, -0.5), "what has no gradient stays");
    assert!(trained.bends[0].at != 0.3 && trained.gain != tensor![1.0, 0.5], "all else moves");
}

#[test]
fn the_same_function_with_grad_and_with_backward() {
    let mut param = Param::new(line());
    let (value, gradient) = misfit::value_and_grad(param.value(), &POINTS);
    assert_eq!(misfit::backward(&mut param, &POINTS), value);
    // the sums of a loop are added up in another order where the result's cotangent is known to be one
    let far = |times: f64, found: &LineTangent| {
        let mut difference = gradient.clone();
        difference.scale(-times);
        difference.accumulate(found.clone());
        difference.dot(&difference) / gradient.dot(&gradient)
    };
    assert!(far(1.0, param.grad().unwrap()) < 1e-12);
    misfit::backward(&mut param, &POINTS);
    assert!(far(2.0, param.grad().unwrap()) < 1e-12, "gradients add up until they are zeroed");
    param.zero_grad();
    assert_eq!(param.grad(), None);
}

#[test]
fn a_step_before_any_backward_moves_nothing() {
    let (mut w, mut v) = (Param::new([1.0, 2.0]), Param::new(tensor![[1.0_f32]]));
    Sgd::new(0.1).momentum(0.9).weight_decay(1.0).step((&mut w, &mut v));
    Adam::new(0.1).step(&mut w);
    AdamW::new(0.1).step([&mut v]);
    assert_eq!((*w.value(), v.value()), ([1.0, 2.0], &tensor![[1.0_f32]]));
    assert_eq!(w.grad(), None);
}

#[differentiable]
fn product(a: f64, b: f64) -> f64 {
    a * b
}

#[test]
fn frozen_parameters_stay_and_plain_arguments_are_constant() {
    let (mut a, mut b, mut optimizer) = (Param::new(2.0), Param::new(3.0), Sgd::new(1.0));
    b.freeze();
    assert!(!b.requires_grad());
    product::backward(&mut a, &mut b);
    optimizer.step((&mut a, &mut b));
    assert_eq!((*a.value(), *b.value(), b.grad()), (-1.0, 3.0, None));
    b.unfreeze();
    product::backward(5.0, &mut b);
    optimizer.step([&mut b]);
    assert_eq!((*b.value(), a.grad()), (-2.0, Some(&3.0)), "the gradient of `a` is that of before");
    optimizer.zero_grad((&mut a, &mut b));
    assert_eq!((a.grad(), b.grad()), (None, None));
}

#[test]
fn an_optimizer_remembers_each_parameter_by_itself() {
    let mut layers = vec![Param::new([1.0, -2.0]), Param::new([1.0, -2.0])];
    let mut optimizer = Sgd::new(0.05).momentum(0.9);
    for k in 0..3 {
        for layer in &mut layers[..if k == 1 { 1 } else { 2 }] {
            layer.zero_grad();
            bowl::backward(layer);
        }
        if k == 1 { optimizer.step(&mut layers[..1]) } else { optimizer.step(&mut layers) }
    }
    assert!((layers[0].value()[0] - 0.731375).abs() < 1e-12 && (layers[1].value()[0] - 0.8575).abs() < 1e-12);
}

#[differentiable]
fn reading(x: &Tensor<f64>, w: &Tensor<f64>) -> f64 {
    x.matmul(w).relu().sum()
}

#[test]
fn nan_in_the_data_is_seen_in_the_gradient_and_nowhere_hidden() {
    let x = Tensor::from([[1.0, f64::NAN], [2.0, 3.0]]);
    let mut w = Param::new(Tensor::from([[1.0, 0.0], [0.0, 1.0]]));
    let loss = reading::backward(&x, &mut w);
    assert!(loss.is_nan());
    let gradient = w.grad().unwrap();
    assert!(gradient[[1, 0]].is_nan(), "the weights that met it: {gradient}");
    Sgd::new(0.1).step(&mut w);
    assert!(w.value()[[1, 0]].is_nan(), "a step takes it into the weights");
}

#[test]
fn zero_sized_inputs_have_zero_sized_gradients() {
    for (rows, inner, columns) in [(0, 2, 3), (2, 0, 3), (2, 3, 0), (0, 0, 0)] {
        let (x, w) = (Tensor::ones([rows, inner]), Tensor::ones([inner, columns]));
        let (y, (x_bar, w_bar)) = reading::value_and_grad(&x, &w);
        assert_eq!((y, x_bar, w_bar), (0.0, Tensor::zeros([rows, inner]), Tensor::zeros([inner, columns])));
        let mut param = Param::new(w);
        reading::backward(&x, &mut param);
        Sgd::new(0.1).momentum(0.5).step(&mut param);
        assert_eq!(param.value().shape(), [inner, columns]);
    }
}
