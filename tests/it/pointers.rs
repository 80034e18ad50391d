//! Where the nodes of a JSON value are.

use serde_json::Value;

/// The JSON pointers of all nodes but the root, each before those below it.
pub(crate) fn pointers(value: &Value) -> Vec<String> {
    let mut pointers = Vec::new();
    collect(value, "", &mut pointers);
    pointers
}

fn collect(value: &Value, pointer: &str, pointers: &mut Vec<String>) {
    let mut add = |name: &str, inner: &Value| {
        let pointer = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
        pointers.push(pointer.clone());
        collect(inner, &pointer, pointers);
    };
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(place, item)| add(&place.to_string(), item));
        }
        Value::Object(fields) => fields.iter().for_each(|(key, field)| add(key, field)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
