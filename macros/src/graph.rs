//! The static graph of a function, for `f::graph()`.
//!
//! Input: the lowered IR and its activity, before anything is folded away. Output: tokens of a `static` graph. Invariant: one node a leaf
//! or operation, in the order of evaluation; statements inside branches and loops appear once, as written.

use crate::activity::Activity;
use crate::ir::{Callee, Func, Op, Operand, Stmt, Why, walk};
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::collections::HashMap;

/// One node.
struct Node {
    name: String,
    variable: String,
    inputs: Vec<usize>,
    leaf: bool,
    kind: &'static str,
    line: usize,
}

/// The pass.
pub(crate) fn graph(func: &Func, activity: &Activity, name: &Ident) -> TokenStream {
    let mut g = Builder { activity, nodes: vec![], latest: HashMap::new() };
    for p in &func.params {
        let kind = if activity.active.contains(&p.name.to_string()) { "Active" } else { "Constant" };
        g.add(Node { name: "leaf".into(), variable: p.name.to_string(), inputs: vec![], leaf: true, kind, line: line(&p.name) });
    }
    walk(&func.body, &mut |s| g.statement(s));
    if let Some(p) = func.result.place()
        && let Some(&at) = g.latest.get(&p.base.to_string())
        && at + 1 != g.nodes.len()
    {
        g.add(Node { name: "result".into(), variable: "result".into(), inputs: vec![at], leaf: false, kind: "Active", line: line(name) });
    }
    let nodes = g.nodes.iter().map(|n| {
        let (name, variable, inputs, leaf) = (&n.name, &n.variable, &n.inputs, n.leaf);
        let kind = Ident::new(n.kind, proc_macro2::Span::call_site());
        let line = u32::try_from(n.line).unwrap_or(0);
        quote!(::pullback::graph::Node { name: #name, variable: #variable, inputs: &[#(#inputs),*], leaf: #leaf, kind: ::pullback::graph::Kind::#kind, line: #line })
    });
    function(name, &nodes.collect::<Vec<_>>())
}

/// The graph of a function that was refused.
pub(crate) fn empty(name: &Ident) -> TokenStream {
    function(name, &[])
}

fn function(name: &Ident, nodes: &[TokenStream]) -> TokenStream {
    let text = name.to_string();
    let doc = format!("The static graph of `{name}`: its computation as written, with detached and constant parts marked.");
    quote! {
        #[doc = #doc]
        pub fn graph() -> &'static ::pullback::graph::Graph {
            static GRAPH: ::pullback::graph::Graph = ::pullback::graph::Graph::new(#text, &[#(#nodes),*]);
            &GRAPH
        }
    }
}

fn line(name: &Ident) -> usize {
    name.span().start().line
}

struct Builder<'a> {
    activity: &'a Activity,
    nodes: Vec<Node>,
    /// The latest node of each variable.
    latest: HashMap<String, usize>,
}

impl Builder<'_> {
    fn add(&mut self, node: Node) -> usize {
        self.latest.insert(node.variable.clone(), self.nodes.len());
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    fn statement(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Let { dst, op, .. } => self.operation(dst, op),
            Stmt::Store { place, operator, value, .. } => {
                let variable = place.base.to_string();
                let mut inputs: Vec<usize> = vec![];
                let whole = place.path.is_empty() && operator.is_none();
                inputs.extend(self.latest.get(&variable).filter(|_| !whole));
                inputs.extend(self.reads(value));
                let name = operator.clone().unwrap_or_else(|| "assign".into());
                let kind = if self.activity.is_active(place) { "Active" } else { "Constant" };
                if !inputs.is_empty() {
                    self.add(Node { name, variable, inputs, leaf: false, kind, line: line(&place.base) });
                }
            }
            _ => {}
        }
    }

    fn operation(&mut self, dst: &Ident, op: &Op) {
        let (name, inputs) = match op {
            Op::Copy(o) => ("copy".to_owned(), self.reads(o)),
            Op::Rule { name, operands, .. } => (name.clone(), operands.iter().flat_map(|o| self.reads(o)).collect()),
            Op::Call { callee, args, .. } => {
                let (name, receiver) = match callee {
                    Callee::Path(p) => (p.to_token_stream().to_string().replace(' ', ""), vec![]),
                    Callee::Method(r, m) => (m.to_string(), self.reads(r)),
                };
                (name, receiver.into_iter().chain(args.iter().flat_map(|o| self.reads(o))).collect())
            }
            Op::Build { fields, .. } => ("build".to_owned(), fields.iter().flat_map(|(_, o)| self.reads(o)).collect()),
            Op::Constant { tokens, why } => (format!("{why:?}"), self.mentioned(tokens)),
        };
        let kind = match op {
            Op::Constant { why: Why::Detach | Why::NoGrad, .. } => "Detached",
            _ if self.activity.active.contains(&dst.to_string()) => "Active",
            _ => "Constant",
        };
        if inputs.is_empty() && !matches!(kind, "Detached") {
            return;
        }
        self.add(Node { name, variable: dst.to_string(), inputs, leaf: false, kind, line: line(dst) });
    }

    /// The nodes that an operand reads.
    fn reads(&self, o: &Operand) -> Vec<usize> {
        match o {
            Operand::Const(t) => self.mentioned(t),
            other => other.place().and_then(|p| self.latest.get(&p.base.to_string())).copied().into_iter().collect(),
        }
    }

    /// The nodes of the variables that constant tokens mention.
    fn mentioned(&self, tokens: &TokenStream) -> Vec<usize> {
        let mut found = vec![];
        for tree in tokens.clone() {
            match tree {
                TokenTree::Ident(i) => found.extend(self.latest.get(&i.to_string())),
                TokenTree::Group(g) => found.extend(self.mentioned(&g.stream())),
                _ => {}
            }
        }
        found.dedup();
        found
    }
}
