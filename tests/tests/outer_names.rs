//! Names from outside a function: constants and statics in lower case, functions as values, in modules and in blocks.

use pullback::prelude::*;
use pullback_tests::{close, difference};

#[allow(non_upper_case_globals)]
const scale: f64 = 3.0;
#[allow(non_upper_case_globals)]
static shift: f64 = 0.5;

#[differentiable]
fn doubled(x: &f64) -> f64 {
    2.0 * x
}

#[differentiable]
fn square(x: f64) -> f64 {
    x * x
}

#[differentiable]
fn of_constants(x: f64) -> f64 {
    (x * scale + shift).sin() * scale
}

#[differentiable]
fn of_functions(x: &[f64]) -> f64 {
    x.iter().map(doubled).sum::<f64>() + x.iter().copied().map(square).sum::<f64>()
}

mod inner {
    #[allow(non_upper_case_globals)]
    pub(super) const rate: f64 = 0.25;
}
use inner::rate as pace;

#[differentiable]
fn of_imports(x: f64) -> f64 {
    let y = x * pace;
    y * y * pace
}

macro_rules! scaled {
    ($name:ident, $by:ident) => {
        #[differentiable]
        fn $name(x: f64) -> f64 {
            x * x * $by
        }
    };
}
scaled!(by_scale, scale);

struct Model {
    w: f64,
}

#[differentiable]
impl Model {
    fn apply(#[constant] &self, x: f64) -> f64 {
        self.w * x * x * scale
    }
}

#[test]
fn names_in_lower_case_mean_what_stands_outside() {
    close("constants", of_constants::grad(0.7), difference(of_constants, 0.7), 1e-8);
    close("of_functions", of_functions::grad(&[2.0, -1.0])[0], 6.0, 1e-12);
    close("of_functions", of_functions::grad(&[2.0, -1.0])[1], 0.0, 1e-12);
    close("of_imports", of_imports::grad(2.0), 2.0 * 2.0 * 0.25 * 0.25 * 0.25, 1e-12);
    close("by_scale", by_scale::grad(2.0), 12.0, 1e-12);
    close("Model, the original", Model { w: 2.0 }.apply(1.5), 13.5, 1e-12);
    close("Model", Model { w: 2.0 }.apply_grad(1.5), 18.0, 1e-12);
    close("constants", of_constants::jvp(0.7, 1.0).1, difference(of_constants, 0.7), 1e-8);
}

#[test]
fn in_a_block_they_mean_what_stands_there() {
    #[allow(non_upper_case_globals)]
    const scale: f64 = 5.0;
    fn halved(x: &f64) -> f64 {
        x * 0.5
    }
    #[differentiable]
    fn local(x: f64, #[constant] y: &[f64]) -> f64 {
        x * x * scale + y.iter().map(halved).sum::<f64>()
    }
    close("local", local::grad(3.0, &[1.0]), 30.0, 1e-12);
}
