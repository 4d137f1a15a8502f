//! The static graph: nodes, inputs, regions, and the forms it is shown in.
#![allow(missing_docs, clippy::all, reason = "the functions are written to be differentiated")]

use pullback::graph::{Graph, Input, Kind, Node, What};
use pullback::prelude::*;

#[differentiable]
fn sum_of_products(x: &Tensor<f64>, y: &Tensor<f64>) -> f64 {
    let z = x + y;
    let w = z * 2.0;
    let result = w.sum();
    result
}

#[differentiable]
#[rustfmt::skip]
fn cut(x: f64, #[constant] k: f64) -> f64 {
    let a = x * x;
    let u = a
        .sin()
        .detach();
    let scale = no_grad! { x.floor() };
    let c = k * 2.0;
    u * x + scale * c
}

#[differentiable]
fn repeated(x: f64, n: usize) -> f64 {
    let mut s = x;
    for _ in 0..n {
        s = s * s;
    }
    s
}

#[differentiable]
fn chosen(x: f64) -> f64 {
    let y = if x > 0.0 { x.ln() } else { x };
    y * 2.0
}

#[differentiable]
fn early(x: f64) -> f64 {
    if x < 0.0 {
        return x * x;
    }
    let mut s = 0.0;
    loop {
        s += x;
        if s > 10.0 {
            break;
        }
    }
    s
}

#[differentiable]
fn halves(x: f64) -> (f64, f64) {
    (x * 0.5, x)
}

#[differentiable]
fn calls(x: f64) -> f64 {
    let (a, b) = halves(x);
    a - b
}

#[differentiable]
fn scaled(x: &mut [f64], k: f64) {
    for v in x.iter_mut() {
        *v *= k;
    }
}

#[differentiable]
fn changes(x: f64) -> f64 {
    let mut v = [x, 1.0];
    scaled(&mut v, x);
    v[0]
}

fn find<'a>(graph: &'a Graph, variable: &str) -> &'a Node {
    graph.find(variable).unwrap_or_else(|| panic!("no `{variable}` in\n{graph}"))
}

/// The variables that a node reads, in order; `#` for a constant.
fn reads(graph: &Graph, n: &Node) -> Vec<String> {
    let said = |i: &Input| match i {
        Input::Node { node, output, part } => format!("{}{part}:{output}", graph.nodes()[*node].variable()),
        Input::Constant(c) => format!("#{c}"),
    };
    n.inputs().iter().map(said).collect()
}

#[test]
fn derivation_of_x_y_z() {
    let g = sum_of_products::graph();
    let rows: Vec<_> = g.nodes().iter().map(|n| (n.variable(), n.operation(), n.is_leaf(), reads(g, n))).collect();
    let s = |texts: &[&str]| texts.iter().map(|t| t.to_string()).collect::<Vec<_>>();
    assert_eq!(
        rows,
        [
            ("x", None, true, s(&[])),
            ("y", None, true, s(&[])),
            ("z", Some("Add"), false, s(&["x:0", "y:0"])),
            ("w", Some("Mul"), false, s(&["z:0", "#2.0"])),
            ("result", Some("Sum"), false, s(&["w:0"])),
        ]
    );
    assert!(g.nodes().iter().all(|n| n.kind() == Kind::Active));
    assert_eq!(g.result().next().collect::<Vec<_>>(), [(3, 0)]);
    let text = g.to_string();
    let lines: Vec<Vec<&str>> = text.lines().map(|l| l.split_whitespace().collect()).collect();
    assert_eq!(lines[0], ["sum_of_products(x,", "y)"]);
    assert_eq!(lines[1][..4], ["%0", "x", "leaf", "active"]);
    assert_eq!(lines[3][..6], ["%2", "z", "=", "Add(%0,", "%1)", "active"]);
    assert_eq!(lines[5][..7], ["%4", "result", "=", "Sum(%3)", "active,", "the", "result"]);
}

#[test]
fn cuts_have_their_place() {
    let g = cut::graph();
    let first = find(g, "a").line();
    let cuts: Vec<_> = g.detached().map(|n| (n.variable(), n.operation(), n.line() - first)).collect();
    assert_eq!(cuts, [("u", Some("detach"), 3), ("scale", Some("no_grad"), 4)]);
    assert!(g.file().ends_with("graphs.rs"));
    let kinds = ["x", "k", "a", "c"].map(|v| find(g, v).kind());
    assert_eq!(kinds, [Kind::Active, Kind::Constant, Kind::Constant, Kind::Constant]);
    assert_eq!(g.result().kind(), Kind::Active);
}

#[test]
fn a_loop_carries_its_state() {
    let g = repeated::graph();
    let carried = g.nodes().iter().find(|n| n.what() == What::Carried).expect("a carried value");
    assert_eq!(g.regions()[carried.region()].title(), "for _ in 0..n");
    assert_eq!(reads(g, carried), ["x:0", "s:0"], "before the loop, and at the end of an iteration");
    let step = g.nodes().iter().find(|n| n.operation() == Some("Mul")).expect("a product");
    assert_eq!(reads(g, step), ["s:0", "s:0"]);
    assert_eq!(g.result().what(), What::Carried, "the loop may not run at all");
}

#[test]
fn branches_meet() {
    let g = chosen::graph();
    let y = find(g, "y");
    assert_eq!((y.what(), y.region()), (What::Merge, 0));
    let titles: Vec<_> = y.next().map(|(k, _)| g.regions()[g.nodes()[k].region()].title()).collect();
    assert_eq!(titles, ["if x > 0.0", "else"]);
    assert!(g.regions()[2].is_alternative() && !g.regions()[1].is_alternative());
    let g = early::graph();
    assert_eq!(g.result().what(), What::Merge);
    assert_eq!(g.result().next().count(), 2, "{g}");
    // `loop` is left by its `break` alone
    let (_, s) = (0, g.nodes()[g.result().next().nth(1).expect("two inputs").0]);
    assert_eq!((s.operation(), s.variable()), (Some("Add"), "s"), "{g}");
}

#[test]
fn calls_and_outputs() {
    let g = calls::graph();
    let call = g.nodes().iter().position(|n| n.what() == What::Call).expect("a call");
    assert_eq!(g.nodes()[call].operation(), Some("halves"));
    assert_eq!(g.result().next().collect::<Vec<_>>(), [(call, 0), (call, 1)], "{g}");
}

#[test]
fn what_a_call_changes() {
    let g = scaled::graph();
    assert_eq!(reads(g, g.result()), ["x:0"]);
    assert_eq!(g.nodes()[g.result().next().next().expect("an input").0].what(), What::Carried, "{g}");
    let g = changes::graph();
    let v = find(g, "v");
    assert_eq!((v.operation(), v.next().next().map(|i| i.1)), (Some("changed"), Some(1)), "{g}");
    assert_eq!(reads(g, g.result()), ["v[0]:0"]);
}

#[test]
fn pictures() {
    for g in [changes::graph(), sum_of_products::graph(), cut::graph(), repeated::graph(), chosen::graph(), early::graph(), calls::graph()]
    {
        let (svg, dot, mermaid) = (g.to_svg(), g.to_dot(), g.to_mermaid());
        let count = |text: &str, what: &str| text.matches(what).count();
        assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\"") && svg.ends_with("</svg>\n"));
        assert_eq!(count(&svg, "<title>"), g.nodes().len(), "a tooltip for each node");
        let edges: usize = g.nodes().iter().map(|n| n.next().count()).sum();
        assert_eq!(count(&svg, "marker-end"), edges, "{}", g.name());
        assert_eq!(count(&dot, " -> "), edges);
        assert_eq!(count(&mermaid, "-->") + count(&mermaid, "-.->"), edges);
        assert_eq!(count(&dot, "{"), count(&dot, "}"));
        assert_eq!(count(&mermaid, "subgraph"), count(&mermaid, "    end\n"));
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        for bare in ["if x > 0", "a < b"] {
            assert!(!svg.contains(bare), "text is escaped");
        }
    }
}
