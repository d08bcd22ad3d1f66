//! Areas, levels, presets and permissions in words. Each match is complete: a new one does not compile without its text.

use domain::access::{Area, Level, Permission, Preset, Rights};

use crate::text::{Lang, Text, text};

pub const CUSTOM: Text = text("自定组合", "Own combination");
pub const CUSTOM_NOTE: Text = text("为每个范围单独选择级别", "A level of its own for each area");
pub const NOTHING: Text = text("没有任何权限", "no rights");
pub const TABLE: Text = text("各项权限的含义", "What each right allows");
pub const AREA: Text = text("范围", "Area");
pub const LEVEL: Text = text("所需级别", "Level needed");
pub const ALLOWS: Text = text("允许", "Allows");
pub const PRESETS: Text = text("包含于", "In");
pub const LEVEL_OF: Text = text("{}：{}", "{}: {}");

pub fn area(area: Area) -> Text {
    match area {
        Area::Dispatch => text("调度", "Dispatch"),
        Area::Billing => text("计费", "Billing"),
        Area::Data => text("数据", "Data"),
        Area::System => text("系统", "System"),
    }
}

pub fn level(level: Level) -> Text {
    match level {
        Level::None => text("无", "none"),
        Level::View => text("查看", "view"),
        Level::Operate => text("操作", "operate"),
        Level::Manage => text("管理", "manage"),
    }
}

pub fn preset(preset: Preset) -> Text {
    match preset {
        Preset::Viewer => text("查看员", "Viewer"),
        Preset::Operator => text("值班员", "Operator"),
        Preset::Engineer => text("工程师", "Engineer"),
        Preset::Admin => text("管理员", "Administrator"),
        Preset::BillingClerk => text("计费员", "Billing clerk"),
        Preset::BillingAuditor => text("计费审核员", "Billing auditor"),
    }
}

/// What somebody with the preset may do, in a line.
pub fn preset_note(preset: Preset) -> Text {
    match preset {
        Preset::Viewer => text("查看负荷、排名与用户，不作任何更改", "Sees loads, rankings and customers; changes nothing"),
        Preset::Operator => {
            text("调度值班：另可查看用户电话与被拒绝的数据", "On duty: also telephone numbers of customers and rejected changes")
        }
        Preset::Engineer => {
            text("管理调度与数据，查看数据链路的运行状态", "Manages dispatch and data, sees the state of the pipeline")
        }
        Preset::Admin => text("全部权限，包括人员、租户、令牌与审计", "Everything, also people, tenants, tokens and the audit"),
        Preset::BillingClerk => text(
            "编制账单；可查看用户电话；不能处理调度",
            "Drafts bills, sees telephone numbers; nothing of dispatch but to look",
        ),
        Preset::BillingAuditor => text("审核账单，只能查看", "Looks over the bills; changes nothing"),
    }
}

pub fn permission(permission: Permission) -> Text {
    match permission {
        Permission::SeeNumbers => text("查看负荷、排名、峰值、区域与大屏", "See loads, rankings, peaks, regions and the wall"),
        Permission::SeeAlarms => text("查看告警、其历史、绩效与班次", "See alarms, their history, performance and shifts"),
        Permission::ActOnAlarms => text(
            "确认、搁置、指派、备注、复位告警，签署交接班",
            "Acknowledge, shelve, assign, comment and reset alarms; sign hand-overs",
        ),
        Permission::ManageAlarms => text(
            "管理告警规则、通知、值班台与排班，停用告警",
            "Manage alarm rules, notifications, desks and shifts; take alarms out of service",
        ),
        Permission::SeeBilling => text("查看结算、电价、合同与账单", "See settlements, tariffs, contracts and statements"),
        Permission::KeepBilling => text(
            "维护电价、合同、节假日与尖峰日，生成、审核、冻结账单",
            "Keep tariffs, contracts, holidays and daily decisions; make, check and freeze statements",
        ),
        Permission::ManageBilling => {
            text("作废已冻结的账单，维护国家规则与碳因子", "Void frozen statements; keep national rules and carbon factors")
        }
        Permission::SeeCustomers => text("查看用户、其读数，并导出", "See customers and their readings, and export them"),
        Permission::SeeTelephone => {
            text("查看用户电话，每次查看均有记录", "See telephone numbers of customers; each look is recorded")
        }
        Permission::SeeDeadLetters => text("查看被拒绝的数据", "See rejected changes"),
        Permission::SeePipeline => {
            text("查看数据链路与各层的状态及指标", "See the state of the pipeline, every layer and the metrics")
        }
        Permission::ManagePeople => text("管理人员及其权限和区域", "Manage people, their rights and regions"),
        Permission::ManageTenants => text("管理租户及其区域（仅限运营方）", "Manage tenants and their regions (operator only)"),
        Permission::ManageTokens => text("管理 API 令牌与大屏链接", "Manage API tokens and wall links"),
        Permission::SeeAudit => text("查看、导出并核验审计记录", "See, export and verify the audit record"),
    }
}

/// The name of the preset, or the levels.
pub fn summary(rights: Rights, lang: Lang) -> String {
    Preset::of(rights).map_or_else(|| levels(rights, lang), |known| preset(known).get(lang).to_owned())
}

/// `调度：操作 · 数据：查看`
pub fn levels(rights: Rights, lang: Lang) -> String {
    let held = Area::ALL.into_iter().filter(|held| rights.level(*held) != Level::None);
    let parts: Vec<_> =
        held.map(|held| LEVEL_OF.with(lang, &[area(held).get(lang), level(rights.level(held)).get(lang)])).collect();
    if parts.is_empty() { NOTHING.get(lang).to_owned() } else { parts.join(" · ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::access::PERMISSIONS;

    #[test]
    fn every_right_has_words_of_its_own() {
        for lang in Lang::ALL {
            let mut seen = std::collections::BTreeSet::new();
            assert!(PERMISSIONS.iter().all(|(known, ..)| seen.insert(permission(*known).get(lang))));
            assert!(Preset::ALL.iter().all(|known| seen.insert(preset(*known).get(lang))));
            assert!(Preset::ALL.iter().all(|known| seen.insert(preset_note(*known).get(lang))));
            assert!(Level::ALL.iter().all(|known| seen.insert(level(*known).get(lang))));
            assert!(Area::ALL.iter().all(|known| seen.insert(area(*known).get(lang))));
        }
    }

    #[test]
    fn combinations_are_named_by_their_levels() {
        let odd = Preset::Viewer.rights().with(Area::System, Level::View);
        assert_eq!(summary(odd, Lang::En), "Dispatch: view · Data: view · System: view");
        assert_eq!(summary(Preset::Operator.rights(), Lang::Zh), "值班员");
        assert_eq!(summary(Rights::NONE, Lang::En), "no rights");
    }
}
