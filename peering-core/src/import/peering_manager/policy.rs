//! Policies, communities, relationships, timers: what sessions refer to.

use super::endpoint::Kind;
use super::record::Record;
use crate::model::{Bfd, BgpGroup, Community, Family, Relationship, RoutingPolicy, Tag};

pub(super) fn routing_policy(record: &mut Record<'_>, slug: String) -> RoutingPolicy {
    record.value("slug");
    let name = record.text("name").unwrap_or_else(|| slug.clone());
    let mut policy = RoutingPolicy::new(slug, name);
    policy.kind = record.choice("type").unwrap_or_default();
    policy.weight = record.number("weight").unwrap_or_default();
    policy.address_family = match record.number::<u8>("address_family") {
        Some(4) => Some(Family::Ipv4),
        Some(6) => Some(Family::Ipv6),
        _ => None,
    };
    policy.communities = record.all_keys("communities", Kind::Community);
    policy.tags = record.tags();
    policy.config_contexts = record.contexts();
    policy.local_context_data = record.local_context();
    policy.description = record.description();
    policy.id = record.id;
    policy
}

pub(super) fn community(record: &mut Record<'_>, slug: String) -> Community {
    record.value("slug");
    let name = record.text("name").unwrap_or_else(|| slug.clone());
    let value = record.text("value").unwrap_or_default();
    let mut community = Community::new(slug, name, value);
    community.direction = record.choice("type");
    community.tags = record.tags();
    community.config_contexts = record.contexts();
    community.local_context_data = record.local_context();
    community.description = record.description();
    community.id = record.id;
    community
}

pub(super) fn relationship(record: &mut Record<'_>, slug: String) -> Relationship {
    record.value("slug");
    let name = record.text("name").unwrap_or_else(|| slug.clone());
    Relationship { name, slug, id: record.id, description: record.description() }
}

pub(super) fn bfd(record: &mut Record<'_>, slug: String) -> Bfd {
    record.value("slug");
    let name = record.text("name").unwrap_or_else(|| slug.clone());
    let mut bfd = Bfd::new(slug, name);
    let transmit = record.number("minimum_transmit_interval");
    bfd.minimum_transmit_interval = transmit.unwrap_or(bfd.minimum_transmit_interval);
    let receive = record.number("minimum_receive_interval");
    bfd.minimum_receive_interval = receive.unwrap_or(bfd.minimum_receive_interval);
    let multiplier = record.number("detection_multiplier");
    bfd.detection_multiplier = multiplier.unwrap_or(bfd.detection_multiplier);
    bfd.hold_time = record.number("hold_time").unwrap_or_default();
    bfd.description = record.description();
    bfd.id = record.id;
    bfd
}

pub(super) fn group(record: &mut Record<'_>, slug: String) -> BgpGroup {
    record.value("slug");
    let name = record.text("name").unwrap_or_else(|| slug.clone());
    let mut group = BgpGroup::new(slug, name);
    group.status = record.choice("status").unwrap_or_default();
    group.import_routing_policies = record.all_keys("import_routing_policies", Kind::RoutingPolicy);
    group.export_routing_policies = record.all_keys("export_routing_policies", Kind::RoutingPolicy);
    group.communities = record.all_keys("communities", Kind::Community);
    group.tags = record.tags();
    group.config_contexts = record.contexts();
    group.local_context_data = record.local_context();
    (group.description, group.comments) = record.words();
    group.id = record.id;
    group
}

pub(super) fn tag(record: &mut Record<'_>, slug: String) -> Tag {
    record.value("slug");
    let name = record.text("name").unwrap_or_else(|| slug.clone());
    Tag { name, slug, id: record.id, description: record.description() }
}
