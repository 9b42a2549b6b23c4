//! Device class, browser and system of a User-Agent: families of a closed set, never a version, a model or a word of the
//! header itself.
//!
//! The rules are tried in order, and the first that matches decides. They are few on purpose. The lists that the
//! `ua-parser` project keeps know thousands of families and take some from the header as they find them, which is no
//! closed set; browsers have frozen the rest of the header (Chromium's User-Agent reduction), so that new families come
//! rarely. What no rule knows is "(other)".
//!
//! What is a program and no browser has no families: it is counted apart ([`robot`]).

use askfirst_wire::builtin::OTHER;
use ua_parser::{device, os, user_agent};

use super::robot;

/// Longer headers are no browser's, and not looked at.
const LONGEST: usize = 1024;

/// The family of programs.
const ROBOT: &str = "robot";

/// Most browsers name those that they are made of too, so whoever is made of nothing else comes last.
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

/// An iPad that asks for desktop pages calls itself a Macintosh, and is counted as one.
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

/// Of Android's devices only phones say "Mobile".
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
    /// What nobody knows.
    pub const OTHER: Self = Self { device: OTHER, browser: OTHER, os: OTHER };
}

/// The rules, compiled.
pub(super) struct Agents {
    devices: device::Extractor<'static>,
    browsers: user_agent::Extractor<'static>,
    systems: os::Extractor<'static>,
}

impl std::fmt::Debug for Agents {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Agents").finish_non_exhaustive()
    }
}

impl Agents {
    /// Compiles the rules.
    ///
    /// # Errors
    /// Never in a build whose tests pass: they compile the same rules.
    pub(super) fn new() -> Result<Self, ua_parser::Error> {
        let mut devices = device::Builder::new();
        for (regex, name) in DEVICES {
            devices = devices.push(device::Parser {
                regex: regex.into(),
                regex_flag: None,
                device_replacement: Some(name.into()),
                brand_replacement: None,
                model_replacement: None,
            })?;
        }
        let mut browsers = user_agent::Builder::new();
        for (regex, name) in BROWSERS {
            let family_replacement = Some(name.into());
            browsers = browsers.push(user_agent::Parser {
                regex: regex.into(),
                family_replacement,
                ..user_agent::Parser::default()
            })?;
        }
        let mut systems = os::Builder::new();
        for (regex, name) in SYSTEMS {
            let os_replacement = Some(name.into());
            systems =
                systems.push(os::Parser { regex: regex.into(), os_replacement, ..os::Parser::default() })?;
        }
        Ok(Self { devices: devices.build()?, browsers: browsers.build()?, systems: systems.build()? })
    }

    /// The families of a User-Agent; `None` where it is a robot's.
    pub(super) fn families(&self, agent: &str) -> Option<Families> {
        if agent.len() > LONGEST {
            return Some(Families::OTHER);
        }
        if robot::is_no_browser(agent) {
            return None;
        }
        let browser = known(&BROWSERS, self.browsers.extract(agent).as_ref().map(|found| &*found.family));
        if browser == ROBOT {
            return None;
        }
        Some(Families {
            device: known(&DEVICES, self.devices.extract(agent).as_ref().map(|found| &*found.device)),
            browser,
            os: known(&SYSTEMS, self.systems.extract(agent).as_ref().map(|found| &*found.os)),
        })
    }
}

/// The family's name as it stands in the rules: nothing else comes out of here.
fn known(rules: &[(&str, &'static str)], found: Option<&str>) -> &'static str {
    rules.iter().find(|(_, name)| Some(*name) == found).map_or(OTHER, |&(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As browsers send them, with the system and the device that each tells of.
    #[test]
    fn what_browsers_send_becomes_families() {
        let agents = Agents::new().unwrap();
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
    fn whatever_else_comes_is_other_and_nothing_of_it_comes_out() {
        let agents = Agents::new().unwrap();
        let long = format!("{} Firefox/1.0", "x".repeat(LONGEST));
        for agent in
            ["", "Mozilla/5.0 (Ada) AdaBrowser/1.0", "Mozilla/5.0 \u{fffd}", "Mozilla/5.0 (((", &long]
        {
            assert_eq!(agents.families(agent), Some(Families::OTHER), "{agent}");
        }
    }
}
