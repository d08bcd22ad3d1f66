//! The settlement pages: overview, tariffs, contracts, statements, differences.
