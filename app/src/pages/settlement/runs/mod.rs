//! `/settlement/runs/{id}`: one run that makes drafts.
