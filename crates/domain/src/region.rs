//! Who and where: identifiers of users and regions, and the placeholders for what is not known.

/// `user_id` of the source.
pub type UserId = i64;
/// `region_id` of the source.
pub type RegionId = i32;

/// Region of a reading whose user is not (yet) known. Seed 001, section 4.2.1.
pub const UNKNOWN_REGION: RegionId = 0;
pub const UNKNOWN_REGION_NAME: &str = "未知地区";
pub const UNKNOWN_USER_NAME: &str = "未知用户";
pub const UNKNOWN_USAGE: &str = "未知";
