//! `/settlement/exceptions`: what has to be looked at before statements are checked.
