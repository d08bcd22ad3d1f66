//! `/settlement/statements`: the bills of a month.
