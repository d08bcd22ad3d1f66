//! One sentence: normal, delayed or broken, since when, and what to do.

use domain::status::StreamState;
use leptos::prelude::*;

use super::Shown;
use crate::components::Block;
use crate::context::AppContext;
use crate::format;
use crate::shell::situation::Situation;
use crate::text::{Lang, common, pipeline as words};

/// Class of the verdict, the sentence, and what to do.
pub fn judge(shown: &Shown, ctx: &AppContext, lang: Lang) -> (&'static str, String, String) {
    let data = &shown.frame.data;
    let today = shown.frame.local_now.day();
    let until = format::or_absent(data.data_time(), |at| format::clock_on(at, today));
    let status = &data.status;
    let since = |at| format::clock_on(at, today);
    match shown.frame.situation {
        Situation::Starting if data.status_at_ms.is_none() => ("broken", words::NEVER.get(lang).to_owned(), String::new()),
        Situation::Starting => ("delayed", words::STARTING.get(lang).to_owned(), words::STARTING_DO.get(lang).to_owned()),
        Situation::Copying { .. } => {
            ("delayed", words::COPYING.with(lang, &[&copy(shown, lang)]), words::COPYING_DO.get(lang).to_owned())
        }
        Situation::Stopped { since: at } => {
            let problem = problem(shown, lang).unwrap_or_default();
            ("broken", words::DOWN.with(lang, &[&since(at)]), words::STOPPED_DO.with(lang, &[&problem]))
        }
        Situation::Disconnected { since: at } => {
            let engine_gone = status.state != StreamState::Disconnected;
            let advice = if engine_gone { words::ENGINE_GONE_DO } else { words::DOWN_DO };
            let advice = [problem(shown, lang).filter(|_| !engine_gone), Some(advice.get(lang).to_owned())];
            let retry = status.retry_at_ms.filter(|_| !engine_gone).map(|ms| format::clock(ctx.local(ms)));
            let parts: Vec<_> = advice.into_iter().flatten().chain(retry.map(|at| format!("→ {at}"))).collect();
            ("broken", words::DOWN.with(lang, &[&since(at)]), parts.join(" "))
        }
        Situation::CatchingUp { behind_ms, .. } => delayed(behind_ms, lang),
        Situation::Delayed { age_ms } | Situation::Stale { age_ms } => delayed(age_ms, lang),
        Situation::NoNewData { for_ms } => {
            ("normal", words::NO_NEW.with(lang, &[&format::age(for_ms, lang)]), words::NO_NEW_DO.get(lang).to_owned())
        }
        Situation::Replay => ("normal", words::REPLAYING.with(lang, &[&until]), String::new()),
        Situation::Live => ("normal", words::NORMAL.with(lang, &[&until]), String::new()),
    }
}

fn delayed(behind_ms: i64, lang: Lang) -> (&'static str, String, String) {
    ("delayed", words::DELAYED.with(lang, &[&format::age(behind_ms, lang)]), words::DELAYED_DO.get(lang).to_owned())
}

fn problem(shown: &Shown, lang: Lang) -> Option<String> {
    let status = &shown.frame.data.status;
    match lang {
        Lang::Zh => status.problem.clone(),
        Lang::En => status.problem_en.clone().or_else(|| status.problem.clone()),
    }
}

fn copy(shown: &Shown, lang: Lang) -> String {
    let status = &shown.frame.data.status;
    let (done, total) = (status.copy_rows_done, status.copy_rows_total);
    if total <= 0 {
        return common::ABSENT.to_owned();
    }
    let left = format::or_absent(status.copy_left_s, |s| format::age(s * 1000, lang));
    words::COPY_RATE.with(lang, &[&format::count(done), &format::count(total), &format::count(status.copy_rows_per_s), &left])
}

pub fn block(shown: &Shown, ctx: &AppContext, lang: Lang) -> Block {
    let (class, sentence, advice) = judge(shown, ctx, lang);
    let glyph = match class {
        "normal" => "✓",
        "delayed" => "◔",
        _ => "✕",
    };
    let content = view! {
        <p class=format!("verdict verdict-{class}") role="status">
            <i aria-hidden="true">{glyph}</i>
            " "
            <strong>{sentence}</strong>
            " "
            {advice}
        </p>
    };
    Block::new("verdict", content).titled(words::VERDICT.get(lang)).class("wide")
}
