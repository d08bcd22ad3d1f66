//! 退补: adjustments of frozen statements, from pending to settled.

mod rateable;
mod rows;

pub use rateable::{CANNOT_RATE, RATES_AGAIN, Rateable, faults_of, note_rateable};
pub use rows::{Open, OpenSet, SettledSum, Unreadable, attach, open_of, remove, save, settled_sums};

use super::changes::Cause;

const MOST_TEXT_CHARS: usize = 500;

/// What makes a period be rated again; the reason of the adjustments that follow from it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Why {
    /// Readings came late, were corrected or taken back.
    Readings,
    Reactive,
    /// A person changed what is in force, or estimates became due. The text: "hubei-single-below-1kv v3", "2026-10-01 国庆".
    Changed {
        cause: Cause,
        text: String,
    },
}

impl Why {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Readings => "readings",
            Self::Reactive => "reactive",
            Self::Changed { cause, .. } => cause.code(),
        }
    }

    pub fn text(&self) -> &str {
        match self {
            Self::Changed { text, .. } => text,
            Self::Readings | Self::Reactive => "",
        }
    }
}

/// What a pending adjustment already says, and what comes to it; each once.
pub fn joined_text(before: &str, text: &str) -> String {
    let mut parts: Vec<&str> = before.split("; ").filter(|part| !part.is_empty()).collect();
    if !text.is_empty() && !parts.contains(&text) {
        parts.push(text);
    }
    parts.join("; ").chars().take(MOST_TEXT_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_said_once() {
        assert_eq!(joined_text("", "a v2"), "a v2");
        assert_eq!(joined_text("a v2", ""), "a v2");
        assert_eq!(joined_text("a v2", "b"), "a v2; b");
        assert_eq!(joined_text("a v2; b", "a v2"), "a v2; b");
        assert_eq!(joined_text("", &"x".repeat(900)).len(), MOST_TEXT_CHARS);
    }
}
