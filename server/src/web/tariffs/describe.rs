//! The interface of tariffs in the words of OpenAPI.

use domain::settlement::tariff::{ComponentKind, MOST_CODE_CHARS, MOST_COMPONENTS, MOST_TIERS, Voltage};
use domain::settlement::tariff_file::FORMAT;
use domain::settlement::{Band, calendar::MOST_BAND_RULES, calendar::MOST_SPANS};
use serde_json::{Value, json};

/// Paths with what they take, as `/api/openapi.json` lists them.
pub fn operations() -> Vec<(&'static str, Value)> {
    let integer = || json!({ "type": "integer" });
    let note = || json!({ "type": "string", "description": "Why" });
    let seen = || json!({ "type": "integer", "description": "The newest version that was seen" });
    let create = object(&["definition"], json!({ "definition": reference("Tariff"), "note": note() }));
    let change = object(
        &["version", "definition"],
        json!({ "version": seen(), "definition": reference("Tariff"), "note": note(),
                "replaces": { "type": "array", "items": integer(),
                              "description": "Versions that are in force on days of the new one" } }),
    );
    let withdraw = object(&["version", "withdraw"], json!({ "version": seen(), "withdraw": integer(), "note": note() }));
    let remove = object(&["version"], json!({ "version": seen(), "note": note() }));
    let day = || json!({ "type": "string", "format": "date" });
    let put = object(
        &["day", "kind"],
        json!({ "day": day(), "kind": { "enum": ["holiday", "workday", "none"], "description": "none: as its weekday again" },
                "name": { "type": "string", "maxLength": 64 }, "note": note(),
                "version": { "type": "integer", "description": "The version that was seen; absent: there was none" } }),
    );
    let decide = object(
        &["trigger", "day", "is_triggered", "source"],
        json!({ "trigger": { "type": "string" }, "day": day(), "is_triggered": { "type": "boolean" },
                "source": { "type": "string", "maxLength": 200 }, "version": integer(), "note": note() }),
    );
    let mut import = write(
        "Import a file, all of it or nothing; the same file again changes nothing",
        &reference("TariffFile"),
        "TariffDifference",
    );
    import["parameters"] = json!([{ "name": "dry_run", "in": "query", "schema": { "enum": ["0", "1"], "default": "0" },
                                    "description": "1: say what it would change" }]);
    let mut made = write("Make a tariff", &create, "Tariffs");
    let answer = made["responses"]["200"].take();
    if let Some(responses) = made["responses"].as_object_mut() {
        responses.remove("200");
        responses.insert("201".to_owned(), answer);
    }
    vec![
        ("/api/v1/tariffs", json!({ "get": read("Tariffs by code, with the version in force", "Tariffs"), "post": made })),
        (
            "/api/v1/tariffs/check",
            json!({ "post": write("What is wrong with a tariff, without making it", &reference("Tariff"), "TariffCheck") }),
        ),
        ("/api/v1/tariffs/import", json!({ "post": import })),
        (
            "/api/v1/tariffs/{code}",
            json!({ "get": of_code(read("A tariff with its versions, newest first", "Tariffs")),
                    "post": of_code(write("Add a version; versions are never changed", &change, "Tariffs")) }),
        ),
        (
            "/api/v1/tariffs/{code}/withdraw",
            json!({ "post": of_code(write("A version is never in force again", &withdraw, "Tariffs")) }),
        ),
        (
            "/api/v1/tariffs/{code}/remove",
            json!({ "post": of_code(write("Remove a tariff that no contract names", &remove, "Tariffs")) }),
        ),
        (
            "/api/v1/calendar",
            json!({ "get": spanned(read("Holidays and swapped workdays, national rules, carbon factors", "Calendar")),
                    "post": write("Say what a day is", &put, "Calendar") }),
        ),
        (
            "/api/v1/tariff-triggers",
            json!({ "get": spanned(read("Triggers, decisions, and days that wait for one", "TariffTriggers")),
                    "post": write("Decide whether a triggered band applies on a day", &decide, "TariffTriggers") }),
        ),
    ]
}

pub fn schemas() -> Vec<(&'static str, Value)> {
    let list = || json!({ "type": "array", "items": { "type": "object" } });
    let text = || json!({ "type": "string" });
    let flag = || json!({ "type": "boolean" });
    vec![
        ("Tariff", tariff()),
        (
            "Tariffs",
            json!({ "type": "object", "description": "A list has items; one tariff has versions", "properties": {
                "day": text(), "items": list(), "code": text(), "version": { "type": "integer" }, "is_shipped": flag(),
                "contracts": { "type": "integer" }, "shown": { "type": "object" }, "versions": list() } }),
        ),
        (
            "TariffCheck",
            json!({ "type": "object", "properties": { "is_sound": flag(), "faults": { "type": "array", "items": {
                "type": "object", "properties": { "code": text(), "field": text(), "is_hint": flag(), "sentence": text(),
                                                  "sentence_zh": text() } } } } }),
        ),
        (
            "TariffFile",
            json!({ "type": "object", "required": ["format"], "properties": {
                "format": { "const": FORMAT }, "plans": { "type": "array", "items": reference("Tariff") },
                "calendar": list(), "rules": list(), "carbon": list() } }),
        ),
        (
            "TariffDifference",
            json!({ "type": "object", "properties": {
                "is_dry_run": flag(), "changes_nothing": flag(), "is_sound": flag(), "plans": list(),
                "kept": { "type": "array", "items": text(), "description": "Not in the file: they stay" },
                "calendar": list(), "rules": list(), "carbon": list() } }),
        ),
        ("Calendar", json!({ "type": "object", "properties": { "days": list(), "rules": list(), "carbon": list() } })),
        (
            "TariffTriggers",
            json!({ "type": "object", "properties": { "triggers": list(), "decisions": list(), "waiting": list() } }),
        ),
    ]
}

/// What a tariff says; the manual explains each field.
fn tariff() -> Value {
    let text = || json!({ "type": "string" });
    let flag = || json!({ "type": "boolean" });
    let day = || json!({ "type": "string", "format": "date" });
    let price = || json!({ "type": "string", "description": "A decimal as text, at most six decimals" });
    let bands = || {
        let each = Band::ALL.map(|band| (band.code().to_owned(), price()));
        json!({ "type": "object", "properties": serde_json::Map::from_iter(each) })
    };
    let months = || json!({ "type": "array", "items": { "type": "integer", "minimum": 1, "maximum": 12 } });
    let notice = || object(&["number"], json!({ "number": text(), "title": text(), "remark": text(), "is_checked": flag() }));
    let rule = object(
        &["band", "spans"],
        json!({ "band": { "enum": Band::ALL.map(Band::code) }, "months": months(),
                "days": { "type": "object", "properties": {
                    "on": { "enum": ["every", "workdays", "weekends", "holidays", "weekends_and_holidays"] },
                    "names": { "type": "array", "items": text() } } },
                "spans": { "type": "array", "maxItems": MOST_SPANS, "items": { "type": "string", "example": "22:00-06:00" } },
                "trigger": text(), "clause": text() }),
    );
    let component = object(
        &["kind", "price"],
        json!({ "kind": { "enum": ComponentKind::ALL.map(ComponentKind::code) }, "name": text(), "price": price(),
                "floats": flag(), "pf_applies": flag() }),
    );
    let voltages = json!({ "type": "array", "items": { "enum": Voltage::ALL.map(Voltage::code) } });
    object(
        &["code", "name", "province", "valid_from", "notice", "for_whom", "calendar"],
        json!({
            "code": { "type": "string", "maxLength": MOST_CODE_CHARS }, "name": text(), "name_en": text(), "province": text(),
            "valid_from": day(), "valid_until": day(), "notice": notice(),
            "for_whom": object(&[], json!({ "categories": { "type": "array", "items": text() }, "voltages": voltages,
                "capacity_from_kva": { "type": "integer" }, "capacity_below_kva": { "type": "integer" }, "is_elected": flag() })),
            "calendar": object(&[], json!({ "flat_fills": flag(),
                "rules": { "type": "array", "maxItems": MOST_BAND_RULES, "items": rule } })),
            "prices": object(&[], json!({ "notice": notice(), "bands": bands(), "factors": bands(),
                "components": { "type": "array", "maxItems": MOST_COMPONENTS, "items": component },
                "line_basis": { "enum": ["absolute", "components"] }, "decimals": { "type": "integer", "maximum": 6 } })),
            "tiers": { "type": "object", "description": format!("2 to {MOST_TIERS} tiers, by month or year") },
            "basic": object(&[], json!({ "capacity_price": price(), "demand_price": price() })),
            "power_factor": flag(), "whole_kwh": flag(),
        }),
    )
}

fn object(required: &[&str], properties: Value) -> Value {
    json!({ "type": "object", "required": required, "additionalProperties": false, "properties": properties })
}

fn read(summary: &str, schema: &str) -> Value {
    json!({ "summary": summary, "responses": answers(schema) })
}

fn write(summary: &str, body: &Value, schema: &str) -> Value {
    let mut responses = answers(schema);
    responses["409"] = answer("Somebody else was first, the code is taken, versions overlap, or contracts use it", "Error");
    responses["422"] = answer("It makes no sense: error.faults says why, each with a code and a sentence", "Error");
    json!({ "summary": summary, "responses": responses,
            "requestBody": { "required": true, "content": { "application/json": { "schema": body } } } })
}

fn of_code(mut operation: Value) -> Value {
    operation["parameters"] = json!([{ "name": "code", "in": "path", "required": true, "schema": { "type": "string" } }]);
    operation["responses"]["404"] = answer("No such tariff that the token may see or change", "Error");
    operation
}

fn spanned(mut operation: Value) -> Value {
    let day = |name: &str| json!({ "name": name, "in": "query", "schema": { "type": "string", "format": "date" } });
    operation["parameters"] = json!([day("from"), day("to")]);
    operation
}

fn answers(schema: &str) -> Value {
    json!({
        "200": answer("As it is now", schema),
        "400": answer("A body or parameter that cannot be used", "Error"),
        "401": answer("No token, or one that is not good (any more)", "Error"),
        "403": answer("The token has not this right, or not for all that it is about", "Error"),
        "429": answer("Too many requests from this address", "Error"),
        "503": answer("The database is away, or too many requests", "Error"),
    })
}

fn answer(text: &str, schema: &str) -> Value {
    json!({ "description": text, "content": { "application/json": { "schema": reference(schema) } } })
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}
