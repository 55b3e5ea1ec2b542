//! Walks over a finished graph: evaluation order and strongly connected components.
//! Never recursive: a chain of imports may be as long as the limits allow.

use somon_lang::gather::gather;

/// For each module the modules it imports, in source order. Indexes that do not exist are passed over.
pub type Edges = [Vec<u32>];

/// Dependency-first, depth-first from `entries` in order; a module that is already on the way is not waited for.
pub fn evaluation_order(edges: &Edges, entries: &[u32]) -> Vec<u32> {
    let mut order = Vec::new();
    let mut seen = vec![false; edges.len()];
    let mut stack: Vec<(u32, usize)> = Vec::new();
    for &entry in entries {
        enter(entry, &mut seen, &mut stack);
        while let Some(top) = stack.last_mut() {
            let (module, at) = *top;
            top.1 += 1;
            match edges.get(module as usize).and_then(|targets| targets.get(at)) {
                Some(&target) => enter(target, &mut seen, &mut stack),
                None => {
                    order.push(module);
                    stack.pop();
                }
            }
        }
    }
    order
}

fn enter(module: u32, seen: &mut [bool], stack: &mut Vec<(u32, usize)>) {
    if let Some(flag) = seen.get_mut(module as usize)
        && !*flag
    {
        *flag = true;
        stack.push((module, 0));
    }
}

/// One cycle per component that has any: a closed path of modules, and the edge that closes it first in the order
/// of the walk (importer, index of its import).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycle {
    /// From the module that is imported again to the one that does so.
    pub path: Vec<u32>,
    pub importer: u32,
    pub edge: usize,
}

/// Every component with a cycle is reported once.
pub fn cycles(edges: &Edges, entries: &[u32]) -> Vec<Cycle> {
    // Back edges in the order of the walk, the first of each module.
    let mut found: Vec<Cycle> = Vec::new();
    let mut closed: Vec<bool> = vec![false; edges.len()];
    let components = tarjan(edges, entries, &mut |importer, edge, target| {
        if let Some(flag) = closed.get_mut(importer as usize)
            && !std::mem::replace(flag, true)
        {
            found.push(Cycle { path: vec![target], importer, edge });
        }
    });
    let mut reported = vec![false; components.count as usize];
    found.retain(|cycle| {
        let component = at(&components.of, cycle.importer);
        reported.get_mut(component as usize).is_some_and(|flag| !std::mem::replace(flag, true))
    });
    for cycle in &mut found {
        cycle.path = path_within(edges, &components.of, cycle);
    }
    found
}

/// Sets of modules that reach each other.
pub struct Components {
    /// Of each module; what no entry reaches has `u32::MAX`. A component has a higher number than those it imports.
    pub of: Vec<u32>,
    pub count: u32,
}

/// In linear time.
pub fn components(edges: &Edges) -> Components {
    let all = gather(0..edges.len() as u32);
    tarjan(edges, &all, &mut |_, _, _| {})
}

/// For each module the longest way, in imports, to one that imports nothing; a cycle counts as one module.
pub fn levels(edges: &Edges) -> Vec<u32> {
    let components = components(edges);
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); components.count as usize];
    for (module, component) in (0u32..).zip(&components.of) {
        if let Some(list) = members.get_mut(*component as usize) {
            list.push(module);
        }
    }
    let mut level_of = vec![0u32; components.count as usize];
    for (component, list) in (0u32..).zip(&members) {
        let targets = list.iter().filter_map(|module| edges.get(*module as usize)).flatten();
        let below = targets.map(|target| at(&components.of, *target)).filter(|other| *other != component);
        let level = below.filter_map(|other| level_of.get(other as usize)).max().map_or(0, |level| level + 1);
        set(&mut level_of, component, level);
    }
    gather(components.of.iter().map(|component| level_of.get(*component as usize).copied().unwrap_or(0)))
}

/// Tarjan's walk without recursion; `on_back` is told of every edge (importer, its index, target) into a component
/// that is still open.
fn tarjan(edges: &Edges, entries: &[u32], on_back: &mut dyn FnMut(u32, usize, u32)) -> Components {
    const UNSEEN: u32 = u32::MAX;
    let mut index_of = vec![UNSEEN; edges.len()];
    let mut low = vec![0u32; edges.len()];
    let mut component: Vec<u32> = vec![UNSEEN; edges.len()];
    let mut pending: Vec<u32> = Vec::new();
    let mut stack: Vec<(u32, usize)> = Vec::new();
    let (mut next_index, mut next_component) = (0u32, 0u32);
    for &entry in entries {
        if at(&index_of, entry) != UNSEEN || entry as usize >= edges.len() {
            continue;
        }
        stack.push((entry, 0));
        while let Some(&(module, position)) = stack.last() {
            if position == 0 && at(&index_of, module) == UNSEEN {
                set(&mut index_of, module, next_index);
                set(&mut low, module, next_index);
                next_index += 1;
                pending.push(module);
            }
            if let Some(top) = stack.last_mut() {
                top.1 += 1;
            }
            if let Some(&target) = edges.get(module as usize).and_then(|targets| targets.get(position)) {
                if target as usize >= edges.len() {
                    continue;
                }
                if at(&index_of, target) == UNSEEN {
                    stack.push((target, 0));
                } else if at(&component, target) == UNSEEN {
                    let value = at(&low, module).min(at(&index_of, target));
                    set(&mut low, module, value);
                    on_back(module, position, target);
                }
                continue;
            }
            stack.pop();
            if let Some(&(parent, _)) = stack.last() {
                let value = at(&low, parent).min(at(&low, module));
                set(&mut low, parent, value);
            }
            if at(&low, module) == at(&index_of, module) {
                while let Some(member) = pending.pop() {
                    set(&mut component, member, next_component);
                    if member == module {
                        break;
                    }
                }
                next_component += 1;
            }
        }
    }
    Components { of: component, count: next_component }
}

/// The shortest way from the imported module to the importer inside their component.
fn path_within(edges: &Edges, component: &[u32], cycle: &Cycle) -> Vec<u32> {
    let Some(&start) = cycle.path.first() else { return Vec::new() };
    let inside = at(component, start);
    let mut from: crate::sorted::SortedMap<u32, u32> = crate::sorted::SortedMap::new();
    from.insert(start, start);
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(module) = queue.pop_front() {
        if module == cycle.importer {
            break;
        }
        for &target in edges.get(module as usize).into_iter().flatten() {
            if at(component, target) == inside && !from.contains_key(&target) {
                from.insert(target, module);
                queue.push_back(target);
            }
        }
    }
    let mut path = vec![cycle.importer];
    let mut module = cycle.importer;
    while module != start {
        let Some(&previous) = from.get(&module) else { break };
        path.push(previous);
        module = previous;
    }
    path.reverse();
    path
}

fn at(values: &[u32], index: u32) -> u32 {
    values.get(index as usize).copied().unwrap_or(u32::MAX)
}

fn set(values: &mut [u32], index: u32, value: u32) {
    if let Some(place) = values.get_mut(index as usize) {
        *place = value;
    }
}
