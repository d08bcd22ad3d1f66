//! Speaking to a person at a terminal: answers on standard output, in his language.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Lang {
    Zh,
    En,
}

impl Lang {
    /// From the locale of the environment; Chinese unless that says English.
    pub fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let locale =
            ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(|name| variable(name).filter(|value| !value.is_empty()));
        if locale.is_some_and(|locale| locale.starts_with("en")) { Self::En } else { Self::Zh }
    }

    /// One of two texts, so that neither can be forgotten.
    pub fn pick<T>(self, zh: T, en: T) -> T {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}

/// Prints a line of an answer. A reader that went away is no failure of ours.
pub fn say(line: impl Display) {
    let _ = writeln!(io::stdout().lock(), "{line}");
}

/// Prints a line beside the answer: problems and progress.
pub fn warn(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Prints lines in columns.
pub fn table<const N: usize>(head: [&str; N], lines: impl Iterator<Item = [String; N]>) {
    let mut all = vec![head.map(shown)];
    all.extend(lines.map(|line| line.map(|text| shown(&text))));
    let widths: [usize; N] = std::array::from_fn(|column| all.iter().map(|line| width(&line[column])).max().unwrap_or(0));
    for line in &all {
        let cells = line.iter().zip(widths).map(|(text, most)| format!("{text}{}", " ".repeat(most - width(text))));
        say(cells.collect::<Vec<_>>().join("  ").trim_end());
    }
}

/// Without what would move the cursor of a terminal.
fn shown(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '?' } else { letter }).collect()
}

/// Columns of a terminal: letters of East Asia take two.
fn width(text: &str) -> usize {
    text.chars().map(|letter| if u32::from(letter) >= 0x1100 { 2 } else { 1 }).sum()
}

/// A bar on a terminal, nothing elsewhere.
pub fn progress_bar() -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    // the template is constant and valid
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} {per_sec} ETA {eta}") {
        bar.set_style(style);
    }
    bar
}

/// 1234567 as 1,234,567.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_follows_the_locale_and_is_chinese_otherwise() {
        let with = |name: &'static str, value: &'static str| {
            Lang::from_environment(move |asked| (asked == name).then(|| value.to_owned()))
        };
        assert_eq!(with("LANG", "en_GB.UTF-8"), Lang::En);
        assert_eq!(with("LC_ALL", "zh_CN.UTF-8"), Lang::Zh);
        assert_eq!(with("LANG", "C.UTF-8"), Lang::Zh);
        assert_eq!(with("HOME", "/"), Lang::Zh);
    }

    #[test]
    fn long_numbers_are_grouped() {
        assert_eq!(["0", "999", "1,000", "350,784"].map(str::to_owned), [0, 999, 1000, 350_784].map(thousands));
    }
}
