//! Percentiles of samples, and of the histograms that the product itself keeps.

/// The value that a share of the samples does not exceed (nearest rank); none without samples.
pub fn percentile(samples: &[f64], share: f64) -> Option<f64> {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.max(1) - 1).copied()
}

/// `p50 1.0 ms, p99 2.0 ms, worst 3.0 ms`
pub fn describe_with_worst(samples: &[f64]) -> String {
    let worst = percentile(samples, 1.0).map_or("—".to_owned(), super::table::seconds);
    format!("{}, worst {worst}", describe(samples))
}

/// `p50 1.0 ms, p99 2.0 ms`
pub fn describe(samples: &[f64]) -> String {
    let show = |share| percentile(samples, share).map_or("—".to_owned(), super::table::seconds);
    format!("p50 {}, p99 {}", show(0.5), show(0.99))
}

/// Cumulated counts by upper bound, as `/metrics` gives them.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Histogram {
    buckets: Vec<(f64, f64)>,
    sum: f64,
}

impl Histogram {
    /// Of the lines of a metric that hold `label`; an empty `label` takes all.
    pub fn parse(metrics: &str, name: &str, label: &str) -> Self {
        let (prefix, total) = (format!("{name}_bucket{{"), format!("{name}_sum"));
        let mut buckets: Vec<(f64, f64)> = Vec::new();
        let sums = metrics.lines().filter(|line| line.starts_with(&total) && line.contains(label));
        let sum = sums.filter_map(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok()).sum();
        for line in metrics.lines().filter(|line| line.starts_with(&prefix) && line.contains(label)) {
            let Some((bound, count)) = bucket(line) else { continue };
            match buckets.iter_mut().find(|(other, _)| *other == bound) {
                Some((_, sum)) => *sum += count,
                None => buckets.push((bound, count)),
            }
        }
        Self { buckets, sum }
    }

    /// What came after `before`.
    pub fn since(&self, before: &Self) -> Self {
        let earlier = |bound: f64| before.buckets.iter().find(|(other, _)| *other == bound).map_or(0.0, |(_, count)| *count);
        let buckets = self.buckets.iter().map(|(bound, count)| (*bound, count - earlier(*bound))).collect();
        Self { buckets, sum: self.sum - before.sum }
    }

    /// The values of both; of the same metric.
    pub fn and(&self, other: &Self) -> Self {
        let more = |bound: f64| other.buckets.iter().find(|(same, _)| *same == bound).map_or(0.0, |(_, count)| *count);
        let buckets = self.buckets.iter().map(|(bound, count)| (*bound, count + more(*bound))).collect();
        Self { buckets, sum: self.sum + other.sum }
    }

    pub fn mean(&self) -> Option<f64> {
        (self.count() > 0.0).then(|| self.sum / self.count())
    }

    pub fn count(&self) -> f64 {
        self.buckets.last().map_or(0.0, |(_, count)| *count)
    }

    /// The smallest bound that a share of the values does not exceed; none without values.
    pub fn bound(&self, share: f64) -> Option<f64> {
        let wanted = share * self.count();
        (wanted > 0.0).then(|| self.buckets.iter().find(|(_, count)| *count >= wanted).map(|(bound, _)| *bound)).flatten()
    }

    /// `mean 4.2 ms, p50 ≤ 5.0 ms, p99 ≤ 10.0 ms`
    pub fn describe_with_mean(&self) -> String {
        format!("mean {}, {}", self.mean().map_or("none".to_owned(), super::table::seconds), self.describe())
    }

    /// `p50 ≤ 5.0 ms, p99 ≤ 10.0 ms`
    pub fn describe(&self) -> String {
        let show = |share| self.bound(share).map_or("none".to_owned(), super::table::seconds);
        format!("p50 ≤ {}, p99 ≤ {}", show(0.5), show(0.99))
    }
}

fn bucket(line: &str) -> Option<(f64, f64)> {
    let (_, rest) = line.split_once("le=\"")?;
    let (bound, rest) = rest.split_once('"')?;
    let bound = if bound == "+Inf" { f64::INFINITY } else { bound.parse().ok()? };
    Some((bound, rest.split_once("} ")?.1.trim().parse().ok()?))
}

/// The sum of the lines of a metric that hold `label`.
pub fn counter(metrics: &str, name: &str, label: &str) -> f64 {
    let lines = metrics.lines().filter(|line| line.starts_with(name) && line.contains(label));
    lines.filter_map(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok()).sum()
}

/// The value of a metric without labels.
pub fn gauge(metrics: &str, name: &str) -> Option<f64> {
    metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_nearest_ranks() {
        let samples: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!(percentile(&samples, 0.5), Some(50.0));
        assert_eq!(percentile(&samples, 0.99), Some(99.0));
        assert_eq!(percentile(&[7.0], 0.99), Some(7.0));
        assert_eq!(percentile(&[], 0.5), None);
        assert_eq!(describe(&[0.25]), "p50 250.0 ms, p99 250.0 ms");
    }

    const METRICS: &str = "# TYPE page histogram
page_bucket{route=\"/\",le=\"0.01\"} 90
page_bucket{route=\"/\",le=\"0.1\"} 99
page_bucket{route=\"/\",le=\"+Inf\"} 100
page_bucket{route=\"/wall\",le=\"0.01\"} 0
page_bucket{route=\"/wall\",le=\"+Inf\"} 1
page_sum{route=\"/\"} 5
viewers 1000
";

    #[test]
    fn histograms_answer_with_bounds() {
        let pages = Histogram::parse(METRICS, "page", "route=\"/\"");
        assert_eq!((pages.bound(0.5), pages.bound(0.99), pages.bound(1.0)), (Some(0.01), Some(0.1), Some(f64::INFINITY)));
        assert_eq!(Histogram::parse(METRICS, "page", "").count(), 101.0);
        assert_eq!(Histogram::parse(METRICS, "other", "").bound(0.5), None);
        let later = Histogram { buckets: vec![(0.01, 90.0), (0.1, 109.0), (f64::INFINITY, 110.0)], sum: 7.0 };
        let added = later.since(&pages);
        assert_eq!((added.bound(0.5), added.mean()), (Some(0.1), Some(0.2)));
        assert_eq!(pages.and(&added), later);
        assert_eq!(Histogram::default().mean(), None);
    }

    #[test]
    fn gauges_are_found_by_their_whole_name() {
        assert_eq!(gauge(METRICS, "viewers"), Some(1000.0));
        assert_eq!(gauge(METRICS, "view"), None);
        assert_eq!((counter(METRICS, "page_sum", "route"), counter(METRICS, "page_sum", "other")), (5.0, 0.0));
    }
}
