//! Records: the saves of a loop, one for each iteration, in memory that many calls share.
//!
//! Input: records, in the order of the iterations. Output: the same by their number. Invariant: as a `Vec`, but for where a few kilobytes lie: in a chunk
//! that the thread's calls fill one after the other ([`Lease`]), so that a callee's records cost a loop no allocation each.
//!
//! ```text
//! chunk:  │ records of call 1 │ of call 2 │ of call 3 │ … free      one count for all; the chunk is used again when nobody holds a part of it
//! ```
//!
//! A pullback owns its records, and many calls of a loop keep theirs until the way back. Allocated one by one they are as many calls of
//! the allocator, whose bookkeeping has left the cache when they are freed: a sixth of the time of an LSTM's gradient.

mod chunk;

use chunk::{LINE, Lease};
use std::fmt;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::ptr::NonNull;

/// Larger records lie in a `Vec` of their own, bytes.
const SHARED: usize = 16 * 1024;

/// Records that are pushed on the way forward and read on the way back.
pub struct Records<T> {
    /// The first record; `room` of them fit, and `len` are there.
    start: NonNull<T>,
    len: usize,
    room: usize,
    /// Whose memory it is; nobody's: a `Vec`'s.
    lease: Option<Lease>,
    owned: PhantomData<T>,
}

// SAFETY: the records are owned as by a `Vec`: nobody else has a pointer to them, and their memory is theirs alone until they are dropped. The
// count of the chunk's holders is atomic, and who uses the chunk again has seen the others give it up (`Shelf::has`).
unsafe impl<T: Send> Send for Records<T> {}
// SAFETY: a shared reference gives shared references to the records, as a `Vec`'s does.
unsafe impl<T: Sync> Sync for Records<T> {}

impl<T: UnwindSafe> UnwindSafe for Records<T> {}
impl<T: RefUnwindSafe> RefUnwindSafe for Records<T> {}

impl<T> Records<T> {
    /// No records.
    #[inline]
    #[must_use]
    pub const fn new() -> Self {
        let room = if size_of::<T>() == 0 { usize::MAX } else { 0 };
        Records { start: NonNull::dangling(), len: 0, room, lease: None, owned: PhantomData }
    }

    /// Adds a record.
    #[inline]
    pub fn push(&mut self, record: T) {
        if self.len == self.room {
            self.grow(1);
        }
        // SAFETY: `len < room`, so that the place lies in the memory that is owned; no record is there yet.
        unsafe { self.start.add(self.len).write(record) };
        self.len += 1;
    }

    /// Makes room for more records.
    #[inline]
    pub fn reserve(&mut self, more: usize) {
        if more > self.room - self.len {
            self.grow(more);
        }
    }

    /// Drops all records; their memory stays.
    #[inline]
    pub fn clear(&mut self) {
        let records = std::ptr::slice_from_raw_parts_mut(self.start.as_ptr(), self.len);
        self.len = 0;
        // SAFETY: these are the records pushed so far; with the length zero, nobody reaches them again, even if a drop panics.
        unsafe { records.drop_in_place() };
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, more: usize) {
        let room = self.len.checked_add(more).expect("capacity overflow").max(self.room.saturating_mul(2)).max(4);
        let bytes = room.saturating_mul(size_of::<T>());
        let in_vec = self.lease.is_none() && self.room > 0;
        if bytes <= SHARED && align_of::<T>() <= LINE && !in_vec {
            let lines = bytes.div_ceil(LINE);
            let fit = lines * LINE / size_of::<T>();
            if self.lease.as_mut().is_some_and(|l| l.extend(lines)) {
                self.room = fit;
                return;
            }
            if let Some(lease) = Lease::new(lines) {
                return self.move_to(lease.start().cast(), fit, Some(lease));
            }
        }
        let mut memory = ManuallyDrop::new(match self.lease {
            Some(_) => Vec::with_capacity(room),
            None => self.take_vec(),
        });
        let len = memory.len();
        memory.reserve_exact(room - len);
        let start = NonNull::new(memory.as_mut_ptr()).expect("a Vec's pointer is not null");
        if self.lease.is_some() {
            return self.move_to(start, memory.capacity(), None);
        }
        (self.start, self.len, self.room) = (start, len, memory.capacity());
    }

    /// The records as the `Vec` whose memory they lie in; none are left.
    fn take_vec(&mut self) -> Vec<T> {
        debug_assert!(self.lease.is_none() && size_of::<T>() > 0, "the memory is a Vec's");
        let (start, len, room) = (self.start, self.len, self.room);
        (self.start, self.len, self.room) = (NonNull::dangling(), 0, 0);
        // SAFETY: without a lease the parts are those of a `Vec` (`grow`), or of an empty one (`new`); they are given up here.
        unsafe { Vec::from_raw_parts(start.as_ptr(), len, room) }
    }

    /// Moves the records into other memory, and gives up what they were in. No memory of a `Vec`'s is given up: its growth is the `Vec`'s own.
    fn move_to(&mut self, start: NonNull<T>, room: usize, lease: Option<Lease>) {
        debug_assert!(self.lease.is_some() || self.room == 0, "no Vec is left behind");
        // SAFETY: `len` records lie at the old start and fit at the new one, in memory that is nobody else's yet, so that the two do not overlap;
        // the old ones are not used again.
        unsafe { start.copy_from_nonoverlapping(self.start, self.len) };
        (self.start, self.room, self.lease) = (start, room, lease);
    }
}

impl<T> Drop for Records<T> {
    #[inline]
    fn drop(&mut self) {
        self.clear();
        if self.lease.is_none() && size_of::<T>() > 0 {
            drop(self.take_vec());
        }
    }
}

impl<T> Deref for Records<T> {
    type Target = [T];
    #[inline]
    fn deref(&self) -> &[T] {
        // SAFETY: `len` records lie there, and live as long as `self`, which is borrowed.
        unsafe { NonNull::slice_from_raw_parts(self.start, self.len).as_ref() }
    }
}

impl<T> DerefMut for Records<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: `len` records lie there, and live as long as `self`, which is borrowed mutably.
        unsafe { NonNull::slice_from_raw_parts(self.start, self.len).as_mut() }
    }
}

impl<T> Default for Records<T> {
    fn default() -> Self {
        Records::new()
    }
}

impl<T: fmt::Debug> fmt::Debug for Records<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::Records;
    use std::rc::Rc;

    fn filled(n: usize, from: usize) -> Records<(usize, f64)> {
        let mut records = Records::new();
        (0..n).for_each(|k| records.push((from + k, k as f64)));
        records
    }

    #[test]
    fn many_at_a_time_keep_their_records() {
        for n in [0, 1, 3, 4, 5, 70, 900, 5000] {
            let all: Vec<_> = (0..20).map(|r| filled(n, 10_000 * r)).collect();
            for (r, records) in all.iter().enumerate() {
                assert_eq!(records.len(), n);
                assert!(records.iter().enumerate().all(|(k, x)| *x == (10_000 * r + k, k as f64)));
            }
            let kept: Vec<_> = all.into_iter().step_by(3).collect();
            let more = filled(n, 7);
            assert!(kept.iter().all(|records| records.iter().enumerate().all(|(k, x)| x.0 % 10_000 == k)));
            assert!(more.iter().enumerate().all(|(k, x)| x.0 == 7 + k));
        }
    }

    #[test]
    fn what_grows_beside_others_moves() {
        let (mut a, mut b) = (Records::new(), Records::new());
        for k in 0..3000_u64 {
            a.push(k);
            b.push([k as u32; 5]);
        }
        assert!(a.iter().zip(b.iter()).zip(0..).all(|((a, b), k)| *a == k && *b == [k as u32; 5]));
    }

    #[test]
    fn records_are_dropped_once() {
        let one = Rc::new(());
        let mut records = Records::new();
        records.reserve(10);
        (0..700).for_each(|_| records.push(Rc::clone(&one)));
        assert_eq!(Rc::strong_count(&one), 701);
        records.clear();
        assert_eq!((Rc::strong_count(&one), records.len()), (1, 0));
        (0..5000).for_each(|_| records.push(Rc::clone(&one)));
        drop(records);
        assert_eq!(Rc::strong_count(&one), 1);
    }

    #[test]
    fn records_without_a_size_need_no_memory() {
        let mut records = Records::new();
        records.reserve(1_000_000_000_000);
        (0..100).for_each(|_| records.push(()));
        assert_eq!(records.len(), 100);
    }

    #[test]
    fn records_may_go_to_another_thread() {
        let records: Vec<_> = (0..50).map(|k| filled(40, k)).collect();
        let sum = |all: &[Records<(usize, f64)>]| all.iter().flat_map(|r| r.iter()).map(|x| x.0).sum::<usize>();
        let expected = sum(&records);
        let there = std::thread::spawn(move || {
            let own = filled(40, 3);
            let found = sum(&records);
            drop(records);
            (found, own)
        });
        let here: Vec<_> = (0..50).map(|k| filled(40, k)).collect();
        let (found, own) = there.join().expect("no panic");
        assert_eq!((found, sum(&here)), (expected, expected));
        assert_eq!(own[39], (42, 39.0));
    }

    #[test]
    fn large_alignments_are_kept() {
        #[repr(align(256))]
        #[derive(Clone, Copy)]
        struct Wide(u8);
        let mut records = Records::new();
        (0..100).for_each(|k| records.push(Wide(k)));
        assert!(records.iter().zip(0..).all(|(w, k)| w.0 == k && (&raw const *w).addr() % 256 == 0));
    }
}
