//! Forward: the IR to the primal with tangents beside it.
//!
//! Input: the IR and its activity. Output: tokens. Invariant: the same statements in the same control flow; each active
//! variable `x` has an `x_dot` beside it, of the type of its tangent.
//!
//!     z = Mul(u, x)        →    let z = u * x;  let z_dot = push_rhs(Mul, u, x, z, &x_dot);

use crate::activity::Activity;
use crate::ir::{Func, Gather, Head, Operand, Place, Step, Stmt};
use crate::lower::operand_tokens;
use crate::types::{Ty, Types};
use operations::value_tokens;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

mod operations;

/// The function with tangents.
pub(crate) struct Tangents {
    pub(crate) body: TokenStream,
    pub(crate) result: TokenStream,
    pub(crate) result_dot: TokenStream,
}

/// The pass.
pub(crate) fn forward(func: &Func, activity: &Activity, types: &Types) -> Tangents {
    let pass = Forward { func, activity, types };
    let mut body = TokenStream::new();
    for p in func.params.iter().filter(|p| p.active && p.exclusive.is_none() && activity.is_stored(&p.name.to_string())) {
        let dot = crate::ir::dot(&p.name);
        body.extend(quote!(let mut #dot = ::pullback::call::own(#dot);));
    }
    body.extend(pass.block(&func.body));
    let result_dot = match func.result.place().filter(|p| activity.is_active(p)) {
        Some(p) => pass.read(p),
        None => quote!(::pullback::Tangent::zero()),
    };
    Tangents { body, result: operand_tokens(&func.result), result_dot }
}

struct Forward<'a> {
    func: &'a Func,
    activity: &'a Activity,
    types: &'a Types,
}

impl Forward<'_> {
    fn block(&self, body: &[Stmt]) -> TokenStream {
        body.iter().map(|s| self.statement(s)).collect()
    }

    fn statement(&self, stmt: &Stmt) -> TokenStream {
        match stmt {
            Stmt::Let { dst, mutable, ty, op, .. } => {
                let head = crate::emit::head(dst, *mutable, ty.as_ref(), Some(op));
                let writes = op.writes().into_iter().any(|p| self.activity.is_active(p));
                if !writes && !self.activity.active.contains(&dst.to_string()) {
                    let primal = crate::emit::primal(op);
                    return quote!(#head = #primal;);
                }
                let dot = crate::ir::dot(&dst);
                let mutability = (*mutable || self.activity.is_stored(&dst.to_string())).then(|| quote!(mut));
                self.operation(dst, &head, op, &quote!(let #mutability #dot))
            }
            Stmt::Declare { dst, mutable, ty } => {
                let head = crate::emit::head(dst, *mutable, ty.as_ref(), None);
                let dot = self.activity.active.contains(&dst.to_string()).then(|| {
                    let dot = crate::ir::dot(&dst);
                    quote!(let mut #dot;)
                });
                quote!(#head; #dot)
            }
            Stmt::Opaque(tokens) => crate::emit::opaque(tokens),
            Stmt::Store { place, operator, value, primal, .. } => self.store(place, operator.as_deref(), value, primal),
            Stmt::If { cond, then, els } => {
                let (t, e) = (self.block(then), self.block(els));
                quote!(if #cond { #t } else { #e })
            }
            Stmt::Match { head, arms } => {
                let bodies: Vec<TokenStream> = arms.iter().map(|a| self.block(&a.body)).collect();
                crate::emit::choice(head, arms, &bodies)
            }
            Stmt::Bound { dst, place, .. } => {
                let (name, value) = (crate::ir::dot(dst), self.read(place));
                quote!(let mut #name = ::pullback::call::tangent_of(&#dst, &#value);)
            }
            Stmt::Change(c) => self.change(c),
            Stmt::Exchange { places: [a, b], primal } => {
                let (a, b) = (self.dot(a), self.dot(b));
                quote!({
                    #primal;
                    let own_first = ::pullback::rule::take(&mut #a);
                    let own_second = ::pullback::rule::take(&mut #b);
                    #a = own_second;
                    #b = own_first;
                })
            }
            Stmt::Exit { exit, .. } => crate::emit::exit(exit),
            Stmt::Rest { body, .. } => self.block(body),
            Stmt::Body(body) => {
                let body = self.block(body);
                quote!('body: { #body })
            }
            Stmt::Labeled { label, body, .. } => {
                let body = self.block(body);
                quote!(#label: { #body })
            }
            Stmt::Loop { head, body, .. } => match (&head.gather, body.split_last()) {
                (Some(g), Some((_, before))) if self.activity.active.contains(&g.dst.to_string()) => self.gather(head, g, before),
                _ => crate::emit::looped(head, &self.block(body)),
            },
        }
    }

    /// A loop that is a call: each round yields a value and its tangent.
    fn gather(&self, head: &Head, g: &Gather, body: &[Stmt]) -> TokenStream {
        let (body, value, dst, dst_dot) = (self.block(body), operand_tokens(&g.value), &g.dst, crate::ir::dot(&g.dst));
        let dot = self.tangent(&g.value, &value);
        let pairs = Gather { callee: of_pairs(&g.callee), ..g.clone() };
        let call = crate::emit::gathered(head, &pairs, &quote!(#body let value_dot = #dot;), &quote!((#value, value_dot)));
        quote!((#dst, #dst_dot) = ::pullback::place::Unzip::unzip(#call);)
    }

    /// The tangent of a variable: its own, or that which the caller lent.
    fn base(&self, name: &Ident) -> TokenStream {
        let dot = crate::ir::dot(name);
        let stored = self.activity.is_stored(&name.to_string());
        let lent = self.func.params.iter().any(|p| p.name == *name && (p.exclusive.is_some() || !stored));
        if lent { quote!((*#dot)) } else { quote!(#dot) }
    }

    /// Whether a place is certainly a number.
    fn is_number(&self, place: &Place) -> bool {
        matches!(self.types.place(place).map(crate::types::peeled), Some(Ty::Scalar(s)) if s == "f64" || s == "f32")
    }

    /// Whether the step at `depth` picks an element of an array, whose tangent has all its elements in place.
    fn is_whole(&self, place: &Place, depth: usize) -> bool {
        let upto = |end: usize| Place { path: place.path[..end].to_vec(), ..place.clone() };
        let array = matches!(self.types.place(&upto(depth)).map(crate::types::peeled), Some(Ty::Seq(_, crate::types::Kind::Array)));
        array && !matches!(self.types.place(&upto(depth + 1)), None | Some(Ty::Seq(_, crate::types::Kind::Slice)))
    }

    /// The tangent of a place, as a place expression.
    fn dot(&self, place: &Place) -> TokenStream {
        let mut dot = self.base(&place.base);
        for (k, step) in place.path.iter().enumerate() {
            dot = match step {
                Step::Deref => dot,
                Step::Inside { .. } if self.is_reference_at(place, k) => dot,
                Step::Inside { pointer } => {
                    quote!((*::pullback::place::StarBar::inside(&mut #dot, ::pullback::place::Star::star(&#pointer))))
                }
                Step::Index { index, .. } if self.is_whole(place, k) => quote!(#dot[#index]),
                Step::Variant(v) => {
                    let part = v.bar(&dot);
                    quote!((*#part))
                }
                Step::Field(syn::Member::Unnamed(k)) => quote!(#dot.#k),
                Step::Field(syn::Member::Named(f)) => {
                    let access = crate::ir::bar(&f);
                    quote!((*#dot.#access()))
                }
                Step::Index { index, container, key } => {
                    let key = key_tokens(index, container, key.as_ref());
                    quote!((*::pullback::place::IndexBar::at(&mut #dot, #key)))
                }
            };
        }
        dot
    }

    /// Whether what a step of a place goes through is certainly a reference.
    fn is_reference_at(&self, place: &Place, k: usize) -> bool {
        let prefix = Place { path: place.path[..k].to_vec(), ..place.clone() };
        matches!(self.types.place(&prefix), Some(Ty::Ref(_)))
    }

    /// The tangent of a place, owned.
    fn read(&self, place: &Place) -> TokenStream {
        let plain = |(k, step): (usize, &Step)| match step {
            Step::Deref => true,
            Step::Index { .. } => self.is_whole(place, k),
            _ => false,
        };
        if self.is_number(place) && place.path.iter().enumerate().all(plain) {
            return self.dot(place);
        }
        let mut dot = self.base(&place.base);
        for (k, step) in place.path.iter().enumerate() {
            dot = match step {
                Step::Deref => dot,
                Step::Inside { .. } if self.is_reference_at(place, k) => dot,
                Step::Inside { pointer } => quote!(::pullback::place::StarDot::inside(&#dot, ::pullback::place::Star::star(&#pointer))),
                Step::Variant(v) => v.dot(&dot),
                Step::Field(syn::Member::Unnamed(k)) => quote!(#dot.#k),
                Step::Field(syn::Member::Named(f)) => {
                    let access = crate::ir::dot(&f);
                    quote!(#dot.#access())
                }
                Step::Index { index, container, key } => {
                    let key = key_tokens(index, container, key.as_ref());
                    quote!(::pullback::place::IndexDot::get(&#dot, #key))
                }
            };
        }
        quote!(::pullback::call::own(&#dot))
    }

    /// A container is changed, and its tangent in the same way.
    fn change(&self, c: &crate::ir::Change) -> TokenStream {
        let (dot, key, statement) = (self.dot(&c.place), &c.key, c.statement());
        let method = crate::tokens::ident(c.method, proc_macro2::Span::call_site());
        let moved = c.value.as_ref().map(|v| match v.place().filter(|p| self.activity.is_active(p)) {
            Some(p) => self.read(p),
            None => quote!(::pullback::call::Absent),
        });
        let (take, give) = if moved.is_some() { (quote!(let own_moved = #moved;), quote!(, own_moved)) } else { (quote!(), quote!()) };
        let change = quote!(::pullback::change::dot::#method(&mut #dot, &own_key #give));
        match c.dst.as_ref().filter(|d| self.activity.active.contains(&d.to_string())) {
            Some(dst) => {
                let (dst_dot, dst) = (crate::ir::dot(dst), dst);
                let primal = &c.primal;
                quote!(let (mut #dst, mut #dst_dot) = { let own_key = #key; #take let own_out = #primal; (own_out, #change) };)
            }
            None if c.dst.is_some() => {
                let (dst, primal) = (&c.dst, &c.primal);
                quote!(let mut #dst = { let own_key = #key; #take let own_out = #primal; let _ = #change; own_out };)
            }
            None => quote!({ let own_key = #key; #take #statement #change; }),
        }
    }

    /// The tangent of an operand; a constant's is that of the value `like`.
    fn tangent(&self, o: &Operand, like: &TokenStream) -> TokenStream {
        match o.place().filter(|p| self.activity.is_active(p)) {
            Some(p) => self.read(p),
            None => {
                let like = crate::ir::reference(like);
                quote!(::pullback::rule::zero(&::pullback::rule::witness(#like)))
            }
        }
    }

    fn store(&self, place: &Place, operator: Option<&str>, value: &Operand, primal: &TokenStream) -> TokenStream {
        if !self.activity.is_active(place) {
            return primal.clone();
        }
        let (target, own) = (self.dot(place), &place.tokens);
        let Some(operator) = operator else {
            let before = value.place().is_some_and(|p| self.activity.is_active(p));
            if !before && !place.path.is_empty() {
                return quote!(#primal let _ = ::pullback::call::lift(&mut #target););
            }
            let dot = self.tangent(value, own);
            if value.place().is_some_and(|p| before && p.path.is_empty() && self.is_number(p)) && self.is_number(place) {
                return quote!(#primal #target = #dot;);
            }
            return if before { quote!({ let value_dot = #dot; #primal #target = value_dot; }) } else { quote!(#primal #target = #dot;) };
        };
        if matches!(operator, "Add" | "Sub") && value.place().is_none() {
            return primal.clone();
        }
        if let Some(step) = self.scalar_update(place, operator, value) {
            return quote!(#step #primal);
        }
        let marker = format_ident!("{}", operator);
        let x = quote!(::pullback::rule::value(&left));
        let y = quote!(::pullback::rule::value(&right));
        let z = quote!(::pullback::rule::value(&#own));
        let y_tokens = crate::ir::reference(&value_tokens(value));
        let mut steps = quote!(let mut dot = ::pullback::rule::push_lhs(::pullback::op::#marker, #x, #y, &(), #z, &#target););
        if value.place().is_some_and(|p| self.activity.is_active(p)) {
            steps.extend(quote! {
                ::pullback::Tangent::accumulate(&mut dot, ::pullback::rule::push_rhs(::pullback::op::#marker, #x, #y, &(), #z, &right_dot));
            });
        }
        let y_dot = value.place().filter(|p| self.activity.is_active(p)).map(|p| {
            let dot = self.read(p);
            quote!(let right_dot = #dot;)
        });
        quote!({ let left = ::core::clone::Clone::clone(&#own); let right = ::core::clone::Clone::clone(#y_tokens); #y_dot #primal #steps #target = dot; })
    }
}

fn key_tokens(index: &TokenStream, container: &TokenStream, key: Option<&TokenStream>) -> TokenStream {
    key.cloned().unwrap_or_else(|| quote!(::pullback::place::IndexKey::key(&#container, #index)))
}

/// A path whose element type is said, `from_fn::<f64, 3, _>`, for elements that are pairs: `from_fn::<_, 3, _>`.
fn of_pairs(callee: &TokenStream) -> TokenStream {
    let Ok(mut path) = syn::parse2::<syn::Path>(callee.clone()) else { return callee.clone() };
    if let Some(syn::PathArguments::AngleBracketed(said)) = path.segments.last_mut().map(|s| &mut s.arguments)
        && let Some(syn::GenericArgument::Type(element)) = said.args.first_mut()
    {
        *element = syn::parse_quote!(_);
    }
    quote!(#path)
}
