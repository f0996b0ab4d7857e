//! How a command line is asked.

use peering_core::{Error, ErrorKind, ParseError, Result};

use super::unless_refused;
use crate::transport::shell::Shell;

/// A session on a command line.
pub(crate) trait CommandLine {
    fn shell(&mut self) -> &mut Shell;

    /// A command that reads, as it is typed where the session stands.
    fn typed(&self, command: &str) -> String {
        command.to_owned()
    }

    /// One command that reads.
    ///
    /// # Errors
    /// `Rejected` with the router's words, or the path's.
    async fn text(&mut self, command: &str) -> Result<String> {
        let typed = self.typed(command);
        self.shell().run(&typed).await
    }

    /// The same; `None` when it is refused.
    async fn perhaps(&mut self, command: &str) -> Result<Option<String>> {
        unless_refused(self.text(command).await)
    }

    /// Several commands that read, at once: each one's text, or why it was refused.
    async fn each(&mut self, commands: &[String]) -> Result<Vec<Result<String>>> {
        if commands.is_empty() {
            return Ok(Vec::new());
        }
        let typed: Vec<String> = commands.iter().map(|command| self.typed(command)).collect();
        let words: Vec<&str> = typed.iter().map(String::as_str).collect();
        self.shell().run_all(&words).await
    }

    /// The same for a number of them that is known.
    async fn all<const N: usize>(&mut self, commands: [&str; N]) -> Result<[Result<String>; N]> {
        let answers = self.each(&commands.map(str::to_owned)).await?;
        answers.try_into().map_err(|_| Error::new(ErrorKind::Closed, "some commands were not answered"))
    }

    /// One command, read by a parser.
    async fn parsed<T>(&mut self, command: &str, parse: fn(&str) -> Result<T, ParseError>) -> Result<T> {
        Ok(parse(&self.text(command).await?)?)
    }

    /// The same, where what does not run on the router is refused: nothing then.
    async fn list<T>(
        &mut self,
        command: &str,
        parse: fn(&str) -> Result<Vec<T>, ParseError>,
    ) -> Result<Vec<T>> {
        match self.perhaps(command).await? {
            Some(text) => Ok(parse(&text)?),
            None => Ok(Vec::new()),
        }
    }
}
