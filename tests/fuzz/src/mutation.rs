//! How inputs are changed: node by node for the most part, so that much of it can be read.

use serde_json::Value;

use crate::damage::{Random, damage_bytes, damage_node, swap_nodes};

/// Changes the first `size` bytes of `data`, and says how many there are now.
pub fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let mut random = Random(seed.into());
    if random.below(8) == 0 {
        return libfuzzer_sys::fuzzer_mutate(data, size, max_size);
    }
    let text = &data[..size];
    let mut changed = text.to_vec();
    match serde_json::from_slice::<Value>(text) {
        Ok(mut value) if random.below(8) > 0 => {
            for _ in 0..=random.below(3) {
                let other = value.clone();
                match random.below(2) {
                    0 => damage_node(&mut value, &other, &mut random),
                    _ => swap_nodes(&mut value, &other, &mut random),
                }
            }
            changed = value.to_string().into_bytes();
        }
        _ => {
            let other = String::from_utf8_lossy(text).into_owned();
            damage_bytes(&mut changed, &other, &mut random);
        }
    }
    if changed.len() > max_size {
        return libfuzzer_sys::fuzzer_mutate(data, size, max_size);
    }
    data[..changed.len()].copy_from_slice(&changed);
    changed.len()
}
