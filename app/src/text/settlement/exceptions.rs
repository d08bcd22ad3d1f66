//! Words of the page of exceptions.
