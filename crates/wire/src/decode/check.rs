//! The limits of every field. Details name the field, never its value.

use crate::batch::Batch;
use crate::hit::{Hit, Props};
use crate::limits;
use crate::refusal::{Refusal, Refused};

pub(super) fn check_batch(batch: &Batch) -> Result<(), Refused> {
    check_site(batch.site())?;
    if batch.is_empty() {
        return Err(Refused::new(Refusal::InvalidValue, "hits must not be empty"));
    }
    if batch.len() > limits::HITS {
        return Err(Refused::new(
            Refusal::TooManyHits,
            format!("a batch must have at most {} hits", limits::HITS),
        ));
    }
    if batch.dropped() > limits::DROPPED {
        return Err(invalid("dropped", &format!("must be at most {}", limits::DROPPED)));
    }
    match batch {
        Batch::Aggregated(_) => check_hex("batch", batch.number(), limits::BATCH_HEX)?,
        Batch::Anonymous(_) | Batch::Full(_) => check_id("batch", batch.number())?,
    }
    if let Some(id) = batch.id() {
        check_id("id", id)?;
    }
    if let Batch::Full(batch) = batch {
        check_optional("subject", batch.subject.as_deref(), limits::SUBJECT)?;
    }
    batch.hits().iter().try_for_each(check_hit)
}

fn check_hit(hit: &Hit) -> Result<(), Refused> {
    match hit {
        Hit::View(view) => {
            check_page("hits.view.page", &view.page)?;
            if let Some(policy) = view.asked {
                check_policy("hits.view.asked", policy)?;
                if !view.entry {
                    return Err(invalid("hits.view.asked", "must be on an entry"));
                }
            }
            check_optional("hits.view.referrer", view.referrer.as_deref(), limits::HOST)?;
            check_optional("hits.view.source", view.source.as_deref(), limits::CAMPAIGN)?;
            check_optional("hits.view.medium", view.medium.as_deref(), limits::CAMPAIGN)?;
            check_optional("hits.view.campaign", view.campaign.as_deref(), limits::CAMPAIGN)
        }
        Hit::Event(event) => {
            check_page("hits.event.page", &event.page)?;
            check_event(&event.name, &event.props)
        }
    }
}

fn check_event(name: &str, props: &Props) -> Result<(), Refused> {
    check_text("hits.event.name", name, 1, limits::EVENT_NAME)?;
    if props.0.len() > limits::PROPS {
        return Err(invalid("hits.event.props", &format!("must have at most {} properties", limits::PROPS)));
    }
    for (index, (name, value)) in props.0.iter().enumerate() {
        check_text("hits.event.props", name, 1, limits::PROP_NAME)?;
        check_text("hits.event.props", value, 0, limits::PROP_VALUE)?;
        if props.0[..index].iter().any(|(earlier, _)| earlier == name) {
            return Err(invalid("hits.event.props", "must not repeat a name"));
        }
    }
    Ok(())
}

pub(super) fn check_site(site: &str) -> Result<(), Refused> {
    check_text("site", site, 1, limits::SITE)
}

pub(super) fn check_policy(field: &str, policy: u32) -> Result<(), Refused> {
    if policy <= limits::POLICY {
        Ok(())
    } else {
        Err(invalid(field, &format!("must be at most {}", limits::POLICY)))
    }
}

pub(super) fn check_page(field: &str, page: &str) -> Result<(), Refused> {
    check_text(field, page, 1, limits::PAGE)?;
    if page.starts_with('/') { Ok(()) } else { Err(invalid(field, "must begin with /")) }
}

pub(super) fn check_id(field: &str, id: &str) -> Result<(), Refused> {
    check_hex(field, id, limits::ID_HEX)
}

pub(super) fn check_hex(field: &str, text: &str, digits: usize) -> Result<(), Refused> {
    if text.len() == digits && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        Ok(())
    } else {
        Err(invalid(field, &format!("must be {digits} lower-case hex digits")))
    }
}

fn check_optional(field: &str, text: Option<&str>, limit: usize) -> Result<(), Refused> {
    text.map_or(Ok(()), |text| check_text(field, text, 1, limit))
}

pub(super) fn check_text(field: &str, text: &str, least: usize, most: usize) -> Result<(), Refused> {
    if text.chars().any(char::is_control) {
        Err(Refused::new(Refusal::ControlCharacter, format!("{field} must not contain control characters")))
    } else if (least..=most).contains(&limits::scalars(text)) {
        Ok(())
    } else {
        Err(invalid(field, &format!("must be {least} to {most} characters")))
    }
}

fn invalid(field: &str, why: &str) -> Refused {
    Refused::new(Refusal::InvalidValue, format!("{field} {why}"))
}
