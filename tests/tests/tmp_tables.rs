//! Temporary.
use peering_core::driver::{Capabilities, Read};
#[test]
fn print() {
    let registry = peering_drivers::builtin();
    let word = |claimed: bool| if claimed { "yes" } else { "no" };
    let claims: Vec<(&str, Capabilities)> =
        registry.names().map(|name| (name, registry.driver(name).unwrap().capabilities())).collect();
    for (name, Capabilities { merge, replace, validate, commit, commit_confirmed, .. }) in &claims {
        let marks = [merge, replace, validate, commit, commit_confirmed].map(|claimed| word(*claimed));
        println!("ROW| `{name}` | {} |", marks.join(" | "));
    }
    let names: Vec<String> = claims.iter().map(|(name, _)| format!("`{name}`")).collect();
    println!("RD| read | {} |", names.join(" | "));
    println!("RD|---{}|", "|---".repeat(names.len()));
    for read in Read::ALL {
        let marks: Vec<&str> = claims.iter().map(|(_, claim)| word(claim.reads.has(read))).collect();
        println!("RD| `{read}` | {} |", marks.join(" | "));
    }
}
