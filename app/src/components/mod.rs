//! Parts that pages are made of.

pub mod block;
pub mod figure;
pub mod form;
pub mod link;
pub mod table;

pub use block::Block;
