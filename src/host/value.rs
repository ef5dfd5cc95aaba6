//! YAML values to Rhai values and back, and JSON for parameters.

use rhai::{Array, Dynamic, Map};

use crate::yaml::{Mapping, Value};

/// A YAML value as a Rhai value; a Rhai map sorts its keys.
pub(super) fn to_dynamic(value: &Value) -> Dynamic {
    match value {
        Value::Null => Dynamic::UNIT,
        Value::Bool(value) => (*value).into(),
        Value::Int(value) => (*value).into(),
        Value::Float(value) => (*value).into(),
        Value::String(value) => value.clone().into(),
        Value::Sequence(items) => items.iter().map(to_dynamic).collect::<Array>().into(),
        Value::Mapping(entries) => {
            entries.iter().map(|(key, value)| (key.into(), to_dynamic(value))).collect::<Map>().into()
        }
        // Beyond 64 bits with sign Rhai has no whole number; the digits are kept as text.
        Value::Uint(value) => value.to_string().into(),
    }
}

/// A Rhai value as a YAML value, or the name of the type that has none.
pub(super) fn from_dynamic(value: &Dynamic) -> Result<Value, String> {
    if value.is_unit() {
        return Ok(Value::Null);
    }
    if let Ok(value) = value.as_bool() {
        return Ok(Value::Bool(value));
    }
    if let Ok(value) = value.as_int() {
        return Ok(Value::Int(value));
    }
    if let Ok(value) = value.as_float() {
        return Ok(Value::Float(value));
    }
    if let Ok(text) = value.as_immutable_string_ref() {
        return Ok(Value::String(text.to_string()));
    }
    if let Ok(items) = value.as_array_ref() {
        return Ok(Value::Sequence(items.iter().map(from_dynamic).collect::<Result<_, _>>()?));
    }
    if let Ok(map) = value.as_map_ref() {
        let mut mapping = Mapping::new();
        for (key, value) in map.iter() {
            mapping.insert(key.as_str(), from_dynamic(value)?);
        }
        return Ok(Value::Mapping(mapping));
    }
    Err(value.type_name().to_string())
}

/// A Rhai value as JSON; anything that is no plain value becomes its text.
pub fn to_json(value: &Dynamic) -> serde_json::Value {
    if value.is_unit() {
        serde_json::Value::Null
    } else if let Ok(value) = value.as_bool() {
        value.into()
    } else if let Ok(value) = value.as_int() {
        value.into()
    } else if let Ok(items) = value.as_array_ref() {
        items.iter().map(to_json).collect()
    } else if let Ok(map) = value.as_map_ref() {
        map.iter().map(|(key, value)| (key.to_string(), to_json(value))).collect()
    } else {
        value.to_string().into()
    }
}

/// JSON as a Rhai value.
pub fn from_json(value: &serde_json::Value) -> Dynamic {
    match value {
        serde_json::Value::Null => Dynamic::UNIT,
        serde_json::Value::Bool(value) => (*value).into(),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(value) => value.into(),
            None => number.as_f64().unwrap_or_default().into(),
        },
        serde_json::Value::String(text) => text.clone().into(),
        serde_json::Value::Array(items) => items.iter().map(from_json).collect::<Array>().into(),
        serde_json::Value::Object(map) => {
            map.iter().map(|(key, value)| (key.as_str().into(), from_json(value))).collect::<Map>().into()
        }
    }
}

/// What a recipe calls a type.
pub fn type_name(of_rhai: &str) -> &str {
    match of_rhai {
        "i64" => "a whole number",
        "f64" => "a number",
        "bool" => "true or false",
        "()" => "()",
        "string" => "a string",
        "array" => "a list",
        "map" => "a map",
        other => other,
    }
}
