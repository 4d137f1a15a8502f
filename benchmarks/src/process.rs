//! The parent's side. Input: a case, a tool. Output: a running child that answers. Invariant: a child that fails is an error with its reason,
//! not the end of the run.

use crate::contender::{Arrays, Quantity};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A child process that runs one tool on one case.
pub struct Process {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    /// What it can compute.
    pub quantities: Vec<Quantity>,
}

/// Seconds that a number of runs took.
#[derive(Clone, Copy, Debug)]
pub struct Seconds {
    /// By the clock.
    pub wall: f64,
    /// Of the processor, all threads.
    pub cpu: f64,
}

impl Process {
    /// Starts this program again for a tool of its own.
    pub fn own(case: &str, tool: &str, threads: usize) -> Result<Self, String> {
        let program = std::env::current_exe().map_err(|e| e.to_string())?;
        let mut command = Command::new(program);
        command.args(["--serve", case, tool]);
        Process::start(command, threads)
    }

    /// Starts a tool of Python's.
    pub fn python(interpreter: &Path, case: &str, tool: &str, input: &Path, threads: usize) -> Result<Self, String> {
        let mut command = Command::new(interpreter);
        command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/python/serve.py")).args([tool, case]).arg(input).arg(threads.to_string());
        Process::start(command, threads)
    }

    fn start(mut command: Command, threads: usize) -> Result<Self, String> {
        for variable in ["RAYON_NUM_THREADS", "OMP_NUM_THREADS", "MATMUL_NUM_THREADS", "PULLBACK_NUM_THREADS"] {
            command.env(variable, threads.to_string());
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(|e| e.to_string())?;
        let (input, output) = (child.stdin.take(), child.stdout.take().map(BufReader::new));
        let mut process = Process { child, input, output: output.ok_or("no output")?, quantities: Vec::new() };
        let words = process.answer()?;
        let known = words.strip_prefix("ready").ok_or_else(|| words.clone())?;
        process.quantities = Quantity::ALL.into_iter().filter(|q| known.split(' ').any(|w| w == q.name())).collect();
        Ok(process)
    }

    fn answer(&mut self) -> Result<String, String> {
        let mut line = String::new();
        match self.output.read_line(&mut line) {
            Ok(0) => Err("the process ended".to_owned()),
            Ok(_) => match line.trim_end().strip_prefix("no ") {
                Some(reason) => Err(reason.to_owned()),
                None => Ok(line.trim_end().to_owned()),
            },
            Err(error) => Err(error.to_string()),
        }
    }

    fn ask(&mut self, command: &str) -> Result<String, String> {
        let input = self.input.as_mut().ok_or("no input")?;
        writeln!(input, "{command}").and_then(|()| input.flush()).map_err(|e| e.to_string())?;
        self.answer()
    }

    /// Runs a number of times.
    pub fn run(&mut self, quantity: Quantity, times: usize) -> Result<Seconds, String> {
        let answer = self.ask(&format!("run {} {times}", quantity.name()))?;
        let numbers: Vec<f64> = answer.split(' ').filter_map(|w| w.parse().ok()).collect();
        match numbers[..] {
            [wall, cpu] => Ok(Seconds { wall, cpu }),
            _ => Err(answer),
        }
    }

    /// The numbers of the last run.
    pub fn result(&mut self, quantity: Quantity) -> Result<Vec<f64>, String> {
        let file = scratch().join(format!("{}.result", self.child.id()));
        self.ask(&format!("result {} {}", quantity.name(), file.display()))?;
        let bytes = std::fs::read(&file).map_err(|e| e.to_string())?;
        std::fs::remove_file(&file).map_err(|e| e.to_string())?;
        let (numbers, _) = bytes.as_chunks::<8>();
        Ok(numbers.iter().map(|b| f64::from_le_bytes(*b)).collect())
    }

    /// The most memory that it has had, in megabytes; nothing where the system does not tell.
    pub fn peak_memory(&self) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
        line.split_whitespace().nth(1)?.parse::<f64>().ok().map(|kilobytes| kilobytes / 1024.0)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The end of its input ends it.
        self.input = None;
        let _ = self.child.wait();
    }
}

/// Where files between processes lie.
fn scratch() -> PathBuf {
    let folder = std::env::temp_dir().join("pullback-benchmarks");
    let _ = std::fs::create_dir_all(&folder);
    folder
}

/// Writes an input for other programs: the names and shapes (`NAME.txt`) and the numbers (`NAME.bin`).
pub fn write_input(case: &str, arrays: &Arrays) -> Result<PathBuf, String> {
    let stem = scratch().join(case);
    let names = arrays.iter().map(|(name, shape, _)| {
        let shape: Vec<String> = shape.iter().map(usize::to_string).collect();
        format!("{name} {}\n", shape.join(" "))
    });
    let bytes: Vec<u8> = arrays.iter().flat_map(|a| &a.2).flat_map(|v| v.to_le_bytes()).collect();
    std::fs::write(stem.with_extension("txt"), names.collect::<String>()).map_err(|e| e.to_string())?;
    std::fs::write(stem.with_extension("bin"), bytes).map_err(|e| e.to_string())?;
    Ok(stem)
}
