//! Where everything stands in the picture of a graph.
//!
//! Input: a graph. Output: a [`Layout`]. Invariant: within a region, an item (a node, or a region with all that is in it) stands in a row below
//! the items it reads; an edge passes a row through a gate of its own, so that no edge runs behind a box.
//!
//! Layers, gates and barycentres are those of Sugiyama, Tagawa and Toda (1981), done for each region from the inside out.

use super::super::show::Item;
use super::super::{Graph, Input, What};

/// The height of a box.
pub(super) const HEIGHT: f64 = 32.0;
const GAP_X: f64 = 24.0;
const GAP_Y: f64 = 30.0;
/// Around the content of a region.
const PADDING: f64 = 16.0;
/// The height of a region's title.
const TITLE: f64 = 22.0;
/// The space for each edge that leads back to a loop's head.
pub(super) const BACK: f64 = 16.0;
/// The width of a character at the picture's font size.
pub(super) const CHARACTER: f64 = 7.8;
/// Between the inputs of a box.
const PORT: f64 = 14.0;

/// A rectangle: left, top, width, height.
#[derive(Clone, Copy, Default)]
pub(super) struct Rect {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) w: f64,
    pub(super) h: f64,
}

impl Rect {
    pub(super) fn middle(&self) -> f64 {
        self.x + self.w / 2.0
    }
}

/// From a node's output to another's input.
pub(super) struct Edge {
    pub(super) from: usize,
    pub(super) to: usize,
    /// Which of the inputs of `to`, and how many there are.
    pub(super) port: (usize, usize),
    pub(super) part: &'static str,
    /// Vertical stretches that it runs along: x, top, bottom.
    pub(super) gates: Vec<[f64; 3]>,
}

/// All positions.
pub(super) struct Layout {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) nodes: Vec<Rect>,
    pub(super) frames: Vec<Rect>,
    pub(super) edges: Vec<Edge>,
    /// Edges that lead back to the head of a loop.
    pub(super) back: Vec<(usize, usize)>,
}

#[derive(Clone, Copy, PartialEq)]
enum Thing {
    Node(usize),
    Region(usize),
    Gate(usize),
}

/// An item, or a gate, of a region.
struct Slot {
    what: Thing,
    row: usize,
    w: f64,
    h: f64,
    /// Its middle.
    x: f64,
    neighbours: Vec<usize>,
}

/// The inside of a region.
#[derive(Default)]
struct Inside {
    slots: Vec<Slot>,
    /// Top and bottom of each row.
    rows: Vec<(f64, f64)>,
    width: f64,
    height: f64,
}

/// The pass.
pub(super) fn layout(graph: &Graph) -> Layout {
    let (edges, back) = edges(graph);
    let mut insides: Vec<Inside> = graph.regions.iter().map(|_| Inside::default()).collect();
    // a region's number is above that of the region around it
    for region in (0..graph.regions.len()).rev() {
        insides[region] = inside(graph, region, &edges, &back, &insides);
    }
    let mut out = Layout {
        width: insides[0].width,
        height: insides[0].height,
        nodes: vec![Rect::default(); graph.nodes.len()],
        frames: vec![Rect::default(); graph.regions.len()],
        edges,
        back,
    };
    let mut gates = vec![vec![]; out.edges.len()];
    out.place(graph, 0, (0.0, 0.0), &insides, &mut gates);
    for (edge, mut gates) in out.edges.iter_mut().zip(gates) {
        // a gate lies below the one before it
        gates.sort_by(|a: &[f64; 3], b| a[1].total_cmp(&b[1]));
        edge.gates = gates;
    }
    out
}

fn edges(graph: &Graph) -> (Vec<Edge>, Vec<(usize, usize)>) {
    let (mut edges, mut back) = (vec![], vec![]);
    for (to, n) in graph.nodes.iter().enumerate() {
        let count = n.inputs.iter().filter(|i| i.node().is_some_and(|from| from < to)).count();
        let mut port = 0;
        for input in n.inputs {
            match *input {
                Input::Node { node: from, part, .. } if from < to => {
                    edges.push(Edge { from, to, port: (port, count), part, gates: vec![] });
                    port += 1;
                }
                Input::Node { node: from, .. } => back.push((from, to)),
                Input::Constant(_) => {}
            }
        }
    }
    (edges, back)
}

/// The width of a box with this text.
pub(super) fn text_width(text: &str) -> f64 {
    f64::from(u16::try_from(text.chars().count()).unwrap_or(u16::MAX)) * CHARACTER
}

fn inside(graph: &Graph, region: usize, edges: &[Edge], back: &[(usize, usize)], insides: &[Inside]) -> Inside {
    let mut slots: Vec<Slot> = graph
        .items(region)
        .into_iter()
        .map(|item| match item {
            Item::Node(k) => Slot { w: text_width(&super::label(graph, k)) + 26.0, h: HEIGHT, ..slot(Thing::Node(k)) },
            Item::Region(r) => Slot { w: insides[r].width, h: insides[r].height, ..slot(Thing::Region(r)) },
        })
        .collect();
    // the item of this region that a node is, or is in
    let item = |slots: &[Slot], node: usize| {
        let what = graph.towards(region, graph.nodes[node].region).map_or(Thing::Node(node), Thing::Region);
        let within = graph.encloses(region, graph.nodes[node].region);
        within.then(|| slots.iter().position(|s| s.what == what)).flatten()
    };
    let ends: Vec<_> = edges.iter().map(|e| (item(&slots, e.from), item(&slots, e.to))).collect();
    while settle(graph, &mut slots, &ends) {}
    for k in 0..slots.len() {
        // a leaf stands just above what reads it first
        if matches!(slots[k].what, Thing::Node(n) if graph.nodes[n].what == What::Leaf) {
            let below = ends.iter().filter(|(from, _)| *from == Some(k)).filter_map(|(_, to)| to.map(|t| slots[t].row));
            slots[k].row = below.min().map_or(0, |r| r.saturating_sub(1));
        }
    }
    let rows = slots.iter().map(|s| s.row + 1).max().unwrap_or(0);
    for (e, (from, to)) in ends.into_iter().enumerate() {
        let passed = match (from, to) {
            (Some(f), Some(t)) if f == t => continue,
            (Some(f), Some(t)) => slots[f].row + 1..slots[t].row,
            (Some(f), None) => slots[f].row + 1..rows,
            (None, Some(t)) => 0..slots[t].row,
            (None, None) => continue,
        };
        let mut before = from;
        for row in passed {
            slots.push(Slot { row, w: 2.0, ..slot(Thing::Gate(e)) });
            let last = slots.len() - 1;
            link(&mut slots, before.replace(last));
        }
        if let (Some(b), Some(t)) = (before, to) {
            slots[b].neighbours.push(t);
            slots[t].neighbours.push(b);
        }
    }
    arrange(&mut slots, rows);
    let back = back.iter().filter(|(_, to)| graph.nodes[*to].region == region).count();
    measured(slots, rows, graph.regions[region].title, back as f64 * BACK)
}

/// Moves each item below what it reads, and each region below those before it, but for the alternatives of one choice, which stand side
/// by side. Whether anything moved.
fn settle(graph: &Graph, slots: &mut [Slot], ends: &[(Option<usize>, Option<usize>)]) -> bool {
    let before: Vec<usize> = slots.iter().map(|s| s.row).collect();
    let mut last: Option<usize> = None;
    for k in 0..slots.len() {
        let above = ends.iter().filter(|(_, to)| *to == Some(k)).filter_map(|(from, _)| from.filter(|f| *f != k));
        let mut row = above.map(|f| slots[f].row + 1).max().unwrap_or(0).max(slots[k].row);
        if let Thing::Region(r) = slots[k].what {
            if let Some(l) = last {
                let beside = graph.regions[r].alternative;
                row = row.max(slots[l].row + usize::from(!beside));
                if beside {
                    slots[l].row = row;
                }
            }
            last = Some(k);
        }
        slots[k].row = row;
    }
    slots.iter().map(|s| s.row).ne(before)
}

fn slot(what: Thing) -> Slot {
    Slot { what, row: 0, w: 0.0, h: 0.0, x: 0.0, neighbours: vec![] }
}

/// Joins the last slot to the one before it on its edge.
fn link(slots: &mut [Slot], before: Option<usize>) {
    if let Some(b) = before {
        let last = slots.len() - 1;
        slots[b].neighbours.push(last);
        slots[last].neighbours.push(b);
    }
}

/// Moves each slot below or above the middle of its neighbours, row after row, down and up.
fn arrange(slots: &mut [Slot], rows: usize) {
    for row in 0..rows {
        pack(slots, row, None);
    }
    for _ in 0..6 {
        for row in 1..rows {
            pack(slots, row, Some(true));
        }
        for row in (0..rows.saturating_sub(1)).rev() {
            pack(slots, row, Some(false));
        }
    }
    for row in 1..rows {
        pack(slots, row, Some(true));
    }
}

/// Puts the slots of a row side by side, near the neighbours above or below them.
fn pack(slots: &mut [Slot], row: usize, above: Option<bool>) {
    let mut order: Vec<(usize, f64)> = (0..slots.len())
        .filter(|k| slots[*k].row == row)
        .map(|k| {
            let side = |n: &&usize| above.is_none_or(|a| if a { slots[**n].row < row } else { slots[**n].row > row });
            let near: Vec<f64> = slots[k].neighbours.iter().filter(side).map(|n| slots[*n].x).collect();
            let wanted = if above.is_none() || near.is_empty() { slots[k].x } else { near.iter().sum::<f64>() / near.len() as f64 };
            (k, wanted)
        })
        .collect();
    order.sort_by(|a, b| a.1.total_cmp(&b.1));
    let (mut right, mut shift) = (f64::NEG_INFINITY, 0.0);
    for (k, wanted) in &order {
        let gap = if matches!(slots[*k].what, Thing::Gate(_)) { GAP_X / 2.0 } else { GAP_X };
        slots[*k].x = wanted.max(right + gap + slots[*k].w / 2.0);
        right = slots[*k].x + slots[*k].w / 2.0;
        shift += slots[*k].x - wanted;
    }
    let shift = shift / order.len().max(1) as f64;
    for (k, _) in order {
        slots[k].x -= shift;
    }
}

/// Gives rows their heights, and the region its size.
fn measured(mut slots: Vec<Slot>, count: usize, title: &str, back: f64) -> Inside {
    let left = slots.iter().map(|s| s.x - s.w / 2.0).fold(f64::INFINITY, f64::min);
    let right = slots.iter().map(|s| s.x + s.w / 2.0).fold(f64::NEG_INFINITY, f64::max);
    let (mut rows, mut y) = (vec![], TITLE + PADDING + 8.0 + back / 2.0);
    for row in 0..count {
        let h = slots.iter().filter(|s| s.row == row).map(|s| s.h).fold(0.0, f64::max);
        rows.push((y, y + h));
        y += h + GAP_Y;
    }
    let content = (right - left).max(0.0);
    let width = (content + 2.0 * PADDING + back).max(text_width(title) + 2.0 * PADDING);
    let offset = (width - back - content) / 2.0 - left;
    slots.iter_mut().for_each(|s| s.x += offset);
    Inside { slots, rows, width, height: y - GAP_Y + PADDING }
}

impl Layout {
    /// Writes down where a region and all in it stand.
    fn place(&mut self, graph: &Graph, region: usize, (x, y): (f64, f64), insides: &[Inside], gates: &mut [Vec<[f64; 3]>]) {
        let inside = &insides[region];
        self.frames[region] = Rect { x, y, w: inside.width, h: inside.height };
        for s in &inside.slots {
            let (top, bottom) = (y + inside.rows[s.row].0, y + inside.rows[s.row].1);
            let head = matches!(s.what, Thing::Node(k) if graph.nodes[k].what == What::Carried);
            let (middle, at) = (x + s.x, if head { top } else { top + (bottom - top - s.h) / 2.0 });
            match s.what {
                Thing::Gate(e) => gates[e].push([middle, top, bottom]),
                Thing::Region(r) => self.place(graph, r, (middle - s.w / 2.0, at), insides, gates),
                Thing::Node(k) => {
                    self.nodes[k] = Rect { x: middle - s.w / 2.0, y: at, w: s.w, h: s.h };
                    for (e, edge) in self.edges.iter().enumerate() {
                        if edge.from == k {
                            gates[e].push([middle, at + s.h, bottom]);
                        }
                        if edge.to == k {
                            let (port, count) = (edge.port.0 as f64, edge.port.1 as f64);
                            let step = PORT.min((s.w - 16.0) / count);
                            gates[e].push([middle + (port - (count - 1.0) / 2.0) * step, top, at]);
                        }
                    }
                }
            }
        }
    }
}
