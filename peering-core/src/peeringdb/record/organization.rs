//! Organisations and campuses.

use super::macros::record;
use super::values::SocialMedia;

record! {
    /// An organisation, which owns networks, exchanges, facilities, carriers and campuses.
    Org, keys [], names [name, aka, name_long], {
        /// Name, unique among living organisations.
        name: String,
        /// Other name; may be empty.
        aka: String,
        /// Long name; may be empty.
        name_long: String,
        /// Web site; may be empty.
        website: String,
        /// Accounts on social networks.
        social_media: [SocialMedia],
        /// Free text.
        notes: String,
        /// Address of the logo; may be `null`.
        logo: String,
        /// Street and number.
        address1: String,
        /// Second line of the address.
        address2: String,
        /// City.
        city: String,
        /// Country, two letters (ISO 3166-1), or empty.
        country: String,
        /// State or province.
        state: String,
        /// Postal code.
        zipcode: String,
        /// Floor.
        floor: String,
        /// Suite.
        suite: String,
        /// Degrees north; may be `null`.
        latitude: f64,
        /// Degrees east; may be `null`.
        longitude: f64,
    }
}

record! {
    /// A campus: facilities of one organisation that are close to each other.
    Campus, keys [org_id], names [name, aka, name_long], {
        /// The organisation.
        org_id: u64,
        /// The organisation's name.
        org_name: String,
        /// Name, unique among living campuses.
        name: String,
        /// Long name; may be `null`.
        name_long: String,
        /// Free text.
        notes: String,
        /// Other name; may be `null`.
        aka: String,
        /// Web site.
        website: String,
        /// Accounts on social networks.
        social_media: [SocialMedia],
        /// Country of the first facility, two letters, or empty.
        country: String,
        /// City of the first facility.
        city: String,
        /// Postal code of the first facility.
        zipcode: String,
        /// State of the first facility.
        state: String,
        /// Address of the logo; may be `null`.
        logo: String,
    }
}
