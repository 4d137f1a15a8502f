//! Runs what is asked for. Input: the command line. Output: tables on standard output, and in a folder a JSON and a chart.
//! Invariant: cases run one after the other, their tools in turn.

use clap::Parser;
use pullback_benchmarks::options::Options;
use pullback_benchmarks::report::{Results, Table};
use pullback_benchmarks::{build_time, cases, chart, machine, schedule, serve};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::parse();
    if let [case, tool] = &options.serve[..] {
        let case = cases::all().into_iter().find(|c| c.name == case).ok_or("no such case")?;
        serve::serve(&case, tool);
        return Ok(());
    }
    std::fs::create_dir_all(&options.out)?;
    let mut results = Results { machine: machine::description(), ..Results::default() };
    println!("{}", results.machine);
    let asked = cases::all().into_iter().filter(|c| options.has_case(c.name) && !options.only_build);
    for case in asked {
        for threads in if case.threaded { vec![1, 2] } else { vec![1] } {
            let rows = schedule::run(&case, &options, threads);
            let table = Table { case: case.name.to_owned(), title: case.title.to_owned(), threads, rows };
            println!("{}", table.markdown());
            results.tables.push(table);
            std::fs::write(options.out.join("results.json"), serde_json::to_string_pretty(&results)?)?;
        }
    }
    if !options.no_build {
        results.builds = build_time::measure(&options)?;
        println!("{}", results.builds_markdown());
    }
    std::fs::write(options.out.join("results.json"), serde_json::to_string_pretty(&results)?)?;
    if !results.tables.is_empty() {
        chart::draw(&results.tables, &options.out.join("results.svg"))?;
    }
    println!("written: {}", options.out.display());
    Ok(())
}
