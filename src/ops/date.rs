//! Dates of the calendar: ISO 8601 out, HTTP dates in.
//! Must never fail on a number or a text, however odd; knows no clock and no time zone but UTC.

const MS_PER_DAY: u64 = 86_400_000;
/// The end of the year 9999: ISO 8601 has four digits for a year.
const EPOCH_MS_MAX: u64 = 253_402_300_799_999;
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Appends `2025-09-17T08:10:20.762Z`.
pub fn push_iso(out: &mut String, epoch_ms: u64) {
    let epoch_ms = epoch_ms.min(EPOCH_MS_MAX);
    let (year, month, day) = civil(epoch_ms / MS_PER_DAY);
    let ms = epoch_ms % MS_PER_DAY;
    let parts = [
        (year, 4, '-'),
        (month, 2, '-'),
        (day, 2, 'T'),
        (ms / 3_600_000, 2, ':'),
        (ms / 60_000 % 60, 2, ':'),
        (ms / 1000 % 60, 2, '.'),
        (ms % 1000, 3, 'Z'),
    ];
    for (value, digits, after) in parts {
        for place in (0..digits).rev() {
            out.push(char::from(b'0' + (value / 10u64.pow(place) % 10) as u8));
        }
        out.push(after);
    }
}

/// How long a `Retry-After` asks to wait: seconds or an HTTP date. A date in the past is no wait.
pub fn retry_after_ms(value: &str, wall_now_ms: u64) -> Option<u64> {
    let value = value.trim_matches([' ', '\t']);
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // So many digits that they do not fit mean "never".
        return Some(value.parse::<u64>().unwrap_or(u64::MAX).saturating_mul(1000));
    }
    Some(http_date_ms(value)?.saturating_sub(wall_now_ms))
}

/// The three forms of RFC 9110 5.6.7, as epoch ms.
pub fn http_date_ms(text: &str) -> Option<u64> {
    let mut words = Words { rest: text };
    let weekday = words.next()?;
    if weekday.len() < 3 {
        return None;
    }
    let second = words.next()?;
    let (day, month, year, time) = if number(second).is_some() {
        // Sun, 06 Nov 1994 08:49:37 GMT - or, in the old form, Sunday, 06-Nov-94 08:49:37 GMT
        let (month, year, time) = (words.next()?, words.next()?, words.next()?);
        if words.next()? != "GMT" {
            return None;
        }
        (second, month, year, time)
    } else {
        // Sun Nov  6 08:49:37 1994
        let (day, time, year) = (words.next()?, words.next()?, words.next()?);
        (day, second, year, time)
    };
    if words.next().is_some() {
        return None;
    }
    let month = MONTHS.iter().position(|name| *name == month)? as u64 + 1;
    let year = match (number(year)?, year.len()) {
        (short, 2) if short < 70 => short + 2000,
        (short, 2) => short + 1900,
        (year, 4) if year >= 1970 => year,
        _ => return None,
    };
    let day = number(day).filter(|day| (1..=31).contains(day))?;
    let clock = |at: usize| number(time.get(at..at + 2)?);
    let (hour, minute, second) = (clock(0)?, clock(3)?, clock(6)?);
    let colons = time.as_bytes().get(2) == Some(&b':') && time.as_bytes().get(5) == Some(&b':');
    if time.len() != 8 || !colons || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    Some(days(year, month, day)? * MS_PER_DAY + (hour * 3600 + minute * 60 + second) * 1000)
}

/// Pieces between spaces, dashes and commas.
struct Words<'a> {
    rest: &'a str,
}

impl<'a> Words<'a> {
    fn next(&mut self) -> Option<&'a str> {
        let is_gap = |byte: &u8| matches!(byte, b' ' | b'-' | b',');
        let start = self.rest.bytes().position(|byte| !is_gap(&byte))?;
        let from_start = self.rest.get(start..)?;
        let end = from_start.bytes().position(|byte| is_gap(&byte)).unwrap_or(from_start.len());
        self.rest = from_start.get(end..)?;
        from_start.get(..end)
    }
}

/// One to four digits.
fn number(text: &str) -> Option<u64> {
    let mut value = 0;
    for byte in text.bytes() {
        value = value * 10 + u64::from(byte.checked_sub(b'0').filter(|digit| *digit < 10)?);
        if value > 9999 {
            return None;
        }
    }
    (1..=4).contains(&text.len()).then_some(value)
}

/// Year, month and day of a day counted from 1970-01-01. Years are taken to begin in March, so that the leap day
/// comes last.
fn civil(day_number: u64) -> (u64, u64, u64) {
    let from_era = day_number + 719_468;
    let (era, day_of_era) = (from_era / 146_097, from_era % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

/// Days from 1970-01-01; `None` before it.
fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    let year = year - u64::from(month <= 2);
    let (era, year_of_era) = (year / 400, year % 400);
    let shifted = (month + 9) % 12;
    let day_of_year = (153 * shifted + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    (era * 146_097 + day_of_era).checked_sub(719_468)
}
