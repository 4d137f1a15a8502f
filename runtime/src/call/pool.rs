//! Pools: saved containers whose memory the next iteration of a fused loop uses again.
//!
//! Input: values. Output: their places in the pool. Invariant: what was kept since the pool was emptied is there; once it has been filled as far as an
//! iteration fills it, nothing is allocated.

/// Saved values of one type.
#[derive(Debug)]
pub struct Pool<T> {
    values: Vec<T>,
    used: usize,
}

impl<T> Pool<T> {
    /// An empty pool.
    #[inline]
    #[must_use]
    pub const fn new() -> Self {
        Pool { values: Vec::new(), used: 0 }
    }

    /// Empties the pool.
    #[inline]
    pub fn clear(&mut self) {
        self.used = 0;
    }

    /// Keeps a copy of a value, and says where.
    #[inline]
    pub fn keep<B: ?Sized + ToOwned<Owned = T>>(&mut self, value: &B) -> usize {
        let at = self.used;
        self.used += 1;
        match self.values.get_mut(at) {
            Some(old) => value.clone_into(old),
            None => self.values.push(value.to_owned()),
        }
        at
    }

    /// The value that was kept there.
    ///
    /// # Panics
    /// If nothing was.
    #[inline]
    pub fn at(&self, at: usize) -> &T {
        &self.values[at]
    }
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Pool::new()
    }
}
