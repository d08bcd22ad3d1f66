//! Accounts, tenants, tokens, links and the audit chain on a real PostgreSQL, asked as the role that the program takes on.

mod accounts;
mod administrators;
mod audit_list;
mod audit_tampered;
mod away;
mod fixture;
mod grants;
mod invitations;
mod logins;
mod names;
mod privileges;
mod tenants;
mod throttle;
mod tokens;
mod traces;
mod verify_million;
mod walls;

use fixture::*;
