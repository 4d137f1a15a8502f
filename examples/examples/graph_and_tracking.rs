//! The graph, tracking, memory: `cargo run --example graph_and_tracking`.
//!
//! Input: small numbers. Output: graphs as text (and one as a picture), gradients. Invariant: the numbers printed are those of the tests.

use pullback::graph::Graph;
use pullback::prelude::*;
use pullback_examples::{list, number, run};
use std::process::ExitCode;

/// result = Σ (x + y)·2
#[allow(clippy::let_and_return, reason = "the derivation names its result")]
#[differentiable]
fn doubled_sum(x: &Tensor<f64>, y: &Tensor<f64>) -> f64 {
    let z = x + y;
    let w = z * 2.0;
    let result = w.sum();
    result
}

/// e + f, where e = Σ a·b and f = mean a²
#[differentiable]
fn two_paths(a: &Tensor<f64>, b: &Tensor<f64>) -> f64 {
    let c = a * b;
    let d = a * a;
    let e = c.sum();
    let f = d.mean();
    e + f
}

#[differentiable]
fn squares(x: &Tensor<f64>) -> f64 {
    (x * x).sum()
}

/// Σ (2x)·x, its first factor inside a `no_grad!`.
#[differentiable]
fn inside(x: &Tensor<f64>) -> f64 {
    let y = no_grad! { x * 2.0 };
    (y * x).sum()
}

/// The same, outside.
#[differentiable]
fn outside(x: &Tensor<f64>) -> f64 {
    let y = x * 2.0;
    (y * x).sum()
}

/// Σ detach(2x + 1)·x
#[differentiable]
fn cut(x: &Tensor<f64>) -> f64 {
    let y = x * 2.0;
    let z = y + 1.0;
    let u = z.detach();
    (u * x).sum()
}

/// One layer.
#[derive(Differentiable, Clone, Debug)]
struct Layer {
    w: Tensor<f64>,
    b: Tensor<f64>,
}

/// mean (relu(x Wᵀ + b) − target)²
#[differentiable]
fn layer_loss(layer: &Layer, #[constant] x: &Tensor<f64>, #[constant] target: &Tensor<f64>) -> f64 {
    let y = x.matmul(&layer.w.t()) + &layer.b;
    y.relu().mse_loss(target)
}

fn main() -> ExitCode {
    run("graph_and_tracking", "what a graph knows, how tracking is turned off and on, one step of a layer", || {
        graphs();
        tracking();
        layer();
    })
}

/// PyTorch's three questions to each node.
fn nodes(graph: &Graph) {
    for n in graph.nodes() {
        let grad_fn = n.operation().unwrap_or("none");
        let next: Vec<String> = n.next().map(|(k, output)| format!("({}, {output})", graph.nodes()[k].variable())).collect();
        println!("   {:<7} grad_fn {grad_fn:<5} is_leaf {:<6} next_functions [{}]", n.variable(), n.is_leaf(), next.join(", "));
    }
}

fn graphs() {
    let (x, y) = (tensor![[1.0, 2.0]], tensor![[3.0, 4.0]]);
    println!("z = x + y, w = z·2, result = Σ w = {}\n", number(doubled_sum(&x, &y)));
    print!("{}", doubled_sum::graph());
    println!();
    nodes(doubled_sum::graph());

    let (a, b) = (tensor![2.0, 3.0], tensor![4.0, 5.0]);
    println!("\nc = a·b = {}, d = a² = {}", list((&a * &b).as_slice()), list((&a * &a).as_slice()));
    println!("e = Σ c = {}, f = mean d = {}, e + f = {}", number((&a * &b).sum()), number((&a * &a).mean()), number(two_paths(&a, &b)));
    let (a_bar, b_bar) = two_paths::grad(&a, &b);
    println!("∂/∂a = b + a = {}   two paths lead to a, and their gradients add up", list(a_bar.as_slice()));
    println!("∂/∂b = a     = {}", list(b_bar.as_slice()));
    let file = std::env::temp_dir().join("two_paths.svg");
    match std::fs::write(&file, two_paths::graph().to_svg()) {
        Ok(()) => println!("its graph, as a picture: {}", file.display()),
        Err(e) => println!("its graph can't be drawn: {e}"),
    }
}

fn tracking() {
    println!("\nΣ x² at x = [2, 3]: no gradient before the backward pass, 2x afterwards");
    let mut x = Param::new(tensor![2.0, 3.0]);
    let shown = |x: &Param<Tensor<f64>>| x.grad().map_or_else(|| "none".into(), |g| list(g.as_slice()));
    println!("   gradient: {}", shown(&x));
    println!("   Σ x² = {}", number(squares::backward(&mut x)));
    println!("   gradient: {}", shown(&x));

    println!("\nFrozen and unfrozen");
    let mut x = Param::new(tensor![2.0, 3.0]);
    x.freeze();
    squares::backward(&mut x);
    println!("   frozen   (requires_grad {}): gradient {}", x.requires_grad(), shown(&x));
    x.unfreeze();
    squares::backward(&mut x);
    println!("   unfrozen (requires_grad {}):  gradient {}", x.requires_grad(), shown(&x));

    println!("\nΣ (2x)·x at x = [2, 3]: inside no_grad! the factor 2x is constant, outside it is not");
    let x = tensor![2.0, 3.0];
    println!("   inside:  ∂/∂x = 2x = {}", list(inside::grad(&x).as_slice()));
    println!("   outside: ∂/∂x = 4x = {}", list(outside::grad(&x).as_slice()));

    println!("\ny = 2x, z = y + 1, u = detach(z) at x = [1, 2, 3]");
    let x = tensor![1.0, 2.0, 3.0];
    let z = &x * 2.0 + 1.0;
    let u = z.detach();
    println!("   z = {}, u = {}, the same memory: {}", list(z.as_slice()), list(u.as_slice()), z.as_ptr() == u.as_ptr());
    println!("   ∂(Σ u·x)/∂x = u = {}: no gradient through u", list(cut::grad(&x).as_slice()));
    for n in cut::graph().detached() {
        println!("   the cut: {} on line {} of {}", n.variable(), n.line(), cut::graph().file());
    }
}

/// W 3×2, b 3, x 5×2, target 5×3, all from fixed seeds.
fn parts() -> (Layer, Tensor<f64>, Tensor<f64>) {
    let layer = Layer { w: Tensor::randn([3, 2], 1), b: Tensor::randn([3], 2) };
    (layer, Tensor::randn([5, 2], 3), Tensor::randn([5, 3], 4))
}

fn layer() {
    println!("\nOne layer: y = relu(x Wᵀ + b), mean squared error");
    let (layer, x, target) = parts();
    let mut layer = Param::new(layer);
    let before = layer_loss::backward(&mut layer, &x, &target);
    if let Some(g) = layer.grad() {
        println!("   W is 3×2, its gradient {:?}; b has 3, its gradient {:?}", g.w.shape(), g.b.shape());
        let (w, b) = (g.w.clone(), g.b.clone());
        let here = layer.value_mut();
        here.w = &here.w - 0.01 * w;
        here.b = &here.b - 0.01 * b;
    }
    layer.zero_grad();
    println!("   one step with rate 0.01: loss {} → {}", number(before), number(layer_loss(layer.value(), &x, &target)));
    println!("   the gradient after zero_grad: {}", if layer.grad().is_none() { "none" } else { "still there" });
}

#[cfg(test)]
mod tests {
    use super::*;
    use pullback::graph::Kind;

    #[test]
    fn the_graph_of_x_y_z() {
        let (x, y) = (tensor![[1.0, 2.0]], tensor![[3.0, 4.0]]);
        assert_eq!(doubled_sum(&x, &y), 20.0);
        let g = doubled_sum::graph();
        let seen: Vec<_> = g.nodes().iter().map(|n| (n.variable(), n.operation(), n.is_leaf(), n.next().collect::<Vec<_>>())).collect();
        let expected = [
            ("x", None, true, vec![]),
            ("y", None, true, vec![]),
            ("z", Some("Add"), false, vec![(0, 0), (1, 0)]),
            ("w", Some("Mul"), false, vec![(2, 0)]),
            ("result", Some("Sum"), false, vec![(3, 0)]),
        ];
        assert_eq!(seen, expected);
    }

    #[test]
    fn two_paths_add_up() {
        let (a, b) = (tensor![2.0, 3.0], tensor![4.0, 5.0]);
        assert_eq!(((&a * &b).sum(), (&a * &a).mean()), (23.0, 6.5));
        let (value, (a_bar, b_bar)) = two_paths::value_and_grad(&a, &b);
        assert_eq!((value, a_bar.as_slice(), b_bar.as_slice()), (29.5, &[6.0, 8.0][..], &[2.0, 3.0][..]));
    }

    #[test]
    fn there_is_no_gradient_before_the_backward_pass() {
        let mut x = Param::new(tensor![2.0, 3.0]);
        assert!(x.grad().is_none());
        assert_eq!(squares::backward(&mut x), 13.0);
        assert_eq!(x.grad().expect("a gradient").as_slice(), [4.0, 6.0]);
    }

    #[test]
    fn tracking_off_and_on() {
        let mut x = Param::new(tensor![2.0, 3.0]);
        x.freeze();
        squares::backward(&mut x);
        assert!(!x.requires_grad() && x.grad().is_none());
        x.unfreeze();
        squares::backward(&mut x);
        assert_eq!(x.grad().expect("a gradient").as_slice(), [4.0, 6.0]);
        let x = tensor![2.0, 3.0];
        assert_eq!(inside::grad(&x).as_slice(), [4.0, 6.0]);
        assert_eq!(outside::grad(&x).as_slice(), [8.0, 12.0]);
        let kind = |g: &Graph| g.find("y").expect("y").kind();
        assert_eq!((kind(inside::graph()), kind(outside::graph())), (Kind::Detached, Kind::Active));
    }

    #[test]
    fn a_detached_value_shares_its_memory() {
        let x = tensor![1.0, 2.0, 3.0];
        let z = &x * 2.0 + 1.0;
        assert_eq!(z.as_slice(), [3.0, 5.0, 7.0]);
        assert_eq!(z.detach().as_slice(), z.as_slice());
        assert_eq!(z.detach().as_ptr(), z.as_ptr());
        assert_eq!(cut::grad(&x).as_slice(), [3.0, 5.0, 7.0]);
        assert_eq!(cut::graph().detached().count(), 1);
    }

    #[test]
    fn one_layer_takes_one_step() {
        let (layer, x, target) = parts();
        let (before, mut p) = (layer.clone(), Param::new(layer));
        let loss = layer_loss::backward(&mut p, &x, &target);
        let (w, b) = p.grad().map(|g| (g.w.clone(), g.b.clone())).expect("a gradient");
        assert_eq!((w.shape(), b.shape()), (&[3, 2][..], &[3][..]));
        let difference = |layer: &dyn Fn(f64) -> Layer| {
            let at = |h| layer_loss(&layer(h), &x, &target);
            (at(1e-6) - at(-1e-6)) / 2e-6
        };
        for k in 0..6 {
            let moved = difference(&|h| {
                let mut l = before.clone();
                l.w.as_mut_slice()[k] += h;
                l
            });
            assert!((w.as_slice()[k] - moved).abs() < 1e-6, "w[{k}]: {} and {moved}", w.as_slice()[k]);
        }
        for k in 0..3 {
            let moved = difference(&|h| {
                let mut l = before.clone();
                l.b.as_mut_slice()[k] += h;
                l
            });
            assert!((b.as_slice()[k] - moved).abs() < 1e-6, "b[{k}]: {} and {moved}", b.as_slice()[k]);
        }
        let here = p.value_mut();
        (here.w, here.b) = (&here.w - 0.01 * w, &here.b - 0.01 * b);
        p.zero_grad();
        assert!(p.grad().is_none());
        assert!(layer_loss(p.value(), &x, &target) < loss);
    }
}
