//! What is printed and written. Input: the rows of all cases. Output: Markdown, JSON. Invariant: a missing figure is a dash, with the reason below.

use crate::schedule::Row;
use crate::statistics::Spread;
use serde::Serialize;
use std::fmt::Write;

/// One case's rows.
#[derive(Clone, Debug, Serialize)]
pub struct Table {
    /// The case.
    pub case: String,
    /// Its heading.
    pub title: String,
    /// How many threads it ran on.
    pub threads: usize,
    /// One for each tool, `hand` the first.
    pub rows: Vec<Row>,
}

/// Everything of a run.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Results {
    /// The processor and the flags.
    pub machine: String,
    /// Run times.
    pub tables: Vec<Table>,
    /// Build times: what, seconds, and the same relative to its baseline.
    pub builds: Vec<Build>,
}

/// One build's time.
#[derive(Clone, Debug, Serialize)]
pub struct Build {
    /// What was built.
    pub what: String,
    /// Seconds by the clock.
    pub seconds: f64,
    /// Seconds of the processor.
    pub cpu: f64,
    /// The processor's seconds for the same source without the attribute.
    pub baseline: Option<f64>,
}

impl Table {
    /// As Markdown.
    pub fn markdown(&self) -> String {
        let mut out = format!("\n### {} ({})\n\n", self.title, if self.threads == 1 { "one thread" } else { "two threads" });
        out.push_str(
            "| tool | primal, ms | gradient, ms | quartiles | ÷ primal | ÷ hand | peak, MB | error |\n|---|---|---|---|---|---|---|---|\n",
        );
        let hand = self.rows.iter().find(|r| r.tool == "hand").and_then(|r| r.gradient);
        for row in &self.rows {
            let ratio = |by: Option<Spread>| match (row.gradient, by) {
                (Some(g), Some(by)) => format!("{:.2}", g.median / by.median),
                _ => "–".to_owned(),
            };
            let quartiles = row.gradient.map_or("–".to_owned(), |g| format!("{}–{}", number(g.low), number(g.high)));
            let cells = [
                row.tool.clone(),
                row.primal.map_or("–".to_owned(), |p| number(p.median)),
                row.gradient.map_or("–".to_owned(), |g| number(g.median)),
                quartiles,
                ratio(row.primal),
                ratio(hand),
                row.memory.map_or("–".to_owned(), |m| format!("{m:.0}")),
                row.error.map_or("–".to_owned(), |e| format!("{e:.0e}")),
            ];
            let _ = writeln!(out, "| {} |", cells.join(" | "));
        }
        for row in &self.rows {
            if let Some(reason) = &row.refused {
                let _ = writeln!(out, "\n`{}`: {reason}", row.tool);
            }
        }
        out
    }
}

impl Results {
    /// The build times as Markdown.
    pub fn builds_markdown(&self) -> String {
        let mut out = String::from(
            "\n### Build time\n\n| what | seconds | of the processor | without the attribute | ratio |\n|---|---|---|---|---|\n",
        );
        for build in &self.builds {
            let (baseline, ratio) = match build.baseline {
                Some(b) => (format!("{b:.2}"), format!("{:.2}", build.cpu / b)),
                None => ("–".to_owned(), "–".to_owned()),
            };
            let _ = writeln!(out, "| {} | {:.2} | {:.2} | {baseline} | {ratio} |", build.what, build.seconds, build.cpu);
        }
        out
    }
}

/// Three significant digits.
fn number(value: f64) -> String {
    let digits = (2.0 - value.abs().max(1e-9).log10().floor()).clamp(0.0, 6.0) as usize;
    format!("{value:.digits$}")
}
