//! The FRR driver and the SSH transport against real FRR behind real OpenSSH: the lab in `tests/lab/`.
//!
//! The tests run only where `PEERING_LAB` names the state folder of a running lab. They share two routers, so they
//! take turns; each begins with the routers as `tests/lab/*.conf` say.

mod change;
mod guard;
mod lab;
mod reads;
mod transport;
