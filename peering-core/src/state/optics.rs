//! What the light in a transceiver is.

use serde::{Deserialize, Serialize};

/// One lane of a transceiver.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Optic {
    /// The interface.
    pub interface: String,
    /// The lane, from 0.
    pub channel: u32,
    /// Power received, in dBm.
    pub input_power: Reading,
    /// Power sent, in dBm.
    pub output_power: Reading,
    /// The laser's current, in mA.
    pub laser_bias_current: Reading,
}

/// A measured value: now, and over the time that the router chooses. `None` is not told; a dark fibre may read minus infinity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// Now.
    pub instant: Option<f64>,
    /// The average.
    pub average: Option<f64>,
    /// The least.
    pub minimum: Option<f64>,
    /// The most.
    pub maximum: Option<f64>,
}
