//! A node of the graph: what it is, what it takes, what is known of its gradient.
//!
//! Input: what [`read`](super::read) took from the compiler's text. Output: questions answered. Invariant: an input's number is that of a node that
//! exists.

/// What is known of a node's gradient.
///
/// ```
/// # use pullback::prelude::*;
/// #[differentiable]
/// fn f(x: f64) -> f64 {
///     let u = x.sin();
///     u.detach() * x
/// }
/// assert_eq!(f::graph().result().kind(), pullback::graph::Kind::Active);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A gradient flows through it.
    Active,
    /// No gradient is asked for, or none can be.
    Constant,
    /// A `detach` or `no_grad!` cuts the gradient off here.
    Detached,
}

/// What a node is.
///
/// ```
/// # use pullback::prelude::*;
/// #[differentiable]
/// fn f(x: f64) -> f64 {
///     let u = x.sin();
///     u.detach() * x
/// }
/// use pullback::graph::What;
/// assert_eq!(f::graph().nodes().iter().map(|n| n.what()).next(), Some(What::Leaf));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// An input of the function.
    Leaf,
    /// An operation with a rule: `Mul`, `Sum`, `Matmul`, a `detach`.
    Operation,
    /// A call of another differentiable function, which has a graph of its own.
    Call,
    /// A struct, a tuple, an array that is put together.
    Build,
    /// Another name for a value, where control flow makes the name matter.
    Copy,
    /// Where paths meet: the value of one of the inputs, whichever path was taken.
    Merge,
    /// What a loop hands from iteration to iteration: the value before it, then those at the ends of its iterations.
    Carried,
    /// A computation without a gradient, as it was written.
    Constant,
}

impl Kind {
    pub(super) const ALL: &[Self] = &[Kind::Active, Kind::Constant, Kind::Detached];
}

impl What {
    pub(super) const ALL: &[Self] =
        &[What::Leaf, What::Operation, What::Call, What::Build, What::Copy, What::Merge, What::Carried, What::Constant];
}

/// What a node reads.
///
/// ```
/// # use pullback::prelude::*;
/// #[differentiable]
/// fn f(x: f64) -> f64 {
///     let u = x.sin();
///     u.detach() * x
/// }
/// assert_eq!(f::graph().result().inputs()[1].node(), Some(0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// The value of a node, or a part of it.
    Node {
        /// The node's index.
        node: usize,
        /// Which of its outputs: 1 for the second member of a tuple.
        output: usize,
        /// The part that is read: `.alpha`, `[i]`; empty for the whole.
        part: &'static str,
    },
    /// A value that is no node: a literal, an index.
    Constant(&'static str),
}

impl Input {
    /// The index of the node that is read.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// #[differentiable]
    /// fn f(x: f64) -> f64 {
    ///     let u = x.sin();
    ///     u.detach() * x
    /// }
    /// assert_eq!(f::graph().result().inputs()[1].node(), Some(0));
    /// ```
    #[must_use]
    pub fn node(&self) -> Option<usize> {
        match *self {
            Input::Node { node, .. } => Some(node),
            Input::Constant(_) => None,
        }
    }
}

/// A leaf, or an operation.
///
/// PyTorch's `grad_fn` is [`Node::operation`], `is_leaf` is [`Node::is_leaf`], `next_functions` are [`Node::next`].
///
/// ```
/// # use pullback::prelude::*;
/// #[differentiable]
/// fn f(x: f64) -> f64 {
///     let u = x.sin();
///     u.detach() * x
/// }
/// let product = f::graph().result();
/// assert_eq!((product.operation(), product.is_leaf()), (Some("Mul"), false));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    pub(super) what: What,
    pub(super) name: &'static str,
    pub(super) variable: &'static str,
    pub(super) inputs: &'static [Input],
    pub(super) kind: Kind,
    pub(super) region: usize,
    pub(super) line: u32,
}

impl Node {
    /// What it is.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// #[differentiable]
    /// fn f(x: f64) -> f64 {
    ///     let u = x.sin();
    ///     u.detach() * x
    /// }
    /// assert_eq!(f::graph().result().what(), pullback::graph::What::Operation);
    /// ```
    #[must_use]
    pub fn what(&self) -> What {
        self.what
    }

    /// The operation: `Mul`, `Sum`, the name of the function called. A leaf has none.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// #[differentiable]
    /// fn f(x: f64) -> f64 {
    ///     let u = x.sin();
    ///     u.detach() * x
    /// }
    /// assert_eq!(f::graph().result().operation(), Some("Mul"));
    /// ```
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        (!self.is_leaf()).then_some(self.name)
    }

    /// The variable that holds the value, as it was called in the source; empty for a part of an expression.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// #[differentiable]
    /// fn f(x: f64) -> f64 {
    ///     let u = x.sin();
    ///     u.detach() * x
    /// }
    /// assert_eq!(f::graph().find("u").unwrap().variable(), "u");
    /// ```
    #[must_use]
    pub fn variable(&self) -> &'static str {
        self.variable
    }

    /// What it reads, in order.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// #[differentiable]
    /// fn f(x: f64) -> f64 {
    ///     let u = x.sin();
    ///     u.detach() * x
    /// }
    /// assert_eq!(f::graph().result().inputs().len(), 2);
    /// ```
    #[must_use]
    pub fn inputs(&self) -> &'static [Input] {
        self.inputs
    }

    /// The nodes it reads, in order, and which of their outputs.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// #[differentiable]
    /// fn f(x: f64) -> f64 {
    ///     let u = x.sin();
    ///     u.detach() * x
    /// }
    /// assert_eq!(f::graph().find("u").unwrap().next().collect::<Vec<_>>(), [(0, 0)]);
    /// ```
    pub fn next(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        self.inputs.iter().filter_map(|i| match *i {
            Input::Node { node, output, .. } => Some((node, output)),
            Input::Constant(_) => None,
        })
    }

    /// Whether it is an input of the function.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// #[differentiable]
    /// fn f(x: f64) -> f64 {
    ///     let u = x.sin();
    ///     u.detach() * x
    /// }
    /// assert!(f::graph().nodes()[0].is_leaf());
    /// ```
    #[must_use]
    pub fn is_leaf(&self) -> bool {
        self.what == What::Leaf
    }

    /// What is known of its gradient.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// #[differentiable]
    /// fn f(x: f64) -> f64 {
    ///     let u = x.sin();
    ///     u.detach() * x
    /// }
    /// assert_eq!(f::graph().detached().next().unwrap().kind(), pullback::graph::Kind::Detached);
    /// ```
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The index of the region it stands in; 0 is the function.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// #[differentiable]
    /// fn f(x: f64) -> f64 {
    ///     let u = x.sin();
    ///     u.detach() * x
    /// }
    /// assert_eq!(f::graph().result().region(), 0);
    /// ```
    #[must_use]
    pub fn region(&self) -> usize {
        self.region
    }

    /// Its line in the source.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// #[differentiable]
    /// fn f(x: f64) -> f64 {
    ///     x.sin()
    /// }
    /// let graph = f::graph();
    /// let lines: Vec<u32> = graph.nodes().iter().map(|n| n.line()).collect();
    /// assert!(lines.iter().all(|l| *l <= line!()));
    /// ```
    #[must_use]
    pub fn line(&self) -> u32 {
        self.line
    }
}
