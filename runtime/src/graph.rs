//! The static graph of a function: what `f::graph()` gives.
//!
//! Input: the nodes that the compiler wrote down. Output: [`Graph`], to be walked, printed, or drawn. Invariant: nodes stand in the order of
//! evaluation, a node's inputs before it; the last one is the result.

mod svg;

use std::fmt::{self, Write};

/// What is known of a node's gradient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A gradient flows through it.
    Active,
    /// No gradient is asked for, or none can be.
    Constant,
    /// A `detach` or `no_grad!` cuts the gradient off here.
    Detached,
}

/// A leaf, or an operation.
///
/// PyTorch's `grad_fn` is [`Node::name`], `is_leaf` is [`Node::leaf`], `next_functions` are [`Node::inputs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// The operation (`Mul`, `sum`), or `leaf`.
    pub name: &'static str,
    /// The variable that holds the value; the compiler's own are named `t1`, `t2`, ….
    pub variable: &'static str,
    /// The nodes it reads, in order.
    pub inputs: &'static [usize],
    /// Whether it is an input of the function.
    pub leaf: bool,
    /// What is known of its gradient.
    pub kind: Kind,
    /// The line in the source.
    pub line: u32,
}

/// A function's computation as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Graph {
    name: &'static str,
    nodes: &'static [Node],
}

impl Graph {
    /// The graph of these nodes.
    #[must_use]
    pub const fn new(name: &'static str, nodes: &'static [Node]) -> Self {
        Graph { name, nodes }
    }

    /// The function's name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// All nodes, in the order of evaluation.
    #[must_use]
    pub fn nodes(&self) -> &'static [Node] {
        self.nodes
    }

    /// The inputs of the function.
    pub fn leaves(&self) -> impl Iterator<Item = &'static Node> {
        self.nodes.iter().filter(|n| n.leaf)
    }

    /// The node of the result.
    #[must_use]
    pub fn result(&self) -> Option<&'static Node> {
        self.nodes.last()
    }

    /// The node that a variable holds.
    #[must_use]
    pub fn find(&self, variable: &str) -> Option<&'static Node> {
        self.nodes.iter().find(|n| n.variable == variable)
    }

    /// The graph for Graphviz.
    #[must_use]
    pub fn to_dot(&self) -> String {
        let mut out = format!(
            "digraph \"{}\" {{\n    rankdir=TB;\n    node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\"];\n",
            self.name
        );
        for (k, n) in self.nodes.iter().enumerate() {
            let _ = writeln!(out, "    n{k} [label=\"{}\", fillcolor=\"{}\"];", n.title(), n.colour());
            for i in n.inputs {
                let style = if self.carries(*i, n) { "solid" } else { "dashed" };
                let _ = writeln!(out, "    n{i} -> n{k} [style={style}];");
            }
        }
        out.push_str("}\n");
        out
    }

    /// The graph for Mermaid.
    #[must_use]
    pub fn to_mermaid(&self) -> String {
        let mut out = String::from("flowchart TD\n");
        for (k, n) in self.nodes.iter().enumerate() {
            let (open, close) = if n.leaf { ("([", "])") } else { ("[", "]") };
            let _ = writeln!(out, "    n{k}{open}\"{}\"{close}:::{}", n.title(), n.kind.word());
            for i in n.inputs {
                let _ = writeln!(out, "    n{i} {} n{k}", if self.carries(*i, n) { "-->" } else { "-.->" });
            }
        }
        for kind in [Kind::Active, Kind::Constant, Kind::Detached] {
            let _ = writeln!(out, "    classDef {} fill:{},stroke:#555", kind.word(), kind.colour());
        }
        out
    }

    /// The graph as a picture, in SVG.
    #[must_use]
    pub fn to_svg(&self) -> String {
        svg::draw(self)
    }

    /// Whether the edge from node `input` to `n` carries a gradient.
    fn carries(&self, input: usize, n: &Node) -> bool {
        n.kind == Kind::Active && self.nodes[input].kind == Kind::Active
    }
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Kind::Active => "active",
            Kind::Constant => "constant",
            Kind::Detached => "detached",
        }
    }

    fn colour(self) -> &'static str {
        match self {
            Kind::Active => "#d7ecd9",
            Kind::Constant => "#ececec",
            Kind::Detached => "#f6d5c5",
        }
    }
}

impl Node {
    fn title(&self) -> String {
        if self.leaf { self.variable.to_owned() } else { format!("{} = {}", self.variable, self.name) }
    }

    fn colour(&self) -> &'static str {
        self.kind.colour()
    }
}

impl fmt::Display for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}:", self.name)?;
        for (k, n) in self.nodes.iter().enumerate() {
            let inputs: Vec<String> = n.inputs.iter().map(|i| format!("%{i}")).collect();
            let what = if n.leaf { "leaf".to_owned() } else { format!("{}({})", n.name, inputs.join(", ")) };
            let mark = if k + 1 == self.nodes.len() { ", the result" } else { "" };
            writeln!(f, "  %{k:<3} {:<10} = {what:<28} {}{mark}", n.variable, n.kind.word())?;
        }
        Ok(())
    }
}
