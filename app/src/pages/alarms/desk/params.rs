//! What an operator asked the desk for: a filter with an address that can be passed on.

use std::collections::BTreeSet;

use domain::RegionId;
use domain::alarms::{Quality, RuleId, Severity, State};
use warehouse::read::alarms::{AssigneeFilter, Filter};
use warehouse::read::regions::Tree;

use crate::context::PageRequest;
use crate::error::AppError;
use crate::pages::shared;

pub const PER_PAGE: i64 = 50;
/// 50,000 alarms: beyond that nobody turns pages.
const MOST_PAGES: i64 = 1_000;
const MOST_TEXT_CHARS: usize = 64;
/// An assignee that no account can have: nobody.
pub const NOBODY: &str = "-";

/// States that a filter names together.
pub const UNACKNOWLEDGED: &str = "unacknowledged";

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Params {
    pub severities: BTreeSet<Severity>,
    pub states: BTreeSet<State>,
    pub region: Option<RegionId>,
    pub rule_id: Option<RuleId>,
    pub assignee: AssigneeFilter,
    pub quality: Option<Quality>,
    pub text: Option<String>,
    pub page: i64,
}

impl Params {
    pub fn parse(request: &PageRequest) -> Result<Self, AppError> {
        let text = request.get("q").map(str::trim).filter(|text| !text.is_empty());
        Ok(Self {
            severities: severities(request)?,
            states: states(request)?,
            region: shared::int(request, "region", "0–2147483647")?,
            rule_id: shared::int(request, "rule", "1, 2, …")?,
            assignee: match request.get("assignee") {
                None => AssigneeFilter::Anybody,
                Some(NOBODY) => AssigneeFilter::Nobody,
                Some(name) => AssigneeFilter::Named(name.chars().take(MOST_TEXT_CHARS).collect()),
            },
            quality: coded(request, "quality", Quality::from_code, &Quality::ALL.map(Quality::code))?,
            text: text.map(|text| text.chars().take(MOST_TEXT_CHARS).collect()),
            page: shared::int_within(request, "page", 1, 1, MOST_PAGES)?,
        })
    }

    pub fn filter(&self, tree: &Tree) -> Filter {
        Filter {
            severities: self.severities.clone(),
            states: self.states.clone(),
            regions: self.region.map(|region| tree.members(region)),
            rule_id: self.rule_id,
            assignee: self.assignee.clone(),
            text: self.text.clone(),
            quality: self.quality,
        }
    }

    pub fn offset(&self) -> i64 {
        (self.page - 1) * PER_PAGE
    }

    pub fn is_filtered(&self) -> bool {
        let everything = Self { page: self.page, ..Self::everything() };
        *self != everything
    }

    fn everything() -> Self {
        Self {
            severities: BTreeSet::new(),
            states: BTreeSet::new(),
            region: None,
            rule_id: None,
            assignee: AssigneeFilter::Anybody,
            quality: None,
            text: None,
            page: 1,
        }
    }
}

fn coded<T>(
    request: &PageRequest,
    name: &str,
    parse: impl Fn(&str) -> Option<T>,
    codes: &[&'static str],
) -> Result<Option<T>, AppError> {
    let Some(value) = request.get(name) else { return Ok(None) };
    parse(value).map(Some).ok_or_else(|| AppError::bad_parameter(name, value, &codes.join(", ")))
}

/// One severity or several with commas between them.
fn severities(request: &PageRequest) -> Result<BTreeSet<Severity>, AppError> {
    let Some(value) = request.get("severity") else { return Ok(BTreeSet::new()) };
    let parsed = value.split(',').map(|code| Severity::from_code(code.trim()));
    let bad = || AppError::bad_parameter("severity", value, &Severity::ALL.map(Severity::code).join(", "));
    parsed.collect::<Option<_>>().ok_or_else(bad)
}

fn states(request: &PageRequest) -> Result<BTreeSet<State>, AppError> {
    let open = || State::ALL.into_iter().filter(|state| state.is_open());
    match request.get("state") {
        None => Ok(BTreeSet::new()),
        Some(UNACKNOWLEDGED) => Ok(open().filter(|state| state.is_unacknowledged()).collect()),
        Some(value) => match State::from_code(value).filter(|state| state.is_open()) {
            Some(state) => Ok(BTreeSet::from([state])),
            None => {
                let codes: Vec<_> = [UNACKNOWLEDGED].into_iter().chain(open().map(State::code)).collect();
                Err(AppError::bad_parameter("state", value, &codes.join(", ")))
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::View;

    fn params(address: &str) -> Result<Params, AppError> {
        Params::parse(&PageRequest::parse(address, View::default()))
    }

    #[test]
    fn every_filter_has_an_address() {
        let parsed = params(
            "/alarms?severity=critical,high&state=unacknowledged&region=3&rule=7&assignee=-&quality=no_data&q=%20x%20&page=2",
        );
        let parsed = parsed.expect("a filter");
        assert_eq!(parsed.severities, BTreeSet::from([Severity::Critical, Severity::High]));
        assert_eq!(parsed.states, BTreeSet::from([State::Unack, State::Rtnun, State::Ltunk]));
        assert_eq!((parsed.region, parsed.rule_id, parsed.page), (Some(3), Some(7), 2));
        assert_eq!(parsed.assignee, AssigneeFilter::Nobody);
        assert_eq!((parsed.quality, parsed.text.as_deref()), (Some(Quality::NoData), Some("x")));
        assert!(parsed.is_filtered() && !params("/alarms?page=3").expect("a page").is_filtered());
    }

    #[test]
    fn what_is_not_understood_is_said() {
        for bad in ["severity=worst", "state=SHLVD", "state=x", "region=x", "rule=x", "quality=x", "page=0", "page=1001"] {
            assert!(matches!(params(&format!("/alarms?{bad}")), Err(AppError::BadParameter { .. })), "{bad}");
        }
    }
}
