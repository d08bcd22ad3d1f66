//! What the product protects, each named once with the area and level it needs.

use super::rights::{Area, Level, Rights};

/// Something that not everybody may see or do.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Permission {
    /// Loads, rankings, peaks, regions, the wall.
    SeeNumbers,
    /// Alarms, their history, performance and shifts.
    SeeAlarms,
    /// Acknowledge, shelve, assign, comment, reset; sign a hand-over.
    ActOnAlarms,
    /// Rules, receivers, routes, desks, the shift calendar; taking alarms out of service.
    ManageAlarms,
    /// Settlements, tariffs, contracts, statements.
    SeeBilling,
    /// Tariffs, contracts, holidays, daily decisions; making, checking and freezing statements.
    KeepBilling,
    /// Voiding frozen statements; rules and factors of the nation.
    ManageBilling,
    /// Customers, their readings, and exports of them.
    SeeCustomers,
    /// Telephone numbers of customers; each look is recorded.
    SeeTelephone,
    /// Rejected changes.
    SeeDeadLetters,
    /// The state of the log reader, of every layer, and the metrics.
    SeePipeline,
    /// Accounts, their rights and regions.
    ManagePeople,
    /// Tenants and the regions that belong to them.
    ManageTenants,
    /// API tokens and wall links.
    ManageTokens,
    /// The record of who did what.
    SeeAudit,
}

/// The table of rights: what each permission needs.
pub const PERMISSIONS: [(Permission, &str, Area, Level); 15] = [
    (Permission::SeeNumbers, "see_numbers", Area::Dispatch, Level::View),
    (Permission::SeeAlarms, "see_alarms", Area::Dispatch, Level::View),
    (Permission::ActOnAlarms, "act_on_alarms", Area::Dispatch, Level::Operate),
    (Permission::ManageAlarms, "manage_alarms", Area::Dispatch, Level::Manage),
    (Permission::SeeBilling, "see_billing", Area::Billing, Level::View),
    (Permission::KeepBilling, "keep_billing", Area::Billing, Level::Operate),
    (Permission::ManageBilling, "manage_billing", Area::Billing, Level::Manage),
    (Permission::SeeCustomers, "see_customers", Area::Data, Level::View),
    (Permission::SeeTelephone, "see_telephone", Area::Data, Level::Operate),
    (Permission::SeeDeadLetters, "see_dead_letters", Area::Data, Level::Operate),
    (Permission::SeePipeline, "see_pipeline", Area::System, Level::View),
    (Permission::ManagePeople, "manage_people", Area::System, Level::Manage),
    (Permission::ManageTenants, "manage_tenants", Area::System, Level::Manage),
    (Permission::ManageTokens, "manage_tokens", Area::System, Level::Manage),
    (Permission::SeeAudit, "see_audit", Area::System, Level::Manage),
];

impl Permission {
    /// Area and level that it needs.
    pub fn needs(self) -> (Area, Level) {
        let row = PERMISSIONS.iter().find(|(permission, ..)| *permission == self);
        // a permission that is not in the table is nobody's
        row.map_or((Area::System, Level::Manage), |(_, _, area, level)| (*area, *level))
    }

    pub fn code(self) -> &'static str {
        PERMISSIONS.iter().find(|(permission, ..)| *permission == self).map_or("?", |(_, code, ..)| code)
    }
}

impl Rights {
    pub fn allow(self, permission: Permission) -> bool {
        let (area, level) = permission.needs();
        self.level(area) >= level
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Preset;

    #[test]
    fn each_permission_stands_once_in_the_table() {
        for (at, (permission, code, area, level)) in PERMISSIONS.iter().enumerate() {
            assert_eq!(permission.needs(), (*area, *level));
            assert_eq!(permission.code(), *code);
            assert!(*level > Level::None);
            assert!(!PERMISSIONS[..at].iter().any(|(earlier, name, ..)| earlier == permission || name == code));
        }
    }

    #[test]
    fn presets_hold_what_their_names_promise() {
        let may = |preset: Preset, permission| preset.rights().allow(permission);
        assert!(Preset::ALL.into_iter().all(|preset| may(preset, Permission::SeeNumbers)));
        assert!(!may(Preset::Viewer, Permission::SeeTelephone) && may(Preset::Operator, Permission::SeeTelephone));
        assert!(!may(Preset::BillingAuditor, Permission::SeeTelephone));
        assert!(may(Preset::Operator, Permission::ActOnAlarms) && !may(Preset::Operator, Permission::ManageAlarms));
        assert!(!may(Preset::BillingClerk, Permission::ActOnAlarms) && may(Preset::Engineer, Permission::ManageAlarms));
        assert!(may(Preset::BillingClerk, Permission::KeepBilling) && !may(Preset::BillingClerk, Permission::ManageBilling));
        assert!(may(Preset::BillingAuditor, Permission::SeeBilling) && !may(Preset::BillingAuditor, Permission::KeepBilling));
        assert!(!may(Preset::Operator, Permission::SeeBilling) && !may(Preset::Viewer, Permission::SeeBilling));
        assert!(!may(Preset::Operator, Permission::SeePipeline) && may(Preset::Engineer, Permission::SeePipeline));
        let managers = Preset::ALL.into_iter().filter(|preset| may(*preset, Permission::ManagePeople));
        assert_eq!(managers.collect::<Vec<_>>(), [Preset::Admin]);
        assert!(PERMISSIONS.iter().all(|(permission, ..)| !Rights::NONE.allow(*permission)));
    }
}
