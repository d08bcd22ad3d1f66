//! A browser in two words, out of what it says of itself.

/// Longest piece of a description that is not understood.
const SHOWN_CHARS: usize = 40;

/// Tokens that name a browser; the first that fits wins, because browsers also name those that they imitate.
const BROWSERS: [(&str, &str); 7] = [
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("QQBrowser/", "QQ"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];
const SYSTEMS: [(&str, &str); 6] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// `Firefox 128 · Linux`; empty when it said nothing.
pub fn short(user_agent: &str) -> String {
    let find = |known: &[(&str, &'static str)]| known.iter().find(|(token, _)| user_agent.contains(token)).map(|(_, name)| *name);
    let browser = BROWSERS.iter().find_map(|(token, name)| {
        let (_, after) = user_agent.split_once(token)?;
        let version: String = after.chars().take_while(char::is_ascii_digit).take(4).collect();
        Some(format!("{name} {version}").trim_end().to_owned())
    });
    match (browser, find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} · {system}"),
        (Some(browser), None) => browser,
        _ => user_agent.chars().take(SHOWN_CHARS).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_browsers_are_named() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0";
        assert_eq!(short(edge), "Edge 126 · Windows");
        assert_eq!(short("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"), "Firefox 128 · Linux");
        assert_eq!(short("curl/8.5.0"), "curl 8");
    }

    #[test]
    fn anything_else_is_cut_and_stays_text() {
        assert_eq!(short(""), "");
        assert_eq!(short(&"<b>".repeat(100)).chars().count(), SHOWN_CHARS);
    }
}
