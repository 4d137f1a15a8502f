//! What a training step takes from the heap once it runs steadily: nothing but the workspace in which the library packs a product.
//!
//! Input: a network's training step; programs of tensors. Output: passes or panics. Invariant: counted on this thread alone.

use pullback::optim::{Adam, AdamW, Sgd};
use pullback::prelude::*;
use pullback::tensor::{matmul_count, set_threads};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: the system's allocator does the work.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = ALLOCATIONS.try_with(|n| n.set(n.get() + 1));
        // SAFETY: as for the caller.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as for the caller.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The allocations and the products of one run of `f`, after a few to warm up.
fn of_one(mut f: impl FnMut()) -> (usize, usize) {
    (0..5).for_each(|_| f());
    let before = (ALLOCATIONS.get(), matmul_count());
    f();
    (ALLOCATIONS.get() - before.0, matmul_count() - before.1)
}

#[derive(Differentiable, Clone, Debug)]
struct Mlp {
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
}

#[differentiable]
fn scores(model: &Mlp, #[constant] x: &Tensor) -> Tensor {
    let h = (x.matmul(&model.w1.t()) + &model.b1).relu();
    h.matmul(&model.w2.t()) + &model.b2
}

#[differentiable]
fn loss(model: &Mlp, #[constant] x: &Tensor, #[constant] labels: &[usize]) -> f32 {
    scores(model, x).cross_entropy(labels)
}

/// The allocations and products of a training step.
fn step(sizes: [usize; 3], batch: usize, mut move_by_gradient: impl FnMut(&mut Param<Mlp>)) -> (usize, usize) {
    let [inputs, hidden, classes] = sizes;
    let mut model = Param::new(Mlp {
        w1: Tensor::kaiming_normal([hidden, inputs], 1),
        b1: Tensor::zeros([hidden]),
        w2: Tensor::kaiming_normal([classes, hidden], 2),
        b2: Tensor::zeros([classes]),
    });
    let (x, labels) = (Tensor::randn([batch, inputs], 3), (0..batch).map(|k| k * 7 % classes).collect::<Vec<_>>());
    of_one(|| {
        model.zero_grad();
        loss::backward(&mut model, &x, &labels);
        move_by_gradient(&mut model);
    })
}

#[test]
fn a_steady_training_step_allocates_nothing_but_the_library_s_workspace() {
    set_threads(1);
    let (mut sgd, mut adam, mut adamw) = (Sgd::new(0.01).momentum(0.9), Adam::new(0.01), AdamW::new(0.01));
    assert_eq!(step([64, 64, 10], 64, |p| sgd.step(p)), (5, 5), "as many as products, each of which is large enough to be packed");
    assert_eq!(step([64, 100, 10], 48, |p| adam.step(p)), (5, 5));
    assert_eq!(step([6, 7, 4], 8, |p| adamw.step(p)), (0, 5), "small products are not packed");
}

#[differentiable]
fn elementwise(x: &Tensor, y: &Tensor) -> f32 {
    let a = (x * y + x.exp()) / (y.abs() + 1.0) - x.tanh().sigmoid();
    let b = a.softmax(1) * x.log_softmax(-1) + a.sum_dim(0, true).gelu() * y.mean_dim(1, true);
    let c = b.reshape([4, -1]).transpose(0, 1).narrow(0, 1, 2).logsumexp();
    c + b.norm() + b.slice((1, 2..)).prod() + x.mse_loss(y)
}

#[test]
fn other_programs_allocate_nothing_either() {
    let (x, y) = (Tensor::randn([6, 4], 1), Tensor::randn([6, 4], 2));
    let mut gradient = None;
    assert_eq!(of_one(|| gradient = Some(elementwise::grad(&x, &y))), (0, 0));
    let (mut px, mut py) = (Param::new(x), Param::new(y));
    assert_eq!(of_one(|| assert!(elementwise::backward(&mut px, &mut py).is_finite())), (0, 0), "gradients add up in their buffers");
}
