//! Browsers that have logged in, and those that try to: signed cookies, and a delay after wrong tries.

use super::problem::Problem;
use axum::http::{HeaderMap, StatusCode, header};
use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// The cookie of a session.
const COOKIE: &str = "svodka_session";

/// Seconds that a session lasts: thirty days.
const LASTS: u64 = 30 * 86_400;

/// Wrong tries that cost nothing.
const FREE_TRIES: u32 = 3;

/// Longest delay after wrong tries.
const LONGEST_DELAY: Duration = Duration::from_secs(60);

/// Most clients and ended sessions that are remembered.
const REMEMBERED: usize = 10_000;

/// The address at the other end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Peer(pub(super) IpAddr);

/// Who sends a request: the other end of the connection, or whom a proxy on this machine names. Of version 6 the network,
/// for one client has all its addresses.
pub(super) fn client(peer: Option<Peer>, headers: &HeaderMap) -> Option<IpAddr> {
    let forwarded = headers.get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
    // The last one was added by the proxy itself; those before it are what the client claims.
    let forwarded = forwarded.and_then(|list| list.rsplit(',').next()).and_then(|address| address.trim().parse().ok());
    let Peer(peer) = peer?;
    let client = if peer.is_loopback() { forwarded.unwrap_or(peer) } else { peer };
    Some(match client {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        version_4 => version_4,
    })
}

/// Whether the browser speaks TLS, with a proxy in front: then cookies are for TLS only.
pub(super) fn is_secure(headers: &HeaderMap) -> bool {
    let is = |name: &str, start: &str| {
        headers.get(name).and_then(|value| value.to_str().ok()).is_some_and(|value| value.starts_with(start))
    };
    is("x-forwarded-proto", "https") || is("origin", "https://")
}

/// The values of session cookies that a request brings.
pub(super) fn session_values(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(name, _)| *name == COOKIE).map(|(_, value)| value)
}

/// Sessions: a cookie says until when it holds and is signed, so nothing is kept for open ones.
#[derive(Clone, Debug, Default)]
pub struct Sessions {
    ended: Arc<Mutex<HashMap<String, u64>>>,
}

impl Sessions {
    /// A cookie for a new session, sent back to this server only.
    pub(super) fn cookie(&self, key: &[u8; 32], is_secure: bool, root: &str) -> String {
        let until = now() + LASTS;
        // Tells sessions apart, so that one can be ended; it need not be secret, for it is signed.
        let nonce = uniquely();
        let value = format!("{until}.{nonce}.{}", signature(key, until, &nonce));
        format!("{COOKIE}={value}; Path={root}/; HttpOnly; SameSite=Strict; Max-Age={LASTS}{}", secure(is_secure))
    }

    /// A cookie that takes the session's place and is gone at once.
    pub(super) fn no_cookie(is_secure: bool, root: &str) -> String {
        format!("{COOKIE}=; Path={root}/; HttpOnly; SameSite=Strict; Max-Age=0{}", secure(is_secure))
    }

    /// Whether a cookie's value is of a session that has not ended.
    pub(super) fn is_open(&self, key: &[u8; 32], value: &str) -> bool {
        let mut parts = value.splitn(3, '.');
        let (Some(until), Some(nonce), Some(signed)) = (parts.next(), parts.next(), parts.next()) else { return false };
        let Ok(until) = until.parse::<u64>() else { return false };
        // Hashes are compared, not texts: that takes the same time whatever is wrong.
        let is_signed = blake3::hash(signature(key, until, nonce).as_bytes()) == blake3::hash(signed.as_bytes());
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        is_signed && until > now() && !ended.contains_key(value)
    }

    /// Ends a session before its time.
    pub(super) fn end(&self, value: &str) {
        let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        if ended.len() >= REMEMBERED {
            let now = now();
            ended.retain(|_, until| *until > now);
        }
        if ended.len() < REMEMBERED && value.len() < 200 {
            ended.insert(value.to_owned(), now() + LASTS);
        }
    }
}

fn secure(is_secure: bool) -> &'static str {
    if is_secure { "; Secure" } else { "" }
}

fn signature(key: &[u8; 32], until: u64, nonce: &str) -> String {
    blake3::keyed_hash(key, format!("{until}.{nonce}").as_bytes()).to_hex().to_string()
}

/// A text that no other session has.
fn uniquely() -> String {
    use std::hash::{BuildHasher, RandomState};
    format!("{:016x}", RandomState::new().hash_one(SystemTime::now()))
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// Wrong tries to log in, by client: after the third each doubles the time until the next is looked at.
#[derive(Clone, Debug, Default)]
pub(super) struct Tries {
    clients: Arc<Mutex<HashMap<Option<IpAddr>, Failures>>>,
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    until: Instant,
}

impl Tries {
    /// Whether a token of this client is looked at now.
    ///
    /// # Errors
    /// It has to wait first.
    pub(super) fn may_try(&self, client: Option<IpAddr>) -> Result<(), Problem> {
        let clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = clients
            .get(&client)
            .map_or(Duration::ZERO, |failures| failures.until.saturating_duration_since(Instant::now()));
        if wait.is_zero() {
            return Ok(());
        }
        let seconds = wait.as_secs() + 1;
        let detail = format!("too many wrong tokens; try again in {seconds} seconds");
        Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "wrong-tokens", "Too many wrong tokens", detail).after(seconds))
    }

    /// Counts a wrong try.
    pub(super) fn wrong(&self, client: Option<IpAddr>) {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if clients.len() >= REMEMBERED {
            clients.retain(|_, failures| failures.until + LONGEST_DELAY > now);
        }
        if clients.len() >= REMEMBERED && !clients.contains_key(&client) {
            return;
        }
        let failures = clients.entry(client).or_insert(Failures { count: 0, until: now });
        failures.count = failures.count.saturating_add(1);
        let doublings = failures.count.saturating_sub(FREE_TRIES).min(6);
        if doublings > 0 {
            failures.until = now + LONGEST_DELAY.min(Duration::from_secs(1 << doublings));
        }
    }

    /// Forgets the wrong tries of a client that knew the token in the end.
    pub(super) fn right(&self, client: Option<IpAddr>) {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner).remove(&client);
    }
}

#[cfg(test)]
mod tests {
    use super::{FREE_TRIES, Peer, Sessions, Tries, client, is_secure};
    use axum::http::HeaderMap;

    fn value(cookie: &str) -> String {
        cookie.split_once('=').unwrap().1.split(';').next().unwrap().to_owned()
    }

    #[test]
    fn sessions_are_signed_and_can_be_ended() {
        let sessions = Sessions::default();
        let key = [7; 32];
        let cookie = sessions.cookie(&key, true, "/svodka");
        assert!(cookie.contains("; Path=/svodka/;") && cookie.ends_with("; Secure"), "{cookie}");
        let session = value(&cookie);
        assert!(sessions.is_open(&key, &session) && !sessions.is_open(&[8; 32], &session));
        assert!(!sessions.is_open(&key, &format!("9{session}")), "a longer time is not signed");
        for wrong in ["", "1", "1.2", "1.2.3", "x.y.z"] {
            assert!(!sessions.is_open(&key, wrong), "{wrong}");
        }
        let other = value(&sessions.cookie(&key, false, ""));
        sessions.end(&session);
        assert!(!sessions.is_open(&key, &session) && sessions.is_open(&key, &other));
    }

    #[test]
    fn wrong_tries_delay_their_own_client_only() {
        let tries = Tries::default();
        let (one, other) = (Some([10, 0, 0, 1].into()), Some([10, 0, 0, 2].into()));
        for _ in 0..FREE_TRIES {
            assert!(tries.may_try(one).is_ok());
            tries.wrong(one);
        }
        assert!(tries.may_try(one).is_ok());
        tries.wrong(one);
        assert_eq!(tries.may_try(one).unwrap_err().status().as_u16(), 429);
        assert!(tries.may_try(other).is_ok());
        tries.right(one);
        assert!(tries.may_try(one).is_ok());
    }

    #[test]
    fn a_proxy_on_this_machine_is_believed_and_no_other() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "1.1.1.1, 2.2.2.2".parse().unwrap());
        let local = Some(Peer([127, 0, 0, 1].into()));
        let remote = Some(Peer([9, 9, 9, 9].into()));
        assert_eq!(client(local, &headers), Some([2, 2, 2, 2].into()));
        assert_eq!(client(remote, &headers), Some([9, 9, 9, 9].into()));
        assert!(!is_secure(&headers));
        headers.insert("origin", "https://archive.example".parse().unwrap());
        assert!(is_secure(&headers));
    }
}
