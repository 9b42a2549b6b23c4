//! Page templates. The collector believes no sender and applies the redaction again, which costs more than reading the whole
//! message does; a site has few pages, so those that came out of it as they went in are remembered: in memory, with nothing
//! beside them.

use quick_cache::sync::Cache;

use super::coarsen;

/// Templates that are remembered, each of at most [`limits::PAGE`](askfirst_wire::limits::PAGE) characters.
const REMEMBERED: usize = 1024;

/// Pages of all sites that are templates already.
#[derive(Debug)]
pub(super) struct Pages(Cache<Box<str>, ()>);

impl Default for Pages {
    fn default() -> Self {
        Self(Cache::new(REMEMBERED))
    }
}

impl Pages {
    /// The template of a page.
    pub(super) fn template(&self, page: String) -> String {
        if self.0.get(page.as_str()).is_some() {
            return page;
        }
        let template = coarsen::page(&page);
        if template == page {
            self.0.insert(page.into_boxed_str(), ());
        }
        template
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_remembered_is_redacted_no_less(pages in proptest::collection::vec("(/|[a-z0-9%@:;-]{1,6}){1,6}", 1..20)) {
            let known = Pages::default();
            for page in pages.iter().chain(&pages) {
                prop_assert_eq!(known.template(page.clone()), coarsen::page(page));
            }
        }
    }

    #[test]
    fn there_are_only_so_many_and_all_of_them_templates() {
        let known = Pages::default();
        for number in 0..4 * REMEMBERED {
            known.template(format!("/a{}/{number:07}", number % 26));
            known.template(format!("/blog/{}", "ab-".repeat(number % 40)));
        }
        assert!(!known.0.is_empty() && known.0.len() <= REMEMBERED);
        assert!(known.0.iter().all(|(page, ())| coarsen::page(&page) == *page));
    }
}
