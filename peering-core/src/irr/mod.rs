//! Routing registries (IRR): what an operator's AS-SET stands for, as prefixes and AS numbers.
//!
//! [`AsSets`] reads the text that operators write into PeeringDB; [`Prefixes`] holds what the sets in it stand for, and
//! can be [aggregated](Prefixes::aggregated). Both are plain values of a
//! [`model::AutonomousSystem`](crate::model::AutonomousSystem): rendering a template never looks anything up.
//!
//! With the feature `irr`, [`Bgpq4`] looks sets up, and [`refresh`] does so for a whole network. A set that is not
//! there is an error, never a list without it; what fails, and what a [`Guard`] refuses, leaves the last good list
//! where it is. Nothing here speaks IRRd's protocol itself.
//!
//! The text is a stranger's. What is not a name by RFC 2622 is not looked up but reported, and so is `AS-ANY`, which
//! would open a filter to everybody.
//!
//! # Where Peering Manager differs
//!
//! [`Compat::PeeringManager`](crate::Compat) gives its answers to the letter; ours are in the last column.
//!
//! | text | Peering Manager | here | because |
//! |---|---|---|---|
//! | `TEST::AS-A`, the registry not configured | a set called `TEST::AS-A` | `AS-A` from TEST | a name cannot hold `::` |
//! | `AS-A@RIPE` | a set called `AS-A@RIPE` | `AS-A` from RIPE | PeeringDB asks for this form, too |
//! | `RIPE:: AS-A` | the sets `:` and `AS-A` | `AS-A` from RIPE | blanks were put in by hand |
//! | `RIPE:::AS-A` | `AS-A` from RIPE | reported | it is a typing error |
//! | `as-a AS-A` | two sets | one | names have no case (RFC 2622) |
//! | `AS-A;AS-B` | one set of this name | two sets | a name cannot hold `;` |
//! | `64500` | a set called `64500` | `AS64500` | nothing else can be meant |
//! | `ipv6:AS-A` | `AS-A` for both families | for IPv6 | it says so |
//! | `IPV6:AS-A` | a set called `IPV6:AS-A` | `AS-A` for IPv6 | as above |
//! | `AS-ANY`, `-J`, `see website` | sets of these names | reported, not looked up | see above |

mod aggregate;
mod as_set;
#[cfg(feature = "irr")]
mod bgpq4;
mod guard;
mod peering_manager;
mod prefixes;
#[cfg(feature = "irr")]
mod process;
#[cfg(feature = "irr")]
mod refresh;

pub use as_set::{AsSet, AsSets, ParseOptions, SOURCES, SetFault, SetKind, SetProblem};
#[cfg(feature = "irr")]
pub use bgpq4::{Bgpq4, Found};
pub use guard::{Because, Guard, Guarded, Outcome, Refusal, settle};
pub use prefixes::{PrefixEntry, Prefixes, aggregated, as_list, parse_as_list, parse_prefixes};
#[cfg(feature = "irr")]
pub use refresh::{RefreshOptions, Refreshed, refresh, refresh_system};
