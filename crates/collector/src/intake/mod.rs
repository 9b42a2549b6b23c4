//! Turns a checked batch into counter increments and rows. Values are checked against the site's configuration and coarsened, so
//! that only fields of the inventory remain. Pure: the caller passes the time.

mod coarsen;
mod pages;
mod revenue;
mod sites;
mod undeclared;
mod word;

use std::sync::Arc;

use askfirst_wire::decode::Refused;
use askfirst_wire::{Batch, Hit, Level, Props, Refusal, Viewport, names};

pub use coarsen::number;
use pages::Pages;
pub use revenue::Revenue;
pub use sites::{SiteRules, Sites};
pub use undeclared::Undeclared;
pub use word::Word;

use crate::context::{Bot, Context};
use crate::moment::Moment;

/// The referrer of an entry that has none.
const DIRECT: &str = "(direct)";

/// What one batch adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intake {
    /// The site.
    pub site: Arc<str>,
    /// How a retry of the batch is recognized.
    pub key: BatchKey,
    /// When the collector got it.
    pub time: Moment,
    /// Hits that the page had to drop, for the site only.
    pub dropped: u32,
    /// What each hit adds, in the batch's order.
    pub hits: Vec<AcceptedHit>,
    /// Hits of a robot, for the site only: nothing else of them is counted or kept.
    pub bots: Option<(Bot, u32)>,
}

/// How a retry of a batch is recognized.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BatchKey {
    /// By its number, which is remembered for some minutes.
    Number(u64),
    /// By its rows, which are there already.
    Rows(RowOwner),
}

/// What all rows of a batch have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowOwner {
    /// The batch's number: 128 bits as hex. With the hit's place it is a row's key.
    pub batch: String,
    /// [`Level::Anonymous`] or [`Level::Full`].
    pub level: Level,
    /// The anonymous id.
    pub id: String,
    /// The site's own id of the person.
    pub subject: Option<String>,
}

/// What one hit adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptedHit {
    /// The counters that it raises.
    pub count: HitCounts,
    /// The row that it becomes; `None` at level `aggregated`.
    pub row: Option<EventRow>,
}

/// The counters that one hit raises: each of `cells` once for the site and once for the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HitCounts {
    /// The page template.
    pub page: String,
    /// What only a page view has; it also counts for the page and for the site's hour.
    pub view: Option<ViewCount>,
    /// Dimensions and values.
    pub cells: Vec<(Word, Word)>,
    /// What the request of a page view showed by itself, for the site only: a page and a browser are a smaller cell than
    /// anybody needs, and would cost a commit more writes than all the rest.
    pub context: Option<Context>,
    /// What it brought, for the site only.
    pub revenue: Option<Revenue>,
}

/// What only a page view counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ViewCount {
    /// Whether it begins a visit.
    pub entry: bool,
    /// The policy under which the page asks for consent, for the site only.
    pub asked: Option<u32>,
}

/// What a row holds beside its owner, site, time, page and context.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventRow {
    /// `view` or `event`.
    pub kind: &'static str,
    /// The referring domain.
    pub referrer: Option<Word>,
    /// Whether the view began a visit; `None` for an event.
    pub entry: Option<bool>,
    /// `utm_source`.
    pub source: Option<Word>,
    /// `utm_medium`.
    pub medium: Option<Word>,
    /// `utm_campaign`.
    pub campaign: Option<Word>,
    /// Width class.
    pub viewport: Option<&'static str>,
    /// The event's declared name, or "(other)".
    pub name: Option<Word>,
    /// The event's properties as a JSON object.
    pub props: Option<String>,
}

/// Checks a batch against the site's configuration. Returns what it adds, and which of its names and values the site has not
/// declared. `context` comes from the request and applies to page views.
///
/// # Errors
/// [`Refusal::UnknownSite`] and [`Refusal::LevelAboveCeiling`]. [`Refusal::NoGrant`] if the id is in a cookie that the browser did
/// not send.
pub fn batch(
    batch: Batch,
    sites: &Sites,
    time: Moment,
    context: Option<&Context>,
) -> Result<(Intake, Undeclared), Refused> {
    let terms = sites.admit(batch.site(), batch.level())?;
    if batch.id() == Some(names::ID_AT_COLLECTOR) {
        return Err(Refused::new(
            Refusal::NoGrant,
            "the id is in a cookie that the browser did not send: send the grant again",
        ));
    }
    let mut undeclared = Undeclared::default();
    let (level, dropped) = (batch.level(), batch.dropped());
    let (key, hits) = match batch {
        Batch::Aggregated(batch) => (BatchKey::Number(number(&batch.batch)), batch.hits),
        Batch::Anonymous(batch) => {
            let owner = RowOwner { batch: batch.batch, level, id: batch.id, subject: None };
            (BatchKey::Rows(owner), batch.hits)
        }
        Batch::Full(batch) => {
            let owner = RowOwner { batch: batch.batch, level, id: batch.id, subject: batch.subject };
            (BatchKey::Rows(owner), batch.hits)
        }
    };
    let has_rows = level.has_id();
    let hits =
        hits.into_iter().map(|hit| accepted(hit, has_rows, (terms, sites.pages()), context, &mut undeclared));
    let intake =
        Intake { site: Arc::clone(&terms.name), key, time, dropped, hits: hits.collect(), bots: None };
    Ok((intake, undeclared))
}

/// What a robot's batch adds: the number of its hits, and nothing else.
///
/// # Errors
/// [`Refusal::UnknownSite`] and [`Refusal::LevelAboveCeiling`].
pub fn robots_batch(batch: &Batch, sites: &Sites, time: Moment, bot: Bot) -> Result<Intake, Refused> {
    let terms = sites.admit(batch.site(), batch.level())?;
    Ok(Intake {
        site: Arc::clone(&terms.name),
        key: BatchKey::Number(number(batch.number())),
        time,
        dropped: 0,
        hits: Vec::new(),
        // At most a hundred.
        bots: Some((bot, batch.len() as u32)),
    })
}

/// The template of the page on which a visitor agreed.
#[must_use]
pub fn granted_page(page: String, sites: &Sites) -> String {
    sites.pages().template(page)
}

fn accepted(
    hit: Hit,
    has_row: bool,
    (terms, pages): (&SiteRules, &Pages),
    context: Option<&Context>,
    undeclared: &mut Undeclared,
) -> AcceptedHit {
    match hit {
        Hit::View(view) => {
            let viewport = view.viewport.map(Viewport::as_str);
            let count = coarsen::view(view, pages, context);
            let row = has_row.then(|| view_row(&count, viewport));
            AcceptedHit { count, row }
        }
        Hit::Event(event) => {
            let (count, props) = coarsen::event(event, (terms, pages), undeclared);
            let row = has_row.then(|| event_row(&count, &props));
            AcceptedHit { count, row }
        }
    }
}

fn view_row(count: &HitCounts, viewport: Option<&'static str>) -> EventRow {
    let value = |dimension: &str| {
        count.cells.iter().find(|(name, _)| **name == *dimension).map(|(_, value)| value.clone())
    };
    EventRow {
        kind: "view",
        referrer: value(coarsen::REFERRER).filter(|domain| &**domain != DIRECT),
        entry: count.view.map(|view| view.entry),
        source: value(coarsen::SOURCE),
        medium: value(coarsen::MEDIUM),
        campaign: value(coarsen::CAMPAIGN),
        viewport,
        ..EventRow::default()
    }
}

fn event_row(count: &HitCounts, props: &Props) -> EventRow {
    EventRow {
        kind: "event",
        name: count.cells.first().map(|(_, name)| name.clone()),
        props: coarsen::props_json(props),
        ..EventRow::default()
    }
}

#[cfg(test)]
mod tests;
