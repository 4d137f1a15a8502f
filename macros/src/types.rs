//! The little that tokens say about types: which variables are certainly scalars, or sequences of scalars.
//!
//! Input: the IR. Output: [`Types`]. Invariant: what it says is certain; what it does not know, generated code leaves to rustc. Adjoints of
//! scalar operations are written as formulas, all others as calls of rules that rustc chooses by type.

use crate::ir::{Func, Op, Operand, Place, Step, Stmt, walk};
use crate::ops;
use proc_macro2::TokenStream;
use quote::ToTokens;
use std::collections::{HashMap, HashSet};
use syn::Type;

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
    reals: HashSet<String>,
}

/// Runs to a fixpoint: a variable may be declared before the value that tells its type.
pub(crate) fn infer(func: &Func, generics: &syn::Generics, output: &Type) -> Types {
    let mut types = Types { known: HashMap::new(), reals: reals(generics) };
    for p in &func.params {
        if let Some(t) = types.of_type(&p.ty) {
            types.known.insert(p.name.to_string(), t);
        }
    }
    if let (Operand::Place(p), Some(t @ Ty::Scalar(_))) = (&func.result, types.of_type(output))
        && p.path.is_empty()
    {
        types.known.insert(p.base.to_string(), t);
    }
    loop {
        let before = types.known.len();
        walk(&func.body, &mut |s| types.visit(s));
        if types.known.len() == before {
            return types;
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
        const INTEGERS: &[&str] = &["u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64", "isize"];
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
        let (name, ty) = match stmt {
            Stmt::Let { dst, ty: Some(t), .. } | Stmt::Declare { dst, ty: Some(t), .. } => (dst, self.of_type(t)),
            Stmt::Let { dst, op, .. } => (dst, self.operation(op)),
            Stmt::Store { place, operator: None, value, .. } if place.path.is_empty() => (&place.base, self.operand(value)),
            Stmt::Loop { head, .. } => match (&head.range, &head.counter) {
                (Some((name, _)), _) | (None, Some(name)) => (name, Some(Ty::Int)),
                (None, None) => return,
            },
            Stmt::Store { place, value, .. } if place.path.is_empty() && self.known.get(&place.base.to_string()) == Some(&Ty::Literal) => {
                (&place.base, self.operand(value).map(peeled))
            }
            _ => return,
        };
        if let Some(ty) = ty {
            let known = self.known.entry(name.to_string()).or_insert_with(|| ty.clone());
            if *known == Ty::Literal {
                *known = ty;
            }
        }
    }

    fn operation(&self, op: &Op) -> Option<Ty> {
        match op {
            Op::Copy(o) => {
                let ty = self.operand(o)?;
                // `x.clone()` of a reference is the value
                Some(
                    if let (Ty::Ref(t), Operand::Place(p)) = (&ty, o)
                        && p.tokens.to_string().ends_with(')')
                    {
                        (**t).clone()
                    } else {
                        ty
                    },
                )
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
            _ => None,
        }
    }

    /// The type of an operand.
    pub(crate) fn operand(&self, o: &Operand) -> Option<Ty> {
        match o {
            Operand::Const(t) => self.tokens(t),
            Operand::Never => None,
            Operand::Place(p) => self.place(p),
            Operand::Ref(p) => Some(Ty::Ref(Box::new(self.place(p)?))),
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
                (Step::Deref, Ty::Ref(t)) => *t,
                (Step::Index { index, .. }, t) if self.tokens(index) == Some(Ty::Int) => match peeled(t) {
                    Ty::Seq(e, _) => *e,
                    _ => return None,
                },
                _ => return None,
            };
        }
        Some(ty)
    }

    /// The type of constant tokens: a literal, a variable, a cast, a product of such.
    fn tokens(&self, t: &TokenStream) -> Option<Ty> {
        self.expression(&syn::parse2(t.clone()).ok()?)
    }

    fn expression(&self, e: &syn::Expr) -> Option<Ty> {
        use syn::{BinOp, Expr};
        match e {
            Expr::Lit(l) => match &l.lit {
                syn::Lit::Float(f) if f.suffix().is_empty() => Some(Ty::Literal),
                syn::Lit::Float(f) => Some(Ty::Scalar(f.suffix().to_owned())),
                syn::Lit::Int(_) => Some(Ty::Int),
                _ => None,
            },
            Expr::Path(p) => self.known.get(&p.path.get_ident()?.to_string()).cloned(),
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
            Expr::MethodCall(m) if m.method == "len" => Some(Ty::Int),
            Expr::MethodCall(m) if m.method == "detach" => self.expression(&m.receiver).map(peeled),
            Expr::Binary(b) if matches!(b.op, BinOp::Add(_) | BinOp::Sub(_) | BinOp::Mul(_) | BinOp::Div(_) | BinOp::Rem(_)) => {
                let (l, r) = (peeled(self.expression(&b.left)?), peeled(self.expression(&b.right)?));
                if l == Ty::Literal || l == r { Some(r) } else { (r == Ty::Literal).then_some(l) }
            }
            _ => None,
        }
    }
}

/// The type behind references.
pub(crate) fn peeled(ty: Ty) -> Ty {
    match ty {
        Ty::Ref(t) => peeled(*t),
        other => other,
    }
}
