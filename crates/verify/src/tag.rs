//! The script tag: whether browsers run it, and if not, why.

use url::Url;

use super::blockers::{EXAMPLE, ScriptBlocker, fix_tag, held_by};
use super::is_secure;
use super::page::{HtmlPage, ScriptElement};
use crate::finding::Finding;

const CHECK: &str = "tag";

/// The tag that browsers run, and its script's address.
#[derive(Clone, Debug)]
pub(super) struct AskfirstTag {
    pub(super) script: ScriptElement,
    pub(super) address: Url,
}

/// A script tag, from askfirst's point of view.
#[derive(Debug, PartialEq, Eq)]
enum TagKind {
    /// Askfirst's tag, which runs.
    Runs(Url),
    /// Askfirst's tag, which does not run, with the reason.
    Inert(String),
    /// Another script.
    Unrelated,
}

/// Whether browsers run scripts of this type (HTML, "JavaScript MIME type").
pub(super) fn is_javascript(kind: &str) -> bool {
    let Some((family, name)) = kind.split_once('/') else { return false };
    matches!(family, "text" | "application")
        && matches!(
            name,
            "javascript" | "ecmascript" | "x-javascript" | "x-ecmascript" | "jscript" | "livescript"
        )
}

/// Whether this is the name of the script for a tag: `askfirst.js`, or the same with a version.
fn is_script(name: &str) -> bool {
    let between = name.strip_prefix("askfirst").and_then(|rest| rest.strip_suffix(".js"));
    between.is_some_and(|between| {
        between.is_empty()
            || between.starts_with(['-', '.', '@']) && between.contains(|c: char| c.is_ascii_digit())
    })
}

/// The last segment of the path.
fn file_name(url: &Url) -> &str {
    url.path().rsplit('/').next().unwrap_or_default()
}

/// Finds the tag. With `optional` it may be missing: the command line names the collector.
pub(super) fn examine(page: &HtmlPage, optional: bool) -> (Option<AskfirstTag>, Vec<Finding>) {
    let (mut tags, mut findings) = (Vec::new(), Vec::new());
    for script in &page.scripts {
        match classify(script, &page.base) {
            TagKind::Runs(address) => tags.push(AskfirstTag { script: script.clone(), address }),
            TagKind::Inert(reason) => findings.push(Finding::error(
                CHECK,
                format!("askfirst's script tag does not run: {reason}"),
                fix_tag(script),
            )),
            TagKind::Unrelated => {}
        }
    }
    findings.extend(
        page.scripts.iter().filter_map(ScriptBlocker::of).filter_map(|blocker| blocked(blocker, &tags)),
    );
    match &tags[..] {
        [] if !findings.is_empty() => {}
        [] if page.tag_as_text.is_some() => {
            let place = page.tag_as_text.unwrap_or_default();
            findings.push(Finding::error(
                CHECK,
                format!("the script tag is in {place}, where it does not run"),
                "take it out of there",
            ));
        }
        [] if optional => findings.push(Finding::ok(
            CHECK,
            "no script tag: if the page's own code starts askfirst, this check cannot see it",
        )),
        [] => findings.push(Finding::error(
            CHECK,
            "no script tag of askfirst in the page that the server sends",
            format!("put {EXAMPLE} into its head. If a tag manager or your own code starts askfirst, pass --site and --endpoint, and open the page with ?askfirst-debug"),
        )),
        [tag] => findings.push(check_attributes(tag)),
        [_, more @ ..] => findings.push(Finding::error(
            CHECK,
            format!("the page has {} script tags that start askfirst, so everything is counted that many times", 1 + more.len()),
            "keep one of them; check the template, the theme's plugins and the tag manager",
        )),
    }
    (tags.into_iter().next(), findings)
}

/// A warning if a consent tool blocks one of askfirst's tags in the browser.
fn blocked(blocker: ScriptBlocker, tags: &[AskfirstTag]) -> Option<Finding> {
    let ScriptBlocker { tool, exempt } = blocker;
    tags.iter().any(|tag| !blocker.exempts(&tag.script)).then(|| {
        Finding::warning(
            CHECK,
            format!("{tool} blocks scripts in the browser that it considers tracking"),
            format!("add {exempt} to askfirst's tag: askfirst asks for consent itself"),
        )
    })
}

fn classify(script: &ScriptElement, base: &Url) -> TagKind {
    let resolved = |address: &str| base.join(address.trim()).ok().filter(|url| is_script(file_name(url)));
    let held = script
        .attributes
        .iter()
        .find(|(name, value)| *name != "src" && name.contains("src") && resolved(value).is_some());
    if let Some((name, _)) = held {
        return TagKind::Inert(format!("its address is in {name}, not in src{}", held_by(script)));
    }
    let Ok(address) = base.join(script.attribute("src").trim()) else { return TagKind::Unrelated };
    if script.attribute("src").is_empty() {
        return TagKind::Unrelated;
    }
    if !is_script(file_name(&address)) {
        let named = strsim::osa_distance(file_name(&address), "askfirst.js") <= 2
            || file_name(&address).starts_with("askfirst") && script.option("site").is_some();
        return if named {
            TagKind::Inert(format!("its file is {:?}", file_name(&address)))
        } else {
            TagKind::Unrelated
        };
    }
    let kind = script.attribute("type").trim().to_ascii_lowercase();
    let reason = if let Some(parent) = script.inert_parent {
        format!("it is in <{parent}>")
    } else if kind == "module" {
        "with type=\"module\" it cannot read its own attributes".to_owned()
    } else if script.attributes.contains_key("nomodule") {
        "with nomodule only browsers run it that are too old for it".to_owned()
    } else if !kind.is_empty() && !is_javascript(&kind) {
        format!("browsers do not run type={kind:?}{}", held_by(script))
    } else {
        return TagKind::Runs(address);
    };
    TagKind::Inert(reason)
}

/// Checks how the only tag loads the script.
fn check_attributes(tag: &AskfirstTag) -> Finding {
    let AskfirstTag { script, address } = tag;
    let has = |name: &str| script.attributes.contains_key(name);
    if !is_secure(address) {
        return Finding::warning(
            CHECK,
            format!("the script is loaded without https: {address}"),
            "serve it by https: without it, anyone on the network path can change the script",
        );
    }
    if !has("defer") && !has("async") {
        return Finding::warning(
            CHECK,
            format!("the script tag is there, but the page waits for {address}"),
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

    /// For a page with this head: whether a tag runs, the worst verdict, and all messages.
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
            "<script defer src=/askfirst.js data-site=a data-placement=right></script>".to_owned(),
            format!("<!-- <script src=old/askfirst.js> --><script defer src={SRC}></script>"),
            format!("<script>var a = '<script src={SRC}>'</script><script defer src={SRC}></script>"),
        ] {
            let (runs, worst, words) = says(&tag);
            assert!(runs && worst == Verdict::Ok, "{tag}: {words}");
        }
    }

    #[test]
    fn a_tag_that_does_not_run_is_an_error_with_the_reason() {
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
            ("<script defer src=/askfirst-options.js data-site=a></script>".to_owned(), "options"),
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
    fn a_tool_that_blocks_scripts_in_the_browser_is_a_warning() {
        let tool = "<script data-blockingmode=auto src=https://consent.example/uc.js></script>";
        let tag = format!("<script defer src={SRC}></script>");
        let (_, worst, words) = says(&format!("{tool}{tag}"));
        assert!(worst == Verdict::Warning && words.contains("Cookiebot"), "{words}");
        let (_, worst, _) =
            says(&format!("{tool}{}", tag.replace("defer", "defer data-cookieconsent=ignore")));
        assert_eq!(worst, Verdict::Ok);
    }

    #[test]
    fn a_tag_that_blocks_the_page_or_loads_without_https_is_a_warning() {
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
