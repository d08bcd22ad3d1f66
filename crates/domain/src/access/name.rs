//! Names of accounts: what is taken, and which names count as the same.

use unicode_normalization::UnicodeNormalization;

pub const NAME_MOST_CHARS: usize = 64;
pub const DISPLAY_NAME_MOST_CHARS: usize = 64;
/// Compatibility forms can grow; nothing longer than this is looked at.
const MOST_BYTES: usize = 1_024;

/// Why a name is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NameFault {
    Empty,
    TooLong,
    /// A control, direction, blank or invisible character, or one that a name to sign in with cannot have.
    Character(char),
}

/// A name to sign in with: letters and digits of any script and `. _ - @`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct AccountName {
    shown: String,
    key: String,
}

impl AccountName {
    pub fn parse(text: &str) -> Result<Self, NameFault> {
        let shown = normal(text)?;
        if let Some(odd) = shown.chars().find(|c| !(c.is_alphanumeric() || ".-_@".contains(*c) || is_mark(*c))) {
            return Err(NameFault::Character(odd));
        }
        bounded(shown, NAME_MOST_CHARS).map(|shown| Self { key: key_of(&shown), shown })
    }

    /// As it was given.
    pub fn as_str(&self) -> &str {
        &self.shown
    }

    /// Two names with the same key are the same name: letter case and width do not count.
    pub fn key(&self) -> &str {
        &self.key
    }
}

/// A person's name as shown to others; blanks are allowed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DisplayName(String);

impl DisplayName {
    pub fn parse(text: &str) -> Result<Self, NameFault> {
        let words = normal(text)?.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        bounded(words, DISPLAY_NAME_MOST_CHARS).map(Self)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn normal(text: &str) -> Result<String, NameFault> {
    if text.len() > MOST_BYTES {
        return Err(NameFault::TooLong);
    }
    let text: String = text.trim().nfc().collect();
    match text.chars().find(|c| is_unseen(*c)) {
        Some(unseen) => Err(NameFault::Character(unseen)),
        None => Ok(text),
    }
}

fn bounded(text: String, most_chars: usize) -> Result<String, NameFault> {
    match text.chars().count() {
        0 => Err(NameFault::Empty),
        count if count > most_chars => Err(NameFault::TooLong),
        _ => Ok(text),
    }
}

fn key_of(shown: &str) -> String {
    shown.nfkc().flat_map(char::to_lowercase).nfkc().collect()
}

fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// Characters that change what is seen without being seen.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || (c.is_whitespace() && c != ' ')
        || matches!(u32::from(c),
            0x00AD | 0x034F | 0x061C | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F | 0x202A..=0x202E
            | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFD | 0xE000..=0xF8FF | 0xE0000..=0xE0FFF
            | 0xF0000..=0x10FFFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_any_script_are_taken() {
        for good in ["li.lei", "李雷", "anna@grid", "Ä_1", "дежурный-2", "用户01"] {
            assert_eq!(AccountName::parse(good).expect(good).as_str(), good);
        }
        assert_eq!(AccountName::parse("  li  ").expect("blanks around").as_str(), "li");
    }

    #[test]
    fn names_that_look_the_same_are_the_same() {
        let key = |text: &str| AccountName::parse(text).expect(text).key().to_owned();
        assert_eq!(key("Admin"), key("admin"));
        assert_eq!(key("ＡＤＭＩＮ"), key("admin"));
        assert_eq!(key("e\u{301}va"), key("Éva"));
    }

    #[test]
    fn unseen_and_odd_characters_are_refused() {
        for bad in ["ad\u{200B}min", "\u{202E}nimda", "a\u{0}b", "a b", "<b>", "a'b", "\u{FEFF}a", "a\u{E0041}", "a/b"] {
            assert!(matches!(AccountName::parse(bad), Err(NameFault::Character(_))), "{bad:?}");
        }
        assert_eq!(AccountName::parse("  "), Err(NameFault::Empty));
        assert_eq!(AccountName::parse(&"长".repeat(NAME_MOST_CHARS + 1)), Err(NameFault::TooLong));
        assert_eq!(AccountName::parse(&"x".repeat(100_000)), Err(NameFault::TooLong));
        assert_eq!(AccountName::parse(&"长".repeat(NAME_MOST_CHARS)).map(|name| name.as_str().chars().count()), Ok(64));
    }

    #[test]
    fn display_names_may_have_blanks_and_markup_stays_text() {
        assert_eq!(DisplayName::parse(" 李   雷 ").expect("blanks").as_str(), "李 雷");
        assert_eq!(DisplayName::parse("<b>Li</b>").expect("escaped where shown").as_str(), "<b>Li</b>");
        assert!(DisplayName::parse("a\u{202E}b").is_err());
    }
}
