//! eAPI: what is asked and answered, in its own shape.

use super::*;
use crate::sim::eos::Device;
use crate::sim::eos::apply::load;
use crate::sim::eos::tree::Node;
use crate::sim::fabric::World;
use crate::sim::persona::Chassis;

fn world() -> World {
    let mut tree = Node::root();
    let text = "hostname r1\nmanagement api http-commands\nno shutdown\nrouter bgp 64501\n";
    load(&mut tree, text).unwrap();
    let mut world = World::default();
    world.add_router(Device::new(Chassis::new("r1", Vec::new()), "4.32.2F".to_owned(), tree));
    world
}

fn ask_as(world: &mut World, secret: Option<&str>, params: Value) -> Value {
    let body = json!({ "jsonrpc": "2.0", "method": "runCmds", "params": params, "id": "7" });
    let request = match Request::read(body.to_string().as_bytes()) {
        Ok(request) => request,
        Err(Malformed(words)) => return words,
    };
    request.answer(&mut Cli::new(world, 0, "netops", secret.map(str::to_owned)), None)
}

fn ask(world: &mut World, commands: Value) -> Value {
    ask_as(world, None, json!({ "version": 1, "cmds": commands, "format": "json" }))
}

fn text(world: &mut World, commands: Value) -> Value {
    ask_as(world, None, json!({ "version": 1, "cmds": commands, "format": "text" }))
}

#[test]
fn an_error_stops_the_batch_and_tells_what_was_done() {
    let mut world = world();
    let answer = ask(&mut world, json!(["enable", "show hostname", "show bogus", "show version"]));
    assert_eq!(
        answer,
        json!({
            "jsonrpc": "2.0",
            "id": "7",
            "error": {
                "code": 1002,
                "message": "CLI command 3 of 4 'show bogus' failed: invalid command",
                "data": [
                    {},
                    {"hostname": "r1", "fqdn": "r1"},
                    {"errors": ["Invalid input (at token 1: 'bogus')"]},
                ],
            },
        })
    );
}

#[test]
fn lines_before_an_error_stay() {
    let mut world = world();
    let lines = json!(["enable", "configure", "hostname r2", "router bgp 1", "hostname r3"]);
    let answer = ask(&mut world, lines);
    assert_eq!(answer["error"]["code"], 1000);
    assert_eq!(answer["error"]["data"][3]["errors"][0], "BGP is already running with AS number 64501");
    assert_eq!(ask(&mut world, json!(["show hostname"]))["result"][0]["hostname"], "r2");
}

#[test]
fn forms_of_answers() {
    let mut world = world();
    let code = |answer: &Value| answer["error"]["code"].as_i64();
    assert_eq!(code(&ask(&mut world, json!(["show ntp associations"]))), Some(1003));
    let answer = text(&mut world, json!(["enable", "show running-config | section router"]));
    assert_eq!(answer["result"][1]["output"], "router bgp 64501\n");
    let answer = ask(&mut world, json!(["enable", "show running-config"]));
    assert_eq!(answer["result"][1]["cmds"]["hostname r1"], Value::Null);
    let answer = text(&mut world, json!(["enable", "bogus"]));
    assert_eq!(answer["error"]["data"][1]["output"], "% Invalid input (at token 0: 'bogus')\n");
    let short =
        json!({ "version": "latest", "cmds": ["sh hostn"], "autoComplete": true, "timestamps": true });
    let answer = ask_as(&mut world, None, short);
    assert_eq!(answer["result"][0]["hostname"], "r1");
    assert!(answer["result"][0]["_meta"]["execDuration"].is_f64());
    assert_eq!(code(&ask(&mut world, json!(["sh hostn"]))), Some(1002));
}

#[test]
fn without_enable_little_is_allowed() {
    let mut world = world();
    for command in ["configure", "show running-config", "write memory"] {
        let answer = ask(&mut world, json!([command]));
        let words = answer["error"]["data"][0]["errors"][0].as_str().unwrap();
        assert!(words.ends_with("(privileged mode required)"), "{words}");
    }
    let commands = |input: &str| json!([{ "cmd": "enable", "input": input }, "show running-config"]);
    let mut enable = |input: &str| {
        ask_as(
            &mut world,
            Some("swordfish"),
            json!({ "version": 1, "cmds": commands(input), "format": "text" }),
        )
    };
    assert_eq!(enable("wrong")["error"]["code"], 1005);
    assert!(enable("swordfish")["result"][1]["output"].as_str().unwrap().contains("hostname r1"));
}

#[test]
fn requests_that_are_none() {
    let mut world = world();
    let code = |words: Value| words["error"]["code"].as_i64().unwrap();
    let Err(Malformed(words)) = Request::read(b"{") else { panic!("read") };
    assert_eq!(code(words), -32700);
    let Err(Malformed(words)) = Request::read(br#"{"jsonrpc": "2.0", "method": "walk", "id": 1}"#) else {
        panic!("read")
    };
    assert_eq!((words["id"].clone(), code(words)), (json!(1), -32601));
    assert_eq!(code(ask_as(&mut world, None, json!({ "version": 2, "cmds": [] }))), -32602);
    let answer = ask_as(&mut world, None, json!({ "version": 1, "cmds": [], "bogus": 1 }));
    assert!(answer["error"]["message"].as_str().unwrap().contains("unexpected keyword argument 'bogus'"));
    assert_eq!(ask_as(&mut world, None, json!({ "version": 1, "cmds": [] }))["result"], json!([]));
}

#[test]
fn a_configuration_session_over_several_requests() {
    let mut world = world();
    let lines = json!([
        "enable",
        "configure session s",
        "hostname r2",
        "router bgp 64501",
        "neighbor 192.0.2.5 remote-as 5"
    ]);
    assert!(ask(&mut world, lines)["error"].is_null());
    let diff = text(&mut world, json!(["enable", "show session-config named s diffs"]));
    let diff = diff["result"][1]["output"].as_str().unwrap().to_owned();
    assert!(
        diff.contains("+hostname r2\n") && diff.contains("+   neighbor 192.0.2.5 remote-as 5\n"),
        "{diff}"
    );
    let inside = text(&mut world, json!(["enable", "configure session s", "show session-config diffs"]));
    assert_eq!(inside["result"][2]["output"], diff.as_str());
    let wait =
        json!(["enable", "configure session s commit timer 00:01:00", "show configuration sessions detail"]);
    let answer = ask(&mut world, wait);
    let detail = &answer["result"][2];
    assert_eq!(detail["commitTimerSessionName"], "s");
    assert_eq!(detail["sessions"]["s"]["state"], "pendingCommitTimer");
    let due = detail["commitTimerExpireTime"].as_f64().unwrap();
    assert!((59.0..61.0).contains(&due), "{due}");
    let answer = ask(&mut world, json!(["enable", "configure session s abort", "show hostname"]));
    assert_eq!(answer["result"][2]["hostname"], "r1");
    let clean = json!([
        "enable",
        "configure session c",
        "rollback clean-config",
        "hostname r9",
        "commit",
        "show hostname"
    ]);
    assert_eq!(ask(&mut world, clean)["result"][5]["hostname"], "r9");
}
