//! The regions somebody sees.

use std::fmt;
use std::sync::Arc;

use crate::RegionId;

/// What row-level security lets through. The default is nothing.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Scope {
    /// Every region, also those that nobody has heard of yet, and readings whose region is not known.
    Whole,
    /// These regions, sorted and without repetition.
    Regions(Arc<[RegionId]>),
}

impl Default for Scope {
    fn default() -> Self {
        Self::Regions(Arc::from([]))
    }
}

impl Scope {
    pub fn of(regions: impl IntoIterator<Item = RegionId>) -> Self {
        let mut regions: Vec<_> = regions.into_iter().collect();
        regions.sort_unstable();
        regions.dedup();
        Self::Regions(regions.into())
    }

    pub fn is_whole(&self) -> bool {
        matches!(self, Self::Whole)
    }

    pub fn sees(&self, region: RegionId) -> bool {
        match self {
            Self::Whole => true,
            Self::Regions(regions) => regions.binary_search(&region).is_ok(),
        }
    }

    /// What is in both.
    pub fn and(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Whole, scope) | (scope, Self::Whole) => scope.clone(),
            (Self::Regions(regions), _) => Self::of(regions.iter().copied().filter(|region| other.sees(*region))),
        }
    }
}

/// The value of the setting `loadline.regions` that the policies of the warehouse read: `*`, or an array such as `{1,2}`.
impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => f.write_str("*"),
            Self::Regions(regions) => {
                let listed: Vec<_> = regions.iter().map(RegionId::to_string).collect();
                write!(f, "{{{}}}", listed.join(","))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_sees_anything_by_default() {
        assert!(!Scope::default().sees(0) && !Scope::default().is_whole());
        assert_eq!(Scope::default().to_string(), "{}");
    }

    #[test]
    fn regions_are_a_set() {
        let scope = Scope::of([3, 1, 3, -2]);
        assert_eq!(scope.to_string(), "{-2,1,3}");
        assert_eq!(scope, Scope::of([-2, 1, 3]));
        assert!(scope.sees(-2) && !scope.sees(2));
        assert_eq!(scope.and(&Scope::Whole), scope);
        assert_eq!(scope.and(&Scope::of([3, 9])), Scope::of([3]));
        assert_eq!(Scope::Whole.and(&Scope::Whole).to_string(), "*");
    }
}
