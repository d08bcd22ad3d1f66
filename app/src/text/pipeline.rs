//! Words of the pipeline page.

use super::{Text, text};

pub const TITLE: Text = text("数据链路", "Pipeline");
pub const VERDICT: Text = text("结论", "Verdict");
pub const NORMAL: Text = text("正常：数据流畅通，已提交到 {}。", "Normal: the stream flows and is committed up to {}.");
pub const REPLAYING: Text = text("正常：正在回放历史数据，已到 {}。", "Normal: history is being replayed, now at {}.");
pub const DELAYED: Text = text("延迟：落后 {}。", "Delayed: {} behind.");
pub const DELAYED_DO: Text =
    text("通常会自行恢复；若持续，请看下面受限的环节。", "It usually recovers by itself; if not, see the limiting stage below.");
pub const STARTING: Text = text("正在启动：还没有读数。", "Starting: no reading yet.");
pub const STARTING_DO: Text =
    text("通常几秒内完成；若停留在此，请运行 loadline doctor。", "This takes seconds; if it stays so, run loadline doctor.");
pub const COPYING: Text = text("首次复制进行中：{}。", "The first copy runs: {}.");
pub const COPYING_DO: Text = text("无需操作，复制完成后自动转入实时。", "Nothing to do; live data follows when it is complete.");
pub const COPY_RATE: Text = text("{} / {} 行，每秒 {} 行，剩余约 {}", "{} of {} rows, {} rows/s, about {} left");
pub const DOWN: Text = text("中断：自 {} 起。", "Broken: since {}.");
pub const DOWN_DO: Text = text(
    "正在自动重试。请检查来源数据库和网络；运行 loadline doctor 查看原因。",
    "It retries by itself. Check the source database and the network; loadline doctor names the cause.",
);
pub const ENGINE_GONE_DO: Text =
    text("计算进程没有回音。请运行 loadline serve 启动它。", "The engine process is silent. Start it with loadline serve.");
pub const STOPPED_DO: Text = text("等待处理：{}", "Waits for an operator: {}");
pub const NO_NEW: Text = text("正常：连接畅通，{} 没有新数据。", "Normal: connected, no new data for {}.");
pub const NO_NEW_DO: Text =
    text("若来源应有数据，请检查来源系统的写入。", "If data is expected, check the writers of the source.");
pub const NEVER: Text =
    text("计算进程尚未启动过。请运行 loadline serve。", "The engine has never run here. Start it with loadline serve.");
pub const CHAIN: Text = text("链路：源库 → 读取 → 计算 → 提交 → 页面", "Chain: source → read → compute → commit → pages");
pub const STAGE: Text = text("环节", "Stage");
pub const STAGE_READ: Text = text("读取", "Read");
pub const STAGE_LOAD: Text = text("装载", "Load");
pub const STAGE_COMPUTE: Text = text("计算", "Compute");
pub const STAGE_COMMIT: Text = text("提交", "Commit");
pub const STAGE_PAGE: Text = text("页面", "Pages");
pub const STAGE_POSITION: Text = text("日志位置", "Log position");
pub const ROWS_PER_S: Text = text("行/秒（1 分钟）", "Rows/s (1 min)");
pub const P50: Text = text("p50（5 分钟）", "p50 (5 min)");
pub const P99: Text = text("p99（5 分钟）", "p99 (5 min)");
pub const BUSY: Text = text("忙 %", "Busy %");
pub const QUEUE: Text = text("队列/上限", "Queue/limit");
pub const LIMITING: Text = text("受限环节（反压）：{}", "Limited by (back-pressure): {}");
pub const NOT_LIMITED: Text = text("✓ 没有环节受限", "✓ No stage is the limit");
pub const BEHIND: Text = text("落后", "Behind");
pub const CHAIN_NONE: Text = text("还没有环节数据", "No stage has reported yet");
pub const TIMES: Text = text("时间", "Time");
pub const WATERMARK_DELAY: Text = text("水位线延迟", "Watermark delay");
pub const OPEN_WINDOWS: Text = text("未关闭窗口", "Open windows");
pub const OLDEST_NEWEST: Text = text("最早 {} · 最新 {}", "oldest {} · newest {}");
pub const IDLE_CLOSES: Text = text("空闲关闭次数", "Idle closings");
pub const NEWEST_EVENT: Text = text("最新事件时间", "Newest event time");
pub const LATE_THIS_HOUR: Text = text("本小时迟到", "Late this hour");
pub const LATE_HOURS: Text = text("每小时迟到数据", "Late rows per hour");
pub const HOUR: Text = text("小时", "Hour");
pub const ROWS: Text = text("行数", "Rows");
pub const LATE: Text = text("迟到", "Late");
pub const LATE_KWH: Text = text("迟到电量 kWh", "Late energy kWh");
pub const RETRACTED: Text = text("撤回", "Retracted");
pub const MISMATCH: Text = text("示数不符", "Register mismatches");
pub const LOG: Text = text("日志与复制槽", "Log and slot");
pub const SENT: Text = text("来源已写", "Written at source");
pub const RECEIVED: Text = text("已读取", "Received");
pub const COMMITTED: Text = text("已提交", "Committed");
pub const ACKNOWLEDGED: Text = text("已确认", "Acknowledged");
pub const RETAINED: Text = text("复制槽保留日志", "WAL retained by slot");
pub const RETAINED_OF: Text = text("上限 {}（{}）", "limit {} ({})");
pub const RETAINED_FREE: Text =
    text("来源未设上限：槽停滞时会占满来源磁盘", "no limit at the source: a stuck slot fills its disk");
pub const LAG: Text = text("日志积压", "Log lag");
pub const COMMITS: Text = text("提交次数", "Commits");
pub const FAILED: Text = text("失败 {}", "{} failed");
pub const MEMORY: Text = text("进程内存", "Process memory");
pub const LAYERS: Text = text("分层核对", "Layers");
pub const LAYERS_OK: Text = text("✓ 各层一致", "✓ All layers agree");
pub const LAYERS_BAD: Text =
    text("✕ 各层不一致：请运行 loadline doctor，并保留日志", "✕ Layers differ: run loadline doctor and keep the log");
pub const LAYERS_MANY: Text =
    text("今日读数 {} 条，超过页面核对上限，未计算", "{} readings today are more than this page recounts");
pub const LAYERS_AT: Text = text("核对时刻 {}", "checked at {}");
pub const LAYER: Text = text("层", "Layer");
pub const ROWS_TODAY: Text = text("今日行数", "Rows today");
pub const KWH_TODAY: Text = text("今日电量 kWh", "kWh today");
pub const LAST_WRITE: Text = text("最后写入", "Last write");
pub const DUPLICATES: Text = text("重复键", "Duplicate keys");
pub const DIFFERENCE: Text = text("与上层差 kWh", "Difference to layer above kWh");
pub const LAYER_ODS: Text = text("ODS 读数（含被拒）", "ODS readings (with rejected)");
pub const LAYER_DWD: Text = text("DWD 明细", "DWD details");
pub const LAYER_WINDOW: Text = text("DWS 窗口", "DWS windows");
pub const LAYER_ROLLUP: Text = text("DWS 分周期", "DWS roll-ups");
pub const LAYER_BOARD: Text = text("ADS 窗口", "ADS windows");
pub const LAYER_DAY: Text = text("ADS 区域日", "ADS region days");
pub const REJECTED: Text = text("被拒数据（死信）", "Rejected (dead letters)");
pub const REJECTED_NONE: Text = text("✓ 没有未处理的死信", "✓ No open dead letter");
pub const REASON: Text = text("原因", "Reason");
pub const OPEN: Text = text("未处理", "Open");
pub const OPEN_TODAY: Text = text("今日", "Today");
pub const EVER: Text = text("累计", "All");
pub const NEWEST_OPEN: Text = text("最新未处理的 {} 条", "The {} newest open");
pub const RECEIVED_AT: Text = text("接收时刻", "Received");
pub const TABLE: Text = text("来源表", "Source table");
pub const KEY: Text = text("主键", "Key");
pub const WHY: Text = text("说明", "Why");
pub const RAW: Text = text("原始数据", "Row");
pub const STORE: Text = text("存储", "Store");
pub const STORE_TABLE: Text = text("分区表", "Partitioned table");
pub const PARTITIONS: Text = text("天数", "Days");
pub const FROM_TO: Text = text("范围", "Range");
pub const AHEAD: Text = text("预建天数", "Days ahead");
pub const SIZE: Text = text("占用", "Size");
pub const PER_DAY: Text = text("每日增长", "Growth per day");
pub const DATABASE_SIZE: Text = text("数据库大小", "Database size");
pub const DISK_UNKNOWN: Text =
    text("磁盘余量未知：由 loadline doctor 检查", "Free disk is not known here; loadline doctor checks it");
pub const HISTORY: Text = text("历史", "History");
pub const EVENT: Text = text("事件", "Event");
pub const DETAIL: Text = text("原因", "Cause");
pub const DURATION: Text = text("持续", "Duration");
pub const HISTORY_NONE: Text = text("还没有事件", "No event yet");

// Reasons of dead letters
pub const CSV_ALL_REASONS: Text = text("CSV 含全部原因", "the CSV holds all reasons");
pub const MISSING_KEY: Text = text("缺少主键", "missing key");
pub const MISSING_USER_ID: Text = text("缺少用户编号", "missing customer number");
pub const MISSING_AMOUNT: Text = text("缺少电量", "missing amount");
pub const MISSING_COST: Text = text("缺少电费", "missing cost");
pub const MISSING_DATE: Text = text("缺少时间", "missing time");
pub const NOT_FINITE: Text = text("不是有限数值", "not a finite number");
pub const NEGATIVE_AMOUNT: Text = text("电量为负", "negative amount");
pub const NEGATIVE_COST: Text = text("电费为负", "negative cost");
pub const AMOUNT_TOO_LARGE: Text = text("电量过大", "amount too large");
pub const FUTURE_DATE: Text = text("时间在未来", "time in the future");
pub const BEYOND_RETENTION: Text = text("早于保留期限", "before the retention horizon");
pub const REGISTER: Text = text("示数与电量不符", "register contradicts amount");
pub const EXPIRED: Text = text("明细已过期", "detail has expired");
