//! The persona of Junos.

#![allow(dead_code)]

mod command;
mod diff;
mod element;
mod groups;
mod schema;
mod text;
mod tree;
mod write;
mod xml;
#[cfg(test)]
mod config_tests;
