//! Printing, as PyTorch does it.
//!
//! Input: a tensor. Output: nested brackets, columns aligned, lines of up to 80 characters. Invariant: whole numbers print as `1.`, others
//! with four decimals, and wide ranges in scientific notation; of more than a thousand entries the first and last three of each dimension
//! are shown, and they alone decide on the notation. The rules are those of `torch/_tensor_str.py`.

use super::Tensor;
use super::dims::Dims;
use crate::real::Real;
use std::fmt;

const EDGE: usize = 3;
const WHOLE: usize = 1000;
const LINE: usize = 80;

/// How the entries print.
#[derive(Clone, Copy)]
enum Style {
    Whole,
    Fixed,
    Scientific,
}

impl Style {
    /// The notation of these entries: finite ones, and none of them zero.
    fn of<T: Real>(entries: &[T]) -> Style {
        let sizes = || entries.iter().map(|v| v.to_f64().abs());
        let (least, most) = sizes().fold((f64::INFINITY, 0.0_f64), |(a, b), v| (a.min(v), b.max(v)));
        let (whole, wide) = (sizes().all(|v| v.fract() == 0.0), most / least > 1000.0 || most > 1e8);
        match whole {
            _ if entries.is_empty() => Style::Whole,
            _ if wide => Style::Scientific,
            true => Style::Whole,
            false if least < 1e-4 => Style::Scientific,
            false => Style::Fixed,
        }
    }

    fn text<T: Real>(self, v: T) -> String {
        match self {
            _ if v.is_nan() => "nan".to_owned(),
            _ if !v.is_finite() => if v > T::ZERO { "inf" } else { "-inf" }.to_owned(),
            Style::Whole => format!("{v:.0}."),
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
fn shown(n: usize, all: bool) -> impl Iterator<Item = Option<usize>> {
    let cut = !all && n > 2 * EDGE;
    let head = if cut { EDGE } else { n };
    (0..head).map(Some).chain(cut.then_some(None)).chain((n - if cut { EDGE } else { 0 }..n).map(Some))
}

/// The entries that are shown, but for zeros, infinities and NaN.
fn typical<T: Real>(entries: &[T], dims: &[usize], all: bool, out: &mut Vec<T>) {
    let Some((&n, rest)) = dims.split_first() else {
        out.extend(entries.iter().filter(|v| v.is_finite() && **v != T::ZERO));
        return;
    };
    let size: usize = rest.iter().product();
    shown(n, all).flatten().for_each(|k| typical(&entries[k * size..(k + 1) * size], rest, all, out));
}

struct Printer {
    style: Style,
    width: usize,
    all: bool,
}

impl Printer {
    fn of<T: Real>(tensor: &Tensor<T>) -> Self {
        let (all, mut entries) = (tensor.numel() <= WHOLE, Vec::new());
        typical(tensor.as_slice(), tensor.shape(), all, &mut entries);
        let style = Style::of(&entries);
        Printer { style, width: entries.iter().map(|v| style.text(*v).len()).max().unwrap_or(1), all }
    }

    fn write<T: Real>(&self, f: &mut fmt::Formatter<'_>, entries: &[T], dims: &[usize], indent: usize) -> fmt::Result {
        let Some((&n, rest)) = dims.split_first() else {
            return write!(f, "{:>1$}", self.style.text(entries[0]), self.width);
        };
        let size: usize = rest.iter().product();
        let line = if rest.is_empty() { ((LINE - indent.min(LINE)) / (self.width + 2)).max(1) } else { 1 };
        f.write_str("[")?;
        for (place, index) in shown(n, self.all).enumerate() {
            match place {
                0 => {}
                _ if place % line > 0 => f.write_str(", ")?,
                _ => write!(f, ",{}{}", "\n".repeat(rest.len().max(1)), " ".repeat(indent + 1))?,
            }
            match index {
                Some(k) => self.write(f, &entries[k * size..(k + 1) * size], rest, indent + 1)?,
                None => f.write_str(if rest.is_empty() { " ..." } else { "..." })?,
            }
        }
        f.write_str("]")
    }
}

fn sizes(dims: &Dims) -> String {
    dims.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl<T: Real> fmt::Display for Tensor<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.numel() {
            0 if self.data.is_none() => f.write_str("tensor(0)"),
            0 if self.ndim() == 1 => f.write_str("tensor([])"),
            0 => write!(f, "tensor([], size=({}))", sizes(self.dims())),
            _ => {
                f.write_str("tensor(")?;
                Printer::of(self).write(f, self.as_slice(), self.shape(), "tensor(".len())?;
                f.write_str(")")
            }
        }
    }
}

impl<T: Real> fmt::Debug for Tensor<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
