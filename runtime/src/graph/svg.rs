//! A picture of a graph, in SVG.
//!
//! Input: a graph. Output: an SVG document. Invariant: a node stands one row below the lowest of its inputs; a row is centred.

use super::{Graph, Kind};
use std::fmt::Write;

const WIDTH: usize = 150;
const HEIGHT: usize = 34;
const GAP_X: usize = 26;
const GAP_Y: usize = 44;
const MARGIN: usize = 24;
const LEGEND: usize = 40;

/// The row of each node, and its place in it.
fn places(graph: &Graph) -> Vec<(usize, usize)> {
    let mut rows: Vec<usize> = vec![];
    for n in graph.nodes() {
        rows.push(n.inputs.iter().map(|i| rows[*i] + 1).max().unwrap_or(0));
    }
    // a leaf stands just above the first node that reads it
    for k in 0..rows.len() {
        if graph.nodes()[k].leaf {
            let first = (0..rows.len()).filter(|j| graph.nodes()[*j].inputs.contains(&k)).map(|j| rows[j]).min();
            rows[k] = first.map_or(0, |r| r.saturating_sub(1));
        }
    }
    let mut count = vec![0; rows.iter().max().map_or(0, |m| m + 1)];
    rows.into_iter()
        .map(|r| {
            count[r] += 1;
            (r, count[r] - 1)
        })
        .collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Draws the graph.
pub(super) fn draw(graph: &Graph) -> String {
    let places = places(graph);
    let rows = places.iter().map(|p| p.0 + 1).max().unwrap_or(0);
    let in_row = |r: usize| places.iter().filter(|p| p.0 == r).count();
    let widest = (0..rows).map(in_row).max().unwrap_or(0).max(3);
    let (width, height) = (2 * MARGIN + widest * (WIDTH + GAP_X), 2 * MARGIN + rows * (HEIGHT + GAP_Y) + LEGEND);
    let at = |k: usize| {
        let (row, place) = places[k];
        let used = in_row(row) * (WIDTH + GAP_X) - GAP_X;
        ((width - used) / 2 + place * (WIDTH + GAP_X), MARGIN + row * (HEIGHT + GAP_Y))
    };
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"13\">\n\
         <defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"#555\"/></marker></defs>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    );
    for (k, n) in graph.nodes().iter().enumerate() {
        for i in n.inputs {
            let ((x1, y1), (x2, y2)) = (at(*i), at(k));
            let (x1, y1, x2) = (x1 + WIDTH / 2, y1 + HEIGHT, x2 + WIDTH / 2);
            let dash = if graph.carries(*i, n) { "" } else { " stroke-dasharray=\"5 4\"" };
            let middle = usize::midpoint(y1, y2);
            let _ = writeln!(
                out,
                "<path d=\"M{x1} {y1}C{x1} {middle} {x2} {middle} {x2} {}\" fill=\"none\" stroke=\"#555\"{dash} marker-end=\"url(#arrow)\"/>",
                y2 - 2
            );
        }
    }
    for (k, n) in graph.nodes().iter().enumerate() {
        let (x, y) = at(k);
        boxed(&mut out, x, y, WIDTH, n.kind, if n.leaf { HEIGHT / 2 } else { 5 }, &n.title());
    }
    for (k, kind) in [Kind::Active, Kind::Constant, Kind::Detached].into_iter().enumerate() {
        boxed(&mut out, MARGIN + k * 110, height - LEGEND, 96, kind, 5, kind.word());
    }
    out.push_str("</svg>\n");
    out
}

fn boxed(out: &mut String, x: usize, y: usize, width: usize, kind: Kind, radius: usize, text: &str) {
    let height = if width == WIDTH { HEIGHT } else { 24 };
    let _ = writeln!(
        out,
        "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{radius}\" fill=\"{}\" stroke=\"#555\"/>",
        kind.colour()
    );
    let (cx, cy) = (x + width / 2, y + height / 2 + 5);
    let _ = writeln!(out, "<text x=\"{cx}\" y=\"{cy}\" text-anchor=\"middle\">{}</text>", escaped(text));
}
