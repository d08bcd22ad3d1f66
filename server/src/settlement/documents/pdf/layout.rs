//! Where everything of a sheet stands: pages of texts and rules, in points from the upper left corner.

use super::fonts::Fonts;
use super::wrap::wrapped;
use crate::settlement::documents::sheet::{Row, Sheet};

pub const WIDTH: f32 = 595.28;
pub const HEIGHT: f32 = 841.89;
const MARGIN: f32 = 42.0;
const RIGHT: f32 = WIDTH - MARGIN;
const BOTTOM: f32 = HEIGHT - 54.0;
const BODY: f32 = 9.0;
const SMALL: f32 = 7.2;
/// Right edges of quantity, price and amount.
const EDGES: [f32; 3] = [358.0, 462.0, RIGHT];
/// Where the columns of numbers begin; the item ends there.
const ITEM_WIDTH: f32 = 214.0;
const LEADING: f32 = 1.4;
/// A statement has some dozens of lines; one that has very many is cut and says so.
pub const MOST_PAGES: usize = 200;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Ink {
    #[default]
    Plain,
    Faint,
    Strong,
    Warning,
}

#[derive(Clone, PartialEq, Debug)]
pub enum Mark {
    Text { x: f32, y: f32, size: f32, ink: Ink, text: String },
    Rule { x: f32, y: f32, width: f32, thickness: f32 },
}

#[derive(Clone, PartialEq, Debug, Default)]
pub struct Page(pub Vec<Mark>);

struct Pen<'a> {
    fonts: &'a Fonts,
    sheet: &'a Sheet,
    pages: Vec<Page>,
    page: Page,
    y: f32,
}

pub fn pages(sheet: &Sheet, fonts: &Fonts) -> Vec<Page> {
    let mut pen = Pen { fonts, sheet, pages: Vec::new(), page: Page::default(), y: 0.0 };
    pen.begin();
    pen.facts();
    pen.table_head();
    for row in &sheet.rows {
        pen.row(row);
    }
    pen.total();
    pen.foot();
    pen.end();
    let Pen { mut pages, .. } = pen;
    let count = pages.len();
    for (at, page) in pages.iter_mut().enumerate() {
        let text = sheet.page_of.with(sheet.lang, &[&(at + 1).to_string(), &count.to_string()]);
        let x = RIGHT - fonts.width(&text, SMALL);
        page.0.push(Mark::Text { x, y: HEIGHT - 30.0, size: SMALL, ink: Ink::Faint, text });
    }
    pages
}

impl Pen<'_> {
    fn text(&mut self, x: f32, size: f32, ink: Ink, text: &str) {
        self.page.0.push(Mark::Text { x, y: self.y, size, ink, text: text.to_owned() });
    }

    fn text_to(&mut self, right: f32, size: f32, ink: Ink, text: &str) {
        let x = right - self.fonts.width(text, size);
        self.text(x, size, ink, text);
    }

    fn rule(&mut self, thickness: f32) {
        self.page.0.push(Mark::Rule { x: MARGIN, y: self.y, width: RIGHT - MARGIN, thickness });
    }

    /// The head of every page: title, number, customer, and that it is not final.
    fn begin(&mut self) {
        let sheet = self.sheet;
        self.y = MARGIN + 14.0;
        self.text(MARGIN, 16.0, Ink::Strong, &sheet.title);
        self.text_to(RIGHT, BODY, Ink::Plain, &sheet.number);
        self.y += 15.0;
        let customer = wrapped(self.fonts, &sheet.customer, BODY, RIGHT - MARGIN).into_iter().next().unwrap_or_default();
        self.text(MARGIN, BODY, Ink::Plain, &customer);
        if let Some(banner) = &sheet.banner {
            self.text_to(RIGHT, 12.0, Ink::Warning, banner);
        }
        self.y += 8.0;
        self.rule(1.0);
        self.y += 16.0;
    }

    fn end(&mut self) {
        self.pages.push(std::mem::take(&mut self.page));
    }

    /// Goes to the next page unless `height` more fits on this one.
    fn need(&mut self, height: f32, with_table: bool) {
        if self.y + height <= BOTTOM || self.pages.len() + 1 >= MOST_PAGES {
            return;
        }
        self.end();
        self.begin();
        if with_table {
            self.table_head();
        }
    }

    fn facts(&mut self) {
        let label_width = 74.0;
        let column = (RIGHT - MARGIN) / 2.0;
        let sheet = self.sheet;
        let mut left = true;
        for (label, value) in &sheet.facts {
            // a long value has a line of its own
            let is_wide = self.fonts.width(value, BODY) > column - label_width - 8.0;
            if is_wide && !left {
                self.y += BODY * 1.7;
                left = true;
            }
            let x = if left { MARGIN } else { MARGIN + column };
            self.text(x, BODY, Ink::Faint, label);
            let width = if is_wide { RIGHT - MARGIN - label_width } else { column - label_width };
            for (at, line) in wrapped(self.fonts, value, BODY, width).iter().enumerate() {
                self.y += if at > 0 { BODY * LEADING } else { 0.0 };
                self.text(x + label_width, BODY, Ink::Plain, line);
            }
            left = if is_wide { true } else { !left };
            if left {
                self.y += BODY * 1.7;
            }
        }
        self.y += if left { 4.0 } else { BODY * 1.7 + 4.0 };
    }

    fn table_head(&mut self) {
        let [item, quantity, price, amount] = &self.sheet.columns;
        self.text(MARGIN, SMALL, Ink::Faint, item);
        for (edge, title) in EDGES.into_iter().zip([quantity, price, amount]) {
            self.text_to(edge, SMALL, Ink::Faint, title);
        }
        self.y += 5.0;
        self.rule(0.6);
        self.y += 13.0;
    }

    fn row(&mut self, row: &Row) {
        let names = wrapped(self.fonts, &row.item, BODY, ITEM_WIDTH);
        let numbers_width = EDGES[0] - MARGIN - ITEM_WIDTH - 6.0;
        // a number that is wider than its column stands below the name
        let is_wide = self.fonts.width(&row.quantity, BODY) > numbers_width
            || self.fonts.width(&row.price, BODY) > EDGES[1] - EDGES[0] - 6.0
            || self.fonts.width(&row.amount, BODY) > EDGES[2] - EDGES[1] - 6.0;
        self.need((names.len() as f32 + 2.0) * BODY * LEADING, true);
        for (at, name) in names.iter().enumerate() {
            self.y += if at > 0 { BODY * LEADING } else { 0.0 };
            self.text(MARGIN, BODY, Ink::Plain, name);
        }
        if is_wide {
            self.y += BODY * LEADING;
            self.text_to(RIGHT, BODY, Ink::Plain, &format!("{} × {} = {}", row.quantity, row.price, row.amount));
        } else {
            for (edge, number) in EDGES.into_iter().zip([&row.quantity, &row.price, &row.amount]) {
                self.text_to(edge, BODY, Ink::Plain, number);
            }
        }
        for note in &row.notes {
            for line in wrapped(self.fonts, note, SMALL, RIGHT - MARGIN - 10.0) {
                self.need(2.0 * SMALL * LEADING, true);
                self.y += SMALL * LEADING;
                self.text(MARGIN + 10.0, SMALL, Ink::Faint, &line);
            }
        }
        self.y += 4.5;
        self.rule(0.2);
        self.y += 12.0;
    }

    fn total(&mut self) {
        self.need(30.0, false);
        self.y += 4.0;
        let total = &self.sheet.total;
        self.text(MARGIN, 12.0, Ink::Strong, &total.label);
        self.text_to(EDGES[0], BODY, Ink::Plain, &total.energy);
        self.text_to(RIGHT, 12.0, Ink::Strong, &total.amount);
        self.y += 6.0;
        self.rule(1.0);
        self.y += 16.0;
    }

    fn foot(&mut self) {
        for paragraph in &self.sheet.foot {
            for line in wrapped(self.fonts, paragraph, SMALL, RIGHT - MARGIN) {
                self.need(SMALL * LEADING, false);
                self.text(MARGIN, SMALL, Ink::Faint, &line);
                self.y += SMALL * LEADING;
            }
            self.y += 2.0;
        }
    }
}
