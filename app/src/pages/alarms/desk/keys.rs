//! The keys of the desk, shown on request. A popover: without a script it opens by its button.

use leptos::prelude::*;

use crate::components::Block;
use crate::text::Lang;
use crate::text::alarms::desk as words;

pub fn block(lang: Lang) -> Block {
    let rows = words::KEY_LIST.map(|(keys, meaning)| {
        let keys = keys.split(' ').map(|key| view! { <kbd>{key}</kbd> " " }).collect_view();
        view! { <div><dt>{keys}</dt><dd>{meaning.get(lang)}</dd></div> }
    });
    let content = view! {
        <button type="button" class="button" popovertarget="desk-keys-help">{words::KEYS.get(lang)}</button>
        <div id="desk-keys-help" class="keys-help" popover="auto" role="dialog" aria-label=words::KEYS.get(lang)>
            <h2>{words::KEYS.get(lang)}</h2>
            <dl class="facts">{rows.into_iter().collect_view()}</dl>
            <button type="button" popovertarget="desk-keys-help" popovertargetaction="hide">{words::KEYS_CLOSE.get(lang)}</button>
        </div>
    };
    Block::fixed("desk-keys", content).class("wide")
}
