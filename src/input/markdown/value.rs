//! Which values hold YAML, TOML and JSON, whichever of them front matter is in?

use saphyr::{AnnotatedMapping, LoadableYamlNode, MarkedYaml, Scalar, YamlData};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Deeper than this no value is looked at.
const DEPTH: usize = 8;

/// A value: words, or a list or a table of values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Words(String),
    List(Vec<Value>),
    Table(Vec<(String, Value)>),
}

/// The fields of a table, in order.
pub(super) type Fields = Vec<(String, Value)>;

impl Value {
    /// The value as one line: the first of a list, the name of an author that is a table.
    pub(super) fn line(&self) -> Option<String> {
        line(self.values().into_iter().next()?)
    }

    /// Every value of a list; one where there is no list.
    pub(super) fn values(&self) -> Vec<&str> {
        match self {
            Value::Words(words) => vec![words.as_str()],
            Value::List(list) => list.iter().flat_map(Value::values).collect(),
            Value::Table(table) => table.iter().find(|(name, _)| name == "name").map_or(Vec::new(), |(_, name)| name.values()),
        }
    }

    /// Calls `each` with every value in it and its name, the names of tables before it.
    pub(super) fn each(&self, name: &str, depth: usize, each: &mut impl FnMut(&str, &str)) {
        match self {
            _ if depth > DEPTH => {}
            Value::Words(words) => each(name, words),
            Value::List(list) => list.iter().for_each(|value| value.each(name, depth + 1, each)),
            Value::Table(table) => {
                // `- name: robots` beside `content: noindex`.
                let get = |name: &str| table.iter().find(|(key, _)| key == name).and_then(|(_, value)| value.line());
                if let (Some(robots), Some(content)) = (get("name"), get("content"))
                    && matches!(robots.as_str(), "robots" | "googlebot")
                {
                    each("robots", &content);
                }
                table.iter().for_each(|(inner, value)| value.each(&format!("{name}.{inner}"), depth + 1, each));
            }
        }
    }

    /// Makes a list of it, one value longer.
    pub(super) fn push(&mut self, words: String) {
        match self {
            Value::List(list) => list.push(Value::Words(words)),
            Value::Words(first) if first.is_empty() => *self = Value::List(vec![Value::Words(words)]),
            _ => {}
        }
    }
}

/// Words in one line; none if there are none.
pub(super) fn line(words: &str) -> Option<String> {
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    (!line.is_empty()).then_some(line)
}

/// The fields of YAML; none if it is a text and no table.
pub(super) fn yaml(front: &str) -> Result<Option<Fields>, String> {
    // A line of indicators opens one nested list each, an alias multiplies what it names; no front matter needs many.
    let deep = |line: &str| line.split([' ', '\t']).filter(|word| matches!(*word, "-" | "?" | ":")).count() > 16;
    let aliases = || front.split(|c: char| c.is_whitespace() || ",[{".contains(c)).filter(|word| word.starts_with('*')).count();
    if front.lines().any(deep) || front.bytes().filter(|b| matches!(b, b'[' | b'{')).count() > 2000 || aliases() > 32 {
        return Err("it is nested too deeply".to_string());
    }
    let documents = MarkedYaml::load_from_str(front).map_err(|error| format!("broken YAML: {error}"))?;
    match documents.first().map(|document| &document.data) {
        None | Some(YamlData::Value(Scalar::Null)) => Ok(Some(Vec::new())),
        Some(YamlData::Mapping(mapping)) => {
            // Places are counted in characters.
            let source: Vec<char> = front.chars().collect();
            Ok(Some(fields_of_yaml(mapping, &source, 0)))
        }
        Some(_) => Ok(None),
    }
}

fn fields_of_yaml(mapping: &AnnotatedMapping<'_, MarkedYaml<'_>>, source: &[char], depth: usize) -> Fields {
    let field =
        |(key, value): (&MarkedYaml, &MarkedYaml)| Some((key.data.as_str()?.to_string(), from_yaml(value, source, depth)?));
    mapping.iter().filter_map(field).collect()
}

fn from_yaml(value: &MarkedYaml, source: &[char], depth: usize) -> Option<Value> {
    if depth > DEPTH {
        return None;
    }
    match &value.data {
        YamlData::Value(Scalar::Null) => None,
        YamlData::Value(Scalar::String(text)) => Some(Value::Words(text.to_string())),
        // `version: 2.10` means these very characters, not the number 2.1.
        YamlData::Value(_) => {
            let written = source.get(value.span.start.index()..value.span.end.index())?;
            Some(Value::Words(written.iter().collect::<String>().trim().to_string()))
        }
        YamlData::Representation(text, _, _) => Some(Value::Words(text.to_string())),
        YamlData::Sequence(list) => Some(Value::List(list.iter().filter_map(|v| from_yaml(v, source, depth + 1)).collect())),
        YamlData::Mapping(mapping) => Some(Value::Table(fields_of_yaml(mapping, source, depth + 1))),
        YamlData::Tagged(_, inner) => from_yaml(inner, source, depth + 1),
        YamlData::Alias(_) | YamlData::BadValue => None,
    }
}

/// The fields of TOML.
pub(super) fn toml(front: &str) -> Result<Option<Fields>, String> {
    let table = DeTable::parse(front).map_err(|error| format!("broken TOML: {}", error.message().trim()))?;
    Ok(Some(fields_of_toml(table.get_ref(), front)))
}

fn fields_of_toml(table: &DeTable, front: &str) -> Fields {
    table.iter().filter_map(|(key, value)| Some((key.get_ref().to_string(), from_toml(value, front)?))).collect()
}

fn from_toml(value: &Spanned<DeValue>, front: &str) -> Option<Value> {
    Some(match value.get_ref() {
        DeValue::String(text) => Value::Words(text.to_string()),
        DeValue::Array(list) => Value::List(list.iter().filter_map(|value| from_toml(value, front)).collect()),
        DeValue::Table(table) => Value::Table(fields_of_toml(table, front)),
        // A number, a date, true or false: as they are written.
        _ => Value::Words(front.get(value.span())?.to_string()),
    })
}

/// The fields of JSON; none if it is no object. Hexo leaves out the braces.
pub(super) fn json(front: &str) -> Result<Option<Fields>, String> {
    let whole = if front.trim_start().starts_with('{') { front.to_string() } else { format!("{{{front}}}") };
    let value: &RawValue = serde_json::from_str(&whole).map_err(|error| format!("broken JSON: {error}"))?;
    Ok(from_json(value))
}

/// The fields of an object; none if it is none.
pub(super) fn from_json(value: &RawValue) -> Option<Fields> {
    match one_of_json(value, 0)? {
        Value::Table(fields) => Some(fields),
        _ => None,
    }
}

fn one_of_json(value: &RawValue, depth: usize) -> Option<Value> {
    let raw = value.get();
    match raw.as_bytes().first()? {
        _ if depth > DEPTH => None,
        b'"' => serde_json::from_str(raw).ok().map(Value::Words),
        b'[' => {
            let list: Vec<&RawValue> = serde_json::from_str(raw).ok()?;
            Some(Value::List(list.into_iter().filter_map(|value| one_of_json(value, depth + 1)).collect()))
        }
        b'{' => {
            let object: BTreeMap<String, &RawValue> = serde_json::from_str(raw).ok()?;
            let field = |(name, value)| Some((name, one_of_json(value, depth + 1)?));
            Some(Value::Table(object.into_iter().filter_map(field).collect()))
        }
        b'n' => None,
        // Numbers, true and false come back as they are written.
        _ => Some(Value::Words(raw.to_string())),
    }
}
