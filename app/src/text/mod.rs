//! Every word a person reads, in both languages. A text without one of its forms does not compile.

pub mod access;
pub mod alarms;
pub mod attention;
pub mod common;
pub mod dashboard;
pub mod frame;
pub mod marks;
pub mod pages;
pub mod peaks;
pub mod pipeline;
pub mod rankings;
pub mod regions;
pub mod settlement;
pub mod users;
pub mod wall;

use serde::{Deserialize, Serialize};

/// Language of a page. Chinese is the default.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    #[default]
    Zh,
    En,
}

impl Lang {
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// The value of the cookie `lang` and of `?lang=`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.code() == code)
    }

    /// The value of the attribute `lang` of the page.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    pub fn other(self) -> Self {
        match self {
            Self::Zh => Self::En,
            Self::En => Self::Zh,
        }
    }
}

/// One text in both languages; `{}` marks a place that [`Text::with`] fills.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Text {
    zh: &'static str,
    en: &'static str,
}

/// A text; fails to compile when a form is empty or the forms have different numbers of places.
pub const fn text(zh: &'static str, en: &'static str) -> Text {
    assert!(!zh.is_empty() && !en.is_empty(), "a text needs both forms");
    assert!(places(zh.as_bytes()) == places(en.as_bytes()), "both forms of a text need the same places");
    Text { zh, en }
}

const fn places(form: &[u8]) -> usize {
    let mut count = 0;
    let mut at = 0;
    while at + 1 < form.len() {
        if form[at] == b'{' && form[at + 1] == b'}' {
            count += 1;
        }
        at += 1;
    }
    count
}

impl Text {
    pub fn get(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Zh => self.zh,
            Lang::En => self.en,
        }
    }

    /// The text with its places filled in order.
    pub fn with(self, lang: Lang, values: &[&str]) -> String {
        let mut parts = self.get(lang).split("{}");
        let mut filled = String::from(parts.next().unwrap_or_default());
        let mut values = values.iter();
        for part in parts {
            filled.push_str(values.next().copied().unwrap_or("—"));
            filled.push_str(part);
        }
        filled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_in_order() {
        const AGE: Text = text("{} 秒前，{}", "{} s ago, {}");
        assert_eq!(AGE.with(Lang::Zh, &["3", "好"]), "3 秒前，好");
        assert_eq!(AGE.with(Lang::En, &["3", "{}"]), "3 s ago, {}");
        assert_eq!(AGE.with(Lang::En, &["3"]), "3 s ago, —");
    }

    #[test]
    fn languages_are_read_from_their_code_only() {
        assert_eq!(Lang::parse("en"), Some(Lang::En));
        assert_eq!(Lang::parse("EN"), None);
        assert_eq!(Lang::default(), Lang::Zh);
    }
}
