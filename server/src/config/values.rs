//! Types of settings that are more than a number, and how each reads and prints.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use domain::settlement::ReadingTime;
use url::Url;

/// What a setting takes, as part of a sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Expected {
    pub zh: String,
    pub en: String,
}

/// A PostgreSQL address. It may hold a password, so it never prints whole.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(Url);

impl DatabaseUrl {
    /// The whole address, password included: for connecting, never for printing.
    pub fn expose(&self) -> &str {
        self.0.as_str()
    }
}

impl FromStr for DatabaseUrl {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let url = Url::parse(text).map_err(drop)?;
        if matches!(url.scheme(), "postgres" | "postgresql") { Ok(Self(url)) } else { Err(()) }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = self.0.clone();
        if shown.password().is_some() {
            // cannot fail: an address with a password has a host
            let _ = shown.set_password(Some("***"));
        }
        if shown.query().is_some_and(|query| query.contains("password")) {
            shown.set_query(Some("***"));
        }
        f.write_str(shown.as_str())
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A setting with a few named values.
pub trait Named: Copy + PartialEq + Sized + 'static {
    const NAMES: &'static [(&'static str, Self)];

    fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, value)| *value == self).map_or("", |(name, _)| name)
    }

    fn from_name(text: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(name, _)| *name == text).map(|(_, value)| *value)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LogFormat {
    Text,
    Json,
}

impl Named for LogFormat {
    const NAMES: &'static [(&'static str, Self)] = &[("text", Self::Text), ("json", Self::Json)];
}

/// What happens to a reading whose registers contradict its amount.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RegisterCheck {
    Flag,
    Reject,
}

impl Named for RegisterCheck {
    const NAMES: &'static [(&'static str, Self)] = &[("flag", Self::Flag), ("reject", Self::Reject)];
}

impl Named for ReadingTime {
    const NAMES: &'static [(&'static str, Self)] =
        &[("report", Self::Report), ("interval_end", Self::IntervalEnd), ("interval_start", Self::IntervalStart)];
}

/// Units of large numbers on the pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Units {
    Si,
    Wan,
}

impl Named for Units {
    const NAMES: &'static [(&'static str, Self)] = &[("si", Self::Si), ("wan", Self::Wan)];
}

/// What a DELETE at the source means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Deletes {
    Retract,
    /// Rows before the date were archived, not taken back.
    KeepBefore(NaiveDate),
}

impl FromStr for Deletes {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if text == "retract" {
            return Ok(Self::Retract);
        }
        let date = text.strip_prefix("keep before ").ok_or(())?;
        NaiveDate::parse_from_str(date.trim(), "%Y-%m-%d").map(Self::KeepBefore).map_err(drop)
    }
}

impl fmt::Display for Deletes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Retract => f.write_str("retract"),
            Self::KeepBefore(date) => write!(f, "keep before {date}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_never_print() {
        for text in ["postgres://me:s3cret@db.example:5432/power", "postgres://db/power?user=me&password=s3cret"] {
            let url: DatabaseUrl = text.parse().expect("an address");
            for shown in [url.to_string(), format!("{url:?}"), format!("{:?}", Some(&url))] {
                assert!(!shown.contains("s3cret"), "{shown}");
            }
            assert!(url.expose().contains("s3cret"));
        }
        assert!("mysql://x/y".parse::<DatabaseUrl>().is_err());
    }

    #[test]
    fn deletes_read_and_print() {
        let archived = Deletes::KeepBefore(NaiveDate::from_ymd_opt(2025, 1, 31).expect("a date"));
        assert_eq!("keep before 2025-01-31".parse(), Ok(archived));
        assert_eq!(archived.to_string(), "keep before 2025-01-31");
        assert_eq!("keep before tomorrow".parse::<Deletes>(), Err(()));
    }
}
