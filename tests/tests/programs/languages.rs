//! Expressions, trees and transforms.
//!
//! Input: functions of a slice. Output: tests of every mode.

use pullback::prelude::*;
use pullback_tests::{of_scalars, of_slices};

mod expr_tree {
    use super::*;
    #[derive(Clone, Debug, Differentiable)]
    enum Expr {
        Num(f64),
        Var(usize),
        Neg(Box<Expr>),
        Bin(#[constant] char, Box<Expr>, Box<Expr>),
        Call(#[constant] &'static str, Box<Expr>),
    }
    #[differentiable]
    fn eval(e: &Expr, env: &[f64]) -> f64 {
        match e {
            Expr::Num(v) => *v,
            Expr::Var(i) => env[*i],
            Expr::Neg(e) => -eval(e, env),
            Expr::Bin(op, a, b) => {
                let (a, b) = (eval(a, env), eval(b, env));
                match op {
                    '+' => a + b,
                    '-' => a - b,
                    '*' => a * b,
                    '/' => a / b,
                    '^' => a.powf(b),
                    _ => unreachable!("operator {op}"),
                }
            }
            Expr::Call("sin", a) => eval(a, env).sin(),
            Expr::Call("exp", a) => eval(a, env).exp(),
            Expr::Call(name, _) => panic!("unknown function {name}"),
        }
    }
    fn bin(op: char, a: Expr, b: Expr) -> Expr {
        Expr::Bin(op, Box::new(a), Box::new(b))
    }
    fn sample() -> Expr {
        bin(
            '+',
            bin('*', Expr::Num(2.0), Expr::Call("sin", Box::new(Expr::Var(0)))),
            bin('^', Expr::Var(1), Expr::Neg(Box::new(Expr::Var(0)))),
        )
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let e = sample();
        eval(&e, x) * eval(&e, &[x[1], x[0]])
    }
    of_slices! { f at [[0.7, 1.3]]; }
}

mod shunting {
    use super::*;
    enum Tok {
        Num(f64),
        Var(usize),
        Op(char),
    }
    fn tokens(src: &str) -> Vec<Tok> {
        src.split_whitespace()
            .map(|t| match t.chars().next().unwrap() {
                c @ ('+' | '-' | '*' | '/') if t.len() == 1 => Tok::Op(c),
                'x' => Tok::Var(t[1..].parse().unwrap()),
                _ => Tok::Num(t.parse().unwrap()),
            })
            .collect()
    }
    #[differentiable]
    fn rpn(src: &str, vars: &[f64]) -> Option<f64> {
        let mut stack: Vec<f64> = Vec::new();
        for t in tokens(src) {
            match t {
                Tok::Num(v) => stack.push(v),
                Tok::Var(i) => stack.push(*vars.get(i)?),
                Tok::Op(op) => {
                    let b = stack.pop()?;
                    let a = stack.pop()?;
                    stack.push(match op {
                        '+' => a + b,
                        '-' => a - b,
                        '*' => a * b,
                        '/' => a / b,
                        _ => return None,
                    });
                }
            }
        }
        if stack.len() == 1 { stack.pop() } else { None }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        rpn("x0 x1 * 2 x0 / + x2 -", x).unwrap() + rpn("x0 x9 +", x).unwrap_or(0.5)
    }
    of_slices! { f at [[0.7, 1.3, 0.2]]; }
}

mod binary_tree {
    use super::*;
    #[derive(Clone, Default, Differentiable)]
    struct Tree {
        root: Option<Box<Node>>,
    }
    #[derive(Clone, Differentiable)]
    struct Node {
        key: f64,
        left: Option<Box<Node>>,
        right: Option<Box<Node>>,
    }
    #[differentiable]
    fn insert(node: Option<Box<Node>>, key: f64) -> Option<Box<Node>> {
        match node {
            None => Some(Box::new(Node { key, left: None, right: None })),
            Some(mut n) => {
                if key < n.key {
                    n.left = insert(n.left, key);
                } else {
                    n.right = insert(n.right, key);
                }
                Some(n)
            }
        }
    }
    #[differentiable]
    fn weighted(node: &Option<Box<Node>>, depth: f64) -> f64 {
        match node {
            Some(n) => n.key * depth + weighted(&n.left, depth * 0.5) + weighted(&n.right, depth * 2.0),
            None => 0.0,
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let mut t = Tree::default();
        for v in x {
            t.root = insert(t.root.take(), v * v);
        }
        weighted(&t.root, 1.0)
    }
    of_slices! { f at [[0.7, -1.3, 0.2, 0.9]]; }
}

mod fft_recursive {
    use super::*;
    type C = (f64, f64);
    #[differentiable]
    fn fft(a: &mut [C]) {
        let n = a.len();
        if n == 1 {
            return;
        }
        let mut even: Vec<C> = a.iter().step_by(2).copied().collect();
        let mut odd: Vec<C> = a.iter().skip(1).step_by(2).copied().collect();
        fft(&mut even);
        fft(&mut odd);
        for k in 0..n / 2 {
            let ang = -2.0 * std::f64::consts::PI * k as f64 / n as f64;
            let (s, c) = ang.sin_cos();
            let (re, im) = odd[k];
            let t = (re * c - im * s, re * s + im * c);
            a[k] = (even[k].0 + t.0, even[k].1 + t.1);
            a[k + n / 2] = (even[k].0 - t.0, even[k].1 - t.1);
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let mut a: Vec<C> = x.iter().map(|&v| (v, 0.0)).collect();
        fft(&mut a);
        a.iter().enumerate().map(|(k, (re, im))| (re * re + im * im).ln() * (k + 1) as f64).sum()
    }
    of_slices! { f at [[0.7, -1.3, 0.2, 0.9, 0.1, 0.4, -0.6, 0.3]]; }
}

mod fft_inplace {
    use super::*;
    #[differentiable]
    fn bit_reverse_fft(re: &mut [f64], im: &mut [f64]) {
        let n = re.len();
        let mut j = 0;
        for i in 1..n {
            let mut bit = n >> 1;
            while j & bit != 0 {
                j ^= bit;
                bit >>= 1;
            }
            j |= bit;
            if i < j {
                re.swap(i, j);
                im.swap(i, j);
            }
        }
        let mut len = 2;
        while len <= n {
            let w = -2.0 * std::f64::consts::PI / len as f64;
            for start in (0..n).step_by(len) {
                for k in 0..len / 2 {
                    let (c, s) = ((w * k as f64).cos(), (w * k as f64).sin());
                    let (i, j) = (start + k, start + k + len / 2);
                    let tr = re[j] * c - im[j] * s;
                    let ti = re[j] * s + im[j] * c;
                    re[j] = re[i] - tr;
                    im[j] = im[i] - ti;
                    re[i] += tr;
                    im[i] += ti;
                }
            }
            len <<= 1;
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let mut re = x.to_owned();
        let mut im = vec![0.0; x.len()];
        bit_reverse_fft(&mut re, &mut im);
        re.iter().zip(&im).zip(x).map(|((a, b), c)| a.hypot(*b) * c).sum()
    }
    of_slices! { f at [[0.7, -1.3, 0.2, 0.9, 0.1, 0.4, -0.6, 0.3]]; }
}

mod image_filter {
    use super::*;
    #[derive(Clone, Differentiable)]
    struct Image {
        w: usize,
        h: usize,
        px: Vec<f64>,
    }
    #[differentiable]
    impl Image {
        fn new(w: usize, h: usize, f: &[f64]) -> Image {
            Image { w, h, px: f.iter().copied().cycle().take(w * h).collect() }
        }
        fn get(&self, x: isize, y: isize) -> f64 {
            let cx = x.clamp(0, self.w as isize - 1) as usize;
            let cy = y.clamp(0, self.h as isize - 1) as usize;
            self.px[cy * self.w + cx]
        }
        fn convolve(&self, k: &[[f64; 3]; 3]) -> Image {
            let mut out = Image { w: self.w, h: self.h, px: vec![0.0; self.px.len()] };
            for y in 0..self.h as isize {
                for x in 0..self.w as isize {
                    let mut acc = 0.0;
                    for (dy, row) in k.iter().enumerate() {
                        for (dx, c) in row.iter().enumerate() {
                            acc += c * self.get(x + dx as isize - 1, y + dy as isize - 1);
                        }
                    }
                    out.px[y as usize * self.w + x as usize] = acc;
                }
            }
            out
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let img = Image::new(4, 3, x);
        let blur = [[0.05, 0.1, 0.05], [0.1, x[0], 0.1], [0.05, 0.1, 0.05]];
        let edges = img.convolve(&[[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]);
        let b = img.convolve(&blur);
        edges.px.iter().zip(b.px.iter()).map(|(e, b)| e * e + b).sum::<f64>()
    }
    of_slices! { f at [[0.7, -1.3, 0.2, 0.9, 0.1]]; }
}

mod soft_dtw {
    use super::*;
    #[differentiable]
    fn softmin3(a: f64, b: f64, c: f64, gamma: f64) -> f64 {
        let m = a.min(b).min(c);
        m - gamma * ((-(a - m) / gamma).exp() + (-(b - m) / gamma).exp() + (-(c - m) / gamma).exp()).ln()
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let (a, b) = x.split_at(3);
        let mut r = vec![vec![1e3; b.len() + 1]; a.len() + 1];
        r[0][0] = 0.0;
        for i in 1..=a.len() {
            for j in 1..=b.len() {
                let d = (a[i - 1] - b[j - 1]).powi(2);
                r[i][j] = d + softmin3(r[i - 1][j], r[i][j - 1], r[i - 1][j - 1], 0.1);
            }
        }
        r[a.len()][b.len()]
    }
    of_slices! { f at [[0.7, -1.3, 0.2, 0.9, 0.1, -0.5]]; }
}
