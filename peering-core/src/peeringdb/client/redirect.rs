//! Which redirects are followed.
//!
//! That the API key is not taken along to another host is reqwest's own doing; here is what it leaves open.

use reqwest::Url;
use reqwest::redirect::Policy;

/// The most redirects that one request follows.
const MOST: usize = 5;

pub(super) fn policy(with_key: bool) -> Policy {
    Policy::custom(move |attempt| match objection(attempt.previous(), attempt.url(), with_key) {
        None => attempt.follow(),
        Some(why) => attempt.error(why),
    })
}

/// Why the redirect is not followed, if it is not. `previous` are the addresses so far, oldest first.
fn objection(previous: &[Url], next: &Url, with_key: bool) -> Option<&'static str> {
    if previous.len() > MOST {
        return Some("more than 5 redirects");
    }
    let leaves_tls = next.scheme() != "https" && previous.iter().any(|url| url.scheme() == "https");
    (with_key && leaves_tls).then_some("a redirect from https to http, which would bare what a key may see")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn follows(previous: &[&str], next: &str, with_key: bool) -> bool {
        let url = |text: &str| Url::parse(text).unwrap();
        let previous: Vec<Url> = previous.iter().map(|text| url(text)).collect();
        objection(&previous, &url(next), with_key).is_none()
    }

    #[test]
    fn five_are_followed() {
        assert!(follows(&["http://a/"; 5], "http://a/", false));
        assert!(!follows(&["http://a/"; 6], "http://a/", false));
    }

    #[test]
    fn what_was_asked_with_a_key_and_tls_is_not_sent_without() {
        assert!(!follows(&["https://a/"], "http://a/", true));
        assert!(!follows(&["https://a/", "https://b/"], "http://b/", true));
        assert!(follows(&["https://a/"], "http://a/", false));
        assert!(follows(&["https://a/"], "https://b/", true));
        assert!(follows(&["http://a/"], "http://b/", true));
    }
}
