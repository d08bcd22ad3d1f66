//! What a form sent, when its page is shown again instead of being left.

/// A form that was not taken, or one whose answer is shown only once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Submitted {
    /// Which form of the page: `person`, `token`, …
    pub form: &'static str,
    /// As entered, in order; never a password.
    pub values: Vec<(String, String)>,
    pub problem: Option<Problem>,
    /// Shown once and stored nowhere: a token, a link, a telephone number.
    pub secret: Option<String>,
}

impl Submitted {
    pub fn value<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.all(name).next()
    }

    /// Every value of a field that may be given several times.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.values.iter().filter(move |(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    pub fn is(&self, name: &str, value: &str) -> bool {
        self.all(name).any(|own| own == value)
    }
}

/// Why a form was not taken; `text::access` has the sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Problem {
    SignInFailed,
    SlowedDown,
    Busy,
    WrongPassword,
    PasswordShort,
    PasswordLong,
    PasswordWeak,
    PasswordsDiffer,
    NameEmpty,
    NameTooLong,
    NameCharacter,
    NameTaken,
    Conflict,
    LastAdministrator,
    BeyondOwnRights,
    NoRegions,
    NoLayout,
    TenantCode,
    TenantInUse,
    RegionTaken,
    RegionNotOfTenant,
    LinkUsed,
    NotFound,
    ExpiryPast,
    /// A field that our own pages never send like this.
    BadField,
}

impl Problem {
    pub const ALL: [Self; 25] = [
        Self::SignInFailed,
        Self::SlowedDown,
        Self::Busy,
        Self::WrongPassword,
        Self::PasswordShort,
        Self::PasswordLong,
        Self::PasswordWeak,
        Self::PasswordsDiffer,
        Self::NameEmpty,
        Self::NameTooLong,
        Self::NameCharacter,
        Self::NameTaken,
        Self::Conflict,
        Self::LastAdministrator,
        Self::BeyondOwnRights,
        Self::NoRegions,
        Self::NoLayout,
        Self::TenantCode,
        Self::TenantInUse,
        Self::RegionTaken,
        Self::RegionNotOfTenant,
        Self::LinkUsed,
        Self::NotFound,
        Self::ExpiryPast,
        Self::BadField,
    ];

    /// HTTP status of the page that shows it.
    pub fn status(self) -> u16 {
        match self {
            Self::Conflict | Self::NameTaken | Self::LastAdministrator | Self::TenantInUse | Self::RegionTaken => 409,
            Self::BeyondOwnRights => 403,
            Self::NotFound => 404,
            Self::SlowedDown => 429,
            Self::Busy => 503,
            Self::SignInFailed => 401,
            Self::LinkUsed => 410,
            _ => 422,
        }
    }
}
