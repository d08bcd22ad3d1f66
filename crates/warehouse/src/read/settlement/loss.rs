//! Loss of regions with a supply meter.
