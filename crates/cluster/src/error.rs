//! What can go wrong with a private cluster. Each sentence names the remedy; a person reads them.

use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// What was being done to a file or an address when it failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    Create,
    Open,
    Read,
    Write,
    Remove,
    Rename,
    Link,
    Lock,
    HandOver,
    Listen,
}

impl Step {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Create => ("创建", "created"),
            Self::Open => ("打开", "opened"),
            Self::Read => ("读取", "read"),
            Self::Write => ("写入", "written"),
            Self::Remove => ("删除", "removed"),
            Self::Rename => ("改名为", "put in its place"),
            Self::Link => ("建立链接", "linked"),
            Self::Lock => ("锁定", "locked"),
            Self::HandOver => ("移交给服务器账户", "handed over to the account of the server"),
            Self::Listen => ("监听", "listened on"),
        }
    }
}

/// Its `Display` is the English sentence.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    NotInstalled { oldest: u32 },
    OtherMajor { dir: PathBuf, major: u32 },
    NoAccount,
    InUse { dir: PathBuf },
    OtherOwner { path: PathBuf },
    Files { step: Step, path: PathBuf, source: io::Error },
    Run { program: PathBuf, source: io::Error },
    Failed { program: &'static str, output: String },
    NotStarted { dir: PathBuf, log_tail: String, log: PathBuf },
    TooSlow { dir: PathBuf, log: PathBuf },
    NotStopped { dir: PathBuf, pid: i32 },
    BadName { name: String },
}

impl ClusterError {
    /// For `map_err`: an I/O error with what was being done to which path.
    pub(crate) fn files(step: Step, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Files { step, path, source }
    }

    /// What is wrong and what mends it, in Chinese and in English.
    pub fn sentence(&self) -> (String, String) {
        match self {
            Self::NotInstalled { oldest } => (
                format!("本机没有安装 PostgreSQL {oldest} 或更新版本。请安装：apt-get install postgresql"),
                format!("PostgreSQL {oldest} or newer is not installed on this machine. Install it with: apt-get install postgresql"),
            ),
            Self::OtherMajor { dir, major } => {
                let dir = dir.display();
                (
                    format!("{dir} 中的数据由 PostgreSQL {major} 写入，而本机没有该版本。请安装：apt-get install postgresql-{major}（或删除 {dir} 重新开始）"),
                    format!("The data in {dir} was written by PostgreSQL {major}, which is not installed here. Install it with: apt-get install postgresql-{major} (or remove {dir} to begin anew)"),
                )
            }
            Self::NoAccount => (
                "PostgreSQL 不能以 root 运行，而本机既没有用户 postgres 也没有用户 nobody。请创建：useradd --system postgres".into(),
                "PostgreSQL does not run as root, and this machine has neither a user postgres nor a user nobody. Create one with: useradd --system postgres".into(),
            ),
            Self::InUse { dir } => {
                let dir = dir.display();
                (
                    format!("{dir} 正被另一个 Loadline 进程使用。请先停止它，或用 --data-dir 另选目录。"),
                    format!("{dir} is in use by another running process of Loadline. Stop that one first, or choose another directory with --data-dir"),
                )
            }
            Self::OtherOwner { path } => {
                let path = path.display();
                (
                    format!("{path} 不是目录或属于其他用户，不能使用。请删除它，或用 --data-dir 另选目录。"),
                    format!("{path} is no directory or belongs to another user and cannot be used. Remove it, or choose another directory with --data-dir"),
                )
            }
            Self::NotStopped { dir, pid } => {
                let dir = dir.display();
                (
                    format!("{dir} 中的私有 PostgreSQL（进程 {pid}）未能在限定时间内停止。请结束它：kill -QUIT {pid}"),
                    format!("The private PostgreSQL in {dir} (process {pid}) did not stop in time. End it with: kill -QUIT {pid}"),
                )
            }
            Self::BadName { name } => (
                format!("“{name}”不能作数据库名：只能用 a-z、0-9 和 _，最多 63 个字符，以字母开头。"),
                format!("'{name}' cannot be the name of a database here: use a-z, 0-9 and _, at most 63 of them, a letter first"),
            ),
            Self::Files { step, path, source } => files(*step, path, source),
            Self::Run { program, source } => run(program, source),
            Self::Failed { program, output } => failed(program, output),
            Self::NotStarted { dir, log_tail, log } => not_started(dir, log_tail, log),
            Self::TooSlow { dir, log } => too_slow(dir, log),
        }
    }
}

impl fmt::Display for ClusterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence().1)
    }
}

fn files(step: Step, path: &Path, source: &io::Error) -> (String, String) {
    let (path, (zh, en)) = (path.display(), step.words());
    (
        format!("无法{zh} {path}：{}。请检查目录的所有者，以及磁盘是否已满。", cause_zh(source)),
        format!("{path} cannot be {en}: {source}. Check who owns the directory and that the disk is not full"),
    )
}

fn run(program: &Path, source: &io::Error) -> (String, String) {
    let program = program.display();
    (
        format!("程序 {program} 无法运行：{}。请重新安装：apt-get install --reinstall postgresql", cause_zh(source)),
        format!("{program} could not be run: {source}. Reinstall it with: apt-get install --reinstall postgresql"),
    )
}

fn failed(program: &str, output: &str) -> (String, String) {
    (
        format!("{program} 执行失败，其输出为“{output}”。请检查磁盘空间和目录权限后重试。"),
        format!("{program} failed: {output}. Check the space on the disk and the rights on the directory, then try again"),
    )
}

fn not_started(dir: &Path, log_tail: &str, log: &Path) -> (String, String) {
    let (dir, log) = (dir.display(), log.display());
    (
        format!("{dir} 中的私有 PostgreSQL 没有启动，其日志末尾为“{log_tail}”。请按日志 {log} 排除原因后重试。"),
        format!("The private PostgreSQL in {dir} did not start: {log_tail}. Its log is {log}; remove the cause and try again"),
    )
}

fn too_slow(dir: &Path, log: &Path) -> (String, String) {
    let (dir, log) = (dir.display(), log.display());
    (
        format!("{dir} 中的私有 PostgreSQL 未能在限定时间内启动。请查看日志 {log}，然后重试。"),
        format!("The private PostgreSQL in {dir} took too long to start. Look into its log {log} and try again"),
    )
}

/// The usual causes in plain words; a rare one keeps its number.
fn cause_zh(error: &io::Error) -> String {
    match (error.kind(), error.raw_os_error()) {
        (ErrorKind::NotFound, _) => "文件或目录不存在".to_owned(),
        (ErrorKind::PermissionDenied, _) => "没有权限".to_owned(),
        (ErrorKind::StorageFull, _) => "磁盘已满".to_owned(),
        (ErrorKind::ReadOnlyFilesystem, _) => "文件系统只读".to_owned(),
        (ErrorKind::AlreadyExists, _) => "已经存在".to_owned(),
        (ErrorKind::InvalidData, _) => "内容不是 UTF-8 文本".to_owned(),
        (_, Some(number)) => format!("系统错误 {number}"),
        (_, None) => format!("系统报告“{error}”"),
    }
}
