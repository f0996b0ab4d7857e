//! A registry server in this process: as much of IRRd's protocol as bgpq4 uses, over objects of our own.
//!
//! Answers have the form that a real IRRd 4.5 gave to the same questions, including that it says the same of a set
//! that is not there and of one without routes.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What the server does instead of answering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It takes the question and says nothing.
    Silence,
    /// It says how long the answer is, and ends the connection.
    HalfAnAnswer,
    /// It refuses the question.
    Refusal,
}

#[derive(Default)]
struct World {
    objects: Vec<Object>,
    seen: Vec<String>,
    /// The beginnings of questions that get no answer.
    trouble: Vec<(String, Trouble)>,
}

/// An object, by the names of its attributes in lower case.
#[derive(Clone, Debug, Default)]
struct Object {
    class: String,
    name: String,
    attributes: BTreeMap<String, Vec<String>>,
}

impl Object {
    fn words(&self, attribute: &str) -> impl Iterator<Item = &str> {
        let values = self.attributes.get(attribute).map_or(&[][..], Vec::as_slice);
        values.iter().flat_map(|value| value.split([',', ' '])).filter(|word| !word.is_empty())
    }

    fn source(&self) -> &str {
        self.words("source").next().unwrap_or_default()
    }
}

/// A running server. It ends with the runtime.
#[derive(Clone)]
pub struct FakeIrrd {
    world: Arc<Mutex<World>>,
    address: SocketAddr,
}

impl std::fmt::Debug for FakeIrrd {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FakeIrrd").field("address", &self.address).finish_non_exhaustive()
    }
}

impl FakeIrrd {
    /// Starts a server with these objects (RPSL, RFC 2622) on a free port of the loopback interface.
    ///
    /// # Panics
    /// When the port cannot be opened.
    pub async fn start(rpsl: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a local address");
        let server = FakeIrrd { world: Arc::default(), address };
        server.load(rpsl);
        let serving = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = serving.clone();
                tokio::spawn(async move { server.serve(stream).await });
            }
        });
        server
    }

    /// Host and port, as bgpq4 takes them.
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// Replaces all objects.
    pub fn load(&self, rpsl: &str) {
        self.world().objects = rpsl.split("\n\n").filter_map(object).collect();
    }

    /// Gives this instead of an answer to every question that begins so, e.g. `!a`.
    pub fn trouble(&self, question: &str, trouble: Trouble) {
        self.world().trouble.push((question.to_owned(), trouble));
    }

    /// Answers everything again.
    pub fn no_trouble(&self) {
        self.world().trouble.clear();
    }

    /// The questions so far, which are forgotten.
    pub fn seen(&self) -> Vec<String> {
        std::mem::take(&mut self.world().seen)
    }

    fn world(&self) -> std::sync::MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn serve(&self, stream: TcpStream) -> io::Result<()> {
        let (reader, mut writer) = stream.into_split();
        let mut lines = BufReader::new(reader).lines();
        let mut sources = self.world().sources();
        while let Some(line) = lines.next_line().await? {
            let question = line.trim();
            let trouble = {
                let mut world = self.world();
                world.seen.push(question.to_owned());
                world
                    .trouble
                    .iter()
                    .find(|(start, _)| question.starts_with(start.as_str()))
                    .map(|(_, what)| *what)
            };
            let reply = match trouble {
                Some(Trouble::Silence) => continue,
                Some(Trouble::HalfAnAnswer) => {
                    writer.write_all(b"A4000\n192.0.2.0/24 ").await?;
                    return Ok(());
                }
                Some(Trouble::Refusal) => "F Something is wrong here.\n".to_owned(),
                None if question == "!q" => return Ok(()),
                // The one command without an answer.
                None if question == "!!" => continue,
                None => self.world().reply(question, &mut sources),
            };
            writer.write_all(reply.as_bytes()).await?;
        }
        Ok(())
    }
}

fn object(text: &str) -> Option<Object> {
    let mut object = Object::default();
    for (name, value) in text.lines().filter_map(|line| line.split_once(':')) {
        let (name, value) = (name.trim().to_lowercase(), value.trim().to_owned());
        if object.class.is_empty() {
            object.class.clone_from(&name);
            object.name = value.to_uppercase();
        }
        object.attributes.entry(name).or_default().push(value);
    }
    (!object.class.is_empty()).then_some(object)
}

impl World {
    /// The sources of the objects, in the order in which they occur.
    fn sources(&self) -> Vec<String> {
        let mut sources: Vec<String> = Vec::new();
        for object in &self.objects {
            if !sources.iter().any(|known| known == object.source()) {
                sources.push(object.source().to_owned());
            }
        }
        sources
    }

    fn reply(&self, question: &str, sources: &mut Vec<String>) -> String {
        let missing_name = "F Missing required set name for A query\n";
        match question.get(..2).unwrap_or_default() {
            "!n" => "C\n".to_owned(),
            "!s" if question == "!s-lc" => data(&[sources.join(",")]),
            "!s" => {
                let chosen: Vec<String> = question[2..].split(',').map(str::to_owned).collect();
                let known = self.sources();
                if chosen.iter().any(|source| !known.contains(source)) {
                    return "F One or more selected sources are unavailable.\n".to_owned();
                }
                *sources = chosen;
                "C\n".to_owned()
            }
            "!a" if question.len() < 4 => missing_name.to_owned(),
            "!a" => {
                let is_ipv6 = question[2..].starts_with('6');
                let origins = self.members(&question[3..], true, sources);
                data(&self.routes(&origins, is_ipv6, sources).into_iter().collect::<Vec<_>>())
            }
            "!i" => {
                let name = question[2..].strip_suffix(",1");
                data(&self.members(name.unwrap_or(&question[2..]), name.is_some(), sources))
            }
            "!g" => data(&self.routes(&[question[2..].to_uppercase()], false, sources)),
            "!6" => data(&self.routes(&[question[2..].to_uppercase()], true, sources)),
            _ => "F Unrecognised command\n".to_owned(),
        }
    }

    /// The set of this name in the first source that has one.
    fn set(&self, name: &str, sources: &[String]) -> Option<&Object> {
        let is_set = |object: &&Object| matches!(object.class.as_str(), "as-set" | "route-set");
        sources.iter().find_map(|source| {
            let own = |object: &&Object| object.source() == source && object.name == name.to_uppercase();
            self.objects.iter().filter(is_set).find(own)
        })
    }

    /// The members of a set; of the sets in it, too, if it is to be resolved. Members that are not there are left out
    /// then, without a word.
    fn members(&self, name: &str, resolve: bool, sources: &[String]) -> Vec<String> {
        let (mut found, mut met) = (Vec::new(), BTreeSet::new());
        let mut open = vec![name.to_uppercase()];
        while let Some(name) = open.pop() {
            let Some(set) = self.set(&name, sources).filter(|_| met.insert(name)) else { continue };
            for member in set.words("members").chain(set.words("mp-members")) {
                let member = member.to_uppercase();
                let is_set = member.contains("AS-") || member.contains("RS-");
                if resolve && is_set {
                    open.push(member);
                } else if set.class == "route-set" && member.starts_with("AS") && resolve {
                    found.extend(self.routes(std::slice::from_ref(&member), false, sources));
                    found.extend(self.routes(&[member], true, sources));
                } else if !found.contains(&member) {
                    // Addresses are written in lower case.
                    found.push(if member.contains('/') { member.to_lowercase() } else { member });
                }
            }
        }
        found
    }

    fn routes(&self, origins: &[String], is_ipv6: bool, sources: &[String]) -> Vec<String> {
        let class = if is_ipv6 { "route6" } else { "route" };
        let wanted = |object: &&Object| {
            object.class == class
                && sources.iter().any(|source| source == object.source())
                && object.words("origin").any(|origin| origins.contains(&origin.to_uppercase()))
        };
        let found: BTreeSet<String> =
            self.objects.iter().filter(wanted).map(|object| object.name.to_lowercase()).collect();
        found.into_iter().collect()
    }
}

/// An answer with these words; `D` if there are none.
fn data(words: &[String]) -> String {
    if words.is_empty() {
        return "D\n".to_owned();
    }
    let text = words.join(" ") + "\n";
    format!("A{}\n{text}C\n", text.len())
}
