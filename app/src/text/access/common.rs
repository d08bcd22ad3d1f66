//! Words that the forms of accounts and rights share.

use crate::text::{Text, text};

// Navigation
pub const PEOPLE: Text = text("人员与权限", "People and rights");
pub const TENANTS: Text = text("租户与区域", "Tenants and regions");
pub const TOKENS: Text = text("令牌与大屏链接", "Tokens and wall links");
pub const AUDIT: Text = text("审计", "Audit");
pub const ACCOUNT: Text = text("我的账户", "My account");

// Fields
pub const NAME: Text = text("登录名", "Name to sign in with");
pub const DISPLAY_NAME: Text = text("显示名称", "Shown as");
pub const PASSWORD: Text = text("密码", "Password");
pub const TENANT: Text = text("租户", "Tenant");
pub const OPERATOR: Text = text("运营方（不属于任何租户）", "Operator of the installation (no tenant)");
pub const OPERATOR_SHORT: Text = text("运营方", "Operator");
pub const RIGHTS: Text = text("权限", "Rights");
pub const REGIONS: Text = text("供电区域", "Supply regions");
pub const REASON: Text = text("原因（写入审计记录）", "Reason (goes into the audit record)");
pub const OPTIONAL: Text = text("可不填", "optional");
pub const STATE: Text = text("状态", "State");
pub const ADDRESS: Text = text("地址", "Address");
pub const CREATED: Text = text("创建时间", "Made");
pub const NEVER: Text = text("从未", "never");
pub const ACTIONS: Text = text("操作", "Actions");

// Buttons
pub const SAVE: Text = text("保存", "Save");
pub const ADD: Text = text("添加", "Add");
pub const CANCEL: Text = text("取消", "Cancel");
pub const REMOVE: Text = text("删除", "Remove");
pub const BACK: Text = text("返回", "Back");

// Regions of a grant
pub const ALL_REGIONS: Text = text("全部区域", "All regions");
pub const ALL_REGIONS_NOTE: Text = text(
    "租户的全部区域；运营方则为整个系统。以后新增的区域也包括在内",
    "All of the tenant, or of the installation; also those added later",
);
pub const SOME_REGIONS: Text = text("仅下列区域（含其下级区域）", "Only these regions, with those below them");
pub const REGIONS_MORE: Text = text("另有 {} 个", "and {} more");
pub const NO_REGION_KNOWN: Text = text("尚无供电区域", "No supply region is known yet");
pub const NO_REGIONS: Text = text("没有区域", "no regions");

pub const SECRET_LABEL: Text = text("只显示一次", "Shown only once");
