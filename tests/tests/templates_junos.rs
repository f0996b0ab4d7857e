//! The Junos template before Juniper's own YANG models, where they and `yanglint` are at hand.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use peering_core::model::Indexed;
use peering_core::template::{Engine, Escape, Options, RenderContext};
use peering_tests::junos::Schema;
use peering_tests::sample::{Spelling, sample};
use peering_tests::shared;

const MODELS: [&str; 4] = ["root", "policy-options", "protocols", "routing-options"];

/// The sample's configuration without its routing instances, whose model is not among the shared ones.
fn rendered(spelling: &Spelling) -> String {
    let mut engine = Engine::new(Escape::JUNIPER_JUNOS, Options::default());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/templates/juniper_junos");
    engine.add_directory(folder).unwrap();
    let network = sample("juniper_junos", spelling);
    let router = network.routers[0].name.clone();
    let context = RenderContext::for_router(Indexed::from(network), &router).unwrap();
    let text = engine.render("main.j2", &context).unwrap();
    let (before, _) = text.split_once("\nrouting-instances {").expect("the sample has a routing instance");
    before.to_owned()
}

struct Models {
    files: Vec<PathBuf>,
    schema: Schema,
}

impl Models {
    fn load() -> Option<Models> {
        let folder = shared("yang/junos")?;
        let files = MODELS.map(|name| folder.join(format!("junos-conf-{name}@2024-01-01.yang"))).to_vec();
        let tree = match yanglint(&files, &["-f", "tree", "-L", "100000"], None) {
            Ok(tree) => tree,
            Err(error) => {
                peering_tests::skip(format_args!("yanglint cannot be run: {error}"));
                return None;
            }
        };
        assert!(tree.status.success(), "{tree:?}");
        let schema = Schema::from_tree(&String::from_utf8(tree.stdout).unwrap());
        Some(Models { files, schema })
    }

    /// What the validator says against a configuration, if anything.
    fn objection(&self, text: &str) -> Option<String> {
        let xml = match self.schema.to_xml(text) {
            Ok(xml) => xml,
            Err(error) => return Some(error),
        };
        let file = tempfile::Builder::new().suffix(".xml").tempfile().unwrap();
        std::fs::write(file.path(), xml).unwrap();
        let output = yanglint(&self.files, &["-t", "config"], Some(file.path())).unwrap();
        (!output.status.success()).then(|| String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

fn yanglint(models: &[PathBuf], arguments: &[&str], data: Option<&Path>) -> std::io::Result<Output> {
    let folder = models[0].parent().expect("the models are in a folder");
    Command::new("yanglint").arg("-p").arg(folder).args(arguments).args(models).args(data).output()
}

#[test]
fn the_models_take_the_sample() {
    let Some(models) = Models::load() else { return };
    for spelling in
        [Spelling::AsItIs, Spelling::After("\"; } x { /* <&> \\".into()), Spelling::Before("\n}".into())]
    {
        let text = rendered(&spelling);
        assert_eq!(models.objection(&text), None, "{spelling:?}:\n{text}");
    }
}

/// The test above can fail.
#[test]
fn the_models_refuse_what_is_wrong() {
    let Some(models) = Models::load() else { return };
    let text = rendered(&Spelling::AsItIs);
    for (right, wrong) in [
        ("maximum 300000;", "maximum none;"),
        ("peer-as 64501;", "peer-as 64501 x;"),
        ("type external;", "type foreign;"),
        ("neighbor 192.0.2.10 {", "neighbour 192.0.2.10 {"),
        ("            neighbor 192.0.2.20 {", "            }\n            neighbor 192.0.2.20 {"),
        ("\nprotocols {", "\nprotocols {\nbgp {"),
        ("198.18.0.0/15 orlonger;", "198.18.0.0 longest;"),
        ("local-preference 200;", "local-preferences 200;"),
        ("ttl 3;", "ttl 300;"),
        ("next term;", "next chapter;"),
        ("community add peer-route;", "community put peer-route;"),
    ] {
        assert!(text.contains(right), "{right}");
        let objection = models.objection(&text.replacen(right, wrong, 1));
        assert!(objection.is_some(), "{wrong} is taken");
    }
}
