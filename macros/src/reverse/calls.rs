//! Reversal of calls of differentiable functions and methods.
//!
//! Input: callee and operands. Output: forward, the callee's split form; backward, its pullback, which adds into the caller's
//! cotangents. Invariant: a pullback borrows nothing from its arguments; what was passed by reference is lent again.

use super::{Around, Reverse};
use crate::ir::{Callee, Lambda, Operand, Place, Step};
use crate::types::{Kind, Ty};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use std::collections::{BTreeSet, HashSet};

/// One argument as the pullback's call needs it.
struct Argument {
    act: TokenStream,
    /// What is lent again.
    again: TokenStream,
    /// The value, if its cotangent is lent by reference: it gives that its length.
    value: Option<TokenStream>,
    /// Whether that is needless: a slice of numbers' cotangents has its length.
    full: bool,
    /// Its cotangent, if wanted.
    bar: Option<(TokenStream, Place)>,
    /// Whether the call may change it.
    changed: bool,
    /// Where its cotangent may be too short: the shape behind it. (A slice keeps it; the cotangent of a `Vec` grows.)
    extent: Option<TokenStream>,
}

impl Reverse<'_> {
    pub(super) fn call(
        &mut self,
        dst: &Ident,
        callee: &Callee,
        args: &[Operand],
        functions: &[(usize, Lambda)],
        definite: bool,
        around: &mut Around,
    ) {
        if let Callee::Function(f, lent) = callee {
            return self.call_of_parameter(dst, callee, f, lent, args, definite, around);
        }
        let receiver = if let Callee::Method(r, _) = callee { Some(r) } else { None };
        let all: Vec<&Operand> = receiver.into_iter().chain(args).collect();
        let mut kinds = Kinds { call: crate::emit::kinds(callee), named: false };
        let first = all.len() - args.len();
        let is_function = |k: usize| functions.iter().any(|(f, _)| f + first == k);
        let mut arguments = vec![];
        for (k, o) in all.iter().enumerate() {
            arguments.push(if is_function(k) {
                self.captured(o.place(), around)
            } else {
                self.argument(k, o, receiver.is_some(), &mut kinds, around)
            });
        }
        let acts: Vec<&TokenStream> = arguments.iter().map(|a| &a.act).collect();
        let values = args.iter().enumerate().map(|(k, o)| handed(k, o, functions, |l| &l.split));
        let target = crate::emit::split_path(callee, "split", arguments.len(), functions.len());
        around.before.extend(quote!(let (value, pullback) = #target(#(#values,)* (#(#acts,)*));));
        let (read, _) = self.save_own("pullback", &quote!(pullback), &mut around.before);
        if let Some(saved) = self.saves.report.last_mut() {
            let (name, at) = callee.said();
            saved.call(&name, at);
        }
        let writes = all.iter().any(|o| matches!(o, Operand::Mut(p) if self.activity.is_active(p)));
        let wanted = self.activity.active.contains(&dst.to_string());
        let bar = crate::ir::bar(&dst);
        let cotangent = if wanted {
            self.touch(&dst.to_string());
            quote!(#bar)
        } else {
            quote!(::pullback::Tangent::zero())
        };
        let groups = self.groups(&arguments, &mut around.before);
        let steps = Self::pullback_call(&read, &cotangent, &arguments, &groups, &quote!());
        if definite || !writes {
            return self.tested(&quote!(#bar), quote!({ #steps }), definite);
        }
        // what the call changed may have a cotangent where the result has none
        let step = match self.changed(&arguments).filter(|_| functions.is_empty()) {
            Some(bars) => {
                let result = wanted.then(|| self.test(&quote!(#bar), None));
                let tests = bars.iter().map(|bar| quote!(!::pullback::Tangent::is_zero(&#bar))).chain(result);
                quote!(if #(#tests)||* { #steps } else { #(#bars = ::pullback::Tangent::zero();)* })
            }
            None => quote!({ #steps }),
        };
        self.top().steps.push(step);
    }

    /// The cotangents of what a call changes, if each is that of a local `Vec`: such a cotangent may be a zero without entries, whatever the call did.
    fn changed(&self, arguments: &[Argument]) -> Option<Vec<TokenStream>> {
        let bar_of = |a: &Argument| {
            let (bar, place) = a.bar.as_ref()?;
            let local = place.path.is_empty() && !self.func.params.iter().any(|p| p.name == place.base);
            let list = matches!(self.types.variable(&place.base.to_string()), Some(Ty::Seq(_, Kind::Vec)));
            (local && list).then(|| bar.clone())
        };
        arguments.iter().filter(|a| a.changed).map(bar_of).collect()
    }

    /// A function as an argument: the cotangents of what it captures.
    fn captured(&mut self, captures: Option<&Place>, around: &mut Around) -> Argument {
        let absent = quote!(::pullback::call::Absent);
        let mut argument =
            Argument { act: quote!(::pullback::Off), again: absent, value: None, full: false, bar: None, changed: false, extent: None };
        if let Some(captures) = captures.filter(|p| self.activity.is_active(p)) {
            let bar = self.bar(captures, &mut around.before);
            let depends = self.activity.depends.get(&captures.base.to_string()).cloned().unwrap_or_default();
            argument.act = self.act_of(&depends);
            argument.bar = Some((bar, captures.clone()));
        }
        argument
    }

    /// A call of a parameter that is a function: its pullback adds to the cotangent of what it captures, too.
    #[allow(clippy::too_many_arguments, reason = "the parts of one call")]
    fn call_of_parameter(
        &mut self,
        dst: &Ident,
        callee: &Callee,
        f: &Operand,
        lent: &[bool],
        args: &[Operand],
        definite: bool,
        around: &mut Around,
    ) {
        let Some(place) = f.place() else { return };
        let mut arguments = vec![];
        for (o, by_ref) in args.iter().zip(lent) {
            let mut kinds = Kinds { call: None, named: true };
            let mut argument = self.argument(0, o, false, &mut kinds, around);
            if *by_ref && argument.value.is_none() {
                let (value, _) = self.value(o, &mut around.before);
                (argument.again, argument.value) = (value.clone(), Some(value));
            }
            arguments.push(argument);
        }
        let (target, values) = (crate::emit::split_path(callee, "split", args.len(), 0), args.iter().map(crate::lower::operand_tokens));
        around.before.extend(quote!(let (value, pullback) = #target(#(#values),*);));
        let (read, _) = self.save_own("pullback", &quote!(pullback), &mut around.before);
        let groups = self.groups(&arguments, &mut around.before);
        let captures = self.bar(place, &mut around.before);
        let bar = crate::ir::bar(&dst);
        let writes = args.iter().any(|o| matches!(o, Operand::Mut(p) if self.activity.is_active(p)));
        let cotangent = if self.activity.active.contains(&dst.to_string()) {
            self.touch(&dst.to_string());
            quote!(#bar)
        } else {
            quote!(::pullback::Tangent::zero())
        };
        let steps = Self::pullback_call(&read, &cotangent, &arguments, &groups, &quote!(, &mut #captures));
        self.tested(&quote!(#bar), quote!({ #steps }), definite || writes);
    }

    fn argument(&mut self, k: usize, o: &Operand, method: bool, kinds: &mut Kinds, around: &mut Around) -> Argument {
        let receiver = method && k == 0;
        let (again, value) = self.lent_again(k, o, receiver, kinds, around);
        let Some(place) = o.place().filter(|p| self.activity.is_active(p)).cloned() else {
            return Argument { act: quote!(::pullback::Off), again, value, full: false, bar: None, changed: false, extent: None };
        };
        let bar = self.bar(&place, &mut around.before);
        let depends = self.activity.depends.get(&place.base.to_string()).cloned().unwrap_or_default();
        let numbers = matches!(self.types.place(&place).map(crate::types::peeled), Some(Ty::Seq(e, _)) if matches!(*e, Ty::Scalar(_)));
        let full = numbers && place.path.last().is_some_and(is_part);
        let mut extent = None;
        if matches!(o, Operand::Mut(_)) && !self.has_extent(&place) {
            let t = crate::ir::reference(&place.tokens);
            extent = Some(self.save_own("extent", &quote!(::pullback::rule::witness(#t)), &mut around.before).0);
        }
        Argument { act: self.act_of(&depends), again, value, full, bar: Some((bar, place)), changed: matches!(o, Operand::Mut(_)), extent }
    }

    /// What is lent of an argument when the pullback is called: it must be as it was at the call.
    fn lent_again(
        &mut self,
        k: usize,
        o: &Operand,
        receiver: bool,
        kinds: &mut Kinds,
        around: &mut Around,
    ) -> (TokenStream, Option<TokenStream>) {
        let by_kind = match o {
            // a variable that is a `&mut` reference is lent as a shared one, too
            Operand::Mut(p) if !receiver && matches!(p.path.last(), Some(Step::Deref)) => true,
            Operand::Mut(_) if !receiver => return (quote!(::pullback::call::Changing), None),
            Operand::Mut(_) => true,
            Operand::Place(p) if receiver => !self.is_steady(p),
            // a variable of unknown type, which may be a reference
            Operand::Place(p) => !self.is_reference(o) && self.types.place(p).is_none(),
            Operand::Const(t) => !self.again(t) && !matches!(self.types.operand(o), Some(Ty::Scalar(_) | Ty::Int | Ty::Literal)),
            _ => false,
        };
        let tokens = match o {
            Operand::Const(t) => Some(super::strip_reference(t)),
            other => other.place().map(|p| p.tokens.clone()),
        };
        if let (true, Some(tokens), Some(call)) = (by_kind, tokens, &kinds.call) {
            if !std::mem::replace(&mut kinds.named, true) {
                around.before.extend(quote!(let kinds = #call;));
            }
            let (index, t) = (syn::Index::from(k), crate::ir::reference(&tokens));
            let (read, _) = self.save_own("again", &quote!(::pullback::call::keep_as(kinds.#index, #t)), &mut around.before);
            return (read.clone(), Some(read));
        }
        if matches!(o, Operand::Mut(_)) && !receiver {
            return (quote!(::pullback::call::Changing), None);
        }
        let reference = self.is_reference(o);
        let by_ref =
            matches!(o, Operand::Ref(_)) || receiver || reference || matches!(o, Operand::Const(t) if t.to_string().starts_with('&'));
        if by_ref {
            let (value, _) = self.value(o, &mut around.before);
            let value = if reference { quote!(*#value) } else { value };
            return (value.clone(), Some(value));
        }
        match o {
            // `None` has no type by itself, and is no reference
            Operand::Const(t) if self.again(t) && t.to_string() != "None" => (t.clone(), Some(t.clone())),
            Operand::Const(_) | Operand::Never => (quote!(::pullback::call::Absent), Some(quote!(::pullback::call::Absent))),
            _ => (quote!(::pullback::call::Absent), None),
        }
    }

    /// Whether the cotangent of a place certainly has all its entries: an array's, a part's of what has.
    fn has_extent(&self, place: &Place) -> bool {
        let range =
            matches!(place.path.last(), Some(Step::Index { index, .. }) if matches!(syn::parse2(index.clone()), Ok(syn::Expr::Range(_))));
        range || matches!(self.types.place(place).map(crate::types::peeled), Some(Ty::Scalar(_) | Ty::Seq(_, Kind::Array)))
    }

    /// The arguments that are parts of one sequence of scalars, each by ranges.
    fn groups(&mut self, arguments: &[Argument], keep: &mut TokenStream) -> Vec<Group> {
        let mut groups = vec![];
        let mut done: HashSet<String> = HashSet::new();
        for argument in arguments {
            let Some((_, first)) = &argument.bar else { continue };
            if !done.insert(first.base.to_string()) {
                continue;
            }
            let member = |(k, a): (usize, &Argument)| a.bar.as_ref().filter(|(_, p)| p.base == first.base).map(|(_, p)| (k, p.clone()));
            let members: Vec<(usize, Place)> = arguments.iter().enumerate().filter_map(member).collect();
            if members.len() > 1 {
                groups.extend(self.group(&members, arguments, keep));
            }
        }
        groups
    }

    fn group(&mut self, members: &[(usize, Place)], arguments: &[Argument], keep: &mut TokenStream) -> Option<Group> {
        let places: Vec<&Place> = members.iter().map(|(_, p)| p).collect();
        let shared = (0..).take_while(|d| places.iter().all(|p| same_step(p.path.get(*d), places[0].path.get(*d)))).count();
        let whole = Place { path: places[0].path[..shared].to_vec(), ..places[0].clone() };
        let scalars = matches!(self.types.place(&whole).map(crate::types::peeled), Some(Ty::Seq(e, _)) if matches!(*e, Ty::Scalar(_)));
        if !scalars || places.iter().any(|p| p.path.len() == shared || !p.path[shared..].iter().all(is_part)) {
            return None;
        }
        let bar = self.bar(&whole, keep);
        let mut parts = vec![];
        for place in places {
            let keys = place.path[shared..].iter().map(|step| self.part_key(step, keep));
            let keys: Vec<TokenStream> = keys.collect();
            let part = keys.into_iter().reduce(|outer, inner| quote!((#outer).within(#inner)));
            parts.extend(part);
        }
        let name = format_ident!("own_parts_{}", members[0].0);
        let changed = members.iter().map(|(k, _)| arguments[*k].changed).collect();
        Some(Group { name, bar, parts, changed, members: members.iter().map(|(k, _)| *k).collect() })
    }

    /// What the adjoint keeps of a range.
    fn part_key(&mut self, step: &Step, keep: &mut TokenStream) -> TokenStream {
        let Step::Index { index, container, key } = step else { return TokenStream::new() };
        let ends = match syn::parse2(index.clone()) {
            Ok(syn::Expr::Range(r)) if matches!(r.limits, syn::RangeLimits::HalfOpen(_)) => r.start.zip(r.end),
            _ => None,
        };
        if let (Some((start, end)), true) = (ends, self.again(index)) {
            return quote!(::pullback::place::Part { start: #start, end: #end });
        }
        let key = key.clone().unwrap_or_else(|| quote!(::pullback::place::IndexKey::key(&#container, #index)));
        let (_, value) = self.save("key", &key, false, keep);
        quote!(::core::clone::Clone::clone(&#value))
    }

    /// Two arguments may be parts of the same variable: then each but the first adds through a cotangent of its own. The cotangent of what the call
    /// changes goes in and comes out: beside another argument of the same variable it is taken out for the call.
    fn pullback_call(
        read: &TokenStream,
        cotangent: &TokenStream,
        arguments: &[Argument],
        groups: &[Group],
        more: &TokenStream,
    ) -> TokenStream {
        let mut seen: HashSet<String> = HashSet::new();
        let of_base = |name: &Ident| arguments.iter().filter(|a| matches!(&a.bar, Some((_, p)) if p.base == *name)).count();
        let (mut before, mut after) = (TokenStream::new(), TokenStream::new());
        let (mut lends, mut again) = (vec![], vec![]);
        for group in groups {
            before.extend(group.before());
            let name = &group.name;
            after.extend(quote!(#name.finish();));
        }
        for (k, argument) in arguments.iter().enumerate() {
            let value = &argument.again;
            again.push(quote!(::pullback::call::Lend::lend(#value)));
            let Some((bar, place)) = &argument.bar else {
                lends.push(quote!(::pullback::call::Lend::lend(::pullback::call::Absent)));
                continue;
            };
            let (mut target, own) = (bar.clone(), format_ident!("own_bar_{}", k));
            if groups.iter().any(|g| g.members.contains(&k)) {
                lends.push(quote!(::pullback::call::Lend::lend(#own)));
                continue;
            }
            let first = seen.insert(place.base.to_string());
            let lifted = argument.changed && of_base(&place.base) > 1;
            if lifted {
                before.extend(quote!(let mut #own = ::pullback::call::lift(&mut #bar);));
            } else if !first {
                before.extend(quote!(let mut #own = ::pullback::call::zero_like(&#bar);));
            }
            if lifted || !first {
                after.extend(quote!(::pullback::call::add(&mut #bar, #own);));
                target = quote!(#own);
            }
            if let Some(extent) = &argument.extent {
                before.extend(quote!(::pullback::call::stretch(#extent, &mut #target);));
            }
            if argument.value.is_some() && !(argument.full && first && !lifted) {
                before.extend(quote!(::pullback::call::prepare(#value, &mut #target);));
            }
            lends.push(quote!(::pullback::call::Lend::lend(&mut #target)));
        }
        quote!(#before (#read)(#cotangent, (#(#again,)*), (#(#lends,)*) #more); #after)
    }

    /// The activity of an argument that depends on these parameters.
    fn act_of(&self, depends: &BTreeSet<usize>) -> TokenStream {
        if self.func.is_closure {
            return quote!(::pullback::On);
        }
        let names: Vec<usize> = self.func.params.iter().enumerate().filter(|(_, p)| p.active).map(|(k, _)| k).collect();
        let mut types = depends.iter().map(|k| format_ident!("Act{}", names[*k]));
        let Some(first) = types.next() else { return quote!(::pullback::Off) };
        let ty = types.fold(quote!(#first), |acc, t| quote!(<#acc as ::pullback::Activity>::Or<#t>));
        quote!(<#ty as ::core::default::Default>::default())
    }

    /// Whether an operand is a variable that is itself a shared reference.
    fn is_reference(&self, o: &Operand) -> bool {
        let name = match o {
            Operand::Place(p) if p.path.is_empty() => p.base.to_string(),
            Operand::Const(t) => t.to_string(),
            _ => return false,
        };
        self.func.params.iter().any(|p| p.shared.is_some() && p.name == name)
    }
}

/// Arguments that are parts of one sequence.
struct Group {
    name: Ident,
    /// The sequence's cotangent.
    bar: TokenStream,
    parts: Vec<TokenStream>,
    changed: Vec<bool>,
    /// Which arguments.
    members: Vec<usize>,
}

impl Group {
    /// Lends the parts of the cotangent.
    fn before(&self) -> TokenStream {
        let Group { name, bar, parts, changed, members } = self;
        let owns = members.iter().map(|k| format_ident!("own_bar_{}", k));
        quote! {
            let mut #name = ::pullback::call::parts(&mut #bar, [#(#parts),*], [#(#changed),*]);
            let [#(#owns),*] = #name.lend();
        }
    }
}

/// Whether two steps are certainly the same.
fn same_step(a: Option<&Step>, b: Option<&Step>) -> bool {
    match (a, b) {
        (Some(Step::Deref), Some(Step::Deref)) => true,
        (Some(Step::Field(a)), Some(Step::Field(b))) => a == b,
        (Some(Step::Index { index: a, key: k, .. }), Some(Step::Index { index: b, key: l, .. })) => {
            let text = |t: &Option<TokenStream>| t.as_ref().map(ToString::to_string);
            a.to_string() == b.to_string() && text(k) == text(l)
        }
        _ => false,
    }
}

/// Whether a step leads to a part of a sequence.
fn is_part(step: &Step) -> bool {
    matches!(step, Step::Index { index, .. } if matches!(syn::parse2(index.clone()), Ok(syn::Expr::Range(_))))
}

/// An argument as the hidden forms take it: of a function, what it captures, the function, and its form.
pub(crate) fn handed(k: usize, o: &Operand, functions: &[(usize, Lambda)], form: impl Fn(&Lambda) -> &TokenStream) -> TokenStream {
    let t = crate::lower::operand_tokens(o);
    match functions.iter().find(|(f, _)| *f == k) {
        Some((_, lambda)) => {
            let (kind, form) = (&lambda.kind, form(lambda));
            quote!((#kind, #t, &#form))
        }
        None => t,
    }
}

/// How the callee takes its arguments, asked for where tokens do not tell.
struct Kinds {
    /// What tells it; nothing for a path that may name a method.
    call: Option<TokenStream>,
    named: bool,
}
