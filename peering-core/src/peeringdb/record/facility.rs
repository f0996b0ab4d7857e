//! Facilities and the carriers in them.

use super::macros::record;
use super::values::{Property, Region, SocialMedia, Voltage};

record! {
    /// A facility: a building in which networks and exchanges are present.
    Fac, keys [org_id, campus_id], names [name, aka, name_long], {
        /// The organisation.
        org_id: u64,
        /// The organisation's name.
        org_name: String,
        /// The campus; `null` if the facility belongs to none.
        campus_id: u64,
        /// Name, unique among living facilities.
        name: String,
        /// Other name; may be empty.
        aka: String,
        /// Long name; may be empty.
        name_long: String,
        /// Web site.
        website: String,
        /// Accounts on social networks.
        social_media: [SocialMedia],
        /// Common Language Location Identifier; may be empty.
        clli: String,
        /// No longer used, always empty.
        rencode: String,
        /// North American area code and exchange; may be empty.
        npanxx: String,
        /// Free text.
        notes: String,
        /// Number of networks present, as counted by the server.
        net_count: u64,
        /// Number of exchanges present, as counted by the server.
        ix_count: u64,
        /// Number of carriers present, as counted by the server.
        carrier_count: u64,
        /// Address of the sales desk; may be empty.
        sales_email: String,
        /// Number of the sales desk; may be empty.
        sales_phone: String,
        /// Address of the technical desk; may be empty.
        tech_email: String,
        /// Number of the technical desk; may be empty.
        tech_phone: String,
        /// Electricity supplies on offer.
        available_voltage_services: [Voltage],
        /// Whether the substations are fed independently; may be `null`.
        diverse_serving_substations: bool,
        /// Whether the building belongs to its operator; may be `null`.
        property: Property,
        /// Part of the world; may be `null`.
        region_continent: Region,
        /// Address of the status page; may be `null`.
        status_dashboard: String,
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
    /// A carrier: a seller of connectivity between facilities.
    Carrier, keys [org_id], names [name, aka, name_long], {
        /// The organisation.
        org_id: u64,
        /// The organisation's name.
        org_name: String,
        /// Name, unique among living carriers.
        name: String,
        /// Other name; may be empty.
        aka: String,
        /// Long name; may be empty.
        name_long: String,
        /// Web site.
        website: String,
        /// Accounts on social networks.
        social_media: [SocialMedia],
        /// Free text.
        notes: String,
        /// Number of facilities, as counted by the server.
        fac_count: u64,
        /// Address of the logo; may be `null`.
        logo: String,
    }
}

record! {
    /// Presence of a carrier in a facility.
    CarrierFac, keys [carrier_id, fac_id], names [name], {
        /// The facility's name.
        name: String,
        /// The carrier.
        carrier_id: u64,
        /// The facility.
        fac_id: u64,
    }
}
