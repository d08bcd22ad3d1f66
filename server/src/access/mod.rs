//! How somebody proves who he is: passwords, sessions, tokens, claims and wall links.

pub mod backend;
mod in_flight;
pub mod jwt;
pub mod passwords;
pub mod random;
pub mod store;
pub mod throttle;
pub mod tokens;
pub mod touched;
pub mod wall_key;
