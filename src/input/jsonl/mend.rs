//! What do programs write that is not quite JSON? Numbers that are none, commas behind the last value, control characters.

/// The line as JSON: `NaN` and infinities as `null`, no comma before a closing bracket, control characters in strings as spaces.
/// `None` if there is nothing of that.
pub(super) fn mended(line: &str) -> Option<String> {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(['"', ',', 'N', 'I', '-']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with('"') {
            let end = string_end(rest);
            out.extend(rest[..end].chars().map(|c| if c < ' ' { ' ' } else { c }));
            rest = &rest[end..];
        } else if let Some(after) = ["NaN", "-Infinity", "Infinity"].iter().find_map(|word| rest.strip_prefix(word)) {
            out.push_str("null");
            rest = after;
        } else {
            let last = rest.starts_with(',') && rest[1..].trim_start().starts_with(['}', ']']);
            out.push_str(if last { "" } else { &rest[..1] });
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    (out != line).then_some(out)
}

/// Where a string ends, with its quotation mark.
fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (at, b) in text.bytes().enumerate().skip(1) {
        match b {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::mended;

    #[test]
    fn what_is_nearly_json_is_mended() {
        let mend = |line: &str| mended(line).unwrap_or_else(|| "the same".to_owned());
        assert_eq!(mend(r#"{"a":NaN,"b":[-Infinity,Infinity,],}"#), r#"{"a":null,"b":[null,null]}"#);
        assert_eq!(mend("{\"a\":\"x\ty\"}"), r#"{"a":"x y"}"#);
        assert_eq!(mend(r#"{"a":"NaN, }\"","b":-1}"#), "the same");
    }
}
