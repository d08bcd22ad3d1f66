//! Turns errors of the server and of the two client libraries into ours, by SQLSTATE where there is one.

use domain::Lsn;

use crate::{GapReason, SourceConfig, SourceError};

/// An error that an ordinary session reports.
pub(crate) fn session(cfg: &SourceConfig, error: sqlx::Error) -> SourceError {
    match error {
        sqlx::Error::Database(error) => {
            let code = error.code().unwrap_or_default().into_owned();
            by_code(cfg, &code, error.message())
        }
        sqlx::Error::Tls(error) => SourceError::Tls { detail: cfg.redact(&error.to_string()) },
        sqlx::Error::Configuration(error) => SourceError::BadUrl { detail: cfg.redact(&error.to_string()) },
        sqlx::Error::Io(error) => SourceError::Disconnected { detail: cfg.redact(&error.to_string()) },
        other => SourceError::Disconnected { detail: cfg.redact(&other.to_string()) },
    }
}

/// The same while connecting.
pub(crate) fn connecting(cfg: &SourceConfig, error: sqlx::Error) -> SourceError {
    match session(cfg, error) {
        SourceError::Disconnected { detail } if mentions_tls(&detail) => SourceError::Tls { detail },
        SourceError::Disconnected { detail } => SourceError::Unreachable { address: cfg.address(), detail },
        other => other,
    }
}

/// An error text of the replication client; it carries the SQLSTATE in brackets when the server sent one.
pub(crate) fn replication(cfg: &SourceConfig, text: &str) -> SourceError {
    let text = cfg.redact(text);
    if let Some(code) = bracketed_code(&text) {
        return by_code(cfg, code, &text);
    }
    if mentions_tls(&text) {
        return SourceError::Tls { detail: text };
    }
    if text.contains("onnect to") || text.contains("onnection to") {
        return SourceError::Unreachable { address: cfg.address(), detail: text };
    }
    SourceError::Disconnected { detail: text }
}

fn mentions_tls(text: &str) -> bool {
    ["TLS", "SSL", "ssl", "certificate"].iter().any(|word| text.contains(word))
}

fn bracketed_code(text: &str) -> Option<&str> {
    text.match_indices('[').find_map(|(at, _)| {
        let code = text.get(at + 1..at + 6)?;
        let is_code = code.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
        (is_code && text.get(at + 6..at + 7) == Some("]")).then_some(code)
    })
}

fn by_code(cfg: &SourceConfig, code: &str, text: &str) -> SourceError {
    let detail = cfg.redact(text.lines().next().unwrap_or_default());
    match code {
        "28P01" => SourceError::Password { user: cfg.user() },
        "28000" => SourceError::NotAdmitted { user: cfg.user(), detail },
        "3D000" => SourceError::NoDatabase { database: cfg.database() },
        "42501" if text.contains("replication") => SourceError::NoReplicationRight { user: cfg.user() },
        "42501" => SourceError::Privilege { user: cfg.user(), detail },
        "53300" => SourceError::TooManyConnections,
        "53400" => SourceError::NoFreeSlot,
        "55006" => SourceError::SlotBusy { slot: cfg.slot.clone(), pid: pid_in(text) },
        "57P01" | "57P02" | "57P03" => SourceError::ServerStopping,
        "55000" if text.contains("wal_level") => SourceError::WalLevel { found: "replica".into() },
        "55000" if text.contains("get changes") || text.contains("access") => gap(cfg, GapReason::SlotLost),
        "42704" if text.contains("publication") => SourceError::MissingPublication { publication: cfg.publication.clone() },
        "42704" if text.contains("slot") => gap(cfg, GapReason::SlotMissing),
        code if code.starts_with("08") => SourceError::Disconnected { detail },
        code => SourceError::Server { code: code.to_owned(), detail },
    }
}

fn gap(cfg: &SourceConfig, reason: GapReason) -> SourceError {
    SourceError::Gap { slot: cfg.slot.clone(), lsn: Lsn::ZERO, reason }
}

/// `… is active for PID 123`
fn pid_in(text: &str) -> Option<i32> {
    let digits = text.split("PID ").nth(1)?;
    digits.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::FailureKind;

    fn cfg() -> SourceConfig {
        SourceConfig {
            url: "postgres://reader:hush@h/power".into(),
            slot: "loadline".into(),
            publication: "loadline".into(),
            zone: domain::Zone::parse("Asia/Shanghai").unwrap(),
            max_chunk_rows: 1,
        }
    }

    #[test]
    fn each_code_has_its_kind() {
        let cases = [
            ("Authentication failed: [28P01] no", FailureKind::Operator),
            ("[42501] must be superuser or replication role to start walsender", FailureKind::Operator),
            ("[53400] all replication slots are in use", FailureKind::Operator),
            ("[53300] number of requested standby connections exceeds max_wal_senders", FailureKind::Retry),
            ("[57P01] terminating connection due to administrator command", FailureKind::Retry),
            ("read error: Connection reset by peer (os error 104)", FailureKind::Retry),
            ("TLS handshake failed: invalid peer certificate: UnknownIssuer", FailureKind::Operator),
            ("Failed to connect to h:5432: refused", FailureKind::Retry),
        ];
        for (text, kind) in cases {
            assert_eq!(replication(&cfg(), text).kind(), kind, "{text}");
        }
    }

    #[test]
    fn details_survive() {
        let busy = replication(&cfg(), "[55006] replication slot \"loadline\" is active for PID 4711");
        assert_eq!(busy, SourceError::SlotBusy { slot: "loadline".into(), pid: Some(4711) });
        assert!(replication(&cfg(), "[55000] can no longer get changes from replication slot").needs_snapshot());
        assert!(!replication(&cfg(), "failed with hush").to_string().contains("hush"));
    }
}
