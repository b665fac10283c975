//! Which grams are in a page, and where do they stand?

use super::bits::{Bits, Notes};
use super::root::Root;

/// The grams of a page, as ranks, each with its passages.
pub fn page(payload: &[u8], root: &Root, notes: &mut Notes) -> Vec<(Vec<u64>, Vec<u64>)> {
    let b = &mut Bits::new(payload, notes);
    // The characters, and after them the sign at both ends of a title and of a heading.
    let alphabet = root.letters + 1;
    let all: Vec<u64> = (0..root.groups + root.passages).collect();
    let gram = |path: &[u64]| -> String {
        path.iter().map(|&r| root.folded.get(r as usize).map_or('|', |&(_, c)| char::from_u32(c as u32).unwrap_or('?'))).collect()
    };
    let set = |b: &mut Bits, df: u64, parent: &[u64]| -> Vec<u64> {
        let ranks = b.set(df, 0, parent.len() as u64);
        ranks.iter().map(|&k| parent[k as usize]).collect()
    };
    let list = |b: &mut Bits, parent: &[u64]| -> Vec<u64> {
        let df = b.gamma();
        set(b, df, parent)
    };
    let nodes = b.gamma();
    b.note(&format!("{nodes}  nodes of the page"));
    let depth = b.count("depth of the path that is open at its start");
    // Rank, passages, first rank that a child may have, children announced.
    let mut open: Vec<(u64, Vec<u64>, u64, Vec<u64>)> = vec![(0, all.clone(), 0, Vec::new())];
    for _ in 0..depth {
        let rank = b.uniform(alphabet);
        let df = b.gamma();
        let listed = b.bit() == 1;
        let passages = if listed { set(b, df, &open[open.len() - 1].1) } else { all.clone() };
        b.note(&format!("rank {rank}, {df} passages {passages:?}, listed {listed}: open, its node stands in an earlier page"));
        // Once it is closed, its parent goes on after it.
        let last = open.len() - 1;
        open[last].2 = rank + 1;
        open.push((rank, passages, 0, Vec::new()));
    }
    let last = open.len() - 1;
    open[last].2 = b.uniform(alphabet + 1);
    b.note("0: the innermost open node, here the trie's root, begins; else one more than its last child's rank");
    let mut grams = Vec::new();
    for _ in 0..nodes {
        let path = |open: &[(u64, Vec<u64>, u64, Vec<u64>)]| open[1..].iter().map(|o| o.0).collect::<Vec<u64>>();
        loop {
            let last = open.len() - 1;
            if !open[last].3.is_empty() {
                break;
            }
            let name = if last == 0 { "the root".into() } else { format!("“{}”", gram(&path(&open))) };
            if b.bit() == 0 {
                b.note(&format!("no more children: {name} is closed"));
                open.pop();
                continue;
            }
            let n = b.uniform(48) + 1;
            let least = open[last].2 + n - 1;
            let end = least + b.uniform(alphabet - least);
            let mut run = b.set(n - 1, open[last].2, end);
            run.push(end);
            b.note(&format!("children of {name}: {n}, the last of rank {end}, so {run:?}"));
            open[last].2 = end + 1;
            open[last].3 = run;
        }
        let last = open.len() - 1;
        let rank = open[last].3.remove(0);
        let passages = list(b, &open[last].1);
        let path: Vec<u64> = [path(&open), vec![rank]].concat();
        let bound = if path.len() == 1 && root.bound > 512 { root.bound / 4 } else { root.bound };
        let extends = passages.len() as u64 > bound && (path.len() as u64) < root.longest;
        b.note(&format!(
            "“{}”: {} passages, {passages:?}{}",
            gram(&path),
            passages.len(),
            if extends { "; more than B, so it is open" } else { "" }
        ));
        grams.push((path, passages.clone()));
        if extends {
            open.push((rank, passages, 0, Vec::new()));
        }
    }
    while b.at < payload.len() * 8 && !open.is_empty() {
        if b.bit() == 0 {
            b.note("closed; not needed, since no node follows");
        }
        open.pop();
    }
    b.end();
    grams
}
