//! Modules that only dynamic imports reach: each a generator, first run up to its declarations, then through its
//! body, once. Must never be used for what the entry imports statically.

use crate::sorted::{SortedMap, SortedSet};

use somon_lang::table::ImportKind;

use super::{Program, Target};
use crate::graph;

pub struct Plan {
    /// Evaluated with the bundle, in order.
    pub eager: Vec<u32>,
    /// In an order of first appearance.
    pub lazy: Vec<u32>,
    /// Modules that a dynamic import names, each with the lazy modules it needs in evaluation order; none when it
    /// is eager.
    pub dynamic: SortedMap<u32, Vec<u32>>,
    pub is_lazy: Vec<bool>,
}

pub fn plan(program: &Program, keeps_dynamic: bool) -> Plan {
    let static_edges = program.static_edges();
    let eager = graph::evaluation_order(&static_edges, &[program.entry]);
    let mut is_known = vec![false; program.modules.len()];
    for module in &eager {
        mark(&mut is_known, *module);
    }
    let mut is_lazy = vec![false; program.modules.len()];
    let mut plan = Plan { eager: eager.clone(), lazy: Vec::new(), dynamic: SortedMap::new(), is_lazy: Vec::new() };
    if !keeps_dynamic {
        let mut targets: SortedSet<u32> = SortedSet::new();
        let mut next: Vec<u32> = eager;
        let mut at = 0;
        while let Some(&module) = next.get(at) {
            at += 1;
            for target in dynamic_targets(program, module) {
                targets.insert(target);
                for needed in graph::evaluation_order(&static_edges, &[target]) {
                    if mark(&mut is_known, needed) {
                        mark(&mut is_lazy, needed);
                        plan.lazy.push(needed);
                        next.push(needed);
                    }
                }
            }
        }
        for target in targets.into_keys() {
            let mut order = graph::evaluation_order(&static_edges, &[target]);
            order.retain(|module| is_lazy.get(*module as usize) == Some(&true));
            plan.dynamic.insert(target, order);
        }
    }
    plan.is_lazy = is_lazy;
    plan
}

fn dynamic_targets(program: &Program, module: u32) -> Vec<u32> {
    let Some(table) = program.record(module).and_then(|record| record.table.as_ref()) else { return Vec::new() };
    let mut found = Vec::new();
    for (edge, import) in (0u32..).zip(&table.imports) {
        if import.kind == ImportKind::Dynamic
            && let Target::Module(target) = program.target(module, edge)
        {
            found.push(target);
        }
    }
    found
}

/// Whether it was new.
fn mark(flags: &mut [bool], module: u32) -> bool {
    flags.get_mut(module as usize).is_some_and(|flag| !std::mem::replace(flag, true))
}

/// The rest of the function that runs the parts that have not run, in order; a part that failed fails again with the same error.
pub const EVALUATE: &str = "(parts) {
  await null;
  for (const part of parts) {
    if (part.steps === undefined) {
      part.steps = (0, part.body)();
      part.steps.next();
    }
  }
  for (const part of parts) {
    if (part.failure !== undefined) throw part.failure.error;
    if (!part.began) {
      part.began = true;
      try {
        const step = part.steps.next();
        if (typeof step.then === \"function\") part.pending = step;
      } catch (error) {
        part.failure = { error };
        throw error;
      }
    }
    await part.pending;
  }
}
";
