//! Data for benches, tests and examples: a generator of PeeringDB-shaped data with invented content.

pub mod generate;
