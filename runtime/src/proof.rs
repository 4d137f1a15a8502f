//! Proofs at compile time: whether a function has a gradient with respect to a parameter.
//!
//! Input: a function and a parameter, by name. Output: nothing, or an error at compile time. Invariant: what is asked is what the compiler did.

/// Whether a parameter carries a gradient; `None` if there is no such parameter.
#[doc(hidden)]
#[must_use]
pub const fn carries(parameters: &[(&str, bool)], name: &str) -> Option<bool> {
    let mut k = 0;
    while k < parameters.len() {
        if same(parameters[k].0.as_bytes(), name.as_bytes()) {
            return Some(parameters[k].1);
        }
        k += 1;
    }
    None
}

const fn same(a: &[u8], b: &[u8]) -> bool {
    let mut k = 0;
    while k < a.len() && k < b.len() && a[k] == b[k] {
        k += 1;
    }
    a.len() == b.len() && k == a.len()
}
