//! The static graph of a function, for `f::graph()`.
//!
//! Input: the lowered IR and its activity, before anything is folded away. Output: nodes and the regions they stand in. Invariant: each
//! value is one node, so that control flow shows: where paths meet a `merge` reads the value of each, and what a loop hands on is a `carried`
//! node that reads the value before the loop and those at the ends of its iterations (static single assignment, Cytron et al. 1991).
//!
//!     let mut s = x;                   %1  x
//!     for i in 0..3 { s = s * s; }     for i in 0..3:  %2  s = carried(%1, %3)
//!     s                                                %3  s = Mul(%2, %2)         the result is %2

use crate::activity::Activity;
use crate::ir::{Exit, Func, Head, Op, Operand, Place, Step, Stmt, Why, walk};
use proc_macro2::{Ident, TokenStream};
use std::collections::HashMap;

mod parts;
mod words;

pub(crate) use parts::{Graph, Input, Node, Region};

/// The value of each variable.
type State = HashMap<String, Input>;

/// A loop or labelled block that is being walked through: the states at its exits.
struct Frame {
    label: Option<String>,
    /// Whether it is a labelled block, which only its label leaves.
    block: bool,
    breaks: Vec<State>,
    continues: Vec<State>,
}

/// The pass.
pub(crate) fn graph(func: &Func, activity: &Activity, name: &Ident) -> Graph {
    let mut b =
        Builder { activity, graph: Graph::default(), region: 0, state: State::new(), reached: true, returns: vec![], loops: vec![] };
    b.graph.regions.push(Region { title: String::new(), parent: 0, alternative: false, line: words::line(name) });
    for p in &func.params {
        let kind = b.kind(&p.name);
        let node = b.node("Leaf", String::new(), p.said.to_string(), vec![], kind, words::line(&p.said));
        b.state.insert(p.name.to_string(), whole(node));
    }
    b.block(&func.body);
    let changed: Vec<Input> =
        func.params.iter().filter(|p| p.exclusive.is_some()).filter_map(|p| b.state.get(&p.name.to_string()).cloned()).collect();
    b.graph.result = b.result(&func.result, changed, name);
    parts::pruned(b.graph)
}

fn whole(node: usize) -> Input {
    Input::Node { node, output: 0, part: String::new() }
}

struct Builder<'a> {
    activity: &'a Activity,
    graph: Graph,
    region: usize,
    state: State,
    /// Whether control reaches this point.
    reached: bool,
    returns: Vec<State>,
    loops: Vec<Frame>,
}

impl Builder<'_> {
    fn node(&mut self, what: &'static str, name: String, variable: String, inputs: Vec<Input>, kind: &'static str, line: usize) -> usize {
        self.graph.nodes.push(Node { what, name, variable, inputs, kind, region: self.region, line });
        self.graph.nodes.len() - 1
    }

    fn kind(&self, variable: &Ident) -> &'static str {
        if self.activity.active.contains(&variable.to_string()) { "Active" } else { "Constant" }
    }

    /// The result's node, which bears a name. What `&mut` parameters hold at the end are results, too.
    fn result(&mut self, result: &Operand, changed: Vec<Input>, name: &Ident) -> usize {
        let input = self.read(result).into_iter().next();
        if !changed.is_empty() {
            let value = input.filter(|i| *i != Input::Constant("()".to_owned()));
            let inputs = value.into_iter().chain(changed).collect();
            return self.node("Build", "results".into(), "result".into(), inputs, "Active", words::line(name));
        }
        if let Some(Input::Node { node, part, .. }) = &input
            && part.is_empty()
            && self.graph.nodes[*node].what != "Leaf"
        {
            let last = &mut self.graph.nodes[*node];
            if last.variable.is_empty() {
                last.variable = "result".to_owned();
            }
            return *node;
        }
        let kind = result.place().map_or("Constant", |p| self.kind(&p.base));
        self.node("Copy", "copy".into(), "result".into(), input.into_iter().collect(), kind, words::line(name))
    }

    fn block(&mut self, body: &[Stmt]) {
        for stmt in body {
            // what follows an exit is never reached
            if self.reached {
                self.statement(stmt);
            }
        }
    }

    fn statement(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Let { dst, op, .. } => self.operation(dst, op),
            Stmt::Store { place, operator, value, .. } => self.store(place, operator.as_deref(), value),
            Stmt::Bound { dst, place, .. } => {
                let part = self.of_place(place);
                self.state.extend(part.map(|p| (dst.to_string(), p)));
            }
            Stmt::Declare { .. } | Stmt::Opaque(_) => {}
            Stmt::Change(c) => {
                let inputs = self.of_place(&c.place).into_iter().chain(c.value.iter().flat_map(|v| self.read(v))).collect();
                let (kind, said) = (self.kind(&c.place.base), words::said(&c.place.base));
                let node = self.node("Operation", c.method.to_owned(), said, inputs, kind, words::line(&c.place.base));
                let changed = [Some(&c.place.base), c.dst.as_ref()].into_iter().flatten();
                self.state.extend(changed.map(|name| (name.to_string(), whole(node))));
            }
            Stmt::Exchange { places, .. } => {
                let inputs: Vec<Input> = places.iter().filter_map(|p| self.of_place(p)).collect();
                for p in places {
                    let (kind, said) = (self.kind(&p.base), words::said(&p.base));
                    let node = self.node("Operation", "swap".to_owned(), said, inputs.clone(), kind, words::line(&p.base));
                    self.state.insert(p.base.to_string(), whole(node));
                }
            }
            Stmt::If { cond, then, els } => {
                let line = words::first_line(cond);
                self.branches(vec![(format!("if {}", words::code(cond)), line, then), ("else".into(), line, els)]);
            }
            Stmt::Match { head, arms } => {
                let branches = arms.iter().enumerate().map(|(k, arm)| {
                    let (title, line) = words::arm(head, arm, k);
                    (title, line, &arm.body)
                });
                self.branches(branches.collect());
            }
            Stmt::Loop { head, body, .. } => self.repeat(head, body),
            Stmt::Exit { exit, .. } => self.exit(exit),
            Stmt::Rest { body, .. } => self.block(body),
            Stmt::Labeled { label, body, .. } => {
                self.loops.push(Frame { label: Some(label.ident.to_string()), block: true, breaks: vec![], continues: vec![] });
                self.within((format!("{label}"), words::line(&label.ident)), false, |b| b.block(body));
                let mut ends = self.loops.pop().map(|f| f.breaks).unwrap_or_default();
                ends.extend(self.reached.then(|| self.state.clone()));
                self.meet(ends, 0);
            }
            Stmt::Body(body) => {
                self.block(body);
                let mut ends = std::mem::take(&mut self.returns);
                ends.extend(self.reached.then(|| self.state.clone()));
                self.meet(ends, 0);
                self.reached = true;
            }
        }
    }

    fn exit(&mut self, exit: &Exit) {
        let state = self.state.clone();
        self.reached = false;
        let frame = |loops: &mut Vec<Frame>, label: &Option<syn::Lifetime>| {
            let at = label.as_ref().map(|l| l.ident.to_string());
            loops.iter().rposition(|f| if at.is_none() { !f.block } else { f.label == at })
        };
        match exit {
            Exit::Return => self.returns.push(state),
            Exit::Break(label) => {
                if let Some(k) = frame(&mut self.loops, label) {
                    self.loops[k].breaks.push(state);
                }
            }
            Exit::Continue(label) => {
                if let Some(k) = frame(&mut self.loops, label) {
                    self.loops[k].continues.push(state);
                }
            }
        }
    }

    /// Runs `body` in a region of its own.
    fn within(&mut self, (title, line): (String, usize), alternative: bool, body: impl FnOnce(&mut Self)) {
        let outer = self.region;
        self.graph.regions.push(Region { title, parent: outer, alternative, line });
        self.region = self.graph.regions.len() - 1;
        body(self);
        self.region = outer;
    }

    /// Blocks of which one runs.
    fn branches(&mut self, branches: Vec<(String, usize, &Vec<Stmt>)>) {
        let (before, line) = (self.state.clone(), branches.first().map_or(0, |b| b.1));
        let mut ends = vec![];
        for (k, (title, line, body)) in branches.into_iter().enumerate() {
            self.state = before.clone();
            self.reached = true;
            self.within((title, line), k > 0, |b| b.block(body));
            ends.extend(self.reached.then(|| self.state.clone()));
        }
        self.meet(ends, line);
    }

    /// Where paths meet: a variable that differs between them is merged.
    fn meet(&mut self, ends: Vec<State>, line: usize) {
        self.reached = !ends.is_empty();
        let Some((first, rest)) = ends.split_first() else { return };
        self.state.clone_from(first);
        self.state.retain(|v, _| rest.iter().all(|s| s.contains_key(v)));
        let mut differ: Vec<&String> = first.keys().filter(|v| rest.iter().any(|s| s.get(*v).is_some_and(|i| *i != first[*v]))).collect();
        differ.sort();
        for variable in differ {
            let mut inputs: Vec<Input> = vec![];
            for end in &ends {
                inputs.extend(end.get(variable).filter(|i| !inputs.contains(i)).cloned());
            }
            let (kind, said) =
                (self.kind(&crate::tokens::ident(variable, proc_macro2::Span::call_site())), self.said_of(&inputs, variable));
            let line = if line == 0 { self.line_of(&inputs) } else { line };
            let node = self.node("Merge", "merge".into(), said, inputs, kind, line);
            self.state.insert(variable.clone(), whole(node));
        }
    }

    /// How the user calls a variable that is merged: as its parts are called.
    fn said_of(&self, inputs: &[Input], variable: &str) -> String {
        let mut names = inputs.iter().filter_map(Input::node).map(|k| &self.graph.nodes[k].variable);
        let said = names.find(|n| words::is_version(variable, n));
        said.cloned().unwrap_or_default()
    }

    fn line_of(&self, inputs: &[Input]) -> usize {
        inputs.iter().filter_map(Input::node).map(|k| self.graph.nodes[k].line).max().unwrap_or(0)
    }

    /// A loop: what it changes is carried from iteration to iteration.
    fn repeat(&mut self, head: &Head, body: &[Stmt]) {
        let (title, line) = words::head(head);
        let endless = title.ends_with("loop");
        let mut changed: Vec<Ident> = vec![];
        walk(body, &mut |s| {
            for place in s.writes() {
                if !changed.contains(&place.base) {
                    changed.push(place.base.clone());
                }
            }
        });
        self.loops.push(Frame { label: head.label(), block: false, breaks: vec![], continues: vec![] });
        let mut after = State::new();
        self.within((title, line), false, |b| {
            let mut carried = vec![];
            for variable in changed {
                let name = variable.to_string();
                if let Some(initial) = b.state.get(&name).cloned() {
                    let (kind, said) = (b.kind(&variable), words::said(&variable));
                    let node = b.node("Carried", "carried".into(), said, vec![initial], kind, line);
                    b.state.insert(name.clone(), whole(node));
                    carried.push((name, node));
                }
            }
            after = b.state.clone();
            b.block(body);
            let mut ends = b.loops.last_mut().map(|f| std::mem::take(&mut f.continues)).unwrap_or_default();
            ends.extend(b.reached.then(|| b.state.clone()));
            for (name, node) in carried {
                for value in ends.iter().filter_map(|e| e.get(&name)) {
                    let inputs = &mut b.graph.nodes[node].inputs;
                    if *value != whole(node) && !inputs.contains(value) {
                        inputs.push(value.clone());
                    }
                }
            }
        });
        let mut ends = if endless { vec![] } else { vec![after] };
        ends.extend(self.loops.pop().map(|f| f.breaks).unwrap_or_default());
        self.meet(ends, line);
    }

    fn operation(&mut self, dst: &Ident, op: &Op) {
        let said = words::said(dst);
        let (what, name, inputs) = match op {
            Op::Copy(o) => return self.alias(dst, said, o),
            Op::Rule { name, operands, params, .. } => {
                let mut inputs: Vec<Input> = operands.iter().flat_map(|o| self.read(o)).collect();
                // the derivative beside a half of `x.sin_cos()` is no input
                let params = params.iter().filter(|_| !name.ends_with("_paired"));
                inputs.extend(params.map(|p| Input::Constant(words::code(p))));
                ("Operation", words::operation(name), inputs)
            }
            Op::Call { callee, .. } => ("Call", words::callee(callee), op.reads().into_iter().flat_map(|o| self.read(o)).collect()),
            Op::Build { fields, primal, .. } => {
                ("Build", words::built(primal), fields.iter().flat_map(|(_, o)| self.read(o)).collect::<Vec<_>>())
            }
            Op::Constant { why: Why::Detach, tokens } => ("Operation", "detach".to_owned(), self.mentioned(tokens)),
            Op::Constant { why: Why::NoGrad, tokens } => ("Operation", "no_grad".to_owned(), self.mentioned(tokens)),
            Op::Constant { why: Why::Inactive, tokens } => {
                let inputs = self.mentioned(tokens);
                if inputs.is_empty() {
                    let text = if words::is_literal(tokens) || said.is_empty() { words::code(tokens) } else { said };
                    self.state.insert(dst.to_string(), Input::Constant(text));
                    return;
                }
                ("Constant", words::code(tokens), inputs)
            }
        };
        let kind = match op {
            Op::Constant { why: Why::Detach | Why::NoGrad, .. } => "Detached",
            _ => self.kind(dst),
        };
        let line = words::line_of_operation(dst, op);
        let node = self.node(what, name, said, inputs, kind, line);
        self.state.insert(dst.to_string(), whole(node));
        // what a call changes through `&mut` are outputs of it, after the value
        for (k, place) in op.writes().into_iter().enumerate() {
            let (kind, variable) = (self.kind(&place.base), words::said(&place.base) + &words::part(&place.path));
            let output = Input::Node { node, output: k + 1, part: String::new() };
            let changed = self.node("Operation", "changed".into(), variable, vec![output], kind, line);
            self.state.insert(place.base.to_string(), whole(changed));
        }
    }

    /// `let y = t1`: another name for the same value; a part of an expression takes the name.
    fn alias(&mut self, dst: &Ident, said: String, o: &Operand) {
        let Some(input) = self.read(o).into_iter().next() else { return };
        let mut input = input;
        match &mut input {
            Input::Node { node, part, .. } if part.is_empty() && !said.is_empty() => {
                let here = &mut self.graph.nodes[*node];
                if here.variable.is_empty() && here.region == self.region {
                    here.variable = said;
                    here.line = if here.line == 0 { words::line(dst) } else { here.line };
                }
            }
            Input::Constant(text) if !said.is_empty() && !matches!(o, Operand::Const(t) if words::is_literal(t)) => *text = said,
            _ => {}
        }
        self.state.insert(dst.to_string(), input);
    }

    fn store(&mut self, place: &Place, operator: Option<&str>, value: &Operand) {
        let (variable, said) = (place.base.to_string(), words::said(&place.base));
        let part = words::part(&place.path);
        let value = self.read(value);
        if part.is_empty() && operator.is_none() {
            let Some(input) = value.into_iter().next() else { return };
            // in a branch, a value from elsewhere is shown where it is chosen
            let outside = self.region != 0 && input.node().is_none_or(|k| self.graph.nodes[k].region != self.region);
            if !outside {
                if let Input::Node { node, .. } = &input
                    && self.graph.nodes[*node].variable.is_empty()
                {
                    self.graph.nodes[*node].variable.clone_from(&said);
                }
                self.state.insert(variable, input);
                return;
            }
            let kind = self.kind(&place.base);
            let node = self.node("Copy", "copy".into(), said, vec![input], kind, words::line(&place.base));
            self.state.insert(variable, whole(node));
            return;
        }
        let name = operator.unwrap_or("Store").to_owned();
        let inputs = self.state.get(&variable).cloned().into_iter().chain(value).collect();
        let kind = self.kind(&place.base);
        let node = self.node("Operation", name, format!("{said}{part}"), inputs, kind, words::line(&place.base));
        self.state.insert(variable, whole(node));
    }

    /// What an operand reads.
    fn read(&self, o: &Operand) -> Vec<Input> {
        match o {
            Operand::Const(t) => {
                let mut found = self.mentioned(t);
                match &mut found[..] {
                    [] => vec![Input::Constant(words::code(t))],
                    [Input::Node { part, .. }] => {
                        part.push_str(&words::rest_of_place(t));
                        found
                    }
                    _ => found,
                }
            }
            Operand::Place(p) | Operand::Ref(p) | Operand::Mut(p) => self.of_place(p).into_iter().collect(),
            Operand::Never => vec![],
        }
    }

    fn of_place(&self, place: &Place) -> Option<Input> {
        let more = words::part(&place.path);
        Some(match self.state.get(&place.base.to_string())?.clone() {
            Input::Node { node, output, part } => {
                let first = place.path.iter().find(|s| !matches!(s, Step::Deref | Step::Inside { .. }));
                let output = match first {
                    Some(Step::Field(syn::Member::Unnamed(index))) if part.is_empty() => index.index as usize,
                    _ => output,
                };
                Input::Node { node, output, part: part + &more }
            }
            Input::Constant(text) => Input::Constant(text + &more),
        })
    }

    /// The nodes of the variables that constant tokens mention.
    fn mentioned(&self, tokens: &TokenStream) -> Vec<Input> {
        let mut found = vec![];
        words::identifiers(tokens, &mut |name| {
            if let Some(input @ Input::Node { .. }) = self.state.get(name)
                && !found.contains(input)
            {
                found.push(input.clone());
            }
        });
        found
    }
}
