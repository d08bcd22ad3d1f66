//! daily
