//! Settlement in the background, and its documents.

pub mod adjusting;
pub mod bulk;
pub mod contract_file;
pub mod contract_import;
pub mod documents;
pub mod drafting;
pub mod rating;
pub mod runs;
pub mod settings;
pub mod shipped;
pub mod worker;
