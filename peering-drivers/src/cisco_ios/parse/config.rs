//! The configuration as text.

/// The lines that IOS puts before a configuration, which are none of it.
const PREAMBLE: [&str; 3] = ["Building configuration...", "Current configuration : ", "Using "];

/// The configuration out of `show running-config` or `show startup-config`: without what IOS says about it before it begins.
pub fn config(text: &str) -> &str {
    let mut rest = text;
    loop {
        let line = rest.lines().next().unwrap_or_default();
        let is_about = line.trim().is_empty() || PREAMBLE.iter().any(|words| line.starts_with(words));
        if rest.is_empty() || !is_about {
            return rest;
        }
        rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_about_it_is_left_out() {
        let text = "Building configuration...\n\nCurrent configuration : 12 bytes\n!\nversion 15.5\nend\n";
        assert_eq!(config(text), "!\nversion 15.5\nend\n");
        assert_eq!(config("Using 1 out of 2 bytes, uncompressed\n!\n"), "!\n");
        assert_eq!(config("Building configuration..."), "");
        assert_eq!(config(""), "");
    }
}
