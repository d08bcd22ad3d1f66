//! The configuration reference and the example file, printed from the table of keys.

use std::fmt::Write;

use super::Config;
use super::keys::{KEYS, Key};

/// Without these nothing runs, so the example sets them.
const NEEDED: [&str; 2] = ["source_url", "warehouse_url"];

/// What no single setting says.
const NOTES: &str = "\
## 网页进程的数据库权限 / rights of the pages' login

`--role web` 不需要超级用户，也不拥有任何表；只需可以担任两个角色的登录：\
第一个只见获准区域的数据，第二个管理账号、令牌与审计。两个角色由数仓结构的所有者在 `loadline migrate` 时建立。

`--role web` needs neither a superuser nor a table of its own, only a login that may take on two roles: the first sees the numbers of \
the regions that the viewer may see, the second keeps accounts, tokens and the audit. `loadline migrate`, run by the owner of the \
warehouse, makes both roles.

```sql
create role loadline_web login password '…' nosuperuser nobypassrls;
grant loadline_pages, loadline_access to loadline_web;
```

## 审计 / audit

审计记录永久保留，没有清除它的设置；`loadline audit verify` 证明其完整。

The audit is kept for ever, no setting removes any of it; `loadline audit verify` proves it whole.
";

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
    text.push('\n');
    text.push_str(NOTES);
    text
}

/// `loadline.toml.example`: every key with its default, commented out where it has one.
pub fn example() -> String {
    let defaults = Config::default();
    let mut text =
        String::from("# Loadline 的全部设置 / all settings of Loadline. 环境变量优先 / the environment (LOADLINE_<KEY>) wins.\n");
    for key in KEYS {
        let _ = write!(text, "\n# {}\n# {}\n", key.zh, key.en);
        let mark = if NEEDED.contains(&key.name) { "" } else { "# " };
        let value = key.example.map(str::to_owned).or_else(|| (key.show)(&defaults)).unwrap_or_default();
        let _ = writeln!(text, "{mark}{} = {value}", key.name);
    }
    text
}

fn variable(key: &Key) -> String {
    format!("LOADLINE_{}", key.name.to_ascii_uppercase())
}
