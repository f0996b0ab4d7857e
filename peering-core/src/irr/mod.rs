//! stub
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
/// stub
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Prefixes {
    /// stub
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>"))]
    pub ipv4: Vec<IpNet>,
}
