//! The command line. Input: arguments. Output: `Options`. Invariant: without arguments, everything is run.

use clap::Parser;
use std::path::PathBuf;

/// What gradients cost: pullback, hand-written adjoints, other crates, JAX and PyTorch, in one run.
#[derive(Clone, Debug, Parser)]
pub struct Options {
    /// Only cases whose names contain one of these.
    #[arg(long, value_delimiter = ',')]
    pub cases: Vec<String>,
    /// Only these tools (hand and pullback are always there).
    #[arg(long, value_delimiter = ',')]
    pub tools: Vec<String>,
    /// How many times each tool's batch is timed.
    #[arg(long, default_value_t = 7)]
    pub rounds: usize,
    /// Seconds that a batch takes.
    #[arg(long, default_value_t = 0.1)]
    pub batch: f64,
    /// Without Python.
    #[arg(long)]
    pub no_python: bool,
    /// The interpreter that has JAX and PyTorch.
    #[arg(long, default_value = "python3")]
    pub python: PathBuf,
    /// Without the build times.
    #[arg(long)]
    pub no_build: bool,
    /// Without the run times.
    #[arg(long)]
    pub only_build: bool,
    /// Where the tables, the JSON and the chart go.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/target/results"))]
    pub out: PathBuf,
    /// Serve a case's tool to a parent process.
    #[arg(long, num_args = 2, hide = true)]
    pub serve: Vec<String>,
}

impl Options {
    /// Whether a case is asked for.
    pub fn has_case(&self, name: &str) -> bool {
        self.cases.is_empty() || self.cases.iter().any(|part| name.contains(part.as_str()))
    }

    /// Whether a tool is asked for.
    pub fn has_tool(&self, name: &str) -> bool {
        self.tools.is_empty() || ["hand", "pullback"].contains(&name) || self.tools.iter().any(|tool| tool == name)
    }

    /// The interpreter, unless Python is left out.
    pub fn interpreter(&self) -> Option<PathBuf> {
        (!self.no_python).then(|| self.python.clone())
    }
}
