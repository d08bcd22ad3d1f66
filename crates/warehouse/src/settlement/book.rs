//! Everything that can be in force, as `engine::settlement::Book` needs it.
