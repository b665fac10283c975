//! Does a part of the folding table fold as the whole one does, wherever it is used instead?

use xunzi::builder::{Options as Parameters, build};
use xunzi::fold::Off;
use xunzi::fold::table::Table;
use xunzi::fold::term::Term;
use xunzi::format::root::Root;
use xunzi::format::{ENVELOPE, rest};

use crate::article;
use crate::generate::Rng;
use crate::support::real_articles;

/// What many scripts have: marks, forms, letters that fold to several, composed and not.
const SCRIPTS: &str = "Crème Brûlée, naïve ﬁle ＦＵＬＬ ﾊﾝｶｸ がぎ か\u{3099} 한국어 각 हिन्दी ไทย น้ำ שָׁלוֹם العَرَبِيَّة йё Ἀθῆναι İstanbul ßtraße ﷺ 學習 学习 漢字 汉字 \u{1F1E8}\u{1F1F3} e-mail 3.14 don’t “quoted” — dash…";

/// A string of up to 12 of some characters.
fn string(rng: &mut Rng, of: &[char]) -> String {
    (0..rng.within(1, 12)).map(|_| *rng.pick(of)).collect()
}

#[test]
fn every_level_folds_as_the_whole_table() {
    let (mut articles, _) = real_articles();
    articles.truncate(200);
    for articles in [vec![article("scripts", SCRIPTS)], articles] {
        let built = build(&articles, &Parameters { pack: Some(false), ..Parameters::default() }).expect("there are articles");
        let payload =
            |name: &str| built.files.iter().find(|f| f.0 == name).map(|f| &f.1[ENVELOPE..]).expect("a file of each kind");
        let first = Root::get(payload("root.dat")).expect("a root");
        let (of_root, _) = rest::parts(payload("dict.dat")).expect("two parts");
        let root = first.with_rest(of_root).expect("a whole root");
        let whole = rest::get_fold(payload("fold.dat"), &root).expect("a table").into();
        let any: Vec<char> = root.original.iter().chain(&root.folded).filter_map(|&c| char::from_u32(c)).collect();
        let closed: Vec<char> = any.iter().copied().chain((0..0x80).map(char::from)).collect();
        let settled: Vec<char> = closed.iter().copied().filter(|&c| first.table.settles(c as u32)).collect();
        assert!(settled.len() > 20 && settled.contains(&'a') && settled.contains(&' '), "{settled:?}");
        assert!(closed.iter().all(|&c| Table::is_closed_for(c as u32, [&root.original, &root.folded])));
        let mut rng = Rng::new(1);
        for _ in 0..20_000 {
            let text = string(&mut rng, &settled);
            let off = Off::default();
            assert_eq!(Term::new(&first.table, &text, off), Term::new(&whole, &text, off), "{text:?} with an outline");
            let (text, off) = (string(&mut rng, &closed), Off(rng.below(64) as u8));
            assert_eq!(Term::new(&root.table, &text, off), Term::new(&whole, &text, off), "{text:?} with {off:?}");
        }
    }
}
