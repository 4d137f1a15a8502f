//! Stacks without a heap: the records of loops whose number of iterations is known when the program is compiled.
//!
//! Input: records, in the order of the iterations. Output: the same by their number. Invariant: as a `Vec`, but for the memory; no loop pushes more than `N`.

use std::ops::Index;

/// Up to `N` records.
#[derive(Debug)]
pub struct Stack<T, const N: usize> {
    records: [Option<T>; N],
    len: usize,
}

impl<T, const N: usize> Stack<T, N> {
    /// An empty stack.
    #[inline]
    #[must_use]
    pub fn new() -> Self {
        Stack { records: std::array::from_fn(|_| None), len: 0 }
    }

    /// Adds a record.
    ///
    /// # Panics
    /// If there are `N` already.
    #[inline]
    pub fn push(&mut self, record: T) {
        self.records[self.len] = Some(record);
        self.len += 1;
    }

    /// How many records there are.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The record that was pushed last.
    #[inline]
    pub fn last_mut(&mut self) -> Option<&mut T> {
        self.records[..self.len].last_mut()?.as_mut()
    }

    /// Forgets all records.
    #[inline]
    pub fn clear(&mut self) {
        self.len = 0;
    }

    /// Nothing: there is room already.
    #[inline(always)]
    pub fn reserve(&mut self, _: usize) {}
}

impl<T, const N: usize> Default for Stack<T, N> {
    fn default() -> Self {
        Stack::new()
    }
}

impl<T, const N: usize> Index<usize> for Stack<T, N> {
    type Output = T;
    #[inline]
    fn index(&self, at: usize) -> &T {
        self.records[at].as_ref().expect("pushed in the forward sweep")
    }
}
