//! Sign-ins being worked on. One at a time per account and address, because failures are counted only afterwards:
//! a thousand guesses sent at once would otherwise all be let through.

use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

type Pair = (String, IpAddr);

#[derive(Clone, Default)]
pub struct InFlight(Arc<Mutex<HashSet<Pair>>>);

/// Holds the place of one attempt.
pub struct Place {
    pair: Pair,
    places: InFlight,
}

/// Attempts of one address at the same time, whatever names they try.
const MOST_OF_ADDRESS: usize = 4;

impl InFlight {
    /// None while an attempt of the same kind is being worked on.
    pub fn enter(&self, account_key: &str, address: IpAddr) -> Option<Place> {
        let pair = (account_key.to_owned(), address);
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_address = places.iter().filter(|(_, other)| *other == address).count();
        let is_free = of_address < MOST_OF_ADDRESS && places.insert(pair.clone());
        is_free.then(|| Place { pair, places: self.clone() })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.pair);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_attempt_per_account_and_address_and_few_per_address() {
        let places = InFlight::default();
        let (here, there) = (IpAddr::from([203, 0, 113, 9]), IpAddr::from([203, 0, 113, 10]));
        let first = places.enter("li", here);
        assert!(first.is_some() && places.enter("li", here).is_none() && places.enter("li", there).is_some());
        drop(first);
        let held: Vec<_> = (0..10).filter_map(|number| places.enter(&format!("li{number}"), here)).collect();
        assert_eq!(held.len(), MOST_OF_ADDRESS);
        drop(held);
        assert!(places.0.lock().expect("whole").is_empty());
    }
}
