//! Customers by number or by the beginning of their name. Both ways go through an index.

use domain::{RegionId, UserId};
use serde::{Deserialize, Serialize};

use crate::read::{ReadError, ReadPool};

/// As many digits as a user number can have.
const MAX_DIGITS: usize = 18;

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Hit {
    pub user_id: UserId,
    pub user_name: String,
    pub usage_type: String,
    pub region_id: RegionId,
    pub region_name: String,
}

/// What a search text asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Query {
    Empty,
    /// One Latin letter or sign says too little.
    TooShort,
    Number(i64),
    Name(String),
}

impl Query {
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() {
            return Self::Empty;
        }
        if text.len() <= MAX_DIGITS && text.bytes().all(|b| b.is_ascii_digit()) {
            return text.parse().map_or(Self::TooShort, Self::Number);
        }
        // one Chinese character is a family name
        if text.chars().count() < 2 && text.is_ascii() {
            return Self::TooShort;
        }
        Self::Name(text.chars().take(MAX_NAME_CHARS).collect())
    }
}

const MAX_NAME_CHARS: usize = 64;

/// At most `limit` customers: the exact number first, then numbers that begin so, or names that begin so.
pub async fn find(pool: &ReadPool, query: &Query, limit: i64) -> Result<Vec<Hit>, ReadError> {
    match query {
        Query::Empty | Query::TooShort => Ok(Vec::new()),
        Query::Number(number) => by_number(pool, *number, limit).await,
        Query::Name(name) => by_name(pool, name, limit).await,
    }
}

async fn by_number(pool: &ReadPool, number: i64, limit: i64) -> Result<Vec<Hit>, ReadError> {
    let (from, to) = number_ranges(number);
    let hits = sqlx::query_as!(
        Hit,
        r#"select u.user_id as "user_id!", coalesce(u.user_name, $4) as "user_name!",
                  coalesce(u.usage_type, $5) as "usage_type!", coalesce(u.region_id, 0) as "region_id!",
                  coalesce(u.region_name, $6) as "region_name!"
             from unnest($1::bigint[], $2::bigint[]) as r (low, high)
            cross join lateral (select user_id, user_name, usage_type, region_id, region_name
                                  from ods_power_user p where p.user_id between r.low and r.high
                                 order by p.user_id limit $3) u
            order by u.user_id limit $3"#,
        &from,
        &to,
        limit,
        domain::UNKNOWN_USER_NAME,
        domain::UNKNOWN_USAGE,
        domain::UNKNOWN_REGION_NAME
    )
    .fetch_all(&pool.0)
    .await?;
    if hits.iter().any(|hit| hit.user_id == number) {
        return Ok(hits);
    }
    // a number that only readings carry
    let unknown = super::users::head(pool, number).await?;
    let unknown = unknown.map(|head| Hit {
        user_id: head.user_id,
        user_name: head.user_name,
        usage_type: head.usage_type,
        region_id: head.region_id,
        region_name: head.region_name,
    });
    Ok(unknown.into_iter().chain(hits).collect())
}

/// The number itself and, for each number of further digits, the range of numbers that begin with it.
fn number_ranges(number: i64) -> (Vec<i64>, Vec<i64>) {
    let (mut from, mut to) = (vec![number], vec![number]);
    for digits in (1..).take_while(|_| number > 0) {
        let range = 10i64
            .checked_pow(digits)
            .and_then(|scale| Some((number.checked_mul(scale)?, number.checked_add(1)?.checked_mul(scale)? - 1)));
        let Some((low, high)) = range else { break };
        from.push(low);
        to.push(high);
    }
    (from, to)
}

/// A range and not a pattern: only comparisons that reveal nothing about rows of others may go through an index.
async fn by_name(pool: &ReadPool, name: &str, limit: i64) -> Result<Vec<Hit>, ReadError> {
    let Some(end) = end_of_prefix(name) else { return Ok(Vec::new()) };
    let hits = sqlx::query_as!(
        Hit,
        r#"select user_id as "user_id!", user_name as "user_name!", coalesce(usage_type, $4) as "usage_type!",
                  coalesce(region_id, 0) as "region_id!", coalesce(region_name, $5) as "region_name!"
             from ods_power_user where user_name ~>=~ $1 and user_name ~<~ $2 order by user_name, user_id limit $3"#,
        name,
        end,
        limit,
        domain::UNKNOWN_USAGE,
        domain::UNKNOWN_REGION_NAME
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(hits)
}

/// The first text, by code points, after all texts that begin with this one.
fn end_of_prefix(prefix: &str) -> Option<String> {
    let mut end = prefix.to_owned();
    while let Some(last) = end.pop() {
        // a range of characters leaves out what is none
        if let Some(next) = (last..=char::MAX).nth(1) {
            end.push(next);
            return Some(end);
        }
    }
    None
}

/// A name is a text, not a pattern.
pub(crate) fn escape_like(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_told_apart() {
        assert_eq!(Query::parse("  "), Query::Empty);
        assert_eq!(Query::parse("a"), Query::TooShort);
        assert_eq!(Query::parse("张"), Query::Name("张".to_owned()));
        assert_eq!(Query::parse(" 0042 "), Query::Number(42));
        assert_eq!(Query::parse("12345678901234567890"), Query::Name("12345678901234567890".to_owned()));
        assert_eq!(Query::parse("用户1"), Query::Name("用户1".to_owned()));
    }

    #[test]
    fn ranges_of_a_number_end_where_numbers_do() {
        let (from, to) = number_ranges(12);
        assert_eq!((&from[..3], &to[..3]), (&[12, 120, 1_200][..], &[12, 129, 1_299][..]));
        assert!(from.len() == to.len() && from.len() < 20);
        assert_eq!(number_ranges(i64::MAX), (vec![i64::MAX], vec![i64::MAX]));
        assert_eq!(number_ranges(0).0, [0]);
    }

    #[test]
    fn a_prefix_ends_where_the_next_character_begins() {
        assert_eq!(end_of_prefix("张").as_deref(), Some("弡"));
        assert_eq!(end_of_prefix("ab").as_deref(), Some("ac"));
        assert_eq!(end_of_prefix("a\u{D7FF}").as_deref(), Some("a\u{E000}"));
        assert_eq!(end_of_prefix("a\u{10FFFF}").as_deref(), Some("b"));
        assert_eq!(end_of_prefix("\u{10FFFF}"), None);
    }

    #[test]
    fn patterns_in_names_are_plain_text() {
        assert_eq!(escape_like(r"50%_a\b"), r"50\%\_a\\b");
    }
}
