//! Which entries are shown.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use domain::LocalMs;
use leptos::prelude::*;
use warehouse::access::audit::AuditFilter;

use crate::components::Block;
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::shared;
use crate::text::access::{actions, audit as words};
use crate::text::{Lang, pages};

/// Longer values are cut: nothing recorded is as long.
const MOST_CHARS: usize = 128;

/// The parameters of the page.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Params {
    /// Days of the source's zone, both included.
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub actor: Option<String>,
    pub action: Option<String>,
    pub object: Option<String>,
    pub text: Option<String>,
    pub before_no: Option<i64>,
}

impl Params {
    pub fn parse(request: &PageRequest) -> Result<Self, AppError> {
        let text = |name: &str| {
            let value = request.get(name).map(str::trim).filter(|value| !value.is_empty())?;
            Some(value.chars().filter(|c| *c != '\0').take(MOST_CHARS).collect())
        };
        Ok(Self {
            from: shared::day(request, "from")?,
            to: shared::day(request, "to")?,
            actor: text("actor"),
            action: text("action"),
            object: text("object"),
            text: text("text"),
            before_no: shared::int(request, "before", "1–9223372036854775807")?,
        })
    }

    /// The viewer sees the entries of his tenant only.
    pub fn filter(&self, ctx: &AppContext, limit: i64) -> AuditFilter {
        let midnight = |day: NaiveDate| shared::utc_of(ctx.zone, LocalMs::from_naive(day.and_time(NaiveTime::MIN)));
        let after = |day: NaiveDate| -> DateTime<Utc> { midnight(day + Days::new(1)) };
        AuditFilter {
            tenant: ctx.viewer.tenant_id,
            from: self.from.map(midnight),
            to: self.to.map(after),
            actor: self.actor.clone(),
            action: self.action.clone(),
            object: self.object.clone(),
            text: self.text.clone(),
            before_no: self.before_no,
            limit,
        }
    }

    /// Address of the same entries as a file.
    pub fn export(&self) -> String {
        let midnight = |day: NaiveDate| shared::iso(day.and_time(NaiveTime::MIN));
        let all = [
            ("from", self.from.map(midnight)),
            ("to", self.to.map(|day| midnight(day + Days::new(1)))),
            ("actor", self.actor.clone()),
            ("action", self.action.clone()),
            ("object", self.object.clone()),
            ("text", self.text.clone()),
        ];
        let given: Vec<_> = all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        shared::export("audit", &given)
    }
}

pub fn block(request: &PageRequest) -> Block {
    let lang = request.view.lang;
    let value = |name: &str| request.get(name).unwrap_or_default().to_owned();
    let content = view! {
        <form class="filter" method="get" action="/audit" role="search" aria-label=words::FILTER.get(lang)>
            <label>{words::FROM.get(lang)} " " <input type="date" name="from" value=value("from") /></label>
            <label>{words::TO.get(lang)} " " <input type="date" name="to" value=value("to") /></label>
            <label>{words::WHO.get(lang)} " " <input type="search" name="actor" value=value("actor") maxlength="64" /></label>
            <label>{words::ACTION.get(lang)} " " {action_select(&value("action"), lang)}</label>
            <label>{words::OBJECT.get(lang)} " " <input type="search" name="object" value=value("object") maxlength="64" /></label>
            <label>{words::TEXT.get(lang)} " " <input type="search" name="text" value=value("text") maxlength="64" /></label>
            <button type="submit">{pages::APPLY.get(lang)}</button>
        </form>
    };
    Block::fixed("filter", content).class("wide")
}

fn action_select(chosen: &str, lang: Lang) -> AnyView {
    let is_known = chosen.is_empty() || actions::ACTIONS.iter().any(|(code, _)| *code == chosen);
    let other = (!is_known).then(|| view! { <option value=chosen.to_owned() selected=true>{chosen.to_owned()}</option> });
    let known = actions::ACTIONS.iter().map(|(code, word)| {
        view! { <option value=*code selected=*code == chosen>{word.get(lang)}</option> }
    });
    view! {
        <select name="action">
            <option value="">{pages::ALL.get(lang)}</option>
            {other}
            {known.collect_view()}
        </select>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::View;

    fn params(address: &str) -> Result<Params, AppError> {
        Params::parse(&PageRequest::parse(address, View::default()))
    }

    #[test]
    fn the_export_has_the_filters_of_the_page_and_no_place_in_it() {
        let params = params("/audit?from=2016-01-11&to=2016-01-11&actor=%26&before=7&text=%20").expect("a filter");
        let days = "from=2016-01-11T00:00:00&to=2016-01-12T00:00:00";
        assert_eq!(params.export(), format!("/exports/audit.csv?{days}&actor=%26"));
        assert_eq!(params.before_no, Some(7));
    }

    #[test]
    fn days_and_numbers_that_are_none_are_refused() {
        assert!(params("/audit?from=2016-02-30").is_err());
        assert!(params("/audit?before=x").is_err());
        assert_eq!(params("/audit").expect("no filter"), Params::default());
    }
}
