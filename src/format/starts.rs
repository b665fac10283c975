//! Where does each of many things start that follow one another?
//!
//! *Starts* in n, of which the first is 0, are those but the first as a set in 1..n. Where there are more than 8,192, a bit before them
//! says whether, instead, it is told how far it is from each to the next, and from the last to n: until all have been told of,
//! `gamma(how many after one another are as far)`, `gamma(how far)`.

use crate::codec::bits::{BitReader, BitWriter};
use crate::codec::sets::{append_list, put_set};
use crate::codec::{Bad, bad};

/// From so many on a builder makes each of as much as the one before, so that it takes next to nothing to say where they start.
pub const MANY: u64 = 1 << 13;

/// Writes increasing starts, the first of which is 0, and the end of the last: in the way that takes less.
pub fn put_starts(w: &mut BitWriter, starts: &[u32], end: u64) {
    let mut set = BitWriter::default();
    put_set(&mut set, starts.get(1..starts.len() - 1).unwrap_or(&[]), 1, end);
    if starts.len() as u64 > MANY + 1 {
        let mut runs = BitWriter::default();
        let each: Vec<u32> = starts.iter().zip(starts.iter().skip(1)).map(|(start, next)| next - start).collect();
        for run in each.chunk_by(|a, b| a == b) {
            runs.gamma(run.len() as u64);
            runs.gamma(run.first().copied().unwrap_or_default().into());
        }
        let fewer = runs.bits() < set.bits();
        w.put(u64::from(fewer), 1);
        if fewer {
            set = runs;
        }
    }
    w.append(set);
}

/// Reads `n` increasing starts, the first of which is 0, and the end of the last.
pub fn get_starts(r: &mut BitReader<'_>, list: &mut Vec<u32>, n: u64, end: u64) -> Result<(), Bad> {
    list.reserve_exact(n as usize + 1);
    if n <= MANY || r.get(1)? == 0 {
        list.push(0);
        append_list(list, r, n - 1, 1, end)?;
        list.push(end as u32);
        return Ok(());
    }
    let (mut left, mut start) = (n, 0);
    while left > 0 {
        let run = r.gamma(left, "starts that are as far from one another")?;
        left -= run;
        // To each that follows it is 1 at least.
        let far = r.gamma(end.saturating_sub(start + left) / run, "how far from one another starts are")?;
        for _ in 0..run {
            list.push(start as u32);
            start += far;
        }
    }
    list.push(start as u32);
    if start == end { Ok(()) } else { bad("end of what starts", end, start) }
}

/// Writes a number from 1 to `most` + 1, likely a small one.
pub fn put_gap(w: &mut BitWriter, gap: u32, most: u32) {
    let k = gap.max(1).ilog2();
    w.uniform(u64::from(k), u64::from((most + 1).ilog2()) + 1);
    w.put(u64::from(gap), k);
}

/// Reads it: it may be as much as twice that.
pub fn get_gap(r: &mut BitReader<'_>, most: u32) -> Result<u64, Bad> {
    let k = r.uniform(u64::from((most + 1).ilog2()) + 1)?;
    Ok(1 << k | r.get(k as u32)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(starts: &[u32], end: u32) -> Vec<u8> {
        let mut w = BitWriter::default();
        let all: Vec<u32> = starts.iter().copied().chain([end]).collect();
        put_starts(&mut w, &all, end.into());
        w.finish()
    }

    fn get(bytes: &[u8], n: u64, end: u64) -> Result<Vec<u32>, Bad> {
        let mut list = Vec::new();
        get_starts(&mut BitReader::new(bytes), &mut list, n, end).map(|()| list)
    }

    #[test]
    fn starts_come_back_and_take_little_where_they_are_even() {
        let uneven = |n: u32| (0..n).map(|k| k * 7 + k * k % 7);
        let even = |n: u32| (0..n).map(|k| k * 7);
        for n in [1, 2, 1000, MANY as u32, MANY as u32 + 1, 20_000] {
            for (is_even, starts) in [(false, uneven(n).collect::<Vec<_>>()), (true, even(n).collect())] {
                let end = n * 7 + 3;
                let bytes = put(&starts, end);
                let back = get(&bytes, n.into(), end.into());
                assert_eq!(back, Ok(starts.iter().copied().chain([end]).collect()), "{n}, even: {is_even}");
                if u64::from(n) > MANY {
                    assert!(if is_even { bytes.len() < 20 } else { bytes.len() as u32 > n / 4 }, "{n}: {} bytes", bytes.len());
                }
            }
        }
    }

    #[test]
    fn forged_starts_are_refused() {
        let n = MANY + 100;
        let starts: Vec<u32> = (0..n as u32).map(|k| k * 3).collect();
        let bytes = put(&starts, n as u32 * 3);
        // Another end, and another number.
        assert!(get(&bytes, n, n * 3 + 1).is_err() && get(&bytes, n, n * 3 - 1).is_err());
        assert!(get(&bytes, n + 1, n * 3).is_err() && get(&bytes, n - 1, n * 3).is_err());
        // Whatever the bits say: as many as were asked for, increasing, or a fault.
        let (mut state, mut good) = (1u64, 0);
        for _ in 0..20_000 {
            let random: Vec<u8> = (0..24)
                .map(|_| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    (state >> 56) as u8 & (state >> 48) as u8
                })
                .collect();
            if let Ok(list) = get(&random, n, n) {
                assert!(list.len() as u64 == n + 1 && list.is_sorted_by(|a, b| a < b) && list.last() == Some(&(n as u32)));
                good += 1;
            }
        }
        assert!(good > 0, "some are even by chance");
    }

    #[test]
    fn gaps_come_back() {
        for most in [1, 2, 100, 8912, 1 << 20] {
            for gap in (1..40).chain([most / 2, most, most + 1]).filter(|gap| (1..=most + 1).contains(gap)) {
                let mut w = BitWriter::default();
                put_gap(&mut w, gap, most);
                assert_eq!(get_gap(&mut BitReader::new(&w.finish()), most), Ok(u64::from(gap)), "{gap} of {most}");
            }
        }
    }
}
