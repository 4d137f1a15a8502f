//! The messages: what users are told about their code, and what to write instead.
//!
//! Input: the names in the user's code. Output: the text. Invariant: each message is a row, with its problem, its remedy and, where there is
//! more to know, a note; each row has its own ui test in `ui-tests/` and its paragraph in `docs/messages.md`, which a test checks.

use std::fmt;

/// Whether the program still compiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    Error,
    Warning,
}

/// `Level Name { fields } "problem" help "remedy" note "note";`: the texts speak of the fields.
macro_rules! messages {
    ($($level:ident $name:ident { $($field:ident),* } $problem:literal help $remedy:literal $(note $note:literal)?;)*) => {
        /// A message to the user.
        #[derive(Clone)]
        pub(crate) enum Message {
            $($name { $($field: String),* },)*
        }

        impl Message {
            /// An error or a warning.
            pub(crate) fn level(&self) -> Level {
                match self {
                    $(Message::$name { .. } => Level::$level,)*
                }
            }
        }

        impl fmt::Display for Message {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Message::$name { $($field),* } => {
                        write!(f, $problem)?;
                        f.write_str("\nhelp: ")?;
                        write!(f, $remedy)?;
                        $(f.write_str("\nnote: ")?; write!(f, $note)?;)?
                        Ok(())
                    })*
                }
            }
        }
    };
}

messages! {
    Error Other { problem, remedy } "{problem}" help "{remedy}";
    Error MisspelledOption { name, near }
        "`{name}` is no option of `#[differentiable]`"
        help "did you mean `{near}`?";
    Error UnknownOption { name, known }
        "`{name}` is no option of `#[differentiable]`"
        help "the options are `{known}`";
    Error WrtWithoutNames {}
        "`wrt` names the active parameters"
        help "write `wrt(x, y)`";
    Error RuleWithoutName { name }
        "`{name}` names a function with the signature of `f::{name}`"
        help "write `{name} = my_{name}`";
    Error JvpAlone {}
        "a rule for forward mode alone"
        help "give the rule for reverse mode, too: `vjp = my_vjp`";
    Error JvpMissing { function }
        "the tangents of what the `&mut` parameters of `{function}` hold do not follow from its `vjp`"
        help "give the rule for forward mode, too: `jvp = my_jvp`";
    Error SecondOrder {}
        "derivatives of second order are not generated"
        help "take central differences of `f::grad`, or write the gradient as a function and differentiate that";
    Error WrtNoParameter { name, function, known }
        "`{name}` is no parameter of `{function}`"
        help "its parameters are `{known}`";
    Error NoActiveParameter { function }
        "`{function}` has no parameter that could carry a gradient"
        help "give it one of a differentiable type, or take `#[differentiable]` away";
    Error NothingReturned { function }
        "`{function}` returns nothing that could have a gradient"
        help "return the value, or change a `&mut` parameter";
    Error OpaqueResult { ty }
        "a result of type `{ty}` has no tangent: its type has no name"
        help "name the result's type";
    Error NotAFunction { what }
        "`#[differentiable]` stands on {what}"
        help "put it on a function, a method or an `impl` block";
    Error AsyncFunction {}
        "an `async` function is not differentiated"
        help "put what is to be differentiated into a function of its own, and call it between the waiting";
    Error UnsafeFunction {}
        "an `unsafe` function is not differentiated: its derivative would need the caller's promises again"
        help "put what is to be differentiated into a safe function";
    Error PrimitiveName { name }
        "a companion named `{name}` would hide the primitive type `{name}`"
        help "give the function another name";

    Error AssertedGradient { function, parameter }
        "`{function}` has no gradient with respect to `{parameter}`"
        help "take `#[constant]` away from `{parameter}`, or name it in `wrt(…)`";
    Error AssertedNoGradient { function, parameter }
        "`{function}` has a gradient with respect to `{parameter}`"
        help "mark it `#[constant] {parameter}`";
    Error AssertedParameter { function, parameter }
        "`{function}` has no parameter `{parameter}`"
        help "name a parameter of `{function}`";
    Error NoDerivative { callee }
        "`{callee}` has no derivative"
        help "write `#[differentiable]` on it, or a rule, `#[differentiable(vjp = …)]`, or `no_grad!({callee}(…))` if no gradient is meant";
    Error NoPath { name }
        "the gradient with respect to `{name}` is certainly zero: no path leads from it to the result"
        help "mark it `#[constant] {name}`";
    Error PathCut { name, marker, line }
        "the gradient with respect to `{name}` is certainly zero: its only path to the result ends in the `{marker}` on line {line}"
        help "mark it `#[constant] {name}`, or take the `{marker}` away";
    Warning CutHere { name }
        "the path of `{name}` to the result ends here"
        help "see the error at `{name}`";
    Error ConstantResult { function }
        "the result of `{function}` depends on no parameter: every gradient would be zero"
        help "mark the parameters `#[constant]` that are meant so, and use another in the result; or take `#[differentiable]` away";
    Warning OnlyInConditions { name }
        "`{name}` carries a gradient, but only decides conditions: no gradient passes through it"
        help "write `let {name} = no_grad!(…);`";
    Warning FloatEquality { comparison }
        "`{comparison}` compares values that carry a gradient: in that single point the gradient is the branch's own, not a limit"
        help "compare with a tolerance, or write `no_grad!({comparison})` if that is meant";
    Error Cast { value, target }
        "a cast to `{target}` drops the derivative of `{value}`"
        help "write `no_grad!({value} as {target})` if no gradient is meant";
    Error Flat { method, call }
        "`{method}` is flat almost everywhere: its derivative is zero"
        help "write `no_grad!({call})` if that is meant";
    Warning Report { text }
        "{text}"
        help "take `report` away to silence this";
    Warning DetachOfConstant {}
        "this `detach` cuts nothing off: the value carries no gradient"
        help "take it away";
    Warning NoGradOfConstant {}
        "this `no_grad!` cuts nothing off: nothing in it carries a gradient"
        help "take it away";
    Error LostInNoGrad { name }
        "`{name}` carries a gradient and is changed inside `no_grad!`: its derivative would be lost"
        help "change it outside, with `.detach()` on the values that carry none";
    Error UnknownMacro { name }
        "`{name}!` mentions a value that carries a gradient, and nobody knows what it does with it"
        help "write what it expands to, or `no_grad! {{ {name}!(…) }}` if no gradient is meant";
    Error Unsafe {}
        "`unsafe` code on a value that carries a gradient is not differentiated"
        help "write it in safe Rust, or `no_grad! {{ unsafe {{ … }} }}` if no gradient is meant";
    Error RawPointer { place }
        "what is written through a raw pointer to `{place}` can't be followed"
        help "use a reference, or `no_grad! {{ … }}` if no gradient is meant";
    Error Async {}
        "`async` code on a value that carries a gradient is not differentiated"
        help "compute the value before or after the waiting";
    Error HiddenExit { exit }
        "`{exit}` inside this expression is not differentiated"
        help "bind the value it is applied to, or let the `{exit}` stand as a statement of its own";
    Error Union { name }
        "a union has no tangent: nothing says which field of `{name}` holds a value"
        help "make it an enum";
}
