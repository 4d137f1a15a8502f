//! Token soup: whatever it is fed, the expansion never panics, ends, and keeps the user's item.
//!
//! Input: the functions of the corpus, mutated by a seeded generator: tokens deleted, doubled, exchanged, replaced (mostly no valid Rust), or
//! expressions exchanged for others (valid syntax, wild types). `PULLBACK_SOUP` says how many of each (600).

use crate::driver;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use rand::{RngExt, SeedableRng, seq::IndexedRandom};
use rand_pcg::Pcg64;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};
use syn::visit::Visit;
use syn::visit_mut::VisitMut;

/// The functions and `impl` blocks of the corpus that are annotated.
fn corpus() -> Vec<TokenStream> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/tests");
    let mut items = vec![];
    for file in std::fs::read_dir(folder).expect("the corpus").filter_map(Result::ok) {
        let path = file.path();
        if path.extension().is_none_or(|e| e != "rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a file of the corpus");
        for item in syn::parse_file(&text).expect("Rust").items {
            let attrs = match &item {
                syn::Item::Fn(f) => &f.attrs,
                syn::Item::Impl(i) => &i.attrs,
                _ => continue,
            };
            if attrs.iter().any(|a| a.path().is_ident("differentiable")) {
                items.push(item.to_token_stream());
            }
        }
    }
    assert!(items.len() > 30, "the corpus has functions");
    items
}

fn numbers() -> (usize, u64) {
    let count = std::env::var("PULLBACK_SOUP").ok().and_then(|n| n.parse().ok()).unwrap_or(600);
    let seed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_secs();
    (count, seed)
}

/// The text of tokens, without the markers that are ours: a second attribute on a method is taken off.
fn plain(tokens: &TokenStream) -> String {
    tokens.to_string().split_whitespace().collect::<String>().replace("#[constant]", "").replace("#[differentiable]", "")
}

/// Expands, and checks what must always hold.
fn check(seed: u64, options: TokenStream, item: TokenStream) {
    let (text, began) = (item.to_string(), Instant::now());
    let expanded = catch_unwind(AssertUnwindSafe(|| driver::differentiable(options, item.clone())));
    let Ok(expanded) = expanded else { panic!("seed {seed}: the expansion panicked on\n{text}") };
    assert!(began.elapsed() < Duration::from_secs(20), "seed {seed}: the expansion took {:?} on\n{text}", began.elapsed());
    // the companions of a trait's methods stand inside its block
    let (kept, whole) = (plain(&expanded), plain(&crate::groups::opened(item.clone())));
    // what holds a marker of ours is printed by `syn`, which writes `&self` for some longer forms
    let printed = syn::parse2::<syn::Item>(crate::groups::opened(item.clone())).map(|i| plain(&i.to_token_stream()));
    assert!(
        kept.starts_with(&whole)
            || printed.is_ok_and(|p| kept.starts_with(p.trim_end_matches('}')))
            || item_is_block(&item) && kept.starts_with(whole.trim_end_matches('}')),
        "seed {seed}: the item is not kept:\n{text}\n\nbut\n{expanded}"
    );
}

fn item_is_block(item: &TokenStream) -> bool {
    matches!(syn::parse2(item.clone()), Ok(syn::Item::Impl(_) | syn::Item::Trait(_)))
}

/// The tokens with one change somewhere.
fn mutated(tokens: TokenStream, pool: &[TokenTree], rng: &mut Pcg64) -> TokenStream {
    let mut trees: Vec<TokenTree> = tokens.into_iter().collect();
    let groups: Vec<usize> = trees.iter().enumerate().filter(|(_, t)| matches!(t, TokenTree::Group(_))).map(|(k, _)| k).collect();
    if let Some(&k) = groups.choose(rng)
        && rng.random_bool(0.8)
        && let TokenTree::Group(g) = &trees[k]
    {
        let delimiter = if rng.random_bool(0.03) { Delimiter::None } else { g.delimiter() };
        trees[k] = Group::new(delimiter, mutated(g.stream(), pool, rng)).into();
        return trees.into_iter().collect();
    }
    let new = pool.choose(rng).expect("a token").clone();
    if trees.is_empty() {
        return new.into();
    }
    let (a, b) = (rng.random_range(0..trees.len()), rng.random_range(0..trees.len()));
    match rng.random_range(0..5) {
        0 => drop(trees.remove(a)),
        1 => trees.insert(a, trees[b].clone()),
        2 => trees.swap(a, b),
        3 => trees[a] = new,
        _ => trees.insert(a, new),
    }
    trees.into_iter().collect()
}

fn pool(items: &[TokenStream]) -> Vec<TokenTree> {
    fn flat(tokens: TokenStream, out: &mut Vec<TokenTree>) {
        for t in tokens {
            if let TokenTree::Group(g) = &t {
                flat(g.stream(), out);
            }
            out.push(t);
        }
    }
    let mut out = vec![];
    items.iter().for_each(|i| flat(i.clone(), &mut out));
    flat(
        quote!(r#type r#loop saved_x x_bar trips async unsafe static const dyn impl match loop while let else ref mut move 'a _ .. ..= @ | ? => -> :: # [differentiable] union),
        &mut out,
    );
    out
}

#[test]
fn mutated_tokens() {
    let (items, (count, start)) = (corpus(), numbers());
    let pool = pool(&items);
    for seed in start..start + count as u64 {
        let mut rng = Pcg64::seed_from_u64(seed);
        let mut item = items.choose(&mut rng).expect("an item").clone();
        for _ in 0..rng.random_range(1..6) {
            item = mutated(item, &pool, &mut rng);
        }
        let mut options = quote!();
        if rng.random_bool(0.2) {
            options = mutated(quote!(wrt(a, b), dump = 1), &pool, &mut rng);
        }
        check(seed, options, item);
    }
}

/// Exchanges expressions for others.
struct Exchange<'a> {
    rng: &'a mut Pcg64,
    pool: &'a [syn::Expr],
    left: usize,
}

impl VisitMut for Exchange<'_> {
    fn visit_expr_mut(&mut self, e: &mut syn::Expr) {
        if self.left > 0 && self.rng.random_bool(0.06) {
            self.left -= 1;
            *e = self.pool.choose(self.rng).expect("an expression").clone();
            return;
        }
        syn::visit_mut::visit_expr_mut(self, e);
    }
}

struct Collect(Vec<syn::Expr>);

impl<'a> Visit<'a> for Collect {
    fn visit_expr(&mut self, e: &'a syn::Expr) {
        self.0.push(e.clone());
        syn::visit::visit_expr(self, e);
    }
}

#[test]
fn exchanged_expressions() {
    let (items, (count, start)) = (corpus(), numbers());
    let mut exprs = Collect(vec![]);
    for item in &items {
        exprs.visit_item(&syn::parse2(item.clone()).expect("an item"));
    }
    for odd in [
        "async { 1.0 }",
        "unsafe { x }",
        "|x: f64| x",
        "&raw const x",
        "const { 2.0 }",
        "x.0.1",
        "a[..]",
        "..",
        "loop {}",
        "return",
        "break 'l 2.0",
    ] {
        exprs.0.push(syn::parse_str(odd).expect("an expression"));
    }
    for seed in start..start + count as u64 {
        let mut rng = Pcg64::seed_from_u64(seed);
        let mut item: syn::Item = syn::parse2(items.choose(&mut rng).expect("an item").clone()).expect("an item");
        let left = rng.random_range(1..5);
        Exchange { rng: &mut rng, pool: &exprs.0, left }.visit_item_mut(&mut item);
        check(seed, quote!(), item.to_token_stream());
    }
}
