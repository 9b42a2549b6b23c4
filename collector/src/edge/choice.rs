//! The choice as a cookie, where a site shares it between its hosts: set with the answer, so that no browser shortens its life
//! as it does with what a script writes. The collector never reads it, nor any other cookie.

use askfirst_wire::{Choice, limits};
use axum::http::uri::{Authority, Uri};
use axum::http::{HeaderMap, HeaderValue, header};

use crate::config::Site;

/// A page and a collector below one domain, which the site shares its visitors' choices in.
#[derive(Debug)]
pub(super) struct Shared<'a> {
    domain: &'a str,
    origin: HeaderValue,
    /// Whether the page came by https: a cookie is then kept to https too.
    secure: bool,
}

impl<'a> Shared<'a> {
    /// Whether the site shares choices, and both the page that asks and the name under which it asks are below that domain:
    /// a browser takes the cookie from no other, and no other page may send credentials.
    pub(super) fn new(site: Option<&'a Site>, request: &HeaderMap) -> Option<Self> {
        let domain = site?.cookie_domain.as_deref()?;
        let host = only(request, &header::HOST)?.to_str().ok()?.parse::<Authority>().ok()?;
        let origin = only(request, &header::ORIGIN)?;
        let page = origin.to_str().ok()?.parse::<Uri>().ok()?;
        let secure = match page.scheme_str()? {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let below = |host: &str| {
            host.len().checked_sub(domain.len()).is_some_and(|rest| {
                let (before, end) = host.as_bytes().split_at(rest);
                end.eq_ignore_ascii_case(domain.as_bytes()) && (before.is_empty() || before.ends_with(b"."))
            })
        };
        (below(host.host()) && below(page.host()?)).then(|| Self { domain, origin: origin.clone(), secure })
    }

    /// Lets the page read the answer to a request that carried credentials.
    pub(super) fn allow(&self, answer: &mut HeaderMap) {
        answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, self.origin.clone());
        answer.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        answer.insert(header::VARY, HeaderValue::from_static("Origin"));
    }

    /// Sets the cookie.
    pub(super) fn set(&self, choice: Choice, answer: &mut HeaderMap) {
        let cookie = format!(
            "askfirst_choice={}; Max-Age={}; Path=/; Domain={}; SameSite=Lax{}",
            choice.to_text(),
            limits::CHOICE_DAYS * 86_400,
            self.domain,
            if self.secure { "; Secure" } else { "" }
        );
        if let Ok(cookie) = HeaderValue::try_from(cookie) {
            answer.insert(header::SET_COOKIE, cookie);
        }
    }
}

/// The value of a header that stands once.
fn only<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> Option<&'a HeaderValue> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none())
}
