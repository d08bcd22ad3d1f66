//! What a form sent, when its page is shown again instead of being left.

use domain::alarms::Refusal;
use domain::alarms::point::AlarmId;
use warehouse::alarms::shifts::ShiftFault;

use crate::text::alarms::notices::NoticeProblem;
use crate::text::alarms::rules::RuleProblem;
use crate::text::alarms::shifts;
use crate::text::settlement::acts::StatementProblem;
use crate::text::settlement::calendar::CalendarRefusal;
use crate::text::settlement::contracts::{self, ContractProblem};
use crate::text::settlement::tariffs::{self, TariffProblem};

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
    /// What became of an act on alarms that could not be done to all of them.
    pub acted: Option<Acted>,
}

/// How many alarms an act was done to, and why not to the others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Acted {
    pub done: usize,
    pub refused: Vec<(AlarmId, Refusal)>,
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
    /// No alarm was chosen.
    NothingChosen,
    TextTooLong,
    /// Nobody of that name who sees the alarm.
    UnknownAssignee,
    /// An act was not done to every alarm; [`Submitted::acted`] says why.
    NotAllDone,
    /// Of desks, shifts and hand-overs; `text::alarms::shifts` has the sentences.
    Shift(ShiftFault),
    /// Of rules and trials; `text::alarms::rules` has the sentences.
    Rule(RuleProblem),
    /// Of receivers and routes; `text::alarms::notices` has the sentences.
    Notice(NoticeProblem),
    /// Of tariffs; `text::settlement::tariffs` has the sentences.
    Tariff(TariffProblem),
    /// Of the calendar, decisions and factors; `text::settlement::calendar` has the sentences.
    Calendar(CalendarRefusal),
    /// Of contracts; `text::settlement::contracts` has the sentences.
    Contract(ContractProblem),
    /// Of statements and runs; `text::settlement::acts` has the sentences.
    Statement(StatementProblem),
    /// A field that our own pages never send like this.
    BadField,
}

impl Problem {
    pub const ALL: [Self; 29] = [
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
        Self::NothingChosen,
        Self::TextTooLong,
        Self::UnknownAssignee,
        Self::NotAllDone,
        Self::BadField,
    ];

    /// HTTP status of the page that shows it.
    pub fn status(self) -> u16 {
        match self {
            Self::Conflict
            | Self::NotAllDone
            | Self::NameTaken
            | Self::LastAdministrator
            | Self::TenantInUse
            | Self::RegionTaken => 409,
            Self::Shift(fault) if shifts::is_late(fault) => 409,
            Self::Shift(ShiftFault::BeyondOwnRegions) | Self::Rule(RuleProblem::OverWholeRule) | Self::BeyondOwnRights => 403,
            Self::Contract(problem) if contracts::is_late(problem) => 409,
            Self::Statement(problem) if problem.is_late() => 409,
            Self::Statement(StatementProblem::SamePerson) => 403,
            Self::Statement(StatementProblem::RunsBusy | StatementProblem::BeingRated) => 503,
            Self::Tariff(problem) if tariffs::is_late(problem) => 409,
            Self::Tariff(TariffProblem::NotOwn) | Self::Calendar(CalendarRefusal::NotOwn) => 403,
            Self::Rule(RuleProblem::Busy) => 503,
            Self::NotFound => 404,
            Self::SlowedDown => 429,
            Self::Busy => 503,
            Self::SignInFailed => 401,
            Self::LinkUsed => 410,
            _ => 422,
        }
    }
}
