//! How many threads large products share.
//!
//! Input: the size of a job in units that pay for a thread. Output: the number of threads. Invariant: never more than the machine has, or
//! than [`set_threads`] allows.

use std::sync::atomic::{AtomicUsize, Ordering};

/// The limit; 0 before the first use.
static LIMIT: AtomicUsize = AtomicUsize::new(0);

/// Lets large matrix products use up to `n` threads, in the whole program. Without it as many as the machine runs at a time.
///
/// A product of m × k and k × n takes one thread for each 2²¹ of its m k n multiplications; from two threads on the rows of the result are shared among them.
///
/// ```
/// # use pullback::prelude::*;
/// pullback::tensor::set_threads(1); // all products on the thread that asks for them
/// assert_eq!(Tensor::<f64>::ones([2, 2]).matmul(&Tensor::ones([2])), tensor![2.0, 2.0]);
/// ```
pub fn set_threads(n: usize) {
    LIMIT.store(n.max(1), Ordering::Relaxed);
}

/// How many threads share a job that is worth `units` threads.
pub(super) fn count(units: usize) -> usize {
    if units < 2 {
        return 1;
    }
    let limit = match LIMIT.load(Ordering::Relaxed) {
        0 => {
            let n = std::thread::available_parallelism().map_or(1, usize::from);
            LIMIT.store(n, Ordering::Relaxed);
            n
        }
        n => n,
    };
    units.min(limit)
}
