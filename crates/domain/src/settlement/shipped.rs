//! What the product brings along as data: national rules and example tariffs, each to be checked against its notice.

mod national;

pub use national::national_rules;
