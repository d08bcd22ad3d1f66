//! Breaks a text into lines that fit: behind blanks, and beside any Chinese character.

use super::fonts::Fonts;

/// Lines of one paragraph; a single one for what fits.
const MOST_LINES: usize = 60;
const FIRST_WIDE: char = '\u{2e80}';
/// These do not begin a line.
const CLOSING: &str = "，。；：、）》」』！？%";
const OPENING: &str = "（《「『〔";

pub fn wrapped(fonts: &Fonts, text: &str, size: f32, width: f32) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut line_width = 0.0;
    for piece in pieces(text) {
        let mut rest = piece;
        loop {
            let piece_width = fonts.width(rest.trim_end(), size);
            if line_width + piece_width <= width {
                line_width += fonts.width(rest, size);
                line.push_str(rest);
                break;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line).trim_end().to_owned());
                line_width = 0.0;
                continue;
            }
            // longer than a line by itself, such as a hash
            let cut = fitting(fonts, rest, size, width);
            lines.push(rest[..cut].to_owned());
            rest = &rest[cut..];
        }
        if lines.len() >= MOST_LINES {
            line = "…".to_owned();
            break;
        }
    }
    lines.push(line.trim_end().to_owned());
    lines
}

/// Bytes of the text that fit; one character at least.
fn fitting(fonts: &Fonts, text: &str, size: f32, width: f32) -> usize {
    let mut used = 0.0;
    let mut end = 0;
    for (at, character) in text.char_indices() {
        used += fonts.glyph(character).map_or(0.0, |(_, glyph)| glyph.advance * size);
        if used > width && at > 0 {
            break;
        }
        end = at + character.len_utf8();
    }
    end
}

/// What is not broken.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut before: Option<char> = None;
    for (at, character) in text.char_indices() {
        let may_break = before.is_some_and(|before| {
            let is_wide = before >= FIRST_WIDE || character >= FIRST_WIDE;
            (before == ' ' && character != ' ') || (is_wide && !CLOSING.contains(character) && !OPENING.contains(before))
        });
        if may_break {
            pieces.push(&text[start..at]);
            start = at;
        }
        before = Some(character);
    }
    pieces.push(&text[start..]);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_and_nothing_is_lost() {
        let fonts = Fonts::load(None).expect("fonts");
        let texts = [
            "实际最大需量 1,300.00 kW，出现在截至 2026-01-15 14:45 的一刻钟。合同最大需量 1,000.00 kW。",
            "Actual demand 1,300.00 kW, in the quarter-hour that ended 2026-01-15 14:45.",
            &"0123456789abcdef".repeat(8),
            "",
        ];
        for text in texts {
            for width in [4.0, 40.0, 120.0, 400.0] {
                let lines = wrapped(&fonts, text, 9.0, width);
                let fits = |line: &String| fonts.width(line, 9.0) <= width || line.chars().count() == 1;
                assert!(width < 40.0 || lines.iter().all(|line| fits(line) || line.chars().count() <= 2), "{width}: {lines:?}");
                let without = |text: &str| text.replace(' ', "");
                let joined = without(&lines.concat());
                assert!(joined == without(text) || joined.ends_with('…'), "{lines:?}");
            }
        }
        let lines = wrapped(&fonts, "尖峰，平谷。", 10.0, 25.0);
        assert!(lines.iter().all(|line| !line.starts_with(['，', '。'])), "{lines:?}");
    }
}
