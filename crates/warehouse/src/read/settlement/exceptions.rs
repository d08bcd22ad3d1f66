//! What has to be looked at before a month is checked.
