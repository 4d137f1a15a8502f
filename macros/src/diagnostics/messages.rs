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
    Warning DetachOfConstant {}
        "this `detach` cuts nothing off: the value carries no gradient"
        help "take it away";
    Warning NoGradOfConstant {}
        "this `no_grad!` cuts nothing off: nothing in it carries a gradient"
        help "take it away";
    Error Union { name }
        "a union has no tangent: nothing says which field of `{name}` holds a value"
        help "make it an enum";
}
