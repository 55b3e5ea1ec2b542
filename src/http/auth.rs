//! Who may read and who may write. Tokens are kept and compared as SHA-256 digests, in a time that tells nothing.
//! Must never take a token from anywhere but `Authorization`.

use somon_modules::sha2::sha256;

use crate::event::Tokens;
use crate::route::Scope;

type Digest = [u8; 32];

#[derive(Clone, Debug, Default)]
pub struct Auth {
    pub read: Vec<Digest>,
    pub write: Vec<Digest>,
    /// A function of the caller's decides.
    pub asks: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Granted,
    /// Good credentials that do not reach so far.
    TooLittle,
    Unknown,
}

impl Auth {
    pub fn add(&mut self, tokens: &Tokens) {
        let digest = |token: &Option<String>| token.as_deref().filter(|token| !token.is_empty()).map(digest);
        self.write.extend(digest(&tokens.both));
        self.write.extend(digest(&tokens.write));
        self.read.extend(digest(&tokens.read));
    }

    /// Whether anybody at all could be let in.
    pub fn is_set(&self, scope: Scope) -> bool {
        match scope {
            Scope::Public | Scope::Modules => true,
            Scope::Read => self.asks || !self.read.is_empty() || !self.write.is_empty(),
            Scope::Write => self.asks || !self.write.is_empty(),
        }
    }

    /// Who may write may read.
    pub fn judge(&self, authorization: Option<&str>, scope: Scope) -> Verdict {
        let Some(token) = authorization.and_then(bearer) else { return Verdict::Unknown };
        let given = digest(token);
        // Every digest is compared, whatever the others said.
        let is_among = |list: &[Digest]| list.iter().fold(false, |found, known| is_same(known, &given) | found);
        let (may_read, may_write) = (is_among(&self.read), is_among(&self.write));
        match (scope, may_read, may_write) {
            (_, _, true) | (Scope::Read, true, _) => Verdict::Granted,
            (_, true, false) => Verdict::TooLittle,
            _ => Verdict::Unknown,
        }
    }
}

fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}

fn digest(token: &str) -> Digest {
    sha256(&[token.as_bytes()])
}

fn is_same(a: &Digest, b: &Digest) -> bool {
    let difference = a.iter().zip(b).fold(0, |difference, (a, b)| difference | (a ^ b));
    std::hint::black_box(difference) == 0
}
