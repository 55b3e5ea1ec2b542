//! The ordered map does what the one of the standard library does, whatever comes in whatever order.

use std::collections::BTreeMap;

use somon_modules::sorted::SortedMap;

#[test]
fn agrees_with_the_standard_map() {
    let mut seed = 7u64;
    let mut random = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let mut ours: SortedMap<u64, u64> = SortedMap::new();
    let mut theirs: BTreeMap<u64, u64> = BTreeMap::new();
    for step in 0..40_000u64 {
        // It grows first and shrinks later.
        let key = random(2_000);
        if random(40_000) > step {
            assert_eq!(ours.insert(key, step), theirs.insert(key, step));
        } else {
            assert_eq!(ours.remove(&key), theirs.remove(&key));
        }
        if step % 1_000 == 0 {
            let keeps = random(9);
            ours.retain(|key, _| key % 10 != keeps);
            theirs.retain(|key, _| key % 10 != keeps);
            let added = random(2_000);
            ours.update(added, 1, |value| *value += 1);
            theirs.entry(added).and_modify(|value| *value += 1).or_insert(2);
            assert!(ours.iter().eq(theirs.iter()));
            let from = random(2_100);
            assert!(ours.iter_from(&from).eq(theirs.range(from..)));
        }
        let asked = random(2_000);
        assert_eq!(ours.get(&asked), theirs.get(&asked));
        assert_eq!((ours.len(), ours.is_empty()), (theirs.len(), theirs.is_empty()));
    }
    assert!(ours.into_entries().eq(theirs));
}

#[test]
fn keys_that_only_grow_are_all_found() {
    let mut map = SortedMap::new();
    for key in 0..1_000u32 {
        map.insert(key, key);
    }
    assert!((0..1_000).all(|key| map.get(&key) == Some(&key)));
    assert!(map.keys().copied().eq(0..1_000));
    for key in 0..1_000 {
        assert_eq!(map.remove(&key), Some(key));
    }
    assert!(map.is_empty() && map.iter().next().is_none());
}
