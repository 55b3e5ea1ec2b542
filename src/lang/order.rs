//! The one sort of the component: stable, of any slice. Must never be generic where it compares and merges; the
//! library's sorts are large, and are made anew for every kind of element.

use std::cmp::Ordering;

/// Sorts so that `compare` holds between neighbours; equals keep their order.
pub fn sort<T>(items: &mut [T], compare: &dyn Fn(&T, &T) -> Ordering) {
    let order = order(items.len(), &|a, b| match (items.get(a), items.get(b)) {
        (Some(a), Some(b)) => compare(a, b) == Ordering::Greater,
        _ => false,
    });
    arrange(order, &mut |a, b| items.swap(a, b));
}

/// Sorts and leaves one of those that are equal.
pub fn sort_unique<T: Ord>(items: &mut Vec<T>) {
    sort(items, &|a, b| a.cmp(b));
    items.dedup();
}

/// Lists up to this length, which most are, are sorted without memory of their own.
const FEW: usize = 16;

/// Where each element comes from; nothing if all may stay.
struct Order {
    few: [usize; FEW],
    many: Vec<usize>,
    len: usize,
}

fn order(len: usize, is_after: &dyn Fn(usize, usize) -> bool) -> Order {
    let mut order = Order { few: [0; FEW], many: Vec::new(), len: 0 };
    if (1..len).all(|at| !is_after(at - 1, at)) {
        return order;
    }
    order.len = len;
    if len > FEW {
        order.many = merged(len, is_after);
        return order;
    }
    for element in 0..len {
        let mut at = element;
        while let Some(before) = at.checked_sub(1).and_then(|before| order.few.get(before)).copied()
            && is_after(before, element)
        {
            set(&mut order.few, at, before);
            at -= 1;
        }
        set(&mut order.few, at, element);
    }
    order
}

fn set(places: &mut [usize], at: usize, element: usize) {
    if let Some(place) = places.get_mut(at) {
        *place = element;
    }
}

/// Runs of doubling length are merged from one list into another.
fn merged(len: usize, is_after: &dyn Fn(usize, usize) -> bool) -> Vec<usize> {
    let mut from: Vec<usize> = (0..len).collect();
    let mut width = 1usize;
    while width < len {
        let mut into = Vec::with_capacity(len);
        for pair in from.chunks(width.saturating_mul(2)) {
            let (mut left, mut right) = pair.split_at(width.min(pair.len()));
            while let ([a, behind_a @ ..], [b, behind_b @ ..]) = (left, right) {
                if is_after(*a, *b) {
                    into.push(*b);
                    right = behind_b;
                } else {
                    into.push(*a);
                    left = behind_a;
                }
            }
            into.extend_from_slice(left);
            into.extend_from_slice(right);
        }
        from = into;
        width = width.saturating_mul(2);
    }
    from
}

/// Moves every element to its place, along the cycles of the permutation.
fn arrange(mut order: Order, swap: &mut dyn FnMut(usize, usize)) {
    let places = if order.len > FEW { order.many.as_mut_slice() } else { &mut order.few };
    for start in 0..order.len {
        let mut at = start;
        while let Some(place) = places.get_mut(at) {
            let next = std::mem::replace(place, at);
            if next == start || next == at {
                break;
            }
            swap(at, next);
            at = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_library() {
        let mut seed = 7u32;
        for len in 0..200usize {
            let mut items: Vec<(u32, usize)> = (0..len)
                .map(|at| {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (seed >> 28, at)
                })
                .collect();
            let mut expected = items.clone();
            expected.sort_by_key(|(key, _)| *key);
            sort(&mut items, &|a, b| a.0.cmp(&b.0));
            assert_eq!(items, expected);
        }
    }
}
