//! Access to the private listener. Whoever has the token may use it: programs send `Authorization: Bearer …`, browsers ask for a
//! password and send `Authorization: Basic …`. There is no cookie that could be stolen.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::config::Token;
use crate::edge::reason::Reason;
use crate::edge::refuse::Refuse;

/// The accepted schemes. A browser uses the first that it knows.
const CHALLENGES: [HeaderValue; 2] = [
    HeaderValue::from_static(r#"Basic realm="askfirst: the token is the password", charset="UTF-8""#),
    HeaderValue::from_static(r#"Bearer realm="askfirst""#),
];

/// Refuses requests without the token.
pub(super) async fn require(State(token): State<Arc<Token>>, request: Request, next: Next) -> Response {
    if shown(request.headers()).is_some_and(|shown| token.matches(&shown)) {
        return next.run(request).await;
    }
    let why = "show the token: as `Authorization: Bearer …`, or as the password where a browser asks for one";
    let mut response = Refuse::own(Reason::Unauthorized, why).into_response();
    for challenge in CHALLENGES {
        response.headers_mut().append(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

/// The token in a request. Several `Authorization` headers count as none.
fn shown(headers: &HeaderMap) -> Option<Vec<u8>> {
    let mut lines = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(line), None) = (lines.next(), lines.next()) else { return None };
    let (scheme, shown) = line.to_str().ok()?.split_once(' ')?;
    let shown = shown.trim_matches(' ');
    if scheme.eq_ignore_ascii_case("bearer") {
        Some(shown.into())
    } else if scheme.eq_ignore_ascii_case("basic") {
        let pair = STANDARD.decode(shown).ok()?;
        let colon = pair.iter().position(|&byte| byte == b':')?;
        pair.get(colon + 1..).map(<[u8]>::to_vec)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::AUTHORIZATION, line.parse().unwrap());
        }
        shown(&headers).map(|shown| String::from_utf8(shown).unwrap())
    }

    #[test]
    fn a_token_is_shown_by_programs_and_by_browsers() {
        let basic = |pair: &str| format!("Basic {}", STANDARD.encode(pair));
        for (line, expected) in [
            ("Bearer abc", Some("abc")),
            ("bearer   abc ", Some("abc")),
            ("Bearer ", Some("")),
            ("Bearer", None),
            ("Digest abc", None),
            (&basic("owner:abc"), Some("abc")),
            (&basic(":abc"), Some("abc")),
            (&basic("owner:a:b"), Some("a:b")),
            (&basic("abc"), None),
            ("Basic abc:", None),
            ("abc", None),
        ] {
            assert_eq!(of(&[line]).as_deref(), expected, "{line}");
        }
        assert_eq!(of(&[]), None);
        assert_eq!(of(&["Bearer abc", "Bearer abc"]), None);
    }
}
