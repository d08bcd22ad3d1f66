//! Words of the calendar of holidays, decisions, carbon factors and national rules.
