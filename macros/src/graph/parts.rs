//! What a graph consists of.
//!
//! Input: what the pass finds. Output: nodes, inputs, regions. Invariant: indices are places in the graph's lists.

/// The graph of a function.
#[derive(Default)]
pub(crate) struct Graph {
    pub(crate) nodes: Vec<Node>,
    pub(crate) regions: Vec<Region>,
    /// The node of the result.
    pub(crate) result: usize,
}

/// A value.
pub(crate) struct Node {
    /// What it is: a variant of `pullback::graph::What`.
    pub(crate) what: &'static str,
    /// The operation's name; empty for a leaf.
    pub(crate) name: String,
    /// The variable, as the user named it; empty for a part of an expression.
    pub(crate) variable: String,
    pub(crate) inputs: Vec<Input>,
    /// A variant of `pullback::graph::Kind`.
    pub(crate) kind: &'static str,
    pub(crate) region: usize,
    pub(crate) line: usize,
}

/// What a node reads.
#[derive(Clone, PartialEq)]
pub(crate) enum Input {
    /// An output of a node, or a part of one: `.0`, `.alpha`, `[i]`.
    Node { node: usize, output: usize, part: String },
    /// A value without a node: a literal, an index.
    Constant(String),
}

/// The function, a branch, a loop.
pub(crate) struct Region {
    pub(crate) title: String,
    pub(crate) parent: usize,
    /// Whether it runs instead of the region before it.
    pub(crate) alternative: bool,
    pub(crate) line: usize,
}

/// Without the merged and carried values that nobody reads.
pub(super) fn pruned(graph: Graph) -> Graph {
    let mut kept: Vec<bool> = graph.nodes.iter().map(|n| !matches!(n.what, "Merge" | "Carried")).collect();
    kept[graph.result] = true;
    let mut todo: Vec<usize> = (0..kept.len()).filter(|k| kept[*k]).collect();
    while let Some(k) = todo.pop() {
        for node in graph.nodes[k].inputs.iter().filter_map(Input::node) {
            if !std::mem::replace(&mut kept[node], true) {
                todo.push(node);
            }
        }
    }
    let place: Vec<usize> = kept.iter().scan(0, |n, k| Some(std::mem::replace(n, *n + usize::from(*k)))).collect();
    let mut nodes: Vec<Node> = graph.nodes.into_iter().zip(&kept).filter_map(|(n, k)| k.then_some(n)).collect();
    for input in nodes.iter_mut().flat_map(|n| &mut n.inputs) {
        if let Input::Node { node, .. } = input {
            *node = place[*node];
        }
    }
    Graph { nodes, result: place[graph.result], ..graph }
}

impl Input {
    pub(super) fn node(&self) -> Option<usize> {
        match self {
            Input::Node { node, .. } => Some(*node),
            Input::Constant(_) => None,
        }
    }
}
