//! The proof that the record is whole, on demand.

use leptos::prelude::*;
use warehouse::access::audit::{Verdict, Wrong};

use crate::components::Block;
use crate::components::form::{Form, submitted};
use crate::context::{AppContext, PageRequest};
use crate::format::count;
use crate::submitted::Submitted;
use crate::text::access::audit as words;
use crate::text::{Lang, Text, text};

pub const FORM: &str = "verify";

const KINDS: [Wrong; 7] =
    [Wrong::Changed, Wrong::Missing, Wrong::OutOfOrder, Wrong::CutOff, Wrong::BeyondHead, Wrong::HeadDiffers, Wrong::NotAsNoted];

fn text_of(wrong: Wrong) -> Text {
    match wrong {
        Wrong::Changed => text("内容已被改动", "it was changed"),
        Wrong::Missing => text("此条缺失", "it is missing"),
        Wrong::OutOfOrder => {
            text("与前一条不衔接，其中一条被替换", "it does not follow the entry before it; one of the two was replaced")
        }
        Wrong::CutOff => text("此条及其后的记录被截去", "it and everything after it was cut off"),
        Wrong::BeyondHead => text("位于链的末端之后", "it stands after the end of the chain"),
        Wrong::HeadDiffers => text("所存的链的末端与之不符", "the stored end of the chain is another"),
        Wrong::NotAsNoted => text("与先前抄下的不符", "it is not what was noted earlier"),
    }
}

/// What the answer to the button shows.
pub fn submitted_of(verdict: &Verdict) -> Submitted {
    let mut values = vec![("entries".to_owned(), verdict.entries.to_string()), ("head".to_owned(), verdict.head.to_string())];
    if let Some(broken) = verdict.broken {
        values.push(("broken".to_owned(), broken.entry_no.to_string()));
        values.push(("wrong".to_owned(), format!("{:?}", broken.what)));
    }
    Submitted { form: FORM, values, ..Submitted::default() }
}

/// Only for whoever sees the whole installation: the chain runs through the entries of all tenants.
pub fn block(request: &PageRequest, ctx: &AppContext) -> Option<Block> {
    if !ctx.viewer.scope.is_whole() || !ctx.viewer.is_operator() {
        return None;
    }
    let lang = request.view.lang;
    let form = Form::of(FORM, request);
    let button = ctx.viewer.account_id().map(|_| {
        view! {
            <form method="post" action="/audit/verify">
                {form.problem()}
                <p class="buttons"><button type="submit">{words::VERIFY_BUTTON.get(lang)}</button></p>
            </form>
        }
    });
    let content = view! { <p class="note">{words::VERIFY_NOTE.get(lang)}</p> {result(request, lang)} {button} };
    Some(Block::fixed("verify", content).titled(words::VERIFY.get(lang)).class("wide"))
}

fn result(request: &PageRequest, lang: Lang) -> Option<AnyView> {
    let sent = submitted(request).filter(|sent| sent.form == FORM)?;
    let first = |name: &'static str| sent.all(name).next();
    let entries = first("entries")?.parse().map_or_else(|_| String::new(), |entries: i64| count(entries));
    let head = first("head").unwrap_or_default().to_owned();
    let (class, sentence) = match first("broken") {
        Some(broken) => {
            let wrong = first("wrong").unwrap_or_default();
            let known = KINDS.into_iter().find(|kind| format!("{kind:?}") == wrong);
            let what = known.map_or_else(|| wrong.to_owned(), |kind| text_of(kind).get(lang).to_owned());
            ("verdict verdict-broken", words::BROKEN.with(lang, &[&entries, broken, &what]))
        }
        None => ("verdict", words::WHOLE.with(lang, &[&entries])),
    };
    Some(
        view! {
            <div role="status">
                <p class=class>{sentence}</p>
                <dl class="facts">
                    <div><dt>{words::HEAD.get(lang)}</dt><dd><code>{head}</code></dd></div>
                </dl>
                <p class="note">{words::HEAD_NOTE.get(lang)}</p>
            </div>
        }
        .into_any(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_be_broken_has_a_sentence() {
        for lang in Lang::ALL {
            let sentences: std::collections::BTreeSet<_> = KINDS.iter().map(|kind| text_of(*kind).get(lang)).collect();
            assert_eq!(sentences.len(), KINDS.len());
        }
    }
}
