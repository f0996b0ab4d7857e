//! The machine as the router shows it.

use tokio::time::Instant;

use super::device::Junos;
use super::reply::failed;
use crate::sim::clock::date;
use crate::sim::fabric::World;
use crate::sim::netconf::element::{Element, escaped};
use crate::sim::netconf::reply::Reply;

impl Junos {
    /// `21.4R3` of `21.4R3.15`, as it stands in namespaces.
    pub(crate) fn release(&self) -> &str {
        self.version.rsplit_once('.').map_or(self.version.as_str(), |(release, _)| release)
    }

    /// Made of its name: the same for as long as it is called so.
    pub(crate) fn serial(&self) -> String {
        let sum =
            self.chassis.name.bytes().fold(5381_u32, |sum, byte| sum.wrapping_mul(33) ^ u32::from(byte));
        format!("VM{sum:08X}")
    }

    /// How many of its seconds it has been up.
    fn uptime(&self, now: Instant) -> u64 {
        self.database.clock.scaled(now.saturating_duration_since(self.chassis.booted))
    }
}

/// Answers an operation about the machine; `None` when it is none.
pub(crate) fn answer(world: &World, junos: &Junos, rpc: &Element, now: Instant) -> Option<Reply> {
    Some(match rpc.name.as_str() {
        "get-software-information" => software(junos),
        "get-system-uptime-information" => uptime(junos, now),
        "get-system-information" => Reply::new(format!(
            "<system-information>\n<hardware-model>{}</hardware-model>\n<os-name>junos</os-name>\n<os-version>{}</os-version>\n\
             <serial-number>{}</serial-number>\n<host-name>{}</host-name>\n</system-information>\n",
            escaped(&junos.model),
            escaped(&junos.version),
            junos.serial(),
            escaped(&junos.chassis.name)
        )),
        "get-chassis-inventory" => inventory(junos),
        "get-route-engine-information" => engine(junos, now),
        "get-environment-information" => environment(junos),
        "get-temperature-threshold-information" => thresholds(junos),
        "get-power-usage-information-detail" => Reply::new(format!(
            "<power-usage-information {}>\n<power-usage-item>\n<name>PEM 0</name>\n<state>Online</state>\n\
             <pem-capacity-detail>\n<capacity-actual>750</capacity-actual>\n</pem-capacity-detail>\n<dc-output-detail>\n\
             <dc-power>210</dc-power>\n</dc-output-detail>\n</power-usage-item>\n</power-usage-information>\n",
            namespace(junos, "chassis")
        )),
        // Its ports are copper.
        "get-interface-optics-diagnostics-information" => Reply::new(format!(
            "<interface-information {}>\n</interface-information>\n",
            namespace(junos, "interface")
        )),
        // It runs no probes by itself.
        "get-probe-results" => {
            Reply::new(format!("<probe-results {}>\n</probe-results>\n", namespace(junos, "rpm")))
        }
        // There is one LAN, and its switch does not pass LLDP on.
        "get-lldp-neighbors-information" => {
            Reply::new("<lldp-neighbors-information junos:style=\"brief\">\n</lldp-neighbors-information>\n")
        }
        "get-vlan-information" => vlans(junos),
        "get-configuration-users-information" | "get-system-users-information" => users(junos),
        "file-show" => file(junos, world, rpc),
        _ => return None,
    })
}

fn namespace(junos: &Junos, part: &str) -> String {
    format!("xmlns=\"http://xml.juniper.net/junos/{}/junos-{part}\"", junos.release())
}

fn software(junos: &Junos) -> Reply {
    let model = escaped(&junos.model.to_lowercase());
    Reply::new(format!(
        "<software-information>\n<host-name>{}</host-name>\n<product-model>{model}</product-model>\n\
         <product-name>{model}</product-name>\n<junos-version>{1}</junos-version>\n<package-information>\n<name>os-kernel</name>\n\
         <comment>JUNOS OS Kernel 64-bit  [{1}]</comment>\n</package-information>\n</software-information>\n",
        escaped(&junos.chassis.name),
        escaped(&junos.version)
    ))
}

/// `show version` as text.
pub(crate) fn version_text(junos: &Junos) -> String {
    format!(
        "Hostname: {}\nModel: {}\nJunos: {2}\nJUNOS OS Kernel 64-bit  [{2}]\n",
        junos.chassis.name,
        junos.model.to_lowercase(),
        junos.version
    )
}

struct Times {
    now: i64,
    up: u64,
    booted: i64,
    configured: i64,
    user: String,
}

fn times(junos: &Junos, now: Instant) -> Times {
    let (up, at) = (junos.uptime(now), junos.database.clock.at(now));
    let newest = junos.database.history().next();
    Times {
        now: at,
        up,
        booted: at.saturating_sub_unsigned(up),
        configured: newest.map_or(at, |commit| commit.seconds),
        user: newest.map(|commit| commit.user.clone()).unwrap_or_default(),
    }
}

/// `1 day, 2 hours, 3 minutes, 4 seconds`
fn spelled(seconds: u64) -> String {
    let parts = [
        (seconds / 86_400, "day"),
        (seconds / 3600 % 24, "hour"),
        (seconds / 60 % 60, "minute"),
        (seconds % 60, "second"),
    ];
    let words = parts.into_iter().filter(|(count, _)| *count > 0);
    let words: Vec<String> =
        words.map(|(count, unit)| format!("{count} {unit}{}", if count == 1 { "" } else { "s" })).collect();
    words.join(", ")
}

/// `02:03`, `1 day 02:03`
fn short(seconds: u64) -> String {
    let (days, hours, minutes, rest) =
        (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    match days {
        0 => format!("{hours:02}:{minutes:02}:{rest:02}"),
        _ => format!("{days}d {hours:02}:{minutes:02}"),
    }
}

fn uptime(junos: &Junos, now: Instant) -> Reply {
    let Times { now: at, up, booted, configured, user } = times(junos, now);
    let since = |seconds: i64| u64::try_from(at - seconds).unwrap_or(0);
    let moment = |name: &str, seconds: i64, extra: &str| {
        format!(
            "<{name}>\n<date-time junos:seconds=\"{seconds}\">{}</date-time>\n\
             <time-length junos:seconds=\"{}\">{}</time-length>\n{extra}</{name}>\n",
            date(seconds),
            since(seconds),
            short(since(seconds))
        )
    };
    let users = junos.sessions.len();
    Reply::new(format!(
        "<system-uptime-information xmlns=\"http://xml.juniper.net/junos/{}/junos\">\n<current-time>\n\
         <date-time junos:seconds=\"{at}\">{}</date-time>\n</current-time>\n<time-source> LOCAL CLOCK </time-source>\n{}{}{}\
         <uptime-information>\n<date-time junos:seconds=\"{at}\">{}</date-time>\n<up-time junos:seconds=\"{up}\">{}</up-time>\n\
         <active-user-count junos:format=\"{users} users\">{users}</active-user-count>\n<load-average-1>0.10</load-average-1>\n\
         <load-average-5>0.12</load-average-5>\n<load-average-15>0.11</load-average-15>\n</uptime-information>\n</system-uptime-information>\n",
        junos.release(),
        date(at),
        moment("system-booted-time", booted, ""),
        moment("protocols-started-time", booted, ""),
        moment("last-configured-time", configured, &format!("<user>{}</user>\n", escaped(&user))),
        date(at),
        spelled(up)
    ))
}

/// `show system uptime` as text.
pub(crate) fn uptime_text(junos: &Junos, now: Instant) -> String {
    let Times { now: at, up, booted, configured, user } = times(junos, now);
    let ago = short(u64::try_from(at - configured).unwrap_or(0));
    format!(
        "Current time: {}\nTime Source:  LOCAL CLOCK \nSystem booted: {} ({} ago)\nProtocols started: {1} ({2} ago)\n\
         Last configured: {} ({ago} ago) by {user}\n",
        date(at),
        date(booted),
        short(up),
        date(configured)
    )
}

fn inventory(junos: &Junos) -> Reply {
    Reply::new(format!(
        "<chassis-inventory {}>\n<chassis junos:style=\"inventory\">\n<name>Chassis</name>\n<serial-number>{}</serial-number>\n\
         <description>{}</description>\n<chassis-module>\n<name>Routing Engine 0</name>\n<description>RE-{2}</description>\n\
         </chassis-module>\n</chassis>\n</chassis-inventory>\n",
        namespace(junos, "chassis"),
        junos.serial(),
        escaped(&junos.model.to_uppercase())
    ))
}

fn engine(junos: &Junos, now: Instant) -> Reply {
    let up = junos.uptime(now);
    let start = junos.database.clock.at(now).saturating_sub_unsigned(up);
    Reply::new(format!(
        "<route-engine-information {}>\n<route-engine>\n<slot>0</slot>\n<mastership-state>master</mastership-state>\n<status>OK</status>\n\
         <temperature junos:celsius=\"36\">36 degrees C / 96 degrees F</temperature>\n<memory-dram-size>2048 MB</memory-dram-size>\n\
         <memory-buffer-utilization>{}</memory-buffer-utilization>\n<cpu-user>2</cpu-user>\n<cpu-background>0</cpu-background>\n\
         <cpu-system>1</cpu-system>\n<cpu-interrupt>0</cpu-interrupt>\n<cpu-idle>97</cpu-idle>\n<model>RE-{}</model>\n\
         <serial-number>{}</serial-number>\n<start-time junos:seconds=\"{start}\">{}</start-time>\n\
         <up-time junos:seconds=\"{up}\">{}</up-time>\n<last-reboot-reason>Router rebooted after a normal shutdown.</last-reboot-reason>\n\
         <load-average-one>0.10</load-average-one>\n<load-average-five>0.12</load-average-five>\n\
         <load-average-fifteen>0.11</load-average-fifteen>\n</route-engine>\n</route-engine-information>\n",
        namespace(junos, "chassis"),
        20 + junos.sessions.len(),
        escaped(&junos.model.to_uppercase()),
        junos.serial(),
        date(start),
        spelled(up)
    ))
}

const SENSORS: [(&str, u32); 2] = [("Routing Engine 0", 36), ("FPC 0 Intake", 31)];

fn environment(junos: &Junos) -> Reply {
    let mut body = format!("<environment-information {}>\n", namespace(junos, "chassis"));
    for (name, celsius) in SENSORS {
        let fahrenheit = celsius * 9 / 5 + 32;
        body.push_str(&format!(
            "<environment-item>\n<name>{name}</name>\n<class>Temp</class>\n<status>OK</status>\n\
             <temperature junos:celsius=\"{celsius}\">{celsius} degrees C / {fahrenheit} degrees F</temperature>\n</environment-item>\n"
        ));
    }
    for (name, class) in [("PEM 0", "Power"), ("Fan Tray 0 Fan 1", "Fans")] {
        body.push_str(&format!(
            "<environment-item>\n<name>{name}</name>\n<class>{class}</class>\n<status>OK</status>\n</environment-item>\n"
        ));
    }
    Reply::new(body + "</environment-information>\n")
}

fn thresholds(junos: &Junos) -> Reply {
    let mut body = format!("<temperature-threshold-information {}>\n", namespace(junos, "chassis"));
    for (name, _) in SENSORS {
        body.push_str(&format!(
            "<temperature-threshold>\n<name>{name}</name>\n<fan-normal-speed>55</fan-normal-speed>\n<fan-high-speed>65</fan-high-speed>\n\
             <bad-fan-yellow-alarm>65</bad-fan-yellow-alarm>\n<bad-fan-red-alarm>80</bad-fan-red-alarm>\n\
             <yellow-alarm>75</yellow-alarm>\n<red-alarm>90</red-alarm>\n</temperature-threshold>\n"
        ));
    }
    Reply::new(body + "</temperature-threshold-information>\n")
}

fn vlans(junos: &Junos) -> Reply {
    let mut body = String::from("<vlan-information junos:style=\"brief\">\n<vlan-terse/>\n");
    for vlan in junos.active.child("vlans").into_iter().flat_map(|all| all.all("vlan")) {
        let tag = vlan.value("vlan-id").unwrap_or("0");
        body.push_str(&format!(
            "<vlan>\n<vlan-instance>0</vlan-instance>\n<vlan-name>{}</vlan-name>\n<vlan-tag>{tag}</vlan-tag>\n<vlan-detail>\n<vlan-member-list>\n",
            escaped(vlan.word())
        ));
        for interface in vlan.all("interface") {
            body.push_str(&format!(
                "<vlan-member>\n<vlan-member-interface>{}*</vlan-member-interface>\n</vlan-member>\n",
                escaped(interface.word())
            ));
        }
        body.push_str("</vlan-member-list>\n</vlan-detail>\n</vlan>\n");
    }
    Reply::new(body + "</vlan-information>\n")
}

/// Who is logged in, and who of them has the configuration.
fn users(junos: &Junos) -> Reply {
    let database = &junos.database;
    let mut body = String::from("<configuration-users-information>\n");
    for login in junos.sessions.values() {
        let id = login.actor.id;
        let mode = match () {
            () if database.lock_owner().is_some_and(|owner| owner.id == id) => "exclusive",
            () if database.has_private(id) => "private",
            () => continue,
        };
        body.push_str(&format!(
            "<user>\n<name>{}</name>\n<pid>{id}</pid>\n<mode>{mode}</mode>\n</user>\n",
            escaped(&login.actor.user)
        ));
    }
    Reply::new(body + "</configuration-users-information>\n")
}

/// `file-show`: the few files that there are.
fn file(junos: &Junos, world: &World, rpc: &Element) -> Reply {
    let name = rpc.value("filename").unwrap_or_default();
    let text = match name {
        "/etc/hosts.junos" => "128.0.0.1\tmaster re0 localre\n128.0.0.4\tre0 master\n".to_owned(),
        "/etc/resolv.conf" | "/var/etc/resolv.conf" => match junos.active.value("system domain-name") {
            Some(domain) => format!("domain {domain}\n"),
            None => String::new(),
        },
        "/etc/hosts" => {
            let own = world.routers.iter().map(|router| format!("127.0.0.1\t{}\n", router.chassis().name));
            own.collect()
        }
        _ => return failed(&format!("could not open file {name}: No such file or directory")),
    };
    Reply::new(format!("<file-content filename=\"{}\">\n{}</file-content>\n", escaped(name), escaped(&text)))
}
