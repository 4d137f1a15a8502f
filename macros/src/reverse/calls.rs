//! Reversal of calls of differentiable functions and methods.
//!
//! Input: callee and operands. Output: forward, the callee's split form; backward, its pullback, which adds into the caller's
//! cotangents. Invariant: a pullback borrows nothing from its arguments; what was passed by reference is lent again.

use super::{Around, Reverse};
use crate::ir::{Callee, Operand, Place};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use std::collections::{BTreeSet, HashSet};

/// One argument as the pullback's call needs it.
struct Argument {
    act: TokenStream,
    /// The reference, lent again; `None` for what was passed by value.
    value: Option<TokenStream>,
    /// Its cotangent, if wanted.
    bar: Option<(TokenStream, Place)>,
}

impl Reverse<'_> {
    pub(super) fn call(&mut self, dst: &Ident, callee: &Callee, args: &[Operand], definite: bool, around: &mut Around) {
        let receiver = if let Callee::Method(r, _) = callee { Some(r) } else { None };
        let all: Vec<(&Operand, bool)> = receiver.into_iter().map(|r| (r, true)).chain(args.iter().map(|a| (a, false))).collect();
        let arguments: Vec<Argument> = all.into_iter().map(|(o, receiver)| self.argument(o, receiver, around)).collect();
        let acts: Vec<&TokenStream> = arguments.iter().map(|a| &a.act).collect();
        let values = args.iter().map(crate::lower::operand_tokens);
        let target = crate::emit::split_path(callee, "split", arguments.len());
        around.before.extend(quote!(let (value, pullback) = #target((#(#acts,)*), #(#values),*);));
        let (read, _) = self.save("pullback", &quote!(pullback), &mut around.before);
        let bar = crate::ir::bar(&dst);
        let steps = Self::pullback_call(&read, &quote!(#bar), &arguments);
        self.kept.clear();
        self.tested(&quote!(#bar), quote!({ #steps }), definite);
    }

    fn argument(&mut self, o: &Operand, receiver: bool, around: &mut Around) -> Argument {
        let reference = self.is_reference(o);
        let by_ref =
            matches!(o, Operand::Ref(_)) || receiver || reference || matches!(o, Operand::Const(t) if t.to_string().starts_with('&'));
        let value = by_ref.then(|| {
            let (value, _) = self.value(o, &mut around.before);
            if reference { quote!(*#value) } else { value }
        });
        let Some(place) = o.place().cloned() else {
            return Argument { act: quote!(::pullback::Off), value: Some(value.unwrap_or_else(|| self.constant(o))), bar: None };
        };
        let bar = self.bar(&place, &mut around.before);
        let depends = self.activity.depends.get(&place.base.to_string()).cloned().unwrap_or_default();
        Argument { act: self.act_of(&depends), value, bar: Some((bar, place)) }
    }

    /// A constant argument, which may be a reference for all we know: its value again.
    fn constant(&self, o: &Operand) -> TokenStream {
        let tokens = crate::lower::operand_tokens(o);
        if self.steady.tokens(&tokens) { tokens } else { quote!(::pullback::call::Absent) }
    }

    /// Two arguments may be parts of the same variable: then each but the first adds through a cotangent of its own.
    fn pullback_call(read: &TokenStream, cotangent: &TokenStream, arguments: &[Argument]) -> TokenStream {
        let mut seen: HashSet<String> = HashSet::new();
        let (mut before, mut after) = (TokenStream::new(), TokenStream::new());
        let (mut lends, mut again) = (vec![], vec![]);
        for (k, argument) in arguments.iter().enumerate() {
            let value = argument.value.clone().unwrap_or(quote!(::pullback::call::Absent));
            again.push(quote!(::pullback::call::Lend::lend(#value)));
            let Some((bar, place)) = &argument.bar else {
                lends.push(quote!(::pullback::call::Lend::lend(::pullback::call::Absent)));
                continue;
            };
            let mut target = bar.clone();
            if !seen.insert(place.base.to_string()) {
                let own = format_ident!("own_bar_{}", k);
                let zero = match &argument.value {
                    Some(v) => quote!(::pullback::rule::zero(&::pullback::rule::witness(#v))),
                    None => quote!(::pullback::call::zero_like(&#bar)),
                };
                before.extend(quote!(let mut #own = #zero;));
                after.extend(quote!(::pullback::call::add(&mut #bar, #own);));
                target = quote!(#own);
            }
            if argument.value.is_some() {
                before.extend(quote!(::pullback::call::prepare(#value, &mut #target);));
            }
            lends.push(quote!(::pullback::call::Lend::lend(&mut #target)));
        }
        quote!(#before (#read)(#cotangent, (#(#again,)*), (#(#lends,)*)); #after)
    }

    /// The activity of an argument that depends on these parameters.
    fn act_of(&self, depends: &BTreeSet<usize>) -> TokenStream {
        let names: Vec<usize> = self.func.params.iter().enumerate().filter(|(_, p)| p.active).map(|(k, _)| k).collect();
        let mut types = depends.iter().map(|k| format_ident!("A{}", names[*k]));
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
