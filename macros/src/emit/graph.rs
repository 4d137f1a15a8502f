//! `f::graph()`.
//!
//! Input: the graph of a function. Output: a function that lends it. Invariant: the graph is one string literal, a line for each region and
//! node, which `pullback::graph` reads on the first call: a static array of nodes would cost a user's build as much as an adjoint does.
//!
//!     y = x * x + 1.0
//!     →  "2\nregion\t\t0\t-\t1\nnode\tLeaf\t\tx\tActive\t0\t1\nnode\tOperation\tMul\t\tActive\t0\t1\t0.0\t0.0\nnode\tOperation\tAdd\ty\tActive\t0\t1\t1.0\t=1.0"

use crate::graph::{Graph, Input, Node, Region};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use std::fmt::Write;

/// The associated function.
pub(super) fn graph(graph: &Graph, name: &Ident) -> TokenStream {
    let (written, text) = (written(graph), name.to_string());
    let doc = format!(
        "The static graph of `{name}`: its computation as written, with detached and constant parts marked.\n\n\
         Print it, or see `to_svg`, `to_dot` and `to_mermaid`."
    );
    quote! {
        #[doc = #doc]
        pub fn graph() -> &'static ::pullback::graph::Graph {
            static GRAPH: ::std::sync::OnceLock<::pullback::graph::Graph> = ::std::sync::OnceLock::new();
            GRAPH.get_or_init(|| ::pullback::graph::Graph::read(#text, ::core::file!(), #written))
        }
    }
}

/// The node of the result; a line for each region; a line for each node. What a line says is parted by tabs.
fn written(graph: &Graph) -> String {
    let mut out = graph.result.to_string();
    for Region { title, parent, alternative, line } in &graph.regions {
        let _ = write!(out, "\nregion\t{}\t{parent}\t{}\t{line}", plain(title), if *alternative { "else" } else { "-" });
    }
    for Node { what, name, variable, inputs, kind, region, line } in &graph.nodes {
        let _ = write!(out, "\nnode\t{what}\t{}\t{}\t{kind}\t{region}\t{line}", plain(name), plain(variable));
        for input in inputs {
            let _ = match input {
                Input::Node { node, output, part } => write!(out, "\t{node}.{output}{}", plain(part)),
                Input::Constant(text) => write!(out, "\t={}", plain(text)),
            };
        }
    }
    out
}

/// The text on one line, without tabs.
fn plain(text: &str) -> String {
    text.replace(['\n', '\t'], " ")
}
