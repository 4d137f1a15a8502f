//! Snapshot tests: the IR after each pass, and whole expansions.
//!
//! Input: small functions. Output: text compared with `snapshots/`. A difference names the pass that made it.

use crate::diagnostics::Sink;
use crate::{attr, driver, signature};
use quote::quote;
use std::fmt::Write;

/// What each pass leaves behind.
fn passes(source: &str) -> String {
    let f: syn::ItemFn = syn::parse_str(source).expect("a function");
    let sink = Sink::default();
    let options = attr::read(&sink, quote!());
    let sig = signature::read(&sink, &f.sig, &f.vis, &options, None);
    let body = signature::body(&sig, &f.block);
    let mut out = format!("{source}\n\n");
    let mut before = String::new();
    driver::passes(&sink, &sig, &body, &options, &mut |pass, text| {
        let text = text();
        let shown = if text == before { "as before\n" } else { &text };
        writeln!(out, "── {pass}\n{shown}").expect("a string");
        if text.starts_with("fn(") {
            before = text;
        }
    });
    out
}

/// The whole expansion, formatted.
fn expansion(source: &str) -> String {
    let item = source.parse().expect("tokens");
    let expanded = driver::differentiable(quote!(), item);
    prettyplease::unparse(&syn::parse2(expanded).expect("items"))
}

/// What is said of a function that is refused, without the companion.
fn refusals(source: &str) -> String {
    let expanded = driver::differentiable(quote!(), source.parse().expect("tokens")).to_string();
    let mut said: Vec<&str> = expanded.split("compile_error !").skip(1).filter_map(|m| m.split('"').nth(1)).collect();
    said.dedup();
    format!("{source}\n\n{}\n", said.join("\n"))
}

/// The first pass has no intermediate representation yet: it refuses.
#[test]
fn the_fence() {
    const OUTSIDE: &[&str] = &[
        "async fn f(x: f64) -> f64 { x }",
        "unsafe fn f(x: f64) -> f64 { x }",
        "fn f64(x: f64) -> f64 { x }",
        "fn f(x: f64) -> impl Fn(f64) -> f64 { move |y| x * y }",
        "fn f(x: f64) { let _ = x; }",
        "fn f(x: f64) -> f64 { let y = x * x; unsafe { g(y) } }",
        "fn f(x: f64) -> f64 { let y = async { x }; x }",
        "fn f(x: f64) -> f64 { (x as i64) as f64 }",
        "fn f(x: f64) -> f64 { x.floor() }",
    ];
    insta::assert_snapshot!(OUTSIDE.iter().map(|s| refusals(s)).collect::<Vec<_>>().join("\n"));
}

mod generated_names;
mod soup;
mod spans;
mod std_methods;

macro_rules! snapshots {
    ($($name:ident: $source:literal;)*) => { $(
        #[test]
        fn $name() {
            insta::assert_snapshot!(passes($source));
        }
    )* };
}

snapshots! {
    straight_line: "fn f(x: f64, y: f64) -> f64 { let u = x * y; u.sin() + u / y }";
    detached_path_has_no_adjoint: "fn f(x: f64) -> f64 { let u = (x * x).detach(); u * x }";
    detached_matmul_has_no_adjoint: "fn f(w: &Tensor, x: &Tensor) -> f32 { let h = x.matmul(w).detach(); (h * x).sum() }";
    no_grad_block_is_constant: "fn f(x: f64) -> f64 { let scale = no_grad! { x.floor() + 1.0 }; scale * x }";
    dead_code_is_folded: "fn f(x: f64) -> f64 { let unused = x.ln(); let v = unused * 2.0; x * x }";
    constant_parameter: "fn f(x: f64, #[constant] k: f64) -> f64 { let c = k * k; c * x }";
    loop_with_accumulator: "fn f(x: &[f64], w: f64) -> f64 { let mut s = 0.0; for i in 0..x.len() { s += w * x[i]; } s }";
    loop_with_state: "fn f(x: f64, n: usize) -> f64 { let mut s = x; for _ in 0..n { s = s * x + s.sin(); } s }";
    while_loop: "fn f(x: f64) -> f64 { let mut s = x; while s < 10.0 { s = s * s + 1.0; } s }";
    branch_as_value: "fn f(x: f64) -> f64 { let y = if x > 0.0 { x.ln() } else { x * x }; y * 2.0 }";
    shadowing: "fn f(x: f64) -> f64 { let x = x * x; let x = x.exp(); x }";
    call_of_a_function: "fn f(x: f64, w: &[f64]) -> f64 { let a = dot(w, w); g(x * a) }";
    exits_of_a_loop: "fn f(x: &[f64]) -> f64 { let mut s = 0.0; for v in x.iter() { if *v < 0.0 { continue; } if s > 9.0 { return s; } s += v * v; } s.sqrt() }";
    literals_of_unknown_type: "fn f(x: &Tensor, y: f64) -> f32 { let half = 0.5 * y; let z = 2.0 * x; (z * half).sum() }";
    a_pullback_behind_a_box: "fn even(x: f64, n: u32) -> f64 { if n == 0 { x } else { even(x * x, n - 1) } }";
    a_fused_loop: "fn f(w: &[f64], points: &[f64]) -> f64 { let mut t = vec![0.0; w.len()]; let mut sum = 0.0; for p in points.chunks(w.len()) { shift(p, w, &mut t); sum += norm(&t); } sum }";
    a_function_of_functions: "fn f(g: impl Fn(f64) -> f64, a: f64) -> f64 { twice(|v| g(v) * a, a) }";
}

#[test]
fn expansion_of_detach() {
    insta::assert_snapshot!(expansion("fn f(x: f64) -> f64 { let u = (x * x).detach(); u * x }"));
}

#[test]
fn expansion_of_a_loop() {
    insta::assert_snapshot!(expansion(
        "fn f(w: f64, x: &[f64]) -> f64 { let mut s = 0.0; for v in x.iter() { let u = (w * v).tanh(); s += u * u.detach(); } s }"
    ));
}

#[test]
fn detached_paths_leave_nothing() {
    let text = passes("fn f(x: f64, y: f64) -> f64 { let u = (x * y).sin().detach(); let v = no_grad! { y.exp() }; (u + v) * x }");
    let reverse = text.split("── reverse").nth(1).and_then(|t| t.split("── forward").next()).expect("a reverse sweep");
    for gone in ["cos", "sin", "exp", "y_bar", "u_bar", "v_bar"] {
        assert!(!reverse.contains(gone), "`{gone}` in\n{reverse}");
    }
    assert!(reverse.contains("*x_bar += "), "{reverse}");
}

/// The text of `#[differentiable(report)]`.
fn report(item: &syn::ItemFn, options: &proc_macro2::TokenStream) -> String {
    fn find(tokens: proc_macro2::TokenStream) -> Option<String> {
        tokens.into_iter().find_map(|t| match t {
            proc_macro2::TokenTree::Group(g) => find(g.stream()),
            proc_macro2::TokenTree::Literal(l) if l.to_string().contains("what the derivatives of") => {
                Some(l.to_string().replace("\\n", "\n"))
            }
            _ => None,
        })
    }
    find(driver::differentiable(quote!(report, #options), quote!(#item))).expect("a report")
}

/// What GMM keeps: nothing of a point, and of a component two copies of `d` numbers and the pullbacks of three calls; its helpers keep nothing in a loop.
#[test]
fn report_of_gmm() {
    let source = include_str!("../../benchmarks/src/cases/gmm/primal.rs");
    let file: syn::File = syn::parse_str(source).expect("a file");
    let mut text = String::new();
    for item in file.items {
        let syn::Item::Fn(mut f) = item else { continue };
        let options = match f.sig.ident.to_string().as_str() {
            "objective" => quote!(wrt(alphas, means, icf)),
            "subtract" | "q_times_x" | "squared_norm" | "log_sum_exp" => quote!(),
            _ => continue,
        };
        f.attrs.clear();
        writeln!(text, "{}\n", report(&f, &options)).expect("a string");
    }
    insta::assert_snapshot!(text);
}
