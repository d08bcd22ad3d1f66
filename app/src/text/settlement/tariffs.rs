//! Words of the pages of tariffs.
