//! Why something about accounts, tenants, tokens or links was not done, and what to tell whoever asked.

use domain::{FailureKind, RegionId};

use crate::Sentence;

/// A value that is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// Small Latin letters, digits and `-`, at most 32, with at least one letter.
    TenantCode,
    UnknownTenant,
    /// The region does not belong to the tenant.
    RegionNotOfTenant(RegionId),
    /// Readings without a known region belong to nobody but the operator.
    UnknownRegion,
    TooManyRegions,
    /// As many of these as there may be.
    TooMany,
    /// None, too many, or not a layout.
    Layouts,
    /// Ends before it begins.
    Expiry,
    /// Another language or theme than there is.
    Preference,
}

#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    #[error("the accounts in the warehouse database cannot be used: {0}. Check LOADLINE_WAREHOUSE_URL and run loadline migrate")]
    Database(#[from] sqlx::Error),
    #[error("there is no such thing, or it is somebody else's")]
    NotFound,
    #[error("the name is taken")]
    NameTaken,
    #[error("somebody else changed it in the meantime")]
    Conflict,
    #[error("the last administrator of the installation cannot be removed, disabled or demoted")]
    LastAdministrator,
    #[error("nobody grants more than he has, or changes somebody who has more")]
    BeyondOwnRights,
    #[error("the tenant still has people, regions, tokens or wall links")]
    TenantInUse,
    #[error("the region belongs to another tenant")]
    RegionTaken,
    #[error("a value is not taken: {0:?}")]
    Invalid(Fault),
}

impl AccessError {
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Database(_) if self.is_unavailable() => FailureKind::Retry,
            Self::Database(error) => match sqlstate(error).as_deref() {
                Some(code) if code.starts_with("40") || code == "55P03" => FailureKind::Retry,
                Some(code)
                    if code.starts_with("28") || ["42501", "42P01", "42883", "3D000", "3F000", "22023"].contains(&code) =>
                {
                    FailureKind::Operator
                }
                None if matches!(error, sqlx::Error::Configuration(_)) => FailureKind::Operator,
                _ => FailureKind::Bug,
            },
            Self::Conflict => FailureKind::Retry,
            _ => FailureKind::Operator,
        }
    }

    /// Whether the database itself is away, as opposed to a statement it refused.
    pub fn is_unavailable(&self) -> bool {
        let Self::Database(error) = self else { return false };
        match error {
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::Tls(_)
            | sqlx::Error::WorkerCrashed => true,
            // 57: operator intervention (shutdown, start-up, cancelled); 53: no connections left; 08: connection lost
            _ => sqlstate(error).is_some_and(|code| ["57", "53", "08"].iter().any(|class| code.starts_with(class))),
        }
    }

    /// What whoever asked is told; nothing of the database's own words.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Database(_) if self.is_unavailable() => Sentence::new(
                "数据库暂时不可用，无法核对身份与权限；请稍后再试。",
                "The database is away, so accounts and rights cannot be checked; try again in a moment.",
            ),
            Self::Database(_) => Sentence::new(
                "账号数据无法读写；请管理员运行 loadline migrate 并查看日志。",
                "Accounts cannot be read or written; an administrator should run loadline migrate and look into the log.",
            ),
            Self::NotFound => Sentence::new("没有这一项，或已被删除。", "There is no such thing, or it has been removed."),
            Self::NameTaken => Sentence::new("该名称已被使用，请换一个。", "The name is taken; choose another."),
            Self::Conflict => Sentence::new(
                "他人刚刚修改了同一项；已显示最新内容，请核对后再保存。",
                "Somebody else has just changed this; the newest values are shown, check them and save again.",
            ),
            Self::LastAdministrator => Sentence::new(
                "这是最后一个可用的管理员，不能删除、停用或降权；请先设立另一个管理员。",
                "This is the last active administrator and cannot be removed, disabled or demoted; appoint another one first.",
            ),
            Self::BeyondOwnRights => Sentence::new(
                "不能授予超出自己的权限或区域，也不能改动权限高于自己的人。",
                "Nobody grants rights or regions beyond his own, or changes somebody who has more.",
            ),
            Self::TenantInUse => Sentence::new(
                "该租户仍有人员、区域、令牌或大屏链接；请先移走或撤销它们。",
                "The tenant still has people, regions, tokens or wall links; move or revoke them first.",
            ),
            Self::RegionTaken => Sentence::new(
                "该区域属于另一个租户；请先将它收回。",
                "The region belongs to another tenant; take it back from there first.",
            ),
            Self::Invalid(fault) => fault.sentence(),
        }
    }
}

impl Fault {
    fn sentence(self) -> Sentence {
        match self {
            Self::TenantCode => Sentence::new(
                "租户代码只能用小写字母、数字和连字符，至多 32 个字符，至少含一个字母。",
                "A tenant's code has small letters, digits and hyphens, at most 32 of them, at least one a letter.",
            ),
            Self::UnknownTenant => Sentence::new("没有这个租户。", "There is no such tenant."),
            Self::RegionNotOfTenant(region) => {
                Sentence::new(format!("区域 {region} 不属于该租户。"), format!("Region {region} does not belong to the tenant."))
            }
            Self::UnknownRegion => {
                Sentence::new("“未知地区”的读数不能划归租户。", "Readings of an unknown region cannot be given to a tenant.")
            }
            Self::TooManyRegions => Sentence::new(
                format!("至多逐个授予 {} 个区域；请授予上级区域或全部区域。", super::MOST_REGIONS),
                format!("At most {} regions are granted one by one; grant a region above them, or all.", super::MOST_REGIONS),
            ),
            Self::TooMany => {
                Sentence::new("数量已达上限；请先删除不再需要的。", "There are as many as there may be; remove some first.")
            }
            Self::Layouts => Sentence::new("请选择大屏布局。", "Choose the layouts of the wall."),
            Self::Expiry => Sentence::new("到期时间须在将来。", "The time of expiry must be in the future."),
            Self::Preference => Sentence::new("没有这种语言或主题。", "There is no such language or theme."),
        }
    }
}

fn sqlstate(error: &sqlx::Error) -> Option<String> {
    Some(error.as_database_error()?.code()?.into_owned())
}

/// Whether a statement failed because of this unique or foreign key.
pub(super) fn broke(error: &sqlx::Error, constraint: &str) -> bool {
    error.as_database_error().is_some_and(|cause| cause.constraint() == Some(constraint))
}
