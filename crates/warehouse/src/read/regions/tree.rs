//! The regions that exist, their parents and their limits.

use std::collections::BTreeSet;

use chrono::NaiveDateTime;
use domain::RegionId;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::read::{ReadError, ReadPool};

const MAX_REGIONS: i64 = 5_000;

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Region {
    pub region_id: RegionId,
    pub region_name: String,
    pub parent_id: Option<RegionId>,
    pub limit_kw: Option<Decimal>,
}

/// All regions that have readings or stand in the profile, by id. A region whose parent is not among them has none:
/// it may be one that the viewer does not see.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Tree {
    pub regions: Vec<Region>,
}

impl Tree {
    fn new(mut regions: Vec<Region>) -> Self {
        let known: BTreeSet<_> = regions.iter().map(|region| region.region_id).collect();
        for region in &mut regions {
            region.parent_id = region.parent_id.filter(|parent| known.contains(parent));
        }
        Self { regions }
    }

    pub fn find(&self, id: RegionId) -> Option<&Region> {
        self.regions.iter().find(|region| region.region_id == id)
    }

    pub fn name(&self, id: RegionId) -> &str {
        self.find(id).map_or("", |region| region.region_name.as_str())
    }

    pub fn children(&self, id: RegionId) -> impl Iterator<Item = &Region> {
        self.regions.iter().filter(move |region| region.parent_id == Some(id) && region.region_id != id)
    }

    /// The region itself and everything below it, by id. A ring of parents ends the walk.
    pub fn members(&self, id: RegionId) -> Vec<RegionId> {
        let mut found = BTreeSet::from([id]);
        let mut open = vec![id];
        while let Some(next) = open.pop() {
            for child in self.children(next) {
                if found.insert(child.region_id) {
                    open.push(child.region_id);
                }
            }
        }
        found.into_iter().collect()
    }

    pub fn all_ids(&self) -> Vec<RegionId> {
        self.regions.iter().map(|region| region.region_id).collect()
    }

    /// What a filter on one region, or on none, means.
    pub fn scope(&self, region: Option<RegionId>) -> Vec<RegionId> {
        region.map_or_else(|| self.all_ids(), |id| self.members(id))
    }
}

/// The tree with the limits in force at `now`.
pub async fn tree(pool: &ReadPool, now: NaiveDateTime) -> Result<Tree, ReadError> {
    let regions = sqlx::query_as!(
        Region,
        r#"with named as (
               select distinct on (region_id) region_id, region_name
                 from dws_region_rollup where grain = 'year'
                order by region_id, period_start desc
           ), profile as (
               select distinct on (region_id) region_id, parent_id, region_name, limit_kw
                 from ods_region_profile where valid_from <= $1
                order by region_id, valid_from desc
           )
           select coalesce(p.region_id, n.region_id) as "region_id!",
                  coalesce(p.region_name, n.region_name, coalesce(p.region_id, n.region_id)::text) as "region_name!",
                  p.parent_id as "parent_id?", p.limit_kw as "limit_kw?"
             from named n full join profile p using (region_id)
            order by 1 limit $2"#,
        now,
        MAX_REGIONS
    )
    .fetch_all(&pool.0)
    .await?;
    Ok(Tree::new(regions))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(region_id: RegionId, parent_id: Option<RegionId>) -> Region {
        Region { region_id, region_name: format!("r{region_id}"), parent_id, limit_kw: None }
    }

    #[test]
    fn a_parent_stands_for_everything_below_it() {
        let tree =
            Tree { regions: vec![region(1, None), region(2, Some(1)), region(3, Some(1)), region(4, Some(3)), region(5, None)] };
        assert_eq!(tree.members(1), [1, 2, 3, 4]);
        assert_eq!(tree.members(3), [3, 4]);
        assert_eq!(tree.members(5), [5]);
        assert_eq!(tree.scope(None), [1, 2, 3, 4, 5]);
    }

    #[test]
    fn children_of_a_parent_that_is_not_there_are_roots() {
        let tree = Tree::new(vec![region(2, Some(1)), region(3, Some(2))]);
        assert_eq!((tree.regions[0].parent_id, tree.regions[1].parent_id), (None, Some(2)));
        assert_eq!(tree.members(1), [1], "nothing tells that it exists");
    }

    #[test]
    fn a_ring_of_parents_does_not_hang() {
        let tree = Tree { regions: vec![region(1, Some(2)), region(2, Some(1)), region(3, Some(3))] };
        assert_eq!(tree.members(1), [1, 2]);
        assert_eq!(tree.members(3), [3]);
    }
}
