//! Headings, labels and sentences of the pages of contracts.

use domain::settlement::{Direction, ReadingTime};
use warehouse::settlement::contracts::ListFault;

use crate::text::{Text, text};

pub const CONTRACTS: Text = text("合同", "Contracts");
pub const LIST: Text = text("合同列表", "List of contracts");
pub const NONE: Text = text("还没有合同。新建一份，或导入文件。", "There is no contract yet. Make one, or import a file.");
pub const NONE_FOUND: Text = text("没有符合条件的合同。", "No contract matches.");
pub const FILTER: Text = text("筛选合同", "Filter contracts");
pub const SEARCH: Text = text("合同号、户号、名称或电价", "Contract, customer, name or tariff");
pub const REGION: Text = text("区域", "Region");
pub const ALL_REGIONS: Text = text("全部区域", "All regions");
pub const FAULT: Text = text("问题", "Fault");
pub const ANY_FAULT: Text = text("全部", "Any");
pub const NO_CONTRACT: Text = text("没有合同的用户", "Customers without a contract");
pub const CLEAR: Text = text("清除", "Clear");
pub const NEW: Text = text("新建合同", "New contract");
pub const IMPORT: Text = text("导入合同", "Import contracts");
pub const ASSIGN: Text = text("批量指定电价", "Assign a tariff to many");

pub const CONTRACT: Text = text("合同 {}", "Contract {}");
pub const CONTRACT_NO: Text = text("合同号", "Contract");
pub const USER: Text = text("户号", "Account no.");
pub const NAME: Text = text("名称", "Name");
pub const CATEGORY: Text = text("用电类别", "Category");
pub const TARIFF: Text = text("电价", "Tariff");
pub const NO_TARIFF_YET: Text = text("未定", "none yet");
pub const VOLTAGE: Text = text("电压等级", "Voltage");
pub const CAPACITY: Text = text("装见容量 (kVA)", "Capacity (kVA)");
pub const DEMAND_MODE: Text = text("基本电费方式", "Basic charge");
pub const CONTRACT_DEMAND: Text = text("合同最大需量 (kW)", "Contract demand (kW)");
pub const CONTRACT_DEMAND_HINT: Text = text(
    "只在“按合同最大需量”时需要；低于容量 40 % 时按 40 % 计费",
    "Only with “by contract demand”; below 40 % of the capacity, 40 % is billed",
);
pub const INTERVAL: Text = text("计量间隔 (分钟)", "Interval (minutes)");
pub const READING_TIME: Text = text("读数时间的含义", "What the time of a reading means");
pub const AS_SET: Text = text("按系统设置", "As the installation is set");
pub const STANDARD: Text = text("功率因数标准", "Power-factor standard");
pub const NO_STANDARD: Text = text("不考核", "None");
pub const MANY_PEOPLE: Text = text("一户多人口", "Household of many people");
pub const BEHIND_TRANSFORMER: Text = text("高供低计", "Metered behind the transformer");
pub const SUSPENDED: Text = text("暂停 / 减容（不收基本电费）", "Suspended (no basic charge)");
pub const MULTIPLIER: Text = text("倍率 (CT × PT)", "Multiplier (CT × PT)");
pub const REGISTER_MAX: Text = text("表码上限", "Largest register value");
pub const REGISTER_MAX_HINT: Text =
    text("例如 999999.99；用于识别表码翻转，可留空", "For example 999999.99; tells a rollover, may be empty");
pub const DIRECTION: Text = text("方向", "Direction");
pub const BILLING_DAY: Text = text("抄表例日", "Billing day");
pub const BILLING_DAY_HINT: Text = text("1 至 28：账期从每月这一天开始", "1 to 28: periods begin on this day of each month");
pub const STARTS_ON: Text = text("开始", "From");
pub const CLOSED_ON: Text = text("终止", "Until");
pub const STILL_OPEN: Text = text("执行中", "open-ended");
pub const VALID_FROM: Text = text("自何日起", "From which day");
pub const VALID_FROM_HINT: Text = text(
    "同一日已有条款时将替换；更早的账单如已冻结，将生成退补",
    "Terms of the same day are replaced; frozen bills behind that day get adjustments",
);

pub const HEAD: Text = text("概况", "Head");
pub const TERMS: Text = text("条款", "Terms");
pub const TERMS_NOTE: Text =
    text("每组条款从其日期起执行，到下一组为止。", "Each of the terms is in force from its day until the next.");
pub const TERMS_FROM: Text = text("{} 起", "From {}");
pub const IN_FORCE: Text = text("当前", "in force");
pub const PUT_TERMS: Text = text("新增或更正条款", "Add or correct terms");
pub const REMOVE_TERMS: Text = text("删除此条款", "Remove these terms");
pub const REMOVE_TERMS_OF: Text = text("删除 {} 起的条款", "Remove the terms from {}");
pub const REMOVE_TERMS_NOTE: Text =
    text("删除后由前一组条款接续；相关日期将重新结算。", "The terms before them go on; the days are settled again.");
pub const COPY_TERMS: Text = text("以此为底稿", "Start from these");
pub const SAVE: Text = text("保存", "Save");
pub const BANDS: Text = text("时段与价格", "Bands and prices");
pub const STATEMENTS: Text = text("账单", "Statements");
pub const EXCHANGES: Text = text("换表", "Meter exchanges");
pub const NO_EXCHANGES: Text = text("没有换表记录。", "No exchange is recorded.");
pub const EXCHANGED_AT: Text = text("换表时刻", "Exchanged at");
pub const FINAL_REGISTER: Text = text("旧表止码", "Last register of the old meter");
pub const INITIAL_REGISTER: Text = text("新表起码", "First register of the new meter");
pub const ADD_EXCHANGE: Text = text("登记换表", "Record an exchange");
pub const REMOVE: Text = text("删除", "Remove");
pub const REMOVE_EXCHANGE_OF: Text = text("删除 {} 的换表", "Remove the exchange of {}");
pub const REMOVE_EXCHANGE_NOTE: Text = text("相关日期将重新结算。", "The days around it are settled again.");
pub const CLOSE: Text = text("终止合同", "Close the contract");
pub const CLOSE_HINT: Text =
    text("第一个不再供电的日期；当日起不再计费", "The first day without supply; nothing is billed from it on");
pub const REOPEN: Text = text("撤销终止", "Open it again");
pub const REOPEN_NOTE: Text =
    text("合同将继续执行，终止日之后的日期重新结算。", "The contract goes on, and the days behind its end are settled.");
pub const REMOVE_CONTRACT: Text = text("删除合同", "Remove the contract");
pub const REMOVE_CONTRACT_NOTE: Text = text(
    "仅用于误建：有未作废账单的合同不能删除，请改为终止。",
    "For one that was made by mistake: a contract with statements that are not void cannot be removed; close it instead.",
);
pub const HISTORY: Text = text("变更记录", "History");
pub const NO_HISTORY: Text = text("没有记录。", "Nothing is recorded.");
pub const WHOLE_HISTORY: Text = text("在审计中查看", "See the audit");
pub const AT: Text = text("时间", "When");
pub const WHO: Text = text("何人", "Who");
pub const WHAT: Text = text("内容", "What");
pub const REASON: Text = text("原因", "Why");
pub const NOTES: Text = text("需要注意", "To be looked at");
pub const ALL_FINE: Text = text("没有发现问题。", "Nothing is wrong.");
pub const PROBLEMS: Text = text("未保存，因为：", "Not saved, because:");
pub const ACTS: Text = text("操作", "What can be done");
pub const CHANGE_HEAD: Text = text("更改抄表例日", "Change the billing day");

pub const ASSIGN_NOTE: Text = text(
    "为某一类别、某一区域中还没有合同的全部用户建立合同。先预览数量，再执行。",
    "Makes a contract for every customer of a category and region who has none. Look at the number first, then do it.",
);
pub const PREVIEW: Text = text("预览", "Preview");
pub const ASSIGN_NOW: Text = text("为 {} 位用户建立合同", "Make contracts for {} customers");
pub const ASSIGN_COUNT: Text = text("类别“{}”中有 {} 位用户没有合同。", "{}: {} customers without a contract.");
pub const WOULD_ADD: Text = text("将新建 {} 份合同。", "{} contracts would be made.");
pub const MAKE_ONE: Text = text("建立合同", "Make one");
pub const ALL_HAVE: Text = text("所有用户都有合同。", "Every customer has a contract.");
pub const TARIFF_REQUIRED: Text = text("选择电价", "Choose a tariff");

pub const FILE: Text = text("文件 (CSV 或 JSON)", "File (CSV or JSON)");
pub const CONTENT: Text = text("或粘贴内容", "Or paste the content");
pub const CHECK_FILE: Text = text("试运行", "Try it");
pub const IMPORT_NOW: Text = text("导入", "Import");
pub const IMPORT_NOTE: Text = text(
    "CSV 每行一份合同的一组条款，空单元格表示默认值；从导出的文件开始最简单。任何一行被拒绝时什么都不写入；重复导入不会改变任何内容。",
    "A row of the CSV is one of the terms of a contract; an empty cell means the usual value. An exported file is the best start. Nothing is written while a row is refused, and importing twice changes nothing.",
);
pub const COLUMNS: Text = text("列", "Columns");
pub const REPORT: Text = text("结果", "Result");
pub const TRIED: Text = text("试运行：未写入。", "Tried: nothing is written.");
pub const WRITTEN: Text = text("已导入。", "Imported.");
pub const NOT_WRITTEN: Text = text("有内容被拒绝，未写入任何内容。", "Something was refused, so nothing is written.");
pub const NOTHING_NEW: Text = text("没有差异，未写入任何内容。", "Nothing differs, so nothing is written.");
pub const ADDED: Text = text("新增", "Added");
pub const CHANGED: Text = text("更改", "Changed");
pub const SAME: Text = text("相同", "The same");
pub const REFUSED: Text = text("拒绝", "Refused");
pub const WARNED: Text = text("需要注意", "To be looked at");
pub const LINE: Text = text("行", "Line");
pub const FIELD: Text = text("字段", "Field");
pub const BEFORE: Text = text("原值", "Before");
pub const AFTER: Text = text("新值", "After");
pub const MOST_TOLD: Text = text("只列出前 {} 条。", "Only the first {} are listed.");
pub const CHOOSE_AGAIN: Text = text("文件较大，请再次选择同一文件后导入。", "The file is large: choose it again to import it.");

pub const UNREADABLE_TERMS: Text = text(
    "条款内容无法读取，合同暂停结算。请重新录入条款，或请管理员恢复。",
    "Its terms cannot be read, so nothing is settled. Enter the terms anew, or ask the administrator to restore them.",
);

pub fn list_fault(fault: ListFault) -> Text {
    match fault {
        ListFault::NoTariff => text("无电价", "No tariff"),
        ListFault::NotValid => text("电价无有效版本", "Tariff not in force"),
        ListFault::NoPrices => text("电价无价格", "Tariff without prices"),
    }
}

pub fn direction(direction: Direction) -> Text {
    match direction {
        Direction::Import => text("用电", "Consumption"),
        Direction::Export => text("上网（反向）", "Feed-in"),
    }
}

pub fn reading_time(time: ReadingTime) -> Text {
    match time {
        ReadingTime::Report => text("上报时刻", "Time of report"),
        ReadingTime::IntervalEnd => text("间隔结束", "End of the interval"),
        ReadingTime::IntervalStart => text("间隔开始", "Start of the interval"),
    }
}

/// Fields of files, differences and the record.
pub fn field(name: &str) -> Option<Text> {
    Some(match name {
        "tariff" => TARIFF,
        "voltage" => VOLTAGE,
        "capacity_kva" => CAPACITY,
        "demand_mode" => DEMAND_MODE,
        "contract_demand_kw" => CONTRACT_DEMAND,
        "interval_min" => INTERVAL,
        "reading_time_is" => READING_TIME,
        "power_factor_standard" => STANDARD,
        "has_many_people" => MANY_PEOPLE,
        "is_metered_behind_transformer" => BEHIND_TRANSFORMER,
        "is_suspended" => SUSPENDED,
        "multiplier" => MULTIPLIER,
        "register_max" => REGISTER_MAX,
        "billing_day" => BILLING_DAY,
        "closed_on" => CLOSED_ON,
        "direction" => DIRECTION,
        "exchange" => EXCHANGES,
        "terms" => TERMS,
        "user_id" => USER,
        _ => return None,
    })
}

/// Why a form was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ContractProblem {
    /// The faults stand beside the form.
    Faults,
    HasStatements,
    /// The same contract stands already.
    Exists,
    NoFile,
    TooMany,
    UnknownCustomer,
}

pub fn problem(problem: ContractProblem) -> Text {
    match problem {
        ContractProblem::Faults => text("合同未保存，原因见下。", "The contract is not saved; see why below."),
        ContractProblem::HasStatements => text(
            "该合同有未作废的账单，不能删除，也不能更改抄表例日。请先作废账单，或终止合同后另立新合同。",
            "The contract has statements that are not void: it cannot be removed or get another billing day. Void them first, or close the contract and make a new one.",
        ),
        ContractProblem::Exists => text("相同的合同已经存在。", "The same contract is there already."),
        ContractProblem::NoFile => text("请选择文件，或粘贴内容。", "Choose a file, or paste its content."),
        ContractProblem::TooMany => text("一次最多 200 000 行；请分批处理。", "At most 200,000 rows at once; divide them."),
        ContractProblem::UnknownCustomer => {
            text("没有此用户，或其区域不在您的权限之内。", "There is no such customer, or its region is not yours.")
        }
    }
}

pub fn fields(problem: ContractProblem) -> &'static [&'static str] {
    match problem {
        ContractProblem::NoFile => &["file"],
        ContractProblem::UnknownCustomer | ContractProblem::Exists => &["user_id"],
        _ => &[],
    }
}

/// Whether somebody else was first.
pub fn is_late(problem: ContractProblem) -> bool {
    matches!(problem, ContractProblem::HasStatements | ContractProblem::Exists)
}

/// What `?done=` says.
pub const DONE: [(&str, Text); 12] = [
    ("contract-added", text("合同已建立，相关日期将自动结算。", "The contract is made; its days are being settled.")),
    ("contract-saved", text("合同已保存，相关日期将重新结算。", "The contract is saved; its days are being settled again.")),
    ("terms-saved", text("条款已保存，相关日期将重新结算。", "The terms are saved; their days are being settled again.")),
    ("terms-removed", text("条款已删除。", "The terms are removed.")),
    ("exchange-saved", text("换表已登记。", "The exchange is recorded.")),
    ("exchange-removed", text("换表已删除。", "The exchange is removed.")),
    ("contract-closed", text("合同已终止。", "The contract is closed.")),
    ("contract-reopened", text("合同已恢复执行。", "The contract runs again.")),
    ("contract-removed", text("合同已删除。", "The contract is removed.")),
    ("contracts-assigned", text("合同已批量建立，正在后台结算。", "The contracts are made; they are being settled.")),
    ("supply-saved", text("供电关口表已指定。", "The supply meter is set.")),
    ("supply-removed", text("供电关口表已取消。", "The region has no supply meter any more.")),
];
