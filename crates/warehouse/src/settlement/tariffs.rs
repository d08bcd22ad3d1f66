//! Tariff plans with all their versions.
