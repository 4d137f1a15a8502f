//! Build times. Input: options. Output: what was built and how long it took. Invariant: sources are generated in a temporary folder, and
//! only the clean build includes dependencies. Ratios are of processor time, which other programs on the machine disturb least.

mod sources;

use crate::options::Options;
use crate::report::Build;
use sources::{Attribute, Source};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// A crate in a temporary folder that depends on pullback.
struct Workbench {
    folder: PathBuf,
    rounds: usize,
}

/// Seconds by the clock and of the processor.
#[derive(Clone, Copy)]
struct Cost {
    wall: f64,
    cpu: f64,
}

/// Measures all.
pub fn measure(options: &Options) -> Result<Vec<Build>, Box<dyn Error>> {
    let bench = Workbench::new(options.rounds.min(3))?;
    let mut builds = Vec::new();
    let clean = bench.clean_build()?;
    builds.push(Build {
        what: "clean build of pullback, default features (dev profile)".to_owned(),
        seconds: clean.wall,
        cpu: clean.cpu,
        baseline: None,
    });
    // The release profile's dependencies, not measured.
    bench.cargo(&["build", "--release"])?;
    bench.cargo(&["check"])?;
    for (name, source) in sources::all() {
        for (how, arguments) in [("check", &["check"][..]), ("dev build", &["build"]), ("release build", &["build", "--release"])] {
            let [with, without] = [Attribute::Present, Attribute::Absent].map(|attribute| bench.median(&source, attribute, arguments));
            let (with, without) = (with?, without?);
            builds.push(Build { what: format!("{name}: {how}"), seconds: with.wall, cpu: with.cpu, baseline: Some(without.cpu) });
        }
    }
    let functions = 200;
    let stopped = |attribute| bench.stopped_after_expansion(&sources::functions(functions), attribute);
    let (with, without) = (stopped(Attribute::Present)?, stopped(Attribute::Absent)?);
    let milliseconds = 1e3 * (with.cpu - without.cpu) / functions as f64;
    let what = format!("{functions} functions, expansion and name resolution only: {milliseconds:.2} ms a function");
    builds.push(Build { what, seconds: with.wall, cpu: with.cpu, baseline: Some(without.cpu) });
    std::fs::remove_dir_all(&bench.folder)?;
    Ok(builds)
}

impl Workbench {
    fn new(rounds: usize) -> Result<Self, Box<dyn Error>> {
        let folder = std::env::temp_dir().join(format!("pullback-build-time-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("src"))?;
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("no repository")?;
        let dependency = root.join("runtime");
        let manifest = format!(
            "[package]\nname = \"subject\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\npullback = {{ path = {:?} }}\n",
            dependency.display().to_string()
        );
        std::fs::write(folder.join("Cargo.toml"), manifest)?;
        std::fs::write(folder.join("src/lib.rs"), "")?;
        std::fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        Ok(Workbench { folder, rounds: rounds.max(1) })
    }

    /// Runs cargo; its success, and what it cost.
    fn run(&self, arguments: &[&str]) -> Result<(bool, Cost), Box<dyn Error>> {
        let (wall, cpu) = (Instant::now(), children_seconds());
        let mut cargo = Command::new("cargo");
        cargo.args(arguments).args(["--offline", "--quiet"]).current_dir(&self.folder).env("CARGO_TARGET_DIR", self.folder.join("target"));
        let status = cargo.env_remove("RUSTFLAGS").stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        Ok((status.success(), Cost { wall: wall.elapsed().as_secs_f64(), cpu: children_seconds() - cpu }))
    }

    fn cargo(&self, arguments: &[&str]) -> Result<Cost, Box<dyn Error>> {
        match self.run(arguments)? {
            (true, cost) => Ok(cost),
            (false, _) => Err(format!("cargo {} failed in {}", arguments.join(" "), self.folder.display()).into()),
        }
    }

    fn clean_build(&self) -> Result<Cost, Box<dyn Error>> {
        let _ = std::fs::remove_dir_all(self.folder.join("target"));
        self.cargo(&["build"])
    }

    fn median(&self, source: &Source, attribute: Attribute, arguments: &[&str]) -> Result<Cost, Box<dyn Error>> {
        let mut costs = Vec::new();
        for round in 0..self.rounds {
            self.write(&source.text(attribute), round)?;
            costs.push(self.cargo(arguments)?);
        }
        costs.sort_by(|a, b| a.cpu.total_cmp(&b.cpu));
        Ok(costs[costs.len() / 2])
    }

    /// An error outside all functions ends the compilation when macros are expanded and names resolved.
    fn stopped_after_expansion(&self, source: &Source, attribute: Attribute) -> Result<Cost, Box<dyn Error>> {
        let mut costs = Vec::new();
        for round in 0..self.rounds {
            self.write(&format!("{}\ncompile_error!(\"stop\");\n", source.text(attribute)), round)?;
            costs.push(self.run(&["check"])?.1);
        }
        costs.sort_by(|a, b| a.cpu.total_cmp(&b.cpu));
        Ok(costs[costs.len() / 2])
    }

    /// A different text each round, so that nothing is fresh.
    fn write(&self, text: &str, round: usize) -> Result<(), Box<dyn Error>> {
        Ok(std::fs::write(self.folder.join("src/lib.rs"), format!("// Round {round}.\n{text}"))?)
    }
}

/// Seconds of the processor that ended child processes have used; 0 where the system does not tell.
fn children_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Behind the name, which may contain anything: user and system time of children are fields 16 and 17, in hundredths of a second.
    let fields = stat.rsplit(')').next().unwrap_or("").split_whitespace();
    fields.skip(13).take(2).filter_map(|f| f.parse::<f64>().ok()).sum::<f64>() / 100.0
}
