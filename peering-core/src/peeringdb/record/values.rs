//! The words that fields can hold. Every enumeration is open: PeeringDB adds values between releases.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::field::{Field, FieldKind};
use super::macros::open_enum;

open_enum! {
    /// Whether an object is in use.
    Status {
        /// In use.
        Ok = "ok",
        /// Not yet in use, e.g. a campus with fewer than two facilities.
        Pending = "pending",
        /// Deleted: a tombstone, which only `since` answers contain.
        Deleted = "deleted",
        /// In use, but not passing traffic (connections to exchanges, since server 2.83).
        NotOperational = "not-operational",
    }
}

impl Status {
    /// Whether the object exists: neither deleted nor pending. An unknown status counts as existing.
    pub fn is_live(&self) -> bool {
        !matches!(self, Status::Deleted | Status::Pending)
    }
}

open_enum! {
    /// What a network does (`info_types`).
    NetType {
        /// Not stated.
        Unspecified = "",
        /// Network service provider.
        Nsp = "NSP",
        /// Content.
        Content = "Content",
        /// Access network.
        Access = "Cable/DSL/ISP",
        /// Enterprise.
        Enterprise = "Enterprise",
        /// Education and research.
        Educational = "Educational/Research",
        /// Non-profit.
        NonProfit = "Non-Profit",
        /// Route server of an exchange.
        RouteServer = "Route Server",
        /// Network services such as DNS.
        NetworkServices = "Network Services",
        /// Route collector.
        RouteCollector = "Route Collector",
        /// Government.
        Government = "Government",
        /// Not disclosed (older servers).
        NotDisclosed = "Not Disclosed",
    }
}

open_enum! {
    /// A network's traffic level, in bands (`info_traffic`).
    Traffic {
        /// Not stated.
        Unspecified = "",
        /// Up to 20 Mbit/s.
        To20M = "0-20Mbps",
        /// 20 to 100 Mbit/s.
        To100M = "20-100Mbps",
        /// 100 to 1000 Mbit/s.
        To1G = "100-1000Mbps",
        /// 1 to 5 Gbit/s.
        To5G = "1-5Gbps",
        /// 5 to 10 Gbit/s.
        To10G = "5-10Gbps",
        /// 10 to 20 Gbit/s.
        To20G = "10-20Gbps",
        /// 20 to 50 Gbit/s.
        To50G = "20-50Gbps",
        /// 50 to 100 Gbit/s.
        To100G = "50-100Gbps",
        /// 100 to 200 Gbit/s.
        To200G = "100-200Gbps",
        /// 200 to 300 Gbit/s.
        To300G = "200-300Gbps",
        /// 300 to 500 Gbit/s.
        To500G = "300-500Gbps",
        /// 500 to 1000 Gbit/s.
        To1T = "500-1000Gbps",
        /// 1 to 5 Tbit/s.
        To5T = "1-5Tbps",
        /// 5 to 10 Tbit/s.
        To10T = "5-10Tbps",
        /// 10 to 20 Tbit/s.
        To20T = "10-20Tbps",
        /// 20 to 50 Tbit/s.
        To50T = "20-50Tbps",
        /// 50 to 100 Tbit/s.
        To100T = "50-100Tbps",
        /// Above 100 Tbit/s.
        Above100T = "100+Tbps",
    }
}

open_enum! {
    /// Which way a network's traffic flows (`info_ratio`).
    Ratio {
        /// Not stated.
        Unspecified = "",
        /// Not disclosed.
        NotDisclosed = "Not Disclosed",
        /// Heavy outbound.
        HeavyOutbound = "Heavy Outbound",
        /// Mostly outbound.
        MostlyOutbound = "Mostly Outbound",
        /// Balanced.
        Balanced = "Balanced",
        /// Mostly inbound.
        MostlyInbound = "Mostly Inbound",
        /// Heavy inbound.
        HeavyInbound = "Heavy Inbound",
    }
}

open_enum! {
    /// Where a network operates (`info_scope`).
    Scope {
        /// Not stated.
        Unspecified = "",
        /// Not disclosed.
        NotDisclosed = "Not Disclosed",
        /// One region.
        Regional = "Regional",
        /// North America.
        NorthAmerica = "North America",
        /// Asia and the Pacific.
        AsiaPacific = "Asia Pacific",
        /// Europe.
        Europe = "Europe",
        /// South America.
        SouthAmerica = "South America",
        /// Africa.
        Africa = "Africa",
        /// Australia.
        Australia = "Australia",
        /// Middle East.
        MiddleEast = "Middle East",
        /// Everywhere.
        Global = "Global",
    }
}

open_enum! {
    /// The part of the world an exchange or a facility is in (`region_continent`).
    Region {
        /// North America.
        NorthAmerica = "North America",
        /// Asia and the Pacific.
        AsiaPacific = "Asia Pacific",
        /// Europe.
        Europe = "Europe",
        /// South America.
        SouthAmerica = "South America",
        /// Africa.
        Africa = "Africa",
        /// Australia.
        Australia = "Australia",
        /// Middle East.
        MiddleEast = "Middle East",
    }
}

open_enum! {
    /// A network's general peering policy (`policy_general`).
    PeeringPolicy {
        /// Not stated.
        Unspecified = "",
        /// Peers with everybody.
        Open = "Open",
        /// Peers under conditions.
        Selective = "Selective",
        /// Rarely takes new peers.
        Restrictive = "Restrictive",
        /// Does not peer.
        No = "No",
    }
}

open_enum! {
    /// Whether a network asks for several locations (`policy_locations`).
    LocationPolicy {
        /// Not stated.
        Unspecified = "",
        /// Not required.
        NotRequired = "Not Required",
        /// Preferred.
        Preferred = "Preferred",
        /// Required in the United States.
        RequiredUs = "Required - US",
        /// Required in the European Union.
        RequiredEu = "Required - EU",
        /// Required in several countries.
        RequiredInternational = "Required - International",
    }
}

open_enum! {
    /// Whether a network asks for a contract (`policy_contracts`).
    ContractPolicy {
        /// Not stated.
        Unspecified = "",
        /// Not required.
        NotRequired = "Not Required",
        /// For private interconnection only.
        PrivateOnly = "Private Only",
        /// Required.
        Required = "Required",
    }
}

open_enum! {
    /// The address family of a peering LAN's prefix (`protocol`).
    Protocol {
        /// IPv4.
        Ipv4 = "IPv4",
        /// IPv6.
        Ipv6 = "IPv6",
    }
}

open_enum! {
    /// What a contact is for (`role`).
    PocRole {
        /// Abuse reports.
        Abuse = "Abuse",
        /// Maintenance announcements.
        Maintenance = "Maintenance",
        /// Peering requests.
        Policy = "Policy",
        /// Technical questions.
        Technical = "Technical",
        /// Network operations centre.
        Noc = "NOC",
        /// Public relations.
        PublicRelations = "Public Relations",
        /// Sales.
        Sales = "Sales",
    }
}

open_enum! {
    /// Who may see a contact (`visible`) or an exchange's member list (`ixf_ixp_member_list_url_visible`).
    Visibility {
        /// The organisation itself.
        Private = "Private",
        /// Everybody who has logged in.
        Users = "Users",
        /// Everybody.
        Public = "Public",
    }
}

open_enum! {
    /// Where the import of an exchange's member list stands (`ixf_import_request_status`).
    ImportStatus {
        /// Waiting.
        Queued = "queued",
        /// Running.
        Importing = "importing",
        /// Done.
        Finished = "finished",
        /// Failed.
        Error = "error",
    }
}

open_enum! {
    /// Whether a building belongs to its operator (`property`).
    Property {
        /// Not stated.
        Unspecified = "",
        /// Owned.
        Owner = "Owner",
        /// Leased.
        Lessee = "Lessee",
    }
}

open_enum! {
    /// An electricity supply that a facility offers (`available_voltage_services`).
    Voltage {
        /// None.
        NoPower = "No Power",
        /// 48 V direct current.
        Dc48 = "48 VDC",
        /// 400 V alternating current.
        Ac400 = "400 VAC",
        /// 480 V alternating current.
        Ac480 = "480 VAC",
    }
}

open_enum! {
    /// The support that an exchange gives (`service_level`).
    ServiceLevel {
        /// Not stated.
        Unspecified = "",
        /// Not disclosed.
        NotDisclosed = "Not Disclosed",
        /// Best effort.
        BestEffort = "Best Effort (no SLA)",
        /// During business hours.
        BusinessHours = "Normal Business Hours",
        /// Around the clock.
        AroundTheClock = "24/7 Support",
    }
}

open_enum! {
    /// The commercial terms of an exchange (`terms`).
    Terms {
        /// Not stated.
        Unspecified = "",
        /// Not disclosed.
        NotDisclosed = "Not Disclosed",
        /// No fees.
        NoCommercialTerms = "No Commercial Terms",
        /// Part of another product.
        Bundled = "Bundled With Other Services",
        /// One-time fees.
        NonRecurringFees = "Non-recurring Fees Only",
        /// Recurring fees.
        RecurringFees = "Recurring Fees",
    }
}

/// An account on a social network, or a web site (`social_media`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SocialMedia {
    /// The service, e.g. `website` or `linkedin`.
    pub service: String,
    /// The account's name or address there.
    pub identifier: String,
}

impl Field for SocialMedia {
    const KIND: FieldKind = FieldKind::List;

    fn from_json(value: &Value) -> Option<Self> {
        let part = |name| value.get(name).and_then(Value::as_str).map(str::to_owned);
        Some(SocialMedia { service: part("service")?, identifier: part("identifier")? })
    }

    fn to_json(&self) -> Value {
        json!({ "service": self.service, "identifier": self.identifier })
    }
}
