//! What an iterator gives, as a list.
//! Must stay a plain loop: `collect` asks each kind of iterator how much there is, in code of its own, and is three
//! times as large.

pub fn gather<T>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut list = Vec::new();
    for item in items {
        list.push(item);
    }
    list
}
