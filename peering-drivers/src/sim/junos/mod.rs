//! The persona of Junos.

#![allow(dead_code)]

mod bgp;
mod check;
mod clock;
mod command;
mod config_rpc;
mod database;
mod device;
mod diff;
mod element;
mod groups;
mod merge;
mod policy;
mod reply;
mod schema;
mod text;
mod tree;
mod write;
mod xml;
#[cfg(test)]
mod config_tests;
