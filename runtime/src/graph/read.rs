//! The graph as the compiler writes it down: text, a line for each region and node.
//!
//! Input: `result`, then lines `region⇥title⇥parent⇥else or -⇥line` and `node⇥what⇥name⇥variable⇥kind⇥region⇥line⇥input…`, where an input is
//! `node.output` and the part read, or `=` and a constant. Output: [`Graph`]. Invariant: read once in a program's life, and kept.

use super::{Graph, Input, Kind, Node, Region, What};

impl Graph {
    /// Reads what the compiler wrote down.
    ///
    /// # Panics
    /// On text that the compiler does not write.
    #[doc(hidden)]
    #[must_use]
    pub fn read(name: &'static str, file: &'static str, written: &'static str) -> Self {
        let mut lines = written.lines();
        let result = lines.next().and_then(|l| l.parse().ok()).expect("the node of the result comes first");
        let (mut regions, mut nodes) = (Vec::new(), Vec::new());
        for line in lines {
            let fields: Vec<&'static str> = line.split('\t').collect();
            match fields[..] {
                ["region", title, parent, alternative, line] => {
                    regions.push(Region { title, parent: number(parent), alternative: alternative == "else", line: number(line) as u32 })
                }
                ["node", what, name, variable, kind, region, line, ref inputs @ ..] => nodes.push(Node {
                    what: known(What::ALL, what),
                    name,
                    variable,
                    inputs: inputs.iter().map(|i| input(i)).collect::<Vec<_>>().leak(),
                    kind: known(Kind::ALL, kind),
                    region: number(region),
                    line: number(line) as u32,
                }),
                _ => panic!("a region or a node of the graph of `{name}`, not `{line}`"),
            }
        }
        // kept as long as the program runs, once a function, as the `static` it stands for would be
        Graph { name, file, regions: regions.leak(), nodes: nodes.leak(), result }
    }
}

fn input(text: &'static str) -> Input {
    if let Some(constant) = text.strip_prefix('=') {
        return Input::Constant(constant);
    }
    let (node, rest) = text.split_once('.').expect("a node and its output");
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    Input::Node { node: number(node), output: number(&rest[..digits]), part: &rest[digits..] }
}

fn number(text: &str) -> usize {
    text.parse().expect("a number")
}

/// The variant of a name.
fn known<T: Copy + std::fmt::Debug>(all: &[T], name: &str) -> T {
    *all.iter().find(|v| format!("{v:?}") == name).expect("a variant")
}
