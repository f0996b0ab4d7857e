use std::time::Duration;

use tokio::time::Instant;

use super::database::{Actor, Database};
use super::device::{Junos, Login};
use super::tree::Node;
use super::{rpc, text};
use crate::sim::clock::Clock;
use crate::sim::fabric::{Fabric, World};
use crate::sim::netconf::element::Element;
use crate::sim::netconf::reply::Effect;
use crate::sim::persona::{Chassis, Persona as _};

const CONFIG: &str = "system { host-name r1; } routing-options { autonomous-system 64500; }
    interfaces { ge-0/0/0 { unit 0 { family inet { address 192.0.2.1/24; } } } }
    protocols { bgp { group IX { type external; neighbor 192.0.2.5 { peer-as 64505; } } } }";

/// A router and its sessions, and a clock that a test moves on.
struct Lab {
    fabric: Fabric,
    now: Instant,
}

impl Lab {
    fn new() -> Lab {
        let mut config = Node::root();
        let loaded = text::read(CONFIG);
        loaded.edits.into_iter().for_each(|edit| config.apply(edit, true, &[], &mut Vec::new()));
        let now = Instant::now();
        let database = Database::new(config, Clock::new(Duration::from_secs(60)), now);
        let chassis = Chassis::new("r1", Vec::new());
        let mut junos = Junos::new(chassis, database, "MX204".to_owned(), "21.4R3.15".to_owned());
        for id in [1, 2, 3] {
            let actor = Actor { id, user: format!("user{id}"), client: "netconf" };
            junos.sessions.insert(id, Login { actor });
        }
        let fabric = Fabric::new();
        fabric.shared.change(|world| world.add_router(junos));
        Lab { fabric, now }
    }

    fn world<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        act(&mut self.fabric.shared.lock())
    }

    fn junos<T>(&self, act: impl FnOnce(&mut Junos) -> T) -> T {
        self.world(|world| act(world.router_mut(0).unwrap()))
    }

    /// The answer to a request.
    fn ask(&self, session: u32, request: &str) -> String {
        let operation = Element::read(request).unwrap();
        self.world(|world| rpc::answer(world, 0, session, &operation, self.now)).body
    }

    fn set(&self, session: u32, commands: &str) -> String {
        let open = "<load-configuration action=\"set\" format=\"text\"><configuration-set>";
        self.ask(session, &format!("{open}{commands}</configuration-set></load-configuration>"))
    }

    fn name(&self) -> String {
        self.junos(|junos| junos.running_config())
            .split("host-name ")
            .nth(1)
            .unwrap()
            .split(';')
            .next()
            .unwrap()
            .into()
    }

    fn expire(&mut self, minutes: u64) -> bool {
        self.now += Duration::from_secs(60 * minutes);
        let now = self.now;
        self.junos(|junos| {
            let due = junos
                .database
                .pending()
                .filter(|pending| pending.deadline <= now)
                .map(|pending| pending.number);
            due.is_some_and(|number| junos.database.expire(number, now))
        })
    }
}

const OK: &str = "<ok/>\n";
const COMMIT: &str = "<commit-configuration/>";

fn confirmed(minutes: u32) -> String {
    format!(
        "<commit-configuration><confirmed/><confirm-timeout>{minutes}</confirm-timeout></commit-configuration>"
    )
}

#[test]
fn one_session_holds_the_lock_and_is_named() {
    let lab = Lab::new();
    assert_eq!(lab.ask(1, "<lock-configuration/>"), OK);
    let refused = lab.ask(2, "<lock><target><candidate/></target></lock>");
    assert!(
        refused.contains("<error-tag>lock-denied</error-tag>")
            && refused.contains("<session-id>1</session-id>")
    );
    assert!(refused.contains("configuration database locked by:\n  user1 terminal  (pid 1) on since "));
    assert!(lab.set(2, "set system host-name x").contains("locked by"));
    assert!(
        lab.ask(2, COMMIT).contains("locked by")
            && lab.ask(2, "<unlock-configuration/>").contains("not locked")
    );
    // What was not committed goes with the lock.
    assert!(lab.set(1, "set system host-name x").contains(OK));
    assert_eq!(lab.ask(1, "<unlock-configuration/>"), OK);
    assert!(!lab.junos(|junos| junos.database.is_modified()));
    assert_eq!(lab.ask(2, "<lock-configuration/>"), OK);
    lab.junos(|junos| junos.database.leave(2));
    assert_eq!(lab.ask(1, "<lock-configuration/>"), OK);
}

#[test]
fn changes_in_the_shared_candidate_stay_and_bar_the_lock() {
    let lab = Lab::new();
    lab.set(1, "set system host-name x");
    lab.junos(|junos| junos.database.leave(1));
    assert!(lab.ask(2, "<lock-configuration/>").contains("configuration database modified"));
    assert!(
        lab.ask(2, "<open-configuration><private/></open-configuration>")
            .contains("shared configuration database modified")
    );
    let compare = "<get-configuration compare=\"rollback\" rollback=\"0\" format=\"text\"/>";
    assert!(lab.ask(2, compare).contains("[edit system]\n-  host-name r1;\n+  host-name x;\n"));
    assert!(lab.ask(2, "<load-configuration rollback=\"0\"/>").contains(OK));
    assert!(lab.ask(2, compare).contains("<configuration-output>\n</configuration-output>"));
}

#[test]
fn private_candidates_go_together_unless_they_touch() {
    let lab = Lab::new();
    for session in [1, 2, 3] {
        let opened = lab.ask(session, "<open-configuration><private/></open-configuration>");
        assert!(
            opened.contains("uncommitted changes will be discarded on exit") && opened.contains("warning")
        );
    }
    lab.set(1, "set system host-name one\nset protocols bgp group IX neighbor 192.0.2.7 peer-as 64507");
    lab.set(2, "set protocols bgp group IX neighbor 192.0.2.8 peer-as 64508");
    lab.set(3, "set system host-name three");
    assert_eq!(lab.ask(1, COMMIT), OK);
    assert_eq!(lab.ask(2, COMMIT), OK);
    let text = lab.junos(|junos| junos.running_config());
    assert!(text.contains("192.0.2.7") && text.contains("192.0.2.8") && text.contains("host-name one"));
    assert!(lab.ask(3, COMMIT).contains("[edit system host-name]"));
    assert_eq!(lab.ask(3, "<close-configuration/>"), OK);
    assert_eq!(lab.name(), "one");
    assert!(!lab.junos(|junos| junos.database.is_modified()));
}

#[test]
fn an_unconfirmed_commit_comes_back() {
    let mut lab = Lab::new();
    lab.set(1, "set system host-name new");
    let operation = Element::read(&confirmed(5)).unwrap();
    let reply = lab.world(|world| rpc::answer(world, 0, 1, &operation, lab.now));
    assert_eq!((reply.body.as_str(), reply.effect), (OK, Effect::Timer));
    assert_eq!(lab.name(), "new");
    let revision = lab.ask(2, "<get-commit-revision-information><detail/></get-commit-revision-information>");
    assert!(revision.contains("<comment>commit confirmed, rollback in 5mins</comment>"), "{revision}");
    assert!(revision.contains("<user>user1</user>") && revision.contains("<date-time junos:seconds="));
    assert!(!lab.expire(4) && lab.expire(1));
    assert_eq!(lab.name(), "r1");
    let history = lab.ask(1, "<get-commit-information/>");
    assert_eq!(history.matches("<commit-history>").count(), 3);
    assert!(history.contains("<user>root</user>\n<client>other</client>"), "{history}");
}

#[test]
fn any_commit_or_check_confirms() {
    for confirm in [COMMIT, "<commit/>", "<commit-configuration><check/></commit-configuration>"] {
        let mut lab = Lab::new();
        lab.set(1, "set system host-name new");
        lab.ask(1, &confirmed(1));
        lab.ask(2, confirm);
        assert!(!lab.expire(2), "{confirm}");
        assert_eq!(lab.name(), "new");
    }
}

#[test]
fn netconf_counts_seconds_and_a_second_confirmed_commit_keeps_what_was_first() {
    let mut lab = Lab::new();
    lab.set(1, "set system host-name a");
    lab.ask(1, "<commit><confirmed/><confirm-timeout>90</confirm-timeout></commit>");
    assert!(!lab.expire(1));
    lab.set(1, "set system host-name b");
    lab.ask(1, "<commit><confirmed/><confirm-timeout>90</confirm-timeout></commit>");
    assert!(!lab.expire(1) && lab.expire(1));
    assert_eq!(lab.name(), "r1");
    assert!(
        lab.ask(
            1,
            "<commit-configuration><confirmed/><confirm-timeout>x</confirm-timeout></commit-configuration>"
        )
        .contains("confirm-timeout")
    );
}

#[test]
fn fifty_configurations_are_kept() {
    let lab = Lab::new();
    for number in 0..60 {
        lab.set(1, &format!("set system host-name n{number}"));
        assert_eq!(lab.ask(1, "<commit-configuration><log>n</log></commit-configuration>"), OK);
    }
    assert!(lab.ask(1, "<load-configuration rollback=\"49\"/>").contains(OK));
    lab.ask(1, COMMIT);
    assert_eq!(lab.name(), "n10");
    assert!(lab.ask(1, "<load-configuration rollback=\"50\"/>").contains("No such file"));
    let old = lab.ask(1, "<get-rollback-information><rollback>2</rollback></get-rollback-information>");
    assert!(old.contains("host-name n58;"), "{old}");
}

#[test]
fn what_does_not_check_out_is_not_committed() {
    let lab = Lab::new();
    lab.set(
        1,
        "set protocols bgp group IX import NOWHERE\nset protocols bgp group IX neighbor 192.0.2.9 passive",
    );
    for request in [
        COMMIT,
        "<commit-configuration><check/></commit-configuration>",
        "<validate><source><candidate/></source></validate>",
    ] {
        let refused = lab.ask(1, request);
        assert!(refused.contains("Policy NOWHERE referenced but not defined"), "{refused}");
        assert!(refused.contains("peer AS number must be configured for an external peer"), "{refused}");
        assert!(
            refused.contains("configuration check-out failed")
                && refused.contains("[edit protocols bgp group IX]")
        );
    }
    assert!(lab.ask(1, "<discard-changes/>").contains("<ok/>"));
    assert!(
        lab.ask(1, "<commit-configuration><check/></commit-configuration>")
            .contains("<commit-check-success/>")
    );
}

#[test]
fn loads_say_what_they_did_not_understand() {
    let lab = Lab::new();
    let text = "<load-configuration format=\"text\" action=\"replace\"><configuration-text>protocols { bgp { tpye x; } }</configuration-text></load-configuration>";
    let refused = lab.ask(1, text);
    assert!(
        refused.starts_with("<load-configuration-results>\n<rpc-error>")
            && refused.contains("<load-error-count>1<")
    );
    assert!(refused.contains("<bad-element>tpye</bad-element>") && refused.contains("[edit protocols bgp]"));
    let warned = lab.set(1, "delete system domain-name");
    assert!(
        warned.contains("<error-severity>warning</error-severity>") && warned.contains("statement not found")
    );
    assert!(warned.contains("<ok/>") && !warned.contains("load-error-count"));
    let json = r#"<load-configuration format="json"><configuration-json>{"configuration":{"system":{"host-name":"j"}}}</configuration-json></load-configuration>"#;
    assert!(lab.ask(1, json).contains("<ok/>"));
    let whole = "<load-configuration format=\"text\" action=\"override\"><configuration-text>system { host-name only; }</configuration-text></load-configuration>";
    assert!(lab.ask(1, whole).contains("<ok/>"));
    assert_eq!(lab.ask(1, COMMIT), OK);
    assert_eq!(lab.junos(|junos| junos.running_config()), "system {\n    host-name only;\n}\n");
    assert!(lab.ask(1, "<nonsense/>").contains("<bad-element>nonsense</bad-element>"));
}

#[test]
fn edit_config_is_whole_or_not_at_all() {
    let lab = Lab::new();
    let edit = |config: &str, extra: &str| {
        let request = format!(
            "<edit-config><target><candidate/></target>{extra}<config><configuration>{config}</configuration></config></edit-config>"
        );
        lab.ask(1, &request)
    };
    let refused = edit("<system><host-name>x</host-name><nonsense/></system>", "");
    assert!(
        refused.contains("<bad-element>nonsense</bad-element>")
            && !lab.junos(|junos| junos.database.is_modified())
    );
    assert_eq!(
        edit("<system><host-name>x</host-name></system>", "<default-operation>none</default-operation>"),
        OK
    );
    assert!(!lab.junos(|junos| junos.database.is_modified()));
    assert_eq!(edit("<system><host-name>x</host-name></system>", ""), OK);
    let candidate = lab.ask(1, "<get-config><source><candidate/></source><filter><configuration><system/></configuration></filter></get-config>");
    assert!(candidate.contains("<host-name>x</host-name>") && !candidate.contains("protocols"));
    assert!(
        lab.ask(1, "<get-config><source><running/></source></get-config>")
            .contains("<host-name>r1</host-name>")
    );
}

#[test]
fn passwords_are_kept_hidden() {
    let lab = Lab::new();
    lab.set(1, "set protocols bgp group IX neighbor 192.0.2.5 authentication-key geheim");
    let text = lab.ask(1, "<get-configuration format=\"text\"/>");
    assert!(
        !text.contains("geheim")
            && text.contains("authentication-key &quot;$9$")
            && text.contains("## SECRET-DATA")
    );
    lab.ask(1, COMMIT);
    let neighbors = lab.junos(|junos| junos.neighbors());
    assert_eq!(neighbors.values().next().unwrap().side.password.as_deref(), Some("geheim"));
}

#[test]
fn commands_are_answered_or_refused() {
    let lab = Lab::new();
    let command =
        |text: &str, format: &str| lab.ask(1, &format!("<command format=\"{format}\">{text}</command>"));
    assert!(command("show version", "text").contains("Hostname: r1"));
    assert!(command("show configuration system | display set", "text").contains("set system host-name r1\n"));
    assert!(command("show bgp summary", "text").contains("192.0.2.5"));
    assert!(command("show bgp neighbor 192.0.2.5", "xml").contains("<peer-as>64505</peer-as>"));
    assert!(command("show nonsense", "text").contains("<bad-element>nonsense</bad-element>"));
    assert!(
        command("show version | match Model", "text").contains("Model")
            && !command("show version | match Model", "text").contains("Hostname")
    );
}
