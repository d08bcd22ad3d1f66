//! The configuration reference and the example file, printed from the table of keys.

use std::fmt::Write;

use super::Config;
use super::keys::{KEYS, Key};

/// Markdown table of every key, for `docs/configuration.md`.
pub fn reference() -> String {
    let defaults = Config::default();
    let mut text = String::from(
        "# 配置 / Configuration\n\n\
         每个设置都可以写在 `loadline.toml` 中，也可以作为环境变量；环境变量优先。\n\
         Each setting is a key of `loadline.toml` and an environment variable; the environment wins.\n\n\
         | key | environment | default | 说明 / meaning |\n|---|---|---|---|\n",
    );
    for key in KEYS {
        let default = (key.show)(&defaults).map_or_else(|| "–".to_owned(), |value| format!("`{value}`"));
        // writing to a String cannot fail
        let _ = writeln!(text, "| `{}` | `{}` | {default} | {}<br>{} |", key.name, variable(key), key.zh, key.en);
    }
    text
}

/// `loadline.toml.example`: every key with its default, commented out where it has one.
pub fn example() -> String {
    let defaults = Config::default();
    let mut text =
        String::from("# Loadline 的全部设置 / all settings of Loadline. 环境变量优先 / the environment (LOADLINE_<KEY>) wins.\n");
    for key in KEYS {
        let _ = write!(text, "\n# {}\n# {}\n", key.zh, key.en);
        let _ = match (key.example, (key.show)(&defaults)) {
            (Some(example), _) => writeln!(text, "{} = {example}", key.name),
            (None, value) => writeln!(text, "# {} = {}", key.name, value.unwrap_or_default()),
        };
    }
    text
}

fn variable(key: &Key) -> String {
    format!("LOADLINE_{}", key.name.to_ascii_uppercase())
}
