//! The configuration, its sessions and checkpoints.

use serde_json::{Map, Value, json};

use super::{Show, after};
use crate::sim::eos::cli::{Answer, Failure};
use crate::sim::eos::store::{MOST_COMPLETED, MOST_PENDING, State};
use crate::sim::eos::tree::Node;

impl Show<'_> {
    fn head(&self, command: &str) -> Vec<String> {
        let device = &self.device;
        vec![
            format!("! Command: {command}"),
            format!("! device: {} (cEOSLab, EOS-{})", device.view.hostname, device.version),
            "!".to_owned(),
            "! boot system flash:/cEOS-lab.swi".to_owned(),
            "!".to_owned(),
        ]
    }

    fn printed(&self, command: &str, text: &str) -> String {
        self.head(command).join("\n") + "\n" + text
    }

    pub(super) fn running_config(&self, options: &[&str]) -> Answer {
        let tree = self.visible(&self.device.running, options);
        let command = ["show", "running-config"].iter().chain(options).copied().collect::<Vec<_>>().join(" ");
        let text = self.printed(&command, &tree.print());
        let data = json!({ "header": self.head(&command), "cmds": commands(&tree.children) });
        Answer::both(data, text)
    }

    pub(super) fn startup_config(&self) -> Answer {
        Answer::text(match self.device.startup() {
            "" => String::new(),
            text => self.printed("show startup-config", text),
        })
    }

    /// The configuration with its secrets taken out, when that was asked for.
    fn visible(&self, tree: &Node, options: &[&str]) -> Node {
        let mut tree = tree.clone();
        if options.contains(&"sanitized") {
            tree.children.iter_mut().for_each(sanitize);
        }
        tree
    }

    pub(super) fn session_config(
        &self,
        session: &Option<String>,
        options: &[&str],
    ) -> Result<Answer, Failure> {
        let named = after(options, "named").map(str::to_owned);
        let name = named.or_else(|| session.clone());
        let name = name.ok_or_else(|| Failure::refused("No session is open"))?;
        if options.contains(&"diffs") {
            return self.device.session_diff(&name).map(Answer::text).map_err(Failure::refused);
        }
        let found = self.device.store.sessions.get(&name);
        let found = found.ok_or_else(|| Failure::refused(format!("Session {name} does not exist")))?;
        let tree = self.visible(&found.tree, options);
        let command = format!("show session-config named {name}");
        Ok(Answer::both(json!({ "cmds": commands(&tree.children) }), self.printed(&command, &tree.print())))
    }

    pub(super) fn sessions(&self, is_detailed: bool) -> Answer {
        let store = &self.device.store;
        // Since 4.32 the pending timer is told once for the router.
        let is_split = self.device.is_since(32);
        let due = |deadline: tokio::time::Instant| {
            self.uptime() + deadline.saturating_duration_since(self.now).as_secs_f64()
        };
        let mut sessions = Map::new();
        let mut text = format!(
            "Maximum number of completed sessions: {MOST_COMPLETED}\nMaximum number of pending sessions: {MOST_PENDING}\n\n  \
             Name  State  User\n  ----- ------ ----\n"
        );
        for (name, session) in &store.sessions {
            let mut entry = json!({
                "state": session.state.name(),
                "commitUser": if session.state == State::Pending { "" } else { &session.user },
                "description": session.description,
                "instances": {},
            });
            let timer = store.timer.as_ref().filter(|timer| timer.session == *name);
            if let (true, false, Some(timer), Value::Object(entry)) =
                (is_detailed, is_split, timer, &mut entry)
            {
                entry.insert("commitBy".to_owned(), json!(due(timer.deadline)));
            }
            sessions.insert(name.clone(), entry);
            text.push_str(&format!("  {name} {} {}\n", session.state.name(), session.user));
        }
        let mut data = json!({
            "maxSavedSessions": MOST_COMPLETED,
            "maxOpenSessions": MOST_PENDING,
            "mergeOnCommit": false,
            "saveToStartupConfigOnCommit": false,
            "sessions": sessions,
        });
        if let (true, true, Some(timer), Value::Object(data)) =
            (is_detailed, is_split, &store.timer, &mut data)
        {
            data.insert("commitTimerSessionName".to_owned(), json!(timer.session));
            data.insert("commitTimerExpireTime".to_owned(), json!(due(timer.deadline)));
        }
        Answer::both(data, text)
    }

    pub(super) fn checkpoints(&self) -> Answer {
        let names = self.device.store.checkpoints.keys();
        let text = names
            .clone()
            .fold("   Filename\n   --------\n".to_owned(), |text, name| text + &format!("   {name}\n"));
        let all: Map<String, Value> = names.map(|name| (name.clone(), json!({}))).collect();
        Answer::both(json!({ "maxCheckpoints": 20, "checkpoints": all }), text)
    }
}

/// Secrets are replaced by `<removed>`.
fn sanitize(node: &mut Node) {
    node.children.iter_mut().for_each(sanitize);
    let words: Vec<&str> = node.line.split(' ').collect();
    let secret = words.iter().position(|word| ["secret", "password", "key", "md5", "sha1"].contains(word));
    let is_secret = matches!(words.as_slice(), ["username" | "neighbor" | "enable" | "ntp" | "aaa", ..])
        || matches!(words.as_slice(), ["radius-server" | "tacacs-server", ..]);
    let is_community = matches!(words.as_slice(), ["snmp-server", "community", ..]);
    node.line = match (secret, is_secret, is_community) {
        (Some(place), true, _) if place + 1 < words.len() => {
            let kind = words.get(place + 1).filter(|kind| ["0", "5", "7", "sha512"].contains(kind));
            let end = place + if kind.is_some() { 2 } else { 1 };
            let mut line = words.get(..end).unwrap_or_default().join(" ");
            line.push_str(" <removed>");
            line
        }
        (_, _, true) => {
            let rest: Vec<&str> = words.iter().skip(3).copied().collect();
            ["snmp-server", "community", "<removed>"].into_iter().chain(rest).collect::<Vec<_>>().join(" ")
        }
        _ => return,
    };
}

/// The JSON of a configuration: lines as keys, what stands under them as their value.
fn commands(nodes: &[Node]) -> Map<String, Value> {
    let value = |node: &Node| match node.mode {
        Some(_) => json!({ "cmds": commands(&node.children), "comments": node.comments }),
        None => Value::Null,
    };
    nodes.iter().map(|node| (node.line.clone(), value(node))).collect()
}
