//! Writes the tariffs that the product brings along, once.
