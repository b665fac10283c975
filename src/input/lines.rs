//! What does a line of any text show by itself?

/// The end of a block, across which nothing is found. Only who knows the blocks of a text writes it.
pub(crate) const BLOCK_END: char = '\u{2029}';

/// True for white space but the end of a block, which says more than that.
fn white(c: char) -> bool {
    c.is_whitespace() && c != BLOCK_END
}

/// `text` without the white space at its ends; the end of a block stays.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(white)
}

/// The same, at its beginning alone.
pub(crate) fn trim_start(text: &str) -> &str {
    text.trim_start_matches(white)
}

/// The same, at its end alone.
pub(crate) fn trim_end(text: &str) -> &str {
    text.trim_end_matches(white)
}

/// `text` as one line, as a title or a fact is.
pub(crate) fn one_line(text: &str) -> String {
    text.replace(['\n', '\t', BLOCK_END], " ").trim().to_string()
}

/// Text as it is indexed: `\n` as the only line end, every other control character but the tab as a space, no byte
/// order marks. The end of a block stays as its author wrote it. Text that is clean already is not copied.
pub fn clean(text: String) -> String {
    let dirty = |c: char| (c.is_control() && c != '\n' && c != '\t') || matches!(c, '\u{2028}' | '\u{FEFF}');
    if !text.contains(dirty) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                chars.next_if_eq(&'\n');
                out.push('\n');
            }
            // A new page and a line of a table are lines as well.
            '\u{85}' | '\u{2028}' | '\u{B}' | '\u{C}' => out.push('\n'),
            '\u{FEFF}' => {}
            c if dirty(c) => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// True for characters of scripts that are written without spaces, and their punctuation: no space is put between
/// two of them when lines are joined.
pub(crate) fn unspaced(c: char) -> bool {
    matches!(u32::from(c),
        0x2010..=0x2027 | 0x2030..=0x205E | 0x25A0..=0x25FF
        | 0x2E80..=0x312F | 0x31A0..=0x9FFF | 0xF900..=0xFAFF | 0xFE30..=0xFE4F | 0xFF00..=0xFFEF
        | 0x1B000..=0x1B16F | 0x1F200..=0x1F2FF | 0x20000..=0x3FFFF)
}

/// How wide words are: a character of such a script is two wide.
pub(crate) fn width(words: &str) -> usize {
    words.chars().map(|c| if unspaced(c) { 2 } else { 1 }).sum()
}

/// Appends `next`, the line after it, to `line`: joined where both sides are written without spaces, otherwise with a
/// space. Korean may be broken within a word, so there the line feed stays: it hides nothing, whatever it stands in.
pub(crate) fn join(line: &mut String, next: &str) {
    let (Some(a), Some(b)) = (line.chars().next_back(), next.chars().next()) else {
        line.push_str(next);
        return;
    };
    let hangul = |c: char| matches!(u32::from(c), 0x1100..=0x11FF | 0x3130..=0x318F | 0xAC00..=0xD7AF);
    if hangul(a) && hangul(b) {
        line.push('\n');
    } else if !(a.is_whitespace() || b.is_whitespace() || (unspaced(a) && unspaced(b))) {
        line.push(' ');
    }
    line.push_str(next);
}

/// True if a sentence ends at the end of `words`: its mark, with closing quotes and brackets behind it.
pub(crate) fn ends_sentence(words: &str) -> bool {
    let core = words.trim_end_matches(|c: char| c.is_whitespace() || "”’」』\"')）]】〕》〉".contains(c));
    match core.chars().next_back() {
        None => true,
        Some(c) => "。！？!?…：:；;．｡".contains(c) || (c == '.' && core.len() > 1),
    }
}

/// True for words that a first line may give as the title: one line, not long.
pub(crate) fn is_title(words: &str) -> bool {
    const MOST: usize = 60;
    !words.is_empty() && !words.contains(BLOCK_END) && words.chars().count() <= MOST
}

/// The words of a heading line: one to six `#`, a space, words.
pub(crate) fn heading(line: &str) -> Option<&str> {
    let words = line.trim_start_matches('#');
    let level = line.len() - words.len();
    let words = words.strip_prefix([' ', '\t', '\u{3000}'])?.trim().trim_end_matches('#').trim();
    ((1..=6).contains(&level) && !words.is_empty()).then_some(words)
}
