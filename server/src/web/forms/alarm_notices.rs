//! Forms of receivers and routes.
