//! Who changes something, as the record keeps him, and what he may hand on.

use domain::access::{Rights, Scope, TenantId};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AuthorKind {
    Person,
    Token,
    /// A signed claim of another system.
    Claim,
    /// Somebody at the console of the server.
    Command,
    /// The program itself.
    System,
}

impl AuthorKind {
    pub fn code(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Token => "token",
            Self::Claim => "claim",
            Self::Command => "command",
            Self::System => "system",
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Author {
    pub kind: AuthorKind,
    /// Number of the account or token.
    pub id: Option<i64>,
    pub name: String,
    /// Address of the peer; empty for commands.
    pub address: String,
    pub tenant_id: Option<TenantId>,
    /// Why, in his own words.
    pub reason: Option<String>,
}

impl Author {
    /// Whoever runs a command on the server; `name` is the user of the operating system.
    pub fn command(name: impl Into<String>) -> Self {
        Self::without_number(AuthorKind::Command, name.into())
    }

    pub fn system() -> Self {
        Self::without_number(AuthorKind::System, "loadline".to_owned())
    }

    fn without_number(kind: AuthorKind, name: String) -> Self {
        Self { kind, id: None, name, address: String::new(), tenant_id: None, reason: None }
    }
}

/// What the author has himself: nobody grants more than that, and nobody touches whoever has more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Granter {
    pub rights: Rights,
    pub tenant_id: Option<TenantId>,
    pub scope: Scope,
    /// Also regions that will be added: more than all there are now.
    pub all_regions: bool,
}

impl Granter {
    /// For commands: whoever runs them owns the database anyway.
    pub fn everything() -> Self {
        Self { rights: domain::access::Preset::Admin.rights(), tenant_id: None, scope: Scope::Whole, all_regions: true }
    }
}
