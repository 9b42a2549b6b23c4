//! Names of cookies and storage keys that the snippet and the collector share.

/// The cookie of the anonymous id.
pub const ID_COOKIE: &str = "askfirst_id";
/// The cookie of the choice, if several hosts share it.
pub const CHOICE_COOKIE: &str = "askfirst_choice";
/// The `localStorage` key of the choice.
pub const CHOICE_KEY: &str = "askfirst.choice";
