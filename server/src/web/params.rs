//! Query parameters with names, so that a wrong one can be named in the answer.

use axum::http::Uri;
use chrono::{DateTime, NaiveDateTime};
use chrono_tz::Tz;
use domain::LocalMs;

/// A parameter that cannot be used: which, what it was, what would do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BadParameter {
    pub name: String,
    pub value: String,
    /// What was expected, in both languages.
    pub expected: app::text::Text,
}

/// Longest value shown back to the sender.
const MAX_SHOWN_CHARS: usize = 100;

impl BadParameter {
    pub fn new(name: &str, value: &str, expected: app::text::Text) -> Self {
        let shorten = |text: &str| text.chars().take(MAX_SHOWN_CHARS).collect::<String>();
        Self { name: shorten(name), value: shorten(value), expected }
    }
}

/// The parameters of one request; empty values count as absent, because forms send them.
#[derive(Clone, Debug)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// Refuses names outside `known` and names that come twice: both would be ignored silently otherwise.
    pub fn read(uri: &Uri, known: &[&str]) -> Result<Self, BadParameter> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for (name, value) in url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
            if !known.contains(&name.as_ref()) {
                return Err(BadParameter::new(&name, &value, super::texts::EXPECTED_KNOWN_NAME));
            }
            if value.contains('\0') {
                return Err(BadParameter::new(&name, &value.replace('\0', ""), super::texts::EXPECTED_TEXT));
            }
            if pairs.iter().any(|(seen, _)| *seen == name) {
                return Err(BadParameter::new(&name, &value, super::texts::EXPECTED_ONCE));
            }
            pairs.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(pairs))
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(own, value)| own == name && !value.trim().is_empty()).map(|(_, value)| value.trim())
    }

    /// A whole number within bounds.
    pub fn integer(&self, name: &str, low: i64, high: i64) -> Result<Option<i64>, BadParameter> {
        self.parsed(name, super::texts::EXPECTED_INTEGER, |text| {
            text.parse::<i64>().ok().filter(|number| (low..=high).contains(number))
        })
    }

    pub fn region_id(&self) -> Result<Option<i32>, BadParameter> {
        self.parsed("region_id", super::texts::EXPECTED_REGION, |text| text.parse().ok())
    }

    /// ISO 8601: a date, a local time, or a time with an offset that is turned into local time.
    pub fn time(&self, name: &str, zone: Tz) -> Result<Option<NaiveDateTime>, BadParameter> {
        self.parsed(name, super::texts::EXPECTED_TIME, |text| parse_time(text, zone))
    }

    pub fn flag(&self, name: &str, default: bool) -> Result<bool, BadParameter> {
        let parsed = self.parsed(name, super::texts::EXPECTED_FLAG, |text| match text {
            "1" | "true" => Some(true),
            "0" | "false" => Some(false),
            _ => None,
        })?;
        Ok(parsed.unwrap_or(default))
    }

    /// One of fixed words.
    pub fn word(
        &self,
        name: &str,
        words: &[&'static str],
        expected: app::text::Text,
    ) -> Result<Option<&'static str>, BadParameter> {
        self.parsed(name, expected, |text| words.iter().copied().find(|word| *word == text))
    }

    fn parsed<T>(
        &self,
        name: &str,
        expected: app::text::Text,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, BadParameter> {
        match self.get(name) {
            None => Ok(None),
            Some(text) => parse(text).map(Some).ok_or_else(|| BadParameter::new(name, text, expected)),
        }
    }
}

fn parse_time(text: &str, zone: Tz) -> Option<NaiveDateTime> {
    // a plus sign that was not escaped arrives as a space
    let repaired = match text.rfind(' ') {
        Some(at) if at > "2016-01-11T00".len() => format!("{}+{}", &text[..at], &text[at + 1..]),
        _ => text.to_owned(),
    };
    if let Ok(moment) = DateTime::parse_from_rfc3339(&repaired) {
        return in_range(moment.with_timezone(&zone).naive_local());
    }
    let whole = if repaired.len() == "2016-01-11T00:15".len() { format!("{repaired}:00") } else { repaired };
    in_range(LocalMs::parse(whole.as_bytes())?.to_naive())
}

/// Years that PostgreSQL and ISO 8601 both write with four digits.
fn in_range(at: NaiveDateTime) -> Option<NaiveDateTime> {
    use chrono::Datelike;
    (1..=9999).contains(&at.year()).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(query: &str) -> Result<Params, BadParameter> {
        let uri: Uri = format!("/x?{query}").parse().expect("an address");
        Params::read(&uri, &["from", "to", "region_id", "bom"])
    }

    fn time(text: &str) -> Option<String> {
        parse_time(text, Tz::Asia__Shanghai).map(|at| at.to_string())
    }

    #[test]
    fn times_are_iso_8601_and_become_local() {
        assert_eq!(time("2016-01-11").as_deref(), Some("2016-01-11 00:00:00"));
        assert_eq!(time("2016-01-11T08:15").as_deref(), Some("2016-01-11 08:15:00"));
        assert_eq!(time("2016-01-11 08:15:05").as_deref(), Some("2016-01-11 08:15:05"));
        assert_eq!(time("2016-01-11T00:15:00Z").as_deref(), Some("2016-01-11 08:15:00"));
        assert_eq!(time("2016-01-11T00:15:00 08:00").as_deref(), Some("2016-01-11 00:15:00"));
        for bad in ["yesterday", "2016-13-01", "11.01.2016", "2016-01-11T25:00", "99999-01-01", "2016-01-11T00:15:00+99:00", "ʘ"]
        {
            assert_eq!(time(bad), None, "{bad}");
        }
    }

    #[test]
    fn unknown_and_repeated_names_are_refused() {
        assert_eq!(params("regionid=3").expect_err("a typo").name, "regionid");
        assert_eq!(params("from=2016-01-11&from=2016-01-12").expect_err("twice").value, "2016-01-12");
        assert!(params("from=&to=").expect("an empty form").get("from").is_none());
    }

    #[test]
    fn values_are_checked_and_shown_back_in_short() {
        let wrong = params("region_id=abc").expect("readable").region_id().expect_err("not a number");
        assert_eq!((wrong.name.as_str(), wrong.value.as_str()), ("region_id", "abc"));
        let long = "9".repeat(5_000);
        let wrong = params(&format!("region_id={long}")).expect("readable").region_id().expect_err("too long");
        assert_eq!(wrong.value.len(), MAX_SHOWN_CHARS);
        assert!(params("bom=maybe").expect("readable").flag("bom", true).is_err());
    }
}
