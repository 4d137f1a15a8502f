//! A call of what is no name.
// message: CallOfExpression
use pullback::prelude::*;

struct Table {
    rows: [fn(f64) -> f64; 1],
}

#[differentiable]
fn f(x: f64, #[constant] table: &Table) -> f64 {
    (table.rows[0])(x)
    //~^ (table.rows[0])
}

fn main() {
    f::grad(1.0, &Table { rows: [f64::sin] });
}
