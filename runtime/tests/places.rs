//! Places of every container: keys, cotangents and tangents of elements, ranges, entries, fields and pointees.
//!
//! Input: a container and an index. Output: passes or panics. Invariant: the calls are written as the generated code writes them, so that
//! their types must infer.

use nalgebra::{DMatrix, DVector, Matrix2, Matrix2x3, Vector3};
use pullback::place::{
    Coordinates, Elements, IndexBar, IndexDot, IndexKey, Part, Star, StarBar, StarDot, ok_bar, owned, some_bar, some_dot,
};
use pullback::rule::{witness, zero};
use std::rc::Rc;

/// `x[index]`'s cotangent += 1 into a fresh cotangent; then the tangent read at the same index.
macro_rules! round_trip {
    ($x:expr, $index:expr) => {{
        let x = $x;
        let shape = witness(&x);
        let key = IndexKey::key(&x, $index);
        let mut x_bar = zero(&shape);
        pullback::call::prepare(&x, &mut x_bar);
        *IndexBar::at(&mut x_bar, Clone::clone(&key)) += 1.0;
        assert_eq!(IndexDot::get(&x_bar, key), 1.0);
        x_bar
    }};
}

#[test]
fn elements_of_every_container() {
    let v = vec![1.0, 2.0, 3.0];
    let mut borrowed = v.clone();
    assert_eq!(round_trip!(v.clone(), 1), [0.0, 1.0, 0.0]);
    assert_eq!(round_trip!(&v, 1), [0.0, 1.0, 0.0]);
    assert_eq!(round_trip!(&mut borrowed, 1), [0.0, 1.0, 0.0]);
    assert_eq!(round_trip!(&v[..], 1), [0.0, 1.0, 0.0]);
    assert_eq!(round_trip!(&mut borrowed[..], 1), [0.0, 1.0, 0.0]);
    assert_eq!(round_trip!([1.0, 2.0], 1), [0.0, 1.0]);
    assert_eq!(round_trip!(&[1.0, 2.0], 0), [1.0, 0.0]);
    assert_eq!(*round_trip!(v.clone().into_boxed_slice(), 2), [0.0, 0.0, 1.0]);
    assert_eq!(*round_trip!(Rc::new(v.clone()), 2), [0.0, 0.0, 1.0]);
    assert_eq!(round_trip!(Matrix2x3::<f64>::zeros(), (1, 2))[(1, 2)], 1.0);
    assert_eq!(round_trip!(&Vector3::<f64>::zeros(), 2), Vector3::new(0.0, 0.0, 1.0));
    assert_eq!(round_trip!(DMatrix::<f64>::zeros(2, 3), (1, 2))[(1, 2)], 1.0);
    assert_eq!(round_trip!(&DMatrix::<f64>::zeros(2, 3), 3), DMatrix::from_row_slice(2, 3, &[0.0, 0.0, 0.0, 0.0, 1.0, 0.0]));
    assert_eq!(round_trip!(&DVector::<f64>::zeros(2), 0), DVector::from_vec(vec![1.0, 0.0]));
}

#[test]
fn ranges_of_every_kind() {
    let x = [1.0, 2.0, 3.0, 4.0];
    macro_rules! part {
        ($index:expr => $start:literal, $end:literal) => {{
            let key = IndexKey::key(&&x[..], $index);
            assert_eq!(key, Part { start: $start, end: $end });
            let mut bar = Vec::<f64>::new();
            for b in IndexBar::at(&mut bar, key) {
                *b += 1.0;
            }
            let expected: Vec<f64> = (0..$end).map(|k| if k >= $start { 1.0 } else { 0.0 }).collect();
            assert_eq!(bar, expected);
            assert_eq!(IndexDot::get(&bar, key), vec![1.0; $end - $start]);
        }};
    }
    part!(1..3 => 1, 3);
    part!(1..=2 => 1, 3);
    part!(1.. => 1, 4);
    part!(..3 => 0, 3);
    part!(..=2 => 0, 3);
    part!(.. => 0, 4);
    let mut array = [0.0; 4];
    let key = IndexKey::key(&array, 2..);
    IndexBar::at(&mut array, key).fill(1.0);
    assert_eq!(array, [0.0, 0.0, 1.0, 1.0]);
    IndexBar::at(&mut array[..], Part { start: 0, end: 1 }).fill(2.0);
    assert_eq!(array, [2.0, 0.0, 1.0, 1.0]);
}

#[test]
fn nested_containers() {
    let x = vec![vec![1.0, 2.0], vec![3.0]];
    let shape = witness(&x);
    let (outer, inner) = (IndexKey::key(&x, 1), IndexKey::key(&x[1], 0));
    let mut x_bar = zero(&shape);
    *IndexBar::at(&mut (*IndexBar::at(&mut x_bar, outer)), inner) += 2.0;
    assert_eq!(x_bar, [vec![], vec![2.0]]);
    assert_eq!(IndexDot::get(&IndexDot::get(&x_bar, outer), inner), 2.0);
    let read = |i, j| owned(IndexDot::peek(&x_bar, i).and_then(|d| IndexDot::peek(d, j)));
    assert_eq!([read(1, 0), read(1, 1), read(0, 0), read(7, 0)], [2.0, 0.0, 0.0, 0.0]);
    let y = [[1.0; 3]; 2];
    let mut y_bar = zero(&witness(&y));
    let slice = &mut y_bar[..];
    *IndexBar::at(&mut (*IndexBar::at(&mut (*slice), IndexKey::key(&y, 1))), IndexKey::key(&y[1], 2)) += 1.0;
    assert_eq!(y_bar, [[0.0; 3], [0.0, 0.0, 1.0]]);
    let part = IndexKey::key(&x, 0..1);
    *IndexBar::at(&mut (*IndexBar::at(&mut (*IndexBar::at(&mut x_bar, part)), 0)), 1) += 5.0;
    assert_eq!(x_bar, [vec![0.0, 5.0], vec![2.0]]);
}

#[test]
fn a_key_out_of_range_is_left_to_the_primal() {
    let x = [1.0, 2.0];
    let key = IndexKey::key(&x, 5);
    assert_eq!(IndexDot::get(&x, key), 0.0);
    assert_eq!(IndexDot::get(&x, IndexKey::key(&x, 1..7)), [2.0]);
    assert_eq!(IndexDot::get(&x, IndexKey::key(&x, 3..7)), [0.0; 0]);
    #[allow(clippy::reversed_empty_ranges, reason = "what the primal would refuse")]
    let reversed = IndexKey::key(&x, 2..1);
    assert_eq!(IndexDot::get(&x, reversed), [0.0; 0]);
    let _ = IndexKey::key(&x, 0..=usize::MAX);
    let m = DMatrix::<f64>::zeros(2, 2);
    assert_eq!(IndexDot::get(&m, IndexKey::key(&m, (usize::MAX, usize::MAX))), 0.0);
}

#[test]
fn tangents_that_are_too_short_are_zero() {
    assert_eq!(IndexDot::get(&Vec::<f64>::new(), 3), 0.0);
    assert_eq!(IndexDot::get(&vec![1.0, 2.0], Part { start: 1, end: 4 }), [2.0]);
    let m = DMatrix::<f64>::zeros(2, 3);
    let key = IndexKey::key(&m, (0, 1));
    assert_eq!(IndexDot::get(&zero(&witness(&m)), key), 0.0);
}

#[test]
fn coordinates() {
    let mut bar = Vector3::<f64>::zeros();
    *bar.y_bar() += 2.0;
    assert_eq!((bar.x_dot(), bar.y_dot(), bar.z_dot()), (0.0, 2.0, 0.0));
    let mut bar = Matrix2::<f64>::zeros();
    *bar.m12_bar() += 3.0;
    assert_eq!(bar, Matrix2::new(0.0, 3.0, 0.0, 0.0));
    assert_eq!(bar.m12_dot(), 3.0);
    *IndexBar::at(&mut bar, (1, 0)) += 1.0;
    *IndexBar::at(&mut bar, 3) += 4.0;
    assert_eq!(bar, Matrix2::new(0.0, 3.0, 1.0, 4.0));
}

#[test]
fn pointees() {
    let (boxed, reference) = (Box::new(1.0), &2.0);
    let mut bar = zero(&witness(&boxed));
    *StarBar::inside(&mut bar, Star::star(&boxed)) += 3.0;
    assert_eq!(*bar, 3.0);
    assert_eq!(StarDot::inside(&bar, Star::star(&boxed)), 3.0);
    let mut bar = zero(&witness(&reference));
    *StarBar::inside(&mut bar, Star::star(&reference)) += 4.0;
    assert_eq!(bar, 4.0);
    assert_eq!(StarDot::inside(&bar, Star::star(&reference)), 4.0);
}

#[test]
fn cases() {
    let mut bar = zero(&witness(&Some(1.0)));
    assert_eq!(some_dot(&bar), 0.0);
    *some_bar(&mut bar) += 2.0;
    assert_eq!((bar, some_dot(&bar)), (Some(2.0), 2.0));
    let mut bar = zero(&witness(&Ok::<f64, String>(1.0)));
    *ok_bar(&mut bar) += 1.0;
    assert_eq!(bar, Some(1.0));
}

#[test]
fn counts() {
    assert_eq!([1.0, 2.0][..].count_of(), 2);
    assert_eq!([0.0; 3].count_of() + vec![0.0].count_of() + DMatrix::<f64>::zeros(2, 2).count_of(), 8);
}
