//! Marks beside a number: a glyph with a word. The worst one shows, the rest appear on focus.

use leptos::prelude::*;

use crate::text::{Lang, Text, marks as words};

/// Ordered from the worst.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Mark {
    NoData,
    Stale,
    Partial,
    Estimated,
    Live,
    Revised,
    Final,
}

/// Completeness from which a number is plain.
pub const PLAIN_COVERAGE_TENTHS: i64 = 950;
/// Completeness below which a load is for reference only: no comparison, no limit check.
pub const REFERENCE_COVERAGE_TENTHS: i64 = 800;

impl Mark {
    pub const ALL: [Self; 7] =
        [Self::NoData, Self::Stale, Self::Partial, Self::Estimated, Self::Live, Self::Revised, Self::Final];

    pub fn glyph(self) -> &'static str {
        match self {
            Self::NoData => "✕",
            Self::Stale => "⏱",
            Self::Partial => "◐",
            Self::Estimated => "≈",
            Self::Live => "○",
            Self::Revised => "↻",
            Self::Final => "",
        }
    }

    fn texts(self) -> (Text, Text) {
        match self {
            Self::NoData => (words::NO_DATA, words::NO_DATA_WHY),
            Self::Stale => (words::STALE, words::STALE_WHY),
            Self::Partial => (words::PARTIAL, words::PARTIAL_WHY),
            Self::Estimated => (words::ESTIMATED, words::ESTIMATED_WHY),
            Self::Live => (words::LIVE, words::LIVE_WHY),
            Self::Revised => (words::REVISED, words::REVISED_WHY),
            Self::Final => (words::FINAL, words::FINAL_WHY),
        }
    }

    pub fn word(self, lang: Lang) -> &'static str {
        self.texts().0.get(lang)
    }

    pub fn why(self, lang: Lang) -> &'static str {
        self.texts().1.get(lang)
    }

    /// Part of the class name, the same in every language.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoData => "no-data",
            Self::Stale => "stale",
            Self::Partial => "partial",
            Self::Estimated => "estimated",
            Self::Live => "live",
            Self::Revised => "revised",
            Self::Final => "final",
        }
    }

    /// The mark that a completeness asks for.
    pub fn of_coverage(coverage: Option<crate::format::Percent>) -> Option<Self> {
        match coverage {
            None => Some(Self::NoData),
            Some(share) if share.0 < PLAIN_COVERAGE_TENTHS => Some(Self::Partial),
            Some(_) => None,
        }
    }
}

/// A glyph as an element. The clock is drawn: few fonts have it.
pub fn glyph_view(glyph: &'static str) -> AnyView {
    if glyph == Mark::Stale.glyph() {
        return view! {
            <svg class="glyph" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
                <circle cx="8" cy="9.3" r="5.2"></circle>
                <path d="M8 9.3V6.2M6.3 1.6h3.4M8 1.8v2.2"></path>
            </svg>
        }
        .into_any();
    }
    view! { <i aria-hidden="true">{glyph}</i> }.into_any()
}

/// Marks of one number, each with a detail such as a percentage or an age.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Marks(Vec<(Mark, String)>);

impl Marks {
    pub fn none() -> Self {
        Self::default()
    }

    pub fn with(mut self, mark: Mark, detail: impl Into<String>) -> Self {
        self.0.push((mark, detail.into()));
        self.0.sort_by_key(|(mark, _)| *mark);
        self
    }

    pub fn with_if(self, applies: bool, mark: Mark, detail: impl Into<String>) -> Self {
        if applies { self.with(mark, detail) } else { self }
    }

    pub fn worst(&self) -> Option<Mark> {
        self.0.first().map(|(mark, _)| *mark)
    }

    /// All marks in words, the worst first.
    pub fn explain(&self, lang: Lang) -> String {
        let sentence = |(mark, detail): &(Mark, String)| match detail.as_str() {
            "" => format!("{}：{}", mark.word(lang), mark.why(lang)),
            detail => format!("{} {detail}：{}", mark.word(lang), mark.why(lang)),
        };
        let joined = self.0.iter().map(sentence).collect::<Vec<_>>().join("；");
        match lang {
            Lang::Zh => joined,
            Lang::En => joined.replace('：', ": ").replace('；', "; "),
        }
    }

    /// The worst mark, with everything else on hover and focus. `Final` shows nothing.
    pub fn view(&self, lang: Lang) -> AnyView {
        let Some((mark, detail)) = self.0.first().filter(|(mark, _)| *mark != Mark::Final).cloned() else {
            return ().into_any();
        };
        let explanation = self.explain(lang);
        let class = format!("mark mark-{}", mark.code());
        view! {
            <span class=class role="note" tabindex="0" title=explanation.clone() aria-label=explanation>
                {glyph_view(mark.glyph())}
                " "
                {mark.word(lang)}
                {(!detail.is_empty()).then(|| format!(" {detail}"))}
            </span>
        }
        .into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Percent;

    #[test]
    fn the_worst_mark_shows_and_the_rest_are_in_the_explanation() {
        let marks = Marks::none().with(Mark::Live, "").with(Mark::Partial, "91.0 %").with(Mark::Revised, "2");
        assert_eq!(marks.worst(), Some(Mark::Partial));
        let html = marks.view(Lang::Zh).to_html();
        assert!(html.contains("mark-partial") && html.contains("◐") && html.contains("不完整"), "{html}");
        assert!(html.contains("tabindex=\"0\""), "{html}");
        for word in ["实时", "已修订 2"] {
            assert!(marks.explain(Lang::Zh).contains(word));
        }
    }

    #[test]
    fn final_and_nothing_show_nothing() {
        assert!(!Marks::none().view(Lang::En).to_html().contains("span"));
        assert!(!Marks::none().with(Mark::Final, "").view(Lang::En).to_html().contains("span"));
    }

    #[test]
    fn every_mark_but_final_has_its_own_glyph() {
        let glyphs: std::collections::BTreeSet<_> = Mark::ALL.iter().map(|mark| mark.glyph()).collect();
        assert_eq!(glyphs.len(), Mark::ALL.len());
    }

    #[test]
    fn completeness_asks_for_a_mark_below_95_percent() {
        assert_eq!(Mark::of_coverage(Percent::of(950, 1000)), None);
        assert_eq!(Mark::of_coverage(Percent::of(949, 1000)), Some(Mark::Partial));
        assert_eq!(Mark::of_coverage(None), Some(Mark::NoData));
    }
}
