//! Fonts of the PDF: which one has a character, and how wide it is there.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use flate2::read::GzDecoder;
use krilla::text::{Font, GlyphId};
use rustc_hash::FxHashMap;

/// Latin first, so that numbers look the same in both languages.
const SHIPPED: [&[u8]; 2] = [
    include_bytes!("../../../../assets/fonts/dejavu-sans-latin.ttf.gz"),
    include_bytes!("../../../../assets/fonts/droid-sans-fallback-gb2312.ttf.gz"),
];
/// A font of all of Unicode has about 20 MiB.
const MOST_FONT_BYTES: u64 = 64 * 1024 * 1024;
/// Stands for a character that no font has.
const UNKNOWN: char = '?';

#[derive(Debug, thiserror::Error)]
pub enum FontError {
    #[error("the font {path} of the setting pdf_font cannot be read: {source}")]
    Unreadable { path: String, source: std::io::Error },
    #[error("{path} of the setting pdf_font is no TrueType or OpenType font of at most 64 MiB; name a .ttf or .otf file")]
    NoFont { path: String },
}

impl FontError {
    pub fn kind(&self) -> domain::FailureKind {
        domain::FailureKind::Operator
    }
}

#[derive(Clone)]
struct Face {
    font: Font,
    glyphs: FxHashMap<char, Glyph>,
}

#[derive(Clone, Copy)]
pub struct Glyph {
    pub id: GlyphId,
    /// Of the size.
    pub advance: f32,
}

/// The fonts that ship, and the one of the operator for what they do not have.
#[derive(Clone)]
pub struct Fonts(Arc<Vec<Face>>);

impl Fonts {
    /// Those that ship are part of the program: a test reads them.
    pub fn load(own: Option<&Path>) -> Result<Self, FontError> {
        let mut faces: Vec<Face> = SHIPPED.iter().filter_map(|packed| face(unpack(packed))).collect();
        if let Some(path) = own {
            faces.push(read(path)?);
        }
        Ok(Self(Arc::new(faces)))
    }

    /// Whether a font of the operator can be used; nothing is kept of it.
    pub fn check(path: &Path) -> Result<(), FontError> {
        read(path).map(drop)
    }

    pub fn font(&self, face: usize) -> Option<&Font> {
        self.0.get(face).map(|face| &face.font)
    }

    /// Number of the face and the glyph.
    pub fn glyph(&self, character: char) -> Option<(usize, Glyph)> {
        let find = |wanted: char| {
            self.0.iter().enumerate().find_map(|(number, face)| face.glyphs.get(&wanted).map(|glyph| (number, *glyph)))
        };
        find(character).or_else(|| find(UNKNOWN))
    }

    pub fn has(&self, character: char) -> bool {
        self.0.iter().any(|face| face.glyphs.contains_key(&character))
    }

    pub fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().filter_map(|character| self.glyph(character)).map(|(_, glyph)| glyph.advance * size).sum()
    }
}

fn unpack(packed: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    // what cannot be unpacked makes no face
    if GzDecoder::new(packed).take(MOST_FONT_BYTES).read_to_end(&mut bytes).is_err() {
        bytes.clear();
    }
    bytes
}

fn read(path: &Path) -> Result<Face, FontError> {
    let shown = || path.display().to_string();
    let unreadable = |source| FontError::Unreadable { path: shown(), source };
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(unreadable)?;
    file.take(MOST_FONT_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    let is_bounded = u64::try_from(bytes.len()).is_ok_and(|size| size <= MOST_FONT_BYTES);
    let face = if is_bounded { face(bytes) } else { None };
    face.ok_or_else(|| FontError::NoFont { path: shown() })
}

fn face(bytes: Vec<u8>) -> Option<Face> {
    let parsed = ttf_parser::Face::parse(&bytes, 0).ok()?;
    let units = f32::from(parsed.units_per_em());
    let mut glyphs = FxHashMap::default();
    for subtable in parsed.tables().cmap?.subtables.into_iter().filter(ttf_parser::cmap::Subtable::is_unicode) {
        subtable.codepoints(|code| {
            let Some(character) = char::from_u32(code) else { return };
            let Some(id) = subtable.glyph_index(code).filter(|id| id.0 != 0) else { return };
            let advance = f32::from(parsed.glyph_hor_advance(id).unwrap_or(0)) / units;
            glyphs.entry(character).or_insert(Glyph { id: GlyphId::new(id.0.into()), advance });
        });
    }
    let font = Font::new(bytes.into(), 0)?;
    (!glyphs.is_empty()).then_some(Face { font, glyphs })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ships_has_what_statements_say() {
        let fonts = Fonts::load(None).expect("fonts");
        assert_eq!(fonts.0.len(), SHIPPED.len());
        for character in "尖峰平谷深谷电费结算单应退作废草稿〔2024〕77《》，。：；（）≈×·−¥kWhéŁ张珺玥".chars()
        {
            assert!(fonts.has(character), "{character}");
        }
        assert!(fonts.width("电", 10.0) > fonts.width("i", 10.0));
        assert!(fonts.glyph('\u{20000}').is_some(), "what nobody has is shown as unknown");
    }

    #[test]
    fn a_font_of_the_operator_is_a_font_or_refused() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("own.ttf");
        assert!(matches!(Fonts::load(Some(&path)), Err(FontError::Unreadable { .. })));
        std::fs::write(&path, b"no font").expect("a file");
        assert!(matches!(Fonts::load(Some(&path)), Err(FontError::NoFont { .. })));
        std::fs::write(&path, unpack(SHIPPED[0])).expect("a file");
        assert_eq!(Fonts::load(Some(&path)).expect("a font").0.len(), SHIPPED.len() + 1);
    }
}
