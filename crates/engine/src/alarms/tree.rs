//! The tree of regions as the rules see it: dense numbers, parents before their children.

use domain::alarms::inputs::RegionNode;
use domain::{Fixed2, RegionId};
use rustc_hash::FxHashMap;

struct Node {
    region_id: RegionId,
    parent: Option<usize>,
    limit_kw: Option<Fixed2>,
}

/// Numbers of regions count from 0; a parent's is always smaller than its children's.
#[derive(Default)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    numbers: FxHashMap<RegionId, usize>,
}

impl Tree {
    pub fn new(regions: &[RegionNode]) -> Self {
        let parents: FxHashMap<RegionId, Option<RegionId>> =
            regions.iter().map(|region| (region.region_id, region.parent_id)).collect();
        let depth = |region: RegionId| {
            let above = |region: &RegionId| parents.get(region).copied().flatten();
            let steps = std::iter::successors(Some(region), above).take(parents.len() + 1).count();
            // one that leads round in a circle is treated as having nothing above it
            if steps > parents.len() { 0 } else { steps }
        };
        let mut sorted: Vec<(usize, RegionNode)> = regions.iter().map(|region| (depth(region.region_id), *region)).collect();
        sorted.sort_by_key(|(depth, region)| (*depth, region.region_id));
        sorted.dedup_by_key(|(_, region)| region.region_id);
        let mut tree = Self::default();
        for (depth, region) in sorted {
            let parent = region.parent_id.and_then(|parent| tree.numbers.get(&parent).copied()).filter(|_| depth > 0);
            tree.numbers.insert(region.region_id, tree.nodes.len());
            tree.nodes.push(Node { region_id: region.region_id, parent, limit_kw: region.limit_kw });
        }
        tree
    }

    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    pub fn number(&self, region_id: RegionId) -> Option<usize> {
        self.numbers.get(&region_id).copied()
    }

    pub fn region_id(&self, region: usize) -> RegionId {
        self.nodes[region].region_id
    }

    pub fn limit_kw(&self, region: usize) -> Option<Fixed2> {
        self.nodes[region].limit_kw
    }

    pub fn is_root(&self, region: usize) -> bool {
        self.nodes[region].parent.is_none()
    }

    /// The region itself, then what is above it.
    pub fn upward(&self, region: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(Some(region), |&region| self.nodes[region].parent)
    }

    /// Sums over each region and everything below it; none where nothing is given.
    pub fn sums(&self, own: impl Iterator<Item = (RegionId, i64)>) -> Vec<Option<i64>> {
        let mut sums = vec![None; self.len()];
        for (region_id, amount) in own {
            let Some(region) = self.number(region_id) else { continue };
            for above in self.upward(region) {
                let sum: &mut Option<i64> = &mut sums[above];
                *sum = Some(sum.unwrap_or(0).saturating_add(amount));
            }
        }
        sums
    }
}
