//! What the collector is held against: axum, the same JSON into the same type, an answer. Nothing is checked or kept.

use askfirst_wire::AggregatedBatch;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// The argument that makes this program the bare server.
pub(crate) const ARGUMENT: &str = "serve-bare";

pub(crate) async fn serve() -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("  public   http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, Router::new().route("/collect", post(collect))).await?)
}

async fn collect(body: Bytes) -> Result<(StatusCode, Json<Value>), StatusCode> {
    let batch: AggregatedBatch = serde_json::from_slice(&body).map_err(|_| StatusCode::BAD_REQUEST)?;
    Ok((StatusCode::ACCEPTED, Json(json!({ "accepted": batch.hits.len() }))))
}
