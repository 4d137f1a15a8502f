//! The package of the compile-fail and compile-pass tests; see `tests/`.
