//! Configuration changes over NETCONF.

mod format;
mod history;
mod redact;
mod reply;
mod request;
