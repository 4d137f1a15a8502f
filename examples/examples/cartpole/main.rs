//! A network learns to balance a pole on a cart: `cargo run --release --example cartpole`.
//!
//! Input: nothing but a seed (the first argument, if there is one). Output: the lengths of the episodes, until the pole stands.
//! Invariant: everything random comes from the seed.
//!
//! This is Q-learning (Watkins 1989; Mnih et al. 2015). Its loss compares `q` with a target that contains the network, too; `detach`
//! makes the target a constant. See [`network`].
#![allow(clippy::cast_precision_loss, reason = "counts here are small")]

mod network;
mod pole;

use network::{Batch, QNet, loss, values};
use pole::{LONGEST, Pole, State};
use pullback::prelude::*;
use rand::{Rng, RngExt, SeedableRng};
use rand_pcg::Pcg64;
use std::time::Instant;

const EPISODES: usize = 1000;
const MEMORY: usize = 20_000;
const BATCH: usize = 64;
const FIRST_LESSON: usize = 500;
const REFRESH: usize = 200;
const EVERY: usize = 10;
const TRIALS: usize = 20;

/// One step that was made: state, push, state afterwards, whether the pole stands.
type Step = (State, usize, State, bool);

fn main() {
    let seed = std::env::args().nth(1).map_or(1, |s| s.parse().expect("the seed is a whole number"));
    let (mut rng, began) = (Pcg64::seed_from_u64(seed), Instant::now());
    let mut net = Param::new(QNet::new(seed));
    let mut lagged = net.value().clone();
    let mut optimizer = Adam::new(1e-3);
    let mut memory: Vec<Step> = Vec::new();
    let mut lengths = Vec::new();
    let mut steps = 0;
    println!("episodes   mean length of the last {EVERY}   steps made   loss");
    for episode in 1..=EPISODES {
        let mut pole = Pole::new(&mut rng);
        let curiosity = (1.0 - steps as f64 / 3000.0).max(0.05);
        let (mut length, mut last) = (0, 0.0);
        for _ in 0..LONGEST {
            let state = pole.state();
            let action = if rng.random_bool(curiosity) { rng.random_range(0..2) } else { best(net.value(), &state) };
            let stands = pole.push(action);
            let step = (state, action, pole.state(), stands);
            if memory.len() < MEMORY {
                memory.push(step)
            } else {
                memory[steps % MEMORY] = step
            }
            (steps, length) = (steps + 1, length + 1);
            if memory.len() >= FIRST_LESSON {
                optimizer.zero_grad(&mut net);
                last = loss::backward(&mut net, &lagged, &batch(&memory, &mut rng));
                optimizer.step(&mut net);
            }
            if steps % REFRESH == 0 {
                lagged = net.value().clone();
            }
            if !stands {
                break;
            }
        }
        lengths.push(length);
        if episode % EVERY == 0 {
            let mean = lengths[episode - EVERY..].iter().sum::<usize>() as f64 / EVERY as f64;
            println!("{episode:>8}   {mean:>26.1}   {steps:>10}   {last:.4}");
            if mean > 150.0 && balances(net.value(), seed) {
                println!("\nIt balances: {TRIALS} fresh episodes without curiosity, each {LONGEST} steps long, the most there are.");
                println!("{episode} episodes, {steps} steps, {:.1} s.", began.elapsed().as_secs_f64());
                return;
            }
        }
    }
    println!("\nIt does not balance after {EPISODES} episodes; try another seed.");
}

/// The push that is worth more.
fn best(net: &QNet, state: &State) -> usize {
    let q = values(net, &Tensor::new(state.to_vec(), [1, 4]));
    usize::from(q[[0, 1]] > q[[0, 0]])
}

/// Steps drawn from memory.
fn batch(memory: &[Step], rng: &mut impl Rng) -> Batch {
    let steps: Vec<&Step> = (0..BATCH).map(|_| &memory[rng.random_range(0..memory.len())]).collect();
    let tensor = |of: fn(&Step) -> State| Tensor::new(steps.iter().flat_map(|s| of(s)).collect(), [BATCH, 4]);
    Batch {
        states: tensor(|s| s.0),
        actions: steps.iter().map(|s| s.1).collect(),
        rewards: Tensor::ones([BATCH]),
        next: tensor(|s| s.2),
        stands: Tensor::new(steps.iter().map(|s| f32::from(s.3)).collect(), [BATCH]),
    }
}

/// Whether the network balances the pole in fresh episodes, none of which it has learned from.
fn balances(net: &QNet, seed: u64) -> bool {
    let mut rng = Pcg64::seed_from_u64(seed.wrapping_add(1_000_000));
    (0..TRIALS).all(|_| {
        let mut pole = Pole::new(&mut rng);
        (0..LONGEST).all(|_| pole.push(best(net, &pole.state())))
    })
}
