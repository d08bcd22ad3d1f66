//! `/peaks`: when the peaks are.

mod distribution;
mod heat;
mod shift;
mod today;

use chrono::{Days, NaiveDate};
use domain::RegionId;
use warehouse::read::peaks;
use warehouse::read::regions::{Tree, tree};

use crate::components::Block;
use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::PageContent;
use crate::pages::shared::{self, DataTime};
use crate::text::{Lang, Text, peaks as words};

const SCALES: [&str; 2] = ["relative", "absolute"];
const WINDOWS: [&str; 2] = ["7", "30"];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Params {
    day: Option<NaiveDate>,
    /// Each region against its own maximum.
    relative: bool,
    days: &'static str,
}

impl Params {
    fn parse(request: &PageRequest) -> Result<Self, AppError> {
        Ok(Self {
            day: shared::day(request, "day")?,
            relative: shared::code(request, "scale", &SCALES, SCALES[0])? == SCALES[0],
            days: shared::code(request, "days", &WINDOWS, WINDOWS[0])?,
        })
    }

    fn window(self) -> u64 {
        if self.days == WINDOWS[1] { 30 } else { 7 }
    }
}

pub fn check(request: &PageRequest) -> Result<(), AppError> {
    Params::parse(request).map(drop)
}

/// The day that is shown, seen from data time.
struct Shown {
    params: Params,
    now: DataTime,
    day: NaiveDate,
    tree: Tree,
    /// Names the sum of everything the viewer sees.
    all: Text,
}

impl Shown {
    fn region(&self, id: RegionId, lang: Lang) -> String {
        shared::region_name(id, self.tree.name(id), lang)
    }

    fn is_today(&self) -> bool {
        self.day == self.now.day()
    }
}

pub async fn content(request: &PageRequest, ctx: &AppContext) -> Result<PageContent, AppError> {
    let lang = request.view.lang;
    let title = words::TITLE.get(lang);
    let params = Params::parse(request)?;
    let Some(now) = DataTime::of(ctx).await? else {
        return Ok(shared::no_data_page("peaks", title.to_owned(), lang));
    };
    let (pool, day) = (&ctx.pool, params.day.unwrap_or(now.day()));
    // the running day has no peak hour yet
    let last = if day == now.day() { day - Days::new(1) } else { day };
    let first = last - Days::new(params.window() - 1);
    let month_ago = day - Days::new(30);
    let (tree, regions, totals, cells, expected, counted, shifts) = tokio::try_join!(
        tree(pool, now.naive()),
        peaks::of_day(pool, day),
        peaks::of_total(pool, month_ago, day),
        peaks::heat(pool, day),
        peaks::expected_by_region(pool, day),
        peaks::distribution(pool, first, last),
        peaks::shifts(pool, day)
    )?;
    let all = if ctx.viewer.scope.is_whole() { words::ALL_REGIONS } else { words::SEEN_REGIONS };
    let shown = Shown { params, now, day, tree, all };
    let blocks: Vec<Block> = vec![
        today::block(&regions, &totals, &shown, request, ctx),
        heat::block(&cells, &expected, &shown, request, ctx),
        distribution::block(&counted, &totals, (first, last), &shown, request),
        shift::block(&shifts, &totals, &shown, request),
    ];
    Ok(PageContent { heading: shared::heading(title), ..PageContent::new("peaks", title, blocks) })
}
