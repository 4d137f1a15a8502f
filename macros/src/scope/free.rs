//! Names that mean something outside of a function: no variable may have one of them where generated code says it.
//!
//! Input: a function's body. Output: the names that are used before a variable of that name is bound. Invariant: what a body uses after it has bound a
//! variable so may be the variable's.
//!
//!     let g = h;  let h = |v| v * x;      →      h          % the closure becomes `h_2`, and `h` in the adjoint is the function

use std::collections::HashSet;
use syn::visit::{self, Visit};

/// The pass.
pub(super) fn free(block: &syn::Block) -> HashSet<String> {
    let mut names = Names::default();
    names.visit_block(block);
    names.free
}

#[derive(Default)]
struct Names {
    bound: HashSet<String>,
    free: HashSet<String>,
}

impl<'ast> Visit<'ast> for Names {
    fn visit_expr_path(&mut self, p: &'ast syn::ExprPath) {
        let Some(name) = p.path.get_ident().map(crate::tokens::plain) else { return };
        if !self.bound.contains(&name) {
            self.free.insert(name);
        }
    }

    fn visit_pat_ident(&mut self, p: &'ast syn::PatIdent) {
        self.bound.insert(crate::tokens::plain(&p.ident));
        visit::visit_pat_ident(self, p);
    }

    // what is bound is seen after what it is bound to
    fn visit_local(&mut self, l: &'ast syn::Local) {
        if let Some(init) = &l.init {
            self.visit_local_init(init);
        }
        self.visit_pat(&l.pat);
    }

    fn visit_expr_let(&mut self, e: &'ast syn::ExprLet) {
        self.visit_expr(&e.expr);
        self.visit_pat(&e.pat);
    }

    fn visit_expr_for_loop(&mut self, l: &'ast syn::ExprForLoop) {
        self.visit_expr(&l.expr);
        self.visit_pat(&l.pat);
        self.visit_block(&l.body);
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}
