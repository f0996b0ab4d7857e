//! The machine: version, clock, environment, processes.

use serde_json::{Value, json};

use super::{Show, table};
use crate::sim::nxos::seat::Answer;

const MODEL: &str = "Nexus9000 C9300v Chassis";

impl Show<'_> {
    pub(super) fn serial(&self) -> String {
        format!("9SIM{:07X}", self.router + 1)
    }

    fn days(&self) -> (u64, u64, u64, u64) {
        let up = self.uptime();
        (up / 86_400, up / 3600 % 24, up / 60 % 60, up % 60)
    }

    pub(super) fn version(&self) -> Answer {
        let (days, hours, minutes, seconds) = self.days();
        let version = &self.device.version;
        let header = "Cisco Nexus Operating System (NX-OS) Software\nThis is a simulation: no software of Cisco's is in it.\n";
        let image = format!("bootflash:///nxos64-cs.{}.bin", version.replace(['(', ')'], "."));
        let data = json!({
            "header_str": header,
            "bios_ver_str": "",
            "kickstart_ver_str": version,
            "nxos_ver_str": version,
            "kick_file_name": image,
            "nxos_file_name": image,
            "chassis_id": MODEL,
            "cpu_name": "simulated",
            "memory": 10_234_384,
            "mem_type": "kB",
            "proc_board_id": self.serial(),
            "host_name": self.device.view.hostname,
            "bootflash_size": 51_380_224,
            "kern_uptm_days": days,
            "kern_uptm_hrs": hours,
            "kern_uptm_mins": minutes,
            "kern_uptm_secs": seconds,
            "manufacturer": "Cisco Systems, Inc.",
        });
        let text = format!(
            "{header}\nNexus 9000v is a demo version of the Nexus Operating System\n\nSoftware\n  BIOS: version \n  NXOS: \
             version {version}\n  BIOS compile time:  \n  NXOS image file is: {image}\n\nHardware\n  cisco {MODEL} \n  \
             simulated with 10234384 kB of memory.\n  Processor Board ID {}\n\n  Device name: {}\n  bootflash:   51380224 \
             kB\n\nKernel uptime is {days} day(s), {hours} hour(s), {minutes} minute(s), {seconds} second(s)\n\nLast reset \n  \
             Reason: Unknown\n\nplugin\n  Core Plugin, Ethernet Plugin\n\nActive Package(s):\n",
            self.serial(),
            self.device.view.hostname,
        );
        Answer::both(data, text)
    }

    pub(super) fn hostname(&self) -> Answer {
        let view = &self.device.view;
        let name = match &view.domain {
            Some(domain) => format!("{}.{domain}", view.hostname),
            None => view.hostname.clone(),
        };
        Answer::both(json!({ "hostname": name }), format!("{name} \n"))
    }

    pub(super) fn hosts(&self) -> Answer {
        let domain = self.device.view.domain.as_deref();
        let domain = domain.map_or_else(|| "not set".to_owned(), |domain| format!("is {domain}"));
        Answer::text(format!(
            "DNS lookup enabled\nVrf Name: default Default domain {domain}\n\nHost            Address\n"
        ))
    }

    pub(super) fn clock(&self) -> Answer {
        let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC);
        let text = now.strftime("%H:%M:%S.%3f UTC %a %b %e %Y").to_string();
        Answer::both(
            json!({ "simple_time": text, "time_source": "NTP" }),
            format!("{text}\nTime source is NTP\n"),
        )
    }

    pub(super) fn inventory(&self) -> Answer {
        let rows = [
            ("Chassis", MODEL, "N9K-C9300v"),
            ("Slot 1", "Nexus 9300v 64-port Ethernet Module", "N9K-X9364v"),
        ];
        let row = |(name, what, product): &(&str, &str, &str)| json!({ "name": name, "desc": what, "productid": product, "vendorid": "", "serialnum": self.serial() });
        let text = rows.iter().fold(String::new(), |text, (name, what, product)| {
            text + &format!(
                "NAME: \"{name}\",  DESCR: \"{what}\"\nPID: {product}          ,  VID:     ,  SN: {}\n\n",
                self.serial()
            )
        });
        Answer::both(table("inv", rows.iter().map(row).collect()), text)
    }

    pub(super) fn features(&self) -> Answer {
        let on = self.device.running.children.iter().filter_map(|node| node.key.strip_prefix("feature "));
        let head =
            "Feature Name          Instance  State\n--------------------  --------  --------\n".to_owned();
        Answer::text(on.fold(head, |text, name| text + &format!("{name:<22}1         enabled \n")))
    }

    pub(super) fn environment(&self, what: Option<&str>) -> Answer {
        let text = "Temperature:\n--------------------------------------------------------------------\nModule   Sensor        \
                    MajorThresh   MinorThres   CurTemp     Status\n                       (Celsius)     (Celsius)    \
                    (Celsius)\n--------------------------------------------------------------------\n1        Intake          \
                    70              42          28         Ok\n";
        if what.is_some_and(|what| what != "temperature") {
            return Answer::text("");
        }
        let temperature = json!({
            "alarmstatus": "Ok", "curtemp": "28", "majthres": "70  ", "minthres": "42  ", "sensor": "INTAKE",
            "tempmod": "1        ",
        });
        let fan = json!({
            "fandir": "front-to-back", "fanhwver": "--", "fanmodel": "NXA-FAN-30CFM-F", "fanname": "Fan1(sys_fan1)",
            "fanstatus": "Ok",
        });
        let supply = json!({
            "psnum": "1", "psmodel": "N9K-PAC-650W-B", "watts": " 650.00", "ps_status": "Ok",
            "actual_out": "64 W", "actual_input": "72 W", "tot_capa": "650 W",
        });
        let data = json!({
            "TABLE_tempinfo": { "ROW_tempinfo": [temperature] },
            "fandetails": { "TABLE_faninfo": { "ROW_faninfo": [fan] } },
            "powersup": {
                "TABLE_psinfo": { "ROW_psinfo": [supply] },
                "power_summary": { "ps_redun_mode": "PS-Redundant", "tot_pow_capacity": "650.00 W" },
                "voltage_level": 12,
            },
        });
        Answer::both(data, text)
    }

    pub(super) fn processes_cpu(&self) -> Answer {
        let process = json!({
            "pid": 1, "runtime": 6442, "invoked": 117_856, "usecs": 54, "onesec": "0.00", "process": "init",
        });
        let data = json!({
            "TABLE_process_cpu": { "ROW_process_cpu": [process] },
            "idle_percent": "96.39", "kernel_percent": "1.28", "user_percent": "2.31",
        });
        Answer::data(data)
    }

    pub(super) fn processes_memory(&self) -> Answer {
        let row = json!({
            "process-memory-share-total-shm-avail": 417,
            "process-memory-share-total-shm-size": 462,
            "process-memory-share-total-shm-used": 45,
        });
        Answer::data(json!({ "TABLE_process_tag": { "ROW_process_tag": row } }))
    }

    pub(super) fn resources(&self) -> Answer {
        let data: Value = json!({
            "load_avg_1min": "0.05", "load_avg_5min": "0.07", "load_avg_15min": "0.14", "processes_total": "627",
            "processes_running": "1", "cpu_state_user": "2.31", "cpu_state_kernel": "1.28", "cpu_state_idle": "96.39",
            "memory_usage_total": "16401224", "memory_usage_used": "4798280", "memory_usage_free": "11602944",
            "current_memory_status": "OK",
        });
        let text = "Load average:   1 minute: 0.05   5 minutes: 0.07   15 minutes: 0.14\nProcesses   :   627 total, 1 \
                    running\nCPU states  :   2.31% user,   1.28% kernel,   96.39% idle\n        CPU0 states  :   2.31% user,   \
                    1.28% kernel,   96.39% idle\nMemory usage:   16401224K total,   4798280K used,   11602944K \
                    free\nCurrent memory status: OK\n";
        Answer::both(data, text)
    }

    pub(super) fn ntp(&self, what: &str) -> Answer {
        let lines = self.device.running.children.iter().filter_map(|line| match line.words().as_slice() {
            ["ntp", kind @ ("server" | "peer"), host, ..] => {
                Some(((*host).to_owned(), if *kind == "server" { "Server" } else { "Peer" }))
            }
            _ => None,
        });
        let all: Vec<(String, &str)> = lines.collect();
        if what == "peers" {
            let row = |(host, kind): &(String, &str)| json!({ "PeerIPAddress": host, "serv_peer": kind, "conf_flag": "(configured)" });
            let bar = "-".repeat(50);
            let head = format!("{bar}\n  Peer IP Address               Serv/Peer          \n{bar}\n");
            let line = |text: String, (host, kind): &(String, &str)| {
                text + &format!("  {host:<30}{kind} (configured) \n")
            };
            return Answer::both(table("peers", all.iter().map(row).collect()), all.iter().fold(head, line));
        }
        // Nobody answers them here.
        let row = |(host, kind): &(String, &str)| {
            json!({
                "syncmode": if *kind == "Server" { "=" } else { "+" }, "remote": host,
                "local": if host.contains(':') { "::" } else { "0.0.0.0" }, "st": "16", "poll": "64", "reach": "0",
                "delay": "0.00000", "vrf": "default",
            })
        };
        let data = table("peersstatus", all.iter().map(row).collect());
        let head = format!(
            "Total peers : {}\n* - selected for sync, + -  peer mode(active), - - peer mode(passive), = - polled in client mode\n    \
             remote               local              st  poll  reach   delay   vrf\n{}\n",
            all.len(),
            "-".repeat(76)
        );
        let line = |text: String, (host, _): &(String, &str)| {
            text + &format!("={host:<21} 0.0.0.0            16  64      0     0.00000 default\n")
        };
        let data = super::merged(json!({ "totalpeers": format!("Total peers : {}", all.len()) }), data);
        Answer::both(data, all.iter().fold(head, line))
    }
}
