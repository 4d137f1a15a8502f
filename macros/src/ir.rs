//! The intermediate representation: a function as statements in A-normal form over places.
//!
//! Input: the lowering of a function's body. Output: what every pass reads. Invariant: each local variable has one name in
//! the whole function, and user syntax occurs only as *opaque* tokens that carry no gradient.
//!
//!     let y = x * x.sin();        %  t1 = sin(x)
//!                                 %  y = Mul(x, t1)

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use std::collections::{HashMap, HashSet};
use std::fmt;

mod print;

/// A function, ready to be differentiated.
pub(crate) struct Func {
    pub(crate) params: Vec<Param>,
    pub(crate) body: Vec<Stmt>,
    pub(crate) result: Operand,
    /// All local variables, those of opaque statements too.
    pub(crate) locals: HashSet<String>,
    /// Variables that are references to parts of what carries no gradient, and the expressions that yield the same references.
    pub(crate) lent: HashMap<String, TokenStream>,
    /// A closure's body: all its parameters are wanted.
    pub(crate) is_closure: bool,
}

/// The type of a parameter that is a function.
#[derive(Clone)]
pub(crate) struct Signed {
    pub(crate) inputs: Vec<syn::Type>,
    pub(crate) output: syn::Type,
}

/// A function as an argument.
pub(crate) struct Lambda {
    /// A closure's body, with what it captures as its last parameters; nothing of a parameter that is itself a function.
    pub(crate) func: Option<Func>,
    /// Whether it is a function by its name: its forms may be the callee's own.
    pub(crate) is_named: bool,
    /// Whether it is a parameter without gradient: where it is handed on, the callee's has none either.
    pub(crate) constant: Option<syn::ExprPath>,
    /// The closure's parameters as it declares them.
    pub(crate) inputs: Vec<TokenStream>,
    /// What it captures, in the primal: a value that knows the type of its tangent.
    pub(crate) kind: TokenStream,
    /// The closure with its pullback, and the one with tangents.
    pub(crate) split: TokenStream,
    pub(crate) push: TokenStream,
}

/// A parameter.
#[derive(Clone)]
pub(crate) struct Param {
    pub(crate) name: Ident,
    /// The name the user gave it.
    pub(crate) said: Ident,
    pub(crate) ty: syn::Type,
    pub(crate) active: bool,
    /// `&T`: the type behind the reference.
    pub(crate) shared: Option<syn::Type>,
    /// `&mut T`: the type behind the reference.
    pub(crate) exclusive: Option<syn::Type>,
    pub(crate) mutable: bool,
    /// Of a closure: declared as `mut`.
    pub(crate) is_variable: bool,
    /// `impl Fn(f64) -> f64`, `F: Fn(f64) -> f64`, a reference to one, `fn(f64) -> f64`.
    pub(crate) function: Option<Signed>,
    /// The same of one that carries no gradient: it is handed on as any other is.
    pub(crate) constant_function: Option<Signed>,
}

impl Param {
    /// Whether it is a function, with a gradient or without.
    pub(crate) fn is_function(&self) -> bool {
        self.function.is_some() || self.constant_function.is_some()
    }

    /// The name the user knows it by.
    pub(crate) fn shown(&self) -> String {
        if self.said == "this" { "self".to_owned() } else { self.said.to_string() }
    }
}

/// A variable and a path into it: `w.layers[k].0`.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) base: Ident,
    pub(crate) path: Vec<Step>,
    /// The primal expression, with the user's spans.
    pub(crate) tokens: TokenStream,
    /// The same place without the reference variable it is reached through: what the reverse sweep reads.
    pub(crate) source: Option<TokenStream>,
}

impl Place {
    /// A whole variable.
    pub(crate) fn variable(base: Ident) -> Place {
        Place { tokens: base.to_token_stream(), base, path: vec![], source: None }
    }

    /// One step further.
    pub(crate) fn then(&self, step: Step, extend: impl Fn(&TokenStream) -> TokenStream) -> Place {
        let mut path = self.path.clone();
        path.push(step);
        Place { base: self.base.clone(), path, tokens: extend(&self.tokens), source: self.source.as_ref().map(extend) }
    }

    /// The expression by which the reverse sweep reads the place.
    pub(crate) fn again(&self) -> &TokenStream {
        self.source.as_ref().unwrap_or(&self.tokens)
    }
}

/// One step of a path.
#[derive(Clone)]
pub(crate) enum Step {
    Field(syn::Member),
    /// The payload of an enum's variant.
    Variant(Variant),
    /// An index, held in a variable or a literal; `container` is the place that is indexed.
    /// `key`: what the adjoint keeps of the index, where that is known without the container.
    Index {
        index: TokenStream,
        container: TokenStream,
        key: Option<TokenStream>,
    },
    /// Through a reference: the cotangent is its pointee's own.
    Deref,
    /// Through what may be a reference, a `Box`, an `Rc` or an `Arc`: `pointer`, whose type tells how.
    Inside {
        pointer: TokenStream,
    },
}

/// What an operation reads.
#[derive(Clone)]
pub(crate) enum Operand {
    /// No gradient: a literal, a constant, an expression of inactive variables.
    Const(TokenStream),
    Place(Place),
    /// `&place`.
    Ref(Place),
    /// `&mut place`, or a receiver that the method may change: written as well as read.
    Mut(Place),
    /// The value of an expression that ends in an exit.
    Never,
}

impl Callee {
    /// Its name as the user wrote it, and where. (What a function is looked up under is no path of the user's.)
    pub(crate) fn said(&self) -> (String, proc_macro2::Span) {
        match self {
            Callee::Method(_, m) => (m.to_string(), m.span()),
            Callee::Function(f, _) => {
                f.place().map_or_else(|| (String::new(), proc_macro2::Span::call_site()), |p| (p.base.to_string(), p.base.span()))
            }
            Callee::Path(p) => {
                let text = crate::diagnostics::said(p);
                let at = p.path.segments.last().map_or_else(proc_macro2::Span::call_site, |s| s.ident.span());
                (text.strip_prefix("derivative_of_").unwrap_or(&text).to_owned(), at)
            }
        }
    }
}

/// An operation that yields a value.
pub(crate) enum Op {
    Copy(Operand),
    /// A row of the table: operators, methods, associated functions.
    Rule {
        name: String,
        operands: Vec<Operand>,
        params: Vec<TokenStream>,
        keep: &'static str,
        primal: TokenStream,
    },
    /// A call of a differentiable function or method: `split` is its path or name.
    Call {
        callee: Callee,
        args: Vec<Operand>,
        /// Which of them are functions: their places are what they capture.
        functions: Vec<(usize, Lambda)>,
        primal: TokenStream,
    },
    /// A struct, tuple, array or tuple-struct literal: the path in the cotangent for each operand.
    Build {
        variant: Option<Variant>,
        fields: Vec<(Slot, Operand)>,
        primal: TokenStream,
    },
    /// No gradient passes: `detach`, `no_grad!`, opaque expressions.
    Constant {
        tokens: TokenStream,
        why: Why,
    },
}

/// What is called.
#[derive(Clone)]
pub(crate) enum Callee {
    Path(syn::ExprPath),
    Method(Operand, Ident),
    /// A parameter that is a function; which of its arguments are references.
    Function(Operand, Vec<bool>),
}

/// Where an operand goes in a built value.
#[derive(Clone)]
pub(crate) enum Slot {
    Field(syn::Member),
    Element(usize),
    /// An entry of a matrix: row, column.
    Entry(usize, usize),
    /// `[x; n]` and `vec![x; n]`: every element.
    Every,
    /// `Box::new(x)`: what a pointer points to.
    Pointee,
}

/// Why a value is constant.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Why {
    Inactive,
    Detach,
    NoGrad,
}

/// A statement.
#[allow(clippy::large_enum_variant, reason = "there are few, and they are built once")]
pub(crate) enum Stmt {
    Let {
        dst: Ident,
        mutable: bool,
        ty: Option<syn::Type>,
        op: Op,
    },
    /// `let y;`, initialised by the next statement.
    Declare {
        dst: Ident,
        mutable: bool,
        ty: Option<syn::Type>,
    },
    /// `place = value` or, with an operator, `place += value`.
    Store {
        place: Place,
        operator: Option<String>,
        value: Operand,
        primal: TokenStream,
        init: bool,
    },
    Opaque(TokenStream),
    If {
        cond: TokenStream,
        then: Vec<Stmt>,
        els: Vec<Stmt>,
    },
    /// `match`, or `if let`: one block runs.
    Match {
        head: Choice,
        arms: Vec<Arm>,
    },
    /// `v.swap(i, j)`, `v.insert(i, x)`, `let x = v.pop()`: a container is changed without arithmetic.
    Change(Change),
    /// `mem::swap(&mut a, &mut b)`.
    Exchange {
        places: [Place; 2],
        primal: TokenStream,
    },
    /// A variable that a pattern has bound to a part of a value: no primal, but a cotangent of its own.
    /// `owned`: by value for certain, not by reference for all we know.
    Bound {
        dst: Ident,
        place: Place,
        owned: bool,
    },
    /// `tag`: the number of the loop's frame, if its iterations can end early.
    Loop {
        head: Head,
        body: Vec<Stmt>,
        tag: Option<usize>,
    },
    /// `return` (its value is stored already), `break`, `continue`. It marks each frame that it ends with its number.
    Exit {
        exit: Exit,
        number: usize,
        frames: Vec<usize>,
    },
    /// What follows a statement that may exit: it runs only if the frame was not left by an exit numbered up to `after`.
    Rest {
        body: Vec<Stmt>,
        after: usize,
        frame: usize,
    },
    /// The body of a function with `return`.
    Body(Vec<Stmt>),
    /// `'a: { … }`: a block that `break 'a` leaves. `tag`: the number of its frame, if something does.
    Labeled {
        label: syn::Lifetime,
        body: Vec<Stmt>,
        tag: Option<usize>,
    },
}

/// A change of a container by a method that moves entries.
pub(crate) struct Change {
    /// The method, whose adjoint is `pullback::change::bar::METHOD` and whose tangent form is `pullback::change::dot::METHOD`.
    pub(crate) method: &'static str,
    pub(crate) place: Place,
    /// What both need: the container's length before, and the arguments without gradient.
    pub(crate) key: TokenStream,
    /// What goes in.
    pub(crate) value: Option<Operand>,
    /// What comes out.
    pub(crate) dst: Option<Ident>,
    /// The call.
    pub(crate) primal: TokenStream,
}

impl Change {
    /// The statement that changes the container.
    pub(crate) fn statement(&self) -> TokenStream {
        let (dst, primal) = (&self.dst, &self.primal);
        match dst {
            Some(dst) => quote::quote!(let mut #dst = #primal;),
            None => quote::quote!(#primal;),
        }
    }
}

/// What is chosen between.
#[derive(Clone)]
pub(crate) enum Choice {
    /// `match value { … }`.
    Match(TokenStream),
    /// `if let pattern = value { … } else { … }`: the condition, for the first of two arms.
    IfLet(TokenStream),
}

/// One arm.
#[derive(Default)]
pub(crate) struct Arm {
    /// Pattern and guard; of `if let`, nothing.
    pub(crate) pattern: TokenStream,
    pub(crate) body: Vec<Stmt>,
    /// Variables that the pattern finds in a variant of the user's: they have the types of its fields, whatever is matched.
    pub(crate) bound: Vec<Ident>,
}

/// How the cotangent of an enum leads to that of a variant's payload.
#[derive(Clone)]
pub(crate) enum Variant {
    /// `Some`, `Ok`: the payload itself, by these functions.
    Payload(&'static str),
    /// A variant of the user's: a struct of its fields, `bar.Circle_bar()`.
    Part(syn::Path),
}

impl Variant {
    /// The variant that a path names.
    pub(crate) fn of(path: &syn::Path) -> Option<Variant> {
        let last = path.segments.last()?.ident.to_string();
        match last.as_str() {
            "Some" => return Some(Variant::Payload("some")),
            "Ok" => return Some(Variant::Payload("ok")),
            _ => {}
        }
        let Some(owner) = path.segments.iter().rev().nth(1) else {
            return crate::known::is_variant(&last).then(|| Variant::Part(path.clone()));
        };
        owner.ident.to_string().starts_with(char::is_uppercase).then(|| Variant::Part(path.clone()))
    }

    /// The payload's cotangent in that of the whole, lent.
    pub(crate) fn bar(&self, whole: &TokenStream) -> TokenStream {
        match self.access("bar") {
            (access, true) => quote::quote!(#whole.#access()),
            (access, false) => quote::quote!(::pullback::place::#access(&mut #whole)),
        }
    }

    /// The payload's tangent, of that of the whole.
    pub(crate) fn dot(&self, whole: &TokenStream) -> TokenStream {
        match self.access("dot") {
            (access, true) => quote::quote!(#whole.#access()),
            (access, false) => quote::quote!(::pullback::place::#access(&#whole)),
        }
    }

    /// What gives it, and whether that is a method of the whole's.
    fn access(&self, which: &str) -> (Ident, bool) {
        match self {
            Variant::Payload(name) => (crate::tokens::ident(&format!("{name}_{which}"), proc_macro2::Span::call_site()), false),
            Variant::Part(path) => {
                let last = path.segments.last().map_or_else(String::new, |s| s.ident.to_string());
                (crate::tokens::ident(&format!("{last}_{which}"), proc_macro2::Span::call_site()), true)
            }
        }
    }
}

/// A way out of a block.
#[derive(Clone)]
pub(crate) enum Exit {
    Return,
    Break(Option<syn::Lifetime>),
    Continue(Option<syn::Lifetime>),
}

/// The head of a loop.
pub(crate) struct Head {
    /// `'a: for i in 0..n`, as it was written.
    pub(crate) tokens: TokenStream,
    /// The induction variable and the range it runs over, where that is what the head says.
    pub(crate) range: Option<(Ident, Range)>,
    /// A counter from 0, where the head has one.
    pub(crate) counter: Option<Ident>,
    /// Containers that the loop takes apart.
    pub(crate) moved: Vec<Ident>,
    /// The loop is a call, `x.map(|e| …)`, `from_fn(|k| …)`.
    pub(crate) gather: Option<Gather>,
    /// How many iterations there are if none ends the loop, of the lengths of what the head runs over.
    pub(crate) trips: Option<TokenStream>,
}

/// A loop whose primal is a call with a closure, which yields what the rounds assign: the last statement of the body is `dst[k] = value`.
#[derive(Clone)]
pub(crate) struct Gather {
    pub(crate) dst: Ident,
    /// The method or function, up to its parentheses.
    pub(crate) callee: TokenStream,
    /// The closure's parameter, unless that is the counter.
    pub(crate) param: Option<TokenStream>,
    /// What is mapped; nothing for `array::from_fn`.
    pub(crate) over: Option<Place>,
    pub(crate) value: Operand,
}

impl Head {
    /// The loop's label, without the quote.
    pub(crate) fn label(&self) -> Option<String> {
        let mut trees = self.tokens.clone().into_iter();
        match (trees.next(), trees.next()) {
            (Some(proc_macro2::TokenTree::Punct(p)), Some(proc_macro2::TokenTree::Ident(i))) if p.as_char() == '\'' => Some(i.to_string()),
            _ => None,
        }
    }
}

/// `lo..hi` or `lo..=hi`, possibly `.rev()`.
pub(crate) struct Range {
    pub(crate) lo: TokenStream,
    pub(crate) hi: TokenStream,
    pub(crate) inclusive: bool,
    pub(crate) reversed: bool,
}

impl Range {
    /// How many numbers there are, if the ends are literals.
    pub(crate) fn literal(&self) -> Option<usize> {
        let end = |t: &TokenStream| syn::parse2::<syn::LitInt>(t.clone()).ok()?.base10_parse::<usize>().ok();
        let (lo, hi) = (end(&self.lo)?, end(&self.hi)?);
        Some(hi.saturating_sub(lo) + usize::from(self.inclusive && hi >= lo))
    }
}

impl Operand {
    /// The place read, if any.
    pub(crate) fn place(&self) -> Option<&Place> {
        match self {
            Operand::Const(_) | Operand::Never => None,
            Operand::Place(p) | Operand::Ref(p) | Operand::Mut(p) => Some(p),
        }
    }
}

impl Op {
    /// The operands through which a gradient may pass.
    pub(crate) fn reads(&self) -> Vec<&Operand> {
        match self {
            Op::Copy(o) => vec![o],
            Op::Rule { operands, .. } => operands.iter().collect(),
            Op::Call { callee, args, .. } => {
                let receiver = if let Callee::Method(r, _) | Callee::Function(r, _) = callee { Some(r) } else { None };
                receiver.into_iter().chain(args).collect()
            }
            Op::Build { fields, .. } => fields.iter().map(|(_, o)| o).collect(),
            Op::Constant { .. } => vec![],
        }
    }

    /// The places that a call changes.
    pub(crate) fn writes(&self) -> Vec<&Place> {
        self.reads().into_iter().filter_map(|o| if let Operand::Mut(p) = o { Some(p) } else { None }).collect()
    }
}

impl Stmt {
    /// The variable that the statement itself declares.
    pub(crate) fn defined(&self) -> Option<String> {
        match self {
            Stmt::Let { dst, .. } | Stmt::Declare { dst, .. } | Stmt::Bound { dst, .. } => Some(dst.to_string()),
            Stmt::Change(c) => c.dst.as_ref().map(ToString::to_string),
            _ => None,
        }
    }

    /// The places that the statement itself writes: what is assigned, what a call changes through `&mut`.
    pub(crate) fn writes(&self) -> Vec<&Place> {
        match self {
            Stmt::Store { place, .. } => vec![place],
            Stmt::Let { op, .. } => op.writes(),
            Stmt::Change(c) => vec![&c.place],
            Stmt::Exchange { places, .. } => places.iter().collect(),
            _ => vec![],
        }
    }
}

/// Whether statements, or those in them, write a variable or a part of it.
pub(crate) fn writes(body: &[Stmt], name: &str) -> bool {
    let mut found = false;
    walk(body, &mut |s| found |= s.writes().into_iter().any(|p| p.base == name));
    found
}

/// Calls `visit` for every statement, outer ones first.
pub(crate) fn walk<'a>(body: &'a [Stmt], visit: &mut impl FnMut(&'a Stmt)) {
    for stmt in body {
        visit(stmt);
        match stmt {
            Stmt::Match { arms, .. } => arms.iter().for_each(|a| walk(&a.body, visit)),
            Stmt::If { then, els, .. } => {
                walk(then, visit);
                walk(els, visit);
            }
            Stmt::Loop { body, .. } | Stmt::Rest { body, .. } | Stmt::Body(body) | Stmt::Labeled { body, .. } => walk(body, visit),
            _ => {}
        }
    }
}

/// Calls `visit` for every statement, which it may change, inner ones last.
pub(crate) fn walk_mut(body: &mut [Stmt], visit: &mut impl FnMut(&mut Stmt)) {
    for stmt in body {
        visit(stmt);
        match stmt {
            Stmt::Match { arms, .. } => arms.iter_mut().for_each(|a| walk_mut(&mut a.body, visit)),
            Stmt::If { then, els, .. } => {
                walk_mut(then, visit);
                walk_mut(els, visit);
            }
            Stmt::Loop { body, .. } | Stmt::Rest { body, .. } | Stmt::Body(body) | Stmt::Labeled { body, .. } => walk_mut(body, visit),
            _ => {}
        }
    }
}

/// `&tokens`, with parentheses where they are needed.
pub(crate) fn reference(tokens: &TokenStream) -> TokenStream {
    use syn::Expr;
    if is_tight(tokens) {
        return quote::quote!(&#tokens);
    }
    match syn::parse2::<Expr>(tokens.clone()) {
        Ok(Expr::Binary(_) | Expr::Cast(_) | Expr::Range(_) | Expr::Closure(_) | Expr::Assign(_)) => quote::quote!(&(#tokens)),
        _ => quote::quote!(&#tokens),
    }
}

/// Whether tokens are certainly names, fields and indices, which nothing beside them tears apart.
fn is_tight(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().all(|tree| match tree {
        proc_macro2::TokenTree::Ident(i) => i != "as" && i != "move" && i != "static",
        proc_macro2::TokenTree::Punct(p) => p.as_char() == '.' && p.spacing() == proc_macro2::Spacing::Alone,
        _ => true,
    })
}

/// The name of a variable's, or a field's, cotangent. All generated names have the span of the attribute, wherever the user's came from.
pub(crate) fn bar(name: &impl fmt::Display) -> Ident {
    derived(name, "bar")
}

/// The name of a variable's, or a field's, tangent.
pub(crate) fn dot(name: &impl fmt::Display) -> Ident {
    derived(name, "dot")
}

fn derived(name: &impl fmt::Display, suffix: &str) -> Ident {
    crate::tokens::ident(&format!("{name}_{suffix}").replace("r#", ""), proc_macro2::Span::call_site())
}
