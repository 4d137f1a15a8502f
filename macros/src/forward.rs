//! Forward: the IR to the primal with tangents beside it.
//!
//! Input: the IR and its activity. Output: tokens. Invariant: the same statements in the same control flow; each active
//! variable `x` has an `x_dot` beside it, of the type of its tangent.
//!
//!     z = Mul(u, x)        →    let z = u * x;  let z_dot = push_rhs(Mul, u, x, z, &x_dot);

use crate::activity::Activity;
<<<<<<< HEAD
use crate::formula::{self, product, substitute};
use crate::ir::{Callee, Func, Gather, Head, Lambda, Op, Operand, Place, Slot, Step, Stmt, Variant};
=======
use crate::ir::{Func, Gather, Head, Operand, Place, Step, Stmt};
>>>>>>> 65612a4 (Forward mode: tangents of numbers and of arrays' elements are written out; operations in a file of their own)
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
                let (mutability, ty) = (mutable.then(|| quote!(mut)), ty.as_ref().map(|t| quote!(: #t)));
                let head = quote!(let #mutability #dst #ty);
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
                let (mutability, ty) = (mutable.then(|| quote!(mut)), ty.as_ref().map(|t| quote!(: #t)));
                let dot = self.activity.active.contains(&dst.to_string()).then(|| {
                    let dot = crate::ir::dot(&dst);
                    quote!(let mut #dot;)
                });
                quote!(let #mutability #dst #ty; #dot)
            }
            Stmt::Opaque(tokens) => tokens.clone(),
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
                Step::Index { index, .. } if self.is_whole(place, k) => quote!(#dot[#index]),
                Step::Variant(v) => {
                    let access = v.access("bar");
                    quote!((*#access(&mut #dot)))
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
        for step in &place.path {
            dot = match step {
                Step::Deref => dot,
                Step::Variant(v) => {
                    let access = v.access("dot");
                    quote!(#access(&#dot))
                }
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
        let method = Ident::new(c.method, proc_macro2::Span::call_site());
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
<<<<<<< HEAD

    /// The zero of a variable that is certainly a number.
    fn number(&self, name: &Ident) -> Option<TokenStream> {
        match self.types.variable(&name.to_string()) {
            Some(Ty::Scalar(s)) if s == "f64" => Some(quote!(0.0_f64)),
            Some(Ty::Scalar(s)) if s == "f32" => Some(quote!(0.0_f32)),
            _ => None,
        }
    }

    /// `x += y`, `x -= y`, `x *= y` for numbers: what happens to the tangent of `x`, before `x` changes.
    fn scalar_update(&self, place: &Place, operator: &str, value: &Operand) -> Option<TokenStream> {
        let number = |ty| matches!(ty, Some(Ty::Scalar(s)) if s == "f64" || s == "f32");
        if !number(self.types.place(place)) || !matches!(value, Operand::Place(p) if number(self.types.place(p))) {
            return None;
        }
        let y_dot = value.place().filter(|p| self.activity.is_active(p)).map(|p| self.scalar_dot(p));
        let (target, x, y) = (self.dot(place), &place.tokens, value_tokens(value));
        match (operator, y_dot) {
            ("Add" | "Sub", None) => Some(quote!()),
            ("Add", Some(y_dot)) => Some(quote!(#target += #y_dot;)),
            ("Sub", Some(y_dot)) => Some(quote!(#target -= #y_dot;)),
            ("Mul", None) => Some(quote!(#target *= #y;)),
            ("Mul", Some(y_dot)) => Some(quote!(#target = #target * #y + #x * #y_dot;)),
            _ => None,
        }
    }

    fn operation(&self, dst: &Ident, head: &TokenStream, op: &Op, dot: &TokenStream) -> TokenStream {
        let primal = crate::emit::primal(op);
        match op {
            Op::Copy(o) => {
                let scalar = matches!(self.types.variable(&dst.to_string()), Some(Ty::Scalar(_)));
                let t = match o.place().filter(|p| scalar && self.activity.is_active(p)) {
                    Some(p) if self.types.place(p).is_some() => self.scalar_dot(p),
                    None if o.place().is_none() && self.number(dst).is_some() => self.number(dst).unwrap_or_default(),
                    _ => {
                        let t = self.tangent(o, &quote!(#dst));
                        quote!(::pullback::call::tangent_of(&#dst, &#t))
                    }
                };
                quote!(#head = #primal; #dot = #t;)
            }
            Op::Rule { name, operands, params, .. } if formula::of(self.types, dst, name, operands).is_some() => {
                let t = self.scalar_rule(dst, name, operands, params);
                quote!(#head = #primal; #dot = #t;)
            }
            Op::Rule { name, operands, params, keep, .. } => self.rule(dst, head, name, operands, params, keep, &primal, dot),
            Op::Call { callee, args, functions, .. } => self.call(head, callee, args, functions, dot),
            Op::Build { variant, fields, .. } => self.build(dst, head, variant.as_ref(), fields, &primal, dot),
            Op::Constant { .. } => quote!(#head = #primal; #dot = ::pullback::rule::zero(&::pullback::rule::witness(&#dst));),
        }
    }

    /// Σ ẋₖ ∂z/∂xₖ, written out.
    fn scalar_rule(&self, dst: &Ident, name: &str, operands: &[Operand], params: &[TokenStream]) -> TokenStream {
        let Some((formula, ty)) = formula::of(self.types, dst, name, operands) else { return quote!() };
        let mut values: HashMap<String, TokenStream> = HashMap::from([("z".to_owned(), quote!(#dst))]);
        for (letter, o) in ["x", "y"].iter().zip(operands) {
            let t = value_tokens(o);
            let reference = matches!(self.types.operand(o), Some(Ty::Ref(_))) && !matches!(o, Operand::Ref(_));
            let compound = !matches!(
                syn::parse2::<syn::Expr>(t.clone()),
                Ok(syn::Expr::Path(_) | syn::Expr::Lit(_) | syn::Expr::Index(_) | syn::Expr::Paren(_))
            );
            values.insert(
                (*letter).to_owned(),
                if reference {
                    quote!((*#t))
                } else if compound {
                    quote!((#t))
                } else {
                    t
                },
            );
        }
        values.extend(formula.params.iter().zip(params).map(|(n, p)| ((*n).to_owned(), p.clone())));
        let mut sum = TokenStream::new();
        for (o, text) in operands.iter().zip([formula.lhs, formula.rhs]) {
            let Some(place) = o.place() else { continue };
            let term = product(&self.scalar_dot(place), &substitute(text.parse().unwrap_or_default(), &values, &ty));
            sum = if sum.is_empty() { term } else { quote!(#sum + #term) };
        }
        sum
    }

    /// The tangent of a scalar place.
    fn scalar_dot(&self, place: &Place) -> TokenStream {
        if place.path.iter().all(|s| matches!(s, Step::Deref)) { self.dot(place) } else { self.read(place) }
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one IR operation")]
    fn rule(
        &self,
        dst: &Ident,
        head: &TokenStream,
        rule: &str,
        operands: &[Operand],
        params: &[TokenStream],
        keep: &str,
        primal: &TokenStream,
        dot: &TokenStream,
    ) -> TokenStream {
        let marker = crate::ops::marker(rule, primal);
        let dot_name = crate::ir::dot(&dst);
        let (mut before, mut kept) = (TokenStream::new(), vec![]);
        for (o, letter) in operands.iter().zip(["x", "y"]) {
            let (name, t) = (format_ident!("{}_{}", dst, letter), value_tokens(o));
            let r = crate::ir::reference(&t);
            if keep.contains(letter) {
                before.extend(quote!(let #name = ::core::clone::Clone::clone(#r);));
                kept.push(crate::ops::placed(rule, primal, quote!(::pullback::rule::value(&#name))));
            } else {
                before.extend(quote!(let #name = ::pullback::rule::witness(#r);));
                kept.push(crate::ops::placed(rule, primal, quote!(::pullback::rule::kept(&#name))));
            }
        }
        let params = if params.is_empty() { quote!(&()) } else { quote!(&(#(::core::clone::Clone::clone(&#params),)*)) };
        let z = quote!(::pullback::rule::value(&#dst));
        let mut after = TokenStream::new();
        for (k, o) in operands.iter().enumerate() {
            let Some(p) = o.place().filter(|p| self.activity.is_active(p)) else { continue };
            let name = format_ident!("{}_dot_{}", dst, k);
            let own = self.read(p);
            before.extend(quote!(let #name = #own;));
            let function = crate::ops::rule_path(["tangent_lhs", "tangent_rhs"][k], rule, primal);
            let push = match &kept[..] {
                [x] => {
                    let function = crate::ops::rule_path("tangent", rule, primal);
                    quote!(#function(#marker, #x, #params, #z, &#name))
                }
                _ => {
                    let (x, y) = (&kept[0], &kept[1]);
                    quote!(#function(#marker, #x, #y, #params, #z, &#name))
                }
            };
            if after.is_empty() {
                after.extend(quote!(let mut #dot_name = #push;));
            } else {
                after.extend(quote!(::pullback::Tangent::accumulate(&mut #dot_name, #push);));
            }
        }
        quote!(#before #head = #primal; #after #dot = #dot_name;)
    }

    fn build(
        &self,
        dst: &Ident,
        head: &TokenStream,
        variant: Option<&Variant>,
        fields: &[(Slot, Operand)],
        primal: &TokenStream,
        dot: &TokenStream,
    ) -> TokenStream {
        let dot_name = crate::ir::dot(&dst);
        let (mut before, mut after) = (TokenStream::new(), TokenStream::new());
        for (k, (slot, o)) in fields.iter().enumerate() {
            let Some(p) = o.place().filter(|p| self.activity.is_active(p)) else { continue };
            let part = format_ident!("{}_dot_{}", dst, k);
            let own = self.read(p);
            before.extend(quote!(let #part = #own;));
            let whole = match variant {
                Some(v @ Variant::Part(_)) => {
                    let access = v.access("bar");
                    quote!(#access(&mut #dot_name))
                }
                _ => quote!(#dot_name),
            };
            if let Some(v @ Variant::Payload(_)) = variant {
                let access = v.access("bar");
                after.extend(quote!(*#access(&mut #dot_name) = #part;));
                continue;
            }
            after.extend(match slot {
                Slot::Field(syn::Member::Unnamed(i)) => quote!(#whole.#i = #part;),
                Slot::Field(syn::Member::Named(f)) => {
                    let access = crate::ir::bar(&f);
                    quote!(*#whole.#access() = #part;)
                }
                Slot::Entry(i, j) => quote!(#dot_name[(#i, #j)] = #part;),
                Slot::Element(i) => {
                    quote!(*::pullback::place::IndexBar::at(&mut #dot_name, ::pullback::place::IndexKey::key(&#dst, #i)) = #part;)
                }
                Slot::Every => quote!(::pullback::call::fill(&mut #dot_name, #part);),
            });
        }
        quote!(#before #head = #primal; let mut #dot_name = ::pullback::Differentiable::zero_tangent(&#dst); #after #dot = #dot_name;)
    }

    fn call(&self, head: &TokenStream, callee: &Callee, args: &[Operand], functions: &[(usize, Lambda)], dot: &TokenStream) -> TokenStream {
        let receiver = if let Callee::Method(r, _) = callee { Some(r) } else { None };
        let all: Vec<&Operand> = receiver.into_iter().chain(args).collect();
        let changed = |name: &Ident| all.iter().filter(|o| matches!(o, Operand::Mut(p) if p.base == *name)).count();
        let (mut before, mut after, mut lends, mut acts) = (TokenStream::new(), TokenStream::new(), vec![], vec![]);
        // what others read of the same variable is read before it is lent
        let mut borrows = TokenStream::new();
        for (k, o) in all.iter().enumerate() {
            let Some(p) = o.place().filter(|p| self.activity.is_active(p)) else {
                lends.push(quote!(::pullback::call::Lend::lend(::pullback::call::Absent)));
                acts.push(quote!(::pullback::Off));
                continue;
            };
            acts.push(quote!(::pullback::On));
            let name = format_ident!("argument_dot_{}", k);
            if !matches!(o, Operand::Mut(_)) {
                let own = self.read(p);
                before.extend(quote!(let #name = #own;));
                lends.push(quote!(::pullback::call::Lend::lend(&#name)));
                continue;
            }
            let (place, value) = (self.dot(p), crate::ir::reference(&p.tokens));
            borrows.extend(quote!(let #name = &mut #place; ::pullback::call::prepare(#value, &mut *#name);));
            if changed(&p.base) > 1 {
                // two parts of one variable: each is taken out for the call
                borrows.extend(quote!(let mut #name = ::pullback::call::lift(#name);));
                after.extend(quote!(::pullback::call::add(&mut #place, #name);));
                lends.push(quote!(::pullback::call::Lend::lend(&mut #name)));
            } else {
                lends.push(quote!(::pullback::call::Lend::lend(#name)));
            }
        }
        let target = crate::emit::split_path(callee, "push", all.len());
        let values = args.iter().enumerate().map(|(k, o)| crate::reverse::calls::handed(k, o, functions, |l| &l.push));
        if let Callee::Function(f, _) = callee {
            let captures = f.place().map(|p| self.dot(p));
            return quote!(#before #borrows let (value, value_dot) = #target(#(#values,)* (#(#lends,)*), ::core::option::Option::Some(&#captures)); #after #head = value; #dot = value_dot;);
        }
        quote!(#before #borrows let (value, value_dot) = #target(#(#values,)* (#(#acts,)*), (#(#lends,)*)); #after #head = value; #dot = value_dot;)
    }
=======
>>>>>>> 65612a4 (Forward mode: tangents of numbers and of arrays' elements are written out; operations in a file of their own)
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
