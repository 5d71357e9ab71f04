#![no_main]
#[allow(dead_code, reason = "all targets share one file of bodies, and each runs one of them")]
#[path = "../bodies.rs"]
mod bodies;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bodies::index(bytes));
