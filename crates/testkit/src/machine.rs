//! What the figures depend on: processors, the disk, the settings of the server.

use std::{
    fs::File,
    io::Write as _,
    path::Path,
    time::{Duration, Instant},
};

use crate::figures::percentile;

/// How often the disk is asked.
const SYNCS: usize = 200;

/// The processors, in words.
pub fn processors() -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ")).map(|(_, name)| name);
    format!("{cores} cores ({})", model.unwrap_or("unknown"))
}

/// What one sync of a small append takes: median and 99th percentile.
pub fn sync_latency(folder: &Path) -> (Duration, Duration) {
    let path = folder.join("sync-latency");
    let mut file = File::create(&path).unwrap();
    let mut took = vec![];
    for _ in 0..SYNCS {
        file.write_all(&[7; 4096]).unwrap();
        let start = Instant::now();
        file.sync_data().unwrap();
        took.push(u64::try_from(start.elapsed().as_micros()).unwrap());
    }
    std::fs::remove_file(path).unwrap();
    took.sort_unstable();
    let at = |part| Duration::from_micros(percentile(&took, part));
    (at(0.5), at(0.99))
}
