//! `/regions`: all regions with their parents, limits and customers.

use warehouse::read::regions::tree;

use crate::components::Block;
use crate::components::table::{Cell, Column, Row, table};
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::format::{self, PowerUnit};
use crate::pages::PageContent;
use crate::pages::shared::{self, DataTime, fixed, nothing, region_link, region_of};
use crate::text::{common, pages, regions as words};

pub async fn list(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    let lang = request.view.lang;
    let title = words::REGIONS.get(lang);
    let Some(now) = DataTime::of(ctx).await? else {
        return Ok(shared::no_data_page("regions", title.to_owned(), lang));
    };
    let tree = tree(&ctx.pool, now.naive()).await?;
    let columns = vec![
        Column::text(common::REGION.get(lang)),
        Column::number("ID"),
        Column::text(words::PARENT.get(lang)),
        Column::number(common::LIMIT.get(lang)),
    ];
    let rows = tree.regions.iter().map(|region| {
        Row::from(vec![
            Cell::text(region_link(region.region_id, &region.region_name, lang)),
            Cell::number(region.region_id.to_string()),
            Cell::text(region.parent_id.map(|id| region_of(&tree, id, lang))),
            Cell::number(format::or_absent(region.limit_kw, |kw| PowerUnit::Kw.show(fixed(kw), lang))),
        ])
    });
    let content = match tree.regions.as_slice() {
        [] => nothing(pages::NO_READINGS_YET, lang),
        _ => table(title, columns, rows.collect()),
    };
    let heading = shared::heading(title);
    Ok(PageContent { heading, ..PageContent::new("regions", title, vec![Block::new("regions", content).class("wide")]) })
}
