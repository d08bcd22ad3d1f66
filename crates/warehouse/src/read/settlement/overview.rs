//! Regions and months with state and money at risk.
