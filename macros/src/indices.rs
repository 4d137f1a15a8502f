//! Indexing of the user's own types: `impl Index<usize> for Grid`.
//!
//! Input: the `impl` block with the attribute. Output: the same place in the type's tangent, by three implementations. Invariant: what the index leads to is a
//! place in `self`, chosen by the index and by numbers in `self`; any other body is refused.
//!
//!     fn index(&self, i: usize) -> &f64 { &self.data[i + self.start] }
//!         →      fn at(&mut self, (i, (start,)): (usize, (usize,))) -> &mut f64 { IndexBar::at(&mut self.data, i + start) }

use crate::diagnostics::{Message, Sink};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::visit_mut::VisitMut;
use syn::{Block, Expr, ImplItem, ItemImpl, Type};

/// What follows the `impl` block of an index; nothing if the block is of something else.
pub(crate) fn companion(sink: &Sink, block: &ItemImpl) -> Option<TokenStream> {
    let name = block.trait_.as_ref()?.1.segments.last()?.ident.to_string();
    if name == "IndexMut" {
        // the place is that of `Index`
        return Some(quote!());
    }
    let f = block.items.iter().find_map(|i| if let ImplItem::Fn(f) = i { Some(f) } else { None })?;
    let output = block.items.iter().find_map(|i| if let ImplItem::Type(t) = i { Some(&t.ty) } else { None });
    let (Some(output), Some(syn::FnArg::Typed(index))) = (output, f.sig.inputs.iter().nth(1)) else { return None };
    if name != "Index" {
        return None;
    }
    let Type::Path(own) = crate::signature::behind(&block.self_ty) else { return None };
    let mut tangent = own.clone();
    if let Some(last) = tangent.path.segments.last_mut() {
        last.ident = format_ident!("{}Tangent", last.ident);
    }
    let mut captures = Captures::default();
    let mut body = f.block.clone();
    let (bar, dot) = captures.tail(&mut body).unwrap_or_else(|| {
        sink.say(&f.block, &Message::IndexBody {});
        let never = quote!(::core::unreachable!("refused at compile time"));
        (never.clone(), never)
    });
    let (pat, ty) = (&index.pat, &index.ty);
    let (values, names) = (&captures.values, captures.names());
    let sizes = vec![quote!(usize); names.len()];
    let (imp, _, clause) = block.generics.split_for_impl();
    let (key, keyed) = (quote!((#ty, (#(#sizes,)*))), quote!((#pat, (#(#names,)*)): (#ty, (#(#sizes,)*))));
    let part = quote!(<#output as ::pullback::Differentiable>::Tangent);
    let this = &block.self_ty;
    Some(quote! {
        #[automatically_derived]
        #[allow(unused, clippy::all, clippy::pedantic, clippy::nursery)]
        const _: () = {
            impl #imp ::pullback::place::IndexKey<#ty> for #this #clause {
                type Key = #key;
                type Rest = ::pullback::place::Whole<#key>;
                #[inline]
                fn key(&self, index: #ty) -> #key { (index, (#(#values,)*)) }
                #[inline]
                fn rest(&self, index: #ty) -> Self::Rest { ::pullback::place::Whole(::pullback::place::IndexKey::key(self, index)) }
            }
            impl #imp ::pullback::place::IndexBar<#key> for #tangent #clause {
                type Elem = #part;
                #[inline]
                fn at(&mut self, #keyed) -> &mut #part { #bar }
            }
            impl #imp ::pullback::place::IndexDot<#key> for #tangent #clause {
                type Part = #part;
                type Elem = #part;
                #[inline]
                fn peek(&self, #keyed) -> ::core::option::Option<&#part> { #dot }
                #[inline]
                fn get(&self, key: #key) -> #part { ::pullback::place::owned(::pullback::place::IndexDot::peek(self, key)) }
            }
        };
    })
}

/// The numbers in `self` that the place depends on.
#[derive(Default)]
struct Captures {
    values: Vec<Expr>,
}

impl Captures {
    fn names(&self) -> Vec<Ident> {
        (0..self.values.len()).map(|k| format_ident!("size_{}", k)).collect()
    }

    /// The value of a block, as the place of a cotangent and as that of a tangent.
    fn tail(&mut self, block: &mut Block) -> Option<(TokenStream, TokenStream)> {
        match &mut block.stmts[..] {
            [syn::Stmt::Expr(e, None)] => self.value(e),
            [syn::Stmt::Macro(m)] => {
                let t = m.mac.to_token_stream();
                Some((t.clone(), t))
            }
            _ => None,
        }
    }

    fn value(&mut self, e: &mut Expr) -> Option<(TokenStream, TokenStream)> {
        match e {
            Expr::Paren(p) => self.value(&mut p.expr),
            Expr::Block(b) => self.tail(&mut b.block),
            Expr::Reference(r) => {
                let (bar, dot) = self.place(&mut r.expr)?;
                Some((quote!(&mut #bar), dot))
            }
            Expr::Match(m) => {
                let head = self.number(&mut m.expr);
                let (mut bars, mut dots) = (vec![], vec![]);
                for arm in &mut m.arms {
                    let guard = arm.guard.as_mut().map(|(token, e)| {
                        let e = self.number(e);
                        quote!(#token #e)
                    });
                    let (bar, dot) = self.value(&mut arm.body)?;
                    let pat = &arm.pat;
                    bars.push(quote!(#pat #guard => #bar,));
                    dots.push(quote!(#pat #guard => #dot,));
                }
                Some((quote!(match #head { #(#bars)* }), quote!(match #head { #(#dots)* })))
            }
            Expr::If(i) => {
                let cond = self.number(&mut i.cond);
                let (a_bar, a_dot) = self.tail(&mut i.then_branch)?;
                let (b_bar, b_dot) = self.value(&mut i.else_branch.as_mut()?.1)?;
                Some((quote!(if #cond { #a_bar } else { #b_bar }), quote!(if #cond { #a_dot } else { #b_dot })))
            }
            Expr::Macro(m) => {
                let t = m.to_token_stream();
                Some((t.clone(), t))
            }
            _ => None,
        }
    }

    /// A place, as that of a cotangent, and as what there is of a tangent.
    fn place(&mut self, e: &mut Expr) -> Option<(TokenStream, TokenStream)> {
        match e {
            Expr::Paren(p) => self.place(&mut p.expr),
            Expr::Field(f) => {
                let (bar, dot) = if is_self(&f.base) { (quote!(self), quote!(self)) } else { return None };
                let member = &f.member;
                Some((quote!(#bar.#member), quote!(::core::option::Option::Some(&#dot.#member))))
            }
            Expr::Index(i) => {
                let (bar, dot) = self.place(&mut i.expr)?;
                let index = self.number(&mut i.index);
                let at = quote!((*::pullback::place::IndexBar::at(&mut #bar, #index)));
                Some((at, quote!((#dot).and_then(|dot| ::pullback::place::IndexDot::peek(dot, #index)))))
            }
            _ => None,
        }
    }

    /// An expression in which the numbers of `self` have names.
    fn number(&mut self, e: &mut Expr) -> TokenStream {
        self.visit_expr_mut(e);
        e.to_token_stream()
    }
}

impl VisitMut for Captures {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        if let Expr::Field(f) = &*e
            && is_self(&f.base)
        {
            let name = crate::tokens::ident(&format!("size_{}", self.values.len()), Span::call_site());
            self.values.push(e.clone());
            *e = syn::parse_quote!(#name);
            return;
        }
        syn::visit_mut::visit_expr_mut(self, e);
    }
}

fn is_self(e: &Expr) -> bool {
    matches!(e, Expr::Path(p) if p.path.is_ident("self"))
}
