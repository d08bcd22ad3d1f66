//! The grid company's bill beside ours.
