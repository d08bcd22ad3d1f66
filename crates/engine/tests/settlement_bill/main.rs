//! Bills against the notices' own numbers, against an independent calculation, and against what has to hold for every bill.

mod changes;
mod demand;
mod oracle;
mod periods;
mod power_factor;
mod prices;
mod property;
mod scenario;
mod shares;
mod shipped;
mod support;
mod tiers;
