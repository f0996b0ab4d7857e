//! The Junos template before Juniper's own YANG models, where they and `yanglint` are at hand.

use peering_tests::junos::Models;
use peering_tests::sample::{Spelling, render, sample};

/// The sample's configuration without its routing instances, whose model is not among the shared ones.
fn rendered(spelling: &Spelling) -> String {
    let text = render("juniper_junos", sample("juniper_junos", spelling));
    let (before, _) = text.split_once("\nrouting-instances {").expect("the sample has a routing instance");
    before.to_owned()
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
