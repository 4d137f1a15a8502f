//! Crates to be built. Input: a size. Output: their text, with or without the attribute.
//! Invariant: ordinary functions, in each of which something differs. None has the name of a primitive type (`f32`).

use std::fmt::Write;

/// Whether the functions are annotated.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Attribute {
    Present,
    Absent,
}

/// A crate's text, with `@` where the attribute goes and `?` before what only annotated functions can be asked.
pub(super) struct Source(String);

impl Source {
    /// The text.
    pub(super) fn text(&self, attribute: Attribute) -> String {
        let (attribute, entry) = match attribute {
            Attribute::Present => ("#[differentiable]", "::value_and_grad"),
            Attribute::Absent => ("", ""),
        };
        format!("#![allow(dead_code, unused_imports)]\nuse pullback::prelude::*;\n{}", self.0.replace('@', attribute).replace('?', entry))
    }
}

/// What is built, with its name.
pub(super) fn all() -> [(&'static str, Source); 3] {
    [
        ("200 functions of 20 lines", functions(200)),
        ("one function of 1,000 lines", long_function(50)),
        ("a call chain 300 deep", chain(300)),
    ]
}

/// Independent functions of twenty lines.
pub(super) fn functions(count: usize) -> Source {
    let mut text = String::new();
    for i in 0..count {
        let _ = writeln!(text, "@\npub fn part{i}(x: f64, y: f64, w: &[f64]) -> f64 {{\n{}    p * y - x\n}}", block(i));
    }
    Source(text)
}

/// One function of `blocks` blocks of twenty lines.
fn long_function(blocks: usize) -> Source {
    let mut text = String::from("@\npub fn long(x: f64, y: f64, w: &[f64]) -> f64 {\n");
    for i in 0..blocks {
        text.push_str(&block(i));
        text.push_str("    let x = p * 0.5 + x * 0.1;\n");
    }
    text.push_str("    x * y\n}\n");
    Source(text)
}

/// Eighteen lines that make `p` of `x`, `y` and `w`.
fn block(i: usize) -> String {
    format!(
        "    let a = x * y + {i}.5;
    let b = a.sin() * (x * 0.1).exp();
    let c = (b * b + 1.0).sqrt();
    let mut s = c / (1.0 + y * y);
    for v in w {{
        s += v * a;
    }}
    if s > {i}.0 {{
        s = (1.0 + s * s).ln();
    }} else {{
        s = s * 0.5 + b;
    }}
    let mut q = [s, a, b];
    for k in 0..3 {{
        q[k] = q[k] * x + s.tanh();
    }}
    let e = q[0] * q[1] + q[2];
    let p = (e * 0.01).cos() + c * 0.25;
"
    )
}

/// Functions of five lines, each of which calls the one before, and one that asks the last for its gradient.
fn chain(depth: usize) -> Source {
    let mut text = String::from("@\npub fn g0(x: f64, y: f64) -> f64 {\n    let a = x * y;\n    a.sin() + y\n}\n");
    for i in 1..depth {
        let before = i - 1;
        let _ = write!(
            text,
            "@\npub fn g{i}(x: f64, y: f64) -> f64 {{\n    let a = x * y + {i}.0;\n    let b = g{before}(a.cos(), y);\n    b * x + a\n}}\n"
        );
    }
    let last = depth - 1;
    let _ = write!(text, "pub fn ask(x: f64, y: f64) {{\n    std::hint::black_box(g{last}?(x, y));\n}}\n");
    Source(text)
}
