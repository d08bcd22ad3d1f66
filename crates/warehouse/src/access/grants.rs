//! Rights together with the regions they hold for, as stored and as recorded.

use domain::RegionId;
use domain::access::{Rights, Scope, TenantId};
use serde_json::{Value, json};

/// More regions than this are not granted one by one.
pub const MOST_REGIONS: usize = 1_000;

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Grants {
    /// None: the operator of the installation.
    pub tenant_id: Option<TenantId>,
    pub rights: Rights,
    /// All regions of the tenant (of the installation without one), also future ones; `regions` is empty then.
    pub all_regions: bool,
    pub regions: Vec<RegionId>,
}

impl Grants {
    /// Sorted, without repetition, and without regions where all are granted.
    pub(super) fn normal(&self) -> Self {
        let mut regions = if self.all_regions { Vec::new() } else { self.regions.clone() };
        regions.sort_unstable();
        regions.dedup();
        Self { regions, ..self.clone() }
    }

    /// Whether somebody with these keeps the installation itself.
    pub(super) fn is_administrator(&self) -> bool {
        self.tenant_id.is_none() && self.all_regions && self.rights.system == domain::access::Level::Manage
    }

    /// Whole, or the regions themselves.
    pub(super) fn regions_json(&self) -> Value {
        if self.all_regions { json!("all") } else { json!(self.regions) }
    }
}

/// `none` in every area for a text that is no rights: closed rather than open.
pub(super) fn rights_of(text: &str) -> Rights {
    Rights::parse(text).unwrap_or(Rights::NONE)
}

/// What `access.visible` answers: null is everything.
pub(crate) fn scope_of(visible: Option<Vec<RegionId>>) -> Scope {
    visible.map_or(Scope::Whole, Scope::of)
}
