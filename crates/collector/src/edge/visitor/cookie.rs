//! Cookies, if page and collector belong to one site. The choice that the site's hosts share is set with the answer, because
//! browsers shorten the life of cookies that a script writes. The id is set here if the collector creates it, so that no script can
//! read it. No other cookie is read, and no page of another site may send any.

use askfirst_wire::limits::{CHOICE_DAYS, ID_HEX};
use askfirst_wire::names::{CHOICE_COOKIE, ID_AT_COLLECTOR, ID_COOKIE, tag};
use askfirst_wire::{Choice, Refusal, decode::Refused};
use axum::http::uri::{Authority, Uri};
use axum::http::{HeaderMap, HeaderValue, header};

use crate::config::Site;

/// The id's cookie over https, without the site's tag: only the site's own host can set it, and no script can read it (RFC 6265bis, cookie name prefixes).
const SECURE: &str = "__Host-askfirst_id_";
/// The id's cookie over plain http, as on a developer's machine: browsers accept the prefix over https only.
const PLAIN: &str = "askfirst_collector_id_";

/// A page of the same site as the collector. It may send cookies and read the answer.
#[derive(Debug)]
pub(super) struct SameSitePage<'a> {
    origin: HeaderValue,
    /// Whether the page was loaded over https. Its cookies are then limited to https.
    secure: bool,
    /// The domain that page and collector are below. `None` if they have the same host.
    domain: Option<&'a str>,
    /// The end of all cookie names: each site has its own cookies.
    tag: String,
}

impl<'a> SameSitePage<'a> {
    /// Some if the page and the collector's host are below the site's `cookie_domain`, or are the same host. Browsers accept the
    /// cookies from no other host, and no other page may send credentials.
    pub(super) fn new(site: Option<&'a Site>, request: &HeaderMap) -> Option<Self> {
        let host = only(request, &header::HOST)?.to_str().ok()?.parse::<Authority>().ok()?;
        let origin = only(request, &header::ORIGIN)?;
        let page = origin.to_str().ok()?.parse::<Uri>().ok()?;
        let secure = match page.scheme_str()? {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let (host, page) = (host.host(), page.host()?);
        let site = site?;
        let domain =
            site.cookie_domain.as_deref().filter(|domain| below(host, domain) && below(page, domain));
        (domain.is_some() || host.eq_ignore_ascii_case(page)).then(|| Self {
            origin: origin.clone(),
            secure,
            domain,
            tag: tag(&site.name),
        })
    }

    /// The refusal if the collector would have to create an id for a page of another site.
    pub(super) fn other_site() -> Refused {
        Refused::new(
            Refusal::InvalidValue,
            "id: the collector can set it only for pages on its own host or below the site's cookie_domain",
        )
    }

    /// Whether the hosts of the site share the choice.
    pub(super) const fn shares(&self) -> bool {
        self.domain.is_some()
    }

    /// Lets the page read the answer to a request that carried credentials.
    pub(super) fn allow(&self, answer: &mut HeaderMap) {
        answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, self.origin.clone());
        answer.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        answer.insert(header::VARY, HeaderValue::from_static("Origin"));
    }

    /// Sets the cookie of the choice.
    pub(super) fn set_choice(&self, choice: Choice, answer: &mut HeaderMap) {
        self.set(CHOICE_COOKIE, &choice.to_text(), self.domain, false, answer);
    }

    /// Sets the cookie of an id, and the cookie that tells the page that there is one.
    pub(super) fn set_id(&self, id: &str, answer: &mut HeaderMap) {
        self.set(self.id_cookie(), id, None, true, answer);
        self.set(ID_COOKIE, ID_AT_COLLECTOR, self.domain, false, answer);
    }

    /// Removes the cookie of the id. The page has removed the other one.
    pub(super) fn remove_id(&self, answer: &mut HeaderMap) {
        self.put(self.id_cookie(), "", None, true, 0, answer);
    }

    /// The id in the cookie, if it has the form of an id.
    pub(super) fn id(&self, request: &HeaderMap) -> Option<String> {
        let name = format!("{}{}", self.id_cookie(), self.tag);
        let lines = request.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let mut ids = lines
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().strip_prefix(name.as_str())?.strip_prefix('='));
        let id = ids.next().filter(|_| ids.next().is_none())?;
        let is_hex = id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        (id.len() == ID_HEX && is_hex && id != ID_AT_COLLECTOR).then(|| id.to_owned())
    }

    /// The name of the id's cookie, without the tag.
    const fn id_cookie(&self) -> &'static str {
        if self.secure { SECURE } else { PLAIN }
    }

    fn set(&self, name: &str, value: &str, domain: Option<&str>, hidden: bool, answer: &mut HeaderMap) {
        self.put(name, value, domain, hidden, CHOICE_DAYS * 86_400, answer);
    }

    fn put(
        &self,
        name: &str,
        value: &str,
        domain: Option<&str>,
        hidden: bool,
        seconds: u32,
        answer: &mut HeaderMap,
    ) {
        let domain = domain.map(|domain| format!("; Domain={domain}")).unwrap_or_default();
        let (hidden, secure) =
            (if hidden { "; HttpOnly" } else { "" }, if self.secure { "; Secure" } else { "" });
        let cookie = format!(
            "{name}{}={value}; Max-Age={seconds}; Path=/{domain}; SameSite=Lax{hidden}{secure}",
            self.tag
        );
        if let Ok(cookie) = HeaderValue::try_from(cookie) {
            answer.append(header::SET_COOKIE, cookie);
        }
    }
}

/// The id that a message is about: the one that it names or, if it names [`ID_AT_COLLECTOR`], the one in the cookie, which may be gone.
/// Sets `page` to the page that sent the cookie.
///
/// # Errors
/// If page and collector do not belong to one site, so that there is no cookie.
pub(super) fn whose<'a>(
    id: String,
    site: Option<&'a Site>,
    request: &HeaderMap,
    page: &mut Option<SameSitePage<'a>>,
) -> Result<Option<String>, Refused> {
    if id != ID_AT_COLLECTOR {
        return Ok(Some(id));
    }
    Ok(page.insert(SameSitePage::new(site, request).ok_or_else(SameSitePage::other_site)?).id(request))
}

fn below(host: &str, domain: &str) -> bool {
    host.len().checked_sub(domain.len()).is_some_and(|rest| {
        let (before, end) = host.as_bytes().split_at(rest);
        end.eq_ignore_ascii_case(domain.as_bytes()) && (before.is_empty() || before.ends_with(b"."))
    })
}

/// The value of a header, if the request has it exactly once.
fn only<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> Option<&'a HeaderValue> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none())
}
