//! `f::graph()`.
//!
//! Input: the graph of a function. Output: a function that lends it, as a `static`. Invariant: one call a node, in order.

use crate::graph::{Graph, Input, Node, Region};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

/// The associated function.
pub(super) fn graph(graph: &Graph, name: &Ident) -> TokenStream {
    let (nodes, regions) = (graph.nodes.iter().map(node), graph.regions.iter().map(region));
    let (result, text) = (number(graph.result), name.to_string());
    let doc = format!(
        "The static graph of `{name}`: its computation as written, with detached and constant parts marked.\n\n\
         Print it, or see `to_svg`, `to_dot` and `to_mermaid`."
    );
    quote! {
        #[doc = #doc]
        pub fn graph() -> &'static ::pullback::graph::Graph {
            use ::pullback::graph::{Graph, Input, Kind, Node, Region, What};
            static GRAPH: Graph = Graph::new(#text, ::core::file!(), &[#(#regions),*], &[#(#nodes),*], #result);
            &GRAPH
        }
    }
}

fn node(n: &Node) -> TokenStream {
    let Node { what, name, variable, inputs, kind, region, line } = n;
    let (what, kind) = (Ident::new(what, Span::call_site()), Ident::new(kind, Span::call_site()));
    let (inputs, region, line) = (inputs.iter().map(input), number(*region), number(*line));
    quote!(Node::new(What::#what, #name, #variable, &[#(#inputs),*], Kind::#kind, #region, #line))
}

fn input(i: &Input) -> TokenStream {
    match i {
        Input::Node { node, output, part } => {
            let (node, output) = (number(*node), number(*output));
            quote!(Input::of(#node, #output, #part))
        }
        Input::Constant(text) => quote!(Input::Constant(#text)),
    }
}

fn region(r: &Region) -> TokenStream {
    let Region { title, parent, alternative, line } = r;
    let (parent, line) = (number(*parent), number(*line));
    quote!(Region::new(#title, #parent, #alternative, #line))
}

/// A number as a person writes it, without its type.
fn number(n: usize) -> proc_macro2::Literal {
    proc_macro2::Literal::usize_unsuffixed(n)
}
