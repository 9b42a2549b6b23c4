//! Reading a body: at most [`limits::BODY`] bytes are kept, all of it within a deadline.

use std::time::Duration;

use askfirst_wire::limits;
use axum::body::{Body, Bytes};
use bytes::BytesMut;
use http_body_util::BodyExt as _;
use hyper::body::Body as _;

/// How much of a body that is too large is read and dropped, so that its sender gets an answer instead of a broken connection.
const DRAIN: u64 = 16 * 1024 * 1024;

/// Why a body cannot be read. The connection must be closed: what is left of the body is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::edge) enum BodyError {
    /// It has more than [`limits::BODY`] bytes.
    TooLarge,
    /// The connection ended before the body did.
    BrokenOff,
    /// It did not arrive within the deadline.
    TooSlow,
}

/// Reads the whole body.
///
/// # Errors
/// [`BodyError`].
pub(in crate::edge) async fn read(body: Body, deadline: Duration) -> Result<Bytes, BodyError> {
    match tokio::time::timeout(deadline, collect(body)).await {
        Ok(whole) => whole,
        Err(_late) => Err(BodyError::TooSlow),
    }
}

async fn collect(mut body: Body) -> Result<Bytes, BodyError> {
    if body.size_hint().lower() > limits::BODY as u64 {
        return Err(too_large(&mut body, 0).await);
    }
    let mut first = Bytes::new();
    let mut more = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| BodyError::BrokenOff)?;
        let Ok(data) = frame.into_data() else { continue };
        if first.is_empty() && more.is_empty() {
            // The usual case: one piece, which is not copied.
            first = data;
        } else {
            if more.is_empty() {
                more.extend_from_slice(&first);
            }
            more.extend_from_slice(&data);
        }
        if first.len().max(more.len()) > limits::BODY {
            let read = first.len().max(more.len()) as u64;
            drop((first, more));
            return Err(too_large(&mut body, read).await);
        }
    }
    Ok(if more.is_empty() { first } else { more.freeze() })
}

/// Reads the rest of a body that is too large, up to a bound, and drops it.
async fn too_large(body: &mut Body, mut read: u64) -> BodyError {
    while read < DRAIN {
        match body.frame().await {
            Some(Ok(frame)) => read += frame.data_ref().map_or(0, |data| data.len() as u64),
            Some(Err(_)) | None => break,
        }
    }
    BodyError::TooLarge
}
