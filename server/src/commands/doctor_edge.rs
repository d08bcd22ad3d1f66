//! What the doctor says of the edge: encryption, certificate, roles of the pages, administrators.

use source::{Finding, Level};
use warehouse::access::{AccessError, accounts};
use warehouse::read::{ReadPool, live_changes};

use super::doctor::{bad, ok};
use crate::assembly;
use crate::config::Config;
use crate::web::tls::{TlsFiles, good_until_s};

const DAY_S: i64 = 86_400;
/// Time enough to get another certificate.
const EXPIRY_WARNING_DAYS: i64 = 14;
/// What the login of the pages needs.
const GRANT: &str = "grant loadline_pages, loadline_access to …";

pub fn findings(config: &Config, now_s: i64) -> Vec<Finding> {
    let mut findings: Vec<Finding> = cookies(config).into_iter().collect();
    if let Ok(Some((cert, key))) = config.tls() {
        findings.push(certificate(&TlsFiles { cert: cert.to_owned(), key: key.to_owned() }, now_s));
    }
    findings
}

/// Only where somebody else could listen.
fn cookies(config: &Config) -> Option<Finding> {
    const NAME: &str = "encryption";
    if config.is_https() || (config.listen.ip().is_loopback() && config.trusted_proxies.is_empty()) {
        return None;
    }
    let repair = if config.trusted_proxies.is_empty() { "tls_cert = …, tls_key = …" } else { "public_url = \"https://…\"" };
    Some(warn(
        NAME,
        "会话 cookie 可能以明文传输：浏览器没有被告知只用 HTTPS".to_owned(),
        "session cookies may travel unencrypted: browsers are not told to use HTTPS alone".to_owned(),
        repair,
    ))
}

fn certificate(files: &TlsFiles, now_s: i64) -> Finding {
    const NAME: &str = "certificate";
    let path = files.cert.display();
    let days = match good_until_s(files) {
        Err(error) => {
            let (zh, en) = error.sentence();
            return bad(NAME, zh, en, None);
        }
        Ok(until_s) => until_s.map(|until_s| (until_s - now_s).div_euclid(DAY_S)),
    };
    match days {
        None => ok(NAME, format!("证书 {path} 可用"), format!("the certificate {path} can be used")),
        Some(..0) => bad(
            NAME,
            format!("证书 {path} 已过期，浏览器会拒绝访问；请更换文件，无需重启"),
            format!("the certificate {path} has expired and browsers will refuse it; replace the file, no restart is needed"),
            None,
        ),
        Some(days) if days < EXPIRY_WARNING_DAYS => warn(
            NAME,
            format!("证书 {path} 将在 {days} 天内过期；请更换文件，无需重启"),
            format!("the certificate {path} expires in {days} days; replace the file, no restart is needed"),
            "tls_cert",
        ),
        Some(days) => {
            ok(NAME, format!("证书 {path} 还有 {days} 天有效"), format!("the certificate {path} is good for {days} days"))
        }
    }
}

/// A login that does not see the state of the schema.
pub fn least_rights() -> Finding {
    Finding {
        level: Level::Warn,
        ..ok(
            "warehouse",
            "已连接数仓库；该登录不是所有者，只够 --role web 和账号命令使用，引擎需要所有者".to_owned(),
            "connected to the warehouse; this login does not own it, which is enough for --role web and for commands about accounts, not for the engine".to_owned(),
        )
    }
}

/// Whether this login may act as both roles, and whether there is anybody to add people.
pub async fn accounts(config: &Config) -> Vec<Finding> {
    const NAME: &str = "roles";
    let Ok(url) = config.warehouse() else { return Vec::new() };
    let mut refused = Vec::new();
    let pages = async {
        let pool = ReadPool::open(url.expose(), 1).map_err(|error| error.to_string())?;
        live_changes::newest(&pool).await.map(|newest| newest.commit_no).map_err(|error| error.to_string())
    };
    if let Err(reason) = pages.await {
        refused.push(format!("loadline_pages: {reason}"));
    }
    let administrators = match assembly::accounts(config, 1) {
        Ok(pool) => accounts::active_administrators(&pool).await,
        Err(_) => Err(AccessError::NotFound),
    };
    if let Err(reason) = &administrators {
        refused.push(format!("loadline_access: {reason}"));
    }
    if !refused.is_empty() {
        let refused = refused.join("; ");
        return vec![bad(
            NAME,
            "数仓库的登录不能担任 loadline_pages 与 loadline_access 两个角色，网页无法显示数据；请授予它们".to_owned(),
            format!("the login of the warehouse cannot act as both roles of the pages, which then show nothing ({refused})"),
            Some(GRANT.to_owned()),
        )];
    }
    let roles = ok(NAME, "网页的两个数据库角色可用".to_owned(), "both database roles of the pages can be used".to_owned());
    vec![roles, administrator(administrators.unwrap_or(0))]
}

fn administrator(count: i64) -> Finding {
    const NAME: &str = "administrators";
    if count > 0 {
        return ok(NAME, format!("有 {count} 位可用的管理员"), format!("there are {count} active administrators"));
    }
    warn(
        NAME,
        "还没有管理员，没有人能管理人员和权限".to_owned(),
        "there is no administrator: nobody can manage people and rights".to_owned(),
        "loadline user add --name … --preset admin",
    )
}

fn warn(name: &str, zh: String, en: String, repair: &str) -> Finding {
    Finding { level: Level::Warn, repair: Some(repair.to_owned()), ..ok(name, zh, en) }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;

    fn levels(findings: &[Finding]) -> Vec<Level> {
        findings.iter().map(|finding| finding.level).collect()
    }

    #[test]
    fn cookies_in_the_clear_are_named_unless_nobody_can_listen() {
        let open = Config { listen: ([0, 0, 0, 0], 3000).into(), insecure: true, ..Config::default() };
        let proxied = Config { trusted_proxies: "loopback".parse().expect("networks"), ..Config::default() };
        let told = Config { public_url: "https://power.example".parse().ok(), ..proxied.clone() };
        assert!(findings(&Config::default(), 0).is_empty() && findings(&told, 0).is_empty());
        assert_eq!(levels(&findings(&open, 0)), [Level::Warn]);
        assert!(findings(&proxied, 0)[0].repair.as_deref().is_some_and(|repair| repair.contains("public_url")));
    }

    #[test]
    fn the_end_of_a_certificate_is_announced() {
        let dir = tempfile::tempdir().expect("a directory");
        let files = TlsFiles { cert: dir.path().join("c.pem"), key: dir.path().join("k.pem") };
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
        params.not_after = date_time_ymd(2031, 3, 4);
        std::fs::write(&files.cert, params.self_signed(&key).expect("a certificate").pem()).expect("written");
        std::fs::write(&files.key, key.serialize_pem()).expect("written");
        let end_s = 1_930_348_800;
        let level = |days: i64| certificate(&files, end_s - days * DAY_S).level;
        assert_eq!([level(30), level(13), level(-1)], [Level::Ok, Level::Warn, Level::Bad]);
        std::fs::write(&files.key, "").expect("written");
        assert_eq!(level(30), Level::Bad);
    }

    #[test]
    fn without_an_administrator_the_command_is_told() {
        assert!(administrator(0).repair.is_some_and(|repair| repair.starts_with("loadline user add")));
        assert_eq!(administrator(1).level, Level::Ok);
    }
}
