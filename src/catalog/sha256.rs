//! SHA-256 (FIPS 180-4) in constants: what a catalog in code is stamped with.

/// A digest in the making.
#[derive(Clone, Copy)]
pub(crate) struct Sha256 {
    state: [u32; 8],
    /// The words of the block that is being filled.
    block: [u32; 16],
    /// How many bytes were given.
    length: u64,
}

#[expect(clippy::indexing_slicing, reason = "constants have no other way, and know their bounds")]
impl Sha256 {
    pub(crate) const START: Self = Self {
        state: [
            0x6a09_e667,
            0xbb67_ae85,
            0x3c6e_f372,
            0xa54f_f53a,
            0x510e_527f,
            0x9b05_688c,
            0x1f83_d9ab,
            0x5be0_cd19,
        ],
        block: [0; 16],
        length: 0,
    };

    pub(crate) const fn byte(mut self, byte: u8) -> Self {
        let word = (self.length / 4 % 16) as usize;
        self.block[word] = self.block[word] << 8 | byte as u32;
        self.length += 1;
        if self.length % 64 == 0 { self.compress() } else { self }
    }

    /// The digest, a word at a time.
    pub(crate) const fn finish(self) -> [u32; 8] {
        let bits = self.length * 8;
        let mut padded = self.byte(0x80);
        while padded.length % 64 != 56 {
            padded = padded.byte(0);
        }
        let mut shift = 64;
        while shift > 0 {
            shift -= 8;
            padded = padded.byte((bits >> shift & 0xff) as u8);
        }
        padded.state
    }

    #[expect(clippy::many_single_char_names, reason = "the names that the standard gives them")]
    const fn compress(mut self) -> Self {
        let mut words = self.block;
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = self.state;
        let mut round = 0;
        while round < 64 {
            let at = round % 16;
            if round >= 16 {
                let (early, late) = (words[(at + 1) % 16], words[(at + 14) % 16]);
                let early = early.rotate_right(7) ^ early.rotate_right(18) ^ early >> 3;
                let late = late.rotate_right(17) ^ late.rotate_right(19) ^ late >> 10;
                words[at] = words[at]
                    .wrapping_add(early)
                    .wrapping_add(words[(at + 9) % 16])
                    .wrapping_add(late);
            }
            let sum = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
            let choice = e & f ^ !e & g;
            let first = h
                .wrapping_add(sum)
                .wrapping_add(choice)
                .wrapping_add(ROUNDS[round])
                .wrapping_add(words[at]);
            let sum = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
            let majority = a & b ^ a & c ^ b & c;
            (h, g, f, e) = (g, f, e, d.wrapping_add(first));
            (d, c, b, a) = (c, b, a, first.wrapping_add(sum).wrapping_add(majority));
            round += 1;
        }
        let rounds = [a, b, c, d, e, f, g, h];
        let mut at = 0;
        while at < 8 {
            self.state[at] = self.state[at].wrapping_add(rounds[at]);
            at += 1;
        }
        self
    }
}

const ROUNDS: [u32; 64] = [
    0x428a_2f98,
    0x7137_4491,
    0xb5c0_fbcf,
    0xe9b5_dba5,
    0x3956_c25b,
    0x59f1_11f1,
    0x923f_82a4,
    0xab1c_5ed5,
    0xd807_aa98,
    0x1283_5b01,
    0x2431_85be,
    0x550c_7dc3,
    0x72be_5d74,
    0x80de_b1fe,
    0x9bdc_06a7,
    0xc19b_f174,
    0xe49b_69c1,
    0xefbe_4786,
    0x0fc1_9dc6,
    0x240c_a1cc,
    0x2de9_2c6f,
    0x4a74_84aa,
    0x5cb0_a9dc,
    0x76f9_88da,
    0x983e_5152,
    0xa831_c66d,
    0xb003_27c8,
    0xbf59_7fc7,
    0xc6e0_0bf3,
    0xd5a7_9147,
    0x06ca_6351,
    0x1429_2967,
    0x27b7_0a85,
    0x2e1b_2138,
    0x4d2c_6dfc,
    0x5338_0d13,
    0x650a_7354,
    0x766a_0abb,
    0x81c2_c92e,
    0x9272_2c85,
    0xa2bf_e8a1,
    0xa81a_664b,
    0xc24b_8b70,
    0xc76c_51a3,
    0xd192_e819,
    0xd699_0624,
    0xf40e_3585,
    0x106a_a070,
    0x19a4_c116,
    0x1e37_6c08,
    0x2748_774c,
    0x34b0_bcb5,
    0x391c_0cb3,
    0x4ed8_aa4a,
    0x5b9c_ca4f,
    0x682e_6ff3,
    0x748f_82ee,
    0x78a5_636f,
    0x84c8_7814,
    0x8cc7_0208,
    0x90be_fffa,
    0xa450_6ceb,
    0xbef9_a3f7,
    0xc671_78f2,
];

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::vec;

    use super::Sha256;

    /// The examples of FIPS 180-4 and of NIST.
    #[test]
    fn digests_are_those_of_the_standard() {
        let check = |text: &[u8], expected: &str| {
            let digest = text.iter().fold(Sha256::START, |hash, byte| hash.byte(*byte)).finish();
            let words = digest.map(|word| format!("{word:08x}"));
            assert_eq!(words.join(" "), expected);
        };
        check(b"", "e3b0c442 98fc1c14 9afbf4c8 996fb924 27ae41e4 649b934c a495991b 7852b855");
        check(b"abc", "ba7816bf 8f01cfea 414140de 5dae2223 b00361a3 96177a9c b410ff61 f20015ad");
        check(
            b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61 d20638b8 e5c02693 0c3e6039 a33ce459 64ff2167 f6ecedd4 19db06c1",
        );
        check(
            &vec![b'a'; 1_000_000],
            "cdc76e5c 9914fb92 81a1c7e2 84d73e67 f1809a48 a497200e 046d39cc c7112cd0",
        );
    }
}
