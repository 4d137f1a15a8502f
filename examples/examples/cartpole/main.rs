//! A network learns to balance a pole on a cart: `cargo run --release --example cartpole`.
//!
//! Input: nothing but a seed (the first argument, if there is one). Output: the lengths of the episodes, until the pole stands.
//! Invariant: everything random comes from the seed.
//!
//! This is Q-learning (Watkins 1989; Mnih et al. 2015). Its loss compares `q` with a target that a copy of the network gives; `detach`
//! makes the target a constant. See [`network`].
#![allow(clippy::cast_precision_loss, reason = "counts here are small")]

mod network;
mod pole;

use network::{Agent, Batch, QNet, loss, values};
use pole::{LONGEST, Pole, State};
use pullback::prelude::*;
use rand::{Rng, RngExt, SeedableRng};
use rand_pcg::Pcg64;
use std::process::ExitCode;
use std::time::Instant;

const EPISODES: usize = 1000;
const MEMORY: usize = 20_000;
const BATCH: usize = 64;
const FIRST_LESSON: usize = 500;
const REFRESH: usize = 200;
const RATE: f64 = 1e-3;
const EVERY: usize = 10;
const TRIALS: usize = 20;

/// One step that was made: state, push, state afterwards, whether the pole stands.
type Step = (State, usize, State, bool);

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref().map_or(Ok(2), str::parse) {
        Ok(seed) if learn(seed) => ExitCode::SUCCESS,
        Ok(_) => {
            eprintln!("cartpole: it does not balance after {EPISODES} episodes; try another seed");
            ExitCode::FAILURE
        }
        Err(_) if std::env::args().any(|a| a == "--help" || a == "-h") => {
            println!("A network learns to balance a pole on a cart.\n\nUsage: cartpole [SEED]   (a whole number; 2 if there is none)");
            ExitCode::SUCCESS
        }
        Err(_) => {
            eprintln!("cartpole: the seed is a whole number, such as 2");
            ExitCode::from(2)
        }
    }
}

/// What was lived through: the agent, its memory, the course of its episodes.
struct Learner {
    agent: Param<Agent>,
    optimizer: Adam,
    memory: Vec<Step>,
    rng: Pcg64,
    steps: usize,
    loss: f32,
}

/// Plays episodes until the pole stands; whether it does.
fn learn(seed: u64) -> bool {
    let began = Instant::now();
    let mut learner = Learner {
        agent: Param::new(Agent { net: QNet::new(seed), lagged: QNet::new(seed) }),
        optimizer: Adam::new(RATE),
        memory: Vec::new(),
        rng: Pcg64::seed_from_u64(seed),
        steps: 0,
        loss: 0.0,
    };
    let mut lengths = Vec::new();
    println!("episodes   mean length of the last {EVERY}   steps made   loss");
    for episode in 1..=EPISODES {
        lengths.push(learner.episode());
        if episode % EVERY == 0 {
            let mean = lengths[episode - EVERY..].iter().sum::<usize>() as f64 / EVERY as f64;
            println!("{episode:>8}   {mean:>26.1}   {:>10}   {:.4}", learner.steps, learner.loss);
            if mean > 150.0 && balances(&learner.agent.value().net, seed) {
                println!("\nIt balances: {TRIALS} fresh episodes without curiosity, each {LONGEST} steps long, the most there are.");
                println!("{episode} episodes, {} steps, {:.1} s.", learner.steps, began.elapsed().as_secs_f64());
                return true;
            }
        }
    }
    false
}

impl Learner {
    /// One episode, with a lesson after each step; its length.
    fn episode(&mut self) -> usize {
        let mut pole = Pole::new(&mut self.rng);
        for length in 1..=LONGEST {
            let state = pole.state();
            let curiosity = (1.0 - self.steps as f64 / 3000.0).max(0.05);
            let action = if self.rng.random_bool(curiosity) { self.rng.random_range(0..2) } else { best(&self.agent.value().net, &state) };
            let stands = pole.push(action);
            self.remember((state, action, pole.state(), stands));
            if self.memory.len() >= FIRST_LESSON {
                let batch = batch(&self.memory, &mut self.rng);
                self.optimizer.zero_grad(&mut self.agent);
                self.loss = loss::backward(&mut self.agent, &batch);
                self.optimizer.step(&mut self.agent);
            }
            if self.steps.is_multiple_of(REFRESH) {
                let agent = self.agent.value_mut();
                agent.lagged = agent.net.clone();
            }
            if !stands {
                return length;
            }
        }
        LONGEST
    }

    /// Keeps a step; the oldest makes room for it.
    fn remember(&mut self, step: Step) {
        if self.memory.len() < MEMORY {
            self.memory.push(step);
        } else {
            self.memory[self.steps % MEMORY] = step;
        }
        self.steps += 1;
    }
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
