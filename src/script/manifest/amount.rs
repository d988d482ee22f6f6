//! Amounts and hosts, as manifests and grants write them.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

/// How often something may happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::script) struct Rate {
    /// At least 1.
    pub(in crate::script) count: u32,
    /// In how many seconds.
    pub(in crate::script) seconds: u64,
}

/// What rates can be in, with their seconds.
const PERIODS: [(&str, u64); 4] = [("s", 1), ("min", 60), ("h", 3_600), ("d", 86_400)];

impl Rate {
    /// Reads `30/min`, `5/s`, `1000/h`, `100/d`.
    pub(in crate::script) fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no rate: write 5/s, 30/min, 1000/h or 100/d");
        let (count, period) = text.split_once('/').ok_or_else(wrong)?;
        let count: u32 = count.trim().parse().ok().filter(|&count| count > 0).ok_or_else(wrong)?;
        let (_, seconds) = PERIODS.into_iter().find(|(word, _)| *word == period.trim()).ok_or_else(wrong)?;
        Ok(Self { count, seconds })
    }

    /// Whether this allows no more than `other`.
    pub(in crate::script) fn is_within(self, other: Self) -> bool {
        u64::from(self.count) * other.seconds <= u64::from(other.count) * self.seconds
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = PERIODS.into_iter().find(|(_, seconds)| *seconds == self.seconds).map_or("s", |(word, _)| word);
        write!(f, "{}/{word}", self.count)
    }
}

/// Reads a number of bytes: `100MB`, `64MiB`, `1.5GB`, `512KB`.
pub(in crate::script) fn size(text: &str) -> Result<u64, String> {
    const UNITS: [(&str, u64); 7] =
        [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("B", 1)];
    let text = text.trim();
    let read = || {
        let ends = |unit: &str| {
            text.len() > unit.len()
                && text.is_char_boundary(text.len() - unit.len())
                && text[text.len() - unit.len()..].eq_ignore_ascii_case(unit)
        };
        let (unit, factor) = UNITS.into_iter().find(|(unit, _)| ends(unit))?;
        let number = text[..text.len() - unit.len()].trim();
        let number: f64 = number.parse().ok().filter(|_| number.starts_with(|c: char| c.is_ascii_digit()))?;
        let bytes = number * factor as f64;
        (bytes.is_finite() && (1.0..1e15).contains(&bytes)).then_some(bytes as u64)
    };
    read().ok_or_else(|| format!("{text:?} is no amount: write 512KB, 100MB or 1GB"))
}

/// A host that may be asked: `api.example.org`, `*.example.org` (each below it, not itself), `10.0.0.5:8080`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::script) struct Host {
    /// In lower case, without `*.`.
    name: String,
    is_below: bool,
    /// `None`: the usual ports, 443 and 80.
    port: Option<u16>,
}

impl Host {
    pub(in crate::script) fn parse(text: &str) -> Result<Self, String> {
        let wrong = |why: &str| format!("{text:?} is no host: {why}; write api.example.org, *.example.org or 10.0.0.5:8080");
        let lower = text.trim().to_ascii_lowercase();
        if lower.contains("//") || lower.contains('/') {
            return Err(wrong("leave out the scheme and the path"));
        }
        let (is_below, rest) = lower.strip_prefix("*.").map_or((false, lower.as_str()), |rest| (true, rest));
        let (name, port) = split_port(rest).ok_or_else(|| wrong("its port is none"))?;
        let is_address = name.starts_with('[') && name.ends_with(']') && name[1..name.len() - 1].parse::<std::net::Ipv6Addr>().is_ok();
        if !is_address && !is_host_name(name) {
            return Err(wrong("a name has letters, digits, - and dots"));
        }
        if is_below && (!name.contains('.') || name.parse::<std::net::Ipv4Addr>().is_ok() || is_address) {
            return Err(wrong("* stands for what is below a name of two parts or more"));
        }
        Ok(Self { name: name.to_owned(), is_below, port })
    }

    /// Whether this is, or includes, the host at this port.
    pub(in crate::script) fn takes(&self, host: &str, port: u16) -> bool {
        let is_port = self.port.map_or(port == 443 || port == 80, |own| own == port);
        let host = host.strip_suffix('.').unwrap_or(host);
        let is_name = if self.is_below {
            host.len() > self.name.len() + 1 && host.ends_with(&self.name) && host.as_bytes()[host.len() - self.name.len() - 1] == b'.'
        } else {
            host == self.name
        };
        is_port && is_name
    }

    /// The addresses that it stands for; none where it is a name.
    pub(in crate::script) fn addresses(&self) -> Vec<SocketAddr> {
        let Ok(address) = self.name.trim_matches(['[', ']']).parse::<IpAddr>() else { return Vec::new() };
        self.port.map_or_else(|| vec![80, 443], |port| vec![port]).into_iter().map(|port| SocketAddr::new(address, port)).collect()
    }

    /// Whether this includes all that `other` does.
    pub(in crate::script) fn includes(&self, other: &Self) -> bool {
        if self == other {
            return true;
        }
        self.is_below
            && self.port == other.port
            && (other.name == self.name && other.is_below || other.name.ends_with(&format!(".{}", self.name)))
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let star = if self.is_below { "*." } else { "" };
        write!(f, "{star}{}", self.name)?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

/// A name and its port; `None` when what stands behind the colon is no port.
pub(in crate::script) fn split_port(text: &str) -> Option<(&str, Option<u16>)> {
    let behind_address = text.rfind(']').map_or(0, |at| at + 1);
    match text[behind_address..].rfind(':') {
        None => Some((text, None)),
        Some(at) => {
            let at = behind_address + at;
            let port = text[at + 1..].parse().ok().filter(|&port| port > 0)?;
            Some((&text[..at], Some(port)))
        }
    }
}

pub(in crate::script) fn is_host_name(name: &str) -> bool {
    let is_part = |part: &str| {
        let is_plain = part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        !part.is_empty() && part.len() <= 63 && is_plain && !part.starts_with('-') && !part.ends_with('-')
    };
    !name.is_empty() && name.len() <= 253 && name.split('.').all(is_part)
}
