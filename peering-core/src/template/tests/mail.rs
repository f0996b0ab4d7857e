//! E-mail to peers.

use super::*;
use crate::model::{Contact, Template, TemplateKind};

fn engine(subject: &str) -> Engine {
    let mut template = Template::new(
        "hello",
        "Dear {{ autonomous_system.name }},\nwe are {% for a in affiliated_autonomous_systems %}AS{{ a.asn }}{% endfor %}.",
    );
    template.kind = TemplateKind::Email;
    template.subject = Some(subject.to_owned());
    template.id = Some(3);
    let network = Network { templates: vec![template], ..Network::default() };
    Engine::with_templates(Escape::PLAIN, Options::default(), &network).unwrap()
}

fn peer() -> Network {
    let contact = |role: &str, email: &str| Contact { email: Some(email.into()), ..Contact::new(role, "X") };
    let mut network = network();
    network.autonomous_systems[0].affiliated = true;
    network.autonomous_systems[2].contacts = vec![
        contact("Technical", "noc@example.net"),
        contact("Policy", "peering@example.net"),
        contact("policy", "bad\nBcc: all@example.net"),
    ];
    network
}

#[test]
fn a_message_has_subject_body_and_recipients() {
    let context = RenderContext::for_peer(&peer(), Asn::new(64502)).unwrap();
    let known = [Contact { email: Some("pdb@example.net".into()), ..Contact::new("Policy", "P") }];
    let mail = engine("Peering with {{ autonomous_system.name }}")
        .render_email("hello", &context, &["policy", "Technical"], &known)
        .unwrap();
    assert!(mail.subject.starts_with("Peering with Evil router bgp 1"), "{}", mail.subject);
    assert_eq!(mail.body.lines().count(), 2);
    assert!(mail.body.ends_with("we are AS64500."));
    let to: Vec<&str> = mail.recipients.iter().filter_map(|contact| contact.email.as_deref()).collect();
    assert_eq!(to, ["peering@example.net", "pdb@example.net", "noc@example.net"]);
    let by_number = engine("x").render_email("email::3", &context, &[], &[]).unwrap();
    assert_eq!(by_number.recipients.len(), 2);
}

#[test]
fn a_subject_is_one_line() {
    let context = RenderContext::for_peer(&peer(), Asn::new(64502)).unwrap();
    let error = engine("a\nBcc: x").render_email("hello", &context, &[], &[]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Template);
    assert_eq!(
        engine("x").render_email("absent", &context, &[], &[]).unwrap_err().kind(),
        ErrorKind::NotFound
    );
    let other = RenderContext::for_router(&network(), "r1").unwrap();
    assert_eq!(engine("x").render_email("hello", &other, &[], &[]).unwrap_err().kind(), ErrorKind::Options);
}
