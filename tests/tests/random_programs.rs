//! Random programs, a few known ones, and new ones each day: reverse mode, forward mode and differences agree.
//!
//! `PULLBACK_RANDOM_COUNT` says how many new ones (250); `cargo run -p pullback-tests --bin random_programs -- FROM COUNT` runs any number.

use pullback_tests::random::batch::{Outcome, run};
use pullback_tests::random::{EFFECTS, FURTHER, Program, program};
use std::time::{SystemTime, UNIX_EPOCH};

/// Runs programs together; at least eight in ten are taken. What the macro takes rustc takes, too, but for one in a hundred.
fn check(name: &str, seeds: impl IntoIterator<Item = u64>) {
    let programs: Vec<Program> = seeds.into_iter().map(program).collect();
    let folder = std::env::temp_dir().join(format!("pullback-{name}-{}", std::process::id()));
    let outcomes = run(&programs, &folder).expect("a batch can be compiled and run");
    let _ = std::fs::remove_dir_all(&folder);
    let (mut refused, mut broken) = (vec![], vec![]);
    for (seed, outcome) in &outcomes {
        match outcome {
            Outcome::Agrees => {}
            Outcome::Invalid(why) | Outcome::Refused(why) => refused.push(format!("{seed}: {why}")),
            Outcome::Broken(why) => broken.push(format!("{seed}: {why}")),
            Outcome::Differs(how) => panic!("seed {seed}: {how}\n{}", program(*seed).source),
        }
    }
    println!("{name}: {} programs from seed {}: {} refused; by rustc alone: {broken:?}", outcomes.len(), programs[0].seed, refused.len());
    assert_eq!(outcomes.len(), programs.len(), "each program has an outcome");
    assert!(refused.len() * 10 <= 2 * outcomes.len(), "more than two in ten is refused:\n{}", refused.join("\n"));
    assert!(broken.len() * 100 <= outcomes.len(), "rustc refuses what the macro wrote:\n{}", broken.join("\n"));
}

#[test]
fn known_programs_agree() {
    check("known", 0..60);
    check("known-further", FURTHER..FURTHER + 40);
}

/// Seeds whose programs once had a wrong gradient, or were refused by rustc alone.
const ONCE_WRONG: &[u64] = &[1_795_554_446_239, 100_148, 410_026, 4_398_047_321_240, 4_398_047_321_565];

#[test]
fn programs_once_wrong_agree() {
    check("once-wrong", ONCE_WRONG.iter().copied());
}

#[test]
fn new_programs_agree() {
    let count: u64 = std::env::var("PULLBACK_RANDOM_COUNT").ok().and_then(|n| n.parse().ok()).unwrap_or(250);
    // the day's own seeds: new ones each day, the same for everybody who looks into a failure
    let days = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is after 1970").as_secs() / 86_400;
    for (start, count) in [(0, count.div_ceil(3)), (FURTHER, count.div_ceil(3)), (EFFECTS, count / 3)] {
        let mut first = start + days * 1_000_000;
        let end = first + count;
        while first < end {
            let next = (first + 125).min(end);
            check(&format!("new-{first}"), first..next);
            first = next;
        }
    }
}
