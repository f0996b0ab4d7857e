//! Fans, temperatures, power supplies, processors, memory.

use serde::{Deserialize, Serialize};

/// How a router's hardware is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Environment {
    /// The fans.
    pub fans: Vec<Fan>,
    /// The temperature sensors.
    pub temperatures: Vec<Temperature>,
    /// The power supplies.
    pub power_supplies: Vec<PowerSupply>,
    /// The processors.
    pub processors: Vec<Processor>,
    /// The memory of the control plane.
    pub memory: Option<Memory>,
}

/// A fan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fan {
    /// Its name.
    pub name: String,
    /// Whether it works.
    pub is_ok: bool,
}

/// A temperature sensor.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Temperature {
    /// Its name.
    pub name: String,
    /// Degrees Celsius.
    pub celsius: Option<f64>,
    /// Whether it is above the first threshold.
    pub is_alert: bool,
    /// Whether it is above the last one.
    pub is_critical: bool,
}

/// A power supply.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PowerSupply {
    /// Its name.
    pub name: String,
    /// Whether it works.
    pub is_ok: bool,
    /// What it can give, in watts.
    pub capacity: Option<f64>,
    /// What it gives, in watts.
    pub output: Option<f64>,
}

/// A processor.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Processor {
    /// Its name or number.
    pub name: String,
    /// Its use, in per cent.
    pub usage: f64,
    /// The memory beside it, where each has its own (a router with two routing engines).
    pub memory: Option<Memory>,
}

/// The memory of the control plane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// All of it, in bytes.
    pub total: u64,
    /// What is in use, in bytes.
    pub used: u64,
}
