//! Forms of the desk: acts on one alarm or a selection.
