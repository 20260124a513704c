//! The tree against published vectors, against other implementations, and against the RFC's own definitions.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "tests: a failed assumption must stop them, and all sizes are small"
)]

mod differential;
mod exhaustive;
mod frontier;
mod large;
mod reference;
mod stored;
mod totality;
mod vectors;
