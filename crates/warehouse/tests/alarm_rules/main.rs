//! Rules of alarms with their versions, the calendar and trials, on a real PostgreSQL, asked as the roles of the program.

mod calendar;
mod fixture;
mod tenants;
mod trials;
mod versions;
