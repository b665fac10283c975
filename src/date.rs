//! Which day does a text name? One reader of dates for all inputs, and for the order of an index.
//!
//! A date is a year of four digits, a month and a day, with one of `-`, `/`, `.` between them or as `2023年12月11日`;
//! what follows it, such as a time, is not looked at.

/// Days since 1970-01-01 of a date that `text` begins with: `2023-12-11`, `2023/12/11 08:30`, `2023年12月11日`, `20231211`. A
/// year alone, or year and month, is its first day. `None` for anything else.
pub fn days(text: &str) -> Option<i32> {
    let text = text.trim();
    let (y, m, d) = written(text).or_else(|| compact(text))?;
    let (y, m, d) = (y as i32, m.unwrap_or(1) as i32, d.unwrap_or(1) as i32);
    // Days from civil (Howard Hinnant's algorithm): years start in March, so that the leap day comes last.
    let y = if m <= 2 { y - 1 } else { y };
    let era = y.div_euclid(400);
    let of_era = y.rem_euclid(400);
    let of_year = (153 * ((m + 9) % 12) + 2) / 5 + d - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// The first whole date that stands anywhere in `text`, as `2023-12-11`.
pub fn date(text: &str) -> Option<String> {
    runs(text).find_map(|at| iso(written(&text[at..])?))
}

/// The day that a path names: `2023-12-11.txt`, `page-20231211-a2.txt`, `2023/12/11/a2.txt`.
pub fn date_in(path: &str) -> Option<String> {
    date(path).or_else(|| runs(path).find_map(|at| iso(compact(&path[at..])?)))
}

/// Year, month and day, as far as they are given.
type Day = (u32, Option<u32>, Option<u32>);

/// Where the numbers of `text` begin.
fn runs(text: &str) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    (0..bytes.len()).filter(move |&at| digit(at) && (at == 0 || !digit(at - 1)))
}

/// How many digits `text` begins with.
fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// The date that `text` begins with, in digits and separators.
fn written(text: &str) -> Option<Day> {
    // A number of one or two digits in these bounds, and what comes after it.
    let number = |text: &'_ str, most: u32| -> Option<(u32, usize)> {
        let length = digits(text).min(2);
        let number = text[..length].parse().ok().filter(|n| (1..=most).contains(n))?;
        Some((number, length))
    };
    let year: u32 = (digits(text) == 4).then(|| text[..4].parse().ok())??;
    let mut after = text[4..].chars();
    let Some(first) = after.next().filter(|c| matches!(c, '-' | '/' | '.' | '年')) else {
        return Some((year, None, None));
    };
    if digits(after.as_str()) == 0 {
        return Some((year, None, None));
    }
    let (month, length) = number(after.as_str(), 12)?;
    let mut after = after.as_str()[length..].chars();
    let second = if first == '年' { '月' } else { first };
    match after.next() {
        Some(c) if c == second && digits(after.as_str()) > 0 => {
            let (day, _) = number(after.as_str(), 31)?;
            Some((year, Some(month), Some(day)))
        }
        Some(c) if c.is_ascii_digit() => None,
        _ => Some((year, Some(month), None)),
    }
}

/// The date that `text` begins with, as eight digits.
fn compact(text: &str) -> Option<Day> {
    let part = |from: usize, to: usize| text[from..to].parse::<u32>().ok();
    if digits(text) != 8 {
        return None;
    }
    let (month, day) = (part(4, 6)?, part(6, 8)?);
    ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some((part(0, 4)?, Some(month), Some(day)))
}

/// A whole date of these centuries. Where a date is looked for among other words, other numbers are none.
fn iso((year, month, day): Day) -> Option<String> {
    let (month, day) = (month?, day?);
    (1800..2200).contains(&year).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_dates() {
        assert_eq!(days("1970-01-01"), Some(0));
        assert_eq!(days("2000-03-01"), Some(11_017));
        for same in ["2023-12-11", "2023/12/11 08:30", "2023年12月11日", "2023.12.11", "2023-12-11T00:00:00Z", " 20231211"] {
            assert_eq!(days(same), Some(19_702), "{same}");
        }
        for first in ["2023", "2023-01", "2023年", "2023年1月", "2023-foo"] {
            assert_eq!(days(first), days("2023-01-01"), "{first}");
        }
        for wrong in ["", "12月11日", "2023-13-01", "2023-12-32", "2023-123", "99999-1-1", "20231301", "soon"] {
            assert_eq!(days(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn dates_among_other_words() {
        let found = |text| date(text).unwrap_or_default();
        assert_eq!(found("发布时间:2023-12-1108:30 来源"), "2023-12-11");
        assert_eq!(found("电话 13800138000, 2023年2月3日, 2024-01-01"), "2023-02-03");
        for none in ["2023-12", "12023-12-11", "1700-01-01", "2023-12/11", "20231211"] {
            assert_eq!(date(none), None, "{none}");
        }
        assert_eq!(date_in("page-20231211-a2.txt").as_deref(), Some("2023-12-11"));
        assert_eq!(date_in("2023/12/11/a2.txt").as_deref(), Some("2023-12-11"));
        assert_eq!(date_in("202312/11.txt"), None);
    }
}
