//! The machine itself, and what VRFs there are.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Show;
use crate::sim::ios::apply::short;
use crate::sim::ios::store::IMAGE;

pub(super) const SERIAL: &str = "9KXI0D7TVFI";

/// How long it has run: `2 weeks, 3 days, 4 hours, 5 minutes`.
fn uptime(seconds: u64) -> String {
    let parts = [
        (seconds / 604_800, "week"),
        (seconds / 86_400 % 7, "day"),
        (seconds / 3600 % 24, "hour"),
        (seconds / 60 % 60, "minute"),
    ];
    let last = parts.len() - 1;
    let shown: Vec<String> = parts
        .iter()
        .enumerate()
        .filter(|(index, (count, _))| *count > 0 || *index == last)
        .map(|(_, (count, unit))| format!("{count} {unit}{}", if *count == 1 { "" } else { "s" }))
        .collect();
    shown.join(", ")
}

impl Show<'_> {
    pub(super) fn version(&self) -> String {
        let device = self.device;
        let (name, version) = (&device.view.hostname, &device.version);
        let booted = device.chassis.booted;
        let restarted = Timestamp::from_second(self.at(booted)).unwrap_or_default().to_zoned(TimeZone::UTC);
        let ports =
            device.view.interfaces.iter().filter(|port| port.name.starts_with("GigabitEthernet")).count();
        format!(
            "Cisco IOS XE Software, Version {version}\n\
             Cisco IOS Software [Amsterdam], Virtual XE Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version {version}, RELEASE SOFTWARE (fc3)\n\
             Technical Support: http://www.cisco.com/techsupport\nCopyright (c) 1986-2021 by Cisco Systems, Inc.\n\
             Compiled Tue 20-Jul-21 04:59 by mcpre\n\n\nROM: IOS-XE ROMMON\n\n{name} uptime is {}\n\
             Uptime for this control processor is {}\nSystem returned to ROM by reload\n\
             System restarted at {}\nSystem image file is \"bootflash:{IMAGE}\"\nLast reload reason: Reload Command\n\n\
             cisco CSR1000V (VXE) processor (revision VXE) with 2378575K/3075K bytes of memory.\n\
             Processor board ID {SERIAL}\nRouter operating mode: Autonomous\n{ports} Gigabit Ethernet interfaces\n\
             32768K bytes of non-volatile configuration memory.\n8113280K bytes of physical memory.\n\
             6188032K bytes of virtual hard disk at bootflash:.\n\nConfiguration register is 0x2102\n\n",
            uptime(self.since(booted)),
            uptime(self.since(booted)),
            restarted.strftime("%H:%M:%S UTC %a %b %-d %Y")
        )
    }

    pub(super) fn hosts(&self) -> String {
        let domain = match &self.device.view.domain {
            Some(domain) => format!("Default domain is {domain}\n"),
            None => "Default domain is not set\n".to_owned(),
        };
        format!(
            "{domain}Name/address lookup uses static mappings\n\nCodes: u - unknown, e - expired, * - OK, ? - revalidate\n       \
             t - temporary, p - permanent\n\nHost                      Port  Flags      Age Type   Address(es)\n"
        )
    }

    pub(super) fn vrfs(&self) -> String {
        let mut text =
            "  Name                             Default RD            Protocols   Interfaces\n".to_owned();
        for (name, vrf) in &self.device.view.vrfs {
            let ports = self.device.view.interfaces.iter().filter(|port| port.vrf == *name);
            let ports: Vec<String> = ports.map(|port| short(&port.name)).collect();
            let rd = vrf.rd.as_deref().unwrap_or("<not set>");
            let families = vrf.families.join(",");
            let first = ports.first().map_or("", String::as_str);
            text.push_str(format!("  {name:<32} {rd:<21} {families:<11} {first}").trim_end());
            text.push('\n');
            for port in ports.iter().skip(1) {
                text.push_str(&format!("{:<69}{port}\n", ""));
            }
        }
        text
    }

    pub(super) fn ip_vrfs(&self) -> String {
        let line = |(name, vrf): (&String, &crate::sim::ios::view::Vrf)| {
            format!("  {name:<32} {:<21}\n", vrf.rd.as_deref().unwrap_or("<not set>"))
        };
        let lines: String = self.device.view.vrfs.iter().map(line).collect();
        format!("  Name                             Default RD            Interfaces\n{lines}")
    }

    pub(super) fn vrf_details(&self) -> String {
        let mut text = String::new();
        for (index, (name, vrf)) in self.device.view.vrfs.iter().enumerate() {
            let rd = vrf.rd.as_deref().unwrap_or("<not set>");
            let ports = self.device.view.interfaces.iter().filter(|port| port.vrf == *name);
            let ports: Vec<String> = ports.map(|port| short(&port.name)).collect();
            let ports = match ports.is_empty() {
                true => "  No interfaces\n".to_owned(),
                false => format!("  Interfaces:\n    {}\n", ports.join("                    ")),
            };
            text.push_str(&format!(
                "VRF {name} (VRF Id = {0}); default RD {rd}; default VPNID <not set>\n  New CLI format, supports multiple address-families\n  Flags: 0x180C\n{ports}",
                index + 1
            ));
            for family in ["ipv4", "ipv6"] {
                match vrf.families.iter().any(|own| own == family) {
                    true => text.push_str(&format!(
                        "Address family {family} unicast (Table ID = 0x{:X}):\n  Flags: 0x0\n  No Export VPN route-target communities\n  No Import VPN route-target communities\n  No import route-map\n  No global export route-map\n  No export route-map\n  VRF label distribution protocol: not configured\n  VRF label allocation mode: per-prefix\n",
                        index + 1
                    )),
                    false => text.push_str(&format!("Address family {family} unicast not active\n")),
                }
            }
            text.push('\n');
        }
        text
    }

    pub(super) fn cpu(&self) -> String {
        "CPU utilization for five seconds: 1%/0%; one minute: 1%; five minutes: 1%\n \
         PID Runtime(ms)     Invoked      uSecs   5Sec   1Min   5Min TTY Process\n   \
         1           3          40         75  0.00%  0.00%  0.00%   0 Chunk Manager\n   \
         2        5032     3335727          1  0.00%  0.00%  0.00%   0 Load Meter\n"
            .to_owned()
    }

    pub(super) fn memory(&self) -> String {
        "                Head    Total(b)     Used(b)     Free(b)   Lowest(b)  Largest(b)\n\
         Processor    7F6A2C0   2056420580   259632528   1796788052   1795000000   1500000000\n\
         I/O    2C00000     4194304     2375432     1818872     1581372     1817552\n"
            .to_owned()
    }

    /// Servers as configured; it is in step with the first.
    pub(super) fn ntp(&self) -> String {
        let lines = self.device.running.children.iter().filter_map(|line| match line.words().as_slice() {
            ["ntp", "server" | "peer", rest @ ..] => {
                rest.iter().find(|word| word.contains(['.', ':'])).map(|own| (*own).to_owned())
            }
            _ => None,
        });
        let lines: String = lines
            .enumerate()
            .map(|(index, server)| {
                let mark = if index == 0 { "*~" } else { "+~" };
                format!("{mark}{server:<15} 192.0.2.250      2     54     64   377  1.186   0.122  1.659\n")
            })
            .collect();
        format!(
            "\n  address         ref clock       st   when   poll reach  delay  offset   disp\n{lines} \
             * sys.peer, # selected, + candidate, - outlyer, x falseticker, ~ configured\n"
        )
    }
}
