//! `serve`: the search page and its HTTP API.

use super::common::Exit;
#[cfg(feature = "serve")]
use crate::serve::{Access, Archive, Named, Served, Token};
use clap::Args;
use std::path::Path;
#[cfg(feature = "serve")]
use std::{
    io::{self, Write},
    net::{SocketAddr, TcpListener, ToSocketAddrs},
    sync::Arc,
};
#[cfg(feature = "serve")]
use svodka_model::error::EnvironmentError;
use svodka_model::error::InputError;
use svodka_store::error::Result;
#[cfg(feature = "serve")]
use svodka_text::names::Lexicon;

/// Where and for whom to serve.
#[derive(Clone, Debug, Args)]
#[cfg_attr(not(feature = "serve"), allow(dead_code, reason = "the options are known even without the server"))]
pub struct ServeArgs {
    /// Archives to serve side by side, each under a path of its name, in place of --index.
    #[arg(value_name = "NAME=DIR")]
    archives: Vec<String>,
    /// Address to listen on; port 0 chooses a free one.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:7878")]
    addr: String,
    /// Secret that visitors must give; required when other machines can connect.
    #[arg(long, value_name = "TOKEN", env = "SVODKA_AUTH_TOKEN", hide_env_values = true)]
    auth_token: Option<String>,
    /// Let everyone who can connect read the archive, without a secret.
    #[arg(long)]
    insecure: bool,
    /// Host name under which the server is reached (repeatable); localhost and IP addresses are always allowed.
    #[arg(long, value_name = "NAME")]
    allow_host: Vec<String>,
    /// Path under which a proxy shows the server, e.g. /svodka.
    #[arg(long, value_name = "PATH", default_value = "/")]
    base_path: String,
    /// Write a line of JSON to standard error for each request.
    #[arg(long)]
    request_log: bool,
}

/// Serves the index in `folder` until interrupted.
///
/// # Errors
/// No index, an address that cannot be used, or one open to others without a token.
#[cfg(feature = "serve")]
pub fn run(folder: &Path, args: &ServeArgs) -> Result<Exit> {
    let bad = |option: &str, reason: String| InputError::BadOption { option: option.into(), reason };
    let addresses = args.addr.to_socket_addrs();
    let addresses: Vec<SocketAddr> = addresses.map_err(|e| bad("--addr", format!("{}: {e}", args.addr)))?.collect();
    let loopback = addresses.iter().all(|a| a.ip().is_loopback());
    let token = args.auth_token.as_deref().filter(|token| !token.is_empty());
    if !loopback && token.is_none() && !args.insecure {
        let reason = "others could read the archive there; set --auth-token TOKEN, or --insecure to allow that".into();
        return Err(bad("--addr", reason).into());
    }
    let archives = opened(folder, &args.archives)?;
    let base_path = args.base_path.trim_end_matches('/').to_owned();
    let is_path = base_path.starts_with('/') && base_path.split('/').skip(1).all(is_name);
    if !(base_path.is_empty() || is_path) {
        let reason = format!("«{base_path}» is no path such as /svodka: letters, digits, - _ . between slashes");
        return Err(bad("--base-path", reason).into());
    }
    let listener = TcpListener::bind(addresses.as_slice()).map_err(|e| bad("--addr", format!("{}: {e}", args.addr)))?;
    let address = listener.local_addr()?;
    let access = Access { hosts: args.allow_host.clone(), token: token.map(Token::new), loopback, ..Access::default() };
    let mut out = io::stdout();
    writeln!(out, "http://{address}{base_path}/")?;
    out.flush()?;
    let served = Served { archives, access, base_path, log_requests: args.request_log };
    crate::serve::serve(served, listener, interrupted()).map_err(EnvironmentError::Output)?;
    Ok(Exit::Success)
}

/// The archives that are named, or the one of `--index`.
#[cfg(feature = "serve")]
fn opened(folder: &Path, named: &[String]) -> Result<Vec<Named>> {
    if named.is_empty() {
        return Ok(vec![Named { name: None, archive: Arc::new(Archive::open(folder, Lexicon::bundled())?) }]);
    }
    let mut archives: Vec<Named> = Vec::new();
    for argument in named {
        let bad = |reason: String| InputError::BadOption { option: argument.clone(), reason };
        let (name, folder) = argument.split_once('=').ok_or_else(|| bad("write it as NAME=DIR".into()))?;
        if !is_name(name) || RESERVED.contains(&name) {
            return Err(bad(format!("«{name}» cannot be a name in addresses: letters, digits, - _ .")).into());
        }
        if archives.iter().any(|other| other.name.as_deref() == Some(name)) {
            return Err(bad(format!("«{name}» is named twice")).into());
        }
        let archive = Arc::new(Archive::open(Path::new(folder), Lexicon::bundled())?);
        archives.push(Named { name: Some(name.to_owned()), archive });
    }
    Ok(archives)
}

/// What the server itself has beside archives.
#[cfg(feature = "serve")]
const RESERVED: [&str; 6] = ["assets", "healthz", "login", "logout", "metrics", "openapi.json"];

/// Whether this can stand in an address as it is.
#[cfg(feature = "serve")]
fn is_name(name: &str) -> bool {
    let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    is_plain && !name.is_empty() && !name.bytes().all(|byte| byte == b'.')
}

/// Says that the server was left out of this program.
///
/// # Errors
/// Always.
#[cfg(not(feature = "serve"))]
pub fn run(_: &Path, _: &ServeArgs) -> Result<Exit> {
    let reason = "this program was built without the server; build it with the cargo feature `serve`".into();
    Err(InputError::BadOption { option: "serve".into(), reason }.into())
}

/// Answers a client of the Model Context Protocol on standard input and output.
///
/// # Errors
/// No index, or broken streams.
#[cfg(feature = "mcp")]
pub fn run_mcp(folder: &Path) -> Result<Exit> {
    crate::serve::mcp::serve_stdio(Archive::open(folder, Lexicon::bundled())?)?;
    Ok(Exit::Success)
}

/// Says that the protocol was left out of this program.
///
/// # Errors
/// Always.
#[cfg(not(feature = "mcp"))]
pub fn run_mcp(_: &Path) -> Result<Exit> {
    let reason = "this program was built without it; build it with the cargo feature `mcp`".into();
    Err(InputError::BadOption { option: "mcp".into(), reason }.into())
}

/// Ready when the program is asked to stop: by Ctrl-C or, on Unix, by a signal to terminate.
#[cfg(all(feature = "serve", unix))]
async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

/// Ready when the program is asked to stop, by Ctrl-C.
#[cfg(all(feature = "serve", not(unix)))]
async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
