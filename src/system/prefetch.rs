//! What a call answers with that hands out no module: ids that were loaded ahead, and the URL that a specifier means.

use somon_lang::gather::gather;
use std::rc::Rc;

use somon_modules::error::{ErrorCode, SomonError};
use somon_modules::probe::Probing;

use crate::failure;
use crate::fetches::Failure;
use crate::operation::{NodeState, Operation, StemState};
use crate::outcome::{Outcome, Prefetched, ResolvedModule};

pub fn prefetched(operation: &Operation) -> Prefetched {
    let mut found = Prefetched { ids: Vec::new(), failed: Vec::new() };
    for node in &operation.nodes {
        if let NodeState::Loaded(_) = node.state {
            found.ids.push(node.id.clone());
        }
    }
    for stem in &operation.stems {
        if let StemState::Failed(failure) = &stem.state {
            let url: Rc<str> = Rc::from(stem.url.as_str());
            let error = failure::located(operation, stem.importer, Some(&url), failure);
            found.failed.push((url, error));
        }
    }
    somon_lang::order::sort(&mut found.ids, &|a, b| a.cmp(b));
    somon_lang::order::sort(&mut found.failed, &|(a, _), (b, _)| a.cmp(b));
    found
}

pub fn resolved(operation: &Operation, probing: &Probing) -> Result<Outcome, Box<SomonError>> {
    let stem = operation.stems.first();
    let found = stem.and_then(|stem| match stem.state {
        StemState::Found(node) => operation.record(node).map(|record| (stem, record)),
        _ => None,
    });
    let Some((stem, record)) = found else {
        return Err(failure::plain(&Failure::new(ErrorCode::Internal, "an entry without an answer")));
    };
    let candidates = gather((0..stem.tried).filter_map(|index| stem.candidate(probing, index)));
    let (id, url) = (record.id.clone(), record.url.clone());
    Ok(Outcome::Resolved(ResolvedModule { id, url, kind: Some(record.kind), candidates }))
}
