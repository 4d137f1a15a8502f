//! What a call takes from the heap.
//!
//! Input: a function. Output: its allocations, their bytes, and the most that was in use at once. Invariant: counts are of this thread, so that tests may run
//! side by side. A test that counts makes [`Counting`] its `#[global_allocator]`.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// The system's allocator, with counters.
#[derive(Debug)]
pub struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
    static BYTES: Cell<usize> = const { Cell::new(0) };
    static LIVE: Cell<usize> = const { Cell::new(0) };
    static PEAK: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call goes to the system's allocator as it came; the counters are plain cells without a destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        BYTES.set(BYTES.get() + layout.size());
        LIVE.set(LIVE.get() + layout.size());
        PEAK.set(PEAK.get().max(LIVE.get()));
        // SAFETY: the caller's promise is passed on
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.set(LIVE.get().saturating_sub(layout.size()));
        // SAFETY: the caller's promise is passed on
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// What a call took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heap {
    /// How often it allocated.
    pub allocations: usize,
    /// The bytes of all allocations.
    pub bytes: usize,
    /// The most bytes in use at once, beyond those before it.
    pub peak: usize,
}

/// What a call takes from the heap; that of its result is given back afterwards.
pub fn heap<R>(f: impl FnOnce() -> R) -> Heap {
    let (allocations, bytes, live) = (ALLOCATIONS.get(), BYTES.get(), LIVE.get());
    PEAK.set(live);
    let result = f();
    let taken = Heap { allocations: ALLOCATIONS.get() - allocations, bytes: BYTES.get() - bytes, peak: PEAK.get() - live };
    drop(result);
    taken
}
