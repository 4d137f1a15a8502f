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
