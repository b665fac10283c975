//! What does an index weigh, whatever the shape of its texts?
//!
//! Articles from one to hundreds of thousands, of five to a hundred thousand characters, over alphabets of two to 20,000, even
//! or as Zipf has it: no index is heavier than twice its text and 64 kB, and of even random text, which nothing can compress
//! below its entropy, not than 1.3 times. Cells of at most half a megabyte, of at most 50 with `XUNZI_ALL`; each prints its
//! figure, run with `--nocapture` to see them.

use xunzi::Article;
use xunzi::builder::{Options as Parameters, build};

use crate::generate::Rng;

/// How often the characters of a text come.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Spread {
    Even,
    Zipf,
}

/// Bytes that an index may take besides.
const BESIDES: u64 = 64 << 10;

/// The characters of an alphabet: ASCII letters while they last, Han ones after them.
fn letter(k: usize) -> char {
    match k {
        0..26 => char::from(b'a' + k as u8),
        _ => char::from_u32(0x4E00 + k as u32 - 26).expect("a Han character"),
    }
}

/// Draws a character's number: each as likely, or the k-th as likely as 1 / k.
fn draw(rng: &mut Rng, alphabet: usize, spread: Spread) -> usize {
    match spread {
        Spread::Even => rng.below(alphabet),
        // The inverse of the logarithm that sums 1 / k up.
        Spread::Zipf => {
            let part = rng.below(1 << 24) as f64 / f64::from(1 << 24);
            ((alphabet as f64 + 1.0).powf(part) as usize - 1).min(alphabet - 1)
        }
    }
}

fn articles(rng: &mut Rng, count: usize, chars: usize, alphabet: usize, spread: Spread) -> Vec<Article> {
    let text = |rng: &mut Rng| (0..chars).map(|_| letter(draw(rng, alphabet, spread))).collect();
    (0..count).map(|_| Article { text: text(rng), ..Article::default() }).collect()
}

#[test]
fn no_shape_is_heavier_than_promised() {
    let most = if std::env::var_os("XUNZI_ALL").is_some() { 50_000_000 } else { 500_000 };
    let mut rng = Rng::new(20_261_127);
    let mut heaviest = Vec::new();
    let mut cells = 0;
    for count in [1, 100, 1_000, 30_000, 300_000] {
        for chars in [5, 40, 1_000, 100_000] {
            // Twenty thousand characters are the whole of Han: larger than any text of a thousand.
            for alphabet in [2, 26, 300, 3_000, 20_000] {
                let bytes = count * chars * if alphabet > 26 { 3 } else { 1 };
                if bytes > most || bytes < most / 1000 {
                    continue;
                }
                for spread in [Spread::Even, Spread::Zipf] {
                    let articles = articles(&mut rng, count, chars, alphabet, spread);
                    let text: u64 = articles.iter().map(|a| a.text.len() as u64).sum();
                    let built = build(&articles, &Parameters::default()).unwrap_or_else(|e| panic!("{e}"));
                    let index: u64 = built.files.iter().map(|f| f.1.len() as u64).sum();
                    let weight = index.saturating_sub(BESIDES) as f64 / text as f64;
                    let cell = format!("{count} articles of {chars} characters of {alphabet}, {spread:?}: {weight:.2} and 64 kB");
                    println!("{cell}, {} files, N, B, W {:?}", built.files.len(), built.report.parameters);
                    cells += 1;
                    if weight > if spread == Spread::Even { 1.3 } else { 2.0 } {
                        heaviest.push(cell);
                    }
                }
            }
        }
    }
    assert!(heaviest.is_empty(), "{} of {cells} are too heavy:\n{}", heaviest.len(), heaviest.join("\n"));
    assert!(cells > 20, "{cells} cells are no matrix");
}
