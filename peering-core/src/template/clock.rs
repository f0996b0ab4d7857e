//! The function `now`. It gives the context's instant: a template reads no clock.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use minijinja::value::Kwargs;
use minijinja::{Environment, Error, ErrorKind, State, Value};

use super::context::NOW;

/// Adds `now(format="%Y-%m-%dT%H:%M:%SZ", timezone="")`: the instant as text, in UTC or in a zone such as
/// `Europe/Amsterdam`.
pub(super) fn install(environment: &mut Environment<'static>) {
    environment.add_function(
        "now",
        |state: &mut State<'_, '_>, format: Option<String>, zone: Option<String>, named: Kwargs| {
            let format = match format {
                Some(format) => Some(format),
                None => named.get::<Option<String>>("format")?,
            };
            let zone = match zone {
                Some(zone) => Some(zone),
                None => named.get::<Option<String>>("timezone")?,
            };
            named.assert_all_used()?;
            now(state, format.as_deref().unwrap_or("%Y-%m-%dT%H:%M:%SZ"), zone.as_deref().unwrap_or_default())
        },
    );
}

fn now(state: &State<'_, '_>, format: &str, zone: &str) -> Result<Value, Error> {
    let refuse = |words: String| Error::new(ErrorKind::InvalidOperation, words);
    let instant = state
        .lookup(NOW)
        .and_then(|instant| instant.as_i64())
        .and_then(|instant| Timestamp::from_microsecond(instant).ok())
        .ok_or_else(|| refuse("`now` is not known here".to_owned()))?;
    let zone = match zone {
        "" => TimeZone::UTC,
        name => TimeZone::get(name).map_err(|_| refuse(format!("there is no time zone {name:?}")))?,
    };
    let text = jiff::fmt::strtime::format(format, &instant.to_zoned(zone))
        .map_err(|error| refuse(format!("`now` cannot write {format:?}: {error}")))?;
    Ok(Value::from(text))
}
