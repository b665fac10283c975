//! How is a file known to be as it was written?

/// CRC-64/XZ (ECMA-182 polynomial, reflected), half a byte at a time: its table has 128 bytes.
#[derive(Clone, Copy)]
pub struct Crc(u64);

const CRC_TABLE: [u64; 16] = {
    let mut table = [0u64; 16];
    let mut i = 0;
    while i < 16 {
        let mut r = i as u64;
        let mut k = 0;
        while k < 4 {
            r = if r & 1 == 1 { (r >> 1) ^ 0xC96C_5795_D787_0F42 } else { r >> 1 };
            k += 1;
        }
        table[i] = r; // In bounds: the table is made when this is compiled.
        i += 1;
    }
    table
};

impl Crc {
    /// The checksum of nothing yet.
    pub fn new() -> Crc {
        Crc(!0)
    }
    /// Goes on over `bytes`. O(len).
    pub fn update(mut self, bytes: &[u8]) -> Crc {
        let mut r = self.0;
        for &b in bytes {
            r ^= u64::from(b);
            r = (r >> 4) ^ CRC_TABLE[(r & 15) as usize]; // In bounds: below 16, twice.
            r = (r >> 4) ^ CRC_TABLE[(r & 15) as usize];
        }
        self.0 = r;
        self
    }
    /// The checksum.
    pub fn finish(self) -> u64 {
        !self.0
    }
}

impl Default for Crc {
    fn default() -> Self {
        Crc::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crc_is_crc_64_xz() {
        // The check value of the CRC catalogue.
        assert_eq!(Crc::new().update(b"123456789").finish(), 0x995D_C9BB_DF19_39FA);
    }
}
