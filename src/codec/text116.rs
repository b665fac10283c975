//! How do bytes stand in a script or a page? As text: seven digits to the base 116 for six bytes, a sixth more than the bytes
//! themselves (base64 has a third). All is ASCII, whatever encoding a host names; none of the digits means anything inside a string of
//! JavaScript or an element `script`, and none ends a line. Some are control characters, which both take as they are.
//!
//! A rest of n bytes has n + 1 digits, as if zeros followed. The reader is `www/offline/unpack.js`.

/// How many digits there are: the least whose seventh power is more than six bytes can count.
#[cfg(feature = "cli")]
const BASE: u64 = 116;

/// The digits, by value: of ASCII, what is neither NUL nor white space but for the space, nor escape, end of file, `"`, `<`, `\` or DEL.
#[cfg(feature = "cli")]
fn digits() -> Vec<char> {
    let known = |byte: &u8| !matches!(byte, 9..=13 | 26 | 27 | b'"' | b'<' | b'\\');
    (1..127).filter(known).map(char::from).collect()
}

/// Bytes as text.
#[cfg(feature = "cli")]
pub fn encode(bytes: &[u8]) -> String {
    let signs = digits();
    let mut out = String::with_capacity(bytes.len().div_ceil(6) * 7);
    for six in bytes.chunks(6) {
        let mut number = six.iter().chain(std::iter::repeat(&0)).take(6).fold(0, |number, byte| number << 8 | u64::from(*byte));
        let mut digits = [0; 7];
        for digit in digits.iter_mut().rev() {
            *digit = (number % BASE) as usize;
            number /= BASE;
        }
        out.extend(digits[..=six.len()].iter().map(|digit| signs[*digit]));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(text: &str) -> Vec<u8> {
        let signs = digits();
        let value = |digit: char| signs.iter().position(|d| *d == digit).expect("a digit") as u64;
        let mut out = Vec::new();
        for seven in text.as_bytes().chunks(7) {
            let digits = seven.iter().map(|digit| value(char::from(*digit))).chain(std::iter::repeat(BASE - 1));
            let number = digits.take(7).fold(0, |number, digit| number * BASE + digit);
            out.extend_from_slice(&number.to_be_bytes()[2..][..seven.len() - 1]);
        }
        out
    }

    #[test]
    fn every_length_reads_back() {
        assert_eq!(digits().len() as u64, BASE);
        assert!(BASE.pow(7) > 1 << 48 && (BASE - 1).pow(7) < 1 << 48);
        assert!(!digits().iter().any(|digit| "\0\t\n\r\u{b}\u{c}\u{1a}\u{1b}<\\\"\u{7f}".contains(*digit)));
        let bytes: Vec<u8> = (0..2000u32).map(|n| (n * n * 7 + n / 3) as u8).chain([255; 13]).chain([0; 13]).collect();
        for from in 0..40 {
            for to in (from..from + 8).chain([bytes.len() - from, bytes.len()]) {
                let text = encode(&bytes[from..to]);
                assert!(text.len() <= (to - from) * 7 / 6 + 1);
                assert_eq!(decode(&text), bytes[from..to]);
            }
        }
    }
}
