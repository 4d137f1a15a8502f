//! The blocks around a point of the reverse sweep.
//!
//! Input: blocks, opened and closed. Output: of each its record of saves, what is evaluated again in its reversed form, its steps.
//! Invariant: what a reversed block brings back or evaluates again has the name it had in the forward sweep.

use crate::ir::Stmt;
use crate::save::{Depth, Field};
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The reverse sweep of one block.
pub(super) struct Frame<'a> {
    pub(super) at: Depth,
    /// Its number, the same in each run of the pass.
    pub(super) id: usize,
    pub(super) is_loop: bool,
    pub(super) body: &'a [Stmt],
    /// The statement that is being reversed.
    pub(super) current: usize,
    /// Where the block's variables are bound.
    pub(super) lets: HashMap<String, usize>,
    /// What the block's record holds.
    pub(super) fields: Vec<Field>,
    /// What is evaluated again, in the order of the forward sweep.
    pub(super) again: BTreeMap<usize, TokenStream>,
    /// What is kept before, and after, a statement that is reversed later than the one that asked for it.
    pub(super) before: HashMap<usize, TokenStream>,
    pub(super) after: HashMap<usize, TokenStream>,
    /// Variables of the block that can be read under their own names.
    pub(super) available: HashSet<String>,
    pub(super) versions: Vec<Version>,
    pub(super) restore: TokenStream,
    /// In the order of the reverse sweep.
    pub(super) steps: Vec<TokenStream>,
    /// Variables with a cotangent that the block defines.
    pub(super) defs: HashSet<String>,
    /// Those whose cotangent exists already.
    pub(super) declared: HashSet<String>,
    /// Variables of outer blocks that the block's adjoint adds to.
    pub(super) touched: BTreeSet<String>,
    /// What notes the type of a variable whose cotangent is declared by it.
    pub(super) kinds: HashMap<String, TokenStream>,
    /// The stack of its records.
    pub(super) record: Option<proc_macro2::Ident>,
    /// Integers that each reversed iteration steps forward again, whether any is read, and what steps them.
    pub(super) moving: HashSet<String>,
    pub(super) moves: bool,
    pub(super) moved: BTreeMap<usize, TokenStream>,
    /// Cotangents of places that the whole loop adds to: summed up in a variable.
    pub(super) sums: HashMap<String, proc_macro2::Ident>,
}

/// A value that was saved, and where it is the value of the same expression.
pub(super) struct Version {
    pub(super) text: String,
    pub(super) at: usize,
    pub(super) read: TokenStream,
    pub(super) value: TokenStream,
}

impl<'a> Frame<'a> {
    pub(super) fn new(body: &'a [Stmt], at: Depth, id: usize, is_loop: bool) -> Frame<'a> {
        let lets = body.iter().enumerate().filter_map(|(k, s)| match s {
            Stmt::Let { dst, .. } => Some((dst.to_string(), k)),
            _ => None,
        });
        Frame {
            at,
            id,
            is_loop,
            body,
            lets: lets.collect(),
            current: body.len(),
            fields: vec![],
            again: BTreeMap::new(),
            before: HashMap::new(),
            after: HashMap::new(),
            available: HashSet::new(),
            versions: vec![],
            restore: TokenStream::new(),
            steps: vec![],
            defs: HashSet::new(),
            declared: HashSet::new(),
            touched: BTreeSet::new(),
            kinds: HashMap::new(),
            record: None,
            moving: HashSet::new(),
            moves: false,
            moved: BTreeMap::new(),
            sums: HashMap::new(),
        }
    }

    pub(super) fn reversed(&self) -> TokenStream {
        let (restore, steps) = (&self.restore, &self.steps);
        let mut again = self.again.clone();
        if self.moves {
            again.extend(self.moved.clone());
        }
        let again = again.values();
        quote!(#restore #(#again)* #(#steps)*)
    }
}

/// A statement's part of the forward sweep: what it keeps before it runs, itself, what it keeps afterwards.
#[derive(Default)]
pub(super) struct Around {
    pub(super) before: TokenStream,
    pub(super) primal: TokenStream,
    pub(super) after: TokenStream,
}

/// Whether a statement may leave the block it stands in. An exit that ends no more frames than there are loops around it stays inside.
pub(super) fn leaves(stmt: &Stmt) -> bool {
    fn inside(stmt: &Stmt, depth: usize) -> bool {
        match stmt {
            Stmt::Exit { frames, .. } => frames.len() > depth,
            Stmt::If { then, els, .. } => then.iter().chain(els).any(|s| inside(s, depth)),
            Stmt::Match { arms, .. } => arms.iter().flat_map(|a| &a.body).any(|s| inside(s, depth)),
            Stmt::Loop { body, .. } | Stmt::Labeled { body, .. } => body.iter().any(|s| inside(s, depth + 1)),
            Stmt::Rest { body, .. } | Stmt::Body(body) => body.iter().any(|s| inside(s, depth)),
            _ => false,
        }
    }
    inside(stmt, 0)
}
