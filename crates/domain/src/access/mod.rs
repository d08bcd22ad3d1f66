//! Who may see and do what: areas, levels, presets, the regions somebody sees, and the rules for names.

mod name;
mod permission;
mod rights;
mod scope;

pub use name::{AccountName, DISPLAY_NAME_MOST_CHARS, DisplayName, NAME_MOST_CHARS, NameFault};
pub use permission::{PERMISSIONS, Permission};
pub use rights::{Area, Level, Preset, Rights};
pub use scope::Scope;

/// `tenant_id` of the warehouse. An account without one belongs to the operator of the installation.
pub type TenantId = i32;
pub type AccountId = i64;
