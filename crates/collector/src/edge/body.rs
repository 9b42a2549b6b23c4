//! Reading a body: at most [`limits::BODY`] bytes are kept, all of it within a deadline.

use std::time::Duration;

use askfirst_wire::decode::Refused;
use askfirst_wire::{Refusal, limits};
use axum::body::{Body, Bytes};
use bytes::BytesMut;
use http_body_util::BodyExt as _;
use hyper::body::Body as _;

use super::answer::Refuse;

/// How much of a body that is too large is read and dropped, so that its sender hears why instead of a broken connection.
const DRAIN: u64 = 16 * 1024 * 1024;

/// The whole body.
///
/// # Errors
/// [`Refusal::BodyTooLarge`]; [`Refusal::Malformed`] where it breaks off or does not arrive in time.
pub(super) async fn read(body: Body, deadline: Duration) -> Result<Bytes, Refuse> {
    match tokio::time::timeout(deadline, collect(body)).await {
        Ok(whole) => whole,
        Err(_late) => Err(malformed("the body did not arrive in time")),
    }
}

async fn collect(mut body: Body) -> Result<Bytes, Refuse> {
    if body.size_hint().lower() > limits::BODY as u64 {
        return Err(too_large(&mut body, 0).await);
    }
    let mut first = Bytes::new();
    let mut more = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| malformed("the body broke off"))?;
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

async fn too_large(body: &mut Body, mut read: u64) -> Refuse {
    while read < DRAIN {
        match body.frame().await {
            Some(Ok(frame)) => read += frame.data_ref().map_or(0, |data| data.len() as u64),
            Some(Err(_)) | None => break,
        }
    }
    Refuse::from(Refused::new(
        Refusal::BodyTooLarge,
        format!("the body must be at most {} bytes", limits::BODY),
    ))
    .and_close()
}

fn malformed(detail: &str) -> Refuse {
    Refuse::from(Refused::new(Refusal::Malformed, detail)).and_close()
}
