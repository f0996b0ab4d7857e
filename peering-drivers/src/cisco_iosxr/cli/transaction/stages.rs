//! What was loaded into a candidate, and how it is loaded again where the router may hold something else.

use async_trait::async_trait;
use peering_core::driver::LoadMode;
use peering_core::{Error, ErrorKind, Result};

use crate::candidate_session::{is_lost, refuse_blacked_out, twice};

/// What was loaded, to begin anew after a load that was refused.
#[derive(Default)]
pub(in crate::cisco_iosxr::cli) struct Stages {
    texts: Vec<(LoadMode, String)>,
    /// Whether the candidate may hold something else: a load was refused, or nobody waited for its answer.
    is_uncertain: bool,
}

impl Stages {
    /// Whether the candidate is to take the place of everything.
    pub(super) fn is_whole(&self) -> bool {
        self.texts.iter().any(|(mode, _)| *mode == LoadMode::Replace)
    }
}

impl std::fmt::Debug for Stages {
    /// Without the texts, which hold passwords.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} texts", self.texts.len())
    }
}

/// A session whose candidate is on the router.
#[async_trait]
pub(in crate::cisco_iosxr::cli) trait Staging: Send {
    /// What was loaded into the open candidate.
    fn stages(&mut self) -> Option<&mut Stages>;

    /// Refuses what needs no router to be refused.
    fn check_text(&self, mode: LoadMode, text: &str) -> Result<()>;

    /// Makes the candidate on the router what is running.
    async fn empty(&mut self) -> Result<()>;

    /// Loads a text into the candidate on the router.
    async fn put(&mut self, mode: LoadMode, text: &str) -> Result<()>;

    /// Sees to it that the open candidate holds what was staged and nothing else.
    ///
    /// # Errors
    /// `NotFound` when none is open.
    async fn settle(&mut self) -> Result<()> {
        if self.staged()?.is_uncertain { self.rebuild().await } else { Ok(()) }
    }

    /// Loads a text into the candidate; one that is refused leaves it as it was.
    async fn load(&mut self, mode: LoadMode, text: &str) -> Result<()> {
        refuse_blacked_out(text)?;
        self.check_text(mode, text)?;
        self.settle().await?;
        self.staged()?.is_uncertain = true;
        let Err(error) = self.put(mode, text).await else {
            let stages = self.staged()?;
            if mode == LoadMode::Replace {
                stages.texts.clear();
            }
            stages.texts.push((mode, text.to_owned()));
            stages.is_uncertain = false;
            return Ok(());
        };
        if is_lost(&error) {
            return Err(error);
        }
        match self.rebuild().await {
            Ok(()) => Err(error),
            // Kept as uncertain, so the next step tries again.
            Err(again) => Err(twice(&error, again)),
        }
    }

    /// Begins the candidate anew and loads again what had been loaded.
    async fn rebuild(&mut self) -> Result<()> {
        let texts = self.staged()?.texts.clone();
        self.empty().await?;
        for (mode, text) in &texts {
            self.put(*mode, text).await?;
        }
        self.staged()?.is_uncertain = false;
        Ok(())
    }

    /// What was loaded into the open candidate.
    ///
    /// # Errors
    /// `NotFound` when none is open.
    fn staged(&mut self) -> Result<&mut Stages> {
        self.stages().ok_or_else(|| Error::new(ErrorKind::NotFound, "no candidate is open; open one first"))
    }
}
