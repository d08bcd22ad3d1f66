//! Words of the page of one bill.
