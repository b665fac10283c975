//! Which values hold YAML, TOML and JSON, whichever of them front matter is in?

use saphyr::{LoadableYamlNode, Scalar, Yaml};

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
        let first = self.values().into_iter().next()?;
        let line = first.split_whitespace().collect::<Vec<_>>().join(" ");
        (!line.is_empty()).then_some(line)
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

/// The fields of YAML; none if it is a text and no table.
pub(super) fn yaml(front: &str) -> Result<Option<Fields>, String> {
    // A line of indicators opens one nested list each, an alias multiplies what it names; no front matter needs many.
    let deep = |line: &str| line.split([' ', '\t']).filter(|word| matches!(*word, "-" | "?" | ":")).count() > 16;
    let aliases = || front.split(|c: char| c.is_whitespace() || ",[{".contains(c)).filter(|word| word.starts_with('*')).count();
    if front.lines().any(deep) || front.bytes().filter(|b| matches!(b, b'[' | b'{')).count() > 2000 || aliases() > 32 {
        return Err("it is nested too deeply".to_string());
    }
    let documents = Yaml::load_from_str(front).map_err(|error| format!("broken YAML: {error}"))?;
    let Some(Yaml::Mapping(mapping)) = documents.first() else {
        return match documents.first() {
            None | Some(Yaml::Value(Scalar::Null)) => Ok(Some(Vec::new())),
            Some(_) => Ok(None),
        };
    };
    let mut table = Vec::new();
    for (key, value) in mapping {
        let Some(key) = key.as_str() else { continue };
        let literal = match value {
            // `title: 2.10` means these very characters, not the number 2.1.
            Yaml::Value(Scalar::Integer(_) | Scalar::FloatingPoint(_)) => literal(front, key),
            _ => None,
        };
        if let Some(value) = literal.map(Value::Words).or_else(|| from_yaml(value, 0)) {
            table.push((key.to_string(), value));
        }
    }
    Ok(Some(table))
}

/// The characters that stand after `key:` on its line.
fn literal(front: &str, key: &str) -> Option<String> {
    let value = front.lines().find_map(|line| line.strip_prefix(key)?.trim_start().strip_prefix(':'))?;
    let value = value.split(" #").next().unwrap_or(value).trim();
    (!value.is_empty() && !value.starts_with(['"', '\'', '&', '*', '!', '|', '>'])).then(|| value.to_string())
}

fn from_yaml(value: &Yaml, depth: usize) -> Option<Value> {
    if depth > DEPTH {
        return None;
    }
    match value {
        Yaml::Value(scalar) => match scalar {
            Scalar::Null => None,
            Scalar::Boolean(truth) => Some(Value::Words(truth.to_string())),
            Scalar::Integer(number) => Some(Value::Words(number.to_string())),
            Scalar::FloatingPoint(number) => Some(Value::Words(number.to_string())),
            Scalar::String(text) => Some(Value::Words(text.to_string())),
        },
        Yaml::Representation(text, _, _) => Some(Value::Words(text.to_string())),
        Yaml::Sequence(list) => Some(Value::List(list.iter().filter_map(|v| from_yaml(v, depth + 1)).collect())),
        Yaml::Mapping(mapping) => Some(Value::Table(
            mapping.iter().filter_map(|(key, value)| Some((key.as_str()?.to_string(), from_yaml(value, depth + 1)?))).collect(),
        )),
        Yaml::Tagged(_, inner) => from_yaml(inner, depth + 1),
        Yaml::Alias(_) | Yaml::BadValue => None,
    }
}

/// The fields of TOML.
pub(super) fn toml(front: &str) -> Result<Option<Fields>, String> {
    let table: toml::Table =
        front.parse().map_err(|error: toml::de::Error| format!("broken TOML: {}", error.message().trim()))?;
    Ok(Some(table.into_iter().filter_map(|(key, value)| Some((key, from_toml(value)?))).collect()))
}

fn from_toml(value: toml::Value) -> Option<Value> {
    Some(match value {
        toml::Value::String(text) => Value::Words(text),
        toml::Value::Integer(number) => Value::Words(number.to_string()),
        toml::Value::Float(number) => Value::Words(number.to_string()),
        toml::Value::Boolean(truth) => Value::Words(truth.to_string()),
        toml::Value::Datetime(date) => Value::Words(date.to_string()),
        toml::Value::Array(list) => Value::List(list.into_iter().filter_map(from_toml).collect()),
        toml::Value::Table(table) => {
            Value::Table(table.into_iter().filter_map(|(key, value)| Some((key, from_toml(value)?))).collect())
        }
    })
}

/// The fields of JSON; none if it is no object. Hexo leaves out the braces.
pub(super) fn json(front: &str) -> Result<Option<Fields>, String> {
    let whole = if front.trim_start().starts_with('{') { front.to_string() } else { format!("{{{front}}}") };
    match serde_json::from_str(&whole) {
        Ok(serde_json::Value::Object(object)) => Ok(Some(from_json(object))),
        Ok(_) => Ok(None),
        Err(error) => Err(format!("broken JSON: {error}")),
    }
}

/// The fields of an object.
pub(super) fn from_json(object: serde_json::Map<String, serde_json::Value>) -> Fields {
    fn one(value: serde_json::Value) -> Option<Value> {
        Some(match value {
            serde_json::Value::Null => return None,
            serde_json::Value::Bool(truth) => Value::Words(truth.to_string()),
            serde_json::Value::Number(number) => Value::Words(number.to_string()),
            serde_json::Value::String(text) => Value::Words(text),
            serde_json::Value::Array(list) => Value::List(list.into_iter().filter_map(one).collect()),
            serde_json::Value::Object(object) => Value::Table(from_json(object)),
        })
    }
    object.into_iter().filter_map(|(name, value)| Some((name, one(value)?))).collect()
}
