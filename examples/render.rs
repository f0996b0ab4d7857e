//! Renders the configuration of a router from a network document and a folder of templates, after looking at both.
//!
//! `cargo run --example render -- examples/data/network.yaml edge1` uses the templates shipped for the router's platform.
//! Passwords are in what is printed.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use peering_core::model::{Indexed, Network};
use peering_core::template::{Engine, Escape, Options, RenderContext};
use peering_core::{Compat, Error, ErrorKind, Result};

/// Renders the configuration of a router.
#[derive(Parser)]
struct Arguments {
    /// A network document, YAML or JSON, or a directory of them.
    network: PathBuf,
    /// The router's name.
    router: String,
    /// A folder of templates, of which main.j2 is rendered. Without it, the template that the document names for the
    /// router, or else the one shipped for its platform.
    #[arg(long)]
    templates: Option<PathBuf>,
    /// By Peering Manager's rules, for templates that rely on them.
    #[arg(long)]
    peering_manager: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<()> {
    let network = Arc::new(Indexed::from(Network::load(&arguments.network)?));
    let context = RenderContext::for_router(Arc::clone(&network), &arguments.router)?;
    let driver = context.driver().unwrap_or_default();
    let compat = if arguments.peering_manager { Compat::PeeringManager } else { Compat::Strict };
    let options = Options { compat, ..Options::default() };
    let mut engine = Engine::with_templates(Escape::for_driver(driver), options, &network)?;
    let own = network.router(&arguments.router).and_then(|router| router.configuration_template.as_ref());
    let name = match (&arguments.templates, own) {
        (None, Some(name)) => format!("configuration::{name}"),
        (folder, _) => {
            let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").join(driver);
            let folder = folder.as_ref().unwrap_or(&shipped);
            if engine.add_directory(folder)? == 0 {
                return Err(Error::new(ErrorKind::NotFound, format!("no templates in {}", folder.display())));
            }
            "main.j2".to_owned()
        }
    };
    for finding in engine.check(&name)? {
        eprintln!("{finding}");
    }
    print!("{}", engine.render(&name, &context)?);
    Ok(())
}
