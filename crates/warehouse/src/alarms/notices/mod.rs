//! Receivers, routes, the outbox and the delivery log.
