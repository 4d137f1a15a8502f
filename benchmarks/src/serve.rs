//! The child's side. Input: commands, one a line, from standard input. Output: answers, one a line, on standard output.
//! Invariant: nothing is timed but runs. `python/serve.py` speaks the same language.
//!
//!     run gradient 20         → ok WALL CPU        seconds for all twenty
//!     result gradient FILE    → ok                 the last result, f64, little-endian

use crate::contender::{Case, Quantity, Work};
use cpu_time::ProcessTime;
use std::io::{BufRead, Write};
use std::time::Instant;

/// Serves one tool's contenders of a case until the input ends.
pub fn serve(case: &Case, tool: &str) {
    if let Some(threads) = std::env::var("PULLBACK_NUM_THREADS").ok().and_then(|n| n.parse().ok()) {
        pullback::tensor::set_threads(threads);
    }
    let mut works: Vec<(Quantity, Box<dyn Work>)> =
        case.contenders.iter().filter(|c| c.tool == tool).map(|c| (c.quantity, (c.work)())).collect();
    say(&format!("ready {}", works.iter().map(|w| w.0.name()).collect::<Vec<_>>().join(" ")));
    for line in std::io::stdin().lock().lines() {
        let Ok(line) = line else { return };
        let words: Vec<&str> = line.split(' ').collect();
        let answer = match words[..] {
            ["run", quantity, times] => find(&mut works, quantity).map(|work| run(work, times.parse().unwrap_or(1))),
            ["result", quantity, file] => find(&mut works, quantity).map(|work| write(&work.numbers(), file)),
            _ => None,
        };
        say(&answer.unwrap_or_else(|| format!("no {line}")));
    }
}

fn say(answer: &str) {
    println!("{answer}");
    std::io::stdout().flush().expect("the parent listens");
}

fn find<'a>(works: &'a mut [(Quantity, Box<dyn Work>)], quantity: &str) -> Option<&'a mut dyn Work> {
    works.iter_mut().find(|w| w.0.name() == quantity).map(|w| w.1.as_mut() as &mut dyn Work)
}

fn run(work: &mut dyn Work, times: usize) -> String {
    let (wall, cpu) = (Instant::now(), ProcessTime::now());
    for _ in 0..times {
        work.run();
    }
    format!("ok {:e} {:e}", wall.elapsed().as_secs_f64(), cpu.elapsed().as_secs_f64())
}

fn write(numbers: &[f64], file: &str) -> String {
    let bytes: Vec<u8> = numbers.iter().flat_map(|v| v.to_le_bytes()).collect();
    match std::fs::write(file, bytes) {
        Ok(()) => "ok".to_owned(),
        Err(error) => format!("no {error}"),
    }
}
