//! The script tag: whether browsers run it, and if not, what is in the way.

use url::Url;

use super::blockers::{Blocker, EXAMPLE, fix, manager};
use super::is_safe;
use super::page::{Page, Script};
use crate::finding::Finding;

const CHECK: &str = "tag";

/// The tag that browsers run, and where its file is.
#[derive(Clone, Debug)]
pub(super) struct Tag {
    pub(super) script: Script,
    pub(super) address: Url,
}

/// What a script tag is to us.
#[derive(Debug, PartialEq, Eq)]
enum Kind {
    /// It runs.
    Ours(Url),
    /// It would be ours, but for this.
    Idle(String),
    /// Something else.
    Others,
}

/// The types of scripts that browsers run as they stand (HTML, "JavaScript MIME type").
pub(super) fn is_javascript(kind: &str) -> bool {
    let Some((family, name)) = kind.split_once('/') else { return false };
    matches!(family, "text" | "application")
        && matches!(
            name,
            "javascript" | "ecmascript" | "x-javascript" | "x-ecmascript" | "jscript" | "livescript"
        )
}

/// Whether a file of that name is a script that a tag may name: `askfirst.js` and `askfirst-whole.js`, or one that has its version in
/// its name.
fn is_script(name: &str) -> bool {
    let between = name.strip_prefix("askfirst").and_then(|rest| rest.strip_suffix(".js"));
    between.is_some_and(|between| {
        let between = between.strip_prefix("-whole").unwrap_or(between);
        between.is_empty()
            || between.starts_with(['-', '.', '@']) && between.contains(|c: char| c.is_ascii_digit())
    })
}

/// The last part of the path.
fn file(url: &Url) -> &str {
    url.path().rsplit('/').next().unwrap_or_default()
}

/// Finds the tag. `elsewhere`: the command line names the collector, so that there may be none.
pub(super) fn examine(page: &Page, elsewhere: bool) -> (Option<Tag>, Vec<Finding>) {
    let (mut tags, mut findings) = (Vec::new(), Vec::new());
    for script in &page.scripts {
        match kind(script, &page.base) {
            Kind::Ours(address) => tags.push(Tag { script: script.clone(), address }),
            Kind::Idle(says) => findings.push(Finding::error(
                CHECK,
                format!("a script tag of askfirst's does not run: {says}"),
                fix(script),
            )),
            Kind::Others => {}
        }
    }
    findings
        .extend(page.scripts.iter().filter_map(Blocker::of).filter_map(|blocker| blocked(blocker, &tags)));
    match &tags[..] {
        [] if !findings.is_empty() => {}
        [] if page.hidden.is_some() => {
            let place = page.hidden.unwrap_or_default();
            findings.push(Finding::error(
                CHECK,
                format!("the script tag stands in {place}, where it does not run"),
                "take it out of there",
            ));
        }
        [] if elsewhere => findings.push(Finding::ok(
            CHECK,
            "no script tag: that the page's own code starts askfirst is not seen from here",
        )),
        [] => findings.push(Finding::error(
            CHECK,
            "no script tag of askfirst's is in the page, as the server sends it",
            format!("put {EXAMPLE} into its head. Where a tag manager or your own code starts askfirst, name --site and --endpoint here, and open the page with ?askfirst-debug"),
        )),
        [tag] => findings.push(well(tag)),
        [_, more @ ..] => findings.push(Finding::error(
            CHECK,
            format!("the page has {} script tags that start askfirst: it counts everything as often", 1 + more.len()),
            "leave one of them; look into the template, the theme's plugins and the tag manager",
        )),
    }
    (tags.into_iter().next(), findings)
}

/// A consent tool that blocks one of our tags in the browser.
fn blocked(blocker: Blocker, tags: &[Tag]) -> Option<Finding> {
    let Blocker { tool, exempt } = blocker;
    tags.iter().any(|tag| !blocker.spares(&tag.script)).then(|| {
        Finding::warning(
            CHECK,
            format!("{tool} blocks scripts in the browser that it takes for tracking"),
            format!("add {exempt} to askfirst's tag: askfirst asks by itself"),
        )
    })
}

fn kind(script: &Script, base: &Url) -> Kind {
    let resolved = |address: &str| base.join(address.trim()).ok().filter(|url| is_script(file(url)));
    let held = script
        .attributes
        .iter()
        .find(|(name, value)| *name != "src" && name.contains("src") && resolved(value).is_some());
    if let Some((name, _)) = held {
        return Kind::Idle(format!("its address stands in {name}, not in src{}", manager(script)));
    }
    let Ok(address) = base.join(script.attribute("src").trim()) else { return Kind::Others };
    if script.attribute("src").is_empty() {
        return Kind::Others;
    }
    if !is_script(file(&address)) {
        let named = strsim::osa_distance(file(&address), "askfirst.js") <= 2
            || file(&address).starts_with("askfirst") && script.option("site").is_some();
        return if named { Kind::Idle(format!("its file is {:?}", file(&address))) } else { Kind::Others };
    }
    let kind = script.attribute("type").trim().to_ascii_lowercase();
    let says = if let Some(inside) = script.inside {
        format!("it stands in <{inside}>")
    } else if kind == "module" {
        "type=\"module\" keeps it from seeing its own attributes".to_owned()
    } else if script.attributes.contains_key("nomodule") {
        "nomodule keeps it to browsers that are too old for it".to_owned()
    } else if !kind.is_empty() && !is_javascript(&kind) {
        format!("type={kind:?} is no script to browsers{}", manager(script))
    } else {
        return Kind::Ours(address);
    };
    Kind::Idle(says)
}

/// The one tag that runs.
fn well(tag: &Tag) -> Finding {
    let Tag { script, address } = tag;
    let has = |name: &str| script.attributes.contains_key(name);
    if !is_safe(address) {
        return Finding::warning(
            CHECK,
            format!("the script comes without https: {address}"),
            "serve it by https: whoever is on the way can change it",
        );
    }
    if !has("defer") && !has("async") {
        return Finding::warning(
            CHECK,
            format!("the script tag is there, and the page waits for {address}"),
            "add defer to the tag",
        );
    }
    Finding::ok(CHECK, format!("the script tag is there: {address}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Verdict, count};
    use crate::site::tests::page;

    /// What is said of a page with that in its head, and whether a tag was found that runs.
    fn says(head: &str) -> (bool, Verdict, String) {
        let (tag, findings) = examine(&page(head), false);
        let words =
            findings.iter().map(|finding| format!("{} -> {:?}\n", finding.says, finding.fix)).collect();
        (tag.is_some(), findings.iter().map(|finding| finding.verdict).max().unwrap(), words)
    }

    const SRC: &str = "https://stats.example.org/askfirst.js";

    #[test]
    fn a_tag_that_runs_is_found() {
        for tag in [
            format!("<script defer src={SRC} data-site=a></script>"),
            format!("<SCRIPT ASYNC TYPE=text/javascript SRC='{SRC}?v=2' data-site=a></SCRIPT>"),
            "<script defer src=/askfirst.js></script>".to_owned(),
            "<script defer src=/v/askfirst-1.2.0.js></script>".to_owned(),
            "<script defer src=/askfirst-whole.js data-site=a data-placement=right></script>".to_owned(),
            format!("<!-- <script src=old/askfirst.js> --><script defer src={SRC}></script>"),
            format!("<script>var a = '<script src={SRC}>'</script><script defer src={SRC}></script>"),
        ] {
            let (runs, worst, words) = says(&tag);
            assert!(runs && worst == Verdict::Ok, "{tag}: {words}");
        }
    }

    #[test]
    fn a_tag_that_does_not_run_is_told_with_what_is_in_the_way() {
        for (tag, expected) in [
            ("<title>nothing</title>".to_owned(), "no script tag"),
            ("<script src=/analytics.js></script>".to_owned(), "no script tag"),
            ("<script>askfirst('track', 'a')</script>".to_owned(), "no script tag"),
            (format!("<!-- <script defer src={SRC}></script> -->"), "comment"),
            (format!("<template><script src={SRC}></script></template>"), "<template>"),
            (format!("<noscript><script src={SRC}></script></noscript>"), "<noscript>"),
            (format!("<script type=module src={SRC}></script>"), "its own attributes"),
            (format!("<script nomodule src={SRC}></script>"), "nomodule"),
            (format!("<script type=text/plain src={SRC}></script>"), "text/plain"),
            (
                format!("<script type=text/plain data-cookieconsent=statistics src={SRC}></script>"),
                "Cookiebot",
            ),
            (format!("<script type=text/plain class=optanon-category-C0002 src={SRC}></script>"), "OneTrust"),
            (format!("<script type=text/plain data-category=analytics src={SRC}></script>"), "category"),
            (
                format!(
                    "<script type=text/plain data-type=text/javascript data-name=a data-src={SRC}></script>"
                ),
                "Klaro",
            ),
            (format!("<script type=b1f2-text/javascript src={SRC}></script>"), "Rocket Loader"),
            (format!("<script data-src={SRC}></script>"), "data-src"),
            ("<script defer src=/js/askfrist.js></script>".to_owned(), "askfrist.js"),
            ("<script defer src=/askfirst.min.js data-site=a></script>".to_owned(), "askfirst.min.js"),
            ("<script defer src=/askfirst-preferences.js data-site=a></script>".to_owned(), "preferences"),
            ("<script defer src=/askfirst-wholesale.js data-site=a></script>".to_owned(), "wholesale"),
        ] {
            let (runs, worst, words) = says(&tag);
            assert!(!runs && worst == Verdict::Error && words.contains(expected), "{tag}: {words}");
        }
    }

    #[test]
    fn two_tags_count_everything_twice() {
        let (_, worst, words) = says(&format!("<script defer src={SRC}></script>").repeat(2));
        assert!(worst == Verdict::Error && words.contains("2 script tags"), "{words}");
    }

    #[test]
    fn what_may_hold_it_back_in_the_browser_is_told() {
        let tool = "<script data-blockingmode=auto src=https://consent.example/uc.js></script>";
        let tag = format!("<script defer src={SRC}></script>");
        let (_, worst, words) = says(&format!("{tool}{tag}"));
        assert!(worst == Verdict::Warning && words.contains("Cookiebot"), "{words}");
        let (_, worst, _) =
            says(&format!("{tool}{}", tag.replace("defer", "defer data-cookieconsent=ignore")));
        assert_eq!(worst, Verdict::Ok);
    }

    #[test]
    fn a_tag_that_the_page_waits_for_or_that_comes_in_the_clear_is_told() {
        let (_, worst, words) = says(&format!("<script src={SRC}></script>"));
        assert!(worst == Verdict::Warning && words.contains("add defer"), "{words}");
        let (_, worst, words) = says("<script defer src=http://stats.example.org/askfirst.js></script>");
        assert!(worst == Verdict::Warning && words.contains("without https"), "{words}");
    }

    #[test]
    fn without_a_tag_the_command_line_may_name_the_collector() {
        let (_, findings) = examine(&page(""), true);
        assert_eq!((findings.len(), count(&findings, Verdict::Ok)), (1, 1));
    }
}
