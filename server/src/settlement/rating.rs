//! Loads what a period is rated from and rates it: the one path for days, drafts and adjustments.
