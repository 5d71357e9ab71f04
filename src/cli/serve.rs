//! `serve`: the search page and its HTTP API.

use super::common::Exit;
#[cfg(feature = "serve")]
use crate::serve::{Access, Archive, Token};
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
    let archive = Arc::new(Archive::open(folder, Lexicon::bundled())?);
    let listener = TcpListener::bind(addresses.as_slice()).map_err(|e| bad("--addr", format!("{}: {e}", args.addr)))?;
    let address = listener.local_addr()?;
    let access = Access { hosts: args.allow_host.clone(), token: token.map(Token::new), loopback };
    let mut out = io::stdout();
    writeln!(out, "http://{address}/")?;
    out.flush()?;
    crate::serve::serve(archive, access, listener, interrupted()).map_err(EnvironmentError::Output)?;
    Ok(Exit::Success)
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
