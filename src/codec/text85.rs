//! How do bytes stand in a script or a page? As text: five digits to the base 85 for four bytes, a quarter more than the bytes
//! themselves (base64 has a third). None of the digits means anything inside a string of JavaScript or an element `script`.
//!
//! A rest of n bytes has n + 1 digits, as if zeros followed. The reader is `www/offline/inside.js`.

/// The digits, by value.
#[cfg(feature = "cli")]
const DIGITS: &[u8; 85] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&,>()[]{}@%$#";

/// Bytes as text.
#[cfg(feature = "cli")]
pub fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(4) * 5);
    for four in bytes.chunks(4) {
        let mut word = [0; 4];
        word[..four.len()].copy_from_slice(four);
        let mut number = u32::from_be_bytes(word);
        let mut digits = [0; 5];
        for digit in digits.iter_mut().rev() {
            *digit = DIGITS[(number % 85) as usize];
            number /= 85;
        }
        out.extend(digits[..=four.len()].iter().map(|digit| char::from(*digit)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(text: &str) -> Vec<u8> {
        let value = |digit: u8| DIGITS.iter().position(|d| *d == digit).expect("a digit") as u64;
        let mut out = Vec::new();
        for five in text.as_bytes().chunks(5) {
            let digits = five.iter().map(|digit| value(*digit)).chain(std::iter::repeat(84));
            let number = digits.take(5).fold(0, |number, digit| number * 85 + digit) as u32;
            out.extend_from_slice(&number.to_be_bytes()[..five.len() - 1]);
        }
        out
    }

    #[test]
    fn every_length_reads_back() {
        assert_eq!(DIGITS.iter().collect::<std::collections::BTreeSet<_>>().len(), 85);
        assert!(!DIGITS.iter().any(|digit| b"<\\\"'`".contains(digit)));
        let bytes: Vec<u8> = (0..2000u32).map(|n| (n * n * 7 + n / 3) as u8).chain([255; 9]).chain([0; 9]).collect();
        for from in 0..40 {
            for to in [from, from + 1, from + 2, from + 3, from + 4, from + 5, bytes.len() - from] {
                assert_eq!(decode(&encode(&bytes[from..to])), bytes[from..to]);
            }
        }
    }
}
