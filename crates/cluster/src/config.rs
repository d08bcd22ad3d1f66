//! The settings of a private server. Ours live in a file of their own, written at each start; `ALTER SYSTEM` still wins.

use std::fmt::Write as _;
use std::time::Duration;

/// How a cluster is to be run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Further settings or other values for ours, e.g. `("fsync", "off")`; the last one wins.
    pub settings: Vec<(String, String)>,
    /// How a client proves who it is, as `pg_hba.conf` names it.
    pub auth_method: &'static str,
    /// How long a start may take, crash recovery included.
    pub start_deadline: Duration,
    /// How long a clean stop may take before the server is told to stop at once.
    pub stop_deadline: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            settings: Vec::new(),
            auth_method: "scram-sha-256",
            start_deadline: Duration::from_secs(120),
            stop_deadline: Duration::from_secs(30),
        }
    }
}

impl Options {
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Whether the data is meant to survive a power cut.
    pub(crate) fn durable(&self) -> bool {
        !self.settings.iter().any(|(name, value)| name == "fsync" && value == "off")
    }
}

/// The name of our settings file inside the data directory.
pub const CONF_FILE: &str = "loadline.conf";

/// A slot that nobody reads keeps log files: at most this much, then the slot is lost and a new copy follows.
const DEFAULTS: [(&str, &str); 17] = [
    ("listen_addresses", "127.0.0.1"),
    ("unix_socket_directories", ""),
    ("max_connections", "120"),
    ("wal_level", "logical"),
    ("max_wal_senders", "16"),
    ("max_replication_slots", "16"),
    ("max_slot_wal_keep_size", "4GB"),
    ("max_wal_size", "1GB"),
    ("shared_buffers", "128MB"),
    ("timezone", "UTC"),
    ("log_timezone", "UTC"),
    ("lc_messages", "C"),
    ("datestyle", "iso, mdy"),
    ("log_checkpoints", "off"),
    ("log_line_prefix", "%m [%p] %d "),
    ("password_encryption", "scram-sha-256"),
    ("cluster_name", "loadline"),
];

/// The text of our settings file, without the port: that one changes while the rest tells whether a running server is current.
pub fn settings_text(options: &Options) -> String {
    let mut text = String::from("# Written by Loadline at each start. For settings of your own use ALTER SYSTEM.\n");
    let ours = DEFAULTS.iter().map(|(name, value)| (*name, *value));
    let theirs = options.settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    for (name, value) in ours.chain(theirs) {
        let _ = writeln!(text, "{name} = '{}'", value.replace('\'', "''"));
    }
    text
}

/// Password over loopback only, replication included.
pub fn hba_text(auth_method: &str) -> String {
    format!(
        "# Written by Loadline at each start.\nhost all all 127.0.0.1/32 {auth_method}\nhost replication all 127.0.0.1/32 {auth_method}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_settings_come_after_ours_and_are_quoted() {
        let text = settings_text(&Options::default().with("wal_level", "replica").with("cluster_name", "o'clock"));
        let ours = text.find("wal_level = 'logical'").unwrap();
        let theirs = text.find("wal_level = 'replica'").unwrap();
        assert!(ours < theirs);
        assert!(text.contains("cluster_name = 'o''clock'"));
    }

    #[test]
    fn nobody_is_trusted_by_default() {
        let text = hba_text(Options::default().auth_method);
        assert!(!text.contains("trust"), "{text}");
        assert!(text.lines().filter(|line| !line.starts_with('#')).all(|line| line.contains("127.0.0.1/32")));
    }
}
