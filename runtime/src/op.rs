//! The markers of the operations: the types by which generated code names a derivative rule.
//!
//! Input: the table of elementary functions and the list below. Output: one unit type an operation. Invariant: a method's marker has
//! exactly the method's name, an operator's that of its trait.
//!
//! ```
//! use pullback::op;
//! use pullback::rule::Rule1;
//! // a marker finds the rule
//! fn has_an_exponential<X: Rule1<op::exp, (), X>>(_: X) {}
//! has_an_exponential(1.0_f64);
//! ```
#![allow(non_camel_case_types, reason = "a marker has the name of its method")]

macro_rules! markers {
    ($($(#[$meta:meta])* $name:ident)*) => { $(
        #[doc = concat!(
            "Marks the operation `", stringify!($name), "`: its rule is an implementation for this type.\n\n```\nassert_eq!(format!(\"{:?}\", pullback::op::",
            stringify!($name), "), \"", stringify!($name), "\");\n```"
        )]
        #[derive(Clone, Copy, Debug)]
        $(#[$meta])*
        pub struct $name;
    )* };
}

macro_rules! elementary_markers {
    (
        unary { $($u:ident($($ux:ident),*) = $uz:ident, on $ul:literal..$uh:literal, keep $($uk:ident)* => $ud:expr;)* }
        parametric { $($p:ident($px:ident; $($pa:ident: $pt:ty = $pv:literal),*) = $pz:ident, on $pl:literal..$ph:literal, keep $($pk:ident)* => $pd:expr;)* }
        binary { $($b:ident($($bx:ident),*) = $bz:ident, on $bl:literal..$bh:literal, keep $($bk:ident)* => $bd:expr, keep $($bl2:ident)* => $be:expr;)* }
    ) => { markers! { $($u)* $($p)* $($b)* } };
}
elementary!(elementary_markers);

markers! {
    Add Sub Mul Div Rem Neg
    cast into sin_paired cos_paired
    maximum minimum where_else
    sum mean prod norm var std logsumexp
    sum_dim mean_dim max_dim min_dim prod_dim norm_dim var_dim std_dim logsumexp_dim
    softmax log_softmax
    matmul dot outer
    t transpose permute reshape flatten squeeze unsqueeze broadcast_to
    narrow select slice index_select gather pad concat stack split chunk at item
    mse_loss cross_entropy bce_with_logits huber_loss nll_loss
    inverse solve det logdet
    from_list full to_vec
    row column from_column_slice from_row_slice from_diagonal try_inverse determinant
    lu cholesky l ln_determinant solve_lower_triangular solve_upper_triangular tr_solve_lower_triangular tr_solve_upper_triangular
    tr_mul component_mul component_div cross normalize trace norm_squared magnitude magnitude_squared scale unscale add_scalar
}
