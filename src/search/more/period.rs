//! Which days are meant by a year, a month or a day?

use std::ops::RangeInclusive;

/// The days of `2023`, `2023-05` or `2023-05-14`, counted from 1970-01-01. `None`: it is none of these.
pub fn days(text: &str) -> Option<RangeInclusive<i32>> {
    let mut parts = text.split('-');
    let year = number(parts.next()?, 4)?;
    let Some(month) = parts.next() else { return Some(first_of(year, 1)..=first_of(year + 1, 1) - 1) };
    let month = number(month, 2).filter(|month| (1..=12).contains(month))?;
    let (first, next) = (first_of(year, month), first_of(year, month + 1));
    let Some(day) = parts.next() else { return Some(first..=next - 1) };
    let day = first + number(day, 2)?.checked_sub(1)?;
    (day >= first && day < next && parts.next().is_none()).then_some(day..=day)
}

fn number(text: &str, digits: usize) -> Option<i32> {
    (text.len() == digits && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

/// The first day of a month, from 1 to 13. Years start in March here, so that the leap day comes last (Howard Hinnant's algorithm).
pub fn first_of(year: i32, month: i32) -> i32 {
    let (year, month) = if month > 12 { (year + 1, month - 12) } else { (year, month) };
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + (153 * ((month + 9) % 12) + 2) / 5 - 719_468
}

/// Year and month of a day.
pub fn month_of(day: i32) -> (i32, i32) {
    let day = day.saturating_add(719_468);
    let (era, of_era) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let month = (5 * (of_era - (365 * year + year / 4 - year / 100)) + 2) / 153;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i32::from(month <= 2), month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_have_their_days() {
        for (text, first, last) in [
            ("1970", 0, 364),
            ("1970-01", 0, 30),
            ("1970-01-02", 1, 1),
            ("2024-02", 19_754, 19_782),
            ("2023-12", 19_692, 19_722),
            ("2000-02-29", 11_016, 11_016),
        ] {
            assert_eq!(days(text), Some(first..=last), "{text}");
        }
        for text in
            ["", "23", "2023-", "2023-1", "2023-13", "2023-00", "2023-02-29", "2023-02-00", "2023-02-01-", "x", "20230501"]
        {
            assert_eq!(days(text), None, "{text}");
        }
    }

    #[test]
    fn every_day_is_of_the_month_whose_days_it_is_among() {
        for day in -800_000..800_000 {
            let (year, month) = month_of(day);
            assert!((first_of(year, month)..first_of(year, month + 1)).contains(&day), "{day}: {year}-{month}");
        }
    }
}
