//! Has standard input come to its end, or has who wrote it been ended?
//!
//! A pipe ends in the same way for both. So a task that may be killed ends what it writes with a line of which both sides know: `--end`.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// What stands before the last line, if that is the right one.
pub struct Ended<R> {
    inner: R,
    mark: Vec<u8>,
    /// What may be the last line.
    held: Vec<u8>,
    over: bool,
    /// Whether it came.
    pub whole: Rc<Cell<bool>>,
}

impl<R> Ended<R> {
    /// No mark: whatever comes is whole.
    pub fn new(inner: R, mark: Option<&str>) -> Ended<R> {
        let mark = mark.unwrap_or_default().as_bytes().to_vec();
        let whole = Rc::new(Cell::new(mark.is_empty()));
        Ended { inner, mark, held: Vec::new(), over: false, whole }
    }
}

impl<R: Read> Read for Ended<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.mark.is_empty() {
            return self.inner.read(buffer);
        }
        loop {
            // A line feed may stand on both sides of it.
            let kept = if self.over { 0 } else { self.mark.len() + 2 };
            let n = self.held.len().saturating_sub(kept).min(buffer.len());
            if n > 0 || self.over {
                buffer[..n].copy_from_slice(&self.held[..n]);
                self.held.drain(..n);
                return Ok(n);
            }
            let mut more = [0; 1 << 14];
            match self.inner.read(&mut more)? {
                0 => self.end(),
                n => self.held.extend_from_slice(&more[..n]),
            }
        }
    }
}

impl<R> Ended<R> {
    fn end(&mut self) {
        self.over = true;
        let line = self.held.strip_suffix(b"\n").unwrap_or(&self.held);
        let before = line.strip_suffix(&*self.mark).filter(|before| before.is_empty() || before.ends_with(b"\n"));
        if let Some(before) = before.map(<[u8]>::len) {
            self.held.truncate(before);
            self.whole.set(true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_no_break() {
        let long = "行\n".repeat(50_000);
        for (text, before) in [
            ("END", Some("")),
            ("END\n", Some("")),
            ("a\nEND\n", Some("a\n")),
            ("aEND\n", None),
            ("a\nEN", None),
            ("", None),
            ("END\na\n", None),
        ] {
            for long in ["", &long] {
                let text = format!("{long}{text}");
                let mut ended = Ended::new(text.as_bytes(), Some("END"));
                let mut read = String::new();
                ended.read_to_string(&mut read).expect("a text");
                // Behind long lines stands a line, too.
                let wanted = before.map(|before| format!("{long}{before}"));
                assert_eq!((ended.whole.get(), &read), (wanted.is_some(), wanted.as_ref().unwrap_or(&text)));
            }
        }
        let mut all = Vec::new();
        let mut plain = Ended::new(&b"a\n"[..], None);
        assert!(plain.read_to_end(&mut all).is_ok() && plain.whole.get() && all == b"a\n");
    }
}
