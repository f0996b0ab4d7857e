//! FRRouting over SSH.

mod guard;
