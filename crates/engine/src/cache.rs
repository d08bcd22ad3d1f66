//! A bounded map that forgets what was not used for long: two generations, one of which is dropped when the other is full.
//! It forgets only when told to, so that what was there when a group of chunks was prepared is there while it is computed.

use rustc_hash::FxHashMap;
use std::hash::Hash;
use std::mem;

pub struct Cache<K, V> {
    young: FxHashMap<K, V>,
    old: FxHashMap<K, V>,
    generation_max: usize,
}

impl<K: Copy + Eq + Hash, V: Clone> Cache<K, V> {
    /// Holds at most `max` entries after each [`Cache::evict`].
    pub fn new(max: usize) -> Self {
        Self { young: FxHashMap::default(), old: FxHashMap::default(), generation_max: (max / 2).max(1) }
    }

    /// Looks without refreshing.
    pub fn contains(&self, key: K) -> bool {
        self.young.contains_key(&key) || self.old.contains_key(&key)
    }

    /// Looks and keeps the entry for another generation.
    pub fn get(&mut self, key: K) -> Option<&V> {
        if !self.young.contains_key(&key) {
            let value = self.old.remove(&key)?;
            self.insert(key, value);
        }
        self.young.get(&key)
    }

    pub fn insert(&mut self, key: K, value: V) {
        self.old.remove(&key);
        self.young.insert(key, value);
    }

    pub fn evict(&mut self) {
        if self.young.len() > self.generation_max {
            self.old = mem::take(&mut self.young);
            if self.old.len() > self.generation_max * 2 {
                self.old.clear();
            }
        }
    }

    pub fn clear(&mut self) {
        self.young.clear();
        self.old.clear();
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.young.len() + self.old.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_within_its_bound_and_keeps_what_is_used() {
        let mut cache = Cache::new(10);
        for key in 0..100 {
            cache.insert(key, key);
            assert_eq!(cache.get(0), Some(&0), "after {key}");
            cache.evict();
            assert!(cache.len() <= 10);
        }
        assert!(!cache.contains(50));
    }

    #[test]
    fn newest_value_wins_across_generations() {
        let mut cache = Cache::new(2);
        cache.insert(1, 'a');
        cache.insert(2, 'b');
        cache.evict();
        cache.insert(1, 'c');
        assert_eq!(cache.get(1), Some(&'c'));
    }
}
