//! The snippet.
