//! What a kWh costs in a band, and which components make the price up.

use super::apportion::apportion;
use super::price::MICRO;
use super::tariff::Prices;
use super::{Band, Component, Price6};

/// The parts stand in the order of `Prices::components` and sum to the price.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnitPrice {
    pub price: Price6,
    pub parts: Vec<Price6>,
}

impl Component {
    pub fn has_power_factor(&self) -> bool {
        self.pf_applies.unwrap_or(self.kind.pf_applies_by_default())
    }
}

impl Prices {
    /// The published price of the band, else what the components make with its factor. None where neither is known.
    pub fn unit(&self, band: Band) -> Option<UnitPrice> {
        self.unit_at(band, self.bands.get(band))
    }

    /// The same for a price that is published elsewhere (that of a tier).
    pub fn unit_at(&self, band: Band, published: Option<Price6>) -> Option<UnitPrice> {
        let factor = self.factor(band);
        let is_known = factor.is_some() || self.components.iter().all(|component| !component.floats);
        let mut parts: Vec<Price6> = self.components.iter().map(|component| self.part(component, factor)).collect();
        let made: Price6 = parts.iter().copied().sum();
        match published {
            Some(price) => {
                self.fit(&mut parts, price.0.saturating_sub(made.0));
                Some(UnitPrice { price, parts })
            }
            None if is_known && !parts.is_empty() => Some(UnitPrice { price: made, parts }),
            None => None,
        }
    }

    /// 平 is what the components are given for.
    fn factor(&self, band: Band) -> Option<Price6> {
        self.factors.get(band).or((band == Band::Flat).then_some(Price6(MICRO)))
    }

    fn part(&self, component: &Component, factor: Option<Price6>) -> Price6 {
        match factor.filter(|factor| component.floats && *factor != Price6(MICRO)) {
            Some(factor) => component.price.times(factor, self.decimals),
            None => component.price,
        }
    }

    /// Published tables differ a little from their own factors: the difference belongs to what floats, because what does not is
    /// published on its own.
    fn fit(&self, parts: &mut [Price6], difference: i64) {
        let floats: Vec<usize> = (0..parts.len()).filter(|&index| self.components[index].floats).collect();
        let fitted = if floats.is_empty() { (0..parts.len()).collect() } else { floats };
        let weights: Vec<i128> = fitted.iter().map(|&index| i128::from(parts[index].0)).collect();
        for (index, more) in fitted.into_iter().zip(apportion(difference, &weights)) {
            parts[index] = parts[index] + Price6(more);
        }
    }
}
