//! The command line.
//!
//! Input: the arguments. Output: [`Options`]. Invariant: every value that gets past here can be trained with.

use clap::Parser;
use std::path::{Path, PathBuf};

/// Trains a small network on handwritten digits, with gradients worked out at compile time.
#[derive(Parser, Debug)]
#[command(name = "digits", after_help = "The pictures are SVG files: open them in a browser.")]
pub(crate) struct Options {
    /// A CSV file of digits, a row each: 64 pixels from 0 to 16, then the label [default: the file that comes with the example]
    #[arg(long, value_name = "FILE")]
    pub(crate) data: Option<PathBuf>,
    /// How often to go through the training digits [default: 40, with --quick 12]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    epochs: Option<u32>,
    /// Decides the split, the first weights and the order of the digits
    #[arg(long, value_name = "N", default_value_t = 7)]
    pub(crate) seed: u64,
    /// Digits in a mini-batch
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) batch: u32,
    /// Learning rate
    #[arg(long, value_name = "RATE", default_value_t = 0.1, value_parser = positive)]
    pub(crate) lr: f64,
    /// Units in the hidden layer
    #[arg(long, value_name = "N", default_value_t = 128, value_parser = clap::value_parser!(u32).range(1..=65_536))]
    pub(crate) hidden: u32,
    /// Where the pictures go
    #[arg(long, value_name = "DIR", default_value = "out/digits")]
    pub(crate) out: PathBuf,
    /// Fewer epochs: a look at the whole in about a second
    #[arg(long)]
    pub(crate) quick: bool,
}

impl Options {
    /// The file to read.
    pub(crate) fn file(&self) -> PathBuf {
        let ours = || Path::new(env!("CARGO_MANIFEST_DIR")).join("data/digits.csv");
        self.data.clone().unwrap_or_else(ours)
    }

    /// The number of passes through the training digits.
    pub(crate) fn epochs(&self) -> usize {
        self.epochs.unwrap_or(if self.quick { 12 } else { 40 }) as usize
    }
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if f64::is_finite(rate) && rate > 0.0 => Ok(rate),
        _ => Err("a positive number is wanted, such as 0.1".into()),
    }
}
