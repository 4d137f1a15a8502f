//! The table of operations: what each method or operator reads, and what its adjoint keeps.
//!
//! Input: a name and a number of arguments. Output: the row. Invariant: a row names facts only; the derivative itself
//! is in the runtime, under the same name (`pullback::op::NAME`).

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::quote_spanned;

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
    // Reductions, over everything and over axes (axes, keepdim).
    row("sum", 1, 0, ""), row("sum_dim", 1, 2, "xz"),
    row("mean", 1, 0, ""), row("mean_dim", 1, 2, "xz"),
    row("prod", 1, 0, "x"), row("prod_dim", 1, 2, "xz"),
    row("max", 1, 0, "xz"), row("max_dim", 1, 2, "xz"),
    row("min", 1, 0, "xz"), row("min_dim", 1, 2, "xz"),
    row("norm", 1, 0, "xz"), row("norm_dim", 1, 2, "xz"),
    row("var", 1, 0, "x"), row("var_dim", 1, 2, "xz"),
    row("std", 1, 0, "xz"), row("std_dim", 1, 2, "xz"),
    row("logsumexp", 1, 0, "xz"), row("logsumexp_dim", 1, 2, "xz"),
    row("softmax", 1, 1, "z"), row("log_softmax", 1, 1, "z"),
    row("item", 1, 0, ""), row("into", 1, 0, ""),
    // Elementwise operations of two tensors.
    row("maximum", 2, 0, "xy"), row("minimum", 2, 0, "xy"),
    row("where_else", 2, 1, ""),
    // Products.
    row("matmul", 2, 0, "y|x"), row("dot", 2, 0, "y|x"), row("outer", 2, 0, "y|x"),
    // Tensors of lists and of numbers, and lists of tensors.
    row("from_list", 1, 0, ""), row("full", 1, 0, ""), row("to_vec", 1, 0, ""),
    // Operations that move entries.
    row("t", 1, 0, ""), row("transpose", 1, 0, ""), row("transpose", 1, 2, ""), row("permute", 1, 1, ""),
    row("reshape", 1, 1, ""), row("flatten", 1, 0, ""), row("squeeze", 1, 0, ""), row("unsqueeze", 1, 1, ""),
    row("broadcast_to", 1, 1, ""), row("narrow", 1, 3, ""), row("select", 1, 2, ""), row("slice", 1, 1, ""),
    row("index_select", 1, 2, ""), row("gather", 1, 2, ""), row("pad", 1, 4, ""),
    row("concat", 1, 1, "x"), row("stack", 1, 1, "x"), row("split", 1, 2, ""), row("chunk", 1, 2, ""),
    // Losses.
    row("mse_loss", 2, 0, "xy"), row("huber_loss", 2, 1, "xy"), row("bce_with_logits", 2, 0, "xy"),
    row("cross_entropy", 1, 1, "x"), row("nll_loss", 1, 1, ""),
    // Linear algebra.
    row("inverse", 1, 0, "z"), row("solve", 2, 0, "xz|x"), row("det", 1, 0, "xz"), row("logdet", 1, 0, "x"),
    // nalgebra's names.
    row("row", 1, 1, ""), row("column", 1, 1, ""), row("try_inverse", 1, 0, "z"), row("determinant", 1, 0, "x"),
    row("from_column_slice", 1, 0, ""), row("from_row_slice", 1, 0, ""), row("from_diagonal", 1, 0, ""),
    row("lu", 1, 0, ""), row("cholesky", 1, 0, ""), row("l", 1, 0, "z"), row("ln_determinant", 1, 0, "x"),
    row("solve_lower_triangular", 2, 0, "xz|x"), row("solve_upper_triangular", 2, 0, "xz|x"),
    row("tr_solve_lower_triangular", 2, 0, "xz|x"), row("tr_solve_upper_triangular", 2, 0, "xz|x"),
    row("tr_mul", 2, 0, "y|x"), row("component_mul", 2, 0, "y|x"), row("component_div", 2, 0, "y|xy"), row("cross", 2, 0, "y|x"),
    row("scale", 2, 0, "y|x"), row("unscale", 2, 0, "y|xy"), row("add_scalar", 2, 0, ""),
    row("normalize", 1, 0, "xz"), row("trace", 1, 0, ""), row("magnitude", 1, 0, "xz"),
    row("norm_squared", 1, 0, "x"), row("magnitude_squared", 1, 0, "x"),
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
pub(crate) static ELEMENTARY: &[Row] = elementary!(elementary_rows);

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

/// Operations whose result may be without any trace of an operand: its cotangent is 0 there, however large its own derivative.
pub(crate) const CHOOSING: &[&str] = &["min", "max", "clamp", "relu"];

/// Whether an operation takes its first operand: an operator does, and what makes something of a value. Any other receiver is looked at.
pub(crate) fn takes(name: &str) -> bool {
    name.starts_with(char::is_uppercase) || name.starts_with("from_") || ["into", "lu", "cholesky"].contains(&name)
}

/// `x as f64`, `x as f32`.
pub(crate) static CAST: Row = row("cast", 1, 0, "");

/// The halves of `x.sin_cos()`: the derivative of one is the other, which is there.
pub(crate) static PAIRED: [Row; 2] = [paired("sin_paired"), paired("cos_paired")];

const fn paired(name: &'static str) -> Row {
    Row { formula: Some(Formula { params: &["d"], lhs: "d", rhs: "" }), ..row(name, 1, 1, "") }
}

/// Whether a name is that of an operator of the table, and of its trait: `Add`.
pub(crate) fn is_operator(name: &str) -> bool {
    OPERATORS.iter().any(|r| r.name == name)
}

/// The row of an operator.
pub(crate) fn operator_row(name: &str) -> &'static Row {
    OPERATORS.iter().find(|r| r.name == name).unwrap_or(&OPERATORS[0])
}

/// The derivatives of an elementary operation, by its name.
pub(crate) fn formula(name: &str) -> Option<Formula> {
    OPERATORS.iter().chain(ELEMENTARY).chain(&PAIRED).find(|r| r.name == name)?.formula
}

/// The row for a method with this many arguments after the receiver.
pub(crate) fn find(name: &str, args: usize) -> Option<&'static Row> {
    STRUCTURED.iter().chain(ELEMENTARY).find(|r| r.name == name && r.operands + r.params == args + 1)
}

/// The function that generated code calls for an operation's rule, with the span of the operation in the user's expression: `adjoint`, `tangent`,
/// for two operands followed by `_lhs` or `_rhs`.
pub(crate) fn rule_path(form: &str, name: &str, primal: &TokenStream) -> TokenStream {
    let span = spot(name, primal);
    let owner = crate::tokens::ident(if form.ends_with("hs") { "Rule2" } else { "Rule1" }, span);
    let form = crate::tokens::ident(form, span);
    quote_spanned!(span=> ::pullback::rule::#owner::#form)
}

/// The marker of an operation, with the same span.
pub(crate) fn marker(name: &str, primal: &TokenStream) -> TokenStream {
    let span = spot(name, primal);
    let marker = crate::tokens::ident(name, span);
    quote_spanned!(span=> ::pullback::op::#marker)
}

/// Tokens of generated code where the operation stands, an operand of its rule: rustc points at them when the rule is missing.
pub(crate) fn placed(name: &str, primal: &TokenStream, tokens: TokenStream) -> TokenStream {
    let span = spot(name, primal);
    let place = |mut tree: TokenTree| {
        tree.set_span(tree.span().located_at(span));
        tree
    };
    tokens.into_iter().map(place).collect()
}

/// Where an operation stands: its operator, or its method's name.
fn spot(name: &str, primal: &TokenStream) -> Span {
    let sign = match name {
        "Add" => '+',
        "Sub" | "Neg" => '-',
        "Mul" => '*',
        "Div" => '/',
        "Rem" => '%',
        _ => ' ',
    };
    let (mut found, mut first) = (None, None);
    for tree in primal.clone() {
        first.get_or_insert(tree.span());
        match &tree {
            TokenTree::Punct(p) if p.as_char() == sign => found = Some(p.span()),
            TokenTree::Ident(i) if *i == name => found = Some(i.span()),
            _ => {}
        }
    }
    found.or(first).unwrap_or_else(Span::call_site)
}
