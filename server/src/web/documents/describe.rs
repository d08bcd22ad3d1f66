//! Files of statements in the words of OpenAPI.

use serde_json::{Value, json};

use super::{PDF, XLSX};

pub fn operations() -> Vec<(&'static str, Value)> {
    vec![
        ("/api/v1/statements/{id}/export.pdf", file("A statement as PDF; that of a frozen one never changes", PDF)),
        ("/api/v1/statements/{id}/export.xlsx", file("A statement as a workbook", XLSX)),
        ("/api/v1/statements/{id}/export.csv", file("The lines of a statement as CSV", "text/csv")),
    ]
}

fn file(summary: &str, kind: &str) -> Value {
    let refused = |text: &str| json!({ "description": text, "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Error" } } } });
    let narrow = match kind {
        "text/csv" => {
            json!({ "name": "bom", "in": "query", "schema": { "enum": ["0", "1"] }, "description": "bom=0: without byte order mark" })
        }
        _ => json!({ "name": "lang", "in": "query", "schema": { "enum": ["zh", "en"] }, "description": "Language of the file" }),
    };
    json!({ "get": {
        "summary": summary,
        "parameters": [
            { "name": "id", "in": "path", "required": true, "schema": { "type": "integer", "format": "int64" } },
            narrow
        ],
        "responses": {
            "200": { "description": "The file", "content": { kind: { "schema": { "type": "string", "format": "binary" } } } },
            "400": refused("A parameter that cannot be used"),
            "401": refused("No token, or one that is not good (any more)"),
            "403": refused("The token has not this right"),
            "404": refused("No such statement in the regions of whoever asks"),
            "429": refused("Too many requests from this address"),
            "503": refused("The database is away, or too many files at once")
        }
    } })
}
