//! One case's run. Input: a case, options. Output: a row for each tool. Invariant: a tool is checked before it is timed, and one that fails
//! the check is not timed; all tools are timed in turn, round after round.

use crate::contender::{Case, Quantity, Tolerance};
use crate::options::Options;
use crate::process::{Process, write_input};
use crate::statistics::Spread;
use serde::Serialize;

/// What became of one tool on one case.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The tool.
    pub tool: String,
    /// Milliseconds of the primal.
    pub primal: Option<Spread>,
    /// Milliseconds of the gradient.
    pub gradient: Option<Spread>,
    /// The error against the reference, as the case measures it.
    pub error: Option<f64>,
    /// The process's highest memory, in megabytes.
    pub memory: Option<f64>,
    /// Why there is no time.
    pub refused: Option<String>,
}

struct Runner {
    process: Process,
    row: Row,
    /// For each quantity: how many runs make a batch, and the milliseconds of each batch's run.
    batches: Vec<(Quantity, usize, Vec<f64>)>,
}

/// Checks and times all tools on a case.
pub fn run(case: &Case, options: &Options, threads: usize) -> Vec<Row> {
    let reference = (case.reference)();
    let input = write_input(case.name, &(case.arrays)());
    let mut tools: Vec<&str> = case.contenders.iter().map(|c| c.tool).collect();
    tools.dedup();
    let mut starts: Vec<(&str, Result<Process, String>)> = Vec::new();
    for tool in tools.into_iter().filter(|t| options.has_tool(t)) {
        starts.push((tool, Process::own(case.name, tool, threads)));
    }
    if let Some(interpreter) = options.interpreter() {
        for tool in case.python.iter().filter(|t| options.has_tool(t)) {
            let started = input.clone().and_then(|input| Process::python(&interpreter, case.name, tool, &input, threads));
            starts.push((tool, started));
        }
    }
    let (mut runners, mut rows) = (Vec::new(), Vec::new());
    for (tool, started) in starts {
        let mut row = Row { tool: tool.to_owned(), primal: None, gradient: None, error: None, memory: None, refused: None };
        match started.and_then(|mut process| check(&mut process, case, &reference, &mut row).map(|()| process)) {
            Ok(process) => runners.push(Runner { process, row, batches: Vec::new() }),
            Err(reason) => rows.push(Row { refused: Some(reason), ..row }),
        }
    }
    for runner in &mut runners {
        if let Err(reason) = runner.calibrate(options) {
            runner.row.refused = Some(reason);
        }
    }
    for round in 0..options.rounds {
        eprint!("\r{}, {threads} thread(s): round {} of {}   ", case.name, round + 1, options.rounds);
        runners.iter_mut().for_each(|runner| runner.round(threads));
    }
    eprintln!();
    rows.splice(0..0, runners.into_iter().map(Runner::finish));
    rows
}

fn check(process: &mut Process, case: &Case, reference: &[f64], row: &mut Row) -> Result<(), String> {
    process.run(Quantity::Gradient, 1)?;
    let numbers = process.result(Quantity::Gradient)?;
    if numbers.len() != reference.len() {
        return Err(format!("{} numbers where the reference has {}", numbers.len(), reference.len()));
    }
    let (error, bound) = case.tolerance.error(&numbers, reference);
    row.error = Some(error);
    // A NaN is no small error.
    if error <= bound { Ok(()) } else { Err(format!("wrong: error {error:.1e}")) }
}

impl Tolerance {
    /// The error, and what it may be at most.
    pub fn error(self, numbers: &[f64], reference: &[f64]) -> (f64, f64) {
        let norm = |v: &mut dyn Iterator<Item = f64>| v.map(|v| v * v).sum::<f64>().sqrt();
        let differences = || numbers.iter().zip(reference).map(|(a, b)| a - b);
        match self {
            Tolerance::Each(bound) => {
                let least = reference.iter().fold(0.0_f64, |a, b| a.max(b.abs())) * 1e-6;
                let relative = differences().zip(reference).map(|(d, b)| d.abs() / b.abs().max(least));
                (relative.fold(0.0, |a, b| if b > a || b.is_nan() { b } else { a }), bound)
            }
            Tolerance::Norm(bound) => (norm(&mut differences()) / norm(&mut reference.iter().copied()), bound),
        }
    }
}

impl Runner {
    /// Finds how many runs take as long as a batch should.
    fn calibrate(&mut self, options: &Options) -> Result<(), String> {
        for quantity in self.process.quantities.clone() {
            let mut times = 1;
            loop {
                let seconds = self.process.run(quantity, times)?.wall;
                if seconds > 0.3 * options.batch || times > 1 << 24 {
                    times = ((times as f64 * options.batch / seconds).ceil() as usize).max(1);
                    break;
                }
                times *= 4;
            }
            self.batches.push((quantity, times, Vec::new()));
        }
        Ok(())
    }

    /// Times one batch of each. One thread is timed by the processor, so that other programs do not enter; two are by the clock.
    fn round(&mut self, threads: usize) {
        for (quantity, times, milliseconds) in &mut self.batches {
            // What takes seconds is not repeated as often.
            if milliseconds.len() >= 3 && milliseconds[0] > 2000.0 || self.row.refused.is_some() {
                continue;
            }
            match self.process.run(*quantity, *times) {
                Ok(seconds) => milliseconds.push(1e3 * if threads == 1 { seconds.cpu } else { seconds.wall } / *times as f64),
                Err(reason) => self.row.refused = Some(reason),
            }
        }
    }

    fn finish(mut self) -> Row {
        for (quantity, _, milliseconds) in &mut self.batches {
            let spread = Some(Spread::of(milliseconds));
            match quantity {
                Quantity::Primal => self.row.primal = spread,
                Quantity::Gradient => self.row.gradient = spread,
            }
        }
        self.row.memory = self.process.peak_memory();
        self.row
    }
}
