//! The table of operations: what each method or operator reads, and what its adjoint keeps.
//!
//! Input: a name and a number of arguments. Output: the row. Invariant: a row names facts only; the derivative itself
//! is in the runtime, under the same name (`pullback::op::NAME`).

/// One operation.
pub(crate) struct Row {
    /// The method's name, which is also its marker's in `pullback::op`.
    pub(crate) name: &'static str,
    /// Differentiable operands, the receiver included (1 or 2).
    pub(crate) operands: usize,
    /// Arguments after them that carry no gradient.
    pub(crate) params: usize,
    /// What the adjoint reads: `x` the first operand, `y` the second, `z` the result.
    pub(crate) keep: &'static str,
    /// Of an elementary operation: its derivatives as formulas, in terms of its operands' and parameters' names.
    pub(crate) formula: Option<Formula>,
}

/// The derivatives of an elementary operation.
#[derive(Clone, Copy)]
pub(crate) struct Formula {
    pub(crate) params: &'static [&'static str],
    pub(crate) lhs: &'static str,
    pub(crate) rhs: &'static str,
}

const fn row(name: &'static str, operands: usize, params: usize, keep: &'static str) -> Row {
    Row { name, operands, params, keep, formula: None }
}

/// Structured operations (the elementary ones have their own table, `elementary.rs`).
#[rustfmt::skip]
pub(crate) const STRUCTURED: &[Row] = &[
    row("sum", 1, 0, ""),
    row("mean", 1, 0, ""),
    row("matmul", 2, 0, "xy"),
];

macro_rules! elementary_rows {
    (
        unary { $($u:ident($ux:ident) = $uz:ident, on $ul:literal..$uh:literal, keep $($uk:ident)* => $ud:expr;)* }
        parametric { $($p:ident($px:ident; $($pa:ident: $pt:ty = $pv:literal),*) = $pz:ident, on $pl:literal..$ph:literal, keep $($pk:ident)* => $pd:expr;)* }
        binary { $($b:ident($bx:ident, $by:ident) = $bz:ident, on $bl:literal..$bh:literal, keep $($bk:ident)* => $bd:expr, keep $($bm:ident)* => $be:expr;)* }
    ) => { &[
        $(Row {
            formula: Some(Formula { params: &[], lhs: stringify!($ud), rhs: "" }),
            ..row(stringify!($u), 1, 0, stringify!($($uk)*))
        },)*
        $(Row {
            formula: Some(Formula { params: &[$(stringify!($pa)),*], lhs: stringify!($pd), rhs: "" }),
            ..row(stringify!($p), 1, [$(stringify!($pa)),*].len(), stringify!($($pk)*))
        },)*
        $(Row {
            formula: Some(Formula { params: &[], lhs: stringify!($bd), rhs: stringify!($be) }),
            ..row(stringify!($b), 2, 0, concat!(stringify!($($bk)*), "|", stringify!($($bm)*)))
        },)*
    ] };
}

/// The rows of the elementary table.
static ELEMENTARY: &[Row] = elementary!(elementary_rows);

/// The operators: what their adjoints keep, and their derivatives.
static OPERATORS: &[Row] = &[
    operator("Neg", 1, "", "-T::ONE", ""),
    operator("Add", 2, "|", "T::ONE", "T::ONE"),
    operator("Sub", 2, "|", "T::ONE", "-T::ONE"),
    operator("Mul", 2, "y|x", "y", "x"),
    operator("Div", 2, "y|xy", "T::ONE / y", "-x / (y * y)"),
    operator("Rem", 2, "|xy", "T::ONE", "-(x / y).trunc()"),
];

const fn operator(name: &'static str, operands: usize, keep: &'static str, lhs: &'static str, rhs: &'static str) -> Row {
    Row { formula: Some(Formula { params: &[], lhs, rhs }), ..row(name, operands, 0, keep) }
}

/// `x as f64`, `x as f32`.
pub(crate) static CAST: Row = row("cast", 1, 0, "");

/// The row of an operator.
pub(crate) fn operator_row(name: &str) -> &'static Row {
    OPERATORS.iter().find(|r| r.name == name).unwrap_or(&OPERATORS[0])
}

/// The derivatives of an elementary operation, by its name.
pub(crate) fn formula(name: &str) -> Option<Formula> {
    OPERATORS.iter().chain(ELEMENTARY).find(|r| r.name == name)?.formula
}

/// The row for a method with this many arguments after the receiver.
pub(crate) fn find(name: &str, args: usize) -> Option<&'static Row> {
    STRUCTURED.iter().chain(ELEMENTARY).find(|r| r.name == name && r.operands + r.params == args + 1)
}
