//! Words of the page of tenants and regions.

use crate::text::{Text, text};

pub const LIST: Text = text("租户", "Tenants");
pub const NONE: Text =
    text("还没有租户。所有区域都属于运营方。", "There is no tenant yet. All regions belong to the operator of the installation.");
pub const CODE: Text = text("代码", "Code");
pub const CODE_HINT: Text = text(
    "小写字母、数字和连字符，最多 32 个；令牌中的 tenant_id 用它，以后不能更改",
    "Small letters, digits and hyphens, at most 32; claims name the tenant by it, and it cannot be changed later",
);
pub const TENANT_NAME: Text = text("名称", "Name");
pub const PEOPLE: Text = text("人数", "People");
pub const REGION_COUNT: Text = text("区域数", "Regions");
pub const ADD: Text = text("添加租户", "Add a tenant");
pub const RENAME: Text = text("改名", "Rename");
pub const RENAME_OF: Text = text("租户 {} 的名称", "Name of tenant {}");
pub const REMOVE_OF: Text = text("删除租户 {}", "Remove tenant {}");
pub const REMOVE_NOTE: Text = text(
    "只有没有人员、令牌、大屏链接和区域的租户才能删除。",
    "Only a tenant without people, tokens, wall links and regions can be removed.",
);
pub const CONFLICT: Text = text("现在的名称是 “{}”，您填写的是 “{}”。", "The name is now “{}”; you entered “{}”.");
pub const REGIONS: Text = text("区域属于谁", "Whom a region belongs to");
pub const REGIONS_NOTE: Text = text(
    "一个区域最多属于一个租户。租户的人员只看得到自己租户的区域。",
    "A region belongs to at most one tenant. People of a tenant see only the regions of that tenant.",
);
pub const REGION_NO: Text = text("编号", "No.");
pub const FILTER: Text = text("区域名称或编号", "Name or number of a region");
pub const ASSIGN: Text = text("划归", "Assign");
pub const TENANT_OF: Text = text("{} 的租户", "Tenant of {}");
pub const NO_MATCH: Text = text("没有与 “{}” 相符的区域。", "No region matches “{}”.");
pub const MOST: Text = text("只显示前 {} 个区域，请用筛选缩小范围", "Only the first {} regions are shown; use the filter");
