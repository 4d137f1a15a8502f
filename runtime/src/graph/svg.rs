//! A picture of a graph, in SVG.
//!
//! Input: a graph. Output: an SVG document. Invariant: all that is known of a node can be read: what is not in its box is in its tooltip.

use super::{Graph, Kind, What};
use layout::{BACK, Edge, HEIGHT, Layout, Rect, layout, text_width};
use std::fmt::Write;

mod layout;

const INK: &str = "#22262e";
const QUIET: &str = "#6a717d";
const MARGIN: f64 = 20.0;
const HEADER: f64 = 40.0;
const LEGEND: f64 = 44.0;

/// The text in a node's box.
fn label(graph: &Graph, k: usize) -> String {
    let n = &graph.nodes[k];
    match n.kind {
        Kind::Detached => format!("{}, line {}", n.title(), n.line),
        _ => n.title(),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Draws the graph.
pub(super) fn draw(graph: &Graph) -> String {
    let layout = layout(graph);
    let heading = format!("{}({})", graph.name, graph.leaves().map(|n| n.variable).collect::<Vec<_>>().join(", "));
    let width = (layout.width.max(text_width(&heading) + 2.0 * MARGIN).max(470.0) + 2.0 * MARGIN).ceil();
    let height = (layout.height + HEADER + LEGEND).ceil();
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"13\" fill=\"{INK}\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n<defs>"
    );
    for (name, colour) in [("carries", Kind::Active.stroke()), ("silent", Kind::Constant.stroke())] {
        let _ = write!(
            out,
            "<marker id=\"{name}\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">\
             <path d=\"M0 .8L8 4L0 7.2z\" fill=\"{colour}\"/></marker>"
        );
    }
    out.push_str("</defs>\n");
    let _ = writeln!(out, "<text x=\"{MARGIN}\" y=\"28\" font-size=\"15\" font-weight=\"bold\">{}</text>", escaped(&heading));
    let left = (width - layout.width) / 2.0;
    let _ = writeln!(out, "<g transform=\"translate({left:.1} {:.1})\">", HEADER - 26.0);
    // a region without nodes is not drawn
    let regions = || graph.regions.iter().zip(&layout.frames).skip(1).filter(|(_, r)| r.w > 0.0);
    regions().for_each(|(_, rect)| frame(&mut out, rect));
    layout.edges.iter().for_each(|e| edge(&mut out, graph, e, &layout));
    back(&mut out, graph, &layout);
    regions().for_each(|(region, rect)| over(&mut out, rect.x + 12.0, rect.y + 19.0, "fill=\"#42506b\"", region.title));
    for (k, rect) in layout.nodes.iter().enumerate() {
        node(&mut out, graph, k, rect);
    }
    out.push_str("</g>\n");
    legend(&mut out, width, height);
    out.push_str("</svg>\n");
    out
}

/// The frame of a branch or a loop.
fn frame(out: &mut String, Rect { x, y, w, h }: &Rect) {
    let _ = writeln!(
        out,
        "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{w:.1}\" height=\"{h:.1}\" rx=\"9\" fill=\"#5b6b8c\" fill-opacity=\".06\" stroke=\"#9aa5b8\"/>"
    );
}

fn style(graph: &Graph, from: usize, to: usize) -> String {
    let carries = graph.carries(from, &graph.nodes[to]);
    let (kind, dash, marker) =
        if carries { (Kind::Active, "", "carries") } else { (Kind::Constant, " stroke-dasharray=\"4 4\"", "silent") };
    format!("fill=\"none\" stroke=\"{}\" stroke-width=\"1.4\"{dash} marker-end=\"url(#{marker})\"", kind.stroke())
}

/// An edge: along its gates, with a curve from each to the next.
fn edge(out: &mut String, graph: &Graph, e: &Edge, layout: &Layout) {
    let Some(([x, top, bottom], rest)) = e.gates.split_first() else { return };
    let mut path = format!("M{x:.1} {top:.1}V{bottom:.1}");
    let mut last = (*x, *bottom);
    for [x, top, bottom] in rest {
        let middle = f64::midpoint(last.1, *top);
        let _ = write!(path, "C{:.1} {middle:.1} {x:.1} {middle:.1} {x:.1} {top:.1}V{bottom:.1}", last.0);
        last = (*x, *bottom);
    }
    let _ = writeln!(out, "<path d=\"{path}\" {}/>", style(graph, e.from, e.to));
    let (y, outer) = (layout.nodes[e.to].y - 11.0, e.port.1 > 1 && e.port.0 == 0);
    let (x, anchor) = if outer { (last.0 - 5.0, "end") } else { (last.0 + 5.0, "start") };
    over(out, x, y, &format!("font-size=\"11\" fill=\"{QUIET}\" text-anchor=\"{anchor}\""), e.part);
}

/// Text over edges, with a white border.
fn over(out: &mut String, x: f64, y: f64, style: &str, text: &str) {
    if !text.is_empty() {
        let _ = writeln!(
            out,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" {style} stroke=\"white\" stroke-width=\"3\" paint-order=\"stroke\">{}</text>",
            escaped(text)
        );
    }
}

/// The edges from the end of an iteration to the loop's head, along the right side of its frame and below its title.
fn back(out: &mut String, graph: &Graph, layout: &Layout) {
    let mut used = vec![0; graph.regions.len()];
    for (from, to) in &layout.back {
        let region = graph.nodes[*to].region;
        used[region] += 1;
        let (a, b, frame) = (&layout.nodes[*from], &layout.nodes[*to], &layout.frames[region]);
        let right = frame.x + frame.w + BACK / 2.0 - BACK * f64::from(used[region]);
        let top = b.y - 8.0 - BACK / 2.0 * f64::from(used[region]);
        let (x1, y1, x2) = (a.x + a.w, a.y + a.h / 2.0, b.middle() + b.w / 4.0);
        let _ = writeln!(
            out,
            "<path d=\"M{x1:.1} {y1:.1}H{:.1}Q{right:.1} {y1:.1} {right:.1} {:.1}V{:.1}Q{right:.1} {top:.1} {:.1} {top:.1}H{:.1}Q{x2:.1} {top:.1} {x2:.1} {:.1}V{:.1}\" {}/>",
            right - 8.0,
            y1 - 8.0,
            top + 8.0,
            right - 8.0,
            x2 + 6.0,
            top + 6.0,
            b.y,
            style(graph, *from, *to)
        );
    }
}

fn node(out: &mut String, graph: &Graph, k: usize, rect: &Rect) {
    let n = &graph.nodes[k];
    let Rect { x, y, w, h } = *rect;
    let bold = if k == graph.result { 2.6 } else { 1.2 };
    let paint = format!("fill=\"{}\" stroke=\"{}\" stroke-width=\"{bold}\"", n.kind.fill(), n.kind.stroke());
    let place = if n.line == 0 { String::new() } else { format!(", line {}", n.line) };
    let _ = write!(out, "<g><title>{}: {}{place}</title>", escaped(&n.title()), n.kind.word());
    match n.what {
        What::Merge | What::Carried => {
            let (right, bottom, middle) = (x + w, y + h, y + h / 2.0);
            let (a, b) = (x + 10.0, right - 10.0);
            let _ = write!(
                out,
                "<path d=\"M{a:.1} {y:.1}H{b:.1}L{right:.1} {middle:.1}L{b:.1} {bottom:.1}H{a:.1}L{x:.1} {middle:.1}z\" {paint}/>"
            );
        }
        what => {
            let radius = if what == What::Leaf { h / 2.0 } else { 6.0 };
            let _ = write!(out, "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{w:.1}\" height=\"{h:.1}\" rx=\"{radius}\" {paint}/>");
        }
    }
    if n.what == What::Call {
        let (a, b, bottom) = (x + 6.0, x + w - 6.0, y + h);
        let _ = write!(out, "<path d=\"M{a:.1} {y:.1}V{bottom:.1}M{b:.1} {y:.1}V{bottom:.1}\" stroke=\"{}\"/>", n.kind.stroke());
    }
    let _ = writeln!(
        out,
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text></g>",
        rect.middle(),
        y + HEIGHT / 2.0 + 4.5,
        escaped(&label(graph, k))
    );
}

/// What the colours mean.
fn legend(out: &mut String, width: f64, height: f64) {
    let y = height - 22.0;
    let _ = writeln!(out, "<path d=\"M{MARGIN} {:.1}H{:.1}\" stroke=\"#dde1e7\"/>", y - 14.0, width - MARGIN);
    let mut x = MARGIN;
    for (kind, text) in [(Kind::Active, "active"), (Kind::Constant, "constant"), (Kind::Detached, "cut off")] {
        let _ = writeln!(
            out,
            "<rect x=\"{x}\" y=\"{:.1}\" width=\"14\" height=\"14\" rx=\"3\" fill=\"{}\" stroke=\"{}\"/><text x=\"{}\" y=\"{:.1}\" font-size=\"12\" fill=\"{QUIET}\">{text}</text>",
            y - 3.0,
            kind.fill(),
            kind.stroke(),
            x + 20.0,
            y + 8.5
        );
        x += 32.0 + text_width(text);
    }
    let (y, stroke) = (y + 4.0, Kind::Constant.stroke());
    let _ = writeln!(
        out,
        "<path d=\"M{x} {y:.1}h26\" stroke=\"{stroke}\" stroke-width=\"1.4\" stroke-dasharray=\"4 4\"/><text x=\"{}\" y=\"{:.1}\" font-size=\"12\" fill=\"{QUIET}\">no gradient passes</text>",
        x + 32.0,
        y + 4.5
    );
}
