//! One tool's way to do a case. Input: how to set up, run, and read the result as numbers. Output: a `Work` that can be timed.
//! Invariant: setting up is not timed; what is timed returns a fresh result each time.

use std::hint::black_box;

/// What is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quantity {
    /// The function itself.
    Primal,
    /// Its value and derivatives; for training, a step.
    Gradient,
}

impl Quantity {
    /// Both, in order.
    pub const ALL: [Quantity; 2] = [Quantity::Primal, Quantity::Gradient];

    /// The name used between processes.
    pub fn name(self) -> &'static str {
        match self {
            Quantity::Primal => "primal",
            Quantity::Gradient => "gradient",
        }
    }
}

/// Something that is set up and can be run.
pub trait Work {
    /// Runs once.
    fn run(&mut self);
    /// The numbers of the last run.
    fn numbers(&self) -> Vec<f64>;
}

struct Task<S, R, F, N> {
    state: S,
    last: Option<R>,
    run: F,
    numbers: N,
}

impl<S, R, F: FnMut(&mut S) -> R, N: Fn(&S, &R) -> Vec<f64>> Work for Task<S, R, F, N> {
    fn run(&mut self) {
        // What the last run left is not there beside what this one makes.
        self.last = None;
        self.last = Some(black_box((self.run)(black_box(&mut self.state))));
    }

    fn numbers(&self) -> Vec<f64> {
        self.last.as_ref().map(|last| (self.numbers)(&self.state, last)).unwrap_or_default()
    }
}

/// A tool's primal or gradient of a case.
pub struct Contender {
    /// The tool.
    pub tool: &'static str,
    /// What it computes.
    pub quantity: Quantity,
    /// Sets it up.
    pub work: Box<dyn Fn() -> Box<dyn Work>>,
}

impl Contender {
    /// From a function of a state, and the reading of what it returns.
    ///
    /// `numbers` gives the value and the derivatives, in the reference's order.
    pub fn new<S: 'static, R: 'static>(
        tool: &'static str,
        quantity: Quantity,
        state: impl Fn() -> S + 'static,
        run: fn(&mut S) -> R,
        numbers: fn(&S, &R) -> Vec<f64>,
    ) -> Self {
        Contender { tool, quantity, work: Box::new(move || Box::new(Task { state: state(), last: None, run, numbers })) }
    }
}

/// An input that other processes can read: named arrays with their shapes, a scalar's being empty.
pub type Arrays = Vec<(&'static str, Vec<usize>, Vec<f64>)>;

/// How a result is compared with the reference.
#[derive(Clone, Copy, Debug)]
pub enum Tolerance {
    /// Each number's error, relative to the larger of its size and a millionth of the largest.
    Each(f64),
    /// The norm of the error relative to the norm of the reference.
    Norm(f64),
}

/// A function, and all who can differentiate it.
pub struct Case {
    /// Its name, as in `--cases`.
    pub name: &'static str,
    /// The heading of its table.
    pub title: &'static str,
    /// What everyone's gradient is compared with: the value, then the derivatives.
    pub reference: Box<dyn Fn() -> Vec<f64>>,
    /// How closely.
    pub tolerance: Tolerance,
    /// The contenders of this program.
    pub contenders: Vec<Contender>,
    /// The input, for those of other programs.
    pub arrays: Box<dyn Fn() -> Arrays>,
    /// Tools of other programs that can do it.
    pub python: &'static [&'static str],
    /// Whether it is run on two threads as well.
    pub threaded: bool,
}
