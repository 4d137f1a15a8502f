//! Printing, as PyTorch does it.
//!
//! Input: a tensor. Output: nested brackets, columns aligned. Invariant: integers print as `1.`, other entries with four decimals, and large
//! or small ranges in scientific notation; of more than a thousand entries the first and last three of each dimension are shown.

use super::Tensor;
use crate::real::Real;
use std::fmt;

const EDGE: usize = 3;
const WHOLE: usize = 1000;

/// How the entries print.
#[derive(Clone, Copy)]
enum Style {
    Integer,
    Fixed,
    Scientific,
}

impl Style {
    fn of<T: Real>(entries: &[T]) -> Style {
        let finite: Vec<f64> = entries.iter().map(|v| v.to_f64().abs()).filter(|v| v.is_finite() && *v != 0.0).collect();
        let (least, most) = finite.iter().fold((f64::INFINITY, 0.0_f64), |(a, b), v| (a.min(*v), b.max(*v)));
        if finite.is_empty() || finite.iter().all(|v| v.fract() == 0.0) {
            if most >= 1e8 { Style::Scientific } else { Style::Integer }
        } else if most / least > 1000.0 || most >= 1e8 || least < 1e-4 {
            Style::Scientific
        } else {
            Style::Fixed
        }
    }

    fn text<T: Real>(self, v: T) -> String {
        match self {
            _ if v.is_nan() => "nan".to_owned(),
            _ if !v.is_finite() => if v > T::ZERO { "inf" } else { "-inf" }.to_owned(),
            Style::Integer => format!("{v:.0}."),
            Style::Fixed => format!("{v:.4}"),
            Style::Scientific => {
                let text = format!("{v:.4e}");
                let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
                let exponent: i32 = exponent.parse().unwrap_or(0);
                format!("{mantissa}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
            }
        }
    }
}

/// The indices that are shown of a dimension; `None` stands for an ellipsis.
fn shown(n: usize, all: bool) -> Vec<Option<usize>> {
    if all || n <= 2 * EDGE {
        return (0..n).map(Some).collect();
    }
    (0..EDGE).map(Some).chain([None]).chain((n - EDGE..n).map(Some)).collect()
}

struct Printer<'a, T: Real> {
    tensor: &'a Tensor<T>,
    style: Style,
    width: usize,
    all: bool,
}

impl<T: Real> Printer<'_, T> {
    fn write(&self, f: &mut fmt::Formatter<'_>, depth: usize, at: usize) -> fmt::Result {
        let dims = self.tensor.dims();
        if depth == dims.len() {
            return write!(f, "{:>1$}", self.style.text(self.tensor.as_slice()[at]), self.width);
        }
        let inner: usize = dims[depth + 1..].iter().product();
        let last = depth + 1 == dims.len();
        f.write_str("[")?;
        for (k, index) in shown(dims[depth], self.all).into_iter().enumerate() {
            if k > 0 {
                let lines = if last { String::new() } else { "\n".repeat(dims.len() - depth - 1) + &" ".repeat(8 + depth) };
                write!(f, ",{}", if last { " " } else { &lines })?;
            }
            match index {
                Some(i) => self.write(f, depth + 1, at + i * inner)?,
                None => f.write_str("...")?,
            }
        }
        f.write_str("]")
    }
}

impl<T: Real> fmt::Display for Tensor<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.data.is_none() {
            return f.write_str("tensor(0)");
        }
        let all = self.numel() <= WHOLE;
        let style = Style::of(self.as_slice());
        let visible = self.as_slice().iter().take(if all { usize::MAX } else { WHOLE });
        let width = if self.ndim() == 0 { 0 } else { visible.map(|v| style.text(*v).len()).max().unwrap_or(0) };
        f.write_str("tensor(")?;
        Printer { tensor: self, style, width, all }.write(f, 0, 0)?;
        if self.numel() == 0 && self.ndim() > 1 {
            write!(f, ", size={:?}", self.shape())?;
        }
        f.write_str(")")
    }
}

impl<T: Real> fmt::Debug for Tensor<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
