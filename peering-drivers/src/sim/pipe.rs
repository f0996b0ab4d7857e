//! What stands behind a `|` on a command line: filters.

use regex::Regex;

/// Why a text was not filtered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// There is no such filter.
    Filter(String),
    /// The regular expression does not read.
    Pattern(String),
}

/// A text through a filter of the command line.
pub(crate) fn piped(text: &str, pipe: &str) -> Result<String, Unfit> {
    let (filter, pattern) = pipe.trim().split_once(' ').unwrap_or((pipe, ""));
    let pattern =
        Regex::new(pattern.trim().trim_matches('"')).map_err(|_| Unfit::Pattern(pattern.to_owned()))?;
    let join = |lines: Vec<&str>| lines.into_iter().fold(String::new(), |text, line| text + line + "\n");
    match filter {
        "include" => Ok(join(text.lines().filter(|line| pattern.is_match(line)).collect())),
        "exclude" => Ok(join(text.lines().filter(|line| !pattern.is_match(line)).collect())),
        "begin" => Ok(join(text.lines().skip_while(|line| !pattern.is_match(line)).collect())),
        "section" => Ok(join(sections(text, &pattern))),
        "no-more" => Ok(text.to_owned()),
        other => Err(Unfit::Filter(other.to_owned())),
    }
}

/// The lines that match, with the lines around that open them and the lines under them.
fn sections<'t>(text: &'t str, pattern: &Regex) -> Vec<&'t str> {
    let depth = |line: &str| line.len() - line.trim_start().len();
    let mut out: Vec<&str> = Vec::new();
    // The open lines around, each with whether it was printed.
    let mut open: Vec<(usize, &str, bool)> = Vec::new();
    // While set, lines deeper than this are printed.
    let mut inside: Option<usize> = None;
    for line in text.lines().filter(|line| line.trim() != "!" && !line.trim().is_empty()) {
        let own = depth(line);
        inside = inside.filter(|depth| own > *depth);
        while open.last().is_some_and(|(depth, ..)| *depth >= own) {
            open.pop();
        }
        let is_met = pattern.is_match(line) && !line.starts_with('!');
        if is_met || inside.is_some() {
            for (_, above, is_printed) in &mut open {
                if !std::mem::replace(is_printed, true) {
                    out.push(above);
                }
            }
            out.push(line);
        }
        if is_met && inside.is_none() {
            inside = Some(own);
        }
        open.push((own, line, is_met || inside.is_some()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_of_the_command_line() {
        let text = "hostname r1\n!\nrouter bgp 1\n   neighbor 192.0.2.5 remote-as 5\n   !\n   vrf x\n      rd 1:1\n!\nend\n";
        let bgp = "router bgp 1\n   neighbor 192.0.2.5 remote-as 5\n   vrf x\n      rd 1:1\n";
        assert_eq!(piped(text, "section router bgp").unwrap(), bgp);
        assert_eq!(piped(text, "section rd").unwrap(), "router bgp 1\n   vrf x\n      rd 1:1\n");
        assert_eq!(piped(text, "include neighbor").unwrap(), "   neighbor 192.0.2.5 remote-as 5\n");
        assert_eq!(piped(text, "exclude [^d]$").unwrap(), "end\n");
        assert!(piped(text, "section [").is_err() && piped(text, "bogus x").is_err());
    }
}
