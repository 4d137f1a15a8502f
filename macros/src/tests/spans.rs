//! The spans of the user's tokens: what an editor finds under the cursor.
//!
//! Input: items. Output: their expansions. Invariant: an expansion begins with the user's item, token by token and each at its own place, so that hover,
//! completion and "go to definition" work in it as without the attribute; only the markers `#[constant]` are missing.

use crate::driver;
use proc_macro2::{LineColumn, TokenStream, TokenTree};
use quote::quote;

/// Each token's text, where it begins and where it ends.
type Leaf = (String, LineColumn, LineColumn);

fn leaves(tokens: TokenStream, into: &mut Vec<Leaf>) {
    for tree in tokens {
        match tree {
            TokenTree::Group(g) => {
                into.push(("(".to_owned(), g.span_open().start(), g.span_open().end()));
                leaves(g.stream(), into);
                into.push((")".to_owned(), g.span_close().start(), g.span_close().end()));
            }
            other => into.push((other.to_string(), other.span().start(), other.span().end())),
        }
    }
}

/// The item's tokens, without markers, and as many of the expansion's.
fn both(source: &str) -> (Vec<Leaf>, Vec<Leaf>) {
    let item: TokenStream = source.parse().expect("tokens");
    let (mut written, mut expanded) = (vec![], vec![]);
    leaves(item.clone(), &mut written);
    let marker = |k: usize| ["#", "(", "constant", ")"].iter().enumerate().all(|(n, w)| written.get(k + n).is_some_and(|l| l.0 == *w));
    let marked: Vec<usize> = (0..written.len()).filter(|k| marker(*k)).flat_map(|k| k..k + 4).collect();
    let written: Vec<Leaf> = written.iter().enumerate().filter(|(k, _)| !marked.contains(k)).map(|(_, l)| l.clone()).collect();
    leaves(driver::differentiable(quote!(), item), &mut expanded);
    expanded.truncate(written.len());
    (written, expanded)
}

#[test]
fn an_item_comes_out_token_by_token_at_its_place() {
    const ITEMS: &[&str] = &[
        "fn f(x: f64, y: &[f64]) -> f64 {\n    let a = x * y[0];\n    a.sin() + scale\n}",
        "pub(crate) fn f<T: Real>(x: T, #[constant] n: usize) -> T {\n    let mut s = x;\n    for i in 0..n {\n        s = s * x;\n    }\n    s\n}",
        "fn f(x: &mut [f64]) {\n    for v in x.iter_mut() {\n        *v *= 2.0;\n    }\n}",
        "impl Scale {\n    fn apply(#[constant] &self, x: f64) -> f64 {\n        self.w * x\n    }\n}",
        "fn apply(&self, x: f64) -> f64 {\n    self.w * x\n}",
        // refused, or with a slip of the pen: the editor works all the same
        "fn f(x: f64) -> f64 {\n    unsafe { g(x) }\n}",
        "fn f(x: f64) -> f64 {\n    let y = x.squared();\n    yy * x\n}",
        "fn f(x: f64) -> f64 {\n    if x > 0.0 {\n        return;\n    }\n    x\n}",
    ];
    for source in ITEMS {
        let (written, expanded) = both(source);
        assert_eq!(written, expanded, "{source}");
    }
}

/// A name of the body is the user's once, in the function; the gate's copies and the sweeps follow it.
#[test]
fn the_first_of_each_place_is_the_users() {
    let source = "fn f(x: f64, y: f64) -> f64 {\n    let a = x * y;\n    a.sin()\n}";
    let (mut written, mut all) = (vec![], vec![]);
    leaves(source.parse().expect("tokens"), &mut written);
    leaves(driver::differentiable(quote!(), source.parse().expect("tokens")), &mut all);
    for (k, leaf) in written.iter().enumerate() {
        assert_eq!(all.iter().position(|l| l == leaf), Some(k), "{leaf:?}");
    }
}
