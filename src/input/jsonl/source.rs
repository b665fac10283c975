//! How does a file come in, line by line or value by value, packed or not?

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

/// Counts the bytes that come, before they are unpacked.
struct Counted<R> {
    inner: R,
    bytes: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.bytes.set(self.bytes.get() + n as u64);
        Ok(n)
    }
}

/// The lines of a file, or of what else can be read, unpacked if need be, each no longer than is wanted.
pub(super) struct Lines {
    reader: Box<dyn BufRead>,
    disk: Rc<Cell<u64>>,
    /// Bytes that the file may still have, unpacked.
    left: u64,
    /// Inside the array that the file is.
    inside: bool,
}

/// What comes next in a file.
pub(super) enum Next {
    Line,
    /// A line that is too long, passed over.
    Long,
    End,
    /// More bytes than a file may have.
    Beyond,
}

impl Lines {
    pub(super) fn of(from: impl Read + 'static, gzip: bool, most: u64) -> Lines {
        let disk = Rc::new(Cell::new(0));
        let file = Counted { inner: from, bytes: disk.clone() };
        let reader: Box<dyn BufRead> = if gzip {
            let unpacked = flate2::read::MultiGzDecoder::new(BufReader::with_capacity(1 << 16, file));
            Box::new(BufReader::with_capacity(1 << 18, unpacked))
        } else {
            Box::new(BufReader::with_capacity(1 << 18, file))
        };
        Lines { reader, disk, left: most, inside: false }
    }

    /// Puts the next line into `line`, if it is no longer than `most`.
    pub(super) fn next(&mut self, line: &mut Vec<u8>, most: u64) -> io::Result<Next> {
        line.clear();
        let mut length = 0;
        loop {
            let buffer = match self.reader.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                buffer => buffer?,
            };
            let end = buffer.iter().position(|&b| b == b'\n');
            let piece = &buffer[..end.map_or(buffer.len(), |end| end + 1)];
            let n = piece.len() as u64;
            length += n;
            if n > self.left {
                return Ok(Next::Beyond);
            }
            if length <= most {
                line.extend_from_slice(piece);
            } else {
                line.clear();
            }
            self.left -= n;
            self.reader.consume(n as usize);
            if n == 0 || end.is_some() {
                return Ok(match length {
                    0 => Next::End,
                    _ if length > most => Next::Long,
                    _ => Next::Line,
                });
            }
        }
    }

    /// True if the file is one JSON array, or several, or objects of many lines: its first line is only the beginning of one.
    pub(super) fn is_array(&mut self) -> io::Result<bool> {
        let head = self.reader.fill_buf()?;
        let head = head.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(head).trim_ascii_start();
        if head.starts_with(b"{") {
            // The next line goes on with the object, and does not begin another.
            let mut lines = head.split(|&b| b == b'\n');
            let first = lines.next().unwrap_or_default();
            let next = lines.next().unwrap_or_default().trim_ascii_start();
            let opens = serde_json::from_slice::<serde::de::IgnoredAny>(first).is_err_and(|error| error.is_eof());
            return Ok(opens && next.starts_with(b"\""));
        }
        if !head.starts_with(b"[") {
            return Ok(false);
        }
        let Some(end) = head.iter().position(|&b| b == b'\n') else { return Ok(true) };
        Ok(serde_json::from_slice::<serde::de::IgnoredAny>(&head[..end]).is_err())
    }

    /// Puts the next object of such an array into `value`, if it is no longer than `most`. `line`: the line feeds passed so far, and
    /// returned with it, those before its beginning.
    pub(super) fn value(&mut self, value: &mut Vec<u8>, most: u64, line: &mut usize) -> io::Result<(Next, usize)> {
        value.clear();
        let (mut depth, mut string, mut escaped, mut length) = (0_usize, false, false, 0_u64);
        let mut first = *line;
        loop {
            let buffer = match self.reader.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                buffer => buffer?,
            };
            if buffer.is_empty() {
                return Ok((if length > 0 { Next::Line } else { Next::End }, first));
            }
            let (mut start, mut end) = (0, None);
            for (at, &b) in buffer.iter().enumerate() {
                *line += usize::from(b == b'\n');
                if length == 0 && at == start {
                    // Between two values.
                    let bracket = (b == b'[' && !self.inside) || b == b']';
                    if b.is_ascii_whitespace() || b == b',' || bracket || matches!(b, 0xEF | 0xBB | 0xBF) {
                        if bracket {
                            self.inside = b == b'[';
                        }
                        start = at + 1;
                        first = *line;
                        continue;
                    }
                    first = *line;
                }
                let done = if string {
                    string = escaped || b != b'"';
                    escaped = !escaped && b == b'\\';
                    depth == 0 && !string
                } else {
                    match b {
                        b'"' => string = true,
                        b'{' | b'[' => depth += 1,
                        b'}' | b']' => depth = depth.saturating_sub(1),
                        _ => {}
                    }
                    !string && depth == 0 && matches!(b, b'}' | b']' | b',' | b'\n')
                };
                if done {
                    end = Some(at + 1);
                    break;
                }
            }
            let taken = end.unwrap_or(buffer.len());
            let piece = &buffer[start.min(taken)..taken];
            length += piece.len() as u64;
            if length <= most {
                value.extend_from_slice(piece);
            } else {
                value.clear();
            }
            self.reader.consume(taken);
            if taken as u64 > self.left {
                return Ok((Next::Beyond, first));
            }
            self.left -= taken as u64;
            if end.is_some() {
                return Ok((if length > most { Next::Long } else { Next::Line }, first));
            }
        }
    }

    /// The beginning of the file, without taking it.
    pub(super) fn peek(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    /// Everything, but no more than a byte beyond `most`.
    pub(super) fn rest(&mut self, most: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.reader.by_ref().take(most.saturating_add(1)).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Bytes taken from disk since the last call.
    pub(super) fn taken(&mut self) -> u64 {
        self.disk.take()
    }
}
