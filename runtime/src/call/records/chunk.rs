//! Chunks: memory that a thread's records lie in side by side.
//!
//! Input: how much is wanted. Output: a lease of a stretch of a chunk. Invariant: stretches that are leased at the same time do not overlap; a chunk's memory
//! is there while one of its stretches is leased.

use std::cell::{RefCell, UnsafeCell};
use std::mem::MaybeUninit;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{Ordering, fence};

/// A cache line, in bytes: what stretches begin at.
pub(super) const LINE: usize = 64;

/// Lines in a thread's first chunk: 512 bytes. Each further one is twice as large, up to 64 KB.
const FIRST: usize = 8;
const LINES: usize = 1024;

#[repr(align(64))]
struct Line {
    _bytes: [u8; LINE],
}

/// Lines that nothing has been written to are not initialised. Nothing here reads or writes them: who does has a lease of them.
type Chunk = [MaybeUninit<UnsafeCell<Line>>];

/// The chunk that a thread takes stretches of, and how many of its lines are taken.
struct Shelf {
    chunk: Arc<Chunk>,
    used: usize,
}

thread_local! {
    static SHELF: RefCell<Option<Shelf>> = const { RefCell::new(None) };
}

/// A stretch of a chunk, which is its holder's alone.
pub(super) struct Lease {
    chunk: Arc<Chunk>,
    first: u32,
    lines: u32,
}

impl Lease {
    /// So many lines; nothing if a chunk has not so many, or the thread is about to end.
    pub(super) fn new(lines: usize) -> Option<Lease> {
        let take = |shelf: &mut Option<Shelf>| {
            let found = match shelf {
                Some(found) => (!found.has(lines)).then(|| 2 * found.lines()),
                None => Some(FIRST),
            };
            if let Some(wanted) = found {
                *shelf = Some(Shelf::new(wanted.max(lines.next_power_of_two()).min(LINES)));
            }
            let shelf = shelf.as_mut()?;
            let first = shelf.used;
            shelf.used += lines;
            Some(Lease { chunk: Arc::clone(&shelf.chunk), first: first as u32, lines: lines as u32 })
        };
        if lines > LINES {
            return None;
        }
        SHELF.try_with(|shelf| take(&mut *shelf.try_borrow_mut().ok()?)).ok().flatten()
    }

    /// Where the stretch begins.
    #[inline]
    pub(super) fn start(&self) -> NonNull<u8> {
        let rest = &self.chunk[self.first as usize..];
        NonNull::from(rest).cast()
    }

    /// Makes the stretch as long as that, if the lines behind it are free.
    pub(super) fn extend(&mut self, lines: usize) -> bool {
        let first = self.first as usize;
        let done = self.at_end(|shelf| {
            let fits = first + lines <= shelf.lines();
            if fits {
                shelf.used = first + lines;
            }
            fits
        });
        if done == Some(true) {
            self.lines = lines as u32;
        }
        done == Some(true)
    }

    /// Does something with the thread's shelf, if this stretch is the last on it.
    fn at_end<R>(&self, f: impl FnOnce(&mut Shelf) -> R) -> Option<R> {
        let end = (self.first + self.lines) as usize;
        let found = SHELF.try_with(|shelf| {
            let mut shelf = shelf.try_borrow_mut().ok()?;
            let shelf = shelf.as_mut().filter(|s| Arc::ptr_eq(&s.chunk, &self.chunk) && s.used == end)?;
            Some(f(shelf))
        });
        found.ok().flatten()
    }
}

impl Drop for Lease {
    #[inline]
    fn drop(&mut self) {
        let first = self.first as usize;
        self.at_end(|shelf| shelf.used = first);
    }
}

impl Shelf {
    fn new(lines: usize) -> Shelf {
        Shelf { chunk: Arc::new_uninit_slice(lines), used: 0 }
    }

    /// Whether so many lines are free: all of them, when nobody else has the chunk.
    fn has(&mut self, lines: usize) -> bool {
        if Arc::strong_count(&self.chunk) == 1 {
            // what other threads did with their stretches happened before
            fence(Ordering::Acquire);
            self.used = 0;
        }
        self.used + lines <= self.lines()
    }

    fn lines(&self) -> usize {
        self.chunk.len()
    }
}
