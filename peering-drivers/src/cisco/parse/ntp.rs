//! What network time thinks of its servers.

use peering_core::ParseError;
use peering_core::state::NtpAssociation;

/// Reads `show ntp associations`; the dispersion stands for the jitter. Empty where NTP does not run.
///
/// # Errors
/// When a line between the head and the legend has other columns.
pub fn ntp_associations(text: &str) -> Result<Vec<NtpAssociation>, ParseError> {
    let mut found = Vec::new();
    let mut broken: Option<&str> = None;
    let lines = (1..).zip(text.lines()).skip_while(|(_, line)| !line.contains("ref clock")).skip(1);
    for (number, line) in lines {
        let words: Vec<&str> = line.split_whitespace().collect();
        if words.is_empty() || line.contains("sys.peer") || line.contains("sys_peer") {
            continue;
        }
        let wrong = || ParseError::new("the nine columns of an NTP association", line.trim()).at_line(number);
        match (broken.take(), words.as_slice()) {
            // a long address has a line of its own, and so has one in a VRF
            (None, [address] | [address, "vrf", _]) => broken = Some(address),
            (Some(address), rest) => found.push(association(address, rest).ok_or_else(wrong)?),
            (None, [address, rest @ ..]) => found.push(association(address, rest).ok_or_else(wrong)?),
            (None, []) => {}
        }
    }
    Ok(found)
}

fn association(address: &str, columns: &[&str]) -> Option<NtpAssociation> {
    let [reference, stratum, when, poll, reach, delay, offset, dispersion] = columns else { return None };
    let remote = address.trim_start_matches(|sign: char| "*#+-x~ ".contains(sign));
    let marks = address.strip_suffix(remote)?;
    Some(NtpAssociation {
        remote: remote.to_owned(),
        reference_id: (*reference).to_owned(),
        is_synchronized: marks.contains('*'),
        stratum: stratum.parse().ok()?,
        kind: "-".to_owned(),
        when: (*when).to_owned(),
        host_poll: poll.parse().ok()?,
        reachability: reach.parse().ok()?,
        delay: delay.parse().ok()?,
        offset: offset.parse().ok()?,
        jitter: dispersion.parse().ok()?,
    })
}
