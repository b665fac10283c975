//! How are numbers written for people and in names of files, without the formatting machinery?

/// Appends a number in decimal.
pub fn put_decimal(out: &mut String, n: u64) {
    if n > 9 {
        put_decimal(out, n / 10);
    }
    out.push(char::from(b'0' + (n % 10) as u8));
}

/// Appends a number in hexadecimal, with zeros in front up to `width` digits.
pub fn put_hex(out: &mut String, n: u64, width: u32) {
    if n > 15 || width > 1 {
        put_hex(out, n >> 4, width.saturating_sub(1));
    }
    out.push(char::from_digit(n as u32 & 15, 16).unwrap_or('0'));
}

/// Appends what a number should have been, and what it is.
#[inline(never)]
pub fn put_expected(out: &mut String, expected: u64, got: u64) {
    out.push_str(": expected ");
    put_decimal(out, expected);
    out.push_str(", got ");
    put_decimal(out, got);
}

/// A number in decimal: digits and nothing else.
pub fn get_decimal(text: &str) -> Option<u64> {
    get_digits(text, 10)
}

/// A number in hexadecimal: digits and nothing else.
pub fn get_hex(text: &str) -> Option<u64> {
    get_digits(text, 16)
}

#[inline(never)]
fn get_digits(text: &str, base: u32) -> Option<u64> {
    let mut n: u64 = 0;
    for b in text.bytes() {
        n = n.checked_mul(base.into())?.checked_add(char::from(b).to_digit(base)?.into())?;
    }
    (!text.is_empty()).then_some(n)
}
