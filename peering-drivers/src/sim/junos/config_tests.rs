use super::diff::diff;
use super::text::{self, read};
use super::tree::{Complaint, Node};
use super::write;
use crate::sim::netconf::element::Element;

fn load(config: &mut Node, text: &str, replaces: bool) -> Vec<Complaint> {
    let loaded = read(text);
    let mut found = loaded.complaints;
    for edit in loaded.edits {
        config.apply(edit, replaces, &[], &mut found);
    }
    found
}

fn config(text: &str) -> Node {
    let mut config = Node::root();
    assert_eq!(load(&mut config, text, true), [], "{text}");
    config
}

const EDGE: &str = r#"version 21.4R3.15;
system {
    host-name edge1;
    authentication-order [ password radius ];
    login {
        user ops {
            uid 2000;
            class super-user;
            authentication {
                encrypted-password "$6$abc"; ## SECRET-DATA
            }
        }
    }
    services {
        ssh;
        netconf {
            ssh;
        }
    }
}
interfaces {
    ge-0/0/0 {
        description "Peering LAN";
        unit 0 {
            family inet {
                address 192.0.2.1/24;
            }
            family inet6 {
                address 2001:db8::1/64;
            }
        }
    }
    ge-0/0/10 {
        disable;
    }
}
routing-options {
    static {
        route 198.18.0.0/15 discard;
        route 203.0.113.0/24 {
            next-hop 192.0.2.9;
            preference 250;
        }
    }
    autonomous-system 64500;
}
protocols {
    bgp {
        group IX {
            type external;
            import [ a b ];
            family inet {
                unicast {
                    prefix-limit {
                        maximum 50;
                        teardown 90 idle-timeout 30;
                    }
                }
            }
            neighbor 192.0.2.5 {
                description it's;
                authentication-key "$9$x"; ## SECRET-DATA
                peer-as 64505;
                local-as 64499 private no-prepend-global-as;
            }
            inactive: neighbor 192.0.2.6 {
                peer-as 64506;
            }
        }
    }
}
policy-options {
    prefix-list ours {
        198.18.0.0/15;
    }
    route-filter-list wide {
        203.0.113.0/25 upto /27;
    }
    policy-statement a {
        term one {
            from {
                protocol [ bgp aggregate ];
                route-filter 10.0.0.0/8 orlonger;
            }
            then {
                local-preference 300;
                community add x;
                next term;
            }
        }
        term two {
            from protocol static;
            then reject;
        }
    }
    policy-statement b {
        then accept;
    }
    community x members 65535:0;
}
"#;

#[test]
fn text_comes_back_as_it_was() {
    let edge = EDGE.replace("it's", "\"it's\"");
    assert_eq!(write::text(&config(&edge)), edge);
}

#[test]
fn set_commands_rebuild_it() {
    let old = config(EDGE);
    let mut new = Node::root();
    let set = write::set(&old, "");
    assert!(set.contains("set protocols bgp group IX neighbor 192.0.2.5 local-as 64499\n"), "{set}");
    assert!(set.contains("deactivate protocols bgp group IX neighbor 192.0.2.6\n"), "{set}");
    let found = super::command::run(&mut new, &set);
    assert_eq!(found, []);
    assert_eq!(write::text(&new), write::text(&old));
}

#[test]
fn unknown_statements_are_refused_and_the_rest_is_loaded() {
    let mut config = Node::root();
    let found = load(
        &mut config,
        "protocols { bgp { group X { tpye external; neighbor 192.0.2.300 { peer-as 1; } \
         neighbor 192.0.2.7 { peer-as 64507; } } } }\nsystem { host-nam e; services { ssh; } }",
        true,
    );
    let elements: Vec<_> =
        found.iter().map(|one| (one.path.as_str(), one.element.as_deref().unwrap())).collect();
    assert_eq!(
        elements,
        [("protocols bgp group X", "tpye"), ("protocols bgp group X", "192.0.2.300"), ("system", "host-nam")]
    );
    assert!(found[0].message == "syntax error" && found[1].message.contains("invalid ip address"));
    let text = write::text(&config);
    assert!(text.contains("neighbor 192.0.2.7") && text.contains("ssh;") && !text.contains("external"));
}

#[test]
fn replace_counts_only_when_it_is_told_to() {
    let change = "protocols { bgp { replace: group IX { type internal; neighbor 192.0.2.9; } } }";
    let (mut merged, mut replaced) = (config(EDGE), config(EDGE));
    load(&mut merged, change, false);
    load(&mut replaced, change, true);
    let group = |config: &Node| write::text(config.at("protocols bgp group").unwrap());
    assert!(group(&merged).contains("192.0.2.5") && group(&merged).contains("type internal"));
    assert_eq!(group(&replaced), "type internal;\nneighbor 192.0.2.9;\n");
}

#[test]
fn a_choice_has_one_of_its_statements() {
    let mut config = config("policy-options { policy-statement p { then accept; } }");
    load(&mut config, "policy-options { policy-statement p { then reject; } }", false);
    assert_eq!(write::text(config.at("policy-options policy-statement").unwrap()), "then reject;\n");
}

#[test]
fn differences_read_as_on_the_router() {
    let old = config(EDGE);
    let mut new = old.clone();
    let found = super::command::run(
        &mut new,
        r#"set system host-name edge2
set snmp community public authorization read-only
delete system services netconf
set interfaces ge-0/0/2 unit 0 family inet address 198.51.100.1/30
set interfaces ge-0/0/0 unit 0 family inet address 192.0.2.2/24
set protocols bgp group IX import c
set protocols bgp group IX neighbor 192.0.2.7 peer-as 64507
set protocols bgp group IX neighbor 192.0.2.5 description "new one"
activate protocols bgp group IX neighbor 192.0.2.6
insert policy-options policy-statement a term two before term one
set policy-options policy-statement b then reject
"#,
    );
    assert_eq!(found, []);
    let expected = r#"[edit system]
-  host-name edge1;
+  host-name edge2;
[edit system services]
-    netconf {
-        ssh;
-    }
[edit interfaces ge-0/0/0 unit 0 family inet]
        address 192.0.2.1/24;
+       address 192.0.2.2/24;
[edit interfaces]
+   ge-0/0/2 {
+       unit 0 {
+           family inet {
+               address 198.51.100.1/30;
+           }
+       }
+   }
[edit]
+  snmp {
+      community public {
+          authorization read-only;
+      }
+  }
[edit protocols bgp group IX]
-    import [ a b ];
+    import [ a b c ];
[edit protocols bgp group IX neighbor 192.0.2.5]
-     description it's;
+     description "new one";
[edit protocols bgp group IX]
!     active: neighbor 192.0.2.6 { ... }
      neighbor 192.0.2.6 { ... }
+     neighbor 192.0.2.7 {
+         peer-as 64507;
+     }
[edit policy-options policy-statement a]
     term two { ... }
!    term one { ... }
[edit policy-options policy-statement b then]
-    accept;
+    reject;
"#;
    assert_eq!(diff(&old, &new), expected.replace("it's", "\"it's\""));
    assert_eq!(diff(&old, &old), "");
}

#[test]
fn protection_and_comments_are_kept() {
    let mut config = config("/* ours */\nsystem { protect: host-name a; }");
    let found = load(&mut config, "system { host-name b; }", true);
    assert!(found[0].message.contains("protected"), "{found:?}");
    assert_eq!(super::command::run(&mut config, "delete system host-name").len(), 1);
    assert_eq!(super::command::run(&mut config, "unprotect system host-name\ndelete system host-name"), []);
    assert_eq!(write::text(&config), "");
    let statement = text::statement("system host-name c extra", &[]);
    assert_eq!(statement.unwrap_err().element.as_deref(), Some("extra"));
}

/// What our own template emits for a whole network.
#[test]
fn the_shipped_template_loads() {
    let snapshot = include_str!("../../../../tests/tests/snapshots/templates__juniper_junos.snap");
    let text = snapshot.splitn(3, "---\n").nth(2).unwrap();
    let config = config(text);
    let printed = write::text(&config);
    let mut again = Node::root();
    assert_eq!(load(&mut again, &printed, true), []);
    assert_eq!(again, config);
    let mut by_set = Node::root();
    assert_eq!(super::command::run(&mut by_set, &write::set(&config, "")), []);
    assert_eq!(diff(&config, &by_set), "");
}

fn xml(config: &Node) -> String {
    let mut out = String::new();
    super::xml::print(config, 0, &mut out);
    format!("<configuration xmlns:junos=\"j\">{out}</configuration>")
}

#[test]
fn xml_and_json_come_back_as_they_were() {
    let old = config(&EDGE.replace("it's", "\"it's <& \\\"\""));
    let read = |element: &Element| {
        let loaded = super::xml::read(element);
        assert_eq!(loaded.complaints, []);
        let mut new = Node::root();
        loaded.edits.into_iter().for_each(|edit| new.apply(edit, true, &[], &mut Vec::new()));
        write::text(&new)
    };
    let element = Element::read(&xml(&old)).unwrap();
    assert_eq!(read(&element), write::text(&old));
    let json = super::xml::json(&old);
    assert_eq!(json["protocols"]["bgp"]["group"][0]["neighbor"][0]["peer-as"], "64505");
    let element = super::xml::from_json("configuration", &json).pop().unwrap();
    assert_eq!(read(&element), write::text(&old));
}

#[test]
fn xml_has_the_shape_of_the_router() {
    let text = xml(&config(EDGE));
    let has = |part: &str| text.replace([' ', '\n'], "").contains(part);
    assert!(has("<interface><name>ge-0/0/0</name>"));
    assert!(has("<family><inet><unicast><prefix-limit><maximum>50</maximum><teardown>"));
    assert!(has("<limit-threshold>90</limit-threshold><idle-timeout><timeout>30</timeout></idle-timeout>"));
    assert!(has("<local-as><as-number>64499</as-number><private/><no-prepend-global-as/></local-as>"));
    assert!(has("<route-filter><address>10.0.0.0/8</address><orlonger/></route-filter>"));
    assert!(has("<rf_list><address>203.0.113.0/25</address><upto>/27</upto></rf_list>"));
    assert!(has("<community><add/><community-name>x</community-name></community>"));
    assert!(has("<neighborinactive=\"inactive\"><name>192.0.2.6</name>"));
    assert!(has("<import>a</import><import>b</import>"));
}

#[test]
fn xml_says_what_to_do_by_attributes() {
    let mut config = config(EDGE);
    let change = r#"<configuration xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0"><protocols><bgp><group><name>IX</name>
        <import delete="delete">a</import><neighbor nc:operation="delete"><name>192.0.2.5</name></neighbor>
        <neighbor active="active"><name>192.0.2.6</name></neighbor>
        <neighbor operation="remove"><name>192.0.2.99</name></neighbor>
        <neighbor><name>192.0.2.7</name><nonsense/></neighbor></group></bgp></protocols>
        <policy-options><policy-statement><name>a</name><term insert="before" name="one"><name>two</name></term>
        </policy-statement></policy-options></configuration>"#;
    let loaded = super::xml::read(&Element::read(change).unwrap());
    assert_eq!(loaded.complaints.len(), 1);
    assert_eq!(loaded.complaints[0].path, "protocols bgp group IX neighbor 192.0.2.7");
    let mut found = Vec::new();
    loaded.edits.into_iter().for_each(|edit| config.apply(edit, false, &[], &mut found));
    assert_eq!(found, []);
    let group = write::text(config.at("protocols bgp group").unwrap());
    assert!(
        group.contains("import b;") && !group.contains("192.0.2.5") && group.contains("\nneighbor 192.0.2.6")
    );
    let policy = write::text(config.at("policy-options policy-statement").unwrap());
    assert!(policy.starts_with("term two"), "{policy}");
}

#[test]
fn filters_select_subtrees_and_entries() {
    let config = config(EDGE);
    let select = |filter: &str| write::text(&super::xml::select(&config, &Element::read(filter).unwrap()));
    assert_eq!(
        select("<configuration><system><host-name/></system></configuration>"),
        "system {\n    host-name edge1;\n}\n"
    );
    let one = select(
        "<configuration><protocols><bgp><group><name>IX</name><neighbor><name>192.0.2.6</name></neighbor></group></bgp></protocols></configuration>",
    );
    assert!(one.contains("192.0.2.6") && !one.contains("192.0.2.5") && !one.contains("import"), "{one}");
    assert!(
        select("<configuration><protocols><bgp><group/></bgp></protocols></configuration>")
            .contains("192.0.2.5")
    );
    assert_eq!(select("<configuration><snmp/></configuration>"), "");
}

#[test]
fn groups_are_inherited() {
    let config = config(
        "groups { common { protocols { bgp { group <*> { type external; neighbor <192.*> { passive; hold-time 30; } } } }
         system { host-name from-group; domain-name example.net; } } }
         apply-groups common; system { host-name own; }
         protocols { bgp { group IX { neighbor 192.0.2.5 { hold-time 90; } neighbor 2001:db8::5; } } }",
    );
    let text = write::text(&super::groups::inherited(&config));
    assert!(
        !text.contains("groups")
            && text.contains("host-name own")
            && text.contains("domain-name example.net")
    );
    assert!(
        text.contains("type external")
            && text.matches("passive").count() == 1
            && !text.contains("hold-time 30")
    );
}
