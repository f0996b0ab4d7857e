//! An answer, and what comes with it.

/// What an answer brings with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Effect {
    #[default]
    None,
    /// The session ends after the answer.
    Close,
    /// Another session ends.
    Kill(u32),
    /// The timer of the commit that waits runs from now on.
    Timer,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reply {
    /// The elements inside `<rpc-reply>`.
    pub(crate) body: String,
    pub(crate) effect: Effect,
}

impl Reply {
    pub(crate) fn new(body: impl Into<String>) -> Reply {
        Reply { body: body.into(), effect: Effect::None }
    }

    pub(crate) fn ok() -> Reply {
        Reply::new("<ok/>\n")
    }

    pub(crate) fn with(self, effect: Effect) -> Reply {
        Reply { effect, ..self }
    }
}
