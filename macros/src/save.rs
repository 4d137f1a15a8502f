//! Saves: where a value that an adjoint needs is kept between the sweeps.
//!
//! Input: an expression of the forward sweep and the depth of loops and branches around it. Output: the tokens that keep it, and
//! those that bring it back. Invariant: at the top of a function a save is a variable; in a branch an `Option`; in a loop one
//! typed stack per site, read through a cursor, so that a pullback can run many times.

use crate::report::Saved;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// Where a statement stands.
#[derive(Clone, Copy, Default)]
pub(crate) struct Depth {
    pub(crate) loops: usize,
    pub(crate) branches: usize,
}

/// All save sites of a function.
#[derive(Default)]
pub(crate) struct Saves {
    count: usize,
    /// Declarations before the forward sweep.
    pub(crate) declarations: TokenStream,
    /// Cursors, at the start of each reverse sweep.
    pub(crate) cursors: TokenStream,
    /// What is kept, for the report.
    pub(crate) report: Vec<Saved>,
}

/// One save: how to keep the value, how to bring it back at the start of a reversed block, and how it reads there.
pub(crate) struct Save {
    pub(crate) keep: TokenStream,
    pub(crate) restore: TokenStream,
    /// As a reference.
    pub(crate) read: TokenStream,
    /// As a place.
    pub(crate) value: TokenStream,
}

/// A counter or tag of a loop or frame: how it starts, its place while it is current, and how it comes back.
pub(crate) struct Cell {
    pub(crate) start: TokenStream,
    pub(crate) current: TokenStream,
    pub(crate) restore: TokenStream,
    pub(crate) value: TokenStream,
}

impl Saves {
    /// A new cell, with its first value.
    pub(crate) fn cell(&mut self, stem: &str, first: &TokenStream, at: Depth) -> Cell {
        self.report.push(Saved::of(stem, first, at, None));
        self.count += 1;
        let name: Ident = format_ident!("saved_{}_{}", stem, self.count);
        if at.loops == 0 {
            self.declarations.extend(quote!(let mut #name = #first;));
            return Cell { start: quote!(), current: quote!(#name), restore: quote!(), value: quote!(#name) };
        }
        let cursor = format_ident!("{}_at", name);
        self.declarations.extend(quote!(let mut #name = ::std::vec::Vec::new();));
        self.cursors.extend(quote!(let mut #cursor = #name.len();));
        Cell {
            start: quote!(#name.push(#first);),
            current: quote!(*#name.last_mut().expect("pushed when the loop began")),
            restore: quote!(#cursor -= 1; let #name = #name[#cursor];),
            value: quote!(#name),
        }
    }

    /// A site that keeps nothing but a type: one variable, whatever the loops and branches around it.
    pub(crate) fn only_type(&mut self, value: &TokenStream) -> Save {
        self.count += 1;
        let name: Ident = format_ident!("saved_type_{}", self.count);
        self.declarations.extend(quote!(let mut #name = ::core::option::Option::None;));
        Save { keep: quote!(#name = ::core::option::Option::Some(#value);), restore: quote!(), read: quote!(&#name), value: quote!(#name) }
    }

    /// A new site.
    pub(crate) fn site(&mut self, stem: &str, value: &TokenStream, at: Depth) -> Save {
        self.count += 1;
        let name: Ident = format_ident!("saved_{}_{}", stem, self.count);
        if at.loops > 0 {
            let cursor = format_ident!("{}_at", name);
            self.declarations.extend(quote!(let mut #name = ::std::vec::Vec::new();));
            self.cursors.extend(quote!(let mut #cursor = #name.len();));
            return Save {
                keep: quote!(#name.push(#value);),
                restore: quote!(#cursor -= 1; let #name = &#name[#cursor];),
                read: quote!(#name),
                value: quote!((*#name)),
            };
        }
        if at.branches > 0 {
            self.declarations.extend(quote!(let mut #name = ::core::option::Option::None;));
            return Save {
                keep: quote!(#name = ::core::option::Option::Some(#value);),
                restore: quote!(let #name = #name.as_ref().expect("saved on this path");),
                read: quote!(#name),
                value: quote!((*#name)),
            };
        }
        Save { keep: quote!(let #name = #value;), restore: quote!(), read: quote!(&#name), value: quote!(#name) }
    }
}
