//! Device class, browser and system of a User-Agent. The families are a closed set: never a version, a model or a word of
//! the header itself.
//!
//! The first rule that matches decides. The rules are few on purpose. The lists of the `ua-parser` project know thousands of
//! families and copy some from the header, so their result is not a closed set. Browsers have frozen the rest of the header
//! (Chromium's User-Agent reduction), so new families are rare. If no rule matches, the family is "(other)".
//!
//! Programs that are not browsers have no families. They are counted separately ([`robot`]).

use askfirst_wire::builtin::OTHER;
use regex::bytes::{RegexSet, RegexSetBuilder};

use super::robot;

/// No browser sends a longer header. Longer ones are not matched.
const LONGEST: usize = 1024;

/// The family of programs.
const ROBOT: &str = "robot";

/// Most browsers also name the browser that they are built on, so the base browsers come last.
const BROWSERS: [(&str, &str); 26] = [
    (robot::WORDS, ROBOT),
    (r"Edg(?:e|A|iOS)?/", "Edge"),
    (r"OPR/|OPT/|OPX/|OPiOS/|Opera", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"YaBrowser/", "Yandex Browser"),
    (r"DuckDuckGo/|Ddg/", "DuckDuckGo"),
    (r"Vivaldi/", "Vivaldi"),
    (r"Brave/", "Brave"),
    (r"HuaweiBrowser/", "Huawei Browser"),
    (r"MiuiBrowser/", "Mi Browser"),
    (r"UCBrowser|UCWEB", "UC Browser"),
    (r"MicroMessenger/", "WeChat"),
    (r"QQBrowser/", "QQ Browser"),
    (r"Whale/", "Whale"),
    (r"Silk/", "Silk"),
    (r"Instagram", "Instagram"),
    (r"FBA[NV]/|FB_IAB/", "Facebook"),
    (r"GSA/", "Google app"),
    (r"MSIE |Trident/", "Internet Explorer"),
    (r"Seamonkey/|SeaMonkey/|PaleMoon/|Waterfox/", OTHER),
    (r"Firefox/|FxiOS/|Focus/", "Firefox"),
    (r"; wv\)", "Android WebView"),
    (r"CriOS/|Chrom(?:e|ium)/", "Chrome"),
    (r"PhantomJS|Epiphany/|Konqueror|Android|BlackBerry|BB10|Tizen|Kindle", OTHER),
    (r"Version/.*Safari/", "Safari"),
    (r"(?:iPhone|iPad|iPod).*AppleWebKit/", "iOS WebView"),
];

/// An iPad that requests desktop pages calls itself a Macintosh, and is counted as one.
const SYSTEMS: [(&str, &str); 14] = [
    (r"(?i)windows ?phone|xbox|windows ce", OTHER),
    (r"Windows", "Windows"),
    (r"iPhone|iPad|iPod", "iOS"),
    (r"KAIOS", "KaiOS"),
    (r"Tizen", "Tizen"),
    (r"Web0S|webOS", "webOS"),
    (r"HarmonyOS", "HarmonyOS"),
    (r"Android", "Android"),
    (r"CrOS", "ChromeOS"),
    (r"Macintosh|Mac OS X", "macOS"),
    (r"(?:Free|Open|Net)BSD", "BSD"),
    (r"PlayStation|Nintendo", OTHER),
    (r"Linux", "Linux"),
    (r"X11", "Linux"),
];

/// Among Android devices, only phones say "Mobile".
const DEVICES: [(&str, &str); 5] = [
    (r"TV|Web0S|AFT[A-Z]|BRAVIA|PlayStation|Xbox|Nintendo|CrKey|Roku", OTHER),
    (r"iPad|Tablet|PlayBook|Kindle|Silk/", "tablet"),
    (r"iPhone|iPod|Mobile|Mobi|Phone|Opera Mini|BlackBerry|BB10", "phone"),
    (r"Android", "tablet"),
    (r"Windows|Macintosh|CrOS|Linux|X11|BSD", "desktop"),
];

/// Families of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Families {
    /// `phone`, `tablet`, `desktop` or "(other)".
    pub device: &'static str,
    /// The browser.
    pub browser: &'static str,
    /// The system.
    pub os: &'static str,
}

impl Families {
    /// Families that no rule knows.
    pub const OTHER: Self = Self { device: OTHER, browser: OTHER, os: OTHER };
}

/// Patterns in order of precedence, each with its family.
type Rules = &'static [(&'static str, &'static str)];

/// Rules whose patterns are all matched in one pass.
#[derive(Debug)]
struct Classifier {
    patterns: RegexSet,
    rules: Rules,
}

impl Classifier {
    fn new(rules: Rules) -> Result<Self, regex::Error> {
        let patterns = rules.iter().map(|(pattern, _)| pattern);
        // Every pattern is ASCII: the tables of Unicode are not needed.
        Ok(Self { patterns: RegexSetBuilder::new(patterns).unicode(false).build()?, rules })
    }

    /// The family of the first rule that matches.
    fn family(&self, agent: &str) -> &'static str {
        let first = self.patterns.matches(agent.as_bytes()).iter().next();
        first.and_then(|index| self.rules.get(index)).map_or(OTHER, |&(_, family)| family)
    }
}

/// Finds the families of a User-Agent.
#[derive(Debug)]
pub(super) struct AgentClassifier {
    devices: Classifier,
    browsers: Classifier,
    systems: Classifier,
}

impl AgentClassifier {
    /// Compiles the rules.
    ///
    /// # Errors
    /// Never in a build whose tests pass: they compile the same rules.
    pub(super) fn new() -> Result<Self, regex::Error> {
        Ok(Self {
            devices: Classifier::new(&DEVICES)?,
            browsers: Classifier::new(&BROWSERS)?,
            systems: Classifier::new(&SYSTEMS)?,
        })
    }

    /// The families of a User-Agent, or `None` if it is a robot's.
    pub(super) fn families(&self, agent: &str) -> Option<Families> {
        if agent.len() > LONGEST {
            return Some(Families::OTHER);
        }
        if robot::is_no_browser(agent) {
            return None;
        }
        let browser = self.browsers.family(agent);
        if browser == ROBOT {
            return None;
        }
        Some(Families { device: self.devices.family(agent), browser, os: self.systems.family(agent) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// User-Agents as browsers send them.
    #[test]
    fn browsers_have_families() {
        let agents = AgentClassifier::new().unwrap();
        let webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";
        let apple = "AppleWebKit/605.1.15 (KHTML, like Gecko)";
        let windows =
            format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {webkit} Chrome/140.0.0.0 Safari/537.36");
        let android = format!("Mozilla/5.0 (Linux; Android 10; K) {webkit}");
        let iphone = format!("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) {apple}");
        for (agent, browser, os, device) in [
            (windows.clone(), "Chrome", "Windows", "desktop"),
            (format!("{windows} Edg/140.0.0.0"), "Edge", "Windows", "desktop"),
            (format!("{windows} OPR/124.0.0.0"), "Opera", "Windows", "desktop"),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0".to_owned(),
                "Firefox",
                "Linux",
                "desktop",
            ),
            (
                format!("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {webkit} Chrome/140.0.0.0 Safari/537.36"),
                "Chrome",
                "ChromeOS",
                "desktop",
            ),
            (
                format!(
                    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {apple} Version/18.5 Safari/605.1.15"
                ),
                "Safari",
                "macOS",
                "desktop",
            ),
            (format!("{iphone} Version/18.5 Mobile/15E148 Safari/604.1"), "Safari", "iOS", "phone"),
            (format!("{iphone} CriOS/140.0.0.0 Mobile/15E148 Safari/604.1"), "Chrome", "iOS", "phone"),
            (format!("{iphone} FxiOS/143.0 Mobile/15E148 Safari/605.1.15"), "Firefox", "iOS", "phone"),
            (
                format!("{iphone} Version/18.0 EdgiOS/140.0 Mobile/15E148 Safari/604.1"),
                "Edge",
                "iOS",
                "phone",
            ),
            (format!("{iphone} Mobile/15E148"), "iOS WebView", "iOS", "phone"),
            (
                format!(
                    "Mozilla/5.0 (iPad; CPU OS 17_7 like Mac OS X) {apple} Version/17.7 Mobile/15E148 Safari/604.1"
                ),
                "Safari",
                "iOS",
                "tablet",
            ),
            (format!("{android} Chrome/140.0.0.0 Mobile Safari/537.36"), "Chrome", "Android", "phone"),
            (format!("{android} Chrome/140.0.0.0 Safari/537.36"), "Chrome", "Android", "tablet"),
            (
                format!("{android} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36"),
                "Samsung Internet",
                "Android",
                "phone",
            ),
            (
                "Mozilla/5.0 (Android 15; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0".to_owned(),
                "Firefox",
                "Android",
                "phone",
            ),
            (
                format!(
                    "Mozilla/5.0 (Linux; Android 14; K; wv) {webkit} Version/4.0 Chrome/140.0 Mobile Safari/537.36"
                ),
                "Android WebView",
                "Android",
                "phone",
            ),
        ] {
            assert_eq!(agents.families(&agent), Some(Families { device, browser, os }), "{agent}");
        }
    }

    #[test]
    fn an_unknown_agent_is_other_and_none_of_its_text_is_kept() {
        let agents = AgentClassifier::new().unwrap();
        let long = format!("{} Firefox/1.0", "x".repeat(LONGEST));
        for agent in
            ["", "Mozilla/5.0 (Ada) AdaBrowser/1.0", "Mozilla/5.0 \u{fffd}", "Mozilla/5.0 (((", &long]
        {
            assert_eq!(agents.families(agent), Some(Families::OTHER), "{agent}");
        }
    }
}
