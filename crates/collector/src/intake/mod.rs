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
use askfirst_wire::{AggregatedHit, Batch, Hit, Level, limits};

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
    /// The batch's number. A number that was seen before adds nothing.
    pub number: u64,
    /// When the collector got it.
    pub time: Moment,
    /// Whose rows these are. `None` at level `aggregated`, which has no rows.
    pub owner: Option<RowOwner>,
    /// Hits that the page had to drop, for the site only.
    pub dropped: u32,
    /// What each hit adds.
    pub hits: Vec<AcceptedHit>,
    /// Hits of a robot, for the site only: nothing else of them is counted or kept.
    pub bots: Option<(Bot, u32)>,
}

/// The ids under which rows are stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowOwner {
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
    /// Whether it is a page view, which also counts for the page and for the site's hour; and whether that is an entry.
    pub view: Option<Entry>,
    /// Dimensions and values.
    pub cells: Vec<(Word, Word)>,
    /// What the request of a page view showed by itself, for the site only: a page and a browser are a smaller cell than
    /// anybody needs, and would cost a commit more writes than all the rest.
    pub context: Option<Context>,
    /// What it brought, for the site only.
    pub revenue: Option<Revenue>,
}

/// Whether a page view begins a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry(pub bool);

/// What a row holds beside site, level, time, page and id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventRow {
    /// The hit's UUID.
    pub uuid: String,
    /// The visit.
    pub visit: String,
    /// `view` or `event`.
    pub kind: &'static str,
    /// The page template seen before.
    pub previous: Option<String>,
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
/// [`Refusal::UnknownSite`](askfirst_wire::Refusal::UnknownSite) and
/// [`Refusal::LevelAboveCeiling`](askfirst_wire::Refusal::LevelAboveCeiling).
pub fn batch(
    batch: Batch,
    sites: &Sites,
    time: Moment,
    context: Option<&Context>,
) -> Result<(Intake, Undeclared), Refused> {
    let terms = sites.admit(batch.site(), batch.level())?;
    let pages = sites.pages();
    let (number, dropped) = (coarsen::number(batch.number()), batch.dropped());
    let mut undeclared = Undeclared::default();
    let (owner, hits) = match batch {
        Batch::Aggregated(batch) => (
            None,
            batch
                .hits
                .into_iter()
                .map(|hit| aggregated(hit, (terms, pages), context, &mut undeclared))
                .collect(),
        ),
        Batch::Anonymous(batch) => (
            Some(RowOwner { level: Level::Anonymous, id: batch.id, subject: None }),
            batch
                .hits
                .into_iter()
                .map(|hit| with_id(hit, (terms, pages), context, &mut undeclared))
                .collect(),
        ),
        Batch::Full(batch) => (
            Some(RowOwner { level: Level::Full, id: batch.id, subject: batch.subject }),
            batch
                .hits
                .into_iter()
                .map(|hit| with_id(hit, (terms, pages), context, &mut undeclared))
                .collect(),
        ),
    };
    // If the browser has lost the id, the hits are counted and no row is stored.
    let owner = owner.filter(|owner| owner.id != limits::MINTED);
    Ok((Intake { site: Arc::clone(&terms.name), number, time, owner, dropped, hits, bots: None }, undeclared))
}

/// What a bot's batch adds: the number of its hits, and nothing else.
///
/// # Errors
/// As [`batch`].
pub fn robots_batch(batch: &Batch, sites: &Sites, time: Moment, bot: Bot) -> Result<Intake, Refused> {
    let terms = sites.admit(batch.site(), batch.level())?;
    Ok(Intake {
        site: Arc::clone(&terms.name),
        number: coarsen::number(batch.number()),
        time,
        owner: None,
        dropped: 0,
        hits: Vec::new(),
        // At most a hundred.
        bots: Some((bot, batch.len() as u32)),
    })
}

fn aggregated(
    hit: AggregatedHit,
    (terms, pages): (&SiteRules, &Pages),
    context: Option<&Context>,
    undeclared: &mut Undeclared,
) -> AcceptedHit {
    let count = match hit {
        AggregatedHit::View(view) => coarsen::view(view, pages, context),
        AggregatedHit::Event(event) => coarsen::event(event, (terms, pages), undeclared).0,
    };
    AcceptedHit { count, row: None }
}

fn with_id(
    hit: Hit,
    (terms, pages): (&SiteRules, &Pages),
    context: Option<&Context>,
    undeclared: &mut Undeclared,
) -> AcceptedHit {
    let Hit { uuid, visit, previous, what } = hit;
    let previous = previous.map(|page| askfirst_wire::redact::page(&page));
    let row = EventRow { uuid, visit, previous, ..EventRow::default() };
    match what {
        AggregatedHit::View(view) => {
            let (entry, viewport) = (view.entry, view.viewport);
            let count = coarsen::view(view, pages, context);
            let value = |dimension: &str| {
                count.cells.iter().find(|(name, _)| **name == *dimension).map(|(_, value)| value.clone())
            };
            let row = EventRow {
                kind: "view",
                referrer: value(coarsen::REFERRER).filter(|domain| &**domain != DIRECT),
                entry: Some(entry),
                source: value(coarsen::SOURCE),
                medium: value(coarsen::MEDIUM),
                campaign: value(coarsen::CAMPAIGN),
                viewport: viewport.map(|class| class.as_str()),
                ..row
            };
            AcceptedHit { count, row: Some(row) }
        }
        AggregatedHit::Event(event) => {
            let (count, props) = coarsen::event(event, (terms, pages), undeclared);
            let row = EventRow {
                kind: "event",
                name: count.cells.first().map(|(_, name)| name.clone()),
                props: coarsen::props_json(&props),
                ..row
            };
            AcceptedHit { count, row: Some(row) }
        }
    }
}

#[cfg(test)]
mod tests;
