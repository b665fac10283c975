#![no_main]

libfuzzer_sys::fuzz_target!(init: xunzi_fuzz::ready(), |data: &[u8]| xunzi_fuzz::members(data));
