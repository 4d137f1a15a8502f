//! Trains a classifier of handwritten digits: `cargo run --release --example digits`.
//!
//! Input: 1,797 digits in a CSV file. Output: the training on the terminal, three pictures in `out/digits`.
//! Invariant: a mistake of the user's is one sentence and exit code 1; `--seed` decides all that is random.
//!
//! The gradient comes from [`model`]; everything else is what any such program has.
#![allow(clippy::cast_precision_loss, reason = "counts here are small")]

mod data;
mod model;
mod options;
mod pictures;
mod report;
mod train;

use clap::Parser;
use options::Options;
use report::Outcome;
use std::error::Error;
use std::process::ExitCode;

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("digits: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let digits = data::read(&options.file())?;
    let (digits, test) = data::split(digits, options.seed);
    println!("{} digits to train on, {} to be tested on (seed {})", digits.len(), test.len(), options.seed);
    let (model, history) = train::train(options, &digits, &test)?;
    let outcome = Outcome::new(&test, &model::predict(&model, &data::batch(&test).0));
    println!("\n{outcome}");
    let (right, share) = (outcome.right(), 100.0 * outcome.right() as f64 / test.len() as f64);
    println!("test accuracy {share:.1} % ({right} of {}); training took {:.2} s", test.len(), history.time.as_secs_f64());
    println!("pictures:");
    for file in pictures::draw(&options.out, &history, &outcome)? {
        println!("  {}", file.display());
    }
    Ok(())
}
