//! Saves: where a value that an adjoint needs is kept between the sweeps.
//!
//! Input: an expression of the forward sweep and the depth of loops and branches around it. Output: the tokens that keep it, and
//! those that bring it back. Invariant: at the top of a function a save is a variable; the saves of a branch are one `Option` of a tuple; those
//! of a loop's body one stack of tuples, a record an iteration, read through a cursor, so that a pullback can run many times.
//!
//!     for … { let y = x.sin(); … }        →        for … { let y = x.sin(); … saved_1.push((x, y)); }
//!                                         →        for … { saved_1_at -= 1; let &(x, y) = &saved_1[saved_1_at]; … }

use crate::report::Saved;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// Where a statement stands.
#[derive(Clone, Copy, Default)]
pub(crate) struct Depth {
    pub(crate) loops: usize,
    pub(crate) branches: usize,
}

impl Depth {
    /// Whether what is defined here is still there on the way back.
    pub(crate) fn is_top(self) -> bool {
        self.loops == 0 && self.branches == 0
    }
}

/// How many records may lie on the stack.
const ROOM: usize = 64;

/// All save sites of a function.
pub(crate) struct Saves {
    count: usize,
    stacks: usize,
    /// What is reversed as a whole, innermost last: the function, within it an iteration of a loop whose sweeps are fused.
    scopes: Vec<Scope>,
    /// What is kept, for the report.
    pub(crate) report: Vec<Saved>,
    /// How often the loops around run, where tokens tell.
    trips: Vec<Option<usize>>,
}

/// The variable that says which record of a stack comes next on the way back.
pub(crate) fn cursor(stack: &Ident) -> Ident {
    format_ident!("{}_at", stack)
}

/// The save sites of what is reversed as a whole.
#[derive(Default)]
pub(crate) struct Scope {
    /// Declarations before the forward sweep.
    pub(crate) declarations: TokenStream,
    /// Stacks, declared outside the fused loop, and how an iteration empties them.
    pub(crate) stacks: TokenStream,
    pub(crate) clears: TokenStream,
    /// Cursors, at the start of each reverse sweep.
    pub(crate) cursors: TokenStream,
}

impl Default for Saves {
    fn default() -> Saves {
        Saves { count: 0, stacks: 0, scopes: vec![Scope::default()], report: vec![], trips: vec![] }
    }
}

/// One save: how to keep the value, and how it reads in the reversed block.
pub(crate) struct Save {
    pub(crate) keep: TokenStream,
    /// As a reference.
    pub(crate) read: TokenStream,
    /// As a place.
    pub(crate) value: TokenStream,
    pub(crate) field: Field,
}

/// A part of a block's record.
#[derive(Clone)]
pub(crate) struct Field {
    pub(crate) name: Ident,
    /// A number, certainly: the record's part is copied; any other is lent.
    pub(crate) copied: bool,
}

/// A block's record: how it is kept at the block's end, brought back at the start of the reversed block, and prepared before a loop.
#[derive(Default)]
pub(crate) struct Record {
    pub(crate) name: Option<Ident>,
    pub(crate) keep: TokenStream,
    pub(crate) restore: TokenStream,
}

/// A counter or tag of a loop or frame: how it starts, its place while it is current, and how it comes back.
pub(crate) struct Cell {
    pub(crate) start: TokenStream,
    pub(crate) current: TokenStream,
    pub(crate) restore: TokenStream,
    pub(crate) value: TokenStream,
}

impl Saves {
    /// What follows is in a loop that runs so often.
    pub(crate) fn enter(&mut self, trips: Option<usize>) {
        self.trips.push(trips);
    }

    /// The end of that loop.
    pub(crate) fn leave(&mut self) {
        self.trips.pop();
    }

    /// What follows is reversed as a whole.
    pub(crate) fn open(&mut self) {
        self.scopes.push(Scope::default());
    }

    /// The end of it.
    pub(crate) fn close(&mut self) -> Scope {
        self.scopes.pop().unwrap_or_default()
    }

    /// How many stacks there are.
    pub(crate) fn stacks(&self) -> usize {
        self.stacks
    }

    fn declare(&mut self, tokens: TokenStream) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.declarations.extend(tokens);
        }
    }

    /// A number for a generated name.
    pub(crate) fn number(&mut self) -> usize {
        self.count += 1;
        self.count
    }

    fn name(&mut self, stem: &str) -> Ident {
        self.count += 1;
        format_ident!("saved_{}_{}", stem, self.count)
    }

    /// A new cell, with its first value.
    pub(crate) fn cell(&mut self, stem: &str, first: &TokenStream, at: Depth) -> Cell {
        self.report.push(Saved::of(stem, first, at, None));
        let name = self.name(stem);
        if at.loops == 0 {
            self.declare(quote!(let mut #name = #first;));
            return Cell { start: quote!(), current: quote!(#name), restore: quote!(), value: quote!(#name) };
        }
        let cursor = self.stack(&name);
        Cell {
            start: quote!(#name.push(#first);),
            current: quote!(*#name.last_mut().expect("pushed when the loop began")),
            restore: quote!(#cursor -= 1; let #name = #name[#cursor];),
            value: quote!(#name),
        }
    }

    fn stack(&mut self, name: &Ident) -> Ident {
        let cursor = cursor(name);
        self.stacks += 1;
        let room = self.trips.iter().try_fold(1_usize, |all, n| all.checked_mul((*n)?)).filter(|n| *n <= ROOM);
        let new = match room {
            Some(n) => quote!(::pullback::call::Stack::<_, #n>::new()),
            None => quote!(::pullback::call::Records::new()),
        };
        if let Some(scope) = self.scopes.last_mut() {
            scope.stacks.extend(quote!(let mut #name = #new;));
            scope.clears.extend(quote!(#name.clear();));
            scope.cursors.extend(quote!(let mut #cursor = #name.len();));
        }
        cursor
    }

    /// The type of a variable, noted where the variable is defined, without its value, in any block: it costs nothing.
    pub(crate) fn kind(&mut self, of: &Ident) -> (TokenStream, TokenStream) {
        let name = self.name("type");
        self.declare(quote!(let #name = ::pullback::rule::kind();));
        (quote!(&#name), quote!(::pullback::rule::learn(&#name, &#of);))
    }

    /// A new site.
    pub(crate) fn site(&mut self, stem: &str, value: &TokenStream, copied: bool, at: Depth) -> Save {
        let name = self.name(stem);
        let keep = quote!(let #name = #value;);
        let lent = !copied && !at.is_top();
        Save {
            keep,
            read: if lent { quote!(#name) } else { quote!(&#name) },
            value: if lent { quote!((*#name)) } else { quote!(#name) },
            field: Field { name, copied },
        }
    }

    /// A new site in the body of a loop within a fused one: a container's copy, `source` as its borrowed form, goes where the iteration before had its own.
    pub(crate) fn pooled(&mut self, stem: &str, source: &TokenStream) -> Save {
        let pool = self.name(stem);
        let name = format_ident!("{}_in", pool);
        if let Some(scope) = self.scopes.last_mut() {
            scope.stacks.extend(quote!(let mut #pool = ::pullback::call::Pool::new();));
            scope.clears.extend(quote!(#pool.clear();));
        }
        Save {
            keep: quote!(let #name = #pool.keep(#source);),
            read: quote!(#pool.at(#name)),
            value: quote!((*#pool.at(#name))),
            field: Field { name, copied: true },
        }
    }

    /// Whether the way back of a loop's body ends before the loop's next iteration begins.
    pub(crate) fn is_fused(&self) -> bool {
        self.scopes.len() > 1
    }

    /// A variable that is a part of its block's record under its own name.
    pub(crate) fn variable(&mut self, name: &Ident) -> Field {
        Field { name: name.clone(), copied: true }
    }

    /// The record of a block with these saves.
    pub(crate) fn record(&mut self, fields: &[Field], at: Depth) -> Record {
        if fields.is_empty() || at.is_top() {
            return Record::default();
        }
        let name = self.name("here");
        let values = fields.iter().map(|f| &f.name);
        let parts = fields.iter().map(|Field { name, copied }| if *copied { quote!(#name) } else { quote!(ref #name) });
        let (values, parts) = (quote!((#(#values,)*)), quote!(&(#(#parts,)*)));
        if at.loops > 0 {
            let cursor = self.stack(&name);
            return Record {
                keep: quote!(#name.push(#values);),
                restore: quote!(#cursor -= 1; let #parts = &#name[#cursor];),
                name: Some(name),
            };
        }
        self.declare(quote!(let mut #name = ::core::option::Option::None;));
        Record {
            keep: quote!(#name = ::core::option::Option::Some(#values);),
            restore: quote!(let #parts = #name.as_ref().expect("saved on this path");),
            name: None,
        }
    }
}
