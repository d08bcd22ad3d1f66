//! How a setting's text becomes its value, and what is said when it does not.

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use super::values::{Expected, Named};

/// What was expected, in Chinese and in English.
pub type Words<'a> = (&'a str, &'a str);

/// PostgreSQL cuts longer names.
const IDENTIFIER_LENGTH: RangeInclusive<usize> = 1..=63;

pub fn put<T>(place: &mut T, value: Option<T>, (zh, en): Words) -> Result<(), Expected> {
    *place = value.ok_or_else(|| Expected { zh: zh.to_owned(), en: en.to_owned() })?;
    Ok(())
}

pub fn flag(place: &mut bool, text: &str) -> Result<(), Expected> {
    let value = match text {
        "true" | "1" | "yes" => Some(true),
        "false" | "0" | "no" => Some(false),
        _ => None,
    };
    put(place, value, (" true 或 false", "true or false"))
}

pub fn number(place: &mut i64, text: &str, range: RangeInclusive<i64>) -> Result<(), Expected> {
    let value = text.parse().ok().filter(|value| range.contains(value));
    let (least, most) = (range.start(), range.end());
    put(place, value, (&format!(" {least} 到 {most} 的整数"), &format!("a whole number from {least} to {most}")))
}

pub fn choice<T: Named>(place: &mut T, text: &str) -> Result<(), Expected> {
    let names: Vec<&str> = T::NAMES.iter().map(|(name, _)| *name).collect();
    put(place, T::from_name(text), (&format!(" {}", names.join(" 或 ")), &names.join(" or ")))
}

/// An empty text takes the file back, so that the environment can undo what the file says.
pub fn file(place: &mut Option<PathBuf>, text: &str) -> Result<(), Expected> {
    let value = (!text.contains('\0')).then(|| (!text.is_empty()).then(|| text.into()));
    put(place, value, ("文件路径", "the path of a file"))
}

pub fn address(text: &str) -> Option<SocketAddr> {
    let text = text.strip_prefix("localhost:").map_or(text.to_owned(), |port| format!("127.0.0.1:{port}"));
    text.parse().ok()
}

pub fn identifier(text: &str) -> Option<String> {
    let good = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    (good && IDENTIFIER_LENGTH.contains(&text.len())).then(|| text.to_owned())
}

pub fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

pub fn path(path: Option<&PathBuf>) -> Option<String> {
    path.map(|path| quoted(&path.display().to_string()))
}
