//! A statement as PDF: A4, embedded fonts, text that can be searched. The same sheet makes the same bytes.

pub mod fonts;
mod layout;
mod wrap;

use domain::FailureKind;
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::text::KrillaGlyph;
use krilla::{Document, SerializeSettings};

use self::fonts::Fonts;
use self::layout::{HEIGHT, Ink, Mark, WIDTH};
use super::sheet::Sheet;

#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    #[error("the page has no size")]
    Page,
    #[error("the PDF could not be written: {0}")]
    Write(String),
}

impl PdfError {
    pub fn kind(&self) -> FailureKind {
        FailureKind::Bug
    }
}

pub fn pdf(sheet: &Sheet, fonts: &Fonts) -> Result<Vec<u8>, PdfError> {
    let mut document = Document::new_with(SerializeSettings { enable_tagging: false, ..SerializeSettings::default() });
    for page in layout::pages(sheet, fonts) {
        let settings = PageSettings::from_wh(WIDTH, HEIGHT).ok_or(PdfError::Page)?;
        let mut drawn = document.start_page_with(settings);
        let mut surface = drawn.surface();
        for mark in &page.0 {
            draw(&mut surface, mark, fonts);
        }
        surface.finish();
        drawn.finish();
    }
    // no dates: the bytes of a frozen statement follow from it alone
    let metadata = Metadata::new()
        .title(format!("{} {}", sheet.title, sheet.number))
        .language(sheet.lang.tag().to_owned())
        .creator("Loadline".to_owned())
        .document_id(sheet.number.clone());
    document.set_metadata(metadata);
    document.finish().map_err(|error| PdfError::Write(format!("{error:?}")))
}

fn color(ink: Ink) -> rgb::Color {
    match ink {
        Ink::Plain | Ink::Strong => rgb::Color::new(0, 0, 0),
        Ink::Faint => rgb::Color::new(80, 80, 80),
        Ink::Warning => rgb::Color::new(176, 0, 32),
    }
}

fn draw(surface: &mut Surface, mark: &Mark, fonts: &Fonts) {
    match mark {
        Mark::Rule { x, y, width, thickness } => {
            let Some(rect) = Rect::from_xywh(*x, *y, *width, *thickness) else { return };
            let mut path = PathBuilder::new();
            path.push_rect(rect);
            let Some(path) = path.finish() else { return };
            fill(surface, Ink::Plain, 0.0);
            surface.draw_path(&path);
        }
        Mark::Text { x, y, size, ink, text } => {
            // the outline makes it bold: there is one weight of each font
            let outline = if matches!(ink, Ink::Strong | Ink::Warning) { size * 0.03 } else { 0.0 };
            fill(surface, *ink, outline);
            draw_text(surface, (*x, *y), *size, &drawable(text), fonts);
        }
    }
}

fn fill(surface: &mut Surface, ink: Ink, outline: f32) {
    let paint = color(ink);
    surface.set_fill(Some(Fill { paint: paint.into(), opacity: NormalizedF32::ONE, rule: krilla::paint::FillRule::default() }));
    let stroke = (outline > 0.0).then(|| Stroke { paint: paint.into(), width: outline, ..Stroke::default() });
    surface.set_stroke(stroke);
}

/// Control characters have no glyph, and some signs have a plain form that every font has.
fn drawable(text: &str) -> String {
    let plain = |character: char| match character {
        '₂' => '2',
        '✕' => '×',
        control if control.is_control() => ' ',
        other => other,
    };
    text.chars().map(plain).collect()
}

/// Runs of characters of the same font, one behind the other.
fn draw_text(surface: &mut Surface, (mut x, y): (f32, f32), size: f32, text: &str, fonts: &Fonts) {
    let mut run = Run::default();
    for (at, character) in text.char_indices() {
        let Some((face, glyph)) = fonts.glyph(character) else { continue };
        if face != run.face && !run.glyphs.is_empty() {
            x = run.finish(surface, (x, y), size, text, fonts);
            run = Run::default();
        }
        run.start = if run.glyphs.is_empty() { at } else { run.start };
        run.face = face;
        run.end = at + character.len_utf8();
        let range = at - run.start..run.end - run.start;
        run.glyphs.push(KrillaGlyph::new(glyph.id, glyph.advance, 0.0, 0.0, 0.0, range, None));
    }
    run.finish(surface, (x, y), size, text, fonts);
}

#[derive(Default)]
struct Run {
    face: usize,
    start: usize,
    end: usize,
    glyphs: Vec<KrillaGlyph>,
}

impl Run {
    /// Where the next run begins.
    fn finish(&self, surface: &mut Surface, (x, y): (f32, f32), size: f32, text: &str, fonts: &Fonts) -> f32 {
        let Some(font) = fonts.font(self.face).filter(|_| !self.glyphs.is_empty()) else { return x };
        let shown = &text[self.start..self.end];
        surface.draw_glyphs(Point::from_xy(x, y), &self.glyphs, font.clone(), shown, size, false);
        x + fonts.width(shown, size)
    }
}

#[cfg(test)]
mod tests {
    use app::Lang;
    use app::text::settlement::documents::PAGE_OF;

    use super::*;
    use crate::settlement::documents::sheet::{Row, Total};

    fn sheet(lines: usize) -> Sheet {
        let text = |text: &str| text.to_owned();
        let row = |at: usize| Row {
            item: format!("电量电费 · 峰 · {at}"),
            quantity: text("1,234,567.89 kWh"),
            price: text("0.851234"),
            amount: text("1,050,906.83"),
            notes: vec![text("实际最大需量 1,300.00 kW，出现在截至 2026-01-15 14:45 的一刻钟。"); 3],
        };
        Sheet {
            lang: Lang::Zh,
            title: text("电费结算单"),
            number: text("账单号 7"),
            customer: text("湖北长江食品有限公司"),
            banner: Some(text("草稿")),
            facts: vec![(text("户号"), text("1")), (text("电价"), "很长的名称 ".repeat(40))],
            columns: ["项目", "数量", "单价", "金额"].map(text),
            rows: (0..lines).map(row).collect(),
            total: Total { label: text("应退"), energy: text("0.00 kWh"), amount: text("−1.00 元") },
            foot: vec!["0123456789abcdef".repeat(16)],
            page_of: PAGE_OF,
        }
    }

    #[test]
    fn every_page_has_its_head_number_and_warning_and_nothing_leaves_the_paper() {
        let fonts = Fonts::load(None).expect("fonts");
        let pages = layout::pages(&sheet(60), &fonts);
        assert!(pages.len() > 2, "{}", pages.len());
        for (at, page) in pages.iter().enumerate() {
            let texts: Vec<&str> =
                page.0.iter().filter_map(|mark| if let Mark::Text { text, .. } = mark { Some(&**text) } else { None }).collect();
            let number = format!("第 {} 页，共 {} 页", at + 1, pages.len());
            for part in ["电费结算单", "账单号 7", "草稿", "湖北长江食品有限公司", &number] {
                assert!(texts.contains(&part), "{part}: {texts:?}");
            }
            for mark in &page.0 {
                let Mark::Text { x, y, size, text, .. } = mark else { continue };
                assert!(*x >= 40.0 && *y < HEIGHT - 20.0 && x + fonts.width(text, *size) < WIDTH - 30.0, "{mark:?}");
            }
        }
        let amounts = pages
            .iter()
            .flat_map(|page| &page.0)
            .filter(|mark| matches!(mark, Mark::Text { text, .. } if text == "1,050,906.83"));
        assert_eq!(amounts.count(), 60, "every line once");
    }

    #[test]
    fn the_same_sheet_makes_the_same_bytes_and_odd_characters_make_a_file_too() {
        let fonts = Fonts::load(None).expect("fonts");
        let mut odd = sheet(3);
        assert!(pdf(&odd, &fonts).expect("a file") == pdf(&odd, &fonts).expect("a file"));
        odd.customer = "\u{0}\t😀𠮷 כן \u{202e}x".to_owned();
        odd.rows.clear();
        assert!(pdf(&odd, &fonts).expect("a file").starts_with(b"%PDF-"));
    }
}
