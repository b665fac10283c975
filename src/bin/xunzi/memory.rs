//! How much memory may a build take?

use std::fs;

/// What a build takes if nothing is said, at most; and at least, where a machine has little.
const USUAL: u64 = 2_000_000_000;
const LITTLE: u64 = 64_000_000;

/// The least that may be asked for: below, nothing would be saved any more.
const LEAST: u64 = 16_000_000;

/// Bytes, as people write them: 500MB, 1.5 gb.
pub fn bytes(text: &str) -> Option<f64> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1.0,
        "k" | "kb" => 1e3,
        "m" | "mb" => 1e6,
        "g" | "gb" => 1e9,
        "t" | "tb" => 1e12,
        "kib" => 1024.0,
        "mib" => 1_048_576.0,
        "gib" => 1_073_741_824.0,
        _ => return None,
    };
    Some(number.parse::<f64>().ok()? * unit)
}

/// A size such as 64MB or 3GB. `name`: of the option.
pub fn size(name: &str, text: &str) -> Result<u64, String> {
    let wrong = || format!("{name} takes a size of memory from 16MB, such as 500MB or 3GB, not {text}");
    let bytes = bytes(text).ok_or_else(wrong)?;
    // No machine has more than that.
    let sane = bytes >= LEAST as f64 && bytes <= 1e15;
    if !sane {
        return Err(wrong());
    }
    match allowed() {
        Some(most) if bytes > most as f64 => Err(format!(
            "{name} asks for {text}, but this command may take no more than {} MB here; ask for less",
            most / 1_000_000
        )),
        _ => Ok(bytes as u64),
    }
}

/// What a build takes if nothing is said: a quarter of what the machine has, or of what the command may take.
pub fn usual() -> u64 {
    let there = [machine(), group(), allowed()].into_iter().flatten().min();
    there.map_or(USUAL / 2, |bytes| (bytes / 4).clamp(LITTLE, USUAL))
}

/// Bytes of the machine's memory, where it says so.
fn machine() -> Option<u64> {
    line(&fs::read_to_string("/proc/meminfo").ok()?, "MemTotal:")
}

/// Bytes that a container may take.
fn group() -> Option<u64> {
    fs::read_to_string("/sys/fs/cgroup/memory.max").ok()?.trim().parse().ok()
}

/// Bytes that the system lets this command take.
#[cfg(unix)]
fn allowed() -> Option<u64> {
    use rustix::process::{Resource, getrlimit};
    getrlimit(Resource::As).current
}

#[cfg(not(unix))]
fn allowed() -> Option<u64> {
    None
}

/// The most that this command has taken so far, where the system says so.
pub fn peak() -> Option<u64> {
    line(&fs::read_to_string("/proc/self/status").ok()?, "VmHWM:")
}

/// The kilobytes that such a file names, in bytes.
fn line(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_or_refused() {
        let good =
            [("64MB", 64_000_000), ("3GB", 3_000_000_000), ("1.5 gb", 1_500_000_000), ("100m", 100_000_000), ("1GiB", 1 << 30)];
        for (text, bytes) in good {
            assert_eq!(size("--memory", text), Ok(bytes), "{text}");
        }
        for text in ["", "MB", "64", "15MB", "-3GB", "lots", "3 apples", "1e3GB", "0GB", "NaNGB", "9999999TB", "1..5GB", "３GB"]
        {
            let told = size("--memory", text).expect_err(text);
            assert!(told.contains("--memory takes a size of memory from 16MB, such as 500MB or 3GB, not "), "{told}");
        }
        assert!((LITTLE..=USUAL).contains(&usual()));
    }
}
