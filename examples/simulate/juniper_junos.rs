//! Two routers that run Junos.

use std::time::Duration;

use peering_drivers::sim::{Fabric, JunosRouter, Port, RunningJunos, User};
use serde_json::{Value, json};

use crate::{OURS, Result, addresses};

fn router(number: u32, minute: Duration) -> Result<JunosRouter> {
    let other = 3 - number;
    let config = format!(
        r#"system {{ domain-name example.net; services {{ netconf {{ ssh; }} }} ntp {{ server 192.0.2.250; }} }}
snmp {{ location "Rack 12"; contact noc@example.net; community looking-glass {{ authorization read-only; }} }}
protocols {{
    bgp {{
        group INTERNAL {{ type internal; neighbor 192.0.2.{other}; }}
        group IX4 {{
            type external;
            import IMPORT;
            family inet {{ unicast {{ prefix-limit {{ maximum 500; teardown 90 idle-timeout 30; }} }} }}
            neighbor 192.0.2.5 {{ description "Peer Five"; peer-as 64505; }}
            neighbor 192.0.2.6 {{ authentication-key wrong; peer-as 64506; }}
        }}
        group IX6 {{ type external; neighbor 2001:db8:ffff::5 {{ peer-as 64505; }} }}
    }}
}}
policy-options {{ policy-statement IMPORT {{ then accept; }} }}
routing-options {{ static {{ route 198.18.0.0/15 discard; }} }}
routing-instances {{ cust-a {{ instance-type virtual-router; interface ge-0/0/1.0; }} }}
"#
    );
    let lan = Port { name: "ge-0/0/0".to_owned(), addresses: addresses(number)? };
    let customer = Port { name: "ge-0/0/1".to_owned(), addresses: vec!["198.51.100.1/30".parse()?] };
    Ok(JunosRouter {
        name: format!("junos{number}"),
        local_as: Some(OURS),
        ports: vec![lan, customer],
        config,
        users: vec![User::new("netops", "netops-password")],
        minute,
        has_base_1_1: number == 2,
        ..JunosRouter::default()
    })
}

/// The running routers, and how to reach them. `minute`: how long theirs are; the second offers NETCONF 1.1 too.
pub(crate) async fn start(fabric: &Fabric, minute: Duration) -> Result<(Vec<RunningJunos>, Vec<Value>)> {
    let running = vec![router(1, minute)?.start(fabric).await?, router(2, minute)?.start(fabric).await?];
    let users = json!({"netops": "netops-password"});
    let described = running.iter().map(|one| crate::describe(one, &users)).collect();
    Ok((running, described))
}
