//! The first language of an `Accept-Language` (RFC 9110, section 12.5.4), as one of a closed set.

use askfirst_wire::builtin::OTHER;

/// ISO 639-1, sorted.
const KNOWN: [&str; 183] = [
    "aa", "ab", "ae", "af", "ak", "am", "an", "ar", "as", "av", "ay", "az", "ba", "be", "bg", "bi", "bm",
    "bn", "bo", "br", "bs", "ca", "ce", "ch", "co", "cr", "cs", "cu", "cv", "cy", "da", "de", "dv", "dz",
    "ee", "el", "en", "eo", "es", "et", "eu", "fa", "ff", "fi", "fj", "fo", "fr", "fy", "ga", "gd", "gl",
    "gn", "gu", "gv", "ha", "he", "hi", "ho", "hr", "ht", "hu", "hy", "hz", "ia", "id", "ie", "ig", "ii",
    "ik", "io", "is", "it", "iu", "ja", "jv", "ka", "kg", "ki", "kj", "kk", "kl", "km", "kn", "ko", "kr",
    "ks", "ku", "kv", "kw", "ky", "la", "lb", "lg", "li", "ln", "lo", "lt", "lu", "lv", "mg", "mh", "mi",
    "mk", "ml", "mn", "mr", "ms", "mt", "my", "na", "nb", "nd", "ne", "ng", "nl", "nn", "no", "nr", "nv",
    "ny", "oc", "oj", "om", "or", "os", "pa", "pi", "pl", "ps", "pt", "qu", "rm", "rn", "ro", "ru", "rw",
    "sa", "sc", "sd", "se", "sg", "si", "sk", "sl", "sm", "sn", "so", "sq", "sr", "ss", "st", "su", "sv",
    "sw", "ta", "te", "tg", "th", "ti", "tk", "tl", "tn", "to", "tr", "ts", "tt", "tw", "ty", "ug", "uk",
    "ur", "uz", "ve", "vi", "vo", "wa", "wo", "xh", "yi", "yo", "za", "zh", "zu",
];

/// The primary subtag of the first entry; "(other)" if it is not in ISO 639-1.
pub(super) fn first(header: &str) -> &'static str {
    let tag = header.split([',', ';', '-']).next().unwrap_or_default().trim();
    let &[one, two] = tag.as_bytes() else { return OTHER };
    let tag = [one.to_ascii_lowercase(), two.to_ascii_lowercase()];
    KNOWN.binary_search_by(|known| known.as_bytes().cmp(&tag)).map_or(OTHER, |index| KNOWN[index])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_language_of_the_first_entry_counts() {
        for (header, expected) in [
            ("de", "de"),
            ("de-AT,de;q=0.9,en;q=0.8", "de"),
            ("EN-us", "en"),
            (" zh-Hant-TW ;q=1", "zh"),
            ("zu", "zu"),
            ("aa", "aa"),
            ("", OTHER),
            ("*", OTHER),
            ("fil-PH,en", OTHER),
            ("xx", OTHER),
            ("ada", OTHER),
            ("é", OTHER),
            (",de", OTHER),
        ] {
            assert_eq!(first(header), expected, "{header}");
        }
    }

    #[test]
    fn the_codes_are_in_order() {
        assert!(KNOWN.is_sorted() && KNOWN.iter().all(|code| code.len() == 2));
        assert!(KNOWN.iter().all(|code| first(code) == *code));
    }
}
