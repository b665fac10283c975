//! Which day does a text name? One reader of dates for all inputs, and for the order of an index.
//!
//! | form                                  | examples                                                                |
//! |---------------------------------------|-------------------------------------------------------------------------|
//! | year first                            | `2023-12-11`, `2023/12/11 08:30`, `2023.12.11`, `2023年12月11日`, `2023`  |
//! | digits                                | `20231211`, `20231211T083000Z`, seconds or milliseconds since 1970      |
//! | names of months                       | `Mon, 11 Dec 2023 08:30:00 +0800`, `December 11, 2023`, `11 décembre 2023` |
//! | day first, where nothing else is meant| `11.12.2023`, `25/12/2023`                                              |
//! | eras                                  | `令和5年12月11日`, `昭和元年`, `民國112年12月11日`, `R5.12.11`            |
//! | numbers of Han, full-width digits     | `二〇二三年十二月十一日`, `２０２３年１２月１１日`                          |
//!
//! What follows a date, such as a time, is not looked at. `03/04/2023` is two days to two readers, and so is none.

/// Days since 1970-01-01 of a date that `text` begins with. A year alone, or year and month, is its first day. `None` for anything
/// else, and for days that no month has.
pub fn days(text: &str) -> Option<i32> {
    let plain = plain(text);
    let text = after_weekday(plain.trim());
    let first = written(text);
    let day = match first {
        Some((_, _, Some(_))) => first,
        // A year may be all there is, or the beginning of something else.
        _ => compact(text).or_else(|| named(text)).or_else(|| era(text)).or_else(|| day_first(text)).or(first),
    };
    let Some((y, m, d)) = day else { return epoch(text) };
    let (m, d) = (m.unwrap_or(1), d.unwrap_or(1));
    let leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
    let most = match m {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if d > most {
        return None;
    }
    let (y, m, d) = (y as i32, m as i32, d as i32);
    // Days from civil (Howard Hinnant's algorithm): years start in March, so that the leap day comes last.
    let y = if m <= 2 { y - 1 } else { y };
    let era = y.div_euclid(400);
    let of_era = y.rem_euclid(400);
    let of_year = (153 * ((m + 9) % 12) + 2) / 5 + d - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// What follows a day of the week that stands before a date: `星期二 2025年5月6日`.
fn after_weekday(text: &str) -> &str {
    let named = ["星期", "周", "週", "禮拜", "礼拜"].iter().any(|week| text.starts_with(week));
    let rest = named.then(|| text.split_once([' ', ',', '、'])).flatten();
    rest.map_or(text, |(_, rest)| rest.trim_start())
}

/// A text with ASCII digits: full-width ones, those of other scripts and numbers of Han become them, as far as they stand in a date.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(64));
    let mut chars = text.trim().chars().take(64).peekable();
    while let Some(c) = chars.next() {
        let digit = |c: char| {
            let zero =
                [0xFF10, 0x0660, 0x06F0, 0x0966, 0x0E50].into_iter().find(|zero| (*zero..zero + 10).contains(&u32::from(c)))?;
            char::from_digit(u32::from(c) - zero, 10)
        };
        match digit(c) {
            Some(digit) => out.push(digit),
            None if han(c).is_some() => {
                let mut run = vec![c];
                while let Some(c) = chars.next_if(|c| han(*c).is_some()) {
                    run.push(c);
                }
                // Only before a sign of a date: 一 alone is a word.
                match chars.peek() {
                    Some('年' | '月' | '日' | '號' | '号') => out.push_str(&number(&run).to_string()),
                    _ => out.extend(run),
                }
            }
            None => out.push(match c {
                '／' => '/',
                '．' => '.',
                '－' | '‐' | '‑' | '–' | '−' => '-',
                '，' => ',',
                '\u{A0}' | '\u{3000}' | '\u{202F}' => ' ',
                c => c,
            }),
        }
    }
    out
}

/// The value of a sign of Han numbers: 10 and 100 are units.
fn han(c: char) -> Option<u32> {
    Some(match c {
        '〇' | '零' | '○' => 0,
        '一' | '元' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        '十' => 10,
        '廿' => 20,
        '卅' => 30,
        '百' => 100,
        _ => return None,
    })
}

/// The number that signs of Han write: digit by digit, or with units.
fn number(run: &[char]) -> u64 {
    let values = run.iter().filter_map(|c| han(*c)).map(u64::from);
    if run.iter().all(|c| han(*c).is_some_and(|value| value < 10)) {
        return values.take(8).fold(0, |number, digit| number * 10 + digit);
    }
    let (mut sum, mut last) = (0, 0);
    for value in values.take(8) {
        match value {
            10 | 100 => {
                sum += value * last.max(1);
                last = 0;
            }
            20 | 30 => sum += value,
            value => last = value,
        }
    }
    sum + last
}

/// A year of an era: `令和5年12月11日`, `民國112年`, `R5.12.11`, `R5/12/11`.
fn era(text: &str) -> Option<Day> {
    const ERAS: [(&str, u32); 20] = [
        ("令和", 2018),
        ("平成", 1988),
        ("昭和", 1925),
        ("大正", 1911),
        ("明治", 1867),
        ("中華民國", 1911),
        ("中华民国", 1911),
        ("民國", 1911),
        ("民国", 1911),
        ("公元", 0),
        ("西元", 0),
        ("西暦", 0),
        ("㋿", 2018),
        ("㍻", 1988),
        ("㍼", 1925),
        ("ROC", 1911),
        ("R", 2018),
        ("H", 1988),
        ("S", 1925),
        ("T", 1911),
    ];
    let (before, rest) = ERAS.iter().find_map(|(name, before)| Some((before, text.strip_prefix(name)?.trim_start())))?;
    let length = digits(rest);
    let year: u32 = rest[..length].parse().ok().filter(|year| length <= 4 && *year > 0)?;
    let after = rest[length..].trim_start();
    let letter = text.starts_with(|c: char| c.is_ascii());
    if letter && !after.starts_with(['.', '/', '-', '年']) {
        return None;
    }
    written(&format!("{:04}{after}", year + before))
}

/// A date that begins with its day: `11.12.2023`, `25/12/2023`. With `/` and `-` one number has to be more than a month's.
fn day_first(text: &str) -> Option<Day> {
    let first = digits(text);
    let separator = text[first..].chars().next().filter(|c| matches!(c, '.' | '/' | '-'))?;
    let after = text[first + 1..].trim_start();
    let second = digits(after);
    let rest = after[second..].strip_prefix(separator)?.trim_start();
    let number = |text: &str| text.parse::<u32>().ok().filter(|n| (1..=31).contains(n) && text.len() <= 2);
    let (a, b) = (number(&text[..first])?, number(&after[..second])?);
    let year = (digits(rest) == 4).then(|| rest[..4].parse().ok())??;
    let (month, day) = match separator {
        _ if a > 12 && b <= 12 => (b, a),
        '.' if b <= 12 => (b, a),
        _ if b > 12 && a <= 12 => (a, b),
        _ if a == b && a <= 12 => (a, b),
        _ => return None,
    };
    Some((year, Some(month), Some(day)))
}

/// The beginnings of the names of months by which languages tell them apart, twelve for each.
const MONTHS: [&str; 20] = [
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "jän feb mär apr mai jun jul aug sep okt nov dez",
    "jan feb maa apr mei jun jul aug sep okt nov dec",
    "janv fév mars avr mai juin juil aoû sept oct nov déc",
    "gen feb mar apr mag giu lug ago set ott nov dic",
    "ene feb mar abr may jun jul ago sep oct nov dic",
    "jan fev mar abr mai jun jul ago set out nov dez",
    "jan feb mar apr maj jun jul aug sep okt nov dec",
    "sty lut mar kwi maj cze lip sie wrz paź lis gru",
    "led úno bře dub kvě červn červenc srp zář říj lis pro",
    "янв фев мар апр мая июн июл авг сен окт ноя дек",
    "січ лют бер кві тра чер лип сер вер жов лис гру",
    "oca şub mar nis may haz tem ağu eyl eki kas ara",
    "ιαν φεβ μαρ απρ μαϊ ιουν ιουλ αυγ σεπ οκτ νοε δεκ",
    "jan feb márc ápr máj jún júl aug szept okt nov dec",
    "tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu",
    "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "ינו פבר מרץ אפר מאי יונ יול אוג ספט אוק נוב דצמ",
    "มกร กุมภ มีน เมษ พฤษภ มิถ กรกฎ สิงห กันย ตุล พฤศจิก ธันว",
    "jan feb mar apr mei jun jul agu sep okt nov des",
];

/// A date with the name of a month: `Mon, 11 Dec 2023 08:30 +0800`, `December 11th, 2023`, `11 de diciembre de 2023`, `Dec 2023`.
fn named(text: &str) -> Option<Day> {
    let lower = text.to_lowercase();
    let (mut year, mut month, mut day) = (None, None, None);
    let words = lower
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '.' | '-' | '/' | '(' | ')'))
        .filter(|word| !word.is_empty());
    // The month is a number behind its name: `ngày 6 tháng 5 năm 2025`.
    let mut counted = false;
    for word in words.take(8) {
        let length = digits(word);
        let number: Option<u32> = word[..length].parse().ok();
        match number {
            Some(number) if counted && (1..=12).contains(&number) => {
                (month, counted) = (Some(number), false);
            }
            Some(number) if length == 4 && year.is_none() => year = Some(number),
            Some(number) if (1..=2).contains(&length) && day.is_none() && (1..=31).contains(&number) && !word.contains(':') => {
                day = Some(number);
            }
            None if word == "tháng" => counted = true,
            None if month.is_none() => {
                let of = |names: &&str| names.split(' ').position(|name| word.starts_with(name));
                month = MONTHS.iter().find_map(of).and_then(|at| u32::try_from(at + 1).ok());
            }
            _ => {}
        }
        if year.is_some() && month.is_some() && day.is_some() {
            break;
        }
    }
    let (year, month) = (year?, month?);
    // The year of Buddha, with a Thai month.
    let thai = lower.chars().any(|c| ('\u{E00}'..='\u{E7F}').contains(&c));
    let year = if thai && year > 2400 { year - 543 } else { year };
    (year >= 1000).then_some((year, Some(month), day))
}

/// Seconds or milliseconds since 1970, between 1973 and 2100.
fn epoch(text: &str) -> Option<i32> {
    let length = digits(text);
    let rest = &text[length..];
    let fraction = rest.is_empty() || rest.strip_prefix('.').is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()));
    let number: i64 = text[..length].parse().ok().filter(|_| fraction)?;
    let seconds = match length {
        9 | 10 => number,
        12 | 13 => number / 1_000,
        15 | 16 => number / 1_000_000,
        _ => return None,
    };
    (100_000_000..4_102_444_800).contains(&seconds).then(|| i32::try_from(seconds / 86_400).ok())?
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
fn written<'a>(text: &'a str) -> Option<Day> {
    // A number of one or two digits in these bounds, and what comes after it.
    let number = |text: &'_ str, most: u32| -> Option<(u32, usize)> {
        let length = digits(text).min(2);
        let number = text[..length].parse().ok().filter(|n| (1..=most).contains(n))?;
        Some((number, length))
    };
    let year: u32 = (digits(text) == 4).then(|| text[..4].parse().ok())??;
    let mut after = text[4..].chars();
    let Some(first) = after.next().filter(|c| matches!(c, '-' | '/' | '.' | '年' | '년')) else {
        return Some((year, None, None));
    };
    let han = matches!(first, '年' | '년');
    let spaced = |text: &'a str| if han || first == '.' { text.trim_start() } else { text };
    let after = spaced(after.as_str()).chars();
    if digits(after.as_str()) == 0 {
        return Some((year, None, None));
    }
    let (month, length) = number(after.as_str(), 12)?;
    let mut after = spaced(&after.as_str()[length..]).chars();
    let second = match first {
        '年' => '月',
        '년' => '월',
        other => other,
    };
    match after.next() {
        Some(c) if c == second && digits(spaced(after.as_str())) > 0 => {
            let (day, _) = number(spaced(after.as_str()), 31)?;
            Some((year, Some(month), Some(day)))
        }
        Some(c) if c.is_ascii_digit() => None,
        _ => Some((year, Some(month), None)),
    }
}

/// The date that `text` begins with, as eight digits.
fn compact(text: &str) -> Option<Day> {
    let part = |from: usize, to: usize| text[from..to].parse::<u32>().ok();
    let after = text.as_bytes().get(8);
    if digits(text) != 8 && !(digits(text) == 14 || digits(text) == 12 && text.starts_with("20")) || after == Some(&b'.') {
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
        for wrong in [
            "",
            "12月11日",
            "2023-13-01",
            "2023-12-32",
            "2023-123",
            "99999-1-1",
            "20231301",
            "soon",
            "2023-02-29",
            "03/04/2023",
            "12345",
            "may",
            "R5",
        ] {
            assert_eq!(days(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn days_in_other_words() {
        for same in [
            "Mon, 11 Dec 2023 23:30:00 -0800",
            "11 Dec 2023 08:30:00 GMT",
            "Mon Dec 11 2023 08:30:00 GMT+0800",
            "December 11, 2023",
            "Dec. 11th, 2023",
            "11. Dezember 2023",
            "11 décembre 2023",
            "11 de diciembre de 2023",
            "11 декабря 2023 г.",
            "11 грудня 2023",
            "11 Aralık 2023",
            "11 ธันวาคม 2566",
            "11.12.2023",
            "11-Dec-2023",
            "令和5年12月11日",
            "令和５年１２月１１日",
            "R5.12.11",
            "民國112年12月11日",
            "中華民國一百一十二年十二月十一日",
            "二〇二三年十二月十一日",
            "2023년 12월 11일",
            "1702252800",
            "1702252800000",
            "1702252800.5",
            "20231211T083000Z",
            "20231211083000",
        ] {
            assert_eq!(days(same), Some(19_702), "{same}");
        }
        assert_eq!(days("ngày 25 tháng 7 năm 2025"), days("2025-07-25"));
        assert_eq!(days("星期五 2025年7月25日 08:00"), days("2025-07-25"));
        assert_eq!(days("25/07/2025"), days("2025-07-25"));
        assert_eq!(days("令和元年5月1日"), days("2019-05-01"));
        assert_eq!(days("Fri, 25 Jul 2025 09:30:00 +0800"), days("2025-07-25"));
        assert_eq!(days("July 2025"), days("2025-07-01"));
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
