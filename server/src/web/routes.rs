//! The table of addresses: what each one needs. What is not in here is refused, whoever asks.

use app::viewer::{Viewer, Who};
use axum::http::Method;
use domain::access::Permission;

use Need::{MayWhole, OfPath, Person, PersonMay, PersonMayWhole, Public, SignedIn, WallKey};
use Permission::{
    ActOnAlarms, KeepBilling, ManageAlarms, ManageBilling, ManagePeople, ManageTenants, ManageTokens, SeeAlarms, SeeAudit,
    SeeBilling, SeeCustomers, SeeDeadLetters, SeeNumbers, SeePipeline, SeeTelephone,
};

/// What an address needs of whoever asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Need {
    /// Nothing: it shows nobody's numbers.
    Public,
    /// Anybody who has proved who he is, wall links apart.
    SignedIn,
    May(Permission),
    /// And every region: what it shows cannot be divided by regions.
    MayWhole(Permission),
    /// Somebody who signed in with a name.
    Person,
    PersonMay(Permission),
    PersonMayWhole(Permission),
    /// The key in the address itself, and nothing else.
    WallKey,
    /// What the page named by the parameter `path` needs.
    OfPath,
}

/// Why a viewer is not let in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Denial {
    /// He has not proved who he is.
    Unknown,
    /// He has, and may not.
    Forbidden,
}

impl Need {
    pub fn judge(self, viewer: &Viewer) -> Result<(), Denial> {
        let is_person = matches!(viewer.who, Who::Person { .. });
        let is_wall = matches!(viewer.who, Who::Wall { .. });
        let whole = viewer.scope.is_whole();
        let granted = match self {
            Public => true,
            // the page behind it decides; see `target`
            OfPath | SignedIn => !viewer.is_nobody() && !is_wall,
            Self::May(permission) => viewer.may(permission) && !is_wall,
            MayWhole(permission) => viewer.may(permission) && whole && !is_wall,
            Person => is_person,
            PersonMay(permission) => is_person && viewer.may(permission),
            PersonMayWhole(permission) => is_person && viewer.may(permission) && whole,
            WallKey => is_wall,
        };
        match granted {
            true => Ok(()),
            false if viewer.is_nobody() => Err(Denial::Unknown),
            false => Err(Denial::Forbidden),
        }
    }
}

/// One row of the table. `{…}` in a path stands for one segment of any text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Route {
    pub verb: Verb,
    pub path: &'static str,
    pub need: Need,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verb {
    /// HEAD too.
    Get,
    Post,
}

impl Verb {
    fn of(method: &Method) -> Option<Self> {
        match *method {
            Method::GET | Method::HEAD => Some(Self::Get),
            Method::POST => Some(Self::Post),
            _ => None,
        }
    }
}

const fn get(path: &'static str, need: Need) -> Route {
    Route { verb: Verb::Get, path, need }
}

const fn post(path: &'static str, need: Need) -> Route {
    Route { verb: Verb::Post, path, need }
}

const fn may(permission: Permission) -> Need {
    Need::May(permission)
}

/// Every address. Lists of numbers need the right to numbers; whatever is about single
/// customers (a customer's page, the search, exports and lists of them) needs the right to customers. Names of homes are masked in all.
pub const ROUTES: &[Route] = &[
    // before anybody is known
    get("/healthz", Public),
    get("/readyz", Public),
    get("/style/{name}", Public),
    get("/preferences", Public),
    get("/login", Public),
    post("/login", Public),
    get("/welcome/{token}", Public),
    post("/welcome/{token}", Public),
    get("/wall/{key}", WallKey),
    // pages
    get("/", may(SeeNumbers)),
    get("/regions", may(SeeNumbers)),
    get("/regions/{id}", may(SeeNumbers)),
    get("/rankings", may(SeeNumbers)),
    get("/peaks", may(SeeNumbers)),
    get("/wall", may(SeeNumbers)),
    get("/users/{id}", may(SeeCustomers)),
    post("/users/{id}/telephone", PersonMay(SeeTelephone)),
    get("/search", may(SeeCustomers)),
    get("/pipeline", MayWhole(SeePipeline)),
    get("/events", OfPath),
    // alarms; what is of no region is for whoever sees all of them, by its row
    get("/alarms", may(SeeAlarms)),
    get("/alarms/set-aside", may(SeeAlarms)),
    get("/alarms/{id}", may(SeeAlarms)),
    // receivers of messages about alarms, and who is told when
    get("/alarms/notices", may(ManageAlarms)),
    post("/alarms/channels", PersonMay(ManageAlarms)),
    post("/alarms/channels/{id}", PersonMay(ManageAlarms)),
    post("/alarms/channels/{id}/remove", PersonMay(ManageAlarms)),
    post("/alarms/channels/{id}/test", PersonMay(ManageAlarms)),
    post("/alarms/routes", PersonMay(ManageAlarms)),
    post("/alarms/routes/{id}", PersonMay(ManageAlarms)),
    post("/alarms/routes/{id}/remove", PersonMay(ManageAlarms)),
    post("/alarms/messages/{id}/again", PersonMay(ManageAlarms)),
    // rules of alarms
    get("/alarms/rules", may(SeeAlarms)),
    post("/alarms/rules", PersonMay(ManageAlarms)),
    get("/alarms/rules/new", may(ManageAlarms)),
    post("/alarms/rules/check", PersonMay(ManageAlarms)),
    get("/alarms/rules/{id}", may(SeeAlarms)),
    post("/alarms/rules/{id}", PersonMay(ManageAlarms)),
    post("/alarms/rules/{id}/enable", PersonMay(ManageAlarms)),
    post("/alarms/rules/{id}/disable", PersonMay(ManageAlarms)),
    post("/alarms/rules/{id}/remove", PersonMay(ManageAlarms)),
    post("/alarms/trials", PersonMay(ManageAlarms)),
    get("/alarms/trials/{id}", may(ManageAlarms)),
    post("/alarms/holidays", PersonMay(ManageAlarms)),
    post("/alarms/holidays/remove", PersonMay(ManageAlarms)),
    // performance, shifts, hand-overs
    get("/alarms/performance", may(SeeAlarms)),
    get("/alarms/shifts", may(SeeAlarms)),
    post("/alarms/shifts", PersonMay(ManageAlarms)),
    post("/alarms/shifts/{id}", PersonMay(ManageAlarms)),
    post("/alarms/shifts/{id}/remove", PersonMay(ManageAlarms)),
    post("/alarms/desks", PersonMay(ManageAlarms)),
    post("/alarms/desks/{id}", PersonMay(ManageAlarms)),
    post("/alarms/desks/{id}/remove", PersonMay(ManageAlarms)),
    get("/alarms/handover", may(SeeAlarms)),
    post("/alarms/handover", PersonMay(ActOnAlarms)),
    post("/alarms/handover/{id}/sign", PersonMay(ActOnAlarms)),
    get("/exports/alarm_performance.csv", may(SeeAlarms)),
    // tariffs, and the calendar that they refer to
    get("/settlement", may(SeeBilling)),
    get("/settlement/statements", may(SeeBilling)),
    get("/settlement/statements/{id}", may(SeeBilling)),
    get("/settlement/statements/{id}/print", may(SeeBilling)),
    get("/settlement/exceptions", may(SeeBilling)),
    get("/settlement/differences", may(SeeBilling)),
    get("/settlement/runs/{id}", may(SeeBilling)),
    get("/settlement/loss", may(SeeBilling)),
    get("/settlement/tariffs", may(SeeBilling)),
    post("/settlement/tariffs", PersonMay(KeepBilling)),
    get("/settlement/tariffs/new", may(KeepBilling)),
    get("/settlement/tariffs/import", may(KeepBilling)),
    post("/settlement/tariffs/import", PersonMay(KeepBilling)),
    post("/settlement/tariffs/check", PersonMay(KeepBilling)),
    get("/settlement/tariffs/{code}", may(SeeBilling)),
    post("/settlement/tariffs/{code}", PersonMay(KeepBilling)),
    post("/settlement/tariffs/{code}/withdraw", PersonMay(KeepBilling)),
    post("/settlement/tariffs/{code}/remove", PersonMay(KeepBilling)),
    get("/settlement/calendar", may(SeeBilling)),
    post("/settlement/calendar", PersonMay(KeepBilling)),
    post("/settlement/calendar/remove", PersonMay(KeepBilling)),
    post("/settlement/triggers", PersonMay(KeepBilling)),
    post("/settlement/carbon", PersonMay(ManageBilling)),
    get("/exports/tariffs.json", may(SeeBilling)),
    get("/api/v1/tariffs", may(SeeBilling)),
    post("/api/v1/tariffs", may(KeepBilling)),
    post("/api/v1/tariffs/check", may(KeepBilling)),
    post("/api/v1/tariffs/import", may(KeepBilling)),
    get("/api/v1/tariffs/{code}", may(SeeBilling)),
    post("/api/v1/tariffs/{code}", may(KeepBilling)),
    post("/api/v1/tariffs/{code}/withdraw", may(KeepBilling)),
    post("/api/v1/tariffs/{code}/remove", may(KeepBilling)),
    get("/api/v1/calendar", may(SeeBilling)),
    post("/api/v1/calendar", may(KeepBilling)),
    get("/api/v1/tariff-triggers", may(SeeBilling)),
    post("/api/v1/tariff-triggers", may(KeepBilling)),
    // contracts
    get("/settlement/contracts", may(SeeBilling)),
    post("/settlement/contracts", PersonMay(KeepBilling)),
    get("/settlement/contracts/new", may(KeepBilling)),
    get("/settlement/contracts/import", may(KeepBilling)),
    post("/settlement/contracts/import", PersonMay(KeepBilling)),
    post("/settlement/contracts/assign", PersonMay(KeepBilling)),
    get("/settlement/contracts/{id}", may(SeeBilling)),
    post("/settlement/contracts/{id}", PersonMay(KeepBilling)),
    post("/settlement/contracts/{id}/terms", PersonMay(KeepBilling)),
    post("/settlement/contracts/{id}/exchange", PersonMay(KeepBilling)),
    post("/settlement/contracts/{id}/close", PersonMay(KeepBilling)),
    post("/settlement/contracts/{id}/remove", PersonMay(KeepBilling)),
    post("/settlement/supply-meters", PersonMay(KeepBilling)),
    get("/exports/contracts.csv", may(SeeBilling)),
    get("/api/v1/contracts", may(SeeBilling)),
    post("/api/v1/contracts", may(KeepBilling)),
    post("/api/v1/contracts/import", may(KeepBilling)),
    get("/api/v1/contracts/{id}", may(SeeBilling)),
    post("/api/v1/contracts/{id}", may(KeepBilling)),
    // statements
    post("/settlement/runs", PersonMay(KeepBilling)),
    post("/settlement/runs/{id}/cancel", PersonMay(KeepBilling)),
    post("/settlement/statements/acts", PersonMay(KeepBilling)),
    post("/settlement/statements/{id}/check", PersonMay(KeepBilling)),
    post("/settlement/statements/{id}/reopen", PersonMay(KeepBilling)),
    post("/settlement/statements/{id}/freeze", PersonMay(KeepBilling)),
    post("/settlement/statements/{id}/void", PersonMay(ManageBilling)),
    get("/exports/settlements.csv", may(SeeBilling)),
    get("/api/v1/exports/settlements.csv", may(SeeBilling)),
    get("/api/v1/settlements", may(SeeBilling)),
    get("/api/v1/statements", may(SeeBilling)),
    post("/api/v1/statements/generate", may(KeepBilling)),
    get("/api/v1/statements/runs/{id}", may(SeeBilling)),
    get("/api/v1/statements/{id}", may(SeeBilling)),
    post("/api/v1/statements/{id}/check", may(KeepBilling)),
    post("/api/v1/statements/{id}/reopen", may(KeepBilling)),
    post("/api/v1/statements/{id}/freeze", may(KeepBilling)),
    post("/api/v1/statements/{id}/void", may(ManageBilling)),
    // statements as files
    get("/settlement/statements/{id}/statement.pdf", may(SeeBilling)),
    get("/settlement/statements/{id}/statement.xlsx", may(SeeBilling)),
    get("/settlement/statements/{id}/statement.csv", may(SeeBilling)),
    get("/settlement/statements/{id}/reconcile", may(SeeBilling)),
    post("/settlement/statements/{id}/reconcile", PersonMay(KeepBilling)),
    get("/settlement/what-if", may(SeeBilling)),
    post("/settlement/what-if", PersonMay(KeepBilling)),
    get("/settlement/what-if/{id}", may(SeeBilling)),
    get("/exports/statements.xlsx", may(SeeBilling)),
    get("/exports/statements.csv", may(SeeBilling)),
    get("/api/v1/statements/{id}/export.pdf", may(SeeBilling)),
    get("/api/v1/statements/{id}/export.xlsx", may(SeeBilling)),
    get("/api/v1/statements/{id}/export.csv", may(SeeBilling)),
    // acts on alarms
    post("/alarms/acts", PersonMay(ActOnAlarms)),
    post("/alarms/{id}/act", PersonMay(ActOnAlarms)),
    // one's own account
    post("/logout", Person),
    get("/account", SignedIn),
    get("/account/password", Person),
    post("/account/password", Person),
    post("/account/preferences", Person),
    post("/account/logins/end-others", Person),
    post("/account/logins/{id}/end", Person),
    // people, tenants, tokens, links
    get("/people", may(ManagePeople)),
    post("/people", PersonMay(ManagePeople)),
    get("/people/new", may(ManagePeople)),
    get("/people/{id}", may(ManagePeople)),
    post("/people/{id}", PersonMay(ManagePeople)),
    post("/people/{id}/remove", PersonMay(ManagePeople)),
    post("/people/{id}/link", PersonMay(ManagePeople)),
    post("/people/{id}/logins/end", PersonMay(ManagePeople)),
    get("/tenants", MayWhole(ManageTenants)),
    post("/tenants", PersonMayWhole(ManageTenants)),
    post("/tenants/regions", PersonMayWhole(ManageTenants)),
    post("/tenants/{id}", PersonMayWhole(ManageTenants)),
    post("/tenants/{id}/remove", PersonMayWhole(ManageTenants)),
    get("/tokens", may(ManageTokens)),
    post("/tokens", PersonMay(ManageTokens)),
    post("/tokens/{id}/revoke", PersonMay(ManageTokens)),
    post("/walls", PersonMay(ManageTokens)),
    post("/walls/{id}/revoke", PersonMay(ManageTokens)),
    post("/walls/{id}/address", PersonMay(ManageTokens)),
    // the record; its chain runs through every tenant's entries
    get("/audit", may(SeeAudit)),
    post("/audit/verify", PersonMayWhole(SeeAudit)),
    get("/exports/audit.csv", may(SeeAudit)),
    // exports
    get("/exports/dashboard.csv", may(SeeNumbers)),
    get("/exports/regions.csv", may(SeeNumbers)),
    get("/exports/windows.csv", may(SeeNumbers)),
    get("/exports/rollup.csv", may(SeeNumbers)),
    get("/exports/peaks.csv", may(SeeNumbers)),
    get("/exports/rankings.csv", may(SeeCustomers)),
    get("/exports/user_readings.csv", may(SeeCustomers)),
    get("/exports/silent_meters.csv", may(SeeCustomers)),
    get("/exports/dead_letters.csv", may(SeeDeadLetters)),
    get("/exports/alarms.csv", may(SeeAlarms)),
    // for programs
    get("/api/openapi.json", SignedIn),
    get("/api/dashboard", may(SeeNumbers)),
    get("/api/v1/regions", may(SeeNumbers)),
    get("/api/v1/regions/{id}/windows", may(SeeNumbers)),
    get("/api/v1/rankings", may(SeeCustomers)),
    get("/api/v1/rollup", may(SeeNumbers)),
    get("/api/v1/pipeline", MayWhole(SeePipeline)),
    // programs write too; a cookie's write has to come from our own pages like every other
    get("/api/v1/alarm-rules", may(SeeAlarms)),
    post("/api/v1/alarm-rules", may(ManageAlarms)),
    post("/api/v1/alarm-rules/check", may(ManageAlarms)),
    get("/api/v1/alarm-rules/{id}", may(SeeAlarms)),
    post("/api/v1/alarm-rules/{id}", may(ManageAlarms)),
    post("/api/v1/alarm-rules/{id}/enable", may(ManageAlarms)),
    post("/api/v1/alarm-rules/{id}/disable", may(ManageAlarms)),
    get("/api/v1/alarms", may(SeeAlarms)),
    post("/api/v1/alarms", may(ManageAlarms)),
    get("/api/v1/alarms/stream", may(SeeAlarms)),
    get("/api/v1/alarms/{id}", may(SeeAlarms)),
    post("/api/v1/alarms/{id}/ack", may(ActOnAlarms)),
    post("/api/v1/alarms/{id}/shelve", may(ActOnAlarms)),
    post("/api/v1/alarms/{id}/unshelve", may(ActOnAlarms)),
    post("/api/v1/alarms/{id}/clear", may(ActOnAlarms)),
    post("/api/v1/alarms/{id}/assign", may(ActOnAlarms)),
    post("/api/v1/alarms/{id}/comment", may(ActOnAlarms)),
    get("/metrics", MayWhole(SeePipeline)),
];

/// The row of a request. A path with anything escaped in it has none: patterns and handlers could read it differently.
pub fn find(method: &Method, path: &str) -> Option<&'static Route> {
    let verb = Verb::of(method)?;
    // the literal row wins over a pattern, as in the router
    let rows = || ROUTES.iter().filter(|route| route.verb == verb);
    rows().find(|route| route.path == path).or_else(|| rows().find(|route| matches(route.path, path)))
}

/// Whether an address exists under another method.
pub fn has_other_method(path: &str) -> bool {
    ROUTES.iter().any(|route| route.path == path || matches(route.path, path))
}

fn matches(pattern: &str, path: &str) -> bool {
    if path.contains('%') || path.len() > 1 && path.ends_with('/') {
        return false;
    }
    let mut segments = path.split('/');
    pattern.split('/').all(|expected| {
        segments.next().is_some_and(|given| match expected.starts_with('{') {
            true => !given.is_empty() && given != "." && given != "..",
            false => given == expected,
        })
    }) && segments.next().is_none()
}

/// Longer segments are keys of links, or nothing that a log needs.
const SHOWN_SEGMENT_BYTES: usize = 24;
const SHOWN_PATH_BYTES: usize = 200;

/// A path as the log may show it: without keys, whatever address somebody put them into.
pub fn shown(path: &str) -> String {
    let mut is_key = false;
    let mut shown = String::new();
    for (at, segment) in path.split('/').enumerate() {
        if at > 0 {
            shown.push('/');
        }
        let is_hidden = segment.len() > SHOWN_SEGMENT_BYTES || (is_key && !segment.is_empty());
        shown.push_str(if is_hidden { "…" } else { segment });
        is_key |= segment.eq_ignore_ascii_case("wall") || segment.eq_ignore_ascii_case("welcome");
        if shown.len() > SHOWN_PATH_BYTES {
            shown.push('…');
            break;
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use domain::access::{Preset, Scope};

    use super::*;

    fn need(path: &str) -> Option<Need> {
        find(&Method::GET, path).map(|route| route.need)
    }

    #[test]
    fn each_address_stands_once_in_the_table() {
        for (at, route) in ROUTES.iter().enumerate() {
            let twin = ROUTES[..at].iter().find(|earlier| earlier.verb == route.verb && earlier.path == route.path);
            assert_eq!(twin, None);
            let method = if route.verb == Verb::Get { Method::GET } else { Method::POST };
            assert_eq!(find(&method, &route.path.replace("{id}", "1").replace(['{', '}'], "")), Some(route));
        }
        for name in super::super::EXPORT_NAMES {
            assert!(need(&format!("/exports/{name}.csv")).is_some(), "{name}");
        }
    }

    #[test]
    fn what_is_not_in_the_table_is_not_found() {
        for odd in [
            "",
            "//",
            "/regions/",
            "/regions/1/x",
            "//people",
            "/people//",
            "/%70eople",
            "/people%2Fnew",
            "/users/1%2f2",
            "/users/..",
            "/users/.",
            "/People",
            "/exports/people.csv",
            "/api/v2/regions",
            "/healthz/",
            "/admin",
        ] {
            assert_eq!(need(odd), None, "{odd}");
        }
        assert_eq!(need("/people/new"), Some(may(ManagePeople)));
        assert_eq!(need("/users/-3"), Some(may(SeeCustomers)));
        assert_eq!(find(&Method::HEAD, "/rankings"), find(&Method::GET, "/rankings"));
        for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS, Method::TRACE, Method::CONNECT] {
            assert_eq!(find(&method, "/"), None, "{method}");
        }
        assert!(has_other_method("/logout") && find(&Method::GET, "/logout").is_none());
    }

    #[test]
    fn every_write_but_signing_in_is_a_persons_or_of_the_interface() {
        for route in ROUTES.iter().filter(|route| route.verb == Verb::Post) {
            let by_person = matches!(route.need, Person | PersonMay(_) | PersonMayWhole(_));
            let by_program = route.path.starts_with("/api/v1/") && matches!(route.need, Need::May(_));
            assert!(by_person || by_program || ["/login", "/welcome/{token}"].contains(&route.path), "{}", route.path);
        }
    }

    #[test]
    fn needs_are_judged_closed() {
        let nobody = Viewer::nobody();
        let as_who = |who: Who, preset: Preset, scope: Scope| Viewer { who, rights: preset.rights(), scope, ..Viewer::default() };
        let token = |preset, scope| as_who(Who::Token { token_id: 1, name: String::new() }, preset, scope);
        let wall = as_who(Who::Wall { link_id: 1, name: String::new(), layouts: vec![] }, Preset::Viewer, Scope::Whole);
        for route in ROUTES {
            assert_eq!(route.need.judge(&nobody).is_ok(), route.need == Public, "{}", route.path);
            let wall_may = matches!(route.need, Public | WallKey);
            assert_eq!(route.need.judge(&wall).is_ok(), wall_may, "{}", route.path);
        }
        // rights without having proved anything are no rights of anybody we know
        assert_eq!(may(SeeNumbers).judge(&token(Preset::Viewer, Scope::of([1]))), Ok(()));
        assert_eq!(MayWhole(SeePipeline).judge(&token(Preset::Engineer, Scope::of([1]))), Err(Denial::Forbidden));
        assert_eq!(MayWhole(SeePipeline).judge(&token(Preset::Engineer, Scope::Whole)), Ok(()));
        assert_eq!(PersonMay(ManagePeople).judge(&token(Preset::Admin, Scope::Whole)), Err(Denial::Forbidden));
        assert_eq!(WallKey.judge(&token(Preset::Admin, Scope::Whole)), Err(Denial::Forbidden));
    }

    #[test]
    fn keys_are_not_shown() {
        let key = "k".repeat(43);
        for path in
            [format!("/wall/{key}"), format!("/welcome/{key}/"), format!("/Wall/{key}"), format!("//{key}"), format!("/x{key}")]
        {
            assert!(!shown(&path).contains("kkk"), "{path}");
        }
        assert_eq!(shown("/wall/short"), "/wall/…");
        assert_eq!(shown("/people/7/logins/end"), "/people/7/logins/end");
        assert_eq!(shown("/"), "/");
        assert!(shown(&"/aaaa".repeat(10_000)).len() < 300);
    }
}
