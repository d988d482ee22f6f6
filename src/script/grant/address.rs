//! Whom a request is for. Reads no more of a URL than that, and refuses what could be read in two ways.

use std::fmt;

use crate::script::manifest::{is_host_name, split_port};

/// A host and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// In lower case.
    pub(super) host: String,
    pub(super) port: u16,
    is_usual: bool,
}

impl Address {
    /// Whom `url` is for.
    ///
    /// # Errors
    /// Why it is no address that scripts can ask.
    pub(super) fn parse(url: &str) -> Result<Self, String> {
        let (scheme, rest) = url.split_once("://").ok_or("an address begins with https:// or http://")?;
        let usual = match scheme.to_ascii_lowercase().as_str() {
            "https" => 443,
            "http" => 80,
            _ => return Err("an address begins with https:// or http://".to_owned()),
        };
        // Programs differ in what they make of these, so nobody gets to find out.
        if url.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
            return Err("an address has no blanks, control characters or backslashes".to_owned());
        }
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default().to_ascii_lowercase();
        if authority.contains('@') {
            return Err("an address has no user and no password: use auth = secret \"NAME\"".to_owned());
        }
        let (host, port) = split_port(&authority).ok_or("the port of the address is none")?;
        let is_address =
            host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).is_some_and(|host| host.parse::<std::net::Ipv6Addr>().is_ok());
        let host = host.strip_suffix('.').unwrap_or(host);
        if !is_address && !is_host_name(host) {
            return Err("the host of the address is none; names of other scripts are written in their ASCII form (xn--…)".to_owned());
        }
        Ok(Self { host: host.to_owned(), port: port.unwrap_or(usual), is_usual: port.is_none_or(|port| port == usual) })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_usual { f.write_str(&self.host) } else { write!(f, "{}:{}", self.host, self.port) }
    }
}
