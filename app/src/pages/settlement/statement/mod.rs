//! `/settlement/statements/{id}`: one bill that explains itself.
