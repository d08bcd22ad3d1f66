//! The canonical form of a document and its hash: keys sorted, no spaces, UTF-8. Anybody can check it with
//! `json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)` and SHA-256.

use domain::settlement::document::Document;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::WarehouseError;

/// As it is stored, with its hash.
pub fn canonical(document: &Document) -> Result<(Value, String), WarehouseError> {
    let value = serde_json::to_value(document)
        .map_err(|error| WarehouseError::BadValue(format!("a document of a statement: {error}")))?;
    let hash = document_hash(&value);
    Ok((value, hash))
}

/// SHA-256, hex. Maps of `serde_json` are sorted by key.
pub fn document_hash(document: &Value) -> String {
    hex::encode(Sha256::digest(document.to_string()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_order_of_keys_does_not_matter_and_every_value_does() {
        let one: Value = serde_json::from_str(r#"{"b": 1, "a": {"d": "x", "c": null}}"#).expect("json");
        let other = json!({"a": {"c": null, "d": "x"}, "b": 1});
        assert_eq!(document_hash(&one), document_hash(&other));
        assert_eq!(one.to_string(), r#"{"a":{"c":null,"d":"x"},"b":1}"#);
        assert_ne!(document_hash(&one), document_hash(&json!({"a": {"c": null, "d": "x"}, "b": 2})));
    }
}
