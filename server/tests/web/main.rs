//! The web server through its real router, on a real warehouse.

mod api;
mod events;
mod exports;
mod health;
mod hub;
mod pages;
mod site;
