//! Random programs from the command line: `cargo run -p pullback-tests --bin random_programs -- FROM COUNT`, or `-- show SEED`.
//!
//! Input: the first seed and how many. Output: how many agree, how many were refused and why, and the source of each that does not agree.
//! Exit code 1 if one does not, or if rustc refuses what the macro wrote.

use pullback_tests::random::batch::{Outcome, run};
use pullback_tests::random::program;
use std::collections::BTreeMap;
use std::process::ExitCode;

/// So many are compiled together.
const BATCH: u64 = 16;

fn main() -> ExitCode {
    match report() {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(what) => {
            eprintln!("{what}");
            ExitCode::FAILURE
        }
    }
}

fn report() -> Result<usize, String> {
    if std::env::args().nth(1).as_deref() == Some("show") {
        let seed = std::env::args().nth(2).and_then(|a| a.parse().ok()).ok_or("which seed?")?;
        print!("{}", program(seed).source);
        return Ok(0);
    }
    let mut numbers = std::env::args().skip(1).map(|a| a.parse::<u64>().map_err(|_| format!("`{a}` is not a whole number")));
    let from = numbers.next().unwrap_or(Ok(0))?;
    let count = numbers.next().unwrap_or(Ok(100))?;
    let folder = std::env::temp_dir().join(format!("pullback-random-{}", std::process::id()));
    type Reasons = BTreeMap<String, Vec<u64>>;
    let (mut agree, mut differ) = (0, 0);
    let (mut invalid, mut refused, mut broken) = (Reasons::new(), Reasons::new(), Reasons::new());
    let mut first = from;
    while first < from + count {
        let last = (first + BATCH).min(from + count);
        let programs: Vec<_> = (first..last).map(program).collect();
        for (seed, outcome) in run(&programs, &folder)? {
            match outcome {
                Outcome::Agrees => agree += 1,
                Outcome::Invalid(why) => invalid.entry(why).or_default().push(seed),
                Outcome::Refused(why) => refused.entry(why).or_default().push(seed),
                Outcome::Broken(why) => broken.entry(why).or_default().push(seed),
                Outcome::Differs(how) => {
                    differ += 1;
                    println!("seed {seed}: {how}\n{}", program(seed).source);
                }
            }
        }
        first = last;
        eprintln!("{} of {count}: {agree} agree, {differ} differ", first - from);
    }
    println!("{count} programs from seed {from}: {agree} agree, {differ} differ");
    for (what, reasons) in [("refused", &refused), ("refused by rustc alone", &broken), ("no valid Rust", &invalid)] {
        println!("{}: {what}", reasons.values().map(Vec::len).sum::<usize>());
        for (why, seeds) in reasons {
            println!("  {} × {why} (seed {})", seeds.len(), seeds[0]);
        }
    }
    let _ = std::fs::remove_dir_all(&folder);
    Ok(differ + broken.len())
}
