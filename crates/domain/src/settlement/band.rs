//! The five price bands of a day and a value for each of them.

use serde::{Deserialize, Serialize};

/// In order of precedence on a page: 尖 峰 平 谷 深谷.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    Sharp,
    Peak,
    Flat,
    Valley,
    DeepValley,
}

impl Band {
    pub const ALL: [Self; 5] = [Self::Sharp, Self::Peak, Self::Flat, Self::Valley, Self::DeepValley];

    pub fn code(self) -> &'static str {
        match self {
            Self::Sharp => "sharp",
            Self::Peak => "peak",
            Self::Flat => "flat",
            Self::Valley => "valley",
            Self::DeepValley => "deep_valley",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|band| band.code() == code)
    }

    /// Which one wins where two cover the same minute: 尖 and 深谷 over 峰 and 谷 over 平. Two of one rank are an error.
    pub fn rank(self) -> u8 {
        match self {
            Self::Sharp | Self::DeepValley => 2,
            Self::Peak | Self::Valley => 1,
            Self::Flat => 0,
        }
    }
}

/// One value per band; absent ones are left out of the document.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BandMap<T: Default + PartialEq> {
    #[serde(default, skip_serializing_if = "is_default")]
    pub sharp: T,
    #[serde(default, skip_serializing_if = "is_default")]
    pub peak: T,
    #[serde(default, skip_serializing_if = "is_default")]
    pub flat: T,
    #[serde(default, skip_serializing_if = "is_default")]
    pub valley: T,
    #[serde(default, skip_serializing_if = "is_default")]
    pub deep_valley: T,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl<T: Default + PartialEq + Copy> BandMap<T> {
    pub fn get(&self, band: Band) -> T {
        match band {
            Band::Sharp => self.sharp,
            Band::Peak => self.peak,
            Band::Flat => self.flat,
            Band::Valley => self.valley,
            Band::DeepValley => self.deep_valley,
        }
    }

    pub fn get_mut(&mut self, band: Band) -> &mut T {
        match band {
            Band::Sharp => &mut self.sharp,
            Band::Peak => &mut self.peak,
            Band::Flat => &mut self.flat,
            Band::Valley => &mut self.valley,
            Band::DeepValley => &mut self.deep_valley,
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (Band, T)> {
        let all = *self;
        Band::ALL.into_iter().map(move |band| (band, all.get(band)))
    }
}

impl BandMap<crate::Fixed2> {
    pub fn total(&self) -> crate::Fixed2 {
        self.iter().map(|(_, value)| value).sum()
    }
}
