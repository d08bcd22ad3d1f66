//! `/users/{id}`: one customer.

mod day;
mod facts;
mod readings;
mod telephone;

use chrono::NaiveDate;
use domain::access::Permission;
use domain::{Day, UserId};
use warehouse::read::periods::RankingGrain;
use warehouse::read::settlement::load_bands;
use warehouse::read::users;

use crate::context::{AppContext, PageRequest};
use crate::error::AppError;
use crate::pages::PageContent;
use crate::pages::settlement::statement::bands_of_day;
use crate::pages::shared::{self, DataTime, person};
use crate::text::common;

const PAGE_ROWS: i64 = 50;
const MOST_PAGES: i64 = 100_000;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Params {
    user_id: UserId,
    day: Option<NaiveDate>,
    page: i64,
}

impl Params {
    fn parse(request: &PageRequest, id: &str) -> Result<Self, AppError> {
        let user_id = id.parse().map_err(|_| AppError::bad_parameter("user_id", id, "0–9223372036854775807"))?;
        Ok(Self { user_id, day: shared::day(request, "day")?, page: shared::int_within(request, "page", 1, 1, MOST_PAGES)? })
    }
}

pub fn check(request: &PageRequest, id: &str) -> Result<(), AppError> {
    Params::parse(request, id).map(drop)
}

pub async fn content(request: &PageRequest, ctx: &AppContext, id: &str) -> Result<PageContent, AppError> {
    let lang = request.view.lang;
    let params = Params::parse(request, id)?;
    let pool = &ctx.pool;
    let (now, head) = tokio::try_join!(DataTime::of(ctx), async { Ok(users::head(pool, params.user_id).await?) })?;
    let head = head.ok_or(AppError::NoUser { user_id: id.to_owned() })?;
    let name = person(&head.user_name, &head.usage_type, lang);
    let title = format!("{} {} {}", common::CUSTOMER.get(lang), name, head.user_id);
    let Some(now) = now else { return Ok(shared::no_data_page("user", title, lang)) };
    let day = params.day.unwrap_or(now.day());
    let (at, user_id) = (now.naive(), params.user_id);
    let (today, month, quality, curve, other, page) = tokio::try_join!(
        users::total(pool, user_id, RankingGrain::Day, at, at),
        users::total(pool, user_id, RankingGrain::Month, at, at),
        users::quality(pool, user_id, now.day(), at),
        users::day_curve(pool, user_id, day),
        users::day_curve(pool, user_id, day - chrono::Days::new(1)),
        users::readings(pool, user_id, day, (params.page - 1) * PAGE_ROWS, PAGE_ROWS)
    )?;
    let tariff = match ctx.viewer.may(Permission::SeeBilling) {
        true => load_bands::of_user(pool, user_id, Day::from_date(day)).await?,
        false => None,
    };
    let bands = tariff.as_ref().and_then(|tariff| bands_of_day(tariff, Day::from_date(day)));
    let totals = facts::Totals { today, month, quality };
    let shown = Shown { params, now, day };
    let mut blocks = vec![
        facts::head(&head, &name, tariff.as_ref().map(|tariff| tariff.contract_id), lang),
        facts::block(&totals, &shown, request, ctx),
        day::block(&curve, &other, bands.as_ref(), &shown, request, ctx),
        readings::block(&page, &shown, request, ctx),
    ];
    blocks.extend(telephone::block(user_id, request, ctx));
    let heading = shared::heading(&title);
    Ok(PageContent { heading, ..PageContent::new("user", title, blocks) })
}

/// What is shown of a customer.
struct Shown {
    params: Params,
    now: DataTime,
    day: NaiveDate,
}
