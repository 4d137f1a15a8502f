//! Containers as vector spaces: zero, accumulate, scale, dot; prepare and finish; the order in which parameters are visited.
//!
//! Input: nested values. Output: passes or panics. Invariant: every law is checked with symbolic zeros in every position.

use nalgebra::{DMatrix, Vector2};
use pullback::{Differentiable, Parameters, Tangent, Visitor};
use std::fmt::Debug;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

/// The laws of a vector space with a symbolic zero, for a value and a tangent of it that is not zero.
fn laws<T: Differentiable + ?Sized>(x: &T, a: T::Tangent)
where
    T::Tangent: Debug,
{
    let zero = T::Tangent::zero();
    assert!(zero.is_zero() && x.zero_tangent().is_zero() && !a.is_zero());
    let mut sum = zero.clone();
    sum.accumulate(a.clone());
    assert_eq!(sum, a, "0 + a = a");
    sum.accumulate(zero.clone());
    assert_eq!(sum, a, "a + 0 = a");
    sum.accumulate(a.clone());
    let mut twice = a.clone();
    twice.scale(2.0);
    assert_eq!(sum, twice, "a + a = 2 a");
    assert_eq!(twice.dot(&a), 2.0 * a.dot(&a));
    assert_eq!(a.dot(&zero), 0.0);
    assert_eq!(zero.dot(&a), 0.0);
    let (mut finished, mut prepared, mut whole) = (zero.clone(), zero, a.clone());
    x.finish(&mut finished);
    assert_eq!(finished, x.zero_tangent(), "a finished zero has the value's shape");
    x.prepare(&mut prepared);
    assert!(prepared.is_zero());
    x.finish(&mut prepared);
    assert_eq!(prepared, x.zero_tangent());
    x.prepare(&mut whole);
    x.finish(&mut whole);
    assert_eq!(whole, a, "a whole tangent is left as it is");
}

#[test]
fn every_container_is_a_vector_space() {
    laws(&1.0, 3.0);
    laws(&vec![1.0, 2.0], vec![3.0, 4.0]);
    laws(&[1.0, 2.0][..], vec![3.0, 4.0]);
    laws(&&mut vec![1.0, 2.0], vec![3.0, 4.0]);
    laws(&[1.0_f32, 2.0], [3.0, 4.0]);
    laws(&[vec![1.0], vec![2.0, 3.0]], [vec![3.0], vec![4.0, 5.0]]);
    laws(&vec![vec![1.0], vec![2.0, 3.0]], vec![vec![3.0], vec![4.0, 5.0]]);
    laws(&(1.0,), (2.0,));
    laws(&(1.0, 2_usize, vec![1.0]), (2.0, (), vec![3.0]));
    laws(&(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0), (1., 2., 3., 4., 5., 6., 7., 8., 9., 10., 11., 12.));
    laws(&Some(1.0), Some(2.0));
    laws(&Some(vec![1.0]), Some(vec![2.0]));
    laws(&Ok::<_, String>(1.0), Some(2.0));
    laws(&Box::new(vec![1.0]), Box::new(vec![2.0]));
    laws(&vec![1.0].into_boxed_slice(), Box::new(vec![2.0]));
    laws(&Rc::new(1.0), Box::new(2.0));
    laws(&Arc::<[f64]>::from(vec![1.0]), Box::new(vec![2.0]));
    laws(&Vector2::new(1.0, 2.0), Vector2::new(3.0, 4.0));
    laws(&vec![DMatrix::from_element(1, 2, 1.0)], vec![DMatrix::from_element(1, 2, 2.0)]);
    laws(&Some(Box::new((vec![Some(1.0)], [1.0]))), Some(Box::new((vec![Some(2.0)], [1.0]))));
}

#[test]
fn the_tangent_of_none_and_of_errors_is_none() {
    let mut tangent = None;
    None::<f64>.finish(&mut tangent);
    assert_eq!((tangent, None::<f64>.zero_tangent()), (None, None));
    assert_eq!(Err::<f64, _>("no").zero_tangent(), None);
}

#[test]
fn the_longer_vec_wins() {
    let mut a = vec![1.0];
    a.accumulate(vec![1.0, 2.0]);
    assert_eq!(a, [2.0, 2.0]);
    a.accumulate(vec![1.0]);
    assert_eq!(a, [3.0, 2.0]);
    let pointer = a.as_ptr();
    let mut zero = Vec::zero();
    zero.accumulate(a);
    assert_eq!(zero.as_ptr(), pointer, "a zero takes the other's memory");
}

#[test]
fn finishing_completes_what_is_there() {
    let x = vec![vec![1.0, 2.0], vec![3.0], vec![]];
    let mut tangent = vec![vec![], vec![7.0]];
    x.finish(&mut tangent);
    assert_eq!(tangent, [vec![0.0, 0.0], vec![7.0], vec![]]);
    let mut tangent = vec![vec![5.0]];
    x.prepare(&mut tangent);
    assert_eq!(tangent, [vec![5.0, 0.0], vec![0.0], vec![]]);
}

#[test]
fn slices_lend_their_part() {
    let mut tangent = vec![1.0, 2.0];
    let bar: &mut [f64] = <[f64]>::bar(&mut tangent);
    bar[1] = 5.0;
    let bar: &mut Vec<f64> = <&Vec<f64>>::bar(&mut tangent);
    bar.push(6.0);
    assert_eq!(tangent, [1.0, 5.0, 6.0]);
}

#[test]
fn a_recursive_type_has_a_finite_zero() {
    struct Node {
        value: f64,
        next: Option<Box<Node>>,
    }
    #[derive(Clone, PartialEq, Debug)]
    struct NodeTangent {
        value: f64,
        next: Option<Box<NodeTangent>>,
    }
    impl Tangent for NodeTangent {
        fn zero() -> Self {
            NodeTangent { value: 0.0, next: Tangent::zero() }
        }
        fn is_zero(&self) -> bool {
            self.value.is_zero() && self.next.is_zero()
        }
        fn accumulate(&mut self, other: Self) {
            self.value.accumulate(other.value);
            self.next.accumulate(other.next);
        }
        fn scale(&mut self, factor: f64) {
            self.value.scale(factor);
            self.next.scale(factor);
        }
        fn dot(&self, other: &Self) -> f64 {
            self.value.dot(&other.value) + self.next.dot(&other.next)
        }
    }
    impl Differentiable for Node {
        type Tangent = NodeTangent;
        pullback::owned_differentiable!();
        type Shape = ();
        fn shape(&self) {}
        fn zero_tangent(&self) -> NodeTangent {
            NodeTangent { value: self.value.zero_tangent(), next: self.next.zero_tangent() }
        }
        fn finish(&self, tangent: &mut NodeTangent) {
            self.next.finish(&mut tangent.next);
        }
    }
    let list = Node { value: 1.0, next: Some(Box::new(Node { value: 2.0, next: None })) };
    let mut tangent = NodeTangent::zero();
    assert_eq!(tangent.next, None);
    list.finish(&mut tangent);
    assert_eq!(tangent, list.zero_tangent());
    assert_eq!(tangent.next.as_ref().map(|n| n.value), Some(0.0));
    laws(&list, NodeTangent { value: 1.0, next: Some(Box::new(NodeTangent { value: 2.0, next: None })) });
}

#[test]
fn inert_types_have_no_tangent() {
    fn inert<T: Differentiable<Tangent = ()> + ?Sized>(_: &T) {}
    inert(&(0..3_usize));
    inert(&(0..=3_u32));
    inert(&(..));
    inert(&PhantomData::<Vec<f64>>);
    inert("text");
    inert(&std::cmp::Ordering::Less);
    assert_eq!(vec![1_usize, 2].zero_tangent(), [(), ()]);
}

/// Writes down each run.
#[derive(Default)]
struct Runs(Vec<(Vec<f64>, Vec<f64>)>);

impl Visitor for Runs {
    fn f32(&mut self, value: &mut [f32], tangent: &[f32]) {
        let widen = |run: &[f32]| run.iter().map(|x| f64::from(*x)).collect();
        self.0.push((widen(value), widen(tangent)));
    }
    fn f64(&mut self, value: &mut [f64], tangent: &[f64]) {
        self.0.push((value.to_vec(), tangent.to_vec()));
    }
}

fn runs<T: Parameters>(mut x: T, tangent: Option<&T::Tangent>) -> Vec<(Vec<f64>, Vec<f64>)> {
    let mut runs = Runs::default();
    x.visit(tangent, &mut runs);
    runs.0
}

#[test]
fn parameters_are_visited_in_runs() {
    let full = vec![3.0, 4.0, 5.0];
    assert_eq!(runs(vec![0.0, 1.0, 2.0], Some(&full)), [(vec![0.0, 1.0, 2.0], full.clone())]);
    assert_eq!(runs(vec![0.0, 1.0, 2.0], Some(&vec![7.0])), [(vec![0.0, 1.0, 2.0], vec![7.0, 0.0, 0.0])], "missing entries are zero");
    assert_eq!(runs(vec![0.0, 1.0], Some(&vec![])), [(vec![0.0, 1.0], vec![])]);
    assert_eq!(runs([1.0_f32, 2.0], None), [(vec![1.0, 2.0], vec![])]);
    let nested = (vec![[1.0, 2.0], [3.0, 4.0]], 5_usize, Some(Box::new(6.0)), None::<f64>, Ok::<_, ()>(7.0));
    let tangent = (vec![[0.1, 0.2]], (), Some(Box::new(0.6)), None, None);
    let expected = [(vec![1.0, 2.0], vec![0.1, 0.2]), (vec![3.0, 4.0], vec![]), (vec![6.0], vec![0.6]), (vec![7.0], vec![])];
    assert_eq!(runs(nested, Some(&tangent)), expected);
    let m = DMatrix::from_element(1, 2, 1.0);
    assert_eq!(runs(m.clone(), Some(&(2.0 * &m))), [(vec![1.0, 1.0], vec![2.0, 2.0])]);
    assert_eq!(runs(m, Some(&DMatrix::zero())), [(vec![1.0, 1.0], vec![])]);
}
