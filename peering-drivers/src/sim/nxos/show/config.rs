//! The configuration, checkpoints, files.

use super::{Show, table};
use crate::sim::nxos::modes::Mode;
use crate::sim::nxos::seat::{Answer, Failure};
use crate::transport::Checksum;

impl Show<'_> {
    fn printed(&self, command: &str, text: &str) -> String {
        let now = jiff::Timestamp::now().strftime("%a %b %e %H:%M:%S %Y");
        format!(
            "\n!Command: {command}\n!Time: {now}\n\nversion {} Bios:version  \n{text}",
            self.device.version
        )
    }

    pub(super) fn running_config(&self, options: &[&str]) -> Answer {
        let command = ["show", "running-config"].iter().chain(options).copied().collect::<Vec<_>>().join(" ");
        let running = &self.device.running;
        if !options.contains(&"bgp") {
            return Answer::text(self.printed(&command, &running.print()));
        }
        let mut part = running.clone();
        part.children.retain(|node| node.key == "feature bgp" || node.mode == Some(Mode::Bgp));
        Answer::text(self.printed(&command, &part.print()))
    }

    pub(super) fn startup_config(&self) -> Answer {
        let Some(text) = &self.device.store.startup else {
            return Answer::text("No startup configuration\n");
        };
        let mut printed = self.printed("show startup-config", text);
        if let Some(saved) = self.device.store.saved {
            let saved = saved.strftime("!Startup config saved at: %a %b %e %H:%M:%S %Y\n");
            printed = printed.replacen("\n\nversion", &format!("\n{saved}\nversion"), 1);
        }
        Answer::text(printed)
    }

    pub(super) fn checkpoints(&self) -> Answer {
        let all = &self.device.store.checkpoints;
        let mut rows = Vec::new();
        let mut text = "User Checkpoint Summary\n".to_owned() + &"-".repeat(80) + "\n";
        for (number, (name, own)) in all.iter().enumerate() {
            let at = own.at.strftime("%a, %H:%M:%S %d %b %Y").to_string();
            let description = if own.description.is_empty() { "None" } else { &own.description };
            text.push_str(&format!(
                "{}) {name}:\nCreated by {}\nCreated at {at}\nSize is {} bytes\nDescription: {description}\n\n",
                number + 1,
                own.user,
                own.text.len()
            ));
            rows.push(serde_json::json!({
                "chk-name": name, "chk-user": own.user, "chk-time": at, "chk-size": own.text.len(),
                "chk-desc": description,
            }));
        }
        Answer::both(table("checkpoint", rows), text)
    }

    pub(super) fn checkpoint(&self, only: Option<&str>) -> Result<Answer, Failure> {
        let all = &self.device.store.checkpoints;
        let mut text = String::new();
        for (name, own) in all.iter().filter(|(name, _)| only.is_none_or(|only| only == name.as_str())) {
            text.push_str(&format!("{}\nName: {name}\n\n{}\n", "-".repeat(80), own.text));
        }
        if let (Some(name), true) = (only, text.is_empty()) {
            return Err(Failure::refused(format!("Checkpoint {name} does not exist")));
        }
        Ok(Answer::text(text))
    }

    pub(super) fn file(&self, url: &str, how: Option<&str>) -> Result<Answer, Failure> {
        let text = self.device.file(url).map_err(Failure::refused)?;
        let bytes = text.as_bytes();
        Ok(Answer::text(match how {
            None => text,
            Some("md5sum") => format!("{}\n", Checksum::Md5.of(bytes)),
            Some("sha256sum") => format!("{}\n", Checksum::Sha256.of(bytes)),
            Some("sha512sum") => format!("{}\n", Checksum::Sha512.of(bytes)),
            Some(_) => return Err(crate::sim::nxos::exec::no_text()),
        }))
    }
}
