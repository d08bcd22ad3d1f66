//! The machine that was measured, in one line.

use std::process::Command;

use anyhow::Result;
use cluster::Cluster;

pub fn describe(cluster: &Cluster) -> Result<String> {
    let cores = std::thread::available_parallelism()?;
    let model = field(&std::fs::read_to_string("/proc/cpuinfo")?, "model name");
    let memory = field(&std::fs::read_to_string("/proc/meminfo")?, "MemTotal");
    let memory_kb: u64 = memory.split(' ').next().and_then(|kb| kb.parse().ok()).unwrap_or(0);
    let server = cluster.psql("postgres", "show server_version")?;
    let version = server.split_whitespace().next().unwrap_or("of an unknown version").to_owned();
    let rustc = Command::new("rustc").arg("--version").output()?.stdout;
    let rustc = String::from_utf8_lossy(&rustc);
    let today = cluster.psql("postgres", "select current_date")?;
    Ok(format!(
        "{cores} cores, {model}, {} GB of memory, PostgreSQL {version} (fsync on), {}, {}",
        memory_kb.div_ceil(1_000_000),
        rustc.trim(),
        today.trim()
    ))
}

/// The value after `name … :` in a file of `/proc`.
fn field(text: &str, name: &str) -> String {
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.split_once(':'));
    value.map_or("unknown".to_owned(), |(_, value)| value.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn fields_have_their_value() {
        let text = "processor\t: 0\nmodel name\t: Some CPU @ 2.00GHz\n";
        assert_eq!(field(text, "model name"), "Some CPU @ 2.00GHz");
        assert_eq!(field(text, "flags"), "unknown");
    }
}
