//! Names: the user's that look like generated ones, raw ones, those of other scripts, and functions, methods, fields and variants named so.

use pullback::nalgebra::Vector2;
use pullback::prelude::*;
use pullback_tests::{of_scalars, of_slices};

/// Named as cotangents, tangents, saves, temporaries and what stands beside them.
#[differentiable]
fn like_generated(x: &[f64]) -> f64 {
    let x_bar = x[0] * 2.0;
    let x_dot = x_bar * x[1];
    let t1 = x_bar.sin();
    let x_length = x.len();
    let result = t1 * x[1];
    let value = result + x_bar;
    let pullback = value * value;
    let trips = 3;
    let mut saved_1 = 0.0;
    for k1 in 0..trips {
        saved_1 += pullback * k1 as f64 * x[k1 % x_length];
    }
    let bar_of_x = |own_v: f64| own_v * x_dot;
    saved_1 + bar_of_x(x_bar)
}
/// A zero for a gradient that nobody wants, a buffer and an extent stand under such names.
#[differentiable]
fn beside_a_parameter(x: f64) -> f64 {
    let x_unwanted = x * x;
    let x_gradient = x_unwanted * x;
    let x_extent = x_gradient.sin();
    x_extent * x_unwanted * x_gradient
}
#[differentiable]
fn shadowed_saves(x: f64) -> f64 {
    let saved_energy = x * x;
    let mut saved_energy = saved_energy.sin() * x;
    for _ in 0..3 {
        saved_energy *= saved_energy + x;
    }
    saved_energy
}
#[differentiable]
fn parameters(r#type: f64, saved_x: f64, x_bar: f64, x: f64) -> f64 {
    r#type * saved_x + x_bar.sin() * x
}
#[differentiable]
fn through_parameters(x: &[f64]) -> f64 {
    parameters(x[0] * x[1], x[1], x[0], x[0] + x[1])
}

#[derive(Clone, Differentiable)]
struct Raw {
    r#type: f64,
    r#loop: Vec<f64>,
    x_bar: f64,
}
#[derive(Clone, Differentiable)]
enum Variants {
    A { r#type: f64 },
    B(f64),
}
#[differentiable(wrt(r#fn))]
fn chosen(r#fn: f64, b: f64) -> f64 {
    r#fn * b
}
#[differentiable]
fn raw(x: &[f64]) -> f64 {
    let mut s = Raw { r#type: x[0], r#loop: vec![x[1], x[0]], x_bar: x[1] * x[0] };
    s.r#type *= s.r#loop[1];
    for r#fn in s.r#loop.iter_mut() {
        *r#fn *= s.x_bar;
    }
    let e = if x[0] > 0.0 { Variants::A { r#type: x[1] } } else { Variants::B(x[0]) };
    let w = match e {
        Variants::A { r#type } => r#type * x[0],
        Variants::B(r#in) => r#in,
    };
    let Raw { r#type, r#loop, .. } = &s;
    let sum = x.iter().map(|r#as| r#as * r#type).fold(0.0, |r#box, r#use| r#box + r#use);
    let ψ = r#loop[0].sin();
    let r#plain = ψ * w;
    chosen(plain, 2.0) + sum
}

#[differentiable]
fn r#match(b: f64) -> f64 {
    b * b
}
#[differentiable]
fn r#mod(b: f64) -> f64 {
    r#match(b) * b
}
#[differentiable]
impl Raw {
    fn r#try(&self, r#in: f64) -> f64 {
        r#in * r#in * self.r#type
    }
    fn r#gen(x: f64) -> f64 {
        x * x
    }
    fn both(&self, x: f64) -> f64 {
        self.r#try(x) + Self::r#gen(x)
    }
}
#[differentiable]
trait Located {
    fn r#where(&self) -> f64;
}
#[differentiable]
impl Located for f64 {
    fn r#where(&self) -> f64 {
        self * self
    }
}
#[differentiable]
fn raw_functions(x: &[f64]) -> f64 {
    let s = Raw { r#type: x[0], r#loop: vec![], x_bar: 0.0 };
    r#mod(x[0]) + r#match(x[1]) + x[0].r#where() + s.both(x[1]) + s.r#try(x[0])
}

/// Functions named as the variables of generated code.
#[differentiable]
fn value(x: f64) -> f64 {
    x * x
}
#[differentiable]
fn trips(x: f64) -> f64 {
    x.exp()
}
fn taken(x: f64) -> bool {
    x > 0.0
}
fn key1(k: usize) -> usize {
    k % 2
}
#[differentiable]
fn functions(x: &[f64]) -> f64 {
    let mut s = value(x[0]) * value(x[1]) + trips(x[0]);
    for k in 0..4 {
        if taken(s) {
            s *= x[key1(k)].cos();
        } else {
            s += x[key1(k + 1)];
        }
    }
    s
}
/// Type parameters named as those of the companion.
#[differentiable]
fn type_parameters<A0: Real, P0: Real, Listed: Real>(a: A0, #[constant] b: P0, #[constant] c: Listed) -> A0 {
    a * a * A0::from_f64(if b > P0::ZERO && c > Listed::ZERO { 2.0 } else { 3.0 })
}
#[differentiable]
fn of_types<Scalar: Real>(x: Scalar) -> Scalar {
    type_parameters(x, 1.0, x.detach())
}

#[differentiable]
fn squared(x: f64) -> f64 {
    x * x
}
#[differentiable]
fn grown(x: f64) -> f64 {
    x.exp()
}
/// A function under another name, and another function under its own.
#[differentiable]
fn twice(g: impl Fn(f64) -> f64, x: f64) -> f64 {
    g(g(x))
}
#[differentiable]
fn renamed(x: &[f64]) -> f64 {
    let g = squared;
    let squared = |v: f64| v * 3.0 * x[0];
    g(x[0]) + squared(x[1])
}
#[differentiable]
fn under_its_own_name(x: &[f64]) -> f64 {
    let squared = squared;
    squared(x[0]) + x.iter().map(|v| squared(*v)).sum::<f64>()
}
#[differentiable]
fn exchanged_names(x: &[f64]) -> f64 {
    let g = squared;
    let squared = grown;
    let grown = g;
    x.iter().copied().map(g).sum::<f64>() + x.iter().copied().map(squared).sum::<f64>() * grown(x[1])
}
#[differentiable]
fn a_variable_of_that_name(x: &[f64]) -> f64 {
    let g = squared;
    let squared = x[1] * 2.0;
    g(squared) + squared * x[0] + x.iter().copied().map(g).sum::<f64>()
}
#[differentiable]
fn handed_on(x: &[f64]) -> f64 {
    let g = squared;
    let squared = |v: f64| v * x[0];
    twice(g, x[1]) + twice(squared, x[1]) + twice(|v| g(v) + squared(v), x[0])
}
#[differentiable]
fn index_function_shadowed(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for k in 0..3 {
        s *= x[key1(k)] * x[key1(k + 1)];
    }
    let key1 = 3.0 * x[0];
    s * key1
}

/// Beside variables for the operands of an operation on types that tokens do not tell.
#[differentiable]
fn beside_operands(x: &[f64]) -> f64 {
    let a = Vector2::new(x[0], x[1]);
    let p_x = a * 2.0;
    let p_left = a * x[1];
    let p = p_x + a;
    let s = p - p_x * x[0] + p_left;
    p.dot(&s) + p_x.norm() + p_left.dot(&p_x)
}
#[allow(non_upper_case_globals)]
const scale: f64 = 1.5;
#[differentiable]
fn beside_what_is_outside(x: f64) -> f64 {
    let outer_scale = x * 3.0;
    outer_scale * scale + outer_scale.sin()
}

#[test]
fn the_graph_has_the_users_names() {
    let graph = like_generated::graph().to_string();
    for name in ["x_bar ", "x_length ", "pullback ", "saved_1 "] {
        assert!(graph.contains(name), "{name} in\n{graph}");
    }
}

of_scalars! {
    beside_a_parameter at [0.4, -1.1];
    shadowed_saves at [0.4, -1.1];
    of_types at [0.4, -1.1];
    beside_what_is_outside at [0.4, -1.1];
}
of_slices! {
    like_generated at [[0.5, -2.0]];
    through_parameters at [[0.5, -2.0]];
    raw at [[0.5, -2.0], [-0.5, 1.5]];
    raw_functions at [[0.5, -2.0]];
    functions at [[0.5, -2.0]];
    beside_operands at [[0.5, -2.0]];
    renamed at [[0.5, -2.0]];
    under_its_own_name at [[0.5, -2.0]];
    exchanged_names at [[0.5, -2.0]];
    a_variable_of_that_name at [[0.5, -2.0]];
    handed_on at [[0.5, -2.0]];
    index_function_shadowed at [[0.5, -2.0]];
}
