//! Several texts behind one: a loop at each place where that is done would be larger than all those texts.

pub fn append(out: &mut String, parts: &[&str]) {
    for part in parts {
        out.push_str(part);
    }
}
