//! The little that tokens say about types: which variables are certainly scalars, or sequences of scalars.
//!
//! Input: the IR. Output: [`Types`]. Invariant: what it says is certain; what it does not know, generated code leaves to rustc. Adjoints of
//! scalar operations are written as formulas, all others as calls of rules that rustc chooses by type.

use crate::ir::{Func, Op, Operand, Place, Slot, Step, Stmt, walk};
use crate::ops;
use crate::report::Size;
use crate::tokens::{single, unspaced};
use proc_macro2::{Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use std::collections::{HashMap, HashSet};
use syn::Type;

mod parts;
mod print;

/// The integer types.
pub(crate) const INTEGERS: &[&str] = &["u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize"];

/// A type, as far as it is known.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Ty {
    /// `f32`, `f64`, or a type parameter bounded by `Real`: its tokens as text.
    Scalar(String),
    /// A slice, an array, a `Vec`.
    Seq(Box<Ty>, Kind),
    Ref(Box<Ty>),
    /// An integer.
    Int,
    /// A float literal, which takes any scalar type.
    Literal,
    /// The elements of a `Vec` that is still empty.
    Free,
}

/// What kind of sequence.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Kind {
    Slice,
    Array,
    Vec,
}

/// The types of variables.
pub(crate) struct Types {
    known: HashMap<String, Ty>,
    /// References to parts of what carries no gradient.
    lent: HashMap<String, TokenStream>,
    /// Parameters, and variables whose type the user wrote.
    named: HashSet<String>,
    /// Variables that are no references: what operations yield, what patterns take out of values.
    values: HashSet<String>,
    /// Tuples, and the variables that they were made of.
    tuples: HashMap<String, Vec<(syn::Member, String)>>,
    reals: HashSet<String>,
    changed: bool,
}

/// Runs to a fixpoint: a variable may be declared before the value that tells its type.
pub(crate) fn infer(func: &Func, generics: &syn::Generics, output: &Type) -> Types {
    let mut types = Types {
        known: HashMap::new(),
        lent: func.lent.clone(),
        named: HashSet::new(),
        values: HashSet::new(),
        tuples: HashMap::new(),
        reals: reals(generics),
        changed: false,
    };
    for p in &func.params {
        types.named.insert(p.name.to_string());
        if let Some(t) = types.of_type(&p.ty) {
            types.known.insert(p.name.to_string(), t);
        }
    }
    if let (Operand::Place(p), Some(t @ (Ty::Scalar(_) | Ty::Seq(_, Kind::Array)))) = (&func.result, types.of_type(output))
        && p.path.is_empty()
    {
        types.known.insert(p.base.to_string(), t);
    }
    types.named.extend(references(&func.body));
    loop {
        types.changed = false;
        walk(&func.body, &mut |s| types.visit(s));
        if !types.changed {
            return types;
        }
    }
}

/// Variables that may be references to numbers: nothing of what they are used for tells.
fn references(body: &[Stmt]) -> HashSet<String> {
    let mut found = HashSet::new();
    loop {
        let before = found.len();
        walk(body, &mut |s| {
            let (dst, value) = match s {
                Stmt::Let { dst, op: Op::Copy(value), .. } => (dst, value),
                Stmt::Store { place, operator: None, value, .. } if place.path.is_empty() => (&place.base, value),
                Stmt::Bound { dst, owned: false, .. } => {
                    found.insert(dst.to_string());
                    return;
                }
                _ => return,
            };
            let reference = match value {
                Operand::Ref(_) | Operand::Mut(_) => true,
                Operand::Place(p) => p.path.is_empty() && found.contains(&p.base.to_string()),
                Operand::Const(_) | Operand::Never => false,
            };
            if reference {
                found.insert(dst.to_string());
            }
        });
        if found.len() == before {
            return found;
        }
    }
}

/// Type parameters bounded by `Real`.
fn reals(generics: &syn::Generics) -> HashSet<String> {
    let real = |bounds: &syn::punctuated::Punctuated<syn::TypeParamBound, syn::Token![+]>| {
        bounds.iter().any(|b| matches!(b, syn::TypeParamBound::Trait(t) if t.path.segments.last().is_some_and(|s| s.ident == "Real")))
    };
    let own = generics.type_params().filter(|p| real(&p.bounds)).map(|p| p.ident.to_string());
    let clauses = generics.where_clause.iter().flat_map(|w| &w.predicates).filter_map(|p| match p {
        syn::WherePredicate::Type(t) if real(&t.bounds) => Some(t.bounded_ty.to_token_stream().to_string()),
        _ => None,
    });
    own.chain(clauses).collect()
}

impl Types {
    /// The type that tokens name.
    pub(crate) fn of_type(&self, ty: &Type) -> Option<Ty> {
        Some(match ty {
            Type::Reference(r) => Ty::Ref(Box::new(self.of_type(&r.elem)?)),
            Type::Slice(s) => Ty::Seq(Box::new(self.of_type(&s.elem)?), Kind::Slice),
            Type::Array(a) => Ty::Seq(Box::new(self.of_type(&a.elem)?), Kind::Array),
            Type::Paren(p) => self.of_type(&p.elem)?,
            Type::Path(p) => {
                let segment = p.path.segments.last()?;
                let name = segment.ident.to_string();
                if name == "f64" || name == "f32" || self.reals.contains(&name) {
                    return Some(Ty::Scalar(name));
                }
                if INTEGERS.contains(&name.as_str()) {
                    return Some(Ty::Int);
                }
                let syn::PathArguments::AngleBracketed(args) = &segment.arguments else { return None };
                match (name.as_str(), args.args.first()) {
                    ("Vec", Some(syn::GenericArgument::Type(t))) => Ty::Seq(Box::new(self.of_type(t)?), Kind::Vec),
                    _ => return None,
                }
            }
            _ => return None,
        })
    }

    fn visit(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Let { dst, ty: Some(t), .. } | Stmt::Declare { dst, ty: Some(t), .. } => {
                self.named.insert(dst.to_string());
                let ty = self.of_type(t);
                self.learn(&dst.to_string(), ty);
            }
            Stmt::Let { dst, op, .. } => {
                let ty = self.operation(op);
                self.learn(&dst.to_string(), ty);
            }
            Stmt::Store { place, operator, value, .. } => {
                let plain = operator.is_none();
                let ty = self.operand(value);
                let (ty, own) = if plain && place.path.is_empty() { (ty, self.place(place)) } else { (ty.map(peeled), self.place(place)) };
                // `t *= 2.0` says nothing of a `t` that may be a tensor or a matrix
                if plain || matches!(own, Some(Ty::Scalar(_) | Ty::Literal)) {
                    self.unify(place, ty);
                }
                if let (true, Operand::Place(from), Some(own @ Ty::Seq(..))) = (plain, value, &own)
                    && from.path.is_empty()
                {
                    self.refine(&from.base.to_string(), own);
                }
                // what is added to a scalar may be a reference to one
                if let (Operand::Place(from), Some(own @ Ty::Scalar(_))) = (value, own)
                    && (plain || self.place(from).is_some())
                {
                    self.unify(from, Some(own));
                }
            }
            Stmt::Bound { dst, place, owned } => {
                self.values.extend(owned.then(|| dst.to_string()));
                // what is matched through a reference is bound by reference, unless the reference is followed first: `let [a, b] = *x`
                let followed = unspaced(&place.tokens).starts_with("(*");
                let through = !owned && !followed && matches!(self.known.get(&place.base.to_string()), Some(Ty::Ref(_)));
                let ty = self.place(place).map(|t| if through { Ty::Ref(Box::new(t)) } else { t });
                self.learn(&dst.to_string(), ty);
                self.part_of_tuple(&dst.to_string(), place, *owned);
            }
            Stmt::Loop { head, .. } => {
                if let (Some((name, _)), _) | (None, Some(name)) = (&head.range, &head.counter) {
                    self.learn(&name.to_string(), Some(Ty::Int));
                }
                if let Some(g) = &head.gather
                    && g.over.as_ref().is_none_or(|p| matches!(self.place(p).map(peeled), Some(Ty::Seq(_, Kind::Array))))
                {
                    let array = self.operand(&g.value).filter(|t| *t != Ty::Literal).map(|t| Ty::Seq(Box::new(t), Kind::Array));
                    self.learn(&g.dst.to_string(), array);
                }
            }
            _ => {}
        }
        if let Stmt::Let { dst, op: Op::Rule { name, operands, .. }, .. } = stmt
            && ops::formula(name).is_some()
        {
            self.agree(&dst.to_string(), operands);
            self.operands_of_scalar(&dst.to_string(), name, operands);
        }
        if let Stmt::Let { dst, op: Op::Rule { .. } | Op::Call { .. }, .. } = stmt {
            self.values.insert(dst.to_string());
        }
        if let Stmt::Let { dst, op: Op::Build { variant: None, fields, .. }, .. } = stmt {
            self.elements_of_array(&dst.to_string(), fields);
            let part = |(slot, o): &(Slot, Operand)| match (slot, o) {
                (Slot::Field(m @ syn::Member::Unnamed(_)), Operand::Place(p)) if p.path.is_empty() => Some((m.clone(), p.base.to_string())),
                _ => None,
            };
            self.tuples.insert(dst.to_string(), fields.iter().filter_map(part).collect());
        }
    }

    /// A float literal's type is that of what it is combined with: rustc demands it of the built-in operators.
    fn agree(&mut self, dst: &str, operands: &[Operand]) {
        let known = |t: Option<Ty>| t.map(peeled).filter(|t| matches!(t, Ty::Scalar(_)));
        let types: Vec<Option<Ty>> = operands.iter().map(|o| self.operand(o).map(peeled)).collect();
        if !types.iter().all(|t| matches!(t, Some(Ty::Scalar(_) | Ty::Literal))) {
            return;
        }
        let Some(ty) = known(self.known.get(dst).cloned()).or_else(|| types.into_iter().find_map(known)) else { return };
        for o in operands {
            match o {
                Operand::Place(p) | Operand::Ref(p) => self.unify(p, Some(ty.clone())),
                Operand::Const(t) => {
                    if let Ok(name) = syn::parse2::<proc_macro2::Ident>(t.clone()) {
                        self.refine(&name.to_string(), &ty);
                    }
                }
                Operand::Mut(_) | Operand::Never => {}
            }
        }
    }

    /// The first thing that is known of a variable, or more of it.
    fn learn(&mut self, name: &str, ty: Option<Ty>) {
        let Some(ty) = ty else { return };
        if self.known.contains_key(name) {
            self.refine(name, &ty);
        } else {
            self.known.insert(name.to_owned(), ty);
            self.changed = true;
        }
    }

    /// What is stored in a place tells its type.
    fn unify(&mut self, place: &Place, ty: Option<Ty>) {
        let Some(mut ty) = ty else { return };
        let name = place.base.to_string();
        if place.path.is_empty() {
            return self.learn(&name, Some(ty));
        }
        if !matches!(self.place(place), Some(Ty::Literal | Ty::Free)) {
            return;
        }
        // from the place outwards
        for depth in (0..place.path.len()).rev() {
            let prefix = Place { path: place.path[..depth].to_vec(), ..place.clone() };
            ty = match (self.place(&prefix), &place.path[depth]) {
                (Some(Ty::Ref(_)), Step::Deref | Step::Inside { .. }) => Ty::Ref(Box::new(ty)),
                (Some(Ty::Seq(_, kind)), Step::Index { index, .. }) if is_range(index) => match ty {
                    Ty::Seq(e, _) => Ty::Seq(e, kind),
                    _ => return,
                },
                (Some(Ty::Ref(_)), Step::Index { index, .. }) if is_range(index) => return,
                (Some(Ty::Seq(_, kind)), Step::Index { .. }) => Ty::Seq(Box::new(ty), kind),
                (Some(Ty::Ref(t)), Step::Index { .. }) => match *t {
                    Ty::Seq(_, kind) => Ty::Ref(Box::new(Ty::Seq(Box::new(ty), kind))),
                    _ => return,
                },
                _ => return,
            };
        }
        self.refine(&name, &ty);
    }

    fn refine(&mut self, name: &str, ty: &Ty) {
        if let Some(known) = self.known.get_mut(name) {
            self.changed |= more(known, ty);
        }
    }

    fn operation(&self, op: &Op) -> Option<Ty> {
        match op {
            Op::Copy(o) => {
                let ty = self.operand(o)?;
                // `x.clone()` of a reference is the value
                Some(match o {
                    Operand::Place(p) if p.tokens.to_string().ends_with(')') => owned(ty, &p.tokens),
                    _ => ty,
                })
            }
            Op::Rule { name, operands, .. } => {
                let row = ops::formula(name).is_some();
                let types: Option<Vec<Ty>> = operands.iter().map(|o| self.operand(o).map(peeled)).collect();
                let types = types?;
                let scalars: Vec<&Ty> = types.iter().filter(|t| matches!(t, Ty::Scalar(_))).collect();
                let all = types.iter().all(|t| matches!(t, Ty::Literal) || scalars.first() == Some(&t));
                (row && all).then(|| scalars.first().map_or(Ty::Literal, |t| (*t).clone()))
            }
            Op::Constant { tokens, .. } => self.tokens(tokens),
            Op::Build { variant: None, fields, primal } => {
                let first = primal.clone().into_iter().next().map(|t| t.to_string()).unwrap_or_default();
                let kind = if first.starts_with('[') { Kind::Array } else { Kind::Vec };
                let elements = fields.iter().all(|(s, _)| matches!(s, Slot::Element(_) | Slot::Every));
                let types: Option<Vec<Ty>> = fields.iter().map(|(_, o)| self.operand(o)).collect();
                Some(Ty::Seq(Box::new(common(types.filter(|_| elements)?)?), kind))
            }
            _ => None,
        }
    }

    /// The type of an operand.
    pub(crate) fn operand(&self, o: &Operand) -> Option<Ty> {
        match o {
            Operand::Const(t) => self.tokens(t),
            Operand::Never => None,
            Operand::Place(p) => self.place(p),
            Operand::Ref(p) | Operand::Mut(p) => Some(Ty::Ref(Box::new(self.place(p)?))),
        }
    }

    /// The type of a variable.
    pub(crate) fn variable(&self, name: &str) -> Option<&Ty> {
        self.known.get(name)
    }

    /// The type of a place.
    pub(crate) fn place(&self, p: &Place) -> Option<Ty> {
        let mut ty = self.known.get(&p.base.to_string())?.clone();
        for step in &p.path {
            ty = match (step, ty) {
                (Step::Deref | Step::Inside { .. }, Ty::Ref(t)) => *t,
                (Step::Index { index, .. }, t) if self.tokens(index) == Some(Ty::Int) => match peeled(t) {
                    Ty::Seq(e, _) => *e,
                    _ => return None,
                },
                (Step::Index { index, .. }, t) if is_range(index) => match peeled(t) {
                    Ty::Seq(e, _) => Ty::Seq(e, Kind::Slice),
                    _ => return None,
                },
                _ => return None,
            };
        }
        Some(ty)
    }

    /// The type of constant tokens: a literal, a variable, a cast, a product of such.
    fn tokens(&self, t: &TokenStream) -> Option<Ty> {
        match single(t) {
            Some(TokenTree::Ident(i)) => self.named(&i.to_string()),
            Some(TokenTree::Literal(l)) => literal(&syn::Lit::new(l)),
            _ => self.expression(&syn::parse2(t.clone()).ok()?),
        }
    }

    /// The type of what a name stands for.
    fn named(&self, name: &str) -> Option<Ty> {
        self.known.get(name).cloned().or_else(|| self.tokens(self.lent.get(name)?))
    }

    fn expression(&self, e: &syn::Expr) -> Option<Ty> {
        use syn::{BinOp, Expr};
        match e {
            Expr::Lit(l) => literal(&l.lit),
            Expr::Path(p) => match p.path.get_ident() {
                Some(name) => self.named(&name.to_string()),
                None => constant_of_float(&p.path),
            },
            Expr::Reference(r) if r.mutability.is_none() => Some(Ty::Ref(Box::new(self.expression(&r.expr)?))),
            Expr::Paren(p) => self.expression(&p.expr),
            Expr::Unary(u) => match (&u.op, self.expression(&u.expr)?) {
                (syn::UnOp::Deref(_), Ty::Ref(t)) => Some(*t),
                (syn::UnOp::Neg(_), t) => Some(t),
                _ => None,
            },
            Expr::Cast(c) => self.of_type(&c.ty),
            Expr::Index(i) if self.expression(&i.index) == Some(Ty::Int) => match peeled(self.expression(&i.expr)?) {
                Ty::Seq(e, _) => Some(*e),
                _ => None,
            },
            Expr::Index(i) if matches!(&*i.index, Expr::Range(_)) => match peeled(self.expression(&i.expr)?) {
                Ty::Seq(e, _) => Some(Ty::Seq(e, Kind::Slice)),
                _ => None,
            },
            Expr::MethodCall(m) if m.method == "len" => Some(Ty::Int),
            Expr::MethodCall(m) if m.args.is_empty() && (m.method == "to_vec" || m.method == "clone") => {
                Some(owned(self.expression(&m.receiver)?, &e.to_token_stream()))
            }
            Expr::Macro(m) if m.mac.path.is_ident("vec") => self.list(&m.mac.tokens, Kind::Vec),
            Expr::Array(a) => {
                Some(Ty::Seq(Box::new(common(a.elems.iter().map(|e| self.expression(e)).collect::<Option<_>>()?)?), Kind::Array))
            }
            Expr::Repeat(r) => Some(Ty::Seq(Box::new(self.expression(&r.expr)?), Kind::Array)),
            Expr::Call(c) => match unspaced(&c.func).as_str() {
                "Vec::new" | "Vec::with_capacity" | "::std::vec::Vec::new" => Some(Ty::Seq(Box::new(Ty::Free), Kind::Vec)),
                _ => None,
            },
            Expr::MethodCall(m) if m.method == "detach" => self.expression(&m.receiver).map(peeled),
            Expr::Binary(b) if matches!(b.op, BinOp::Add(_) | BinOp::Sub(_) | BinOp::Mul(_) | BinOp::Div(_) | BinOp::Rem(_)) => {
                let (l, r) = (peeled(self.expression(&b.left)?), peeled(self.expression(&b.right)?));
                if l == Ty::Literal || l == r { Some(r) } else { (r == Ty::Literal).then_some(l) }
            }
            _ => None,
        }
    }
}

impl Types {
    /// The type of `vec![…]`.
    fn list(&self, tokens: &TokenStream, kind: Kind) -> Option<Ty> {
        let Some(Ty::Seq(element, _)) = self.expression(&syn::parse2(quote::quote!([#tokens])).ok()?) else { return None };
        Some(Ty::Seq(element, kind))
    }
}

/// `f64::INFINITY`, `std::f64::consts::PI`: a constant that the standard library has of a float type.
fn constant_of_float(path: &syn::Path) -> Option<Ty> {
    const OF_TYPE: &[&str] = &["INFINITY", "NEG_INFINITY", "NAN", "EPSILON", "MAX", "MIN", "MIN_POSITIVE"];
    let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let of = match &names[..] {
        [of, name] | ["std" | "core", of, name] if OF_TYPE.contains(name) => of,
        ["std" | "core", of, "consts", _] => of,
        _ => return None,
    };
    matches!(*of, "f64" | "f32").then(|| Ty::Scalar((*of).to_owned()))
}

fn literal(lit: &syn::Lit) -> Option<Ty> {
    match lit {
        syn::Lit::Float(f) if f.suffix().is_empty() => Some(Ty::Literal),
        syn::Lit::Float(f) => Some(Ty::Scalar(f.suffix().to_owned())),
        syn::Lit::Int(_) => Some(Ty::Int),
        _ => None,
    }
}

/// The type of `x.clone()`, `x.to_vec()`.
fn owned(ty: Ty, tokens: &TokenStream) -> Ty {
    let list = unspaced(tokens).ends_with(".to_vec()");
    match peeled(ty.clone()) {
        Ty::Seq(e, _) if list => Ty::Seq(e, Kind::Vec),
        Ty::Seq(_, Kind::Slice) => ty,
        other => {
            if let Ty::Ref(t) = ty {
                *t
            } else {
                other
            }
        }
    }
}

/// The type of elements that must have one.
fn common(types: Vec<Ty>) -> Option<Ty> {
    let mut all = types.into_iter();
    let mut first = all.next()?;
    for ty in all {
        more(&mut first, &ty);
        if first != ty && ty != Ty::Literal {
            return None;
        }
    }
    Some(first)
}

/// Replaces what is open in a type by what another says of it. Whether that was anything.
fn more(known: &mut Ty, other: &Ty) -> bool {
    match (known, other) {
        (k @ Ty::Free, o) if *o != Ty::Free => {
            *k = o.clone();
            true
        }
        (k @ Ty::Literal, o @ Ty::Scalar(_)) => {
            *k = o.clone();
            true
        }
        (Ty::Seq(k, _), Ty::Seq(o, _)) => more(k, o),
        (Ty::Ref(k), Ty::Ref(o)) => more(k, o),
        _ => false,
    }
}

/// `a..b`: a part of what is indexed.
pub(crate) fn is_range(index: &TokenStream) -> bool {
    let dots = |t: TokenTree| matches!(t, TokenTree::Punct(p) if p.as_char() == '.' && p.spacing() == Spacing::Joint);
    index.clone().into_iter().any(dots) && matches!(syn::parse2::<syn::Expr>(index.clone()), Ok(syn::Expr::Range(_)))
}

/// The type behind references.
pub(crate) fn peeled(ty: Ty) -> Ty {
    match ty {
        Ty::Ref(t) => peeled(*t),
        other => other,
    }
}

/// The size of a value of a type, where it is known.
pub(crate) fn size(ty: &Ty) -> Option<Size> {
    match ty {
        Ty::Scalar(s) if s == "f64" => Some(Size::Bytes(8)),
        Ty::Scalar(s) if s == "f32" => Some(Size::Bytes(4)),
        Ty::Int => Some(Size::Bytes(8)),
        Ty::Ref(t) => size(t),
        Ty::Seq(t, _) => match size(t)? {
            Size::Bytes(n) => Some(Size::Entries(n)),
            Size::Entries(_) => None,
        },
        _ => None,
    }
}
