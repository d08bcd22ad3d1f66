//! Words of runs that make drafts.

use crate::text::{Text, text};

pub const TITLE: Text = text("生成批次 {}", "Run {}");
pub const NUMBER: Text = text("批次", "Run");
pub const MONTH: Text = text("月份", "Month");
pub const STATE: Text = text("状态", "State");
pub const PROGRESS: Text = text("进度", "Progress");
pub const DONE_OF: Text = text("{} / {} 份合同", "{} of {} contracts");
pub const FAULTS: Text = text("无法计费", "Cannot be billed");
pub const MADE_BY: Text = text("发起人", "Started by");
pub const MADE_AT: Text = text("发起时间", "Asked for at");
pub const STARTED_AT: Text = text("开始", "Began");
pub const FINISHED_AT: Text = text("结束", "Ended");
pub const FOR: Text = text("范围", "For");
pub const FOR_ALL: Text = text("全部可见区域", "All regions seen");
pub const FOR_CONTRACTS: Text = text("{} 份合同", "{} contracts");
pub const CANCEL: Text = text("取消批次", "Cancel the run");
pub const CANCEL_NOTE: Text = text(
    "已生成的草稿保留；以后可重新生成，从头核对每份合同。",
    "Drafts that were made stay. Another run goes through all contracts again.",
);
pub const SHOW_STATEMENTS: Text = text("查看账单", "Show the statements");
pub const SHOW_EXCEPTIONS: Text = text("查看异常", "Show the exceptions");
pub const PROBLEM: Text = text("批次中断：{}。再次生成会从头继续。", "The run failed: {}. Start another one to go on.");
pub const PROBLEM_ELSEWHERE: Text = text(
    "批次中断；原因可能涉及您看不到的区域，请发起人或管理员查看。再次生成会从头继续。",
    "The run failed. The cause may lie in regions that you do not see: ask who started it, or an administrator. Start another one to go on.",
);

pub fn state(code: &str) -> Option<Text> {
    Some(match code {
        "waiting" => text("排队中", "Waiting"),
        "running" => text("进行中", "Running"),
        "done" => text("已完成", "Done"),
        "cancelled" => text("已取消", "Cancelled"),
        "failed" => text("失败", "Failed"),
        _ => return None,
    })
}
