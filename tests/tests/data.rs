//! The corpus: data that users declare. Recursive types, pointers, newtypes, generic structs, enums, references in structs, containers of containers.
#![allow(missing_docs, clippy::all, reason = "the corpus is written to be differentiated")]

use pullback::prelude::*;
use pullback_tests::{close, difference, of_scalars, of_slices};
use std::marker::PhantomData;
use std::num::NonZeroUsize;
use std::rc::Rc;
use std::sync::Arc;

/// An expression tree, evaluated by a method that calls itself.
#[derive(Clone, Debug, Differentiable)]
enum Term {
    Const(f64),
    Add(Box<Term>, Box<Term>),
    Mul(Box<Term>, Box<Term>),
    Sin(Box<Term>),
}

#[differentiable]
impl Term {
    fn eval(&self, k: f64) -> f64 {
        match self {
            Term::Const(c) => *c * k,
            Term::Add(a, b) => a.eval(k) + b.eval(k),
            Term::Mul(a, b) => a.eval(k) * b.eval(k),
            Term::Sin(a) => a.eval(k).sin(),
        }
    }
}

#[differentiable]
fn evaluated(x: f64) -> f64 {
    let sum = Term::Add(Box::new(Term::Const(2.0)), Box::new(Term::Const(x * x)));
    let e = Term::Mul(Box::new(Term::Const(x)), Box::new(Term::Sin(Box::new(sum))));
    e.eval(x)
}

#[differentiable]
fn weighted(t: &Term) -> f64 {
    match t {
        Term::Const(v) => *v * *v,
        Term::Add(l, r) => weighted(&*l) + 2.0 * weighted(&**r),
        Term::Mul(l, r) => weighted(l) * weighted(r),
        Term::Sin(a) => match &**a {
            Term::Const(v) => v.sin(),
            other => weighted(other),
        },
    }
}

#[differentiable]
fn weighted_tree(x: f64) -> f64 {
    let leaf = Box::new(Term::Const(x));
    let t = Term::Add(Box::new(Term::Sin(leaf)), Box::new(Term::Mul(Box::new(Term::Const(x * x)), Box::new(Term::Const(3.0 * x)))));
    weighted(&t)
}

/// The gradient of a tree is a tree.
#[test]
fn gradient_of_a_tree() {
    let t = Term::Mul(Box::new(Term::Const(0.5)), Box::new(Term::Add(Box::new(Term::Const(0.7)), Box::new(Term::Const(1.1)))));
    let TermTangent::Mul(product) = weighted::grad(&t) else { panic!("of another variant") };
    let (TermTangent::Const(first), TermTangent::Add(sum)) = (&*product.0, &*product.1) else { panic!("of another variant") };
    let TermTangent::Const(last) = &*sum.1 else { panic!("of another variant") };
    close("first", first.0, 2.0 * 0.5 * (0.49 + 2.0 * 1.21), 1e-12);
    close("last", last.0, 0.25 * 2.0 * 2.0 * 1.1, 1e-12);
}

/// A linked list.
#[derive(Clone, Debug, Differentiable)]
struct Node {
    v: f64,
    next: Option<Box<Node>>,
}

#[differentiable]
fn total(n: &Node) -> f64 {
    let mut s = n.v * n.v;
    if let Some(next) = &n.next {
        s += total(next) * 2.0;
    }
    s
}

#[differentiable]
fn of_list(x: f64) -> f64 {
    let n = Node { v: x, next: Some(Box::new(Node { v: x * x, next: None })) };
    total(&n) + n.v
}

#[differentiable]
fn boxes(x: f64) -> f64 {
    let mut b = Box::new(x * x);
    let c: Box<f64> = Box::new(*b + x);
    *b += x;
    *b *= *b;
    let pair = Box::new((x, *c));
    *b * *c + pair.0 * pair.1
}

#[differentiable]
fn unboxed(b: Box<f64>, c: &Box<f64>) -> f64 {
    *b * 2.0 * **c
}

#[differentiable]
fn boxes_lent(x: f64) -> f64 {
    unboxed(Box::new(x), &Box::new(x * x))
}

#[differentiable]
fn of_boxed_slice(b: Box<[f64]>) -> f64 {
    let mut s = 0.0;
    for v in b.iter() {
        s += v * v;
    }
    s * b[0]
}

#[differentiable]
fn boxed_slices(x: &[f64]) -> f64 {
    let b: Box<[f64]> = x.to_vec().into_boxed_slice();
    of_boxed_slice(b)
}

#[differentiable]
fn shared(x: f64) -> f64 {
    let r = Rc::new(x * x);
    let s = r.clone();
    let t = Rc::clone(&r);
    let a = Arc::new(vec![x, *t]);
    *r * *s + *t + a[1] * a[0] + of_arc(&a)
}

#[differentiable]
fn of_arc(x: &Arc<Vec<f64>>) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i] * x[i];
    }
    s
}

/// A newtype, a unit struct, a struct with a const parameter, an alias.
#[derive(Clone, Copy, Debug, Differentiable)]
struct Metres(f64);

#[differentiable]
impl Metres {
    fn get(self) -> f64 {
        self.0
    }
    fn doubled(self) -> Metres {
        Metres(self.0 * 2.0)
    }
}

#[derive(Clone, Copy, Debug, Differentiable)]
struct Gravity;

#[differentiable]
impl Gravity {
    fn of(&self, x: f64) -> f64 {
        9.81 * x * x
    }
}

#[derive(Clone, Debug, Differentiable)]
struct Poly<const N: usize> {
    c: [f64; N],
}

#[differentiable]
impl<const N: usize> Poly<N> {
    fn eval(&self, x: f64) -> f64 {
        let mut s = 0.0;
        for i in (0..N).rev() {
            s = s * x + self.c[i];
        }
        s
    }
}

type Number = f64;
type Point = [Number; 3];
type Rows = Vec<Point>;

#[differentiable]
fn small_types(x: Number) -> Number {
    let m = Metres(x);
    let Metres(v) = m.doubled();
    let g = Gravity;
    let p = Poly { c: [x, 2.0 * x, x * x] };
    let q = Poly::<2> { c: [x, 1.0] };
    let point: Point = [x, x * x, 1.0];
    let rows: Rows = vec![point, point];
    v * m.get() * m.0 + g.of(x) + Gravity.of(v) + p.eval(x) * q.eval(x) + rows[0][0] * rows[1][1]
}

/// Generic structs, whose tangents ask nothing of the parameter.
#[derive(Clone, Copy, Debug, Differentiable)]
struct Pair<T> {
    a: T,
    b: T,
}

#[derive(Clone, Copy, Debug, Differentiable)]
struct Tagged<U> {
    v: f64,
    unit: PhantomData<U>,
}

#[differentiable]
impl<U> Tagged<U> {
    fn new(v: f64) -> Self {
        Tagged { v, unit: PhantomData }
    }
    fn squared(&self) -> f64 {
        self.v * self.v
    }
}

#[derive(Clone, Copy, Debug)]
struct Kelvin;

#[derive(Clone, Debug, Differentiable)]
enum Either<L, R> {
    Left(L),
    Right { value: R },
}

#[differentiable]
fn product<T: Real>(p: &Pair<T>) -> T {
    p.a * p.b
}

#[differentiable]
fn either(e: &Either<f64, [f64; 2]>) -> f64 {
    match e {
        Either::Left(l) => l * l,
        Either::Right { value } => value[0] * value[1],
    }
}

#[differentiable]
fn generic_structs(x: f64) -> f64 {
    let p = Pair { a: x, b: x * x };
    let nested = Pair { a: p, b: p };
    let t = Tagged::<Kelvin>::new(x);
    let e = [Either::Left(x), Either::Right { value: [x, x * x] }];
    nested.a.a * nested.b.b + p.a + product(&p) + t.squared() * t.v + either(&e[0]) * either(&e[1])
}

/// Fields that carry no gradient, of types with methods of their own.
#[derive(Clone, Debug, Differentiable)]
struct Named {
    name: String,
    v: f64,
    tags: Vec<String>,
    on: bool,
    id: Option<u32>,
    n: NonZeroUsize,
    #[constant]
    table: Vec<f64>,
}

#[differentiable]
fn constant_fields(x: f64) -> f64 {
    let n = Named {
        name: "a".to_string(),
        v: x * x,
        tags: vec![],
        on: true,
        id: Some(3),
        n: NonZeroUsize::new(2).unwrap(),
        table: vec![2.0, 3.0],
    };
    let scale = n.n.get() as f64 + n.id.unwrap_or(0) as f64;
    if n.name.starts_with("a") && n.on && n.tags.is_empty() { n.v * scale * n.table[1] } else { 0.0 }
}

#[derive(Clone, Debug, Differentiable)]
enum Shape {
    Circle { r: f64 },
    Rect { w: f64, h: f64 },
    Unit,
}

#[differentiable]
impl Shape {
    fn area(&self) -> f64 {
        match self {
            Shape::Circle { r } => 3.14 * r * r,
            Shape::Rect { w, h } => w * h,
            Shape::Unit => 1.0,
        }
    }
    fn girth(&self) -> f64 {
        match *self {
            Self::Circle { r } => 6.28 * r,
            Self::Rect { w, h: height } => 2.0 * (w + height),
            Self::Unit => 4.0,
        }
    }
}

#[differentiable]
fn shapes(x: f64) -> f64 {
    let all = [Shape::Circle { r: x }, Shape::Rect { w: x, h: x * x }, Shape::Unit];
    let mut t = 0.0;
    for a in all.iter() {
        t += a.area() * a.girth();
    }
    t
}

/// References in a struct: the tangent owns what it is of.
#[derive(Clone, Copy, Differentiable)]
struct View<'a> {
    x: &'a [f64],
    k: f64,
}

#[differentiable]
fn energy<'a>(v: View<'a>) -> f64 {
    let mut s = 0.0;
    for i in 0..v.x.len() {
        s += v.x[i] * v.x[i];
    }
    s * v.k
}

#[test]
fn references_in_a_struct() {
    let g = energy::grad(View { x: &[1.0, 2.0], k: 3.0 });
    assert_eq!((g.x, g.k), (vec![6.0, 12.0], 5.0));
}

/// Errors are values without a gradient.
#[differentiable]
fn root(x: f64) -> Result<f64, String> {
    if x < 0.0 {
        return Err(format!("no root of {x}"));
    }
    Ok(x.sqrt())
}

#[differentiable]
fn roots(x: f64) -> f64 {
    let a = root(x).unwrap() + root(x - 10.0).unwrap_or(2.0) * x;
    a + match root(a) {
        Ok(v) => v * x,
        Err(_) => x,
    }
}

#[differentiable]
fn of_option(x: Option<Vec<f64>>) -> f64 {
    match x {
        Some(v) => v[0] * v[1],
        None => 0.5,
    }
}

/// Containers of containers.
#[differentiable]
fn containers(x: f64) -> f64 {
    let t = ((x, x * x), (1.0, (x, [x; 2])));
    let ((a, b), (c, (d, e))) = t;
    let mut sum = a * b + c * d + e[1] + t.1.1.0 * t.0.1;
    let points = vec![[x, 1.0, x * x], [2.0, x, x]];
    for q in &points {
        sum += q[0] * q[1] + q[2];
    }
    let tagged: Vec<(f64, usize)> = vec![(x, 1), (x * x, 2)];
    for (v, n) in &tagged {
        sum += v * *n as f64;
    }
    let mut m = [[0.0; 3]; 3];
    for i in 0..3 {
        for j in 0..3 {
            m[i][j] = if i == j { x } else { x * x * (i + j) as f64 };
        }
    }
    sum += m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]);
    let mut ragged: Vec<Vec<f64>> = Vec::new();
    for i in 0..4 {
        let mut r = Vec::new();
        for j in 0..i {
            r.push(x * (j + 1) as f64);
        }
        ragged.push(r);
    }
    for r in &ragged {
        for v in r {
            sum += v * v;
        }
    }
    sum + ragged[3][1] + of_option(Some(vec![x, x * x])) + of_option(None) * x
}

/// Names that are keywords.
#[derive(Clone, Copy, Debug, Differentiable)]
struct Raw {
    r#type: f64,
    r#fn: f64,
}

#[differentiable]
fn r#match(r#in: f64) -> f64 {
    let r#let = r#in * r#in;
    r#let * 2.0
}

#[differentiable]
fn raw_names(r#type: f64) -> f64 {
    let s = Raw { r#type, r#fn: 2.0 * r#type };
    s.r#type * s.r#fn + r#match(r#type)
}

of_scalars! {
    evaluated at [0.3, 0.7, -1.2];
    weighted_tree at [0.3, 0.7, -1.2];
    of_list at [0.3, 0.7];
    boxes at [0.3, 0.7];
    boxes_lent at [0.3, 0.7];
    shared at [0.3, 0.7];
    small_types at [0.3, 0.7];
    generic_structs at [0.3, 0.7];
    constant_fields at [0.3, 0.7];
    shapes at [0.3, 0.7];
    roots at [0.3, 0.7];
    containers at [0.3, 0.7];
    raw_names at [0.3, 0.7];
}
of_slices! {
    boxed_slices at [[0.3, 0.7, 1.1]];
}

/// Both precisions through one struct.
#[test]
fn generic_in_both_precisions() {
    let g = product::grad(&Pair { a: 2.0_f32, b: 3.0 });
    assert_eq!((g.a, g.b), (3.0, 2.0));
    let d = difference(|a| product(&Pair { a, b: 3.0 }), 2.0);
    close("double", product::grad(&Pair { a: 2.0, b: 3.0 }).a, d, 1e-6);
}
