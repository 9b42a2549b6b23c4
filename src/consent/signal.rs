//! Global Privacy Control and Do Not Track: either saying no is a no. Read afresh each time, because extensions set the
//! property late.

use crate::browser::{get, is_true, text, window};

/// Whether the browser says no.
pub(crate) fn says_no() -> bool {
    let navigator = get(&window(), "navigator");
    is_true(&navigator, "globalPrivacyControl") || text(&navigator, "doNotTrack") == "1"
}
