//! `?` in a function that returns a number.
#![allow(dead_code)]
use pullback::prelude::*;

#[differentiable]
fn root(x: f64) -> Option<f64> {
    if x < 0.0 { None } else { Some(x.sqrt()) }
}

#[differentiable]
fn f(x: f64) -> f64 {
    root(x)? * 2.0
    //~^ ?
}

fn main() {}
