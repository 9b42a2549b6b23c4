//! `GET /api/v1/report`: a report as JSON.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::Uri;

use crate::edge::app::App;
use crate::edge::refuse::Refuse;
use crate::moment::today;
use crate::report::{self as reports, Invalid, Question, Report, ReportQuery};
use crate::store::StoreError;

/// Answers one report.
pub(super) async fn report(State(app): State<Arc<App>>, uri: Uri) -> Result<Json<Report>, Refuse> {
    let question = asked(&uri)?.check(&app.config, today())?;
    let mut reports = read(&app, vec![question]).await?;
    Ok(Json(reports.pop().unwrap_or_default()))
}

/// Reads the parameters. Each must be known and occur once.
fn asked(uri: &Uri) -> Result<ReportQuery, Invalid> {
    Query::try_from_uri(uri).map(|Query(asked)| asked).map_err(|_| {
        Invalid::Parameter(
            "the parameters are site, from, to, by and page; each may be given once".to_owned(),
        )
    })
}

/// Reads reports without blocking other requests.
pub(super) async fn read(app: &App, questions: Vec<Question>) -> Result<Vec<Report>, StoreError> {
    let file = app.store.file().to_owned();
    match tokio::task::spawn_blocking(move || reports::read_all(&file, &questions)).await {
        Ok(reports) => reports.inspect_err(|error| app.store.failed_to_read(error)),
        Err(error) => Err(StoreError::File {
            path: app.store.file().to_owned(),
            source: std::io::Error::other(error.to_string()),
        }),
    }
}
