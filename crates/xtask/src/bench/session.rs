//! A session of psql that stays open, because starting one for each question would cost more than the question.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::child::Running;
use super::lab::Lab;

const CLOSES_WITHIN: Duration = Duration::from_secs(30);
/// Ends each answer; no row of ours looks like it.
const END: &str = "-- end of answer --";

pub struct Session {
    psql: Running,
    input: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Session {
    pub fn open(lab: &Lab, url: &str) -> Result<Self> {
        Self::start(&lab.dir, &lab.cluster.programs().path("psql"), url)
    }

    fn start(dir: &Path, program: &Path, url: &str) -> Result<Self> {
        let mut psql = Command::new(program);
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut psql = Running::start(dir, "psql", &mut psql)?;
        let input = psql.child().stdin.take().context("psql has an input")?;
        let answers = BufReader::new(psql.child().stdout.take().context("psql has an output")?);
        Ok(Self { psql, input, answers })
    }

    /// Rows of the answer as lines; columns are parted by `|`.
    pub fn ask(&mut self, statements: &str) -> Result<Vec<String>> {
        writeln!(self.input, "{statements};\n\\echo '{END}'")?;
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            ensure!(self.answers.read_line(&mut line)? > 0, "psql ended at: {statements:.200}");
            match line.trim_end() {
                END => return Ok(lines),
                line => lines.push(line.to_owned()),
            }
        }
    }

    /// The one number of the answer.
    pub fn number(&mut self, statement: &str) -> Result<i64> {
        let lines = self.ask(statement)?;
        lines.first().and_then(|line| line.parse().ok()).with_context(|| format!("no number in {lines:?}: {statement:.200}"))
    }

    pub fn close(self) -> Result<()> {
        drop(self.input);
        self.psql.finish(CLOSES_WITHIN)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// Says each line of its input but the last two words of psql's own.
    const PSQL: &str = "#!/bin/sh\nwhile read -r line; do case \"$line\" in\n  \\\\echo*) echo '-- end of answer --' ;;\n  'fail;') exit 3 ;;\n  *) echo \"${line%;}\" ;;\nesac; done\n";

    #[test]
    fn answers_are_read_to_their_end_and_a_failure_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let program = dir.path().join("psql");
        std::fs::write(&program, PSQL).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        let mut session = Session::start(dir.path(), &program, "x").unwrap();
        assert_eq!(session.ask("1|2\n3").unwrap(), ["1|2", "3"]);
        assert_eq!(session.number("42").unwrap(), 42);
        assert!(session.number("many").unwrap_err().to_string().contains("no number"));
        session.close().unwrap();
        let mut session = Session::start(dir.path(), &program, "x").unwrap();
        assert!(session.ask("fail").unwrap_err().to_string().contains("psql ended at: fail"));
    }
}
