//! Which day does a text name? One reader of dates for all inputs.

/// Days since 1970-01-01 of a date that starts with year, month and day: `2023-12-11`, `2023/12/11`, `2023.12.11`,
/// `2023年12月11日`, also with a time after it. A year alone, or year and month, is its first day. `None` for anything else.
pub fn days(text: &str) -> Option<i32> {
    let mut numbers = [0i32, 1, 1];
    let mut rest = text.trim();
    for (k, n) in numbers.iter_mut().enumerate() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if digits == 0 && k > 0 {
            break;
        }
        if digits > 4 || digits == 0 || k == 0 && digits != 4 {
            return None;
        }
        *n = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let separator = rest.chars().next().filter(|c| ['-', '/', '.', '年', '月'].contains(c));
        match separator {
            Some(c) => rest = &rest[c.len_utf8()..],
            None => break,
        }
    }
    let [y, m, d] = numbers;
    if !(1..=12).contains(&m) || !(1..=31).contains(&d) {
        return None;
    }
    // Days from civil (Howard Hinnant's algorithm): years start in March, so that the leap day comes last.
    let y = if m <= 2 { y - 1 } else { y };
    let era = y.div_euclid(400);
    let of_era = y.rem_euclid(400);
    let of_year = (153 * ((m + 9) % 12) + 2) / 5 + d - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// The first full date in `key`, as `2023-12-11`.
pub fn date(key: &str) -> Option<String> {
    let chars: Vec<char> = key.chars().collect();
    let number = |at: usize, most: usize| -> Option<(u32, usize)> {
        let digits: String = chars[at..].iter().take(most).take_while(|c| c.is_ascii_digit()).collect();
        Some((digits.parse().ok()?, at + digits.len()))
    };
    for at in 0..chars.len() {
        if !chars[at].is_ascii_digit() || (at > 0 && chars[at - 1].is_ascii_digit()) {
            continue;
        }
        let Some((year, end)) = number(at, 4) else {
            continue;
        };
        if !(1800..2200).contains(&year) || end - at != 4 {
            continue;
        }
        let Some(first) = chars.get(end) else {
            continue;
        };
        if !matches!(first, '年' | '-' | '/' | '.') {
            continue;
        }
        let Some((month, end)) = number(end + 1, 2).filter(|(month, _)| (1..=12).contains(month)) else {
            continue;
        };
        let Some(second) = chars.get(end) else {
            continue;
        };
        if !matches!((first, second), ('年', '月') | ('-', '-') | ('/', '/') | ('.', '.')) {
            continue;
        }
        let Some((day, _)) = number(end + 1, 2).filter(|(day, _)| (1..=31).contains(day)) else {
            continue;
        };
        return Some(format!("{year:04}-{month:02}-{day:02}"));
    }
    None
}

/// The day that a path names: `2023-12-11.txt`, `page-20231211-a2.txt`, `2023/12/11/a2.txt`.
pub fn date_in(path: &str) -> Option<String> {
    if let Some(date) = date(path) {
        return Some(date);
    }
    let compact = |digits: &str| {
        let part = |from: usize, to: usize| digits.get(from..to)?.parse::<u32>().ok();
        let (year, month, day) = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
        let is = digits.len() == 8 && (1800..2200).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
        is.then(|| format!("{year:04}-{month:02}-{day:02}"))
    };
    path.split(|c: char| !c.is_ascii_digit()).find_map(compact)
}

#[cfg(test)]
mod tests {
    use super::days;

    #[test]
    fn dates() {
        assert_eq!(days("1970-01-01"), Some(0));
        assert_eq!(days("2000-03-01"), Some(11_017));
        for same in ["2023-12-11", "2023/12/11 08:30", "2023年12月11日", "2023.12.11", "2023-12-11T00:00:00Z"] {
            assert_eq!(days(same), Some(19_702), "{same}");
        }
        assert_eq!(days("2023"), days("2023-01-01"));
        for wrong in ["", "12月11日", "2023-13-01", "99999-1-1", "soon"] {
            assert_eq!(days(wrong), None, "{wrong}");
        }
    }
}
