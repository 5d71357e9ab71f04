//! Running a command and watching what it takes.

use anyhow::{Result, bail};
use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// What a process took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// Seconds from start to end.
    pub wall: f64,
    /// Seconds of processor time, user and system.
    pub cpu: f64,
    /// Largest resident memory, bytes.
    pub peak: u64,
}

/// How often a running process is looked at: what it takes after the last look is missed.
const LOOK: Duration = Duration::from_millis(5);

/// Clock ticks a second in `/proc/PID/stat`, which Linux fixes at 100 for programs.
const TICKS: f64 = 100.0;

/// Runs a command to its end. Exit codes 0 and 1 count as success: some inputs may be refused, a search may find
/// nothing. Processor time and memory are known on Linux only.
pub fn run(command: &mut Command) -> Result<Cost> {
    let start = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
    let mut cost = Cost::default();
    loop {
        let look = look(child.id());
        cost.cpu = cost.cpu.max(look.cpu);
        cost.peak = cost.peak.max(look.peak);
        if let Some(status) = child.try_wait()? {
            if !matches!(status.code(), Some(0 | 1)) {
                bail!("{command:?} ended with {status}");
            }
            cost.wall = start.elapsed().as_secs_f64();
            return Ok(cost);
        }
        thread::sleep(LOOK);
    }
}

fn look(pid: u32) -> Cost {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name of the program, in parentheses, may hold spaces.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap_or("");
    let kib: u64 = line.split_whitespace().next().and_then(|n| n.parse().ok()).unwrap_or(0);
    Cost { wall: 0.0, cpu: (ticks(11) + ticks(12)) / TICKS, peak: kib << 10 }
}

/// Bytes of all files under a folder.
pub fn folder_bytes(folder: &Path) -> u64 {
    let files = walkdir::WalkDir::new(folder).into_iter().flatten();
    files.filter_map(|entry| entry.metadata().ok()).filter(fs::Metadata::is_file).map(|m| m.len()).sum()
}

/// The middle value.
pub fn median(mut values: Vec<f64>) -> f64 {
    percentile(&mut values, 50.0)
}

/// The value that `percent` of the values do not exceed.
pub fn percentile(values: &mut [f64], percent: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = ((values.len() as f64 * percent / 100.0).ceil() as usize).clamp(1, values.len().max(1)) - 1;
    values.get(at).copied().unwrap_or(f64::NAN)
}
