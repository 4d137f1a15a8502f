//! What a random program may name at the place that is being written.
//!
//! Input: declarations and scopes opened and closed. Output: the variables visible there. Invariant: a shadowed, hidden or borrowed
//! variable is never offered for what the borrow checker would refuse.

/// The shape of a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `f64`
    Scalar,
    /// `&f64`
    Reference,
    /// `[f64; n]`
    Array(usize),
    /// `Vec<f64>` of at least so many elements
    Vector(usize),
    /// `&[f64]` of at least so many elements
    Slice(usize),
    /// `(f64, f64)`
    Pair,
    /// `[[f64; 2]; 2]`
    Matrix,
    /// The struct `Point`
    Point,
    /// `Option<f64>`
    Maybe,
    /// `usize`, never assigned but by its own loop
    Index,
}

impl Shape {
    /// The least number of elements, for what can be indexed by one index.
    #[must_use]
    pub fn length(self) -> Option<usize> {
        match self {
            Self::Array(n) | Self::Vector(n) | Self::Slice(n) => Some(n),
            _ => None,
        }
    }
}

/// A variable.
#[derive(Debug, Clone)]
pub struct Variable {
    /// Its name, which need not be unique.
    pub name: String,
    /// Its shape.
    pub shape: Shape,
    /// Whether it is declared `mut`.
    pub mutable: bool,
    /// Its number, which is unique.
    pub id: usize,
}

/// The scopes open at a place.
#[derive(Debug, Clone, Default)]
pub struct Scopes {
    open: Vec<Vec<Variable>>,
    frozen: Vec<Vec<usize>>,
    hidden: Vec<Vec<usize>>,
    next: usize,
}

impl Scopes {
    /// Opens a scope.
    pub fn enter(&mut self) {
        self.open.push(Vec::new());
        self.frozen.push(Vec::new());
        self.hidden.push(Vec::new());
    }

    /// Closes the innermost scope, and with it the borrows made in it.
    pub fn leave(&mut self) {
        self.open.pop();
        self.frozen.pop();
        self.hidden.pop();
    }

    /// Declares a variable in the innermost scope.
    pub fn declare(&mut self, name: &str, shape: Shape, mutable: bool) {
        self.next += 1;
        let variable = Variable { name: name.to_owned(), shape, mutable, id: self.next };
        self.open.last_mut().expect("a scope is open").push(variable);
    }

    /// A name that no variable has had.
    pub fn fresh(&mut self, stem: &str) -> String {
        self.next += 1;
        format!("{stem}{}", self.next)
    }

    /// Forbids changing the variable until the innermost scope is closed.
    pub fn freeze(&mut self, id: usize) {
        self.frozen.last_mut().expect("a scope is open").push(id);
    }

    /// Forbids naming the variable until the innermost scope is closed.
    pub fn hide(&mut self, id: usize) {
        self.hidden.last_mut().expect("a scope is open").push(id);
    }

    /// The variables that may be read, innermost first.
    #[must_use]
    pub fn visible(&self) -> Vec<Variable> {
        let mut seen = Vec::<&str>::new();
        let mut found = Vec::new();
        for v in self.open.iter().rev().flat_map(|s| s.iter().rev()) {
            if seen.contains(&v.name.as_str()) {
                continue;
            }
            seen.push(&v.name);
            if !self.hidden.iter().flatten().any(|h| *h == v.id) {
                found.push(v.clone());
            }
        }
        found
    }

    /// The variables that may be changed.
    #[must_use]
    pub fn changeable(&self) -> Vec<Variable> {
        let free = |v: &Variable| v.mutable && !self.frozen.iter().flatten().any(|f| *f == v.id);
        self.visible().into_iter().filter(free).collect()
    }
}
