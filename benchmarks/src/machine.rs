//! What the figures were taken on. Input: the system. Output: one line. Invariant: unknown parts are left out.

/// The processor, its number, the flags that this program was built with.
pub fn description() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|l| l.strip_prefix("model name")).map_or("", |m| m.trim_start_matches([' ', '\t', ':']));
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let flags = if cfg!(target_feature = "avx2") { "target-cpu=native" } else { "default flags" };
    format!("{model}, {cores} cores, {flags}")
}
