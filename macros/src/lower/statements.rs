//! Lowering of statements, and of assignments: bindings and branches have files of their own.
//!
//! Input: `syn::Stmt`. Output: IR statements, in the order of evaluation.
//! Invariant: a statement without active variables is opaque, unless it assigns one.

use super::Lower;
use crate::diagnostics::{Message, said};
use crate::ir::{Operand, Place, Stmt};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{Block, Expr};

/// Macros that only read their arguments and yield nothing differentiable.
const READING_MACROS: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "println",
    "eprintln",
    "print",
    "eprint",
    "panic",
    "unreachable",
    "todo",
    "unimplemented",
    "format",
    "matches",
];

impl Lower<'_> {
    /// A block as a value, in its own scope but without braces: names are unique.
    pub(crate) fn block_value(&mut self, block: &Block, out: &mut Vec<Stmt>) -> Operand {
        self.scopes.push();
        let aliases = self.aliases.len();
        self.note_functions(block);
        let mut value = Operand::Const(quote!(()));
        for (k, stmt) in block.stmts.iter().enumerate() {
            let last = k + 1 == block.stmts.len();
            match stmt {
                syn::Stmt::Expr(e, None) if last => value = self.tail(e, out),
                other => self.statement(other, out),
            }
        }
        self.scopes.pop();
        self.aliases.truncate(aliases);
        if matches!(out.last(), Some(Stmt::Exit { .. })) { Operand::Never } else { value }
    }

    /// The last expression of a block: a value, or a statement such as `for`.
    pub(super) fn tail(&mut self, e: &Expr, out: &mut Vec<Stmt>) -> Operand {
        match e {
            Expr::ForLoop(_) | Expr::While(_) | Expr::Assign(_) => {
                self.expression_statement(e, out);
                Operand::Const(quote!(()))
            }
            Expr::If(i) if Self::has_exits(e) => self.branch(i, out),
            Expr::Match(m) if Self::has_exits(e) => self.choice(m, out),
            Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => self.value(e, out),
            Expr::Binary(b) if compound(&b.op).is_some() => {
                self.expression_statement(e, out);
                Operand::Const(quote!(()))
            }
            _ => self.value(e, out),
        }
    }

    pub(super) fn statement(&mut self, stmt: &syn::Stmt, out: &mut Vec<Stmt>) {
        match stmt {
            syn::Stmt::Local(local) => self.local(local, out),
            syn::Stmt::Item(item) => self.nested_item(item, out),
            syn::Stmt::Expr(e, _) => self.expression_statement(e, out),
            syn::Stmt::Macro(m) => self.macro_statement(m, out),
        }
    }

    fn macro_statement(&mut self, m: &syn::StmtMacro, out: &mut Vec<Stmt>) {
        let name = m.mac.path.segments.last().map_or(String::new(), |s| s.ident.to_string());
        if name == "no_grad" {
            self.check_no_grad(&m.mac);
        } else if self.is_active(&m.mac) && !READING_MACROS.contains(&name.as_str()) {
            self.refuse_late(&m.mac.path, &Message::UnknownMacro { name });
        }
        out.push(Stmt::Opaque(self.plain(m)));
    }

    /// Inside `no_grad!` nothing outside that carries a gradient may be changed.
    pub(crate) fn check_no_grad(&self, mac: &syn::Macro) {
        for target in self.hidden_changes(&mac.tokens) {
            self.sink.say(&target, &Message::LostInNoGrad { name: said(&target) });
        }
    }

    /// Evaluates an expression whose value nothing takes.
    fn evaluate(&mut self, e: &Expr, out: &mut Vec<Stmt>) {
        let value = self.value(e, out);
        discard(&value, out);
    }

    pub(super) fn expression_statement(&mut self, e: &Expr, out: &mut Vec<Stmt>) {
        match e {
            Expr::Assign(a) if self.is_active(&a.right) || self.is_active(&a.left) => self.assign(a, out),
            Expr::Assign(a) if Self::has_exits(e) => {
                let (left, right) = self.without_exits(&a.left, &a.right, out);
                out.push(Stmt::Opaque(quote!(#left = #right;)));
            }
            Expr::Binary(b)
                if compound(&b.op).is_some() && !(self.is_active(&b.left) || self.is_active(&b.right)) && Self::has_exits(e) =>
            {
                let ((left, right), op) = (self.without_exits(&b.left, &b.right, out), &b.op);
                out.push(Stmt::Opaque(quote!(#left #op #right;)));
            }
            Expr::Binary(b) if compound(&b.op).is_some() && (self.is_active(&b.left) || self.is_active(&b.right)) => {
                if self.own_update(b, out).is_some() {
                    return;
                }
                let value = self.value(&b.right, out);
                let value = self.once(&b.right, value, out);
                let operator = compound(&b.op).map(str::to_owned);
                self.store(&b.left, operator, value, &b.op, out);
            }
            Expr::If(_) | Expr::Block(_) | Expr::Loop(_) | Expr::Match(_) if self.is_active(e) || Self::has_exits(e) => {
                self.evaluate(e, out);
            }
            Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => {
                self.value(e, out);
            }
            Expr::ForLoop(f) if self.is_active(f) || Self::has_exits(f) => self.for_loop(f, out),
            Expr::While(w) if self.is_active(w) || Self::has_exits(w) => self.while_loop(w, out),
            Expr::Macro(m) => self.macro_statement(&syn::StmtMacro { attrs: vec![], mac: m.mac.clone(), semi_token: None }, out),
            Expr::MethodCall(m) if self.is_active(e) && !self.is_active(&m.receiver) && is_effect(&m.method) => {
                self.refuse(&m.method, &Message::Effect { target: said(&m.receiver) });
            }
            _ if self.is_active(e) || Self::has_exits(e) => self.evaluate(e, out),
            _ => out.push(Stmt::Opaque({
                let t = self.plain(e);
                quote!(#t;)
            })),
        }
    }

    /// Both sides of an assignment without gradient, the right one first, as rustc evaluates them: what may leave is computed before.
    fn without_exits(&mut self, left: &Expr, right: &Expr, out: &mut Vec<Stmt>) -> (TokenStream, TokenStream) {
        let value = self.value(right, out);
        let value = self.once(right, value, out);
        let mut left = left.clone();
        self.indices_without_exits(&mut left, out);
        (self.plain(&left), operand_tokens(&value))
    }

    fn indices_without_exits(&mut self, e: &mut Expr, out: &mut Vec<Stmt>) {
        match e {
            Expr::Paren(p) => self.indices_without_exits(&mut p.expr, out),
            Expr::Field(f) => self.indices_without_exits(&mut f.base, out),
            Expr::Unary(u) => self.indices_without_exits(&mut u.expr, out),
            Expr::Index(i) => {
                self.indices_without_exits(&mut i.expr, out);
                if Self::has_exits(&*i.index) {
                    let (index, at) = (self.value(&i.index, out), super::span_of(&i.index));
                    let dst = self.held("i", operand_tokens(&index), at, out);
                    self.scopes.bind_parameter(&dst, &dst, false);
                    *i.index = syn::parse_quote!(#dst);
                }
            }
            other if Self::has_exits(&*other) => {
                self.refuse(other, &Message::AssignHere {});
            }
            _ => {}
        }
    }

    fn assign(&mut self, a: &syn::ExprAssign, out: &mut Vec<Stmt>) {
        if super::assignments::is_pattern(&a.left) {
            return self.destructure(a, out);
        }
        if self.turns(&a.left) {
            self.refuse(&a.left, &Message::TurnedParameter {});
            return;
        }
        let value = self.value(&a.right, out);
        let value = if super::is_pure(&a.left) { value } else { self.once(&a.right, value, out) };
        self.store(&a.left, None, value, &a.eq_token, out);
    }

    /// Whether an assignment is to a `&mut` parameter itself.
    fn turns(&self, left: &Expr) -> bool {
        let Expr::Path(p) = strip(left) else { return false };
        let name = p.path.get_ident().and_then(|i| self.scopes.resolve(i));
        name.is_some_and(|n| self.exclusive.contains(&n.to_string()))
    }

    pub(super) fn store(&mut self, left: &Expr, operator: Option<String>, value: Operand, token: &impl ToTokens, out: &mut Vec<Stmt>) {
        let Some(place) = self.place(left, out) else {
            let message = match guarded(left) {
                Some(target) => Message::Effect { target },
                None => Message::AssignHere {},
            };
            self.refuse(left, &message);
            return;
        };
        if self.turns(left) {
            self.refuse(left, &Message::TurnedParameter {});
            return;
        }
        if self.varied(&value) || self.active.contains(&place.base.to_string()) {
            self.check_owned(&place, left);
        }
        if self.varied(&value) {
            self.activate(&place.base);
        }
        let (lhs, rhs) = (&place.tokens, operand_tokens(&value));
        let primal = quote!(#lhs #token #rhs;);
        let init = operator.is_none() && declared_last(out, &place);
        out.push(Stmt::Store { place, operator, value, primal, init });
    }

    /// What is changed must be known: a part of a variable that owns it.
    pub(super) fn check_owned(&self, place: &Place, at: &Expr) {
        if !place.path.is_empty() && !self.owners.contains(&place.base.to_string()) {
            self.refuse(at, &Message::AssignThroughReference { name: place.base.to_string() });
        }
    }
}

/// The tokens that read an operand.
pub(crate) fn operand_tokens(o: &Operand) -> TokenStream {
    match o {
        Operand::Const(t) => t.clone(),
        Operand::Never => quote!(::core::unreachable!()),
        Operand::Place(p) => p.tokens.clone(),
        Operand::Ref(p) => {
            let t = &p.tokens;
            quote!(&#t)
        }
        Operand::Mut(p) => {
            let t = &p.tokens;
            quote!(&mut #t)
        }
    }
}

/// Whether a macro reads its arguments and yields nothing.
pub(super) fn only_reads(mac: &syn::Macro) -> bool {
    let name = mac.path.segments.last().map_or(String::new(), |s| s.ident.to_string());
    READING_MACROS.contains(&name.as_str()) && name != "format" && name != "matches"
}

/// The operation of `+=` and its like.
pub(crate) fn compound(op: &syn::BinOp) -> Option<&'static str> {
    Some(match op {
        syn::BinOp::AddAssign(_) => "Add",
        syn::BinOp::SubAssign(_) => "Sub",
        syn::BinOp::MulAssign(_) => "Mul",
        syn::BinOp::DivAssign(_) => "Div",
        syn::BinOp::RemAssign(_) => "Rem",
        _ => return None,
    })
}

/// The operation of `+` and its like.
pub(crate) fn arithmetic(op: &syn::BinOp) -> Option<&'static str> {
    Some(match op {
        syn::BinOp::Add(_) => "Add",
        syn::BinOp::Sub(_) => "Sub",
        syn::BinOp::Mul(_) => "Mul",
        syn::BinOp::Div(_) => "Div",
        syn::BinOp::Rem(_) => "Rem",
        _ => return None,
    })
}

pub(crate) fn strip(e: &Expr) -> &Expr {
    match e {
        Expr::Paren(p) => strip(&p.expr),
        Expr::Group(g) => strip(&g.expr),
        other => other,
    }
}

/// What is left to do of a value that nothing takes: where its tokens may do more than name something, they run.
pub(super) fn discard(value: &Operand, out: &mut Vec<Stmt>) {
    if let Operand::Const(tokens) = value
        && !is_unit(value)
        && !matches!(syn::parse2(tokens.clone()), Ok(Expr::Path(_) | Expr::Lit(_)))
    {
        out.push(Stmt::Opaque(quote!(#tokens;)));
    }
}

pub(super) fn is_unit(o: &Operand) -> bool {
    matches!(o, Operand::Const(t) if crate::tokens::is_unit(t))
}

/// Whether a store is the first one to a variable declared just before, in the same block.
fn declared_last(out: &[Stmt], place: &Place) -> bool {
    let declared = |d: &Ident| *d == place.base && place.path.is_empty();
    out.iter().any(|s| matches!(s, Stmt::Declare { dst, .. } if declared(dst)))
        && !out.iter().any(|s| matches!(s, Stmt::Store { place: p, .. } if p.base == place.base))
}

/// Methods that write where nobody can follow: to cells, locks, atomics, thread-local variables, channels.
fn is_effect(method: &Ident) -> bool {
    const EFFECTS: &[&str] = &[
        "set",
        "replace",
        "update",
        "swap",
        "store",
        "with",
        "with_borrow_mut",
        "borrow_mut",
        "lock",
        "write",
        "send",
        "fetch_add",
        "fetch_update",
    ];
    EFFECTS.iter().any(|e| method == e)
}

/// The cell or lock that an assignment goes through: `*seen.lock().unwrap() = x`.
fn guarded(left: &Expr) -> Option<String> {
    match strip(left) {
        Expr::Unary(u) => guarded(&u.expr),
        Expr::Field(f) => guarded(&f.base),
        Expr::Index(i) => guarded(&i.expr),
        Expr::MethodCall(m) if ["lock", "borrow_mut", "write", "get_mut"].iter().any(|g| m.method == g) => Some(said(&m.receiver)),
        Expr::MethodCall(m) => guarded(&m.receiver),
        _ => None,
    }
}
