//! Are the code pages of alphabetic scripts told apart, and is what is doubtful called so?

use super::random;
use xunzi::input::encoding;

/// Languages in the pages that each was usually written in, with sentences of our own.
const LANGUAGES: &str = include_str!("languages.txt");

/// The page's bytes of a text; `None` where it has no such character.
fn encode(text: &str, label: &str) -> Option<Vec<u8>> {
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).expect("an encoding");
    let (bytes, _, lossy) = encoding.encode(text);
    (!lossy).then(|| bytes.into_owned())
}

/// Pieces of forty letters and more, cut at random at the beginnings of words, with at least one letter beyond ASCII.
#[test]
fn code_pages_are_told_apart_and_doubt_is_said() {
    let mut sets: Vec<(String, Vec<String>)> = Vec::new();
    let outside = std::env::var("XUNZI_SENTENCES").map(|path| std::fs::read_to_string(path).expect("sentences"));
    for line in outside.as_deref().unwrap_or(LANGUAGES).lines() {
        match line.strip_prefix("# ") {
            Some(head) => sets.push((head.to_string(), Vec::new())),
            None => sets.last_mut().expect("a language").1.push(line.to_string()),
        }
    }
    assert!(sets.len() >= 20);
    let each = if std::env::var_os("XUNZI_ALL").is_some() { 2000 } else { 60 };
    let mut below = random();
    let (mut all, mut wrong, mut doubtful, mut doubted) = (0, Vec::new(), 0, 0);
    for (head, sentences) in &sets {
        let mut pages = head.split(' ');
        let language = pages.next().expect("a name");
        for page in pages {
            for least in [40, 60, 100, 200] {
                let (mut made, mut tried, mut here) = (0, 0, 0);
                while made < each && tried < 20 * each {
                    tried += 1;
                    let first = below(sentences.len());
                    let text = sentences.iter().cycle().skip(first).take(4).cloned().collect::<Vec<_>>().join(" ");
                    let starts: Vec<usize> = text.match_indices(' ').map(|(at, _)| at + 1).collect();
                    let piece = &text[starts[below(starts.len() / 3 + 1)]..];
                    let mut letters = 0;
                    let piece: String = piece
                        .chars()
                        .take_while(|c| {
                            let wanted = letters < least;
                            letters += usize::from(c.is_alphabetic());
                            wanted
                        })
                        .collect();
                    let Some(bytes) = encode(&piece, page).filter(|bytes| !bytes.is_ascii()) else { continue };
                    if letters < least {
                        continue;
                    }
                    made += 1;
                    all += 1;
                    match encoding::decode(bytes, None) {
                        Ok(decoded) if decoded.text == encoding::clean(piece.clone()) => doubted += usize::from(!decoded.certain),
                        Ok(decoded) => {
                            here += 1;
                            doubtful += usize::from(!decoded.certain);
                            wrong.push(format!("{language} {page} {least}: {piece:?} {} {}", decoded.encoding, decoded.certain));
                        }
                        Err(error) => wrong.push(format!("{language} {page} {least}: {piece:?} {error}")),
                    }
                }
                if here > 0 {
                    println!("{language} {page} {least}: {here} of {made} wrong");
                }
            }
        }
    }
    println!("code pages: {} of {all} wrong, {doubtful} of these doubtful; of the right ones {doubted}", wrong.len());
    // First those of which nobody is told that they are doubtful.
    wrong.sort_by_key(|text| text.ends_with("false"));
    let shown = wrong.iter().take(120).cloned().collect::<Vec<_>>().join("\n");
    assert!(all > 5000 && wrong.len() * 200 <= all, "{shown}");
    assert!(doubtful * 100 >= wrong.len() * 95, "{shown}");
}
