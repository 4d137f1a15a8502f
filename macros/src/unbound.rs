//! Names from outside: a constant, a static or a function; or a slip of the pen.
//!
//! Input: a signature, a body. Output: the names that nothing in the function binds, where they are said; and those that are used before a variable of that name is
//! bound. Invariant: what such a name means is not known in the function, and nothing that is generated has it.
//!
//!     fn f(x: f64) -> f64 { let y = x * scale; let g = h; let h = |v| v * yy; g(y) }      →      scale, yy: bound nowhere;  h: used before

use crate::signature::Signature;
use crate::tokens::plain;
use proc_macro2::Ident;
use std::collections::HashSet;
use syn::visit::{self, Visit};
use syn::{Block, Expr, GenericParam, Item};

/// Names that nothing binds, where they are said.
pub(crate) fn unbound(sig: &Signature, body: &Block) -> Vec<Ident> {
    let Names { bound, said, imports_all, .. } = names(sig, body);
    if imports_all {
        return vec![];
    }
    said.into_iter().filter(|n| !bound.contains(&plain(n))).collect()
}

/// Names that are used before they are bound, if they are: no variable has one of them where generated code says it.
pub(crate) fn used_before(sig: &Signature, body: &Block) -> HashSet<String> {
    names(sig, body).before
}

fn names(sig: &Signature, body: &Block) -> Names {
    let mut names = Names::default();
    names.bound.extend(sig.params.iter().flat_map(|p| [plain(&p.said), p.name.to_string()]));
    names.bound.extend(sig.outer.iter().map(ToString::to_string));
    for param in &sig.generics.params {
        if let GenericParam::Const(c) = param {
            names.bound.insert(c.ident.to_string());
        }
    }
    sig.prologue.iter().for_each(|s| names.visit_stmt(s));
    names.visit_block(body);
    names
}

#[derive(Default)]
struct Names {
    bound: HashSet<String>,
    said: Vec<Ident>,
    before: HashSet<String>,
    /// Whether the body imports all of a module, and nobody knows what.
    imports_all: bool,
}

impl Names {
    fn import(&mut self, tree: &syn::UseTree) {
        match tree {
            syn::UseTree::Path(p) => self.import(&p.tree),
            syn::UseTree::Name(n) => self.bind(&n.ident),
            syn::UseTree::Rename(r) => self.bind(&r.rename),
            syn::UseTree::Glob(_) => self.imports_all = true,
            syn::UseTree::Group(g) => g.items.iter().for_each(|t| self.import(t)),
        }
    }

    fn bind(&mut self, name: &Ident) {
        self.bound.insert(plain(name));
    }

    fn say(&mut self, name: &Ident) {
        if !self.bound.contains(&plain(name)) {
            self.before.insert(plain(name));
        }
    }
}

impl<'a> Visit<'a> for Names {
    // what is bound is seen after what it is bound to
    fn visit_local(&mut self, l: &'a syn::Local) {
        if let Some(init) = &l.init {
            self.visit_local_init(init);
        }
        self.visit_pat(&l.pat);
    }

    fn visit_expr_let(&mut self, e: &'a syn::ExprLet) {
        self.visit_expr(&e.expr);
        self.visit_pat(&e.pat);
    }

    fn visit_expr_for_loop(&mut self, l: &'a syn::ExprForLoop) {
        self.visit_expr(&l.expr);
        self.visit_pat(&l.pat);
        self.visit_block(&l.body);
    }

    fn visit_pat_ident(&mut self, p: &'a syn::PatIdent) {
        self.bind(&p.ident);
        visit::visit_pat_ident(self, p);
    }

    fn visit_item(&mut self, item: &'a Item) {
        match item {
            Item::Fn(f) => self.bind(&f.sig.ident),
            Item::Const(c) => self.bind(&c.ident),
            Item::Static(s) => self.bind(&s.ident),
            Item::Use(u) => self.import(&u.tree),
            Item::Macro(_) => self.imports_all = true,
            _ => {}
        }
    }

    fn visit_stmt_macro(&mut self, _: &'a syn::StmtMacro) {
        // may declare items
    }

    // `vec![v, scale]`, `no_grad! { … }`
    fn visit_macro(&mut self, m: &'a syn::Macro) {
        use syn::punctuated::Punctuated;
        let list = m.parse_body_with(Punctuated::<Expr, syn::Token![,]>::parse_terminated);
        let repeated = || m.parse_body_with(Punctuated::<Expr, syn::Token![;]>::parse_terminated);
        if let Ok(values) = list {
            values.iter().for_each(|e| self.visit_expr(e));
        } else if let Ok(values) = repeated() {
            values.iter().for_each(|e| self.visit_expr(e));
        } else if let Ok(stmts) = m.parse_body_with(Block::parse_within) {
            stmts.iter().for_each(|s| self.visit_stmt(s));
        }
    }

    // the name of a function that is called has its own way: see [`crate::callees`]
    fn visit_expr_call(&mut self, c: &'a syn::ExprCall) {
        match &*c.func {
            Expr::Path(p) => p.path.get_ident().into_iter().for_each(|name| self.say(name)),
            other => self.visit_expr(other),
        }
        c.args.iter().for_each(|a| self.visit_expr(a));
    }

    // `P { k }` says a field, too
    fn visit_field_value(&mut self, f: &'a syn::FieldValue) {
        match (&f.colon_token, &f.expr) {
            (None, Expr::Path(p)) => p.path.get_ident().into_iter().for_each(|name| {
                self.say(name);
                self.bind(name);
            }),
            _ => self.visit_expr(&f.expr),
        }
    }

    fn visit_expr_path(&mut self, e: &'a syn::ExprPath) {
        e.path.get_ident().into_iter().for_each(|name| self.say(name));
        if let Some(name) = e.path.get_ident().filter(|n| e.qself.is_none() && is_ordinary(&n.to_string())) {
            self.said.push(name.clone());
        }
    }
}

/// Whether a variable may have this name, and no function of the prelude has it.
fn is_ordinary(name: &str) -> bool {
    const PRELUDE: &[&str] = &["self", "this", "drop", "size_of", "size_of_val", "align_of", "align_of_val"];
    let is_generated = name.strip_prefix('t').is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()));
    name.starts_with(char::is_lowercase) && !name.starts_with("r#") && !is_generated && !PRELUDE.contains(&name)
}
