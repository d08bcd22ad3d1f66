//! Pages, rendered on the server: Leptos components over the questions of `warehouse::read`.

pub mod assets;
pub mod cache;
pub mod charts;
pub mod components;
pub mod context;
pub mod error;
pub mod format;
pub mod live;
pub mod marks;
pub mod pages;
pub mod shell;
pub mod submitted;
pub mod text;
pub mod viewer;

pub use context::{AppContext, PageRequest, Theme, View};
pub use error::AppError;
pub use format::Units;
pub use shell::{Responded, respond};
pub use text::Lang;
