//! Entries of the audit: a line each, with what changed behind it.

use leptos::prelude::*;
use warehouse::access::audit::Entry;

use super::difference;
use crate::context::AppContext;
use crate::pages::managed;
use crate::text::Lang;
use crate::text::access::{actions, audit as words};

/// So much of a hash tells entries apart.
const SHOWN_HASH_BYTES: usize = 32;

pub fn entries(entries: &[Entry], lang: Lang, ctx: &AppContext) -> AnyView {
    let lines = entries.iter().map(|entry| line(entry, lang, ctx));
    view! { <div class="entries">{lines.collect_view()}</div> }.into_any()
}

fn line(entry: &Entry, lang: Lang, ctx: &AppContext) -> AnyView {
    view! {
        <details class="entry">
            <summary>
                <span class="num">{entry.entry_no.to_string()}</span>
                <time>{managed::at(ctx, entry.at)}</time>
                {managed::user_text(&actor(entry, lang))}
                <span>{actions::action(&entry.action, lang)}</span>
                {managed::user_text(&object(entry, lang))}
            </summary>
            {body(entry, lang)}
        </details>
    }
    .into_any()
}

fn body(entry: &Entry, lang: Lang) -> AnyView {
    let reason = entry.reason.as_ref().map(|reason| view! { <p class="user-text">{words::REASON.with(lang, &[reason])}</p> });
    let address = (!entry.address.is_empty()).then(|| view! { <p>{words::FROM_ADDRESS.with(lang, &[&entry.address])}</p> });
    let page = page_of(entry).map(|address| view! { <p><a href=address>{object(entry, lang)}</a></p> });
    let caption = format!("{} {}", actions::action(&entry.action, lang), entry.entry_no);
    let hash: String = entry.hash.iter().take(SHOWN_HASH_BYTES).map(|byte| format!("{byte:02x}")).collect();
    view! {
        <div class="entry-body">
            {reason}
            {address}
            {difference::view(caption, entry.before.as_deref(), entry.after.as_deref(), lang)}
            {page}
            <p class="hash"><code>{entry.action.clone()}</code> " · " {words::HASH.with(lang, &[&hash])}</p>
        </div>
    }
    .into_any()
}

/// Who it was, and as what unless as a person.
fn actor(entry: &Entry, lang: Lang) -> String {
    let kind = match entry.actor_kind.as_str() {
        "person" => return entry.actor_name.clone(),
        "token" => words::TOKEN.get(lang),
        "claim" => words::CLAIM.get(lang),
        "command" => words::COMMAND.get(lang),
        "system" => words::SYSTEM.get(lang),
        other => other,
    };
    format!("{kind} {}", entry.actor_name)
}

/// Its kind, its name where the entry has it, its number.
fn object(entry: &Entry, lang: Lang) -> String {
    let kind = actions::object(&entry.object_kind, lang);
    let name = [&entry.after, &entry.before].into_iter().flatten().find_map(|json| difference::name(json));
    match name {
        Some(name) => format!("{kind} {name} ({})", entry.object_id),
        None => format!("{kind} {}", entry.object_id),
    }
}

/// Where the object can be looked at now.
fn page_of(entry: &Entry) -> Option<String> {
    let id: i64 = entry.object_id.parse().ok()?;
    match entry.object_kind.as_str() {
        "account" if entry.action != "account.remove" => Some(format!("/people/{id}")),
        "customer" => Some(format!("/users/{id}")),
        "region" => Some(format!("/regions/{id}")),
        _ => None,
    }
}
