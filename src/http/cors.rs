//! Cross-origin access: none unless the options ask for it, and then what they list.
//! Must never allow credentials: tokens travel in `Authorization`, which a script has to set itself.

use crate::message::Answer;

#[derive(Clone, Debug, Default)]
pub struct Cors {
    pub origins: Origins,
    pub max_age: Option<u32>,
}

#[derive(Clone, Debug, Default)]
pub enum Origins {
    #[default]
    None,
    Any,
    List(Vec<String>),
}

impl Cors {
    pub fn is_on(&self) -> bool {
        !matches!(self.origins, Origins::None)
    }

    pub fn allows(&self, origin: &str) -> bool {
        match &self.origins {
            Origins::None => false,
            Origins::Any => true,
            Origins::List(list) => list.iter().any(|listed| listed == origin),
        }
    }

    /// The headers of an answer to `origin`; as a preflight also what may be asked.
    pub fn apply(&self, answer: &mut Answer, origin: Option<&str>, preflight: Option<&str>) {
        if !self.is_on() {
            return;
        }
        let is_any = matches!(self.origins, Origins::Any);
        if !is_any {
            answer.vary("Origin");
        }
        let Some(origin) = origin.filter(|origin| self.allows(origin)) else { return };
        answer.set("access-control-allow-origin", if is_any { "*" } else { origin });
        answer.set("access-control-expose-headers", "ETag, X-Request-Id, Retry-After");
        let Some(methods) = preflight else { return };
        answer.set("access-control-allow-methods", methods);
        answer.set("access-control-allow-headers", "Authorization, Content-Type, If-Match, traceparent");
        if let Some(seconds) = self.max_age {
            let mut text = String::new();
            somon_ops::number::push_u64(&mut text, u64::from(seconds));
            answer.set("access-control-max-age", text);
        }
    }
}
