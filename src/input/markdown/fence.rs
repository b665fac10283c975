//! Does a fence around code begin or end at this line?

/// A fence that is open.
pub(super) struct Fence {
    mark: u8,
    length: usize,
}

impl Fence {
    /// The fence that a line begins, perhaps inside lists and quotations.
    pub(super) fn starts(line: &str) -> Option<Fence> {
        let line = line.trim_start_matches([' ', '\t', '>']);
        let line = unlisted(line);
        let mark = line.bytes().next().filter(|b| matches!(b, b'`' | b'~'))?;
        let length = line.bytes().take_while(|b| *b == mark).count();
        (length >= 3 && !(mark == b'`' && line[length..].contains('`'))).then_some(Fence { mark, length })
    }

    /// True if a line ends it.
    pub(super) fn ends(&self, line: &str) -> bool {
        let line = line.trim_start_matches([' ', '\t', '>']).trim_end();
        line.len() >= self.length && line.bytes().all(|b| b == self.mark)
    }
}

/// A line without the mark of a list that begins it.
fn unlisted(line: &str) -> &str {
    let Some((mark, rest)) = line.split_once([' ', '\t']) else { return line };
    let number =
        mark.strip_suffix(['.', ')']).is_some_and(|n| (1..=9).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit()));
    if number || matches!(mark, "-" | "*" | "+") { rest.trim_start() } else { line }
}
