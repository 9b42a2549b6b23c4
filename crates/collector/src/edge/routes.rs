//! Routes as lists. Routers are built from them, and a test compares the documents at `/openapi.json` with them.

use std::sync::Arc;

use axum::Router;
use axum::routing::MethodRouter;

use super::app::App;

/// A path, and what answers there.
pub(super) type Route = (String, MethodRouter<Arc<App>>);

/// A path, and what answers there.
pub(super) fn at(path: impl Into<String>, answers: MethodRouter<Arc<App>>) -> Route {
    (path.into(), answers)
}

/// A router of these.
pub(super) fn router(routes: Vec<Route>) -> Router<Arc<App>> {
    routes.into_iter().fold(Router::new(), |router, (path, answers)| router.route(&path, answers))
}
