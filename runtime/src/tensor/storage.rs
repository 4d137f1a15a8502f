//! The entries of tensors: shared by clones, recycled when the last of them is gone, transposed only when somebody reads them.
//!
//! Input: entries, row-major, or a storage of matrices whose transposes these are. Output: [`Storage`]. Invariant: what a tensor drops its
//! thread keeps for the next one, so that a program which does the same again and again allocates nothing from the second time on.

use super::chain::Chain;
use crate::real::Real;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, OnceLock};

/// Scalars in memory that their thread keeps for others when they are dropped.
#[derive(Debug, PartialEq)]
pub struct Buffer<T: Real>(Vec<T>);

impl<T: Real> Buffer<T> {
    /// An empty buffer with room for `n` entries.
    pub(super) fn empty(n: usize) -> Self {
        let mut buffer = Self::recycled(n);
        buffer.clear();
        buffer
    }

    /// `n` entries that are to be overwritten.
    pub(super) fn stale(n: usize) -> Self {
        let mut buffer = Self::recycled(n);
        buffer.resize(n, T::ZERO);
        buffer
    }

    /// `n` entries of one value.
    pub(super) fn filled(n: usize, value: T) -> Self {
        let mut buffer = Self::empty(n);
        buffer.resize(n, value);
        buffer
    }

    fn recycled(n: usize) -> Self {
        let found = if n == 0 { Some(Vec::new()) } else { T::with_pool(|pool| pool.find(n)).flatten() };
        Buffer(found.unwrap_or_else(|| Vec::with_capacity(n)))
    }
}

impl<T: Real> From<&[T]> for Buffer<T> {
    fn from(entries: &[T]) -> Self {
        entries.iter().copied().collect()
    }
}

impl<T: Real> From<Vec<T>> for Buffer<T> {
    fn from(entries: Vec<T>) -> Self {
        Buffer(entries)
    }
}

impl<T: Real> From<Buffer<T>> for Vec<T> {
    fn from(mut buffer: Buffer<T>) -> Self {
        std::mem::take(&mut buffer.0)
    }
}

impl<T: Real> FromIterator<T> for Buffer<T> {
    #[inline]
    fn from_iter<I: IntoIterator<Item = T>>(entries: I) -> Self {
        let entries = entries.into_iter();
        let mut buffer = Buffer::empty(entries.size_hint().0);
        buffer.extend(entries);
        buffer
    }
}

impl<T: Real> Deref for Buffer<T> {
    type Target = Vec<T>;
    fn deref(&self) -> &Vec<T> {
        &self.0
    }
}

impl<T: Real> DerefMut for Buffer<T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        &mut self.0
    }
}

impl<T: Real> Drop for Buffer<T> {
    fn drop(&mut self) {
        let entries = std::mem::take(&mut self.0);
        if entries.capacity() > 0 {
            T::with_pool(|pool| pool.keep(entries));
        }
    }
}

/// What clones share: the entries, or how to come by them.
#[derive(Debug)]
struct Shared<T: Real> {
    entries: OnceLock<Buffer<T>>,
    flip: Option<Flip<T>>,
    chain: Chain<T>,
}

impl<T: Real> Shared<T> {
    fn of(entries: OnceLock<Buffer<T>>) -> Self {
        Shared { entries, flip: None, chain: Chain::none() }
    }

    fn entries(&self) -> &Buffer<T> {
        self.entries.get_or_init(|| match &self.flip {
            Some(flip) => flip.entries(),
            None => self.chain.run().unwrap_or_else(|| Buffer::empty(0)),
        })
    }
}

/// Matrices in a row, each to be read as its transpose.
#[derive(Clone, Debug)]
struct Flip<T: Real> {
    source: Storage<T>,
    rows: usize,
    columns: usize,
}

impl<T: Real> Flip<T> {
    /// The entries in the order of the transposes, block by block, so that both sides stay in the cache.
    fn entries(&self) -> Buffer<T> {
        const BLOCK: usize = 16;
        let (rows, columns, from) = (self.rows, self.columns, self.source.as_slice());
        let (mut to, size) = (Buffer::stale(from.len()), (rows * columns).max(1));
        for (from, to) in from.chunks_exact(size).zip(to.chunks_exact_mut(size)) {
            for i in (0..rows).step_by(BLOCK) {
                for j in (0..columns).step_by(BLOCK) {
                    let end = (i + BLOCK).min(rows);
                    for c in j..(j + BLOCK).min(columns) {
                        let run = &mut to[c * rows + i..c * rows + end];
                        run.iter_mut().zip(from[i * columns + c..].iter().step_by(columns)).for_each(|(t, f)| *t = *f);
                    }
                }
            }
        }
        to
    }
}

/// A handle on shared entries; empty only while it is dropped.
#[derive(Clone, Debug)]
pub(super) struct Storage<T: Real>(Option<Arc<Shared<T>>>);

impl<T: Real> Storage<T> {
    /// A storage of these entries.
    pub(super) fn new(entries: Buffer<T>) -> Self {
        let shell = T::with_pool(|pool| pool.shells.pop()).flatten();
        let mut shared = shell.unwrap_or_else(|| Arc::new(Shared::of(OnceLock::new())));
        match Arc::get_mut(&mut shared) {
            Some(own) => own.entries = OnceLock::from(entries),
            None => shared = Arc::new(Shared::of(OnceLock::from(entries))),
        }
        Storage(Some(shared))
    }

    fn shared(&self) -> &Shared<T> {
        self.0.as_deref().expect("a storage is empty only while it is dropped")
    }

    /// The transposes of `source`'s matrices of `rows` and `columns`, which nobody has computed yet.
    pub(super) fn flipped(source: &Storage<T>, rows: usize, columns: usize) -> Self {
        if let Some(original) = source.flip(columns, rows) {
            return original.clone();
        }
        let mut storage = Storage::new(Buffer::empty(0));
        if let Some(shared) = storage.0.as_mut().and_then(Arc::get_mut) {
            shared.entries = OnceLock::new();
            shared.flip = Some(Flip { source: source.clone(), rows, columns });
        }
        storage
    }

    /// What a chain leads to, which nobody has computed yet.
    pub(super) fn pending(chain: Chain<T>) -> Self {
        let mut storage = Storage::new(Buffer::empty(0));
        if let Some(shared) = storage.0.as_mut().and_then(Arc::get_mut) {
            shared.entries = OnceLock::new();
            shared.chain = chain;
        }
        storage
    }

    /// The steps to the entries, if there may be some left.
    pub(super) fn chain(&self) -> Option<&Chain<T>> {
        let shared = self.shared();
        shared.entries.get().is_none().then_some(&shared.chain)
    }

    /// The entries, if nobody shares them.
    pub(super) fn into_own(mut self) -> Result<Buffer<T>, Self> {
        if self.is_own() { Ok(self.into_buffer()) } else { Err(self) }
    }

    /// The matrices of `rows` and `columns` that these are the transposes of, if they were not read in their own order yet.
    pub(super) fn flip(&self, rows: usize, columns: usize) -> Option<&Storage<T>> {
        let shared = self.shared();
        let flip = shared.flip.as_ref().filter(|_| shared.entries.get().is_none())?;
        ((flip.rows, flip.columns) == (rows, columns)).then_some(&flip.source)
    }

    /// The entries, row-major.
    pub(super) fn as_slice(&self) -> &[T] {
        self.shared().entries()
    }

    /// Whether nobody shares the entries.
    pub(super) fn is_own(&mut self) -> bool {
        self.0.as_mut().is_some_and(|shared| Arc::get_mut(shared).is_some())
    }

    /// The entries, to be written: copied first if they are shared.
    pub(super) fn as_mut_slice(&mut self) -> &mut [T] {
        self.as_slice();
        if !self.is_own() {
            *self = Storage::new(self.as_slice().into());
        }
        match self.0.as_mut().and_then(Arc::get_mut) {
            Some(shared) => {
                shared.flip = None;
                shared.entries.get_mut().map_or(&mut [], |entries| entries.as_mut_slice())
            }
            None => &mut [],
        }
    }

    /// The entries, taken out without a copy if nobody shares them.
    pub(super) fn into_buffer(mut self) -> Buffer<T> {
        self.as_slice();
        match self.0.as_mut().and_then(Arc::get_mut) {
            Some(shared) => shared.entries.take().unwrap_or_else(|| Buffer::empty(0)),
            None => self.as_slice().into(),
        }
    }
}

impl<T: Real> Drop for Storage<T> {
    fn drop(&mut self) {
        let Some(mut shared) = self.0.take() else { return };
        if let Some(own) = Arc::get_mut(&mut shared) {
            // what it holds goes back to the pool before the pool is in use for the shell
            drop((own.entries.take(), own.flip.take(), own.chain.clear()));
            T::with_pool(|pool| pool.keep_shell(shared));
        }
    }
}

/// What a thread keeps of dropped tensors.
#[derive(Debug)]
pub struct Pool<T: Real> {
    buffers: Vec<Vec<T>>,
    shells: Vec<Arc<Shared<T>>>,
    /// The entries that all buffers together have room for.
    room: usize,
}

/// How many buffers a thread keeps, and for how many entries.
const BUFFERS: usize = 64;
const ROOM: usize = 1 << 24;

impl<T: Real> Pool<T> {
    pub(crate) const fn new() -> Self {
        Pool { buffers: Vec::new(), shells: Vec::new(), room: 0 }
    }

    fn keep_shell(&mut self, shell: Arc<Shared<T>>) {
        if self.shells.len() < BUFFERS {
            self.shells.push(shell);
        }
    }

    fn keep(&mut self, entries: Vec<T>) {
        if entries.capacity() > ROOM / 2 {
            return;
        }
        self.room += entries.capacity();
        self.buffers.push(entries);
        while self.buffers.len() > BUFFERS || self.room > ROOM {
            self.room -= self.buffers.remove(0).capacity();
        }
    }

    /// The last buffer that is large enough, and not more than twice as large.
    fn find(&mut self, n: usize) -> Option<Vec<T>> {
        let at = self.buffers.iter().rposition(|b| (n..=2 * n).contains(&b.capacity()))?;
        let buffer = self.buffers.remove(at);
        self.room -= buffer.capacity();
        Some(buffer)
    }
}
