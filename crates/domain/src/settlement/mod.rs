//! Settlement: tariffs, contracts, metered days, bills and statements. Plain values; the rules are in `engine::settlement`.

pub mod adjustment;
pub mod band;
pub mod bill;
pub mod calendar;
pub mod carbon;
pub mod check;
pub mod contract;
pub mod day_energy;
pub mod document;
pub mod lifecycle;
pub mod meter;
pub mod period;
pub mod price;
pub mod resolve;
pub mod rules;
pub mod shipped;
pub mod statement;
pub mod tariff;

pub use adjustment::{Adjustment, ComponentDelta};
pub use band::{Band, BandMap};
pub use bill::{Bill, Line, LineKind, Part, Quantity};
pub use calendar::{BandRule, Calendar, CalendarDay, CalendarDays, DayChoice, DayKind, MinuteSpan};
pub use check::{PlanFault, check};
pub use contract::{Contract, ContractId, DemandMode, Direction, Terms};
pub use day_energy::{DayEnergy, DayMark, Demand};
pub use meter::{MeterExchange, Reactive, Reading, ReadingTime};
pub use period::{Month, Period};
pub use price::Price6;
pub use resolve::{CalendarFault, CalendarProblem, CaseKind, bands_of};
pub use rules::{NationalRules, PowerFactorStandard};
pub use statement::{ExceptionKind, StatementId, StatementState};
pub use tariff::{Component, ComponentKind, Notice, TariffPlan};
