//! Running a program within bounds of time and output.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};

use crate::{Error, ErrorKind, Result};

/// The most bytes of a program's complaints that are kept.
const COMPLAINTS: usize = 1 << 16;

/// The most lines of them that are passed on, and the longest such line in characters.
const LINES: usize = 50;
const LINE: usize = 200;

/// What a program printed that ended well.
pub(super) struct Printed {
    pub(super) stdout: String,
    /// Its complaints, line by line.
    pub(super) notes: Vec<String>,
}

/// Runs a command to its end. Without shell: every argument stays one.
///
/// The program is killed and reaped when its time is over, when it prints too much, and when this future is dropped.
pub(super) async fn run(command: &[String], timeout: Duration, max_output: usize) -> Result<Printed> {
    let [program, arguments @ ..] = command else {
        return Err(Error::new(ErrorKind::Options, "there is no program to run"));
    };
    let mut child = Command::new(program)
        .args(arguments)
        // Its words are compared.
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| {
            let text = format!("{program} cannot be started: {error}; is it installed?");
            Error::new(ErrorKind::Options, text).with_source(error)
        })?;
    let outcome = match tokio::time::timeout(timeout, collect(&mut child, program, max_output)).await {
        Ok(outcome) => outcome,
        Err(_) => {
            let text = format!("{program} did not end within {timeout:?}, and was killed");
            Err(Error::new(ErrorKind::Timeout, text))
        }
    };
    if outcome.is_err() {
        // It may have ended by itself meanwhile; then it is reaped all the same.
        let _ = child.kill().await;
    }
    let (status, stdout, stderr) = outcome?;
    judge(program, status, stdout, &stderr)
}

type Streams = (ExitStatus, Vec<u8>, Vec<u8>);

async fn collect(child: &mut Child, program: &str, max_output: usize) -> Result<Streams> {
    let unreadable = |error| {
        Error::new(ErrorKind::Closed, format!("what {program} prints cannot be read")).with_source(error)
    };
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let printed = async {
        let (printed, is_all) = read(stdout, max_output).await.map_err(unreadable)?;
        if is_all {
            return Ok(printed);
        }
        let text = format!("{program} printed more than {max_output} bytes, and was stopped");
        Err(Error::new(ErrorKind::Parse, text))
    };
    let complaints = async {
        let mut stderr = stderr;
        let (complaints, is_all) = read(stderr.as_mut(), COMPLAINTS).await.map_err(unreadable)?;
        // The rest is taken, too: a full pipe would stop the program.
        if let (false, Some(rest)) = (is_all, stderr.as_mut()) {
            tokio::io::copy(rest, &mut tokio::io::sink()).await.map_err(unreadable)?;
        }
        Ok(complaints)
    };
    let (stdout, stderr) = tokio::try_join!(printed, complaints)?;
    let status = child.wait().await.map_err(unreadable)?;
    Ok((status, stdout, stderr))
}

/// The first bytes of a stream, and whether these are all.
async fn read(stream: Option<impl AsyncRead + Unpin>, most: usize) -> std::io::Result<(Vec<u8>, bool)> {
    let mut bytes = Vec::new();
    if let Some(stream) = stream {
        stream.take(most as u64 + 1).read_to_end(&mut bytes).await?;
    }
    let is_all = bytes.len() <= most;
    bytes.truncate(most);
    Ok((bytes, is_all))
}

/// What an ended program's words mean.
fn judge(program: &str, status: ExitStatus, stdout: Vec<u8>, stderr: &[u8]) -> Result<Printed> {
    let notes = lines(stderr);
    let said = |text: &str| notes.iter().any(|line| line.contains(text));
    let ended = if notes.is_empty() { String::new() } else { format!(": {}", notes.join("; ")) };
    if !status.success() {
        let kind = if said("Unable to resolve") || said("attempts to connect") {
            ErrorKind::Connect
        } else if said("EOF") || said("eof") || said("rror reading") || said("write of") {
            ErrorKind::Closed
        } else {
            ErrorKind::Rejected
        };
        return Err(Error::new(kind, format!("{program} failed ({status}){ended}")));
    }
    // The program goes on without what the server refused, and ends as if all were well.
    if said("Error expanding") || said("Multiple keys expanding") {
        return Err(Error::new(
            ErrorKind::Rejected,
            format!("the server refused a part of the question{ended}"),
        ));
    }
    let stdout = String::from_utf8(stdout).map_err(|error| {
        Error::new(ErrorKind::Parse, format!("what {program} printed is no text")).with_source(error)
    })?;
    Ok(Printed { stdout, notes })
}

/// Lines fit to be shown.
fn lines(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let shown = |line: &str| -> String {
        line.chars()
            .take(LINE)
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect::<String>()
            .trim()
            .to_owned()
    };
    text.lines().map(shown).filter(|line| !line.is_empty()).take(LINES).collect()
}

#[cfg(all(test, unix))]
mod tests {
    use std::path::Path;
    use std::time::Instant;

    use super::*;

    async fn shell(script: &str, timeout: Duration, most: usize) -> Result<Printed> {
        run(&["sh", "-c", script].map(str::to_owned), timeout, most).await
    }

    const LONG: Duration = Duration::from_secs(30);

    #[tokio::test]
    async fn what_is_printed_comes_back() {
        let printed = shell("printf '{}'; printf 'one\\n\\n  two\\033[0m\\n' >&2", LONG, 10).await.unwrap();
        assert_eq!(printed.stdout, "{}");
        assert_eq!(printed.notes, ["one", "two [0m"]);
    }

    #[tokio::test]
    async fn failures_have_kinds() {
        for (script, kind) in [
            ("echo 'ERROR:Invalid source(s) X' >&2; exit 1", ErrorKind::Rejected),
            ("echo 'ERROR:Unable to resolve x: Name' >&2; exit 1", ErrorKind::Connect),
            ("echo 'ERROR:All attempts to connect x failed' >&2; exit 1", ErrorKind::Connect),
            ("echo 'FATAL ERROR:EOF from IRRd (dequeue)' >&2; exit 1", ErrorKind::Closed),
            ("echo 'ERROR:Error expanding !sX' >&2; echo ': F none' >&2", ErrorKind::Rejected),
            ("kill -9 $$", ErrorKind::Rejected),
            ("printf '\\377'", ErrorKind::Parse),
            ("printf 123456", ErrorKind::Parse),
            ("yes", ErrorKind::Parse),
        ] {
            let error = shell(script, LONG, 5).await.err().expect(script);
            assert_eq!(error.kind(), kind, "{script}: {error}");
        }
        let error = run(&["/nonexistent/program".to_owned()], LONG, 5).await.err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Options);
        assert_eq!(run(&[], LONG, 5).await.err().unwrap().kind(), ErrorKind::Options);
    }

    #[tokio::test]
    async fn a_chatty_program_is_not_stopped_by_its_own_complaints() {
        let script = "head -c 3000000 /dev/zero | tr '\\0' x >&2; printf done";
        assert_eq!(shell(script, LONG, 10).await.unwrap().stdout, "done");
    }

    /// Linux tells of a process that has ended and was not reaped, too.
    async fn is_gone(pid: &str) -> bool {
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(10) {
            if !Path::new("/proc").join(pid).exists() {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        false
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn nothing_is_left_running_after_a_timeout_or_a_drop() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pid");
        let script = format!("echo $$ > {}.new; mv {0}.new {0}; exec sleep 600", file.display());
        let error = shell(&script, Duration::from_millis(500), 5).await.err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        let pid = std::fs::read_to_string(&file).unwrap();
        assert!(!Path::new("/proc").join(pid.trim()).exists(), "it is reaped before the error is told");

        std::fs::remove_file(&file).unwrap();
        let task = tokio::spawn(async move { shell(&script, LONG, 5).await.map(drop) });
        while !file.exists() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let pid = std::fs::read_to_string(&file).unwrap();
        task.abort();
        assert!(is_gone(pid.trim()).await, "{pid} is still there");
    }
}
