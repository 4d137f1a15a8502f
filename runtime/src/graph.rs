//! The static graph of a function: what `f::graph()` gives.
//!
//! Input: the nodes that the compiler wrote down. Output: [`Graph`], to be walked, printed, or drawn. Invariant: nodes stand in the order of
//! evaluation; a node's inputs stand before it, but for what a loop carries back to its head.
//!
//! ```
//! use pullback::prelude::*;
//! #[differentiable]
//! fn cube(x: f64) -> f64 {
//!     x.powi(3)
//! }
//! assert!(cube::graph().to_string().contains("Powi"));
//! ```

mod node;
mod read;
mod show;
mod svg;

pub use node::{Input, Kind, Node, What};

/// A part of the program: the function, a branch, a loop.
///
/// ```
/// # use pullback::prelude::*;
/// #[differentiable]
/// fn f(x: f64) -> f64 {
///     let u = x.sin();
///     u.detach() * x
/// }
/// assert_eq!(f::graph().regions()[0].title(), "");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    title: &'static str,
    parent: usize,
    alternative: bool,
    line: u32,
}

impl Region {
    /// Its head: `if x > 0.0`, `for i in 0..n`; empty for the function.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// #[differentiable]
    /// fn f(x: f64) -> f64 {
    ///     let u = x.sin();
    ///     u.detach() * x
    /// }
    /// assert_eq!(f::graph().regions()[0].title(), "");
    /// ```
    #[must_use]
    pub fn title(&self) -> &'static str {
        self.title
    }

    /// The index of the region around it.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// #[differentiable]
    /// fn f(x: f64) -> f64 {
    ///     let u = x.sin();
    ///     u.detach() * x
    /// }
    /// assert_eq!(f::graph().regions()[0].parent(), 0);
    /// ```
    #[must_use]
    pub fn parent(&self) -> usize {
        self.parent
    }

    /// Whether it runs instead of the region before it: an `else`, a further arm of a `match`.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// #[differentiable]
    /// fn f(x: f64) -> f64 {
    ///     let u = x.sin();
    ///     u.detach() * x
    /// }
    /// assert!(!f::graph().regions()[0].is_alternative());
    /// ```
    #[must_use]
    pub fn is_alternative(&self) -> bool {
        self.alternative
    }

    /// The line of its head.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// #[differentiable]
    /// fn f(x: f64) -> f64 {
    ///     x.sin()
    /// }
    /// assert!(f::graph().regions().iter().all(|r| r.line() <= line!()));
    /// ```
    #[must_use]
    pub fn line(&self) -> u32 {
        self.line
    }
}

/// A function's computation as it was written.
///
/// ```
/// use pullback::prelude::*;
/// #[differentiable]
/// fn f(x: f64, y: f64) -> f64 {
///     let u = (x * y).detach();
///     u * x + y
/// }
/// let graph = f::graph();
/// assert_eq!(graph.leaves().count(), 2);
/// let cut = graph.detached().next().unwrap();
/// assert_eq!((cut.operation(), cut.variable()), (Some("detach"), "u"));
/// assert_eq!(graph.result().operation(), Some("Add"));
/// println!("{graph}");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Graph {
    name: &'static str,
    file: &'static str,
    regions: &'static [Region],
    nodes: &'static [Node],
    result: usize,
}

impl Graph {
    /// The function's name.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// #[differentiable]
    /// fn f(x: f64) -> f64 {
    ///     let u = x.sin();
    ///     u.detach() * x
    /// }
    /// assert_eq!(f::graph().name(), "f");
    /// ```
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The file the function stands in.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// #[differentiable]
    /// fn f(x: f64) -> f64 {
    ///     let u = x.sin();
    ///     u.detach() * x
    /// }
    /// assert!(!f::graph().file().is_empty());
    /// ```
    #[must_use]
    pub fn file(&self) -> &'static str {
        self.file
    }

    /// All nodes, in the order of evaluation.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// #[differentiable]
    /// fn f(x: f64) -> f64 {
    ///     let u = x.sin();
    ///     u.detach() * x
    /// }
    /// assert_eq!(f::graph().nodes().len(), 4);
    /// ```
    #[must_use]
    pub fn nodes(&self) -> &'static [Node] {
        self.nodes
    }

    /// The function, its branches and loops: outer ones first.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// #[differentiable]
    /// fn f(x: f64) -> f64 {
    ///     let u = x.sin();
    ///     u.detach() * x
    /// }
    /// assert_eq!(f::graph().regions().len(), 1);
    /// ```
    #[must_use]
    pub fn regions(&self) -> &'static [Region] {
        self.regions
    }

    /// The inputs of the function.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// #[differentiable]
    /// fn f(x: f64) -> f64 {
    ///     let u = x.sin();
    ///     u.detach() * x
    /// }
    /// assert_eq!(f::graph().leaves().count(), 1);
    /// ```
    pub fn leaves(&self) -> impl Iterator<Item = &'static Node> + use<> {
        self.nodes.iter().filter(|n| n.is_leaf())
    }

    /// Where gradients are cut off: each `detach` and `no_grad!`.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// #[differentiable]
    /// fn f(x: f64) -> f64 {
    ///     let u = x.sin();
    ///     u.detach() * x
    /// }
    /// assert_eq!(f::graph().detached().count(), 1);
    /// ```
    pub fn detached(&self) -> impl Iterator<Item = &'static Node> + use<> {
        self.nodes.iter().filter(|n| n.kind == Kind::Detached)
    }

    /// The node of the result.
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
    pub fn result(&self) -> &'static Node {
        &self.nodes[self.result]
    }

    /// The last node that a variable of this name holds.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// #[differentiable]
    /// fn f(x: f64) -> f64 {
    ///     let u = x.sin();
    ///     u.detach() * x
    /// }
    /// assert_eq!(f::graph().find("u").unwrap().operation(), Some("Sin"));
    /// ```
    #[must_use]
    pub fn find(&self, variable: &str) -> Option<&'static Node> {
        self.nodes.iter().rev().find(|n| n.variable == variable)
    }

    /// The graph as a picture, in SVG: active parts green, constants grey, cuts red; branches and loops are frames. An edge that carries no
    /// gradient is dashed.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// #[differentiable]
    /// fn f(x: f64) -> f64 {
    ///     let u = x.sin();
    ///     u.detach() * x
    /// }
    /// assert!(f::graph().to_svg().starts_with("<svg"));
    /// ```
    #[must_use]
    pub fn to_svg(&self) -> String {
        svg::draw(self)
    }

    /// Whether the edge from node `input` to `n` carries a gradient.
    fn carries(&self, input: usize, n: &Node) -> bool {
        n.kind == Kind::Active && self.nodes[input].kind == Kind::Active
    }
}
