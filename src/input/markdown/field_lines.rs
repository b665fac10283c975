//! Which fields has front matter that no parser reads? Read line by line, so that what is broken costs itself alone.

use super::super::private;
use super::front::known;
use super::value::Value;

/// The name and the value of a line such as `name: value`. A name is one word.
pub(super) fn field(line: &str, separator: char) -> Option<(&str, &str)> {
    let full = |c: char| c == separator || (separator == ':' && c == '：');
    let (name, value) = line.split_once(full)?;
    let name = name.trim().trim_matches(['"', '\'']);
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '@' | '$');
    let word = !name.is_empty() && name.chars().count() <= 40 && name.chars().all(fits);
    // What is known to be a field is one without the space as well.
    let apart = separator == '='
        || (known(name) && !value.starts_with("//"))
        || value.is_empty()
        || value.starts_with([' ', '\t', '"', '\'', '[', '{']);
    (word && apart).then_some((name, value.trim()))
}

/// The fields of front matter that no parser reads: `name: value` lines, the lists and tables below them, texts of several lines.
pub(super) fn by_lines(front: &str, separator: char) -> Vec<(String, Value)> {
    let mut fields: Vec<(String, Value)> = Vec::new();
    let mut table = String::new();
    // A text of several lines is being read.
    let mut block = false;
    for raw in front.lines() {
        let line = raw.trim();
        let inner = raw.starts_with([' ', '\t']);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if separator == '=' && line.starts_with('[') && line.ends_with(']') {
            table = format!("{}.", line.trim_matches(['[', ']']).trim());
            continue;
        }
        if let Some(item) = line.strip_prefix("- ")
            && !block
            && let Some((_, value)) = fields.last_mut()
        {
            value.push(unquoted(item));
            continue;
        }
        if inner && block {
            if let Some((_, Value::Words(words))) = fields.last_mut() {
                words.push(' ');
                words.push_str(line);
            }
            continue;
        }
        let Some((name, value)) = field(line, separator) else {
            block = false;
            continue;
        };
        if inner && separator == ':' {
            // A field of the table above; in JSON, all are indented.
            if let Some((above, Value::Words(words))) = fields.last()
                && words.is_empty()
            {
                table = format!("{above}.");
            }
        } else if separator == ':' {
            table.clear();
        }
        block = matches!(value, "|" | ">" | "|-" | ">-" | "|+" | ">+");
        let value = value.trim_end_matches(',');
        let value = match value.strip_prefix('[').and_then(|list| list.strip_suffix(']')) {
            Some(list) => Value::List(list.split(',').map(|word| Value::Words(unquoted(word))).collect()),
            None if block || (matches!(value, "[" | "{") && !private::decides(name)) => Value::Words(String::new()),
            None => Value::Words(unquoted(value)),
        };
        fields.push((format!("{table}{name}"), value));
    }
    fields
}

/// A value without its quotation marks, or without the remark after it.
fn unquoted(value: &str) -> String {
    let value = value.trim();
    for quote in ['"', '\''] {
        if let Some(inner) = value.strip_prefix(quote)
            && let Some(end) = inner.find(quote)
            && (inner[end + 1..].trim().is_empty() || inner[end + 1..].trim_start().starts_with('#'))
        {
            return inner[..end].to_string();
        }
    }
    // A quotation mark that nothing closes.
    let open = value.starts_with(['"', '\'']) && value.matches(['"', '\'']).count() == 1;
    value.split(" #").next().unwrap_or(value).trim_start_matches(|c| open && matches!(c, '"' | '\'')).trim().to_string()
}
