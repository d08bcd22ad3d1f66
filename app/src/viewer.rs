//! Who looks at a page: what he may see and do, and as whom it is recorded.

use domain::access::{AccountId, Permission, Rights, Scope, TenantId};

/// How somebody proved who he is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Who {
    #[default]
    Nobody,
    /// Signed in with a name; `login_id` is his session.
    Person {
        account_id: AccountId,
        login_id: i64,
        name: String,
        display_name: String,
    },
    Token {
        token_id: i64,
        name: String,
    },
    /// The subject of a signed claim.
    Claim {
        subject: String,
    },
    /// A wall display; it may show these layouts.
    Wall {
        link_id: i64,
        name: String,
        layouts: Vec<String>,
    },
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Viewer {
    pub who: Who,
    pub rights: Rights,
    pub scope: Scope,
    /// The scope grows with regions that are added.
    pub all_regions: bool,
    /// None for the operator of the installation.
    pub tenant_id: Option<TenantId>,
    /// Name of the tenant, to be shown.
    pub tenant_name: Option<String>,
    /// Nothing but a new password is served until there is one.
    pub must_change_password: bool,
}

impl Viewer {
    /// Whoever is not signed in.
    pub fn nobody() -> Self {
        Self::default()
    }

    /// Nobody in particular of these: whom a live page is rendered for.
    pub fn of(audience: &Audience) -> Self {
        Self { scope: audience.scope.clone(), rights: audience.rights, ..Self::default() }
    }

    pub fn may(&self, permission: Permission) -> bool {
        self.rights.allow(permission)
    }

    pub fn is_nobody(&self) -> bool {
        self.who == Who::Nobody
    }

    /// Acts for the installation and not for one tenant.
    pub fn is_operator(&self) -> bool {
        self.tenant_id.is_none() && !self.is_nobody()
    }

    pub fn account_id(&self) -> Option<AccountId> {
        match self.who {
            Who::Person { account_id, .. } => Some(account_id),
            _ => None,
        }
    }

    /// As pages and the audit name him.
    pub fn name(&self) -> &str {
        match &self.who {
            Who::Nobody => "",
            Who::Person { display_name, .. } => display_name,
            Who::Token { name, .. } | Who::Wall { name, .. } => name,
            Who::Claim { subject } => subject,
        }
    }

    /// What decides the bytes of a page: viewers with equal audiences get the same.
    pub fn audience(&self) -> Audience {
        Audience { scope: self.scope.clone(), rights: self.rights }
    }
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Audience {
    pub scope: Scope,
    pub rights: Rights,
}
