//! The fence: what is refused before and after lowering, whatever the expression it stands in.
//!
//! Input: a signature; opaque tokens. Output: messages. Invariant: no statement that leaves a block early stays hidden in
//! opaque tokens, since the reverse sweep would not know of it.

use crate::diagnostics::{Message, Sink, said};
use crate::signature::Signature;
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::quote;
use syn::visit::Visit;
use syn::{BinOp, Block, Expr, Type};

/// Checks a signature. Whether the body is worth looking at.
pub(crate) fn check(sink: &Sink, sig: &Signature) -> bool {
    let function = sig.name.to_string();
    if let Some(kind) = &sig.kind {
        let message = if *kind == "async" { Message::AsyncFunction {} } else { Message::UnsafeFunction {} };
        sink.say(kind, &message);
    } else if hides_a_primitive(sig) {
        sink.say(&sig.name, &Message::PrimitiveName { name: function });
    } else if is_opaque(&sig.output) {
        sink.say(&sig.output, &Message::OpaqueResult { ty: said(&sig.output) });
    } else if matches!(sig.output, Type::Never(_)) {
        sink.say(&sig.name, &Message::NothingReturned { function });
    } else if is_exclusive(&sig.output) {
        sink.say(&sig.output, &Message::ExclusiveResult { ty: said(&sig.output).replace("'lent ", "") });
    } else if let Some(p) = sig.params.iter().find(|p| p.active && is_dyn_function(&p.ty)) {
        sink.say(&p.ty, &Message::DynFunction { ty: said(&p.ty) });
    } else {
        if let Some(name) = of_the_block(sig) {
            sink.say(&name, &Message::ParameterOfBlock { name: name.to_string() });
            return false;
        }
        if !tangents(sink, sig) {
            return false;
        }
        if let Some(name) = of_any_type(sig) {
            sink.say_late(&name, &Message::ResultOfAnyType { name: name.to_string() });
            return false;
        }
        if sig.returns_nothing() && sig.exclusive().next().is_none() {
            sink.say(&sig.name, &Message::NothingReturned { function });
        }
        return true;
    }
    false
}

/// `T` in the signature of a method that has the attribute by itself: a parameter of the block, of which the method's tokens say nothing.
pub(crate) fn of_the_block(sig: &Signature) -> Option<proc_macro2::Ident> {
    struct Search<'s>(&'s Signature, Option<proc_macro2::Ident>);
    impl<'a> Visit<'a> for Search<'_> {
        fn visit_type_path(&mut self, t: &'a syn::TypePath) {
            let is_letter = |n: &str| n.len() < 3 && n.starts_with(char::is_uppercase) && n.chars().skip(1).all(|c| c.is_ascii_digit());
            let own = |n: &proc_macro2::Ident| self.0.generics.type_params().any(|p| p.ident == *n);
            if let Some(name) = t.path.get_ident().filter(|n| is_letter(&n.to_string()) && !own(n)) {
                self.1.get_or_insert_with(|| name.clone());
            }
            syn::visit::visit_type_path(self, t);
        }
    }
    if sig.home != crate::signature::Home::Lone {
        return None;
    }
    let mut search = Search(sig, None);
    sig.params.iter().for_each(|p| search.visit_type(&p.ty));
    search.visit_type(&sig.output);
    search.1
}

/// `T` as the result where it may be anything that has a tangent.
pub(crate) fn of_any_type(sig: &Signature) -> Option<proc_macro2::Ident> {
    let Type::Path(p) = &sig.output else { return None };
    let name = p.path.get_ident()?;
    let param = sig.generics.type_params().find(|t| t.ident == *name)?;
    let in_clause =
        sig.generics.where_clause.iter().flat_map(|w| &w.predicates).any(|p| quote!(#p).to_string().starts_with(&format!("{name} :")));
    let is = |b: &syn::TypeParamBound, bound: &str| matches!(b, syn::TypeParamBound::Trait(t) if t.path.segments.last().is_some_and(|s| s.ident == bound));
    (!in_clause && param.bounds.iter().any(|b| is(b, "Differentiable")) && !param.bounds.iter().any(|b| is(b, "Real")))
        .then(|| name.clone())
}

/// `&mut T`.
pub(crate) fn is_exclusive(ty: &Type) -> bool {
    matches!(ty, Type::Reference(r) if r.mutability.is_some())
}

/// `&dyn Fn(f64) -> f64`, `Box<dyn Fn(f64) -> f64>`.
pub(crate) fn is_dyn_function(ty: &Type) -> bool {
    struct Search(bool);
    impl<'a> Visit<'a> for Search {
        fn visit_type_trait_object(&mut self, t: &'a syn::TypeTraitObject) {
            self.0 |= t.bounds.iter().any(|b| {
                let syn::TypeParamBound::Trait(t) = b else { return false };
                t.path.segments.last().is_some_and(|s| matches!(s.arguments, syn::PathArguments::Parenthesized(_)))
            });
        }
    }
    let mut search = Search(false);
    search.visit_type(ty);
    search.0
}

/// Whether the active parameters may have tangents.
fn tangents(sink: &Sink, sig: &Signature) -> bool {
    let mut all = true;
    for (_, p) in sig.active() {
        if let Some(message) = without_tangent(p) {
            sink.say(&p.ty, &message);
            all = false;
        } else if let Some(name) = sig.unbound(&p.ty) {
            sink.say(&name, &Message::UnboundParameter { name: name.to_string() });
            all = false;
        }
    }
    all
}

/// Containers of the standard library that have no tangent.
pub(crate) const TANGENTLESS: &[&str] =
    &["HashMap", "BTreeMap", "HashSet", "BTreeSet", "VecDeque", "LinkedList", "BinaryHeap", "Cow", "Cell", "RefCell", "Mutex", "RwLock"];

/// What is said of a parameter whose type has no tangent.
pub(crate) fn without_tangent(p: &crate::ir::Param) -> Option<Message> {
    let of = |t: &Type| matches!(t, Type::TraitObject(_));
    let boxed = |s: &syn::PathSegment| match &s.arguments {
        syn::PathArguments::AngleBracketed(a) => a.args.iter().any(|a| matches!(a, syn::GenericArgument::Type(t) if of(t))),
        _ => false,
    };
    let ty = Signature::referent(p);
    let ty = crate::signature::behind(&ty);
    let shown = || said(ty).replace(" < ", "<").replace(" <", "<").replace(" >", ">").replace("'inner0_0 ", "");
    match ty {
        Type::TraitObject(_) => Some(Message::DynValue { ty: shown() }),
        Type::Path(t) => match t.path.segments.last() {
            Some(s) if boxed(s) => Some(Message::DynValue { ty: shown() }),
            Some(s) if TANGENTLESS.iter().any(|n| s.ident == n) => Some(Message::NoTangent { ty: s.ident.to_string() }),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a type is known by its traits alone.
pub(crate) fn is_opaque(ty: &Type) -> bool {
    struct Search(bool);
    impl<'a> Visit<'a> for Search {
        fn visit_type_impl_trait(&mut self, _: &'a syn::TypeImplTrait) {
            self.0 = true;
        }
    }
    let mut search = Search(false);
    search.visit_type(ty);
    search.0
}

/// Whether the companion would be taken for a primitive type.
pub(crate) fn hides_a_primitive(sig: &Signature) -> bool {
    !sig.associated && is_primitive(&sig.name)
}

/// Whether this is the name of a primitive type.
pub(crate) fn is_primitive(name: &proc_macro2::Ident) -> bool {
    const PRIMITIVES: &[&str] = &[
        "bool", "char", "str", "f16", "f32", "f64", "f128", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128",
        "isize",
    ];
    PRIMITIVES.iter().any(|p| name == p)
}

/// Whether tokens are a function with a body, but for mistakes in it.
pub(crate) fn looks_like_a_function(item: &TokenStream) -> bool {
    let mut trees = item
        .clone()
        .into_iter()
        .skip_while(|t| !matches!(t, TokenTree::Ident(i) if i == "fn" || i == "mod" || i == "trait" || i == "impl"));
    let function = matches!(trees.next(), Some(TokenTree::Ident(i)) if i == "fn" || i == "impl");
    function && matches!(trees.last(), Some(TokenTree::Group(g)) if g.delimiter() == proc_macro2::Delimiter::Brace)
}

/// The attribute on something else.
pub(crate) fn not_a_function(sink: &Sink, item: &TokenStream) {
    let keyword = item.clone().into_iter().find(|t| matches!(t, TokenTree::Ident(i) if i != "pub" && i != "unsafe"));
    let what = match keyword.as_ref().map(ToString::to_string).unwrap_or_default().as_str() {
        "fn" => "a method without a body",
        "struct" | "enum" | "union" | "type" => "a type",
        "trait" => "a trait",
        "mod" => "a module",
        "static" | "const" | "let" => "a variable",
        "use" | "extern" => "an import",
        _ => "this item",
    };
    match keyword {
        Some(at) => sink.say(&at, &Message::NotAFunction { what: what.to_owned() }),
        None => sink.say(item, &Message::NotAFunction { what: what.to_owned() }),
    }
}

/// Refuses exits in opaque tokens.
pub(crate) fn exits(sink: &Sink, tokens: &TokenStream) {
    for token in leaving(tokens) {
        sink.say(token.1, &Message::HiddenExit { exit: token.0 });
    }
}

/// Warns of markers in tokens that carry no gradient: there is nothing to cut off.
pub(crate) fn idle_markers(sink: &Sink, tokens: &TokenStream) {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    for (k, tree) in trees.iter().enumerate() {
        let next = trees.get(k + 1);
        match tree {
            TokenTree::Ident(i) if i == "detach" && matches!(next, Some(TokenTree::Group(g)) if g.stream().is_empty()) => {
                sink.say(i, &Message::DetachOfConstant {});
            }
            TokenTree::Ident(i) if i == "no_grad" && matches!(next, Some(TokenTree::Punct(p)) if p.as_char() == '!') => {
                sink.say(i, &Message::NoGradOfConstant {});
            }
            TokenTree::Group(g) => idle_markers(sink, &g.stream()),
            _ => {}
        }
    }
}

/// Warns of `==` and `!=` between floats that carry a gradient.
pub(crate) fn equalities(sink: &Sink, tokens: &TokenStream, is_active: &dyn Fn(&Expr) -> bool) {
    struct Search<'s>(&'s Sink, &'s dyn Fn(&Expr) -> bool);
    impl<'a> Visit<'a> for Search<'_> {
        fn visit_expr_binary(&mut self, b: &'a syn::ExprBinary) {
            let equality = matches!(b.op, BinOp::Eq(_) | BinOp::Ne(_));
            let float = is_float(&b.left) || is_float(&b.right);
            if equality && float && (self.1(&b.left) || self.1(&b.right)) {
                self.0.say(b, &Message::FloatEquality { comparison: said(b) });
            }
            syn::visit::visit_expr_binary(self, b);
        }
    }
    if tokens.to_string().contains('=')
        && let Ok(e) = syn::parse2::<Expr>(tokens.clone())
    {
        Search(sink, is_active).visit_expr(&e);
    }
}

/// Whether an expression is a float by its tokens.
fn is_float(e: &Expr) -> bool {
    match e {
        Expr::Paren(p) => is_float(&p.expr),
        Expr::Unary(u) => is_float(&u.expr),
        Expr::Binary(b) => is_float(&b.left) || is_float(&b.right),
        Expr::Lit(l) => matches!(l.lit, syn::Lit::Float(_)),
        Expr::Path(p) => p.path.segments.len() > 1 && p.path.segments.iter().any(|s| s.ident == "f64" || s.ident == "f32"),
        _ => false,
    }
}

/// Whether tokens leave a block around them.
pub(crate) fn has_exits(tokens: &TokenStream) -> bool {
    !leaving(tokens).is_empty()
}

/// Whether a function's body has a `return` of its own.
pub(crate) fn has_return(tokens: &TokenStream) -> bool {
    leaving(tokens).iter().any(|(name, _)| name == "return" || name == "?")
}

/// The exits that leave these tokens. Closures, nested functions and whole loops keep theirs to themselves.
pub(crate) fn leaving(tokens: &TokenStream) -> Vec<(String, Span)> {
    struct Search {
        /// Loops and labelled blocks: label, and whether it is a loop.
        loops: Vec<(Option<syn::Lifetime>, bool)>,
        found: Vec<(String, Span)>,
    }
    impl Search {
        fn note(&mut self, name: &str, span: Span, label: Option<&syn::Lifetime>) {
            let own = match label {
                None => self.loops.iter().any(|(_, is_loop)| *is_loop),
                Some(l) => self.loops.iter().any(|(o, _)| o.as_ref() == Some(l)),
            };
            if name == "return" || name == "?" || !own {
                self.found.push((name.to_owned(), span));
            }
        }
        fn within(&mut self, label: Option<&syn::Label>, is_loop: bool, visit: impl FnOnce(&mut Self)) {
            self.loops.push((label.map(|l| l.name.clone()), is_loop));
            visit(self);
            self.loops.pop();
        }
    }
    impl<'a> Visit<'a> for Search {
        fn visit_expr_closure(&mut self, _: &'a syn::ExprClosure) {}
        fn visit_item(&mut self, _: &'a syn::Item) {}
        fn visit_expr_async(&mut self, _: &'a syn::ExprAsync) {}
        fn visit_expr_for_loop(&mut self, e: &'a syn::ExprForLoop) {
            self.visit_expr(&e.expr);
            self.within(e.label.as_ref(), true, |s| s.visit_block(&e.body));
        }
        fn visit_expr_while(&mut self, e: &'a syn::ExprWhile) {
            self.within(e.label.as_ref(), true, |s| syn::visit::visit_expr_while(s, e));
        }
        fn visit_expr_loop(&mut self, e: &'a syn::ExprLoop) {
            self.within(e.label.as_ref(), true, |s| syn::visit::visit_expr_loop(s, e));
        }
        fn visit_expr_block(&mut self, e: &'a syn::ExprBlock) {
            self.within(e.label.as_ref(), false, |s| s.visit_block(&e.block));
        }
        fn visit_expr_return(&mut self, e: &'a syn::ExprReturn) {
            self.note("return", e.return_token.span, None);
            syn::visit::visit_expr_return(self, e);
        }
        fn visit_expr_break(&mut self, e: &'a syn::ExprBreak) {
            self.note("break", e.break_token.span, e.label.as_ref());
            syn::visit::visit_expr_break(self, e);
        }
        fn visit_expr_continue(&mut self, e: &'a syn::ExprContinue) {
            self.note("continue", e.continue_token.span, e.label.as_ref());
        }
        fn visit_expr_try(&mut self, e: &'a syn::ExprTry) {
            self.note("?", e.question_token.span, None);
            syn::visit::visit_expr_try(self, e);
        }
        fn visit_macro(&mut self, m: &'a syn::Macro) {
            // the arguments of a macro are tokens: any exit among them counts
            let words = words(&m.tokens);
            self.found.extend(words);
        }
    }
    let by_words = words(tokens);
    if by_words.is_empty() {
        return by_words;
    }
    let mut search = Search { loops: vec![], found: vec![] };
    match syn::parse2::<Block>(quote!({ #tokens })) {
        Ok(block) => search.visit_block(&block),
        Err(_) => search.found = by_words,
    }
    search.found
}

/// Exits by their words, where nothing better is known.
fn words(tokens: &TokenStream) -> Vec<(String, Span)> {
    let mut found = vec![];
    for tree in tokens.clone() {
        match &tree {
            TokenTree::Ident(i) if i == "return" || i == "break" || i == "continue" => found.push((i.to_string(), i.span())),
            TokenTree::Punct(p) if p.as_char() == '?' => found.push(("?".to_owned(), p.span())),
            TokenTree::Group(g) => found.extend(words(&g.stream())),
            _ => {}
        }
    }
    found
}
