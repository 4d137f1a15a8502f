//! Training: mini-batches, stochastic gradient descent with momentum, and what is seen of it meanwhile.
//!
//! Input: the options, digits to train on, digits to be tested on. Output: the trained network and its [`History`].
//! Invariant: the digits of the test are looked at, never learned from.

use crate::data::{self, Digit};
use crate::model::{self, Mlp, loss};
use crate::options::Options;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use pullback::prelude::*;
use rand::{SeedableRng, seq::SliceRandom};
use rand_pcg::Pcg64;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

const MOMENTUM: f64 = 0.9;
const WEIGHT_DECAY: f64 = 1e-4;

/// One pass through the training digits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Epoch {
    /// Mean loss while training.
    pub(crate) loss: f32,
    /// Mean loss on the test afterwards.
    pub(crate) test_loss: f32,
    /// Share of the test digits recognised afterwards.
    pub(crate) accuracy: f32,
}

/// What happened in training.
pub(crate) struct History {
    /// The epochs, in order.
    pub(crate) epochs: Vec<Epoch>,
    /// How long the training steps took, all together.
    pub(crate) time: Duration,
}

/// Trains a new network.
pub(crate) fn train(options: &Options, digits: &[Digit], test: &[Digit]) -> Result<(Mlp, History), String> {
    let mut model = Param::new(Mlp::new(options.hidden as usize, options.seed));
    let mut optimizer = Sgd::new(options.lr).momentum(MOMENTUM).weight_decay(WEIGHT_DECAY);
    let mut rng = Pcg64::seed_from_u64(options.seed);
    let mut order: Vec<&Digit> = digits.iter().collect();
    let (test_x, test_labels) = data::batch(test);
    let progress = Progress::new(options.epochs(), digits.len().div_ceil(options.batch as usize));
    println!("{} weights; epoch, mean loss in training and on the test, accuracy on the test:", model.value().numel());
    let mut history = History { epochs: Vec::new(), time: Duration::ZERO };
    for epoch in 1..=options.epochs() {
        let began = Instant::now();
        order.shuffle(&mut rng);
        let mut total = 0.0;
        for chunk in order.chunks(options.batch as usize) {
            let (x, labels) = data::batch(chunk.iter().copied());
            optimizer.zero_grad(&mut model);
            total += loss::backward(&mut model, &x, &labels) * chunk.len() as f32;
            optimizer.step(&mut model);
            progress.step();
        }
        history.time += began.elapsed();
        let right = model::predict(model.value(), &test_x).iter().zip(&test_labels).filter(|(p, l)| p == l).count();
        let seen = Epoch {
            loss: total / digits.len() as f32,
            test_loss: loss(model.value(), &test_x, &test_labels),
            accuracy: right as f32 / test.len() as f32,
        };
        history.epochs.push(seen);
        progress.epoch(epoch, &seen);
        if !seen.loss.is_finite() {
            return Err(format!("training diverged in epoch {epoch}: the loss is {}; try a smaller --lr", seen.loss));
        }
    }
    progress.bar.finish_and_clear();
    Ok((model.into_inner(), history))
}

/// A bar on a terminal, plain lines elsewhere.
struct Progress {
    bar: ProgressBar,
}

impl Progress {
    fn new(epochs: usize, steps: usize) -> Self {
        let terminal = std::io::stdout().is_terminal();
        let target = if terminal { ProgressDrawTarget::stdout() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some((epochs * steps) as u64), target);
        let style = ProgressStyle::with_template("{bar:32.cyan/dim} {percent:>3} %  {msg}  {eta} left");
        bar.set_style(style.expect("the template is a constant").progress_chars("━━─"));
        Progress { bar }
    }

    fn step(&self) {
        self.bar.inc(1);
    }

    fn epoch(&self, epoch: usize, seen: &Epoch) {
        let line = format!("{epoch:>5}   {:>8.4}   {:>8.4}   {:>5.1} %", seen.loss, seen.test_loss, 100.0 * seen.accuracy);
        self.bar.set_message(format!("loss {:.4}, accuracy {:.1} %", seen.loss, 100.0 * seen.accuracy));
        if self.bar.is_hidden() { println!("{line}") } else { self.bar.println(line) }
    }
}
