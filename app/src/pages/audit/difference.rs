//! What an entry changed, field by field: old and new beside each other.

use domain::access::Rights;
use leptos::prelude::*;
use serde_json::{Map, Value};

use crate::components::table::{Cell, Column, Row, table};
use crate::pages::managed;
use crate::text::access::{actions, audit as words, common as access, rights};
use crate::text::{Lang, Text, common, text};

const YES: Text = text("是", "yes");
const NO: Text = text("否", "no");
/// Longer values are cut.
const SHOWN_CHARS: usize = 300;
const SHOWN_ITEMS: usize = 40;

/// The caption tells the tables of several entries apart.
pub fn view(caption: String, before: Option<&str>, after: Option<&str>, lang: Lang) -> AnyView {
    let changes = changes(before, after, lang);
    if changes.is_empty() {
        return view! { <p class="note">{words::NO_DETAILS.get(lang)}</p> }.into_any();
    }
    let has_before = before.is_some();
    let columns = std::iter::once(words::FIELD).chain(has_before.then_some(words::BEFORE)).chain([words::AFTER]);
    let columns = columns.map(|title| Column::text(title.get(lang))).collect();
    let rows = changes.into_iter().map(|change| {
        let before = has_before.then(|| Cell::text(managed::user_text(&change.before)));
        let cells = std::iter::once(Cell::text(managed::user_text(&change.field))).chain(before);
        Row::from(cells.chain([Cell::text(managed::user_text(&change.after))]).collect::<Vec<_>>())
    });
    table(caption, columns, rows.collect())
}

#[derive(PartialEq, Eq, Debug)]
struct Change {
    field: String,
    before: String,
    after: String,
}

/// Fields that differ; all of them when there is only one side.
fn changes(before: Option<&str>, after: Option<&str>, lang: Lang) -> Vec<Change> {
    let (old, new) = (before.map(object), after.map(object));
    let mut names: Vec<String> = Vec::new();
    for name in old.iter().chain(&new).flat_map(Map::keys) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    let value = |side: &Option<Map<String, Value>>, name: &str| side.as_ref().and_then(|fields| fields.get(name)).cloned();
    let pairs = names.into_iter().map(|name| {
        let (old, new) = (value(&old, &name), value(&new, &name));
        (name, old, new)
    });
    pairs
        .filter(|(_, old, new)| old != new)
        .map(|(name, old, new)| Change {
            field: actions::field(&name, lang),
            before: shown(&name, old.as_ref(), lang),
            after: shown(&name, new.as_ref(), lang),
        })
        .collect()
}

/// The fields of what was recorded; what is no object is one field without a name.
fn object(json: &str) -> Map<String, Value> {
    match serde_json::from_str(json) {
        Ok(Value::Object(fields)) => fields,
        Ok(Value::Null) => Map::new(),
        Ok(other) => Map::from_iter([(common::ABSENT.to_owned(), other)]),
        Err(_) => Map::from_iter([(common::ABSENT.to_owned(), Value::String(json.to_owned()))]),
    }
}

fn shown(name: &str, value: Option<&Value>, lang: Lang) -> String {
    let text = match (name, value) {
        (_, None) => common::ABSENT.to_owned(),
        ("tenant" | "tenant_id", Some(Value::Null)) => access::OPERATOR_SHORT.get(lang).to_owned(),
        ("regions", Some(Value::String(all))) if all == "all" => access::ALL_REGIONS.get(lang).to_owned(),
        ("rights", Some(Value::String(levels))) => {
            Rights::parse(levels).map_or_else(|| levels.clone(), |known| rights::summary(known, lang))
        }
        (_, Some(Value::Null)) => common::ABSENT.to_owned(),
        (_, Some(Value::Bool(is))) => if *is { YES } else { NO }.get(lang).to_owned(),
        (_, Some(Value::String(text))) => text.clone(),
        (_, Some(Value::Array(items))) => {
            let more = if items.len() > SHOWN_ITEMS { " …" } else { "" };
            let items: Vec<_> = items.iter().take(SHOWN_ITEMS).map(plain).collect();
            format!("{}{more}", items.join(", "))
        }
        (_, Some(other)) => other.to_string(),
    };
    if text.chars().count() > SHOWN_CHARS { text.chars().take(SHOWN_CHARS).chain(['…']).collect() } else { text }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What the recorded thing is called.
pub fn name(json: &str) -> Option<String> {
    let fields = object(json);
    let name = fields.get("display_name").or_else(|| fields.get("name"))?.as_str()?;
    Some(name.chars().take(SHOWN_CHARS).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_shown() {
        let before = r#"{"name":"li","rights":"dispatch:view data:view","regions":[1,2],"disabled":false}"#;
        let after = r#"{"name":"li","rights":"dispatch:operate data:operate","regions":"all","disabled":true}"#;
        let found = changes(Some(before), Some(after), Lang::En);
        let of = |field: &str| found.iter().find(|change| change.field == field).map(|c| (c.before.as_str(), c.after.as_str()));
        assert_eq!(of("rights"), Some(("Viewer", "Operator")));
        assert_eq!(of("regions"), Some(("1, 2", "All regions")));
        assert_eq!(of("disabled"), Some(("no", "yes")));
        assert_eq!(found.len(), 3, "{found:?}");
    }

    #[test]
    fn one_side_alone_is_shown_whole() {
        let html = view(String::new(), None, Some(r#"{"name":"<script>","tenant":null}"#), Lang::Zh).to_html();
        assert!(!html.contains("<script>") && html.contains("&lt;script&gt;") && html.contains("运营方"), "{html}");
        assert!(!html.contains(words::BEFORE.get(Lang::Zh)), "{html}");
    }

    #[test]
    fn what_cannot_be_read_is_shown_as_it_is() {
        assert_eq!(changes(None, Some("not json"), Lang::En)[0].after, "not json");
        assert!(changes(None, None, Lang::En).is_empty());
        let long = format!("{{\"name\":\"{}\"}}", "x".repeat(10_000));
        assert_eq!(changes(None, Some(&long), Lang::En)[0].after.chars().count(), SHOWN_CHARS + 1);
        assert_eq!(name(r#"{"name":7}"#), None);
    }
}
