//! What the evaluation of the rules loads and saves.
