//! HTTP: two listeners, and what answers on them.
//!
//! | module | subject |
//! |---|---|
//! | `transport` | connections: listeners, TLS, deadlines, limits for each network |
//! | `visitor` | the public listener: messages from pages, the script and its files |
//! | `owner` | the private listener: dashboard, reports as data, metrics, the token |
//!
//! What both listeners need is here: shared state, refusals, health, the `OpenAPI` documents.

mod app;
mod health;
mod openapi;
mod owner;
mod reason;
mod refuse;
mod routes;
mod server;
mod transport;
mod visitor;

pub use server::Server;
