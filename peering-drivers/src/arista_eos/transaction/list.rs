//! The router's list of configuration sessions, as a model: pure.

use std::collections::BTreeMap;

use peering_core::ParseError;
use serde::Deserialize;

/// How a configuration session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Somebody may go on with it.
    Open,
    /// Committed, and the router takes it back unless it is confirmed.
    Timed,
    /// Committed or aborted; or the router does not know it.
    Ended,
}

/// What `show configuration sessions detail` tells.
#[derive(Debug, PartialEq)]
pub(super) struct List {
    sessions: BTreeMap<String, (State, Option<String>)>,
    /// When the commit timer runs out, in seconds since the router started, where it tells.
    expiry: Option<f64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawList {
    sessions: BTreeMap<String, RawSession>,
    /// Since EOS 4.32.
    commit_timer_session_name: Option<String>,
    commit_timer_expire_time: Option<f64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawSession {
    state: String,
    /// Before EOS 4.32.
    commit_by: Option<f64>,
    #[serde(default)]
    commit_user: String,
    #[serde(default)]
    instances: BTreeMap<String, Instance>,
}

/// A terminal that is in the session.
#[derive(Deserialize)]
struct Instance {
    #[serde(default)]
    user: String,
}

impl List {
    /// Reads the JSON answer.
    ///
    /// # Errors
    /// When it is none of that shape.
    pub(super) fn read(text: &str) -> Result<List, ParseError> {
        let raw: RawList = serde_json::from_str(text)
            .map_err(|error| ParseError::new(format!("the configuration sessions ({error})"), text))?;
        let mut expiry = raw.commit_timer_expire_time;
        let mut sessions = BTreeMap::new();
        for (name, session) in raw.sessions {
            let state = state(&session.state);
            if state == State::Timed {
                expiry = expiry.or(session.commit_by);
            }
            let users = session.instances.into_values().map(|instance| instance.user);
            let user = std::iter::once(session.commit_user).chain(users).find(|user| !user.is_empty());
            sessions.insert(name, (state, user));
        }
        if let Some(name) = raw.commit_timer_session_name.filter(|name| !name.is_empty()) {
            sessions.entry(name).or_insert((State::Timed, None)).0 = State::Timed;
        }
        Ok(List { sessions, expiry: expiry.filter(|seconds| *seconds >= 0.0) })
    }

    /// How a session stands.
    pub(super) fn state(&self, name: &str) -> State {
        self.sessions.get(name).map_or(State::Ended, |(state, _)| *state)
    }

    /// The session whose commit waits for its confirmation, and when its time is over.
    pub(super) fn timed(&self) -> Option<(&str, Option<f64>)> {
        let (name, _) = self.sessions.iter().find(|(_, (state, _))| *state == State::Timed)?;
        Some((name, self.expiry))
    }

    /// The sessions that somebody may go on with.
    pub(super) fn open(&self) -> impl Iterator<Item = &str> {
        let is_open = |(name, (state, _)): (_, &(State, _))| (*state == State::Open).then_some(name);
        self.sessions.iter().filter_map(move |(name, session)| is_open((name.as_str(), session)))
    }

    /// Who has a session, as far as the router or the session's name tells.
    pub(super) fn holder(&self, name: &str) -> String {
        let told = self.sessions.get(name).and_then(|(_, user)| user.as_deref());
        match crate::own_name::user(name).or(told) {
            Some(user) => format!("{user} (configuration session {name})"),
            None => format!("the configuration session {name}"),
        }
    }
}

/// Every state but those that are certainly over counts as held.
fn state(word: &str) -> State {
    if word.contains("CommitTimer") {
        State::Timed
    } else if word.starts_with("complete") || word.starts_with("abort") {
        State::Ended
    } else {
        State::Open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_older_and_newer_versions_tell() {
        let older = r#"{"maxSavedSessions":1,"sessions":{
            "a":{"state":"completed","instances":{}},
            "b":{"state":"pendingCommitTimer","commitBy":1234.5,"instances":{}},
            "c":{"state":"pending","instances":{"77":{"user":"ops","terminal":"vty4"}}}}}"#;
        let list = List::read(older).unwrap();
        assert_eq!(list.timed(), Some(("b", Some(1234.5))));
        assert_eq!(list.open().collect::<Vec<_>>(), ["c"]);
        assert_eq!(["a", "b", "z"].map(|name| list.state(name)), [State::Ended, State::Timed, State::Ended]);
        assert_eq!(list.holder("c"), "ops (configuration session c)");

        let newer = r#"{"commitTimerSessionName":"b","commitTimerExpireTime":99.25,"sessions":{"b":{"state":"pending"}}}"#;
        assert_eq!(List::read(newer).unwrap().timed(), Some(("b", Some(99.25))));
        assert_eq!(List::read(newer).unwrap().open().count(), 0);
        let none = r#"{"commitTimerSessionName":"","commitTimerExpireTime":-1,"sessions":{}}"#;
        assert_eq!(List::read(none).unwrap().timed(), None);
        assert!(List::read("{}").is_err());
        assert!(List::read(r#"{"sessions":{"a":{}}}"#).is_err());
    }
}
