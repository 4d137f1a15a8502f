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
            /// The row's name.
            pub(crate) fn name(&self) -> &'static str {
                match self {
                    $(Message::$name { .. } => stringify!($name),)*
                }
            }

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
    Error UnboundParameter { name }
        "`{name}` may be any type, one without a derivative, too"
        help "write `{name}: Real` for a number, or `{name}: Differentiable`; or mark the parameter `#[constant]`";
    Error ResultOfAnyType { name }
        "a result of type `{name}` may be anything that has a tangent: its own derivative has no value to start from"
        help "write `{name}: Real` for a number";
    Error ParameterOfBlock { name }
        "`{name}` is a parameter of the `impl` block, which `#[differentiable]` on one of its methods does not see"
        help "write `#[differentiable]` on the block";
    Error DynFunction { ty }
        "a function of type `{ty}` has no derivative: which function it is, is not known"
        help "take `impl Fn(…) -> …`, which is compiled for each function that is handed on; mark it `#[constant]` if its calls carry no gradient"
        note "its calls are differentiated, and what a closure captures has its gradient";
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

    Error PreludeName { name }
        "a call of a function named `{name}`, which the standard library has, too, is not differentiated: an import could mean either"
        help "give the function another name";
    Error ExclusiveResult { ty }
        "a result of type `{ty}` is not differentiated: what is written through it can't be followed"
        help "return nothing, and use what was passed in after the call";

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
    Error ConstantGiven { name, to }
        "`{name}` carries no gradient, and `{to}` takes a function that does"
        help "take `#[constant]` away from `{name}`, or mark the parameter of `{to}`, too";
    Error MethodWithoutDerivative { method }
        "`{method}` of `{{Self}}` has no derivative"
        help "write `#[differentiable]` on it, or a rule, `#[differentiable(vjp = …)]`, or `no_grad!(….{method}(…))` if no gradient is meant";
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
    Error TwoOfOneName { name }
        "two variables are named `{name}`, which a macro keeps apart"
        help "give the variable in the macro another name";
    Error ChangedInside { name }
        "`{name}` carries a gradient and is changed inside an expression that has none: its derivative would be lost"
        help "let the change be a statement of its own";
    Error LostInNoGrad { name }
        "`{name}` carries a gradient and is changed inside `no_grad!`: its derivative would be lost"
        help "change it outside, with `.detach()` on the values that carry none";
    Error UnknownMacro { name }
        "`{name}!` mentions a value that carries a gradient, and nobody knows what it does with it"
        help "write what it expands to, or `no_grad! {{ {name}!(…) }}` if no gradient is meant";
    Error MacroCapture { name, variable }
        "the macro `{name}!` takes `{variable}` from around it, where nobody can follow it"
        help "write what it expands to, or make it a closure: `let {name} = || …;`";
    Error Unsafe {}
        "`unsafe` code on a value that carries a gradient is not differentiated"
        help "write it in safe Rust, or `no_grad! {{ unsafe {{ … }} }}` if no gradient is meant";
    Error Effect { target }
        "a value that carries a gradient is written to `{target}`, where its derivative would be lost"
        help "return it instead, or write `no_grad! {{ … }}` around it if no gradient is meant";
    Error RawPointer { place }
        "what is written through a raw pointer to `{place}` can't be followed"
        help "use a reference, or `no_grad! {{ … }}` if no gradient is meant";
    Error Async {}
        "`async` code on a value that carries a gradient is not differentiated"
        help "compute the value before or after the waiting";
    Error Condition { condition }
        "`#[{condition}]` inside a differentiable function: only rustc knows whether it holds"
        help "write `if cfg!(…) {{ … }}`, or two functions, each under its condition";
    Error HiddenExit { exit }
        "`{exit}` inside this expression is not differentiated"
        help "bind the value it is applied to, or let the `{exit}` stand as a statement of its own";
    Error Iterator {}
        "this iterator over a value that carries a gradient is not differentiated"
        help "loop over its indices: `for i in 0..x.len()`";
    Error MovingReference {}
        "a reference that may change to another place is not differentiated"
        help "bind it without `mut`";
    Error Pattern {}
        "this pattern over a value that carries a gradient is not differentiated"
        help "bind the value to a name and read its parts";
    Error PushHere {}
        "`push` on this expression is not differentiated"
        help "push to a variable or a field";
    Error PushThroughReference {}
        "`push` through a reference is not differentiated"
        help "push to the variable itself";
    Error CallOfExpression {}
        "a call of this expression is not differentiated"
        help "call a function by its name";
    Error FunctionValue {}
        "a call of a function that is known only as a value is not differentiated"
        help "call a `#[differentiable]` function by its name, or a closure bound by `let` in this function";
    Error CapitalName { name }
        "`{name}` in this pattern may be a constant or a variable"
        help "begin the name of a variable with a small letter";
    Error RefusedChange { method }
        "`{method}`, which changes a value that carries a gradient, is not differentiated"
        help "write a loop, or use `swap`, `insert`, `remove`, `truncate`, `resize`, `sort_by` and their like";
    Error MemoryCall { function }
        "this call of `mem::{function}` is not differentiated"
        help "pass `&mut` of a variable, a field or an element";
    Error ActiveError {}
        "an error that holds a value carrying a gradient is not differentiated"
        help "write `.detach()` on that value: errors carry no gradient";
    Error PatternWithoutValue {}
        "a pattern without a value is not differentiated"
        help "declare each variable by itself";
    Error AssignToPattern {}
        "`..` before other parts of an assignment is not differentiated"
        help "assign each part by itself";
    Error AssignHere {}
        "assignment to this expression is not differentiated"
        help "assign to a variable, a field or an element";
    Error TurnedParameter {}
        "an assignment that turns a `&mut` parameter to another place is not differentiated"
        help "bind the other place to a name of its own";
    Error Closure {}
        "a closure that carries a gradient is passed on, stored or returned: only its calls are differentiated"
        help "call it here, or hand it to an iterator; elsewhere use a function with `#[differentiable]` that takes what it captures";
    Error Question {}
        "`?` here is not differentiated"
        help "use it in the function itself, or write the `match` that it stands for";
    Error ActiveRange {}
        "a range whose ends carry a gradient is not differentiated"
        help "convert the ends to integers outside, or inside `no_grad!`";
    Error Expression {}
        "this expression is not differentiated"
        help "write `no_grad! {{ … }}` around it if no gradient is meant";
    Error Dereference {}
        "a dereference of this expression is not differentiated"
        help "bind the reference to a name first";
    Error Operator {}
        "this operator is not differentiated"
        help "write `no_grad! {{ … }}` if no gradient is meant";
    Error ReferenceToReference {}
        "a reference to a reference is not differentiated"
        help "borrow the value itself";
    Error IndexBody {}
        "this index is not differentiated: what it leads to is not a place in `self`"
        help "write `&self.field[…]`, or a `match` or `if` between such places";
    Error BorrowedValue { name }
        "`{name}`, which borrows what it holds, is passed on: it can't be kept until the way back"
        help "take it by reference: `{name}: &…`";
    Error BorrowingStruct { value }
        "a struct that borrows `{value}`, which carries a gradient, is not differentiated: it can't be kept until the way back"
        help "let the struct own it, or pass what it borrows by itself";
    Error NoTangent { ty }
        "a `{ty}` has no tangent"
        help "keep the values in a `Vec`, an array or a struct, and here their indices; or mark the parameter `#[constant]`";
    Error LentOption { method }
        "the value of `{method}`, which refers to a part that may change, is not differentiated"
        help "take it apart where it is made, `if let Some(next) = list.{method}() {{ … }}`, or walk through the list by a recursive function";
    Error DynValue { ty }
        "a `{ty}` has no tangent: its type is known at run time only"
        help "make the function generic, `&(impl Trait + Differentiable)`, or mark the parameter `#[constant]`";
    Error DynCall { method, receiver }
        "the method `{method}` of `{receiver}`, which is a `dyn`, is not differentiated: nobody knows which function it is"
        help "make the function generic: `{receiver}: &(impl Trait + Differentiable)`";
    Error ReturnHere {}
        "`return` here is not differentiated"
        help "let the result be the value of an `if` … `else`";
    Error IteratorByHand {}
        "an iterator that is advanced by hand is not differentiated"
        help "loop over it, or over its indices";
    Error Consumer { name }
        "`{name}` of an iterator over values that carry a gradient is not differentiated"
        help "write it as a `fold`, or as a loop";
    Error Collection { ty }
        "collecting values that carry a gradient into a `{ty}` is not differentiated"
        help "collect into a `Vec`";
    Error BorrowThroughReference { name }
        "a `&mut` borrow through `{name}`, which may be a reference to another variable, is not differentiated"
        help "borrow from the variable itself";
    Error AssignThroughReference { name }
        "an assignment through `{name}`, which may be a reference to another variable, is not differentiated"
        help "assign to the variable itself";
    Error ChangedContainer { name }
        "a loop over the elements of `{name}` by value that changes `{name}` is not differentiated"
        help "loop over a copy of it, bound to another name";
    Error ActiveParameter { argument }
        "this operation has no derivative with respect to its argument `{argument}`"
        help "write `({argument}).detach()` if it is meant to be constant";
    Error MutableBorrow { place }
        "a mutable borrow of `{place}`, which carries a gradient, is not differentiated here"
        help "lend it in a call, `f(&mut {place})`, or bind it by itself, `let r = &mut {place};`";
    Error Union { name }
        "a union has no tangent: nothing says which field of `{name}` holds a value"
        help "make it an enum";
}
