//! What does the configuration of Pagefind say, of a site that moves from it?

use std::path::PathBuf;

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Value};

use crate::config::{self, Config};
use crate::tell;
use crate::usage::End;

/// Where it may stand, in the order in which Pagefind looks.
pub const FILES: [&str; 4] = ["pagefind.toml", "pagefind.yml", "pagefind.yaml", "pagefind.json"];

/// What says nothing of how pages are read, or what is so anyway: every character can be searched here.
const IDLE: [&str; 15] = [
    "output_subdir",
    "output_path",
    "output-subdir",
    "output-path",
    "bundle_dir",
    "serve",
    "verbose",
    "quiet",
    "silent",
    "logfile",
    "service",
    "write_playground",
    "include_characters",
    "include-characters",
    "enable_playground",
];

/// Takes what it says where xunzi.toml says nothing.
pub fn fill(config: &mut Config) -> Result<(), End> {
    for name in FILES {
        let Some(text) = config::read(name)? else { continue };
        let wrong = |what: String| End::Failed(format!("{name}: {what}; correct it, or remove the file"));
        let said = fields(name, &text).map_err(wrong)?;
        return take(config, &said).map_err(wrong).map(|taken| {
            let taken = if taken.is_empty() { "nothing".to_owned() } else { taken.join(", ") };
            tell::note(format!("{name}: taken from it: {taken}"));
        });
    }
    Ok(())
}

/// The fields of the file.
fn fields(name: &str, text: &str) -> Result<Map<String, Value>, String> {
    let value = if name.ends_with(".toml") {
        toml::from_str(text).map_err(|e| e.message().to_owned())?
    } else if name.ends_with(".json") {
        serde_json::from_str(text).map_err(|e| e.to_string())?
    } else {
        let documents = Yaml::load_from_str(text).map_err(|e| e.to_string())?;
        documents.first().map_or(Value::Null, plain)
    };
    match value {
        Value::Object(fields) => Ok(fields),
        Value::Null => Ok(Map::new()),
        _ => Err("it is not of the form \"name: value\"".to_owned()),
    }
}

/// YAML as JSON, as deep as these files go.
fn plain(yaml: &Yaml) -> Value {
    let scalar = |yaml: &Yaml| match yaml {
        Yaml::Value(Scalar::Boolean(truth)) => Value::Bool(*truth),
        Yaml::Value(Scalar::String(text)) => Value::String(text.to_string()),
        Yaml::Value(Scalar::Integer(number)) => Value::from(*number),
        _ => Value::Null,
    };
    match yaml {
        Yaml::Mapping(mapping) => {
            let entries = mapping.iter().filter_map(|(key, value)| {
                let value = match value {
                    Yaml::Sequence(list) => Value::Array(list.iter().map(scalar).collect()),
                    value => scalar(value),
                };
                Some((key.as_str()?.to_owned(), value))
            });
            Value::Object(entries.collect())
        }
        yaml => scalar(yaml),
    }
}

/// Takes each field that has a counterpart. Returns their names.
fn take(config: &mut Config, said: &Map<String, Value>) -> Result<Vec<String>, String> {
    let mut taken = Vec::new();
    for (name, value) in said {
        let text = || value.as_str().map(str::to_owned).ok_or_else(|| format!("{name} takes a text, not {value}"));
        let truth = || value.as_bool().ok_or_else(|| format!("{name} takes true or false, not {value}"));
        match name.replace('-', "_").as_str() {
            "site" | "source" if config.input.is_empty() => config.input.push(PathBuf::from(text()?)),
            "root_selector" if config.html.root.is_none() => config.html.root = Some(text()?),
            "exclude_selectors" => {
                let list = value.as_array().ok_or_else(|| format!("{name} takes a list, not {value}"))?;
                config.html.exclude.extend(list.iter().filter_map(Value::as_str).map(str::to_owned));
            }
            "glob" if config.glob.is_empty() => config.glob.push(text()?),
            "force_language" if config.html.lang.is_none() => config.html.lang = Some(text()?),
            "keep_index_url" => config.html.keep_index |= truth()?,
            "site" | "source" | "root_selector" | "glob" | "force_language" => continue,
            _ if IDLE.contains(&name.as_str()) => continue,
            _ => {
                tell::note(format!("{name} of Pagefind's configuration has no counterpart here; it is left alone"));
                continue;
            }
        }
        taken.push(name.clone());
    }
    Ok(taken)
}
