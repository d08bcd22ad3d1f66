//! `/settlement/loss`: what was fed into a region and not billed in it.
