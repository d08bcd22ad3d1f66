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

#[cfg(test)]
mod tests {
    use super::*;

    fn prices(bands: &str) -> Prices {
        let text = format!(
            r#"{{ "bands": {bands}, "factors": {{ "peak": "1.5" }}, "components": [
                {{ "kind": "purchase", "price": "0.384470", "floats": true }},
                {{ "kind": "line_loss", "price": "0.013643", "floats": true }},
                {{ "kind": "transmission", "price": "0.2103" }}] }}"#
        );
        serde_json::from_str(&text).expect("prices")
    }

    fn parts(unit: &UnitPrice) -> Vec<String> {
        unit.parts.iter().map(Price6::to_string).collect()
    }

    #[test]
    fn a_price_is_made_from_what_floats_and_what_does_not() {
        let made = prices("{}").unit(Band::Peak).expect("a factor");
        assert_eq!((made.price, parts(&made)), (Price6(807_470), vec!["0.576705".into(), "0.020465".into(), "0.210300".into()]));
        assert_eq!(prices("{}").unit(Band::Flat).map(|unit| unit.price), Some(Price6(608_413)), "平 needs no factor");
        assert_eq!(prices("{}").unit(Band::Valley), None, "without a factor nothing tells the price");
    }

    #[test]
    fn a_published_price_goes_first_and_what_floats_explains_the_difference() {
        let published = prices(r#"{ "peak": "0.8", "valley": "0.4" }"#);
        let peak = published.unit(Band::Peak).expect("a price");
        assert_eq!((peak.price, parts(&peak)), (Price6(800_000), vec!["0.569491".into(), "0.020209".into(), "0.210300".into()]));
        let valley = published.unit(Band::Valley).expect("a price");
        assert_eq!(
            (valley.price, parts(&valley)),
            (Price6(400_000), vec!["0.183199".into(), "0.006501".into(), "0.210300".into()])
        );
    }
}
