//! Repeated names share one allocation within a load: a million rows name a few thousand users.

use std::sync::Arc;

use domain::{Booking, RegionId};
use rustc_hash::{FxHashMap, FxHashSet};

#[derive(Default)]
pub(crate) struct Names {
    texts: FxHashSet<Arc<str>>,
}

impl Names {
    pub(crate) fn get(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return Arc::clone(known);
        }
        let shared: Arc<str> = text.into();
        self.texts.insert(Arc::clone(&shared));
        shared
    }
}

type BookingKey = (Arc<str>, RegionId, Arc<str>, Arc<str>, bool);

/// Bookings shared by the readings of one user.
#[derive(Default)]
pub(crate) struct Bookings {
    names: Names,
    known: FxHashMap<BookingKey, Arc<Booking>>,
}

impl Bookings {
    pub(crate) fn get(&mut self, user_name: &str, region: (RegionId, &str), usage_type: &str, known_user: bool) -> Arc<Booking> {
        let (region_id, region_name) = (region.0, self.names.get(region.1));
        let (user_name, usage_type) = (self.names.get(user_name), self.names.get(usage_type));
        let key = (user_name, region_id, region_name, usage_type, known_user);
        if let Some(known) = self.known.get(&key) {
            return Arc::clone(known);
        }
        let (user_name, region_id, region_name, usage_type, known_user) = key.clone();
        let shared = Arc::new(Booking { user_name, region_id, region_name, usage_type, known_user });
        self.known.insert(key, Arc::clone(&shared));
        shared
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_bookings_are_one() {
        let mut bookings = Bookings::default();
        let first = bookings.get("张三", (1, "华东"), "居民", true);
        assert!(Arc::ptr_eq(&first, &bookings.get("张三", (1, "华东"), "居民", true)));
        let other = bookings.get("张三", (2, "华东"), "居民", true);
        assert!(!Arc::ptr_eq(&first, &other));
        assert!(Arc::ptr_eq(&first.region_name, &other.region_name));
    }
}
