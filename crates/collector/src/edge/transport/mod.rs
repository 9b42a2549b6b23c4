//! Connections: who may open how many, with which deadlines, and how bodies are read. No route is known here.

pub(super) mod body;
mod forwarded;
mod limit;
pub(super) mod listen;
mod network;
pub(super) mod peers;
#[cfg(unix)]
pub(super) mod socket;
pub(super) mod tls;
