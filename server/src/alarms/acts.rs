//! What people do to alarms: checked, decided by the pure machine, stored with its audit entry.
