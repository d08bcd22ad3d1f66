//! `/settlement/differences`: what frozen statements would be now.
