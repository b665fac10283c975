//! Which addresses may be handed out?
//!
//! The address of an article comes from its author, and a page makes a link of it. A link may lead somewhere; it must not run a
//! script or stand for a document of its own. So an address is handed out if it is one of http or https, or relative to
//! the page that shows it, read as browsers read it (WHATWG URL): they leave out white space and control characters before it,
//! and tabs and line ends within.

/// Whether an address is one of http or https, or relative.
pub fn is_safe(address: &str) -> bool {
    let mut scheme = [0; 5];
    let mut length = 0;
    for b in address.bytes() {
        match b {
            b'\t' | b'\n' | b'\r' => {}
            0..=b' ' if length == 0 => {}
            b':' => {
                let web = matches!((length, scheme), (4, [b'h', b't', b't', b'p', _]) | (5, [b'h', b't', b't', b'p', b's']));
                return length == 0 || web;
            }
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if length > 0 => {}
            // No scheme goes on like this.
            _ => return true,
        }
        if b > b' ' {
            if let Some(place) = scheme.get_mut(length) {
                *place = b.to_ascii_lowercase();
            }
            length += 1;
        }
    }
    true
}

/// The address, or none at all.
pub fn safe(address: &str) -> String {
    if is_safe(address) { address.into() } else { String::new() }
}

/// Whether an address says who asks: `https://name:password@example.org/`.
#[cfg(feature = "cli")]
pub fn has_credentials(address: &str) -> bool {
    let address: String = address.trim_start_matches(|c: char| c <= ' ').chars().filter(|c| !"\t\n\r".contains(*c)).collect();
    let scheme = address.find(':').filter(|&at| address[..at].bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b)));
    let (scheme, rest) = scheme.map_or(("", address.as_str()), |at| (&address[..at], &address[at + 1..]));
    // Browsers take as many slashes as there are, of either kind.
    let is_web = ["http", "https"].iter().any(|web| scheme.eq_ignore_ascii_case(web));
    let host = rest.trim_start_matches(['/', '\\']);
    let is_host = is_web || rest.len() - host.len() > 1;
    is_host && host.split(['/', '\\', '?', '#']).next().is_some_and(|host| host.contains('@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_web_and_what_is_relative_is_handed_out() {
        for address in [
            "",
            "/",
            "/2023/12/11/",
            "a.html#b",
            "./a:b",
            "?q=javascript:x",
            "#data:",
            "//example.org/",
            "https://example.org/a?b=c",
            "HTTP://EXAMPLE.ORG",
            "ht\ntps://example.org/",
            "第一章:序.html",
            "1:2",
            ":a",
            "/javascript:alert(1)",
            "%6aavascript:alert(1)",
            "java\u{1}script:alert(1)",
            "http:a",
        ] {
            assert!(is_safe(address), "{address:?}");
            assert_eq!(safe(address), address);
        }
        for address in [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            " javascript:alert(1)",
            "\u{1}javascript:alert(1)",
            "\t\u{0} \njavascript:alert(1)",
            "java\nscript:alert(1)",
            "java\r\n\tscript\t:alert(1)",
            "javascript://example.org/%0aalert(1)",
            "data:text/html,<script>alert(1)</script>",
            "vbscript:x",
            "blob:https://example.org/x",
            "file:///etc/passwd",
            "filesystem:https://example.org/x",
            "view-source:https://example.org",
            "mailto:a@b.c",
            "about:blank",
            "ftp://example.org/",
            "https+x://example.org",
            "httpss://example.org",
            "htt:x",
            "a.b:c",
            "x:",
        ] {
            assert!(!is_safe(address), "{address:?}");
            assert_eq!(safe(address), "");
        }
    }

    #[test]
    fn credentials_are_seen() {
        for address in [
            "https://user:secret@example.org/",
            "http://user@example.org",
            "//a:b@c/",
            "\\\\a@b",
            "HTTPS:a@b",
            " https://a@b",
            "ftp://a:b@c",
            "ht\ntps://a@b",
        ] {
            assert!(has_credentials(address), "{address:?}");
        }
        for address in
            ["https://example.org/@user", "/@user/1", "a@b", "mailto:a@b.c", "https://example.org?a@b", "//example.org#@", ""]
        {
            assert!(!has_credentials(address), "{address:?}");
        }
    }
}
