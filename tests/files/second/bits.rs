//! What do bits and bytes say, and what is told of them?

use super::root::Root;

/// Whoever reads along: what was read, and what it means.
#[derive(Default)]
pub struct Notes(pub String);

impl Notes {
    pub fn line(&mut self, text: &str) {
        self.0.push_str(text.trim_end());
        self.0.push('\n');
    }
    /// Bytes of a file, or of `data` that stood in it in another form, with their meaning on the first line.
    pub fn bytes(&mut self, label: &str, at: usize, bytes: &[u8], meaning: &str) {
        for (k, line) in bytes.chunks(16).enumerate() {
            let hex: Vec<String> = line.iter().map(|b| format!("{b:02x}")).collect();
            let meaning = if k == 0 { meaning } else { "" };
            self.line(&format!("{label}{:08x}  {:47}  {meaning}", at + k * 16, hex.join(" ")));
        }
    }
}

/// Reads bits in the order of the format, and remembers where.
pub struct Bits<'a> {
    pub bytes: &'a [u8],
    pub at: usize,
    /// First bit of what is being read.
    pub from: usize,
    pub notes: &'a mut Notes,
}

impl<'a> Bits<'a> {
    pub fn new(bytes: &'a [u8], notes: &'a mut Notes) -> Bits<'a> {
        Bits { bytes, at: 0, from: 0, notes }
    }
    pub fn bit(&mut self) -> u64 {
        let bit = self.bytes[self.at / 8] >> (self.at % 8) & 1;
        self.at += 1;
        u64::from(bit)
    }
    /// A number of `n` bits, the lowest first.
    pub fn number(&mut self, n: u32) -> u64 {
        (0..n).map(|k| self.bit() << k).sum()
    }
    pub fn gamma(&mut self) -> u64 {
        let mut k = 0;
        while self.bit() == 0 {
            k += 1;
        }
        self.number(k) | 1 << k
    }
    pub fn uniform(&mut self, r: u64) -> u64 {
        if r <= 1 {
            return 0;
        }
        let k = r.ilog2();
        let short = (2 << k) - r;
        let v = self.number(k);
        if v < short { v } else { (v << 1 | self.bit()) - short }
    }
    pub fn starts(&mut self, n: u64, end: u64) -> Vec<u64> {
        if n <= 8192 || self.number(1) == 0 {
            return self.set(n - 1, 1, end);
        }
        let (mut starts, mut next) = (Vec::new(), 0);
        while (starts.len() as u64) < n {
            let (run, far) = (self.gamma(), self.gamma());
            starts.extend((0..run).map(|k| next + k * far));
            next += run * far;
        }
        starts.split_off(1)
    }

    pub fn set(&mut self, n: u64, lo: u64, hi: u64) -> Vec<u64> {
        if n == 0 {
            return Vec::new();
        }
        if n == hi - lo {
            return (lo..hi).collect();
        }
        let below = n / 2;
        let above = n - below - 1;
        let middle = lo + below + self.uniform(hi - above - (lo + below));
        let mut set = self.set(below, lo, middle);
        set.push(middle);
        set.extend(self.set(above, middle + 1, hi));
        set
    }
    /// Says what the bits since the last note mean.
    pub fn note(&mut self, meaning: &str) {
        let bits: String = (self.from..self.at).map(|k| if self.bytes[k / 8] >> (k % 8) & 1 == 1 { '1' } else { '0' }).collect();
        let shown = match bits.len() {
            0..=32 => bits,
            n => format!("{}… ({n} bits)", &bits[..18]),
        };
        self.notes.line(&format!("  bit {:4}  {shown:32}  {meaning}", self.from));
        self.from = self.at;
    }
    /// A gamma that is one more than what it says.
    pub fn count(&mut self, meaning: &str) -> u64 {
        let n = self.gamma() - 1;
        self.note(&format!("{n}  {meaning}"));
        n
    }
    pub fn string(&mut self, meaning: &str) -> String {
        let n = self.gamma() - 1;
        let bytes = (0..n).map(|_| self.number(8) as u8).collect();
        let text = String::from_utf8(bytes).expect("UTF-8");
        self.note(&format!("{meaning} of {n} bytes: {text}"));
        text
    }
    pub fn left(&self) -> usize {
        self.bytes.len() * 8 - self.at
    }
    pub fn end(&mut self) {
        let left = self.left();
        assert!(left < 8, "{left} bits left");
        if left > 0 {
            assert_eq!(self.number(left as u32), 0);
            self.note("nothing: the last byte is filled up");
        }
    }
}

pub fn show(c: u64) -> String {
    let code = format!("U+{c:04X}");
    match char::from_u32(c as u32) {
        // Marks would sit on what stands before them.
        Some(c) if !c.is_control() && !c.is_whitespace() && !matches!(c, '\u{300}'..'\u{370}' | '\u{E0000}'..) => {
            format!("{c} {code}")
        }
        _ => code,
    }
}

pub fn chars(list: &[u64]) -> String {
    let (shown, more) = list.split_at(list.len().min(8));
    let shown = shown.iter().map(|&c| show(c)).collect::<Vec<_>>().join(", ");
    if more.is_empty() { shown } else { format!("{shown} and {} more", more.len()) }
}

/// Reads bytes of a section.
pub struct Data<'a> {
    /// What its lines begin with, and the offset that they count from.
    pub label: &'static str,
    pub base: usize,
    pub bytes: &'a [u8],
    pub at: usize,
    pub from: usize,
    pub notes: &'a mut Notes,
}

impl Data<'_> {
    pub fn varint(&mut self) -> u64 {
        let mut n = 0;
        for shift in (0..).step_by(7) {
            let b = self.bytes[self.at];
            self.at += 1;
            n |= u64::from(b & 127) << shift;
            if b < 128 {
                break;
            }
        }
        n
    }
    pub fn note(&mut self, meaning: &str) {
        self.notes.bytes(self.label, self.base + self.from, &self.bytes[self.from..self.at], meaning);
        self.from = self.at;
    }
    pub fn number(&mut self, meaning: &str) -> u64 {
        let n = self.varint();
        self.note(&format!("{n}  {meaning}"));
        n
    }
    pub fn text(&mut self) -> (usize, String) {
        let n = self.varint() as usize;
        self.at += n;
        (n, String::from_utf8(self.bytes[self.at - n..self.at].to_vec()).expect("UTF-8"))
    }
    pub fn utf8(&mut self, meaning: &str) -> String {
        let (n, text) = self.text();
        self.note(&format!("{meaning}, {n} bytes: {text}"));
        text
    }
    /// Characters as ranks: as many leads as the alphabet needs announce a second byte or two more, the others are ranks.
    pub fn ranks(&mut self, n: u64, root: &Root) -> String {
        let alphabet = root.original.len() as u64;
        let (one, two) = match alphabet.saturating_sub(256).div_ceil(255) {
            two @ 0..=200 => (256 - two, two),
            _ => (16, 200),
        };
        let mut byte = || {
            self.at += 1;
            u64::from(self.bytes[self.at - 1])
        };
        let mut rank = || match byte() {
            lead if lead < one => lead,
            lead if lead < one + two => one + (lead - one) * 256 + byte(),
            lead => one + two * 256 + (lead - one - two) * 65_536 + byte() * 256 + byte(),
        };
        (0..n).map(|_| char::from_u32(root.original[rank() as usize] as u32).unwrap_or('?')).collect()
    }
}
