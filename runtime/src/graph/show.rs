//! A graph as text, for Graphviz, for Mermaid.
//!
//! Input: a graph. Output: text. Invariant: nodes are numbered as in [`Graph::nodes`]; a region's nodes stand in it.

use super::{Graph, Input, Kind, Node, Region, What};
use std::fmt::{self, Write};

impl Kind {
    pub(super) fn word(self) -> &'static str {
        match self {
            Kind::Active => "active",
            Kind::Constant => "constant",
            Kind::Detached => "detached",
        }
    }

    pub(super) fn fill(self) -> &'static str {
        match self {
            Kind::Active => "#d9efdc",
            Kind::Constant => "#eceef1",
            Kind::Detached => "#fbd9cc",
        }
    }

    pub(super) fn stroke(self) -> &'static str {
        match self {
            Kind::Active => "#2f7d43",
            Kind::Constant => "#8a909b",
            Kind::Detached => "#c2491d",
        }
    }
}

impl Node {
    /// `y = Mul(·, 2)`: the variable, the operation, and the inputs that are no nodes.
    pub(super) fn title(&self) -> String {
        if self.is_leaf() {
            return self.variable.to_owned();
        }
        let mut text = if self.variable.is_empty() { self.name.to_owned() } else { format!("{} = {}", self.variable, self.name) };
        if self.what == What::Call {
            text.push_str("()");
        } else if self.inputs.iter().any(|i| i.node().is_none()) {
            let inputs = self.inputs.iter().map(|i| if let Input::Constant(c) = i { c } else { "·" });
            let _ = write!(text, "({})", inputs.collect::<Vec<_>>().join(", "));
        }
        text
    }
}

/// The nodes and regions that stand immediately in a region, in order.
pub(super) enum Item {
    Node(usize),
    Region(usize),
}

impl Graph {
    /// Whether region `outer` is `inner`, or around it.
    pub(super) fn encloses(&self, outer: usize, inner: usize) -> bool {
        let mut at = inner;
        while at > outer {
            at = self.regions[at].parent;
        }
        at == outer
    }

    /// The region in `outer` through which one gets to `inner`; `None` if that is `outer` itself.
    pub(super) fn towards(&self, outer: usize, inner: usize) -> Option<usize> {
        let mut at = inner;
        while at > outer {
            if self.regions[at].parent == outer {
                return Some(at);
            }
            at = self.regions[at].parent;
        }
        None
    }

    pub(super) fn items(&self, region: usize) -> Vec<Item> {
        let mut items: Vec<Item> = vec![];
        let mut regions: Vec<usize> = vec![];
        for (k, n) in self.nodes.iter().enumerate().filter(|(_, n)| self.encloses(region, n.region)) {
            match self.towards(region, n.region) {
                None => items.push(Item::Node(k)),
                Some(r) if !regions.contains(&r) => {
                    regions.push(r);
                    items.push(Item::Region(r));
                }
                Some(_) => {}
            }
        }
        items
    }

    /// The graph for Graphviz; branches and loops are clusters.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// #[differentiable]
    /// fn f(x: f64) -> f64 {
    ///     let u = x.sin();
    ///     u.detach() * x
    /// }
    /// assert!(f::graph().to_dot().starts_with("digraph \"f\""));
    /// ```
    #[must_use]
    pub fn to_dot(&self) -> String {
        let mut out = format!(
            "digraph \"{}\" {{\n    rankdir=TB;\n    node [shape=box, style=\"rounded,filled\", fontname=\"monospace\"];\n",
            self.name
        );
        self.dot_region(0, 1, &mut out);
        for (k, n) in self.nodes.iter().enumerate() {
            for input in n.inputs {
                if let Input::Node { node, part, .. } = input {
                    let style = if self.carries(*node, n) { "solid" } else { "dashed" };
                    let label = if part.is_empty() { String::new() } else { format!(", label=\"{}\"", quoted(part)) };
                    let back = if *node >= k { ", constraint=false" } else { "" };
                    let _ = writeln!(out, "    n{node} -> n{k} [style={style}{label}{back}];");
                }
            }
        }
        out.push_str("}\n");
        out
    }

    fn dot_region(&self, region: usize, depth: usize, out: &mut String) {
        let pad = "    ".repeat(depth);
        for item in self.items(region) {
            match item {
                Item::Node(k) => {
                    let n = &self.nodes[k];
                    let (title, fill, stroke) = (quoted(&n.title()), n.kind.fill(), n.kind.stroke());
                    let wide = if k == self.result { ", penwidth=2" } else { "" };
                    let shape = if n.is_leaf() { ", shape=ellipse" } else { "" };
                    let _ = writeln!(out, "{pad}n{k} [label=\"{title}\", fillcolor=\"{fill}\", color=\"{stroke}\"{shape}{wide}];");
                }
                Item::Region(r) => {
                    let title = quoted(self.regions[r].title);
                    let _ = writeln!(
                        out,
                        "{pad}subgraph cluster_{r} {{\n{pad}    label=\"{title}\"; labeljust=l; fontname=\"monospace\"; style=rounded; color=\"#8a909b\";"
                    );
                    self.dot_region(r, depth + 1, out);
                    let _ = writeln!(out, "{pad}}}");
                }
            }
        }
    }

    /// The graph for Mermaid; branches and loops are subgraphs.
    ///
    /// ```
    /// # use pullback::prelude::*;
    /// #[differentiable]
    /// fn f(x: f64) -> f64 {
    ///     let u = x.sin();
    ///     u.detach() * x
    /// }
    /// assert!(f::graph().to_mermaid().starts_with("flowchart TD"));
    /// ```
    #[must_use]
    pub fn to_mermaid(&self) -> String {
        let mut out = String::from("flowchart TD\n");
        self.mermaid_region(0, 1, &mut out);
        for (k, n) in self.nodes.iter().enumerate() {
            for input in n.inputs {
                if let Input::Node { node, part, .. } = input {
                    let arrow = if self.carries(*node, n) { "-->" } else { "-.->" };
                    let label = if part.is_empty() { String::new() } else { format!("|\"{}\"|", entities(part)) };
                    let _ = writeln!(out, "    n{node} {arrow}{label} n{k}");
                }
            }
        }
        for kind in [Kind::Active, Kind::Constant, Kind::Detached] {
            let _ = writeln!(out, "    classDef {} fill:{},stroke:{},color:#222", kind.word(), kind.fill(), kind.stroke());
        }
        out
    }

    fn mermaid_region(&self, region: usize, depth: usize, out: &mut String) {
        let pad = "    ".repeat(depth);
        for item in self.items(region) {
            match item {
                Item::Node(k) => {
                    let n = &self.nodes[k];
                    let (open, close) = match n.what {
                        What::Leaf => ("([", "])"),
                        What::Call => ("[[", "]]"),
                        What::Merge | What::Carried => ("{{", "}}"),
                        _ => ("[", "]"),
                    };
                    let _ = writeln!(out, "{pad}n{k}{open}\"{}\"{close}:::{}", entities(&n.title()), n.kind.word());
                }
                Item::Region(r) => {
                    let _ = writeln!(out, "{pad}subgraph r{r} [\"{}\"]", entities(self.regions[r].title));
                    self.mermaid_region(r, depth + 1, out);
                    let _ = writeln!(out, "{pad}end");
                }
            }
        }
    }

    fn said(&self, input: &Input) -> String {
        match input {
            Input::Node { node, part, .. } => format!("%{node}{part}"),
            Input::Constant(text) => (*text).to_owned(),
        }
    }

    /// The columns of a node's line.
    fn columns(&self, k: usize) -> [String; 3] {
        let n = &self.nodes[k];
        let inputs: Vec<String> = n.inputs.iter().map(|i| self.said(i)).collect();
        let what = if n.is_leaf() { "leaf".to_owned() } else { format!("= {}({})", n.name, inputs.join(", ")) };
        let names = self.nodes.iter().map(|n| n.variable.chars().count()).max().unwrap_or(0);
        let mut kind = n.kind.word().to_owned();
        if k == self.result {
            kind.push_str(", the result");
        }
        [format!("%{k}"), format!("{:<names$} {what}", n.variable), kind]
    }

    fn text(&self, region: usize, depth: usize, rows: &mut Vec<(usize, [String; 3], u32)>) {
        for item in self.items(region) {
            match item {
                Item::Node(k) => rows.push((depth, self.columns(k), self.nodes[k].line)),
                Item::Region(r) => {
                    let Region { title, line, .. } = self.regions[r];
                    rows.push((depth, [format!("{title}:"), String::new(), String::new()], line));
                    self.text(r, depth + 1, rows);
                }
            }
        }
    }
}

impl fmt::Display for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let leaves: Vec<&str> = self.leaves().map(|n| n.variable).collect();
        writeln!(f, "{}({})", self.name, leaves.join(", "))?;
        let mut rows = vec![];
        self.text(0, 1, &mut rows);
        let numbers = format!("%{}", self.nodes.len()).len();
        let left = |(depth, [number, what, _], _): &(usize, [String; 3], u32)| {
            let pad = "    ".repeat(depth - 1);
            if what.is_empty() { format!("  {pad}{number}") } else { format!("  {pad}{number:<numbers$}  {what}") }
        };
        let width = rows.iter().map(|r| left(r).chars().count()).filter(|w| *w <= 72).max().unwrap_or(0);
        let kinds = rows.iter().map(|r| r.1[2].len()).max().unwrap_or(0);
        for row in &rows {
            let line = if row.2 == 0 { String::new() } else { format!("line {}", row.2) };
            let text = format!("{:<width$}  {:<kinds$}  {line}", left(row), row.1[2]);
            writeln!(f, "{}", text.trim_end())?;
        }
        Ok(())
    }
}

fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// Text within a Mermaid label.
fn entities(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}
