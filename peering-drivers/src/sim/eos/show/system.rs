//! The machine: version, clock, environment, accounts.

use serde_json::{Value, json};

use super::{Show, merged};
use crate::sim::eos::cli::{Answer, Failure};

const MODEL: &str = "cEOSLab";

impl Show<'_> {
    pub(super) fn system_mac(&self) -> String {
        format!("00:1c:73:{:02x}:00:00", self.router & 0xFF)
    }

    pub(super) fn version(&self) -> Answer {
        let version = &self.device.version;
        let uptime = self.uptime();
        let build = version.replace('.', "");
        let data = json!({
            "mfgName": "Arista",
            "modelName": MODEL,
            "hardwareRevision": "",
            "serialNumber": format!("SIM{:08X}", self.router + 1),
            "systemMacAddress": self.system_mac(),
            "hwMacAddress": "00:00:00:00:00:00",
            "configMacAddress": "00:00:00:00:00:00",
            "version": version,
            "architecture": "x86_64",
            "internalVersion": format!("{version}-0.{build}"),
            "internalBuildId": "00000000-0000-0000-0000-000000000000",
            "imageFormatVersion": "3.0",
            "imageOptimization": "None",
            "bootupTimestamp": self.epoch - uptime,
            "uptime": uptime,
            "memTotal": 4_002_356,
            "memFree": 3_112_904,
            "isIntlVersion": false,
        });
        let text = format!(
            "Arista {MODEL}\nHardware version: \nSerial number: SIM{:08X}\nSystem MAC address: {}\n\nSoftware image \
             version: {version}\nArchitecture: x86_64\nInternal build version: {version}-0.{build}\n\nUptime: {}\n\
             Total memory: 4002356 kB\nFree memory: 3112904 kB\n",
            self.router + 1,
            self.system_mac().replace(':', "."),
            long(uptime),
        );
        Answer::both(data, text)
    }

    pub(super) fn hostname(&self) -> Answer {
        let view = &self.device.view;
        let name = &view.hostname;
        let full = view.domain.as_ref().map_or_else(|| name.clone(), |domain| format!("{name}.{domain}"));
        let text = format!("Hostname: {name}\nFQDN:     {full}\n");
        Answer::both(json!({ "hostname": name, "fqdn": full }), text)
    }

    pub(super) fn clock_text(&self) -> Answer {
        let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC);
        let text = now.strftime("%a %b %e %H:%M:%S %Y\nTimezone: UTC\nClock source: local\n").to_string();
        let data = json!({
            "utcTime": self.epoch,
            "timezone": "UTC",
            "clockSource": { "local": true },
            "localTime": {
                "year": now.year(), "month": now.month(), "dayOfMonth": now.day(), "hour": now.hour(),
                "min": now.minute(), "sec": now.second(), "dayOfWeek": now.weekday().to_monday_zero_offset(),
                "dayOfYear": now.day_of_year(), "daylightSavingsAdjust": 0,
            },
        });
        Answer::both(data, text)
    }

    pub(super) fn uptime_answer(&self) -> Answer {
        let data = json!({
            "currentTime": self.epoch,
            "upTime": self.uptime(),
            "users": 0,
            "loadAvg": [0.05, 0.04, 0.01],
        });
        Answer::both(data, format!(" up {}, 0 users\n", long(self.uptime())))
    }

    pub(super) fn ntp_associations(&self) -> Answer {
        let mut text = format!(
            "     remote           refid      st t when poll reach   delay   offset  jitter\n{}\n",
            "=".repeat(78)
        );
        let servers = self.device.running.children.iter().filter_map(|line| match line.words().as_slice() {
            ["ntp", "server", "vrf", _, host, ..] => Some((*host).to_owned()),
            ["ntp", "server", host, ..] => Some((*host).to_owned()),
            _ => None,
        });
        for host in servers {
            // Nobody answers them here.
            let host: String = host.chars().take(15).collect();
            text.push_str(&format!(
                " {host:<15} .INIT.          16 u    -   64    0    0.000    0.000   0.000\n"
            ));
        }
        Answer::text(text)
    }

    pub(super) fn snmp(&self, what: &str) -> Answer {
        let (setting, name) = match what {
            "chassis" => ("chassis-id", "chassisId"),
            "contact" => ("contact", "contact"),
            _ => ("location", "location"),
        };
        match self.device.running.value(&format!("snmp-server {setting}")) {
            Some(value) => {
                let value = value.trim_matches('"');
                let label = if what == "chassis" { "Chassis" } else { name };
                Answer::both(json!({ name: value }), format!("{label}: {value}\n"))
            }
            None => Answer::none(),
        }
    }

    pub(super) fn users(&self) -> Answer {
        let mut users = serde_json::Map::new();
        let mut text = String::new();
        for line in &self.device.running.children {
            let words = line.words();
            let ["username", name, rest @ ..] = words.as_slice() else { continue };
            let user = users.entry((*name).to_owned()).or_insert_with(
                || json!({ "username": name, "privLevel": 1, "role": "", "sshAuthorizedKey": "" }),
            );
            let found = match rest {
                ["sshkey" | "ssh-key", key @ ..] => json!({ "sshAuthorizedKey": key.join(" ") }),
                _ => {
                    let level = super::after(rest, "privilege").and_then(|level| level.parse::<u8>().ok());
                    let mut found = json!({ "privLevel": level.unwrap_or(1) });
                    if let Some(role) = super::after(rest, "role") {
                        found = merged(found, json!({ "role": role }));
                    }
                    if let ["secret", _, hash] = rest.get(rest.len().saturating_sub(3)..).unwrap_or_default()
                    {
                        found = merged(found, json!({ "secret": hash }));
                    }
                    found
                }
            };
            *user = merged(user.take(), found);
        }
        for (name, user) in &users {
            text.push_str(&format!("user: {name}\n       privilege level: {}\n", user["privLevel"]));
        }
        Answer::both(json!({ "users": users }), text)
    }

    pub(super) fn processes(&self) -> Answer {
        let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC);
        Answer::text(format!(
            "top - {} up {} min,  0 users,  load average: 0.05, 0.04, 0.01\nTasks: 212 total,   1 running, 211 \
             sleeping,   0 stopped,   0 zombie\n%Cpu(s):  3.2 us,  0.8 sy,  0.0 ni, 96.0 id,  0.0 wa,  0.0 hi,  0.0 si,  \
             0.0 st\nMiB Mem :   3908.6 total,   1540.3 free,    870.6 used,   1497.7 buff/cache\nMiB Swap:      0.0 \
             total,      0.0 free,      0.0 used.   2837.9 avail Mem\n",
            now.strftime("%H:%M:%S"),
            (self.uptime() / 60.0) as u64,
        ))
    }

    /// As a virtual machine answers: no fans and no sensors, and no power supplies to ask about.
    pub(super) fn environment(&self, what: &str) -> Result<Answer, Failure> {
        let data: Value = match what {
            "cooling" => json!({
                "defaultZones": false, "numCoolingZones": [], "coolingMode": "automatic", "ambientTemperature": 0,
                "shutdownOnInsufficientFans": true, "airflowDirection": "unknownAirflow", "overrideFanSpeed": 0,
                "systemStatus": "coolingOk", "fanTraySlots": [], "powerSupplySlots": [],
            }),
            "temperature" => json!({
                "powercycleOnOverheat": false, "ambientThreshold": 45, "cardSlots": [], "shutdownOnOverheat": true,
                "systemStatus": "temperatureOk", "recoveryModeOnOverheat": "recoveryModeNA", "powerSupplySlots": [],
                "tempSensors": [],
            }),
            _ => return Err(Failure::refused("Power supplies are not supported on this hardware platform.")),
        };
        Ok(Answer::data(data))
    }
}

/// `1 day, 2 hours and 3 minutes`.
fn long(seconds: f64) -> String {
    let minutes = seconds as u64 / 60;
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    match days {
        0 => format!("{hours} hours and {minutes} minutes"),
        _ => format!("{days} days, {hours} hours and {minutes} minutes"),
    }
}
