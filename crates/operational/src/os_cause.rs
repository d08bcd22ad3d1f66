//! What the operating system says about a file or a connection, in Chinese and in English.

use std::io::{self, ErrorKind};

/// The usual causes in plain words; a rare one keeps its number, or what was said about it.
pub fn os_cause(error: &io::Error) -> (String, String) {
    let zh = match error.kind() {
        ErrorKind::NotFound => "文件或目录不存在",
        ErrorKind::PermissionDenied => "没有权限",
        ErrorKind::IsADirectory => "这是一个目录",
        ErrorKind::NotADirectory => "路径中有一段不是目录",
        ErrorKind::InvalidData | ErrorKind::InvalidInput => "内容已损坏或不是 UTF-8 文本",
        ErrorKind::UnexpectedEof => "内容提前结束",
        ErrorKind::StorageFull => "磁盘已满",
        ErrorKind::ConnectionRefused => "对方拒绝连接",
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => "连接被对方断开",
        ErrorKind::TimedOut => "等待超时",
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => "网络不通",
        ErrorKind::AddrInUse => "地址已被占用",
        ErrorKind::AddrNotAvailable => "本机没有这个地址",
        _ => return (rare(error), error.to_string()),
    };
    (zh.to_owned(), error.to_string())
}

fn rare(error: &io::Error) -> String {
    match error.raw_os_error() {
        Some(number) => format!("系统错误 {number}"),
        None => format!("系统报告“{error}”"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_causes_have_words_and_rare_ones_their_number() {
        assert_eq!(os_cause(&io::Error::from_raw_os_error(2)).0, "文件或目录不存在");
        assert_eq!(os_cause(&io::Error::from_raw_os_error(5)).0, "系统错误 5");
        assert!(os_cause(&io::Error::from_raw_os_error(2)).1.contains("No such file"));
    }
}
