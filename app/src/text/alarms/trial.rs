//! Rules tried over stored numbers.
