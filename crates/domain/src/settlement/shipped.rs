//! What the product brings along as data: national rules and example tariffs, each to be checked against its notice.

mod national;
mod tariffs;

pub use national::national_rules;
pub use tariffs::{carbon_factors, holidays, tariffs};
