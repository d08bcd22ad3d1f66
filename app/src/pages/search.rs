//! `/search?q=`: customers by number or by the beginning of their name.

use leptos::prelude::*;
use warehouse::read::search::{Hit, Query, find};

use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::PageContent;
use crate::pages::shared::{self, nothing, person, region_link, usage, user_link};
use crate::text::{Lang, common, users as words};

const MOST_HITS: i64 = 50;
const SHOWN_CHARS: usize = 60;

pub async fn content(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    let lang = request.view.lang;
    let text = request.get("q").unwrap_or_default();
    let query = Query::parse(text);
    let hits = find(&ctx.pool, &query, MOST_HITS + 1).await?;
    let title = words::SEARCH.get(lang);
    let blocks = vec![form(text, lang), results(text, &query, &hits, lang)];
    Ok(PageContent { heading: shared::heading(title), ..PageContent::new("search", title, blocks) })
}

fn form(text: &str, lang: Lang) -> Block {
    let content = view! {
        <form class="filter" method="get" action="/search" role="search">
            <label>
                {words::SEARCH_LABEL.get(lang)} " "
                <input type="search" name="q" value=text.to_owned() maxlength="64" autofocus=true />
            </label>
            <button type="submit">{words::SEARCH_BUTTON.get(lang)}</button>
        </form>
    };
    Block::fixed("filter", content).class("wide")
}

fn results(text: &str, query: &Query, hits: &[Hit], lang: Lang) -> Block {
    let content = match (query, hits) {
        (Query::Empty, _) => nothing(words::SEARCH_EMPTY, lang),
        (Query::TooShort, _) => nothing(words::SEARCH_SHORT, lang),
        (_, []) => {
            let asked: String = text.trim().chars().take(SHOWN_CHARS).collect();
            view! { <p class="empty">{words::SEARCH_NONE.with(lang, &[&asked])}</p> }.into_any()
        }
        (_, hits) => hit_table(hits, lang),
    };
    Block::fixed("results", content).titled(words::RESULTS.get(lang)).class("wide")
}

fn hit_table(hits: &[Hit], lang: Lang) -> AnyView {
    let columns = vec![
        Column::text(common::ACCOUNT_NO.get(lang)),
        Column::text(common::CUSTOMER.get(lang)),
        Column::text(common::USAGE_TYPE.get(lang)),
        Column::text(common::REGION.get(lang)),
    ];
    let most = usize::try_from(MOST_HITS).unwrap_or(usize::MAX);
    let rows = hits.iter().take(most).map(|hit| {
        Row::from(vec![
            Cell::text(user_link(hit.user_id, hit.user_id.to_string())),
            Cell::text(person(&hit.user_name, &hit.usage_type, lang)),
            Cell::text(usage(&hit.usage_type, lang)),
            Cell::text(region_link(hit.region_id, &hit.region_name, lang)),
        ])
    });
    let more = (hits.len() > most).then(|| {
        let sentence = words::SEARCH_MOST.with(lang, &[&MOST_HITS.to_string()]);
        view! { <p class="note">{sentence}</p> }
    });
    view! { {table(words::RESULTS.get(lang), columns, rows.collect())} {more} }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(user_name: &str, usage_type: &str) -> Hit {
        let region_name = "<b>西</b>".to_owned();
        Hit { user_id: 7, user_name: user_name.into(), usage_type: usage_type.into(), region_id: 2, region_name }
    }

    fn html(text: &str, hits: &[Hit], lang: Lang) -> String {
        results(text, &Query::parse(text), hits, lang).into_view().to_html()
    }

    #[test]
    fn empty_short_and_fruitless_searches_say_so() {
        assert!(html("", &[], Lang::Zh).contains(words::SEARCH_EMPTY.get(Lang::Zh)));
        assert!(html("x", &[], Lang::En).contains(words::SEARCH_SHORT.get(Lang::En)));
        let none = html("<script>", &[], Lang::En);
        assert!(none.contains("&lt;script&gt;") && !none.contains("<script>"), "{none}");
    }

    #[test]
    fn names_are_masked_and_escaped() {
        let page = html("张", &[hit("张三丰", "居民"), hit("<script>alert(1)</script>", "商业")], Lang::Zh);
        assert!(page.contains("张*") && !page.contains("张三丰"), "{page}");
        assert!(!page.contains("<script>") && !page.contains("<b>西"), "{page}");
        assert!(page.contains("href=\"/users/7\"") && page.contains("href=\"/regions/2\""), "{page}");
    }

    #[test]
    fn the_list_is_bounded_and_says_so() {
        let hits: Vec<_> = (0..51).map(|_| hit("厂", "工业")).collect();
        let page = html("厂", &hits, Lang::En);
        assert_eq!(page.matches("<tr").count(), 51, "50 rows and the head");
        assert!(page.contains("Only the first 50"), "{page}");
    }

    #[test]
    fn the_form_keeps_what_was_asked() {
        let page = form("\"><script>", Lang::Zh).into_view().to_html();
        assert!(!page.contains("<script>") && page.contains("method=\"get\""), "{page}");
    }
}
