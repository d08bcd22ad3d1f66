//! `/rankings`: users by energy in a window, hour, day or month.

mod filter;
mod params;
pub mod rows;

use leptos::prelude::*;
use warehouse::read::periods::RankingGrain;
use warehouse::read::rankings::{Ranking, RankingQuery, ranking};
use warehouse::read::regions::{Tree, tree};

use crate::components::Block;
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::format;
use crate::pages::PageContent;
use crate::pages::shared::{self, DataTime, export, iso, nothing};
use crate::text::{Lang, pages, rankings as words};
use params::Params;

const PAGE_ROWS: i64 = 50;

pub fn check(request: &PageRequest) -> Result<(), AppError> {
    Params::parse(request).map(drop)
}

pub async fn content(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    let lang = request.view.lang;
    let title = words::TITLE.get(lang);
    let params = Params::parse(request)?;
    let Some(now) = DataTime::of(ctx).await? else {
        return Ok(shared::no_data_page("rankings", title.to_owned(), lang));
    };
    let tree = tree(&ctx.pool, now.naive()).await?;
    if let Some(id) = params.region.filter(|id| tree.find(*id).is_none()) {
        return Err(AppError::NoRegion { region_id: id.to_string() });
    }
    let query = RankingQuery {
        period: params.period(now),
        regions: tree.scope(params.region),
        usage_type: params.usage_type.clone(),
        text: params.text.clone(),
        offset: (params.page - 1) * PAGE_ROWS,
        limit: PAGE_ROWS,
        mover_places: params.mover_places,
    };
    let found = ranking(&ctx.pool, &query, now.naive()).await?;
    let shown = Shown { params, query, tree, now, found };
    let mut blocks = vec![filter::block(&shown, request), shown.ranking(request)];
    if shown.query.period.grain != RankingGrain::Window {
        blocks.push(shown.movers(lang));
    }
    Ok(PageContent { heading: shared::heading(title), ..PageContent::new("rankings", title, blocks) })
}

/// A ranking with what it answers.
struct Shown {
    params: Params,
    query: RankingQuery,
    tree: Tree,
    now: DataTime,
    found: Ranking,
}

impl Shown {
    fn is_open(&self) -> bool {
        self.query.period.is_open(self.now.naive())
    }

    fn ranking(&self, request: &PageRequest) -> Block {
        let lang = request.view.lang;
        let is_window = self.query.period.grain == RankingGrain::Window;
        let note = match (is_window, self.found.compared) {
            (true, _) => words::WINDOW_ONLY,
            (false, true) => words::COMPARED_WITH,
            (false, false) => words::NOT_COMPARED,
        };
        let content = match self.found.rows.as_slice() {
            [] if self.found.total > 0 => {
                view! { <p class="empty">{words::BEYOND.with(lang, &[&format::count(self.found.total)])}</p> }.into_any()
            }
            [] => nothing(words::EMPTY, lang),
            rows => {
                let full = rows::full_table(rows, self, words::TITLE.get(lang), lang);
                view! { <p class="note">{note.get(lang)}</p> {full} {self.pager(request)} }.into_any()
            }
        };
        Block::new("ranking", content)
            .titled(format!("{} · {}", words::TITLE.get(lang), self.params.period_name(self.now, lang)))
            .class("wide")
            .aside(self.export_link(lang))
    }

    /// The file knows nothing of the text: it says so beside the link.
    fn export_link(&self, lang: Lang) -> AnyView {
        let link = shared::csv(self.export(), lang);
        match self.params.text {
            Some(_) => view! { <span>{words::CSV_WITHOUT_TEXT.get(lang)} " " {link}</span> }.into_any(),
            None => link,
        }
    }

    fn export(&self) -> String {
        let period = self.query.period;
        let mut filters = vec![("grain", period.grain.code().to_owned()), ("from", iso(period.start)), ("to", iso(period.end()))];
        if let Some(region) = self.params.region {
            filters.push(("region_id", region.to_string()));
        }
        if let Some(usage_type) = &self.params.usage_type {
            filters.push(("usage_type", usage_type.clone()));
        }
        export("rankings", &filters)
    }

    fn pager(&self, request: &PageRequest) -> AnyView {
        let lang = request.view.lang;
        let (first, last) = (self.query.offset + 1, self.query.offset + self.found.rows.len() as i64);
        let page = self.params.page;
        let address = |page: i64| request.address_with("page", &if page > 1 { page.to_string() } else { String::new() });
        let shown = [first, last, self.found.total].map(format::count);
        view! {
            <nav class="pager" aria-label=pages::NEXT_PAGE.get(lang)>
                {(page > 1).then(|| view! { <a href=address(page - 1) rel="prev">{pages::PREVIOUS_PAGE.get(lang)}</a> })}
                <span>{pages::ROWS_FROM_TO.with(lang, &[&shown[0], &shown[1], &shown[2]])}</span>
                {(last < self.found.total)
                    .then(|| view! { <a href=address(page + 1) rel="next">{pages::NEXT_PAGE.get(lang)}</a> })}
            </nav>
        }
        .into_any()
    }

    fn movers(&self, lang: Lang) -> Block {
        let rule = words::MOVERS_RULE.with(lang, &[&self.params.mover_places.to_string()]);
        let content = match self.found.movers.as_slice() {
            [] if !self.found.compared => nothing(words::NOT_COMPARED, lang),
            [] => nothing(words::MOVERS_NONE, lang),
            movers => rows::full_table(movers, self, words::MOVERS.get(lang), lang),
        };
        Block::new("movers", view! { <p class="note">{rule}</p> {content} }).titled(words::MOVERS.get(lang)).class("wide")
    }
}
