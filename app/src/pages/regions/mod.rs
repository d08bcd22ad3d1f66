//! `/regions` and `/regions/{id}`: one region, or all regions below a parent together.

mod blocks;
mod curve;
mod head;
mod list;
mod tables;

use chrono::NaiveDate;
use domain::RegionId;
use warehouse::read::regions::{Expected, Region, Tree, expected_meters, tree};

use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::PageContent;
use crate::pages::shared::{self, DataTime};
use crate::text::regions as words;

pub use list::list;

/// Days that may be drawn over the chosen one.
const MOST_COMPARED: usize = 2;
const GRAINS: [&str; 5] = ["15min", "hour", "day", "month", "year"];

/// What a viewer asked for.
#[derive(Clone, PartialEq, Debug)]
struct Params {
    region_id: RegionId,
    day: Option<NaiveDate>,
    /// None: the day and the week before, as far as there is data.
    compare: Option<Vec<NaiveDate>>,
    grain: &'static str,
}

impl Params {
    fn parse(request: &PageRequest, id: &str) -> Result<Self, AppError> {
        let region_id = id.parse().map_err(|_| AppError::bad_parameter("region_id", id, "0–2147483647"))?;
        let compare = request.get("compare").map(|value| compared_days(request, value)).transpose()?;
        Ok(Self {
            region_id,
            day: shared::day(request, "day")?,
            compare,
            grain: shared::code(request, "grain", &GRAINS, "hour")?,
        })
    }
}

fn compared_days(request: &PageRequest, value: &str) -> Result<Vec<NaiveDate>, AppError> {
    if value == "none" {
        return Ok(Vec::new());
    }
    let days: Vec<_> = value.split(',').map(|text| shared::parse_day("compare", text.trim())).collect::<Result<_, _>>()?;
    if days.len() > MOST_COMPARED {
        return Err(AppError::bad_parameter("compare", value, words::COMPARE_EXPECTED.get(request.view.lang)));
    }
    Ok(days)
}

pub fn check(request: &PageRequest, id: &str) -> Result<(), AppError> {
    Params::parse(request, id).map(drop)
}

/// The chosen region with everything that its blocks ask with.
struct Scope {
    params: Params,
    region: Region,
    tree: Tree,
    members: Vec<RegionId>,
    now: DataTime,
    day: NaiveDate,
    zone: domain::Zone,
    expected: Expected,
    /// Age of the data when it is too old to be believed as "now".
    stale_ms: Option<i64>,
}

pub async fn content(request: &PageRequest, ctx: &AppContext, id: &str) -> Result<PageContent, AppError> {
    let lang = request.view.lang;
    let params = Params::parse(request, id)?;
    let frame = crate::shell::frame::data(ctx).await?;
    let stale_ms = frame.age_ms.filter(|_| frame.is_stale());
    let Some(now) = frame.data.data_time().map(DataTime) else {
        return Ok(shared::no_data_page("region", words::REGIONS.get(lang).to_owned(), lang));
    };
    let tree = tree(&ctx.pool, now.naive()).await?;
    let region = tree.find(params.region_id).cloned().ok_or(AppError::NoRegion { region_id: id.to_owned() })?;
    let members = tree.members(region.region_id);
    let day = params.day.unwrap_or(now.day());
    let title = shared::region_name(region.region_id, &region.region_name, lang);
    let expected = expected_meters(&ctx.pool, &members, now.day(), now.naive()).await?;
    let scope = Scope { params, region, tree, members, now, day, zone: ctx.zone, expected, stale_ms };
    let blocks = blocks::all(&scope, request, ctx).await?;
    let heading = shared::heading(&title);
    Ok(PageContent { heading, ..PageContent::new("region", title, blocks) })
}
