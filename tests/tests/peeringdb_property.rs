//! Whatever a server goes through, a cache that was kept up to date has what a full sync would bring.

use std::collections::BTreeSet;

use peering_core::peeringdb::record::{Campus, Net, NetIxLan, Org, Poc};
use peering_core::peeringdb::sync::{Reconcile, SyncOptions, sync};
use peering_core::peeringdb::{Cache, Client, ClientOptions, Limits, Record};
use peering_tests::fake_peeringdb::FakePeeringDb;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Something that happens on the server.
#[derive(Clone, Debug)]
enum Event {
    Org {
        id: u64,
        name: u8,
    },
    /// Exists only while its organisation does, as everything below.
    Net {
        id: u64,
        org: u64,
        name: u8,
        status: &'static str,
    },
    Port {
        id: u64,
        net: u64,
        status: &'static str,
        speed: u16,
    },
    Contact {
        id: u64,
        net: u64,
    },
    Campus {
        id: u64,
        org: u64,
        status: &'static str,
    },
    SwapNames {
        one: u64,
        other: u64,
    },
    DeletePort {
        id: u64,
    },
    /// With tombstones for what belongs to it, or without.
    DeleteNet {
        id: u64,
        silent: bool,
    },
    DeleteOrg {
        id: u64,
    },
    /// A port vanishes without a word.
    LosePort {
        id: u64,
    },
    /// The server makes its list of a type; until it makes another it shows this one.
    Publish {
        tag: &'static str,
    },
    /// The next event comes in another second.
    Tick,
    Sync,
}

fn event() -> impl Strategy<Value = Event> {
    let (id, name) = (1..6_u64, 0..4_u8);
    let live = prop_oneof![3 => Just("ok"), 1 => Just("not-operational"), 1 => Just("something new")];
    prop_oneof![
        3 => (id.clone(), name.clone()).prop_map(|(id, name)| Event::Org { id, name }),
        5 => (id.clone(), id.clone(), name).prop_map(|(id, org, name)| Event::Net { id, org, name, status: "ok" }),
        6 => (1..12_u64, id.clone(), live, any::<u16>())
            .prop_map(|(id, net, status, speed)| Event::Port { id, net, status, speed }),
        2 => (id.clone(), id.clone()).prop_map(|(id, net)| Event::Contact { id, net }),
        1 => (id.clone(), id.clone(), prop_oneof![Just("ok"), Just("pending")])
            .prop_map(|(id, org, status)| Event::Campus { id, org, status }),
        1 => (id.clone(), id.clone()).prop_map(|(one, other)| Event::SwapNames { one, other }),
        2 => (1..12_u64).prop_map(|id| Event::DeletePort { id }),
        2 => (id.clone(), any::<bool>()).prop_map(|(id, silent)| Event::DeleteNet { id, silent }),
        1 => id.prop_map(|id| Event::DeleteOrg { id }),
        1 => (1..12_u64).prop_map(|id| Event::LosePort { id }),
        2 => prop_oneof![Just("org"), Just("net"), Just("netixlan"), Just("poc")].prop_map(|tag| Event::Publish { tag }),
        5 => Just(Event::Tick),
        4 => Just(Event::Sync),
    ]
}

/// A server and its clock.
struct World {
    server: FakePeeringDb,
    second: i64,
    /// Whether rows were lost in a way that only a complete list can tell.
    lost: bool,
    /// Networks that went silently with what belongs to them. The server gives no id twice; one of these that came back would
    /// hide that its ports are gone.
    silenced: BTreeSet<u64>,
}

impl World {
    fn time(&self) -> String {
        jiff::Timestamp::from_second(self.second).unwrap().to_string()
    }

    fn put(&self, tag: &str, mut row: Value) {
        row["updated"] = json!(self.time());
        self.server.put(tag, row);
    }

    fn live(&self, tag: &str, column: &str, value: u64) -> Vec<Value> {
        let is_live = |row: &Value| row["status"] != "deleted" && row[column] == value;
        self.server.rows(tag).into_iter().filter(is_live).collect()
    }

    fn delete_net(&self, id: u64, silent: bool) {
        for (tag, row) in ["netixlan", "poc"]
            .into_iter()
            .flat_map(|tag| self.live(tag, "net_id", id).into_iter().map(move |row| (tag, row)))
        {
            let id = row["id"].as_u64().unwrap();
            if silent { self.server.forget(tag, id) } else { self.server.delete(tag, id, &self.time()) }
        }
        self.server.delete("net", id, &self.time());
    }

    /// A complete list without any row is not believed, and what was lost would stay.
    fn have_a_port_in_the_list(&mut self) {
        for event in [
            Event::Tick,
            Event::Org { id: 90, name: 90 },
            Event::Net { id: 90, org: 90, name: 90, status: "ok" },
            Event::Port { id: 90, net: 90, status: "ok", speed: 1000 },
            Event::Publish { tag: "netixlan" },
        ] {
            self.happen(&event);
        }
    }

    fn happen(&mut self, event: &Event) {
        let has = |tag, id| !self.live(tag, "id", id).is_empty();
        match *event {
            Event::Org { id, name } => self.put("org", json!({"id": id, "name": format!("Org {name}")})),
            Event::Net { id, org, name, status } if has("org", org) && !self.silenced.contains(&id) => {
                let name = format!("Net {name}");
                self.put(
                    "net",
                    json!({"id": id, "org_id": org, "asn": 64496 + id, "name": name, "status": status}),
                );
            }
            Event::Port { id, net, status, speed } if has("net", net) => self.put(
                "netixlan",
                json!({"id": id, "net_id": net, "asn": 64496 + net, "speed": speed, "status": status}),
            ),
            Event::Contact { id, net } if has("net", net) => {
                self.put("poc", json!({"id": id, "net_id": net, "visible": "Public"}));
            }
            Event::Campus { id, org, status } if has("org", org) => {
                self.put("campus", json!({"id": id, "org_id": org, "status": status}));
            }
            Event::SwapNames { one, other } => {
                let (ours, theirs) = (self.live("net", "id", one), self.live("net", "id", other));
                if let (Some(ours), Some(theirs)) = (ours.first(), theirs.first()) {
                    let renamed = |row: &Value, name: &Value| {
                        let mut row = row.clone();
                        row["name"] = name.clone();
                        row
                    };
                    self.put("net", renamed(ours, &theirs["name"]));
                    self.put("net", renamed(theirs, &ours["name"]));
                }
            }
            Event::DeletePort { id } if has("netixlan", id) => {
                self.server.delete("netixlan", id, &self.time())
            }
            Event::DeleteNet { id, silent } if has("net", id) => {
                self.delete_net(id, silent);
                self.silenced.extend(silent.then_some(id));
            }
            Event::DeleteOrg { id } if has("org", id) => {
                for net in self.live("net", "org_id", id) {
                    self.delete_net(net["id"].as_u64().unwrap(), false);
                }
                for campus in self.live("campus", "org_id", id) {
                    self.server.delete("campus", campus["id"].as_u64().unwrap(), &self.time());
                }
                self.server.delete("org", id, &self.time());
            }
            Event::LosePort { id } if has("netixlan", id) => {
                self.server.forget("netixlan", id);
                // A list from before would show the port even to a client that asks for everything.
                self.server.publish("netixlan", self.second);
                self.lost = true;
            }
            Event::Publish { tag } => self.server.publish(tag, self.second),
            Event::Tick => self.second += 1,
            _ => {}
        }
    }
}

async fn bring(cache: &Cache, server: &FakePeeringDb, reconcile: Reconcile) {
    let options =
        ClientOptions { base_url: server.url(), limits: Limits::none(), ..ClientOptions::default() };
    let client = Client::new(options).unwrap();
    let options = SyncOptions { reconcile, ..SyncOptions::default() };
    sync(cache, &client, &options).await.unwrap();
}

fn live<R: Record>(cache: &Cache) -> Vec<Value> {
    cache.all::<R>().unwrap().iter().map(|record| serde_json::to_value(record).unwrap()).collect()
}

fn everything(cache: &Cache) -> Vec<Vec<Value>> {
    vec![
        live::<Org>(cache),
        live::<Campus>(cache),
        live::<Net>(cache),
        live::<NetIxLan>(cache),
        live::<Poc>(cache),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn kept_up_to_date_is_as_good_as_new(events in prop::collection::vec(event(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let server = FakePeeringDb::start().await;
            let mut world = World { server: server.clone(), second: 1_767_225_600, lost: false, silenced: BTreeSet::new() };
            let kept = Cache::in_memory().unwrap();
            for event in &events {
                world.happen(event);
                if matches!(event, Event::Sync) {
                    bring(&kept, &server, Reconcile::Never).await;
                }
            }
            let last = if world.lost {
                world.have_a_port_in_the_list();
                Reconcile::Now
            } else {
                Reconcile::Never
            };
            bring(&kept, &server, last).await;
            let fresh = Cache::in_memory().unwrap();
            bring(&fresh, &server, Reconcile::Never).await;
            assert_eq!(everything(&kept), everything(&fresh));
            assert_eq!(kept.check().unwrap(), [] as [String; 0]);
            // What was kept is found by the same names.
            for text in ["net 1", "org 2"] {
                let found = |cache: &Cache| {
                    let mut found: Vec<_> =
                        cache.search(text, 100).unwrap().into_iter().map(|hit| (hit.object, hit.id)).collect();
                    found.sort();
                    found
                };
                assert_eq!(found(&kept), found(&fresh));
            }
        });
    }
}
